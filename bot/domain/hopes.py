"""A hope: what will be different for a customer, or what its owner will try, the day to ask, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.folding import fold
from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.refusals import Refusal, Why
from bot.domain.whentext import add_months, day_of, month_of

MOST_WORDS = 1_000
"""Characters of a hope, and of the line on what came of it."""
FURTHEST_YEARS = 3
"""A day further away than this is a slip of the finger: nobody would know any more what was meant."""
CHOICES = (30, 60, 90)
"""The days from today that a form offers."""

_LITTLE_WORDS = re.compile(r"^(?:until|till|til|for|on|in|by|from)\b ?")
# Each place at which the day may begin, also inside one that was looked at before.
_ENDS_WITH_DAY = re.compile(r"(?=[\s,;](?:until|till|by|on|in)\s+(?P<day>[^\n]{1,40})$)", re.IGNORECASE)
_NO_DAY = frozenset(
    {"soon", "later", "some day", "someday", "sometime", "eventually", "a while", "due course"}
)
_FROM_NOW = re.compile(r" (?:from (?:now|today)|time)$")


class HopeKind(StrEnum):
    """A promise is about a customer and stands with a story; a trial is an experiment of one's own."""

    PROMISE = "promise"
    TRIAL = "trial"


class HopeState(StrEnum):
    """Open: its day is to come, or its question unanswered. A dropped one keeps its id and loses its words."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class Outcome(StrEnum):
    """What came of it. "Not yet" leaves it open, with a new day."""

    CAME_TRUE = "came_true"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Hope:
    """One hope as it stands now. `due_on` is a date on its owner's clock; `origin` is unique in its workspace.

    `shared`: the team may hear of it; of a trial that it is tried, of an answered hope what came of it, with the
    line. A promise's words belong to its story and are seen as far as that. `answered_at` is when the answer came,
    or when it was first shared: from then on it may be told. `taken_from` is the colleague's trial it was taken from.
    """

    id: str
    workspace: Workspace
    kind: HopeKind
    person: UserId
    words: str
    due_on: date
    origin: str
    created_at: datetime
    team: TeamId | None = None
    story: StoryId | None = None
    customer: str = ""
    state: HopeState = HopeState.OPEN
    outcome: Outcome | None = None
    line: str = ""
    shared: bool = False
    taken_from: str | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a hope's owner says came of it. `again_on` is the new day where the outcome is "not yet"."""

    outcome: Outcome
    line: str = ""
    shared: bool = False
    again_on: date | None = None


def to_ask(hopes: Sequence[Hope], today: date, zone: ZoneInfo) -> Hope | None:
    """The one hope to ask its owner about today: due, and not asked about since its day. The longest due first."""
    waiting = [hope for hope in hopes if is_due(hope, today) and not was_asked(hope, zone)]
    return min(waiting, key=lambda hope: (hope.due_on, hope.created_at, hope.id), default=None)


def is_due(hope: Hope, today: date) -> bool:
    """Whether its day has come and nothing was said yet."""
    return hope.state is HopeState.OPEN and hope.due_on <= today


def was_asked(hope: Hope, zone: ZoneInfo) -> bool:
    """Whether its owner was asked on its day or after; a question about an earlier day does not count."""
    return hope.asked_at is not None and hope.asked_at.astimezone(zone).date() >= hope.due_on


def answered(hope: Hope, answer: Answer, now: datetime) -> Hope:
    """The hope with an answer, also in place of an earlier one. "Not yet" needs `again_on` and shares nothing new."""
    if answer.outcome is Outcome.NOT_YET:
        again_on = answer.again_on or hope.due_on
        return replace(
            hope,
            state=HopeState.OPEN,
            outcome=Outcome.NOT_YET,
            line=answer.line,
            due_on=again_on,
            shared=hope.shared and hope.kind is HopeKind.TRIAL,
            answered_at=None,
        )
    newly_told = answer.shared and not (hope.shared and hope.state is HopeState.ANSWERED)
    return replace(
        hope,
        state=HopeState.ANSWERED,
        outcome=answer.outcome,
        line=answer.line,
        shared=answer.shared,
        answered_at=now if newly_told or hope.answered_at is None else hope.answered_at,
    )


def seen_by(hope: Hope, reader: UserId) -> Hope:
    """A promise as somebody reads it who may read its story: what came of it only where its owner shared that."""
    if hope.person == reader or (hope.shared and hope.state is HopeState.ANSWERED):
        return hope
    return replace(hope, outcome=None, line="", state=HopeState.OPEN)


def due_day(words: str, today: date, latest: date | None = None) -> date | Refusal:
    """The day that `words` name: "30", "in 60 days", "friday", "by March", "2027-03-01".

    Refused, with words that say what works: today and before, more than three years ahead (or after `latest`, the
    day until which it is kept), and whatever names no day ("soon").
    """
    plain = " ".join(words.casefold().split()).strip(".,!?")
    plain = _FROM_NOW.sub("", _LITTLE_WORDS.sub("", plain, count=1))
    if re.fullmatch("[0-9]{1,5}", plain):
        plain = f"{plain} days"
    found = day_of(plain, today) or month_of(plain, today)
    if found is None:
        return Refusal(Why.DAY_NOT_CLEAR)
    return checked_day(found, today, latest)


def checked_day(day: date, today: date, latest: date | None = None) -> date | Refusal:
    """`day` where somebody can be asked on it, else why not; see `due_day`."""
    if day <= today:
        return Refusal(Why.DAY_PAST)
    furthest = min(furthest_day(today), latest or date.max)
    return day if day <= furthest else Refusal(Why.DAY_TOO_FAR, {"until": furthest.isoformat()})


def words_and_day(text: str, today: date, latest: date | None = None) -> tuple[str, date | None] | Refusal:
    """What to try and the day it ends with, from "… until Friday" or "…, by 2026-12-04"; None where it names no day.

    Words such as "soon", and days that `due_day` refuses, are refused here as well.
    """
    for match in _ENDS_WITH_DAY.finditer(text):
        day = due_day(match["day"], today, latest)
        if isinstance(day, date):
            return text[: match.start()].rstrip(" ,;.-"), day
        if day.why is not Why.DAY_NOT_CLEAR or fold(match["day"]).strip(" .!") in _NO_DAY:
            return day
    return text, None


def furthest_day(today: date) -> date:
    """The last day on which one can be asked."""
    return add_months(today, 12 * FURTHEST_YEARS)
