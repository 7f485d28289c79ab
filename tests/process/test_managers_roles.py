"""Who may do what: checked on the server at every command, click and submission, whatever a client sends."""

from __future__ import annotations

import secrets

import pytest

from bot.domain.deliveries import Kind
from bot.domain.teams import Team
from bot.sandbox.model import Json
from tests.process.inside import Inside

SB = "small-business"
REP, GUEST, STRANGER, BOT = "bob", "grace", "sven", "helper"
OUTSIDERS = (GUEST, STRANGER, BOT)
COMMANDS = (
    ("/purpose-check", "Who slept better?"),
    ("/purpose-check", ""),
    ("/purpose", "set We help ourselves."),
    ("/purpose", "setup"),
    ("/purpose", "huddle"),
)
CLICKS = (
    "setup.open",
    "setup.defaults",
    "setup.try",
    "check.close",
    "coach.use",
    "coach.both",
    "coach.mine",
    "huddle.told",
    "huddle.another",
    "team.view",
    "digest.post_now",
    "digest.not_this_week",
)


async def crowd(inside: Inside) -> Team:
    """A team of Alice's with Bob in it; a guest, somebody of another company and an app are in the channel, too."""
    for name, role in ((STRANGER, "external"), (BOT, "bot")):
        user = inside.ws.add_person(name.capitalize(), role=role, join=False, announce=False)
        inside.ws.workspace.channels[inside.channel(SB)].members[user] = None
    return await inside.team(SB, REP)


def id_of(inside: Inside, name: str) -> str:
    """A person's or app's id by handle."""
    found = inside.ws.workspace.people.values()
    return next(person.id for person in found if person.name == name)


async def forged(inside: Inside, name: str, body: Json) -> None:
    """A payload as no honest client would send it, straight into the door."""
    user = {"id": id_of(inside, name), "team_id": inside.ws.team_id}
    whose: Json = {"team": {"id": inside.ws.team_id}, "user": user, "trigger_id": secrets.token_hex(8)}
    whose["response_url"] = f"{inside.ws.url}actions/{inside.ws.team_id}/1/used"
    await inside.door.take({**whose, **body})
    await inside.settled()


async def commanded(inside: Inside, name: str, command: str, text: str) -> None:
    """A slash command, straight into the door."""
    body = {"command": command, "text": text, "channel_id": inside.channel(SB)}
    body |= {
        "user_id": id_of(inside, name),
        "team_id": inside.ws.team_id,
        "trigger_id": f"{name}{command}{text}",
    }
    await inside.door.take(body)
    await inside.settled()


async def clicked(inside: Inside, name: str, team: Team, action: str, value: str) -> None:
    """A button of a channel's message, straight into the door."""
    click = {
        "action_id": action,
        "type": "button",
        "value": value,
        "action_ts": f"17.{action}",
        "block_id": "b",
    }
    message = {"type": "message", "channel_id": team.channel, "message_ts": "1.1"}
    body = {
        "type": "block_actions",
        "channel": {"id": team.channel},
        "actions": [click],
        "container": message,
    }
    await forged(inside, name, body)


async def snapshot(inside: Inside, team: Team) -> tuple[object, ...]:
    """All that a manager could have changed."""
    everything = await inside.store.ledger.recent(inside.workspace)
    owed = [each.id for each in everything if each.kind is not Kind.NOTICE]
    return (
        await inside.store.teams.all(inside.workspace),
        await inside.store.checks.open_in(inside.workspace),
        await inside.store.huddles.of_team(inside.workspace, team.id),
        owed,
    )


@pytest.mark.parametrize("name", [REP, *OUTSIDERS])
async def test_commands_of_managers_change_nothing_for_others_and_the_refusal_says_who_can(
    inside: Inside, name: str
) -> None:
    team = await crowd(inside)
    before = await snapshot(inside, team)

    for command, text in COMMANDS:
        await commanded(inside, name, command, text)

    assert await snapshot(inside, team) == before
    assert inside.ws.views(id_of(inside, name)) == []
    if name in (REP, GUEST):
        await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", "huddle")
        await inside.settled()
        said = inside.whispered(name, inside.channel(SB))
        assert (f"Ask <@{inside.user('alice')}>" if name == REP else "full members") in said
    await commanded(inside, "alice", "/purpose-check", "Who slept better?")
    assert len(await inside.store.checks.open_in(inside.workspace)) == 1


