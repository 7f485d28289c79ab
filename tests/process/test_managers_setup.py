"""Setting a team up in a minute: as a manager, a rep, a guest and an admin would go about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.purposes import MOST_CHARACTERS
from bot.domain.teams import Join, Membership, Team
from bot.sandbox.model import Json
from tests.process.inside import PURPOSE, Inside

SB = "small-business"
FIRST = "What difference did you make for a customer today?"


def words(thing: Any) -> str:
    """All that something says."""
    return str(thing)


async def invited(inside: Inside) -> Json:
    """The bot comes into the channel; its one message there."""
    inside.ws.invite(inside.user("alice"), inside.channel(SB))
    await inside.settled()
    [greeting] = [one for one in inside.ws.messages(inside.channel(SB)) if one.get("bot_id")]
    return greeting


async def opened(inside: Inside, who: str = "alice") -> Json:
    """`/purpose setup`, typed by somebody who may; the modal."""
    await inside.ws.command(inside.user(who), inside.channel(SB), "/purpose", "setup")
    await inside.settled()
    return inside.modal(who)


async def the_team(inside: Inside) -> Team:
    team = await inside.store.teams.by_channel(inside.workspace, inside.channel(SB))
    assert isinstance(team, Team)
    return team


async def submit(inside: Inside, view: Json, who: str = "alice", **values: Any) -> Json:
    """Save the modal with these inputs changed (`purpose="…"` is the block `setup.purpose`)."""
    typed = {f"setup.{name}": {"value": value} for name, value in values.items()}
    answer: Json = await inside.ws.submit(inside.user(who), view["id"], typed)
    await inside.settled()
    return answer


async def test_an_invited_bot_says_hello_once_and_use_the_defaults_needs_one_click(inside: Inside) -> None:
    greeting = await invited(inside)
    assert "Set up" in words(greeting["blocks"])
    assert "Use the defaults" in words(greeting["blocks"])

    await inside.ws.click(inside.user("alice"), greeting, "setup.defaults")
    await inside.settled()

    team = await the_team(inside)
    assert team.managers == (inside.user("alice"),)
    assert (team.zone, team.join) == ("America/New_York", Join.INVITE)
    told = inside.whispered("alice", inside.channel(SB))
    assert "you are its manager" in told
    assert "Monday to Friday at 16:30" in told
    assert "/purpose setup" in told
    invitation = inside.ws.messages(inside.channel(SB))[-1]
    assert "Count me in" in words(invitation["blocks"])
    for name in ("alice", "bob", "charlie"):
        member = await inside.store.teams.member(inside.workspace, team.id, inside.user(name))
        assert member.state is Membership.INVITED
    guest = await inside.store.teams.member(inside.workspace, team.id, inside.user("grace"))
    assert guest is None


async def test_nobody_is_asked_before_they_say_yes_and_then_the_first_prompt_comes_at_once(
    inside: Inside,
) -> None:
    greeting = await invited(inside)
    await inside.ws.click(inside.user("alice"), greeting, "setup.defaults")
    await inside.settled()
    invitation = inside.ws.messages(inside.channel(SB))[-1]
    assert inside.said("alice") == inside.said("bob") == []

    for name in ("alice", "bob"):
        await inside.ws.click(inside.user(name), invitation, "join.count_me_in")
    await inside.settled()

    for name in ("alice", "bob"):
        [prompt] = inside.said(name)
        assert FIRST in words(prompt["blocks"])
        assert "I'm the purpose bot" in words(prompt["blocks"])
        assert "'Stop'" in words(prompt["blocks"])
    assert inside.said("charlie") == []


async def test_the_form_asks_three_questions_beside_the_purpose_and_says_what_will_happen(
    inside: Inside,
) -> None:
    greeting = await invited(inside)
    await inside.ws.click(inside.user("alice"), greeting, "setup.open")
    await inside.settled()
    view = inside.modal("alice")
    for question in (
        "Whom do we help?",
        "How are they better off?",
        "What would they miss without us?",
    ):
        assert question in words(view["blocks"])

    await submit(
        inside,
        view,
        purpose=PURPOSE,
        prompt_days="mon,wed",
        holidays="US",
        questions="Who slept better?\n\nWho went home early?",
        reminder_lines="Ask about their Monday.",
    )

    team = await the_team(inside)
    assert team.purpose is not None
    assert (team.purpose.text, team.holidays) == (PURPOSE, "US")
    assert team.prompt.days == {0, 2}
    assert team.questions == ("Who slept better?", "Who went home early?")
    assert team.reminder_lines == ("Ask about their Monday.",)
    said = words(inside.last("alice"))
    assert "Saved." in said
    assert "everyone who clicks Count me in is asked Monday and Wednesday at 16:30" in said
    assert "The reminder comes Monday at 09:00, the digest Friday at 15:00 (America/New_York)" in said


async def test_try_it_now_shows_a_prompt_and_a_sample_digest_with_the_purpose_being_typed(
    inside: Inside,
) -> None:
    await invited(inside)
    view = await opened(inside)

    state = {"setup.purpose": {"value": {"type": "plain_text_input", "value": "We give shops calm Mondays."}}}
    await inside.ws.click(inside.user("alice"), view, "setup.try", state=state)
    await inside.settled()

    shown = words(inside.modal("alice"))
    assert "This is what the team gets:" in shown
    assert FIRST in shown
    assert "Impact digest" in shown
    assert "made up" in shown
    assert "We give shops calm Mondays." in shown
    assert "'type': 'actions'" not in shown
    assert inside.said("alice") == []


async def test_try_it_now_is_beside_the_defaults_too(inside: Inside) -> None:
    greeting = await invited(inside)
    await inside.ws.click(inside.user("alice"), greeting, "setup.defaults")
    await inside.settled()
    whisper = inside.ws.ephemerals(inside.user("alice"), inside.channel(SB))[-1]

    await inside.ws.click(inside.user("alice"), whisper, "setup.try")
    await inside.settled()

    assert "Impact digest" in words(inside.modal("alice"))


async def test_a_channel_of_more_than_thirty_asks_whom(inside: Inside) -> None:
    for number in range(30):
        newcomer = inside.ws.add_person(f"Person {number}", join=False, announce=False)
        inside.ws.workspace.channels[inside.channel(SB)].members[newcomer] = None
    await invited(inside)
    view = await opened(inside)
    assert "people are in this channel: whom shall I ask?" in words(view["blocks"])

    enrol = {"type": "radio_buttons", "selected_option": {"value": "enrol"}}
    nobody = await inside.ws.submit(inside.user("alice"), view["id"], {"setup.join": {"value": enrol}})
    chosen = {"type": "multi_users_select", "selected_users": [inside.user("bob"), inside.user("charlie")]}
    some = await inside.ws.submit(
        inside.user("alice"), view["id"], {"setup.join": {"value": enrol}, "setup.people": {"value": chosen}}
    )
    await inside.settled()

    assert "nobody is enrolled by accident" in words(nobody["errors"])
    assert some["ok"]
    members = await inside.store.teams.members(inside.workspace, (await the_team(inside)).id)
    active = {each.user for each in members if each.state is Membership.ACTIVE}
    assert active == {inside.user("bob"), inside.user("charlie")}


async def test_the_defaults_in_a_large_channel_post_one_invitation_and_look_nobody_up(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [inside.ws.add_person(f"Person {number}", join=False, announce=False) for number in range(60)]
    for user in people:
        inside.ws.workspace.channels[inside.channel(SB)].members[user] = None
    greeting = await invited(inside)
    looked_up: list[str] = []
    call = inside.house.api.call

    async def counted(workspace: str, method: str, **values: Any) -> Any:
        if method == "users.info":
            looked_up.append(str(values["user"]))
        return await call(workspace, method, **values)

    monkeypatch.setattr(
        inside.house.services.directory, "_api", type("Api", (), {"call": staticmethod(counted)})
    )
    await inside.ws.click(inside.user("alice"), greeting, "setup.defaults")
    await inside.settled()

    assert len(looked_up) <= 2
    invitation = inside.ws.messages(inside.channel(SB))[-1]
    await inside.ws.click(people[7], invitation, "join.count_me_in")
    await inside.settled()
    team = await the_team(inside)
    members = await inside.store.teams.members(inside.workspace, team.id)
    assert {each.user for each in members if each.state is Membership.ACTIVE} == {people[7]}
    viewer = await inside.house.services.admission.viewer(inside.workspace, people[8], inside.now())
    assert team.id in viewer.teams


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("purpose", "🎉🎉🎉", "A purpose needs words"),
        ("purpose", "We help. " * 300, "at most 500 characters"),
        ("prompt_days", "", "nobody would ever be asked"),
        ("prompt_days", "someday", "days such as mon-fri"),
        ("zone", "Atlantis", "zone"),
        ("holidays", "Narnia", "country"),
        ("managers", {"type": "multi_users_select", "selected_users": []}, "A team needs a manager"),
        ("reminder_lines", "x" * 200, "at most 160 characters"),
    ],
)
async def test_a_form_that_cannot_be_meant_says_so_below_the_input_and_changes_nothing(
    inside: Inside, field: str, value: Any, said: str
) -> None:
    team = await inside.team(SB)
    view = await opened(inside)

    answer = await submit(inside, view, **{field: value})

    assert said in words(answer.get("errors"))
    assert await the_team(inside) == team


async def test_a_team_cannot_be_left_to_guests_and_bots_alone(inside: Inside) -> None:
    team = await inside.team(SB)
    view = await opened(inside)

    chosen = {"type": "multi_users_select", "selected_users": [inside.user("grace"), inside.ws.bot_user]}
    await submit(inside, view, managers=chosen)

    assert await the_team(inside) == team
    assert "A team needs a manager" in words(inside.last("alice"))


async def test_a_purpose_of_10000_characters_or_only_emoji_is_asked_again_and_nothing_changes(
    inside: Inside,
) -> None:
    await inside.team(SB)

    for statement in ("We help. " * 1_111 + "x", "🎉🎉", ""):
        await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose", f"set {statement}")
        await inside.settled()
        said = inside.whispered("alice", inside.channel(SB))
        assert f"at most {MOST_CHARACTERS} characters" in said or "A purpose needs words" in said

    team = await the_team(inside)
    assert team.purpose is not None
    assert (team.purpose.text, team.purpose.version) == (PURPOSE, 1)


async def test_a_purpose_is_versioned_and_a_story_remembers_the_wording_in_force(inside: Inside) -> None:
    await inside.team(SB, "bob")
    alice, where = inside.user("alice"), inside.channel(SB)
    await inside.ws.command(inside.user("bob"), where, "/purpose", "story Maria closed her books early.")
    await inside.settled()

    await inside.ws.command(alice, where, "/purpose", "set We are number one and hit our target.")
    await inside.settled()
    first = inside.whispered("alice", where)
    await inside.ws.command(inside.user("bob"), where, "/purpose", "story The clinic queues no more.")
    await inside.settled()

    newer, older = await inside.stories()
    assert (older.purpose_version, newer.purpose_version) == (1, 2)
    assert "Set for" in first
    assert "A thought: " in first
    assert "?" in first.split("A thought: ")[1]
    team = await the_team(inside)
    assert [each.version for each in await inside.store.teams.purposes(inside.workspace, team.id)] == [1, 2]


async def test_whoever_set_a_team_up_finds_it_on_home_before_being_counted_in(inside: Inside) -> None:
    await invited(inside)
    await submit(inside, await opened(inside), purpose=PURPOSE)

    await inside.ws.open_home(inside.user("alice"))
    await inside.settled()

    home = words(inside.ws.home(inside.user("alice")))
    assert PURPOSE in home
    assert "Team view: small-business" in home
    assert "No prompt is planned for you." in home


async def test_people_who_join_are_asked_quietly_and_people_who_leave_hear_nothing_more(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob")
    dana = inside.ws.add_person("Dana")

    inside.ws.join(dana, inside.channel(SB))
    inside.ws.leave(inside.user("bob"), inside.channel(SB))
    await inside.settled()

    assert "Count me in" in words(inside.ws.ephemerals(dana, inside.channel(SB)))
    assert (await inside.store.teams.member(inside.workspace, team.id, dana)).state is Membership.INVITED
    left = await inside.store.teams.member(inside.workspace, team.id, inside.user("bob"))
    assert left.state is Membership.LEFT
    assert left.since - inside.now() < timedelta(minutes=1)


async def test_a_guest_sets_nothing_up_and_any_full_member_may(inside: Inside) -> None:
    greeting = await invited(inside)

    for click in ("setup.open", "setup.defaults"):
        await inside.ws.click(inside.user("grace"), greeting, click)
        await inside.settled()
        assert "full members" in inside.whispered("grace", inside.channel(SB))
    assert await inside.store.teams.all(inside.workspace) == []
    assert inside.ws.views(inside.user("grace")) == []

    await inside.ws.click(inside.user("bob"), greeting, "setup.defaults")
    await inside.settled()
    await inside.ws.click(inside.user("charlie"), greeting, "setup.defaults")
    await inside.settled()
    assert (await the_team(inside)).managers == (inside.user("bob"),)
    assert f"Ask <@{inside.user('bob')}>" in inside.whispered("charlie", inside.channel(SB))
    invitations = [one for one in inside.ws.messages(inside.channel(SB)) if "join.count_me_in" in words(one)]
    assert len(invitations) == 1


async def test_the_last_manager_who_wants_to_be_forgotten_leaves_the_team_to_admins(inside: Inside) -> None:
    await inside.team(SB, "charlie", manager="bob")
    await inside.ws.command(inside.user("bob"), inside.channel(SB), "/purpose", "forget")
    await inside.settled()
    question = inside.ws.ephemerals(inside.user("bob"), inside.channel(SB))[-1]

    await inside.ws.click(inside.user("bob"), question, "forget.yes")
    await inside.settled()

    assert (await the_team(inside)).managers == ()
    assert "a workspace admin can name a new one" in words(inside.ws.messages(inside.channel(SB))[-1])


async def test_a_manager_who_leaves_the_company_leaves_the_team_to_the_next_one_and_then_to_admins(
    inside: Inside,
) -> None:
    team = await inside.team(SB, manager="bob")
    two = (inside.user("bob"), inside.user("charlie"))
    await inside.store.teams.save(replace(team, managers=two), by=two[0], now=inside.now())

    inside.ws.alter(inside.user("bob"), deleted=True)
    await inside.settled()
    assert (await the_team(inside)).managers == (inside.user("charlie"),)
    inside.ws.alter(inside.user("charlie"), deleted=True)
    await inside.settled()

    assert (await the_team(inside)).managers == ()
    assert "a workspace admin can name a new one" in words(inside.ws.messages(inside.channel(SB))[-1])
    view = await opened(inside, "alice")
    chosen = {"type": "multi_users_select", "selected_users": [inside.user("alice")]}
    await submit(inside, view, managers=chosen)
    assert (await the_team(inside)).managers == (inside.user("alice"),)
