"""Every way a person answers: each ends in one story and one receipt, or in a question what it was."""

from __future__ import annotations

import json

import pytest

from bot.domain.stories import Source, StoryState, Visibility
from bot.domain.teams import Team
from bot.sandbox.model import Json
from handlers.slack.surfaces import names
from tests.process.inside import Inside

WORDS = "Helped Maria close her books two days earlier, she smiled."
DRAFTS = (StoryState.DRAFT,)


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob and Charlie are in Alice's team."""
    return await inside.team("small-business", "bob", "charlie")


async def say(inside: Inside, words: str, thread: str | None = None) -> str:
    ts = await inside.ws.say(inside.user("bob"), inside.dm("bob"), words, thread)
    await inside.settled()
    return ts


async def one_story(inside: Inside) -> tuple[str, Source, Visibility]:
    """The one story there is, and that its receipt is the bot's newest message."""
    [story] = await inside.stories()
    assert story.text in inside.last("bob")["text"]
    assert story.state is StoryState.KEPT
    return story.text, story.source, story.visibility


def form(**values: object) -> dict[str, dict[str, object]]:
    """A story form's values by block name."""
    return {f"story.{block}": {names.VALUE: value} for block, value in values.items()}


def blocks(message: Json) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


async def test_a_plain_message_after_the_prompt_is_an_answer(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)

    await say(inside, WORDS)

    assert await one_story(inside) == (WORDS, Source.DM, Visibility.TEAM)
    assert (await inside.stories())[0].team == team.id
    assert "it's kept" in inside.said("bob")[0]["text"]


async def test_an_answer_in_the_prompts_thread_belongs_to_it_however_late(inside: Inside, team: Team) -> None:
    prompt = await inside.prompt("bob", team)
    inside.later(days=3)

    await say(inside, WORDS, prompt["ts"])

    assert await one_story(inside) == (WORDS, Source.DM, Visibility.TEAM)


async def test_several_messages_in_a_row_are_all_kept(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)

    for words in ("One: Maria closed her books.", "Two: Joe's ovens work again.", "Three: Ann slept."):
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), words)
    await inside.settled()

    assert [story.text[:3] for story in await inside.stories(oldest_first=True)] == ["One", "Two", "Thr"]


