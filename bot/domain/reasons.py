"""Why a person sells, in their own words: when it is asked, when it comes back, and with which story of theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.identity import StoryId, UserId
from bot.domain.people import Person
from bot.domain.stories import Story, StoryState
from bot.domain.weeks import week_of_date

MOST_CHARACTERS = 500
HARD_DAYS = 3
"""So many days of "nothing today" within a week, Monday to Sunday, make a hard one."""
RETURNS_AFTER = timedelta(days=31)
"""It comes back at most once a month."""
MOST_SHOWN = 3
"""So many colleagues' reasons stand in Home on one day."""
_LONG_ENOUGH = 20
"""Characters that a story needs to remind anybody of anything."""
_LONG = 600


class Asked(StrEnum):
    """Where the question "Why do you sell?" in a prompt stands: open, put off with "Not now", or answered."""

    OPEN = "open"
    LATER = "later"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class SharedReason:
    """A colleague's reason, as far as they share it with their teams."""

    user: UserId
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class WhyBack:
    """A person's own reason as it comes back to them, with a story of theirs where there is one. `returns`: it may
    come back another time, too."""

    why: str
    story: Story | None = None
    returns: bool = True


def may_ask(person: Person) -> bool:
    """Whether to ask why they sell: once ever, never in the first message they get, and not who wrote it already."""
    return person.why_asked_at is None and person.introduced_at is not None and not person.why


def may_return(person: Person, now: datetime) -> bool:
    """Whether it may come back now: there is one, they did not switch it off, and a month has passed."""
    if not person.why or not person.why_returns or person.stopped_at is not None:
        return False
    return person.why_returned_at is None or now - person.why_returned_at >= RETURNS_AFTER


def hard_week(nothing_on: Iterable[date], today: date) -> bool:
    """Whether "nothing today" was said on three days of this week; dates are on the person's own clock."""
    week = week_of_date(today)
    return len({day for day in nothing_on if week_of_date(day) == week}) >= HARD_DAYS


def best_story(stories: Sequence[Story], came_true: Collection[StoryId] = ()) -> Story | None:
    """The one of a person's own stories that reminds them best of what they are there for.

    First one whose hoped-for difference came true, then one that names a customer and what is different for them,
    then the longest (beyond a good paragraph length says nothing more), then the newest: always the same one.
    """

    def worth(story: Story) -> tuple[bool, bool, int, datetime, str]:
        complete = bool(story.customer.strip() and story.change.strip())
        return (story.id in came_true, complete, min(len(story.text), _LONG), story.told_at, story.id)

    told = [
        story
        for story in stories
        if story.state is StoryState.KEPT and len(story.text.strip()) >= _LONG_ENOUGH
    ]
    return max(told, key=worth, default=None)


def todays(reasons: Sequence[SharedReason], on: date) -> Sequence[SharedReason]:
    """The few to show on a date; others on another date, nobody's more often than chance has it."""

    def turn(reason: SharedReason) -> str:
        return hashlib.sha256(f"{on.isoformat()}:{reason.user}".encode()).hexdigest()

    return sorted(reasons, key=turn)[:MOST_SHOWN]
