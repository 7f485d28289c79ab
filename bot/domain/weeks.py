"""Weeks: which ISO week an hour belongs to, and which stories a digest of it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.occurrences import Occurrence, instant, occurrences
from bot.domain.schedules import Problem, Schedule

_EXPECTED = "a week such as 2026-W47"
_WEEK = re.compile(r"(20[0-9]{2}|21[0-9]{2})-?w([0-9]{2})", re.IGNORECASE)
_DAY = timedelta(days=1)
# A weekly schedule falls due at least every seven days, every fourteen where a zone jumped over its date.
_LOOK_BACK = timedelta(days=16)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week; its year is the ISO year, which differs from the calendar's around New Year."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        """The week's first local date."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def dates(self) -> tuple[date, ...]:
        """Its seven local dates."""
        return tuple(self.monday + each * _DAY for each in range(7))

    def __str__(self) -> str:
        """The ISO name, which `parse_week` reads back: "2026-W47"."""
        return f"{self.year:04d}-W{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Window:
    """The instants (UTC) with since <= instant < until."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether an instant is inside."""
        return self.since <= moment < self.until


def week_of_date(day: date) -> Week:
    """The ISO week of a local date."""
    year, number, _ = day.isocalendar()
    return Week(year, number)


def week_of(moment: datetime, zone: ZoneInfo) -> Week:
    """The ISO week of an hour, as the zone's own calendar shows it."""
    return week_of_date(moment.astimezone(zone).date())


def parse_week(text: str) -> Week | Problem:
    """The ISO week of "2026-W47" (also "2026w47"); a Problem for other text and for a week that year lacks."""
    match = _WEEK.fullmatch(text.strip())
    if match is None:
        return Problem(_EXPECTED)
    week = Week(int(match[1]), int(match[2]))
    longest = date(week.year, 12, 28).isocalendar().week  # 28 December is always in its year's last week
    if not 1 <= week.number <= longest:
        return Problem(f"{_EXPECTED}; {week.year} has weeks 01 to {longest}")
    return week


def digest_window(
    schedule: Schedule, zone: ZoneInfo, at_utc: datetime, previous: datetime | None = None
) -> Window:
    """What a digest due at `at_utc` holds: since the previous digest's hour, up to its own.

    `previous` is the hour of the last digest that was posted: after downtime, or a change of day, nothing
    falls between two digests. Without one, it is the hour that the schedule had before.
    """
    if previous is None:
        earlier = [each.at_utc for each in occurrences(schedule, zone, at_utc - _LOOK_BACK, at_utc)]
        previous = earlier[-1] if earlier else at_utc - timedelta(weeks=1)
    return Window(min(previous, at_utc), at_utc)


def digests_of_week(schedule: Schedule, zone: ZoneInfo, week: Week) -> list[Occurrence]:
    """The digests' hours of that week, one a day that the schedule names; none where the zone jumped over the date."""
    since = instant(week.monday, time(0), zone) - _DAY
    found = occurrences(schedule, zone, since, since + timedelta(days=10))
    return [each for each in found if week_of_date(each.local_date) == week]
