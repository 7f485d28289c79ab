"""A channel's reminder that quotes a story stands for weeks: it says what its teller wants it to say, as digests do."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from bot.domain.deliveries import Kind
from bot.domain.reminders import STORY_LINES
from bot.domain.teams import Team
from tests.process.inside import PURPOSE, Inside

DAY = date(2026, 1, 5)
WORDS = "Helped Maria Lopez close her books two days earlier."


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob is in Alice's team, told of Maria in plain words, and a reminder quotes him in the channel."""
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), WORDS)
    await inside.settled()
    [story] = await inside.stories()
    await inside.store.reminders.use(inside.workspace, team.id, f"{STORY_LINES[0].key}|{story.id}", DAY)
    await inside.post(team, Kind.REMINDER, DAY)
    return team


def reminders(inside: Inside, team: Team) -> list[str]:
    """All that each reminder says in the channel now."""
    found = [one for one in inside.ws.messages(team.channel) if PURPOSE in one.get("text", "")]
    return [json.dumps(one, ensure_ascii=False) for one in found]


def reminder(inside: Inside, team: Team) -> str:
    """The same of the only one."""
    [standing] = reminders(inside, team)
    return standing


async def test_it_quotes_the_story_as_its_teller_worded_it_last(inside: Inside, team: Team) -> None:
    before = reminder(inside, team)
    mine = next(one for one in inside.ws.messages(inside.dm("bob")) if one.get("text") == WORDS)

    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), mine["ts"], "Maria closed early. She smiled.")
    await inside.settled()

    assert WORDS in before
    assert WORDS not in reminder(inside, team)
    assert "Maria closed early. She smiled." in reminder(inside, team)


async def test_it_is_left_with_the_purpose_alone_once_the_story_is_kept_private(
    inside: Inside, team: Team
) -> None:
    receipt = next(one for one in reversed(inside.said("bob")) if "Maria" in one["text"])

    await inside.ws.click(inside.user("bob"), receipt, "story.private")
    await inside.settled()

    assert "Maria" not in reminder(inside, team)
    assert "Bob" not in reminder(inside, team)


async def test_the_next_one_quotes_nothing_where_more_people_can_read_the_channel_meanwhile(
    inside: Inside, team: Team
) -> None:
    inside.ws.workspace.channels[team.channel].is_shared = True
    inside.later(weeks=1)
    again = DAY + timedelta(weeks=1)
    [story] = await inside.stories()
    key = f"{STORY_LINES[1].key}|{story.id}"
    await inside.store.reminders.use(inside.workspace, team.id, key, again)

    await inside.post(team, Kind.REMINDER, again)

    first, *later = reminders(inside, team)
    assert WORDS in first
    assert later
    assert not any(WORDS in one for one in later)


async def test_it_is_left_with_the_purpose_alone_once_its_teller_is_forgotten(
    inside: Inside, team: Team
) -> None:
    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())
    await inside.settled()

    assert "Maria" not in reminder(inside, team)
    assert "Bob" not in reminder(inside, team)
