"""Whatever people type, click or forge: nothing breaks, nothing leaks, and they get a helpful line."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from bot.domain.stories import StoryState, Visibility
from bot.domain.teams import Team
from bot.sandbox import triggers
from bot.sandbox.model import Json
from handlers.slack.surfaces import names
from tests.process.inside import Inside

WORDS = "Helped Maria close her books two days earlier, she smiled."
_numbers = itertools.count(1)


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob and Charlie are in Alice's team, and Bob has an open prompt."""
    team = await inside.team("small-business", "bob", "charlie")
    await inside.prompt("bob", team)
    return team


async def say(inside: Inside, words: str, **how: Any) -> str:
    ts = await inside.ws.say(inside.user("bob"), inside.dm("bob"), words, **how)
    await inside.settled()
    return ts


async def forge(inside: Inside, user: str, action: str, value: str) -> None:
    """A click with a value that no button of this person has."""
    body = {
        "type": "block_actions",
        "team": {"id": inside.ws.team_id},
        "user": {"id": user, "team_id": inside.ws.team_id},
        "channel": {"id": inside.ws.dm(user)},
        "trigger_id": f"forged.{next(_numbers)}",
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": value}],
    }
    await inside.door.take(body)
    await inside.settled()


async def event(inside: Inside, **inner: Any) -> None:
    """An event as it arrives, whatever the local workspace would let people do."""
    number = next(_numbers)
    await inside.door.take(
        {
            "type": "event_callback",
            "team_id": inside.ws.team_id,
            "event_id": f"Ev{number}",
            "event": {
                "type": "message",
                "channel_type": "im",
                "ts": f"{inside.now().timestamp():.0f}.{number:06d}",
            }
            | inner,
        }
    )
    await inside.settled()


def every_word(inside: Inside, name: str) -> str:
    """All that the bot showed in a person's DM."""
    return json.dumps(inside.said(name), ensure_ascii=False)


async def test_forty_thousand_characters_are_kept_whole_shown_cut_and_edited_in_the_message(
    inside: Inside, team: Team
) -> None:
    bob = inside.user("bob")
    long = ("Maria smiled. " * 3_000)[:39_999] + "!"
    ts = await say(inside, long)
    receipt = inside.last("bob")
    await inside.ws.click(bob, receipt, names.STORY_READ)
    await inside.settled()
    read = json.dumps(inside.modal("bob")["blocks"])
    await inside.ws.close(bob, inside.modal("bob")["id"])
    await inside.ws.click(bob, receipt, names.STORY_EDIT)
    await inside.settled()
    form = json.dumps(inside.modal("bob")["blocks"])
    await inside.ws.submit(bob, inside.modal("bob")["id"], {names.BLOCK_CUSTOMER: {names.VALUE: "Maria"}})
    await inside.settled()
    [detailed] = await inside.stories()

    await inside.ws.edit(bob, inside.dm("bob"), ts, "Shorter: Maria smiled.")
    await inside.settled()

    assert (detailed.text, detailed.customer) == (long, "Maria")
    assert len(json.dumps(receipt["blocks"])) < 8_000
    assert read.count("Maria smiled.") >= 2_800
    assert "edit your own message" in form
    assert (await inside.stories())[0].text == "Shorter: Maria smiled."


async def test_sixty_messages_in_a_minute_are_all_kept_in_order(inside: Inside, team: Team) -> None:
    wanted = [f"Number {number}: helped a shop open." for number in range(60)]

    for words in wanted:
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), words)
    await inside.settled()

    assert [story.text for story in await inside.stories(oldest_first=True)] == wanted
    receipts = [one for one in inside.said("bob") if one["text"].startswith("Kept")]
    assert len(receipts) == 60


ODD = {
    "zalgo": "Z\u0336a\u0336l\u0336g\u0336o helped Maria\u0300\u0301\u0302\u0303 today, she smiled",
    "right to left": "\u202eHelped Maria\u202c today \u05e9\u05dc\u05d5\u05dd she smiled",
    "zero width": "Helped\u200b Maria\u200d close\ufeff her books today",
    "sql": "Robert'); DROP TABLE story; -- helped Maria today",
    "html": "<b>Helped</b> Maria <script>alert(1)</script> & Joe today",
    "mrkdwn": "*Helped* _Maria_ ~today~ `code` ```block``` > quote",
    "backslashes": "Helped Maria \\n \\x00 %s {0} {{team}} today",
    "many lines": "Helped Maria\n\n\n" + "today\n" * 200,
}


