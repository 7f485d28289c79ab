"""A story that stands everywhere at once: in digests, the company's too, roll-ups, replies, reminders and huddle cards.
Whatever its teller does, and whatever is done for them, all of it follows, and nothing that is opened anew shows it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.domain.deliveries import Kind, NewDelivery, schedule_id
from bot.domain.reminders import STORY_LINES
from bot.domain.stories import Visibility
from bot.ports.stories import StoryChange
from tests.process.inside import Inside
from tests.process.test_digest_life import SB, in_channel
from tests.process.test_privacy_walk import COMPANY, lived, secrets, walked
from tests.process.walking import Walker

Action = Callable[[Inside], Awaitable[None]]
_DAY = date(2027, 6, 1)
NAME = "Bob"


async def told_everywhere(inside: Inside) -> dict[str, list[str]]:
    """The week of the privacy walk, and a reply and a reminder for each story that the team reads; the ids of it."""
    ids = await lived(inside)
    team = await inside.store.teams.by_channel(inside.workspace, inside.channel(SB))
    digest = in_channel(inside, "Impact digest")[-1]
    shared = await inside.stories(at_least=Visibility.TEAM)
    for number, story in enumerate(shared):
        charlie, where = inside.user("charlie"), (team.channel, digest["ts"])
        refused = await inside.house.services.building.build(
            inside.workspace, charlie, story.id, "Us too.", clicked=where, origin=story.id, now=inside.now()
        )
        assert refused is None
        on = _DAY + timedelta(days=number)
        line = f"{STORY_LINES[0].key}|{story.id}"
        await inside.store.reminders.use(inside.workspace, team.id, line, on)
        reminder = NewDelivery(
            workspace=inside.workspace,
            subject=schedule_id(team.id, Kind.REMINDER),
            kind=Kind.REMINDER,
            recipient=team.channel,
            local_date=on,
            due_at=inside.now(),
            team=team.id,
        )
        await inside.store.ledger.owe([reminder])
    await inside.settled()
    return ids


def posts(inside: Inside) -> list[str]:
    """All that the bot wrote and that stands where others than Bob can read it."""
    places = [place for place in inside.ws.workspace.channels if place != inside.dm("bob")]
    return [
        json.dumps(message, ensure_ascii=False)
        for place in places
        for message in inside.ws.messages(place)
        if message.get("bot_id")
    ]


def found(read: list[str], words: set[str]) -> list[str]:
    return sorted(word for word in words if any(word in each for each in read))


async def opened_anew(inside: Inside, ids: dict[str, list[str]]) -> list[str]:
    """All that Alice and Charlie find now: in commands, modals, Home and their direct messages."""
    walkers = [Walker(inside, inside.ws, inside.user(name)) for name in ("alice", "charlie")]
    for walker in walkers:
        await walked(walker, inside.channel(SB), ids)
    return [text for walker in walkers for text in walker.read]


async def takes_back(inside: Inside) -> None:
    for story in await inside.stories():
        await inside.house.services.telling.withdraw(
            inside.workspace, inside.user("bob"), story.id, inside.now()
        )


async def keeps_private(inside: Inside) -> None:
    change = StoryChange(visibility=Visibility.PRIVATE)
    for story in await inside.stories():
        await inside.house.services.telling.edit(
            inside.workspace, inside.user("bob"), story.id, change, inside.now()
        )


async def is_forgotten(inside: Inside) -> None:
    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())


async def is_too_old(inside: Inside) -> None:
    await inside.store.forgetting.expired(before=inside.now())


async def follows(inside: Inside, action: Action) -> None:
    await action(inside)
    await inside.settled()
    inside.later(seconds=30)
    await inside.settled()


@pytest.mark.parametrize("action", [takes_back, keeps_private, is_forgotten, is_too_old])
async def test_what_is_taken_away_stands_nowhere_and_is_found_nowhere(inside: Inside, action: Action) -> None:
    ids = await told_everywhere(inside)
    # A trial and a reason to sell are no part of a story: they have a life of their own.
    words = {each.word for each in secrets() if each.what not in ("trial", "why")}
    before = found(posts(inside), words)

    await follows(inside, action)

    assert len(before) > 15
    assert found(posts(inside), words | {NAME}) == []
    assert found(await opened_anew(inside, ids), words) == []


async def test_whoever_leaves_is_named_in_no_post_and_what_they_shared_stays(inside: Inside) -> None:
    await told_everywhere(inside)
    words = {each.word for each in secrets()}
    before = found(posts(inside), words)

    async def leaves(inside: Inside) -> None:
        inside.ws.alter(inside.user("bob"), deleted=True)

    await follows(inside, leaves)

    assert found(posts(inside), {NAME}) == []
    assert found(posts(inside), words) == before


async def test_a_name_that_is_blacked_out_stands_in_no_post(inside: Inside) -> None:
    await told_everywhere(inside)
    words = {each.word for each in secrets() if each.what in ("text", "customer", "mask", "line", "promise")}

    async def blacks_out(inside: Inside) -> None:
        for word in words:
            for story in await inside.store.forgetting.holding(inside.workspace, word):
                await inside.store.forgetting.redact(inside.workspace, story, word, at=inside.now())

    await follows(inside, blacks_out)

    assert found(posts(inside), words) == []
    assert in_channel(inside, "Impact digest", COMPANY)