async def test_the_modal_asks_for_story_and_audience_and_more_on_a_click(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await inside.ws.click(bob, await inside.prompt("bob", team), names.PROMPT_SHARE)
    await inside.settled()
    short = [block.get("block_id") for block in inside.modal("bob")["blocks"]]

    await inside.ws.click(bob, inside.modal("bob"), names.MODAL_DETAIL)
    await inside.settled()
    detail = {"customer": "Maria's shop", "goal": "sleep", "change": "sleeps", "tags": ["honest_no"]}
    await inside.ws.submit(bob, inside.modal("bob")["id"], form(text=WORDS, audience="managers", **detail))
    await inside.settled()

    assert short == [names.BLOCK_TEXT, names.BLOCK_AUDIENCE, names.BLOCK_DETAIL]
    assert await one_story(inside) == (WORDS, Source.MODAL, Visibility.MANAGERS)
    [story] = await inside.stories()
    assert (story.customer, story.goal, story.change, story.tags) == (
        "Maria's shop",
        "sleep",
        "sleeps",
        ("honest_no",),
    )


async def test_the_command_keeps_words_as_they_are_typed(inside: Inside, team: Team) -> None:
    await inside.ws.command(
        inside.user("bob"), inside.channel("small-business"), "/purpose", f"story {WORDS}"
    )
    await inside.settled()

    assert await one_story(inside) == (WORDS, Source.COMMAND, Visibility.TEAM)
    assert "Kept, thank you" in inside.whispered("bob", inside.channel("small-business"))


async def test_the_words_after_the_command_may_begin_on_the_next_line(inside: Inside, team: Team) -> None:
    pasted = f"Maria's books:\n{WORDS}"
    await inside.ws.command(
        inside.user("bob"), inside.channel("small-business"), "/purpose", f"story\n{pasted}"
    )
    await inside.settled()

    assert [story.text for story in await inside.stories()] == [pasted]


async def test_the_command_without_words_opens_the_modal(inside: Inside, team: Team) -> None:
    await inside.ws.command(inside.user("bob"), inside.channel("small-business"), "/purpose", "story")
    await inside.settled()
    await inside.ws.submit(
        inside.user("bob"), inside.modal("bob")["id"], form(text=WORDS, audience="private")
    )
    await inside.settled()

    assert await one_story(inside) == (WORDS, Source.MODAL, Visibility.PRIVATE)


async def test_the_shortcut_keeps_ones_own_message_and_nobody_elses(inside: Inside, team: Team) -> None:
    bob, place = inside.user("bob"), inside.channel("small-business")
    ts = await inside.ws.say(bob, place, WORDS)
    await inside.ws.shortcut(inside.user("charlie"), "story.keep", place, ts)
    await inside.ws.shortcut(bob, "story.keep", place, ts)
    await inside.settled()
    await inside.ws.submit(bob, inside.modal("bob")["id"], form(audience="team"))
    await inside.settled()

    assert await one_story(inside) == (WORDS, Source.SHORTCUT, Visibility.TEAM)
    assert not inside.ws.views(inside.user("charlie"))
    assert "your own messages" in json.dumps(inside.ws.messages(place, user=inside.user("charlie")))


async def test_a_check_is_answered_in_its_thread_and_extended_there(inside: Inside, team: Team) -> None:
    place = inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    check = inside.ws.messages(place)[-1]["ts"]

    await inside.ws.say(inside.user("bob"), place, WORDS, check)
    await inside.ws.say(inside.user("bob"), place, "And she slept.", check)
    await inside.settled()

    assert await one_story(inside) == (f"{WORDS}\nAnd she slept.", Source.CHECK, Visibility.TEAM)


async def test_a_check_is_answered_by_its_button(inside: Inside, team: Team) -> None:
    bob, place = inside.user("bob"), inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    await inside.ws.click(bob, inside.ws.messages(place)[-1], names.CHECK_ANSWER)
    await inside.settled()

    await inside.ws.submit(bob, inside.modal("bob")["id"], form(text=WORDS, audience="team"))
    await inside.settled()

    assert await one_story(inside) == (WORDS, Source.CHECK, Visibility.TEAM)


@pytest.mark.parametrize("hours", [0, 25], ids=["before any prompt", "long after it"])
async def test_without_an_open_prompt_it_waits_as_a_draft_until_its_writer_says(
    inside: Inside, team: Team, hours: int
) -> None:
    if hours:
        await inside.prompt("bob", team)
        inside.later(hours=hours)

    await say(inside, WORDS)
    drafted = (len(await inside.stories()), len(await inside.stories(states=DRAFTS)))
    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.DRAFT_SAVE)
    await inside.settled()

    assert drafted == (0, 1)
    assert await one_story(inside) == (WORDS, Source.DM, Visibility.TEAM)


async def test_not_a_story_deletes_the_draft(inside: Inside, team: Team) -> None:
    await say(inside, WORDS)

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.DRAFT_DROP)
    await inside.settled()

    assert not await inside.stories(states=tuple(StoryState)[:2])
    assert WORDS not in inside.last("bob")["text"]


async def test_in_doubt_it_asks_and_loses_nothing(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)

    await say(inside, "Shall I call them tomorrow?")

    assert not await inside.stories()
    assert [story.text for story in await inside.stories(states=DRAFTS)] == ["Shall I call them tomorrow?"]
    assert "I'm not sure" in inside.last("bob")["text"]


async def test_twice_a_day_is_two_stories(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)
    await say(inside, WORDS)
    inside.later(hours=3)

    await say(inside, "Joe's ovens work again, he thanked us.")

    assert len(await inside.stories()) == 2


