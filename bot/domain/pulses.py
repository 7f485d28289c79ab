"""The quarterly pulse: when it is open, what its answers say, and whether they differ from the quarter before.

Claims of change are made so rarely without one that a team which looks every quarter, at both questions, for as long
as it likes, sees a false one with a chance of at most `FALSE_CLAIMS`:

- a quarter is compared with the four before it by an exact permutation test of the difference of means: the share of
  all ways to deal the same answers to both sides that differ at least as much (Fisher 1935, Pitman 1937). Where
  nothing changed, its p-value is at most x with a chance of at most x, whatever the answers' distribution; people who
  answer alike each time only make it rarer. One quarter alone before it would be too few answers to find anything;
- each comparison has a share of `FALSE_CLAIMS` (alpha spending, as in sequential trials: Lan and DeMets 1983): equal
  shares for the first three years, then ever smaller ones; all of them together never come to more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from math import comb, copysign, erfc, sqrt
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.domain.identity import TeamId, Workspace
from bot.domain.occurrences import instant

CUSTOMERS = "customers"
MEANING = "meaning"
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        CUSTOMERS: "Did we talk about customers' gains as much as about our numbers?",
        MEANING: "Did your work feel like it mattered to somebody?",
    }
)
STEPS = 5
"""An answer is 1 (hardly) to 5 (very much)."""
FROM_MEMBERS = 8
"""Smaller teams have no pulse: too few answers could be told apart."""
FEWEST = 5
"""Fewer answers are never shown."""
OPEN_FOR = timedelta(days=14)
FALSE_CLAIMS = 0.05
_STEADY = 12
_COMPARED = 4
"""So many quarters, a year, stand for how it was before."""
_WORTH_COUNTING = 2.0
_COUNTED_OUT = 120
"""So many answers are dealt in every way; of more, the sums lie as a normal curve, and counting takes too long."""
_SURE = 1.959964
"""Standard deviations on either side that hold 95 %."""

Counts: TypeAlias = tuple[int, ...]
"""How many people answered 1, 2, 3, 4, 5."""
NONE: Counts = (0,) * STEPS


@dataclass(frozen=True, slots=True)
class Pulse:
    """One team's pulse of one quarter ("2026-Q4"). `counts` are by question; nothing else of an answer is kept."""

    id: str
    workspace: Workspace
    team: TeamId
    quarter: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    counts: Mapping[str, Counts] = field(default_factory=dict)

    def of(self, question: str) -> Counts:
        """How the answers to a question are spread."""
        return self.counts.get(question, NONE)

    @property
    def answers(self) -> int:
        """How many people answered; each answers both questions or none."""
        return max((sum(self.of(question)) for question in QUESTIONS), default=0)

    @property
    def tells(self) -> bool:
        """Whether enough people answered for anything to be shown."""
        return self.answers >= FEWEST


class Change(StrEnum):
    """What can be said about a quarter beside the one before."""

    UP = "up"
    DOWN = "down"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Reading:
    """One question of one pulse: the share (0 to 1) who said 4 or 5, the range that it lies in with 95 %, and the
    change against the quarters `before` (none: there is nothing to compare with)."""

    question: str
    share: float
    low: float
    high: float
    change: Change = Change.CANNOT_TELL
    before: tuple[str, ...] = ()


def quarter_of(on: date) -> str:
    """The quarter of a date: "2026-Q4"."""
    return f"{on.year}-Q{(on.month + 2) // 3}"


