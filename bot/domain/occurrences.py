"""When a schedule falls due: exactly one instant a local date, whatever the zone's clocks do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Kind
from bot.domain.schedules import Schedule

DIGEST_LASTS = timedelta(hours=72)
PREVIEW_BEFORE = timedelta(hours=1)
"""So long before its digest a preview comes."""
_DAY = timedelta(days=1)
_LONGEST_WAIT = timedelta(days=400)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One local date on which a schedule falls due, and the instant (UTC) of its hour there."""

    local_date: date
    at_utc: datetime


def instant(local_date: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time: in a gap the first instant after it, in a fold the first."""
    wall = datetime.combine(local_date, at).replace(fold=0)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if _wall(moment, zone) == wall else _end_of_gap(wall, zone)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = 0, int((wall.replace(tzinfo=zone).astimezone(UTC) - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _wall(before + timedelta(seconds=middle), zone) < wall:
            low = middle
        else:
            high = middle
    # Clocks change on whole seconds; a time with a fraction of one must not carry it past the gap.
    return (before + timedelta(seconds=high)).replace(microsecond=0)


def date_exists(local_date: date, zone: ZoneInfo) -> bool:
    """Whether the zone ever showed that date: Samoa went from 29 to 31 December 2011."""
    return _wall(instant(local_date, time(0), zone), zone).date() == local_date


def end_of_date(local_date: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which that local date is over for good."""
    midnight = instant(local_date + _DAY, time(0), zone)
    again = datetime.combine(local_date + _DAY, time(0), zone).replace(fold=1).astimezone(UTC)
    # Clocks set back just after midnight return to the old date for a while.
    returns = again > midnight and _wall(again - timedelta(seconds=1), zone).date() <= local_date
    return again if returns else midnight


def occurrences(
    schedule: Schedule,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    *,
    holidays: Callable[[date], bool] | None = None,
    paused_until: date | None = None,
) -> Iterator[Occurrence]:
    """Each occurrence with since <= at_utc < until, in order, one a local date; touching windows share none.

    `holidays` says of a local date whether it is one; those, and dates before `paused_until`, are left out.
    """
    if since >= until:
        return
    # A day more at both ends: a gap carries an instant past its date, a fold over midnight brings it before.
    first, last = _wall(since, zone).date() - _DAY, _wall(until, zone).date() + _DAY
    if paused_until is not None:
        first = max(first, paused_until)
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        if day.weekday() not in schedule.days:
            continue
        if holidays is not None and holidays(day):
            continue
        moment = instant(day, schedule.at, zone)
        if since <= moment < until and _on_its_date(day, moment, zone):
            yield Occurrence(day, moment)


def _on_its_date(day: date, moment: datetime, zone: ZoneInfo) -> bool:
    return _wall(moment, zone).date() == day or date_exists(day, zone)


def owed(
    schedule: Schedule,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    *,
    active_from: datetime,
    used: Collection[date] = (),
) -> Iterator[Occurrence]:
    """What planning must put in the ledger for [since, until), holidays and pauses included.

    `active_from` is when the schedule took this form (a new or changed one owes nothing past); `used` are
    local dates that already have their message, on whatever clock or hour they had it.
    """
    for occurrence in occurrences(schedule, zone, max(since, active_from), until):
        if occurrence.local_date not in used:
            yield occurrence


def redate(pending: Occurrence, at: time, zone: ZoneInfo, now: datetime) -> Occurrence | None:
    """A message not sent yet, on the new clock or hour of its recipient; None when that hour is past."""
    moment = instant(pending.local_date, at, zone)
    return Occurrence(pending.local_date, moment) if moment >= now else None


def next_occurrence(
    schedule: Schedule,
    zone: ZoneInfo,
    after: datetime,
    *,
    holidays: Callable[[date], bool] | None = None,
    paused_until: date | None = None,
) -> Occurrence | None:
    """The first occurrence at `after` or later; None where there is none within 400 days.

    A `paused_until` of date.max is a pause without an end; otherwise the days count from the pause's end.
    """
    start = after
    if paused_until is not None and paused_until > _wall(after, zone).date():
        if paused_until == date.max:
            return None
        start = max(after, instant(paused_until, time(0), zone))
    found = occurrences(
        schedule, zone, start, start + _LONGEST_WAIT, holidays=holidays, paused_until=paused_until
    )
    return next(found, None)


def expires_at(kind: Kind, occurrence: Occurrence, zone: ZoneInfo) -> datetime:
    """When it is too late: a digest 72 hours after its hour, the others at the end of their local date."""
    if kind is Kind.DIGEST:
        return occurrence.at_utc + DIGEST_LASTS
    over = end_of_date(occurrence.local_date, zone)
    if over > occurrence.at_utc:
        return over
    # A gap over midnight pushed the hour past its own date (Nuuk, in spring): an hour is left for sending.
    return occurrence.at_utc + timedelta(hours=1)
