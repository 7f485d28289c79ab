"""A huddle card: one true story for the opening 90 seconds, told with its teller's yes, each story once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.stories import Story, shown_in_channel

LONGEST = 1_200
"""Characters that can be read aloud in 90 seconds."""
WAITS = timedelta(hours=24)
"""How long a question to a teller holds up the next one; nobody is told that it went unanswered."""
RESTS = timedelta(days=7)
"""Somebody who was asked is not asked again sooner."""


class HuddleState(StrEnum):
    """Asked: the teller has not said. Agreed: a card may be read. Told and declined are ends."""

    ASKED = "asked"
    AGREED = "agreed"
    TOLD = "told"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Huddle:
    """One story on its way into a team's huddle. `asked_by` is the manager who gets the card; `at` when it began."""

    id: str
    workspace: Workspace
    team: TeamId
    story: StoryId
    teller: UserId
    asked_by: UserId
    at: datetime
    state: HuddleState = HuddleState.ASKED
    told_at: datetime | None = None


def ready(
    huddles: Sequence[Huddle], stories: Mapping[StoryId, Story], skip: Collection[str] = ()
) -> Huddle | None:
    """The agreed huddle that waits longest and whose story may still be told."""
    waiting = [
        each
        for each in huddles
        if each.state is HuddleState.AGREED and each.id not in skip and _tellable(stories.get(each.story))
    ]
    return min(waiting, key=lambda each: (each.at, each.id), default=None)


def is_waiting(huddles: Sequence[Huddle], now: datetime) -> bool:
    """True while a teller was asked and has time to say."""
    return any(each.state is HuddleState.ASKED and now - each.at < WAITS for each in huddles)


def choose(
    stories: Sequence[Story],
    huddles: Sequence[Huddle],
    *,
    now: datetime,
    any_time: Collection[UserId],
    not_now: Collection[UserId],
) -> Story | None:
    """The next story: never one that was up before, from whoever's turn is longest past, the newest of theirs.

    `any_time` said that they need not be asked; `not_now` are tellers who are not to be asked at all (they left,
    paused, stopped). Whoever was asked less than `RESTS` ago is left in peace, unless they said any time.
    """
    up_before = {each.story for each in huddles}
    latest = {each.teller: each.at for each in sorted(huddles, key=lambda each: each.at)}

    def fits(story: Story) -> bool:
        if story.id in up_before or story.teller in not_now or not _tellable(story):
            return False
        asked = latest.get(story.teller)
        return asked is None or story.teller in any_time or now - asked >= RESTS

    def turn(story: Story) -> tuple[float, bool, float, str]:
        asked = latest.get(story.teller)
        last = asked.timestamp() if asked is not None else 0.0
        return (last, story.teller not in any_time, -story.told_at.timestamp(), story.id)

    return min(filter(fits, stories), key=turn, default=None)


def _tellable(story: Story | None) -> bool:
    return story is not None and shown_in_channel(story) and 0 < len(story.text.strip()) <= LONGEST