def window(on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the pulse of that date's quarter is open, on the team's clock: two weeks from the first Monday of the
    quarter's last month, so that nobody is asked about a quarter that has only begun."""
    first = date(on.year, (on.month + 2) // 3 * 3, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    return instant(monday, time(0), zone), instant(monday + OPEN_FOR, time(0), zone)


def is_open(pulse: Pulse, now: datetime) -> bool:
    """Whether it takes answers at `now`."""
    return pulse.closed_at is None and pulse.opened_at <= now < pulse.closes_at


def readings(pulses: Sequence[Pulse]) -> tuple[Reading, ...]:
    """What a team's newest pulse says; `pulses` are all its closed ones, oldest first. Empty: too few answered."""
    if not pulses or not pulses[-1].tells:
        return ()
    *before, newest = [pulse for pulse in pulses if pulse.tells]
    return tuple(_reading(question, newest, before) for question in QUESTIONS)


def _reading(question: str, newest: Pulse, before: Sequence[Pulse]) -> Reading:
    counts, look = newest.of(question), len(before)
    good, asked = sum(counts[3:]), sum(counts)
    low, high = likely(good, asked)
    against = before[-_COMPARED:]
    change = compare(_together([pulse.of(question) for pulse in against]), counts, look=look)
    return Reading(question, good / asked, low, high, change, tuple(pulse.quarter for pulse in against))


def likely(good: int, asked: int) -> tuple[float, float]:
    """The range in which a share lies with 95 % (Wilson 1927: it holds for few answers, too, and never leaves 0 to 1).
    `asked` is at least one."""
    share, spread = good / asked, _SURE**2 / asked
    middle = share + spread / 2
    reach = _SURE * sqrt(share * (1 - share) / asked + spread / (4 * asked))
    low = 0.0 if good == 0 else (middle - reach) / (1 + spread)
    return low, 1.0 if good == asked else (middle + reach) / (1 + spread)


def compare(before: Counts, after: Counts, *, look: int) -> Change:
    """Whether a team answered otherwise than before; `look` counts its comparisons from one.

    Most differences are small enough to stop at a glance; asking for more than the exact test does can only make
    claims rarer.
    """
    if abs(_glance(before, after)) < _WORTH_COUNTING or p_value(before, after) > level(look):
        return Change.CANNOT_TELL
    return Change.UP if _glance(before, after) > 0 else Change.DOWN


def level(look: int) -> float:
    """How small the p-value of the `look`th comparison (from one) of one question must be for a claim.

    A sixteenth for each of the first twelve, then 3 / (k (k - 1)), which sums up to the quarter that is left.
    """
    share = 1 / 16 if look <= _STEADY else 3 / (look * (look - 1))
    return FALSE_CLAIMS / len(QUESTIONS) * share


def p_value(before: Counts, after: Counts) -> float:
    """Of all ways to deal these answers to two quarters of these sizes, the share whose means differ at least as much.
    One where a quarter has no answers."""
    pooled = _together([before, after])
    size, everybody = sum(after), sum(pooled)
    if size in (0, everybody):
        return 1.0
    if everybody > _COUNTED_OUT:
        return erfc(abs(_glance(before, after)) / sqrt(2))
    # All sums times `everybody`: whole numbers, so that equally far is equal.
    expected = size * _sum(pooled)
    far = abs(_sum(after) * everybody - expected)
    ways = _ways(pooled, size)
    extreme = sum(number for total, number in enumerate(ways) if abs(total * everybody - expected) >= far)
    return extreme / comb(everybody, size)


def _glance(before: Counts, after: Counts) -> float:
    """How many standard deviations of all ways to deal the answers the later ones lie above what is expected (half a
    point less, as for a normal curve); zero where there is nothing to compare."""
    pooled = _together([before, after])
    size, everybody = sum(after), sum(pooled)
    if size in (0, everybody):
        return 0.0
    squares = sum(points**2 * number for points, number in enumerate(pooled, start=1))
    variance = squares / everybody - (_sum(pooled) / everybody) ** 2
    spread = sqrt(size * (everybody - size) / (everybody - 1) * variance)
    far = _sum(after) - size * _sum(pooled) / everybody
    return copysign(max(abs(far) - 0.5, 0.0), far) / spread if spread else 0.0


@lru_cache(maxsize=4096)
def _ways(pooled: Counts, size: int) -> tuple[int, ...]:
    """In how many ways `size` of the pooled answers come to a sum of 0, 1, 2, …

    The sums of each number of answers taken so far are one large integer of fixed-width digits: adding an answer's
    points is then a shift, and the whole takes a tenth of a millisecond.
    """
    digit = sum(pooled) + 1
    taken = [1] + [0] * size
    for points, there in enumerate(pooled, start=1):
        for have in range(size, 0, -1):
            taken[have] += sum(
                comb(there, more) * (taken[have - more] << digit * points * more)
                for more in range(1, min(there, have) + 1)
            )
    mask, sums = (1 << digit) - 1, taken[size]
    return tuple((sums >> digit * total) & mask for total in range(STEPS * size + 1))


def _sum(counts: Counts) -> int:
    return sum(points * number for points, number in enumerate(counts, start=1))


def _together(many: Sequence[Counts]) -> Counts:
    return tuple(sum(each) for each in zip(NONE, *many, strict=True))