async def test_nothing_today_is_a_full_answer_in_seven_languages(inside: Inside, team: Team) -> None:
    prompt = await inside.prompt("bob", team)

    for words in (
        "nothing today",
        "Nichts.",
        "rien aujourd'hui",
        "nada",
        "hoje nada",
        "niente",
        "niets vandaag",
    ):
        await say(inside, words)

    assert not await inside.stories(states=tuple(StoryState))
    [shown] = inside.said("bob")
    assert shown["ts"] == prompt["ts"]
    assert "Nothing today, and that's fine" in shown["text"]


async def test_a_courtesy_is_no_answer(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)

    for words in ("thanks!", "danke", "merci", "gracias", "obrigado", "grazie", "bedankt", "👍"):
        await say(inside, words)

    assert not await inside.stories(states=tuple(StoryState))
    assert len(inside.said("bob")) == 1


async def test_a_question_about_privacy_gets_an_answer_not_a_receipt(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)

    for words in (
        "can my boss see this?",
        "Kann mein Chef das sehen?",
        "est-ce que mon chef peut voir ça ?",
        "¿puede mi jefe ver esto?",
        "o meu chefe pode ver isto?",
        "il mio capo può vederlo?",
        "kan mijn baas dit zien?",
    ):
        await say(inside, words)

    assert not await inside.stories(states=tuple(StoryState))
    answers = inside.said("bob")[1:]
    assert len(answers) == 7
    assert all("A story is seen by whoever its receipt says" in one["text"] for one in answers)


async def test_stop_ends_the_prompts_keeps_the_stories_and_tells_nobody(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)
    await say(inside, WORDS)
    before = len(inside.ws.messages(inside.channel("small-business"))), len(inside.said("alice"))

    await say(inside, "stop")
    inside.later(days=1)
    await inside.prompt("bob", team)

    assert "Stopped" in inside.last("bob")["text"]
    assert len(await inside.stories()) == 1
    assert (len(inside.ws.messages(inside.channel("small-business"))), len(inside.said("alice"))) == before


async def test_where_the_team_is_unclear_it_stays_private_until_a_teams_button(
    inside: Inside, team: Team
) -> None:
    other = await inside.team("leadership", "bob")

    await say(inside, WORDS)
    draft = inside.last("bob")
    [waiting] = await inside.stories(states=DRAFTS)
    await inside.ws.click(inside.user("bob"), draft, names.DRAFT_TEAM, block_id=_row_of(draft, other.id))
    await inside.settled()

    assert (waiting.team, waiting.visibility) == (None, Visibility.PRIVATE)
    [story] = await inside.stories()
    assert (story.team, story.visibility) == (other.id, Visibility.TEAM)
    assert "#leadership (private: its members)" in inside.last("bob")["text"]


def _row_of(message: Json, team: str) -> str:
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if str(element.get("value", "")).endswith(f":{team}"):
                return str(block["block_id"])
    raise AssertionError(team)


async def test_also_share_with_another_team_makes_one_story_there(inside: Inside, team: Team) -> None:
    other = await inside.team("leadership", "bob")
    await inside.prompt("bob", team)
    await say(inside, WORDS)
    receipt = inside.last("bob")
    [story] = await inside.stories()

    await inside.ws.click(inside.user("bob"), receipt, names.STORY_ALSO, f"{story.id}:{other.id}")
    await inside.settled()
    # A second click that was on its way before the receipt stopped offering it.
    await inside.house.services.telling.also_share(
        inside.workspace, inside.user("bob"), story.id, other.id, inside.now()
    )
    await inside.settled()

    assert sorted(str(one.team) for one in await inside.stories()) == sorted([team.id, other.id])


async def test_words_that_stand_only_in_an_image_are_asked_for_in_a_sentence(
    inside: Inside, team: Team
) -> None:
    await inside.prompt("bob", team)

    await inside.ws.say(inside.user("bob"), inside.dm("bob"), "", file={"name": "note.png"})
    await inside.settled()

    assert not await inside.stories(states=tuple(StoryState))
    assert "sentence" in inside.last("bob")["text"]


