"""Thanks that close the loop: one quiet line in the next message, said once, never a number and never who read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.ports.stories import StoryChange
from tests.process.inside import Inside

SB = "small-business"
BOOKS = "Maria closed her books two days earlier & smiled."
READ = "A colleague read your story about Maria's books."


async def told(inside: Inside) -> tuple[Team, Story]:
    """A team in which Bob told of Maria's books, a day ago; he has had a message since."""
    team = await inside.team(SB, "bob", "charlie")
    await tell(inside, "bob", BOOKS)
    [story] = await inside.stories()
    change = StoryChange(customer="Maria's books")
    await inside.house.services.telling.edit(
        inside.workspace, inside.user("bob"), story.id, change, inside.now()
    )
    inside.later(days=1)
    return team, story


async def tell(inside: Inside, name: str, text: str) -> None:
    await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", f"story {text}")
    await inside.settled()


async def read_by_charlie(inside: Inside, story: Story) -> None:
    charlie = inside.user("charlie")
    await inside.store.stories.mark_read(inside.workspace, story.id, charlie, at=inside.now())


async def next_prompt(inside: Inside, team: Team) -> Any:
    inside.later(days=1)
    return await inside.prompt("bob", team)


async def test_a_read_story_is_told_once_in_the_next_prompt_without_saying_who_read_it(
    inside: Inside,
) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)
    before = len(inside.said("bob"))

    prompt = await next_prompt(inside, team)
    again = await next_prompt(inside, team)

    assert READ in str(prompt["blocks"])
    assert "Charlie" not in str(prompt)
    assert "A colleague read" not in str(again["blocks"])
    assert len(inside.said("bob")) == before + 2


async def test_it_rides_in_a_receipt_where_that_comes_first(inside: Inside) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)

    await tell(inside, "bob", "The bakery sleeps until five now.")

    assert READ in str(inside.last("bob")["blocks"])
    assert "A colleague read" not in str((await next_prompt(inside, team))["blocks"])


async def test_of_several_the_weightiest_is_said_and_never_a_number(inside: Inside) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose", "huddle")
    await inside.settled()
    for name, action in (("bob", "huddle.yes"), ("alice", "huddle.told")):
        message = next(one for one in inside.said(name) if f"'{action}'" in str(one))
        await inside.ws.click(inside.user(name), message, action)
        await inside.settled()

    prompt = await next_prompt(inside, team)

    line = next(words for words in lines(prompt) if words.startswith("💛"))
    assert line == "💛 Your story about Maria's books was told in small-business's huddle. Thank you for it."
    assert "A colleague read" not in str(prompt["blocks"])
    assert not re.search(r"\d", line)


async def test_a_trial_that_a_colleague_took_up_is_said(inside: Inside) -> None:
    team, _ = await told(inside)
    await inside.ws.command(
        inside.user("bob"), inside.channel(SB), "/purpose", "try asking what a good year is in 30 days"
    )
    await inside.settled()
    [trial] = await inside.store.hopes.of_person(inside.workspace, inside.user("bob"))
    inside.later(hours=1)
    taken = replace(
        trial,
        id="",
        person=inside.user("charlie"),
        origin="taken",
        taken_from=trial.id,
        created_at=inside.now(),
    )
    await inside.store.hopes.keep(taken)

    assert "A colleague is trying what you try, too." in str((await next_prompt(inside, team))["blocks"])


async def test_what_was_taken_back_is_thanked_for_no_more_even_in_a_message_that_stands(
    inside: Inside,
) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)
    prompt = await next_prompt(inside, team)
    assert READ in str(prompt["blocks"])

    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story.id, inside.now())
    await inside.ws.click(inside.user("bob"), prompt, "prompt.nothing")
    await inside.settled()

    stands = next(one for one in inside.said("bob") if one["ts"] == prompt["ts"])
    assert "Maria's books" not in str(stands["blocks"])


@pytest.mark.parametrize("way", ["taken back", "its customer blacked out"])
async def test_a_line_that_stands_changes_with_its_story_by_itself(inside: Inside, way: str) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)
    prompt = await next_prompt(inside, team)
    assert READ in str(prompt["blocks"])

    if way == "taken back":
        await inside.house.services.telling.withdraw(
            inside.workspace, inside.user("bob"), story.id, inside.now()
        )
    else:
        await inside.store.forgetting.redact(inside.workspace, story.id, "Maria's books", at=inside.now())
    await inside.settled()

    assert "Maria's books" not in str(standing(inside, prompt))


def standing(inside: Inside, message: Any) -> Any:
    """A message of Bob's DM as it reads now."""
    return next(one for one in inside.said("bob") if one["ts"] == message["ts"])["blocks"]


async def test_an_edit_of_the_message_never_changes_what_it_thanks_for(inside: Inside) -> None:
    team, story = await told(inside)
    await read_by_charlie(inside, story)
    prompt = await next_prompt(inside, team)
    await inside.store.stories.mark_read(inside.workspace, story.id, inside.user("alice"), at=inside.now())

    await inside.ws.click(inside.user("bob"), prompt, "prompt.nothing")
    await inside.settled()

    stands = next(one for one in inside.said("bob") if one["ts"] == prompt["ts"])
    assert READ in str(stands["blocks"])


def lines(message: Any) -> list[str]:
    """The small grey lines of a message."""
    return [
        element["text"]
        for block in message["blocks"]
        if block["type"] == "context"
        for element in block["elements"]
    ]