@pytest.mark.parametrize("words", ODD.values(), ids=ODD)
async def test_odd_words_are_kept_and_shown_as_they_are(inside: Inside, team: Team, words: str) -> None:
    await say(inside, words)

    [story] = await inside.stories()
    assert story.text.split() == words.split()
    shown = "".join(
        element.get("text", "")
        for block in inside.last("bob")["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
        for element in part["elements"]
    )
    assert story.text in shown


async def test_what_cannot_be_stored_is_replaced_and_the_rest_kept(inside: Inside, team: Team) -> None:
    await event(
        inside,
        channel=inside.dm("bob"),
        user=inside.user("bob"),
        text="Helped Maria \x00 and \ud800 Joe today",
    )

    assert (await inside.stories())[0].text == "Helped Maria \ufffd and \ufffd Joe today"


async def test_nothing_typed_pings_a_channel_or_forges_a_link(inside: Inside, team: Team) -> None:
    evil = "Helped <!here> <!channel> <@U123> <https://evil.example|your bank> @everyone today"
    place = inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    check = inside.ws.messages(place)[-1]["ts"]
    await inside.ws.say(inside.user("bob"), place, evil, check, wire=True)
    await inside.settled()
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()
    await say(inside, evil, wire=True)

    posts = [one for one in inside.ws.messages(place) if one.get("bot_id")] + inside.said("bob")
    assert "Helped" in json.dumps(posts)
    for one in posts:
        marked = one["text"] + json.dumps(_mrkdwn(one.get("blocks", [])))
        assert not any(mark in marked for mark in ("<!here", "<!channel", "<@U123", "<https://evil"))


def _mrkdwn(value: Any) -> list[str]:
    """Every text in blocks in which Slack would look for markup."""
    if isinstance(value, list):
        return [text for each in value for text in _mrkdwn(each)]
    if isinstance(value, dict):
        own = [str(value["text"])] if value.get("type") == "mrkdwn" else []
        return own + [text for each in value.values() for text in _mrkdwn(each)]
    return []


@pytest.mark.parametrize("words", ["🎉🎉", "👩‍👩‍👧", "😀 😀 🇩🇪", "...", "—"])
async def test_wordless_messages_are_asked_about_and_never_break(
    inside: Inside, team: Team, words: str
) -> None:
    await say(inside, words)

    assert not await inside.stories()
    drafts = await inside.stories(states=(StoryState.DRAFT,))
    assert [story.text for story in drafts] in ([], [words])


async def test_what_bots_write_is_no_answer(inside: Inside, team: Team) -> None:
    before = len(inside.said("bob"))
    for changes in ({"bot_id": "B1"}, {"app_id": "A1"}, {"user": ""}, {"subtype": "bot_message"}):
        await event(
            inside, **({"channel": inside.dm("bob"), "user": inside.user("bob"), "text": WORDS} | changes)
        )

    assert not await inside.stories(states=tuple(StoryState))
    assert len(inside.said("bob")) == before


async def test_guests_get_a_friendly_no_and_leave_nothing_behind(inside: Inside, team: Team) -> None:
    await inside.ws.say(inside.user("grace"), inside.dm("grace"), WORDS)
    await inside.settled()

    assert not await inside.stories(states=tuple(StoryState))
    assert "full members" in inside.last("grace")["text"]


async def test_strangers_of_a_shared_channel_cannot_answer_or_read(inside: Inside, team: Team) -> None:
    place = inside.channel("small-business")
    eve = inside.ws.add_person("Eve", role="external")
    inside.ws.invite(inside.user("alice"), place, eve)
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await say(inside, WORDS)
    check = next(one for one in reversed(inside.ws.messages(place)) if one.get("bot_id"))
    [story] = await inside.stories()

    await inside.ws.say(eve, place, "I am from elsewhere.", check["ts"])
    await inside.ws.command(eve, place, "/purpose", "stories Maria")
    await inside.settled()
    await forge(inside, eve, names.STORY_READ, story.id)

    assert [each.text for each in await inside.stories()] == [WORDS]
    assert WORDS not in json.dumps(inside.ws.messages(place, user=eve))
    assert WORDS not in json.dumps(inside.ws.views(eve))


async def test_a_deactivated_person_tells_nothing_more(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    inside.ws.alter(bob, deleted=True)
    await inside.settled()

    await event(inside, channel=inside.dm("bob"), user=bob, text=WORDS)

    assert not await inside.stories(states=tuple(StoryState))


CLICKS = (
    names.STORY_PRIVATE,
    names.STORY_SHARE,
    names.STORY_DELETE,
    names.STORY_EDIT,
    names.STORY_COACH,
    names.COACH_OFF,
    names.AI_REFUSE_STORY,
    names.DRAFT_SAVE,
    names.DRAFT_DROP,
)


async def test_somebody_elses_story_id_in_a_forged_button_does_nothing(inside: Inside, team: Team) -> None:
    await say(inside, WORDS)
    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_PRIVATE)
    await inside.settled()
    [story] = await inside.stories()
    charlie = inside.user("charlie")

    for action in (*CLICKS, names.STORY_READ, names.DIGEST_READ):
        await forge(inside, charlie, action, story.id)
    for action in (names.STORY_AUDIENCE, names.STORY_ALSO, names.DRAFT_TEAM):
        await forge(inside, charlie, action, f"{story.id}:company")
        await forge(inside, charlie, action, f"{story.id}:{team.id}")

    assert await inside.stories() == [story]
    assert story.visibility is Visibility.PRIVATE
    assert WORDS not in json.dumps(inside.ws.views(charlie), ensure_ascii=False)
    assert WORDS not in every_word(inside, "charlie")
    assert "your own" in every_word(inside, "charlie") or "only" in every_word(inside, "charlie")


@pytest.mark.parametrize("value", ["", "nowhere", ":", "a:b:c", "💥", "x" * 2_000, "'; DROP TABLE story; --"])
async def test_a_forged_value_that_names_nothing_gets_a_line(inside: Inside, team: Team, value: str) -> None:
    before = len(inside.said("bob"))

    for action in (*CLICKS, names.STORY_AUDIENCE, names.STORY_ALSO, names.DRAFT_TEAM, names.CHECK_ANSWER):
        await forge(inside, inside.user("bob"), action, value)

    assert len(inside.said("bob")) > before
    assert not await inside.stories(states=tuple(StoryState))


async def modal(inside: Inside) -> Json:
    await inside.ws.click(inside.user("bob"), inside.said("bob")[0], names.PROMPT_SHARE)
    await inside.settled()
    return inside.modal("bob")


def submission(inside: Inside, view: Json, words: str) -> Json:
    """A submission as it arrives."""
    values = {
        names.BLOCK_TEXT: {names.VALUE: {"type": "plain_text_input", "value": words}},
        names.BLOCK_AUDIENCE: {names.VALUE: {"selected_option": {"value": "team"}}},
    }
    return {
        "type": "view_submission",
        "team": {"id": inside.ws.team_id},
        "user": {"id": inside.user("bob"), "team_id": inside.ws.team_id},
        "trigger_id": f"again.{next(_numbers)}",
        "view": view | {"state": {"values": values}},
    }


async def test_a_modal_submitted_twice_makes_one_story(inside: Inside, team: Team) -> None:
    view = await modal(inside)

    await inside.door.take(submission(inside, view, WORDS))
    await inside.door.take(submission(inside, view, WORDS))
    await inside.door.take(submission(inside, view | {"hash": "another"}, WORDS))
    await inside.settled()

    assert [story.text for story in await inside.stories()] == [WORDS]
    assert len([one for one in inside.said("bob") if one["text"].startswith("Kept")]) == 1


async def test_an_edit_submitted_after_the_story_was_deleted_gets_a_line(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await say(inside, WORDS)
    receipt = inside.last("bob")
    await inside.ws.click(bob, receipt, names.STORY_EDIT)
    await inside.settled()
    view = inside.modal("bob")
    await inside.ws.click(bob, receipt, names.STORY_DELETE)
    await inside.settled()

    await inside.ws.submit(bob, view["id"], {names.BLOCK_TEXT: {names.VALUE: "Back again?"}})
    await inside.settled()

    assert not await inside.stories()
    assert "Back again?" not in every_word(inside, "bob")
    assert "isn't there any more" in inside.last("bob")["text"] or "gone" in inside.last("bob")["text"]


async def test_a_forged_form_changes_nobody_elses_story(inside: Inside, team: Team) -> None:
    await say(inside, WORDS)
    [story] = await inside.stories()
    view = {
        "id": "VFORGED",
        "hash": "h",
        "type": "modal",
        "callback_id": names.VIEW_EDIT,
        "private_metadata": json.dumps({"story": story.id}),
        "blocks": [],
    }
    body = submission(inside, view, "Charlie was here.")
    body["user"]["id"] = inside.user("charlie")

    await inside.door.take(body)
    await inside.door.take(body | {"view": body["view"] | {"id": "V2", "private_metadata": "[[not json"}})
    await inside.settled()

    assert await inside.stories() == [story]
    assert WORDS not in every_word(inside, "charlie")


async def test_somebody_slack_does_not_know_tells_nothing(inside: Inside, team: Team) -> None:
    await event(inside, channel="D0NOBODY", user="U0NOBODY", text=WORDS)

    assert not await inside.stories(states=tuple(StoryState))


async def test_a_form_without_words_says_so_in_the_form(inside: Inside, team: Team) -> None:
    view = await modal(inside)

    answer = await inside.door.take(submission(inside, view, " \u200b "))

    assert answer is None or answer["response_action"] == "errors"
    await inside.settled()
    assert all(story.text.strip() for story in await inside.stories())


async def test_an_expired_trigger_gets_a_line(
    inside: Inside, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(inside, WORDS)
    monkeypatch.setattr(triggers, "TRIGGER_SECONDS", -1.0)

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_EDIT)
    await inside.settled()

    assert not inside.ws.views(inside.user("bob"))
    assert "try once more" in inside.whispered("bob", inside.dm("bob"))