async def test_the_coach_asks_once_inside_the_receipt_and_the_answer_adds_to_the_story(
    inside: Inside, team: Team
) -> None:
    await inside.prompt("bob", team)
    await say(inside, "helped close the books")
    receipt = inside.last("bob")

    await say(inside, "It was Maria, and she sleeps again.", receipt["ts"])

    assert "Who was it" in blocks(receipt)
    [story] = await inside.stories()
    assert story.text == "helped close the books\nIt was Maria, and she sleeps again."
    updated = next(one for one in inside.said("bob") if one["ts"] == receipt["ts"])
    assert "Who was it" not in blocks(updated)


async def test_the_coach_is_off_by_one_click_for_good(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)
    await say(inside, "helped close the books")

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.COACH_OFF)
    await inside.settled()
    first = inside.last("bob")
    inside.later(hours=1)
    await say(inside, "helped with some ovens")

    assert "Who was it" not in blocks(first)
    assert "Who was it" not in blocks(inside.last("bob"))


async def test_who_said_nothing_today_is_not_asked_for_more(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)
    await say(inside, "nothing today")

    await say(inside, "well, helped close the books")

    assert "Who was it" not in blocks(inside.last("bob"))
    assert len(await inside.stories()) == 1


async def test_editing_and_deleting_ones_own_message_changes_the_story(inside: Inside, team: Team) -> None:
    await inside.prompt("bob", team)
    ts = await say(inside, WORDS)

    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), ts, "Helped Maria, in other words.")
    await inside.settled()
    [edited] = await inside.stories()
    receipt = inside.last("bob")["text"]
    await inside.ws.delete(inside.user("bob"), inside.dm("bob"), ts)
    await inside.settled()

    assert (edited.text, edited.revision) == ("Helped Maria, in other words.", 2)
    assert "in other words" in receipt
    assert not await inside.stories()
    assert "Gone" in inside.last("bob")["text"]


async def test_the_receipts_buttons_edit_and_delete(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await inside.prompt("bob", team)
    await say(inside, WORDS)
    await inside.ws.click(bob, inside.last("bob"), names.STORY_EDIT)
    await inside.settled()
    await inside.ws.submit(bob, inside.modal("bob")["id"], form(text="Helped Maria, shorter."))
    await inside.settled()
    edited = inside.last("bob")

    await inside.ws.click(bob, edited, names.STORY_DELETE)
    await inside.settled()

    assert "Helped Maria, shorter." in edited["text"]
    assert not await inside.stories()


async def test_home_shows_ones_stories_and_changes_them(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await inside.prompt("bob", team)
    await say(inside, WORDS)
    await inside.ws.open_home(bob)
    await inside.settled()
    home = inside.ws.home(bob)
    assert home is not None

    await inside.ws.click(bob, home, names.STORY_PRIVATE)
    await inside.settled()
    private = (await inside.stories())[0].visibility
    await inside.ws.click(bob, inside.ws.home(bob) or {}, names.STORY_DELETE)
    await inside.settled()

    assert WORDS in json.dumps(home["blocks"])
    assert "next prompt" in json.dumps(home["blocks"])
    assert private is Visibility.PRIVATE
    assert not await inside.stories()
    assert WORDS not in json.dumps((inside.ws.home(bob) or {})["blocks"])


async def test_only_answers_to_an_open_check_are_kept_of_a_channels_talk(inside: Inside, team: Team) -> None:
    place, bob = inside.channel("small-business"), inside.user("bob")
    ts = await inside.ws.say(bob, place, "Lunch, anyone? xylophone")
    await inside.ws.say(bob, place, "Pizza xylophone", ts)
    await inside.ws.edit(bob, place, ts, "Lunch at noon? xylophone")
    await inside.settled()
    await inside.down()

    held = b"".join(each.read_bytes() for each in inside.folder.glob("bot.db*"))
    assert b"xylophone" not in held