@pytest.mark.parametrize("name", [REP, *OUTSIDERS])
async def test_forged_clicks_change_nothing(inside: Inside, name: str) -> None:
    team = await crowd(inside)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", "Who slept better?")
    await inside.settled()
    [check] = await inside.store.checks.open_in(inside.workspace)
    before = await snapshot(inside, team)
    values = {"check.close": check.id, "setup.open": team.channel, "setup.defaults": team.channel}

    for action in CLICKS:
        await clicked(inside, name, team, action, values.get(action, team.id))

    assert await snapshot(inside, team) == before
    assert inside.ws.views(id_of(inside, name)) == []
    await clicked(inside, "alice", team, "check.close", check.id)
    assert await inside.store.checks.open_in(inside.workspace) == []


@pytest.mark.parametrize("name", [REP, *OUTSIDERS])
async def test_a_forged_submission_changes_nothing(inside: Inside, name: str) -> None:
    team = await crowd(inside)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose", "setup")
    await inside.settled()
    view = inside.modal("alice")
    before = await snapshot(inside, team)
    values = filled(view)
    values["setup.purpose"]["value"]["value"] = "We help ourselves."
    values["setup.managers"]["value"]["selected_users"] = [id_of(inside, name)]

    sent = {**view, "state": {"values": values}}
    await forged(inside, name, {"type": "view_submission", "view": sent})
    assert await snapshot(inside, team) == before

    values["setup.managers"]["value"]["selected_users"] = [inside.user("alice")]
    await forged(inside, "alice", {"type": "view_submission", "view": {**sent, "id": "V2"}})
    changed = await inside.store.teams.get(inside.workspace, team.id)
    assert changed.purpose.text == "We help ourselves."


async def test_a_workspace_admin_may_do_what_a_manager_may(inside: Inside) -> None:
    team = await inside.team(SB, REP, manager=REP)
    dana = inside.ws.add_person("Dana", role="admin")
    inside.ws.invite(inside.user("alice"), inside.channel(SB), dana)

    await inside.ws.command(dana, inside.channel(SB), "/purpose", "set We help bakeries sleep.")
    await inside.ws.command(dana, inside.channel(SB), "/purpose-check", "Who slept better?")
    await inside.settled()

    changed = await inside.store.teams.get(inside.workspace, team.id)
    assert changed.purpose.text == "We help bakeries sleep."
    assert len(await inside.store.checks.open_in(inside.workspace)) == 1
    assert changed.managers == (inside.user(REP),)


@pytest.mark.parametrize("typed", ["help", "sotry <!here>"])
async def test_help_and_an_unknown_word_are_one_screen_by_what_i_may_do_here(
    inside: Inside, typed: str
) -> None:
    await inside.team(SB, REP)
    shown: dict[str, str] = {}

    for name in ("alice", REP, GUEST):
        await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", typed)
        await inside.settled()
        shown[name] = inside.whispered(name, inside.channel(SB))

    assert "/purpose setup" in shown["alice"]
    assert "/purpose huddle" in shown["alice"]
    assert "/purpose-check" in shown["alice"]
    assert "/purpose setup" not in shown[REP]
    assert "/purpose story" in shown[REP]
    assert "/purpose story" not in shown[GUEST]
    for words in shown.values():
        assert len(words.splitlines()) <= 32
        assert "<!here>" not in words
        assert ("sotry" in words) is (typed != "help")


def filled(view: Json) -> Json:
    """A modal's inputs as they stand, in Slack's shape of a submission."""
    values: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        values[block["block_id"]] = {
            element["action_id"]: {
                "type": element["type"],
                "value": element.get("initial_value"),
                "selected_time": element.get("initial_time"),
                "selected_option": element.get("initial_option"),
                "selected_users": element.get("initial_users", []),
            }
        }
    return values
