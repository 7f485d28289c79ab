"""Occurrences: one instant a local date, in every zone and through every change of clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deliveries import Kind
from bot.domain.occurrences import (
    Occurrence,
    date_exists,
    end_of_date,
    expires_at,
    instant,
    next_occurrence,
    occurrences,
    owed,
    redate,
)
from bot.domain.schedules import EVERY_DAY, WORKING_DAYS, Schedule
from bot.domain.zones import zone_names

BERLIN, NEW_YORK, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
AT = time(16, 30)
ZONES = st.sampled_from(sorted(zone_names())).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SCHEDULES = st.builds(
    Schedule,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda at: at.replace(microsecond=0)),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Asia/Kolkata", "2026-11-23", "16:30", "2026-11-23T11:00"),  # half an hour
        ("Asia/Kathmandu", "2026-11-23", "16:30", "2026-11-23T10:45"),  # three quarters
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),  # gap: first instant after it
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),  # a day without midnight
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),  # fold: the first
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:00"),  # a gap that ends at midnight
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # a gap of half an hour
    ],
)
def test_an_hour_has_one_instant_whatever_the_clocks_do(zone: str, day: str, at: str, expected: str) -> None:
    moment = instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))

    assert moment == utc(expected)


def test_every_zone_has_one_occurrence_a_date_for_a_whole_year() -> None:
    since, until = utc("2025-12-25"), utc("2027-01-08")
    year = [date(2026, 1, 1) + timedelta(days=step) for step in range(365)]
    for name in _different_zones():
        zone = ZoneInfo(name)
        for at in (time(0), time(1, 30), time(2, 30), AT):
            found = [
                each
                for each in occurrences(Schedule(EVERY_DAY, at), zone, since, until)
                if each.local_date.year == 2026
            ]

            assert [each.local_date for each in found] == year, (name, at)
            for each in found:
                _assert_on_the_hour(each, at, zone)


def _different_zones() -> Sequence[str]:
    """Every zone there is, one name for those whose files are the same byte for byte: 40 % are only other names."""
    by_rules: dict[bytes, str] = {}
    for name in sorted(zone_names()):
        by_rules.setdefault(_rules_of(name), name)
    return list(by_rules.values())


def _rules_of(name: str) -> bytes:
    """The file that ZoneInfo reads: the machine's own, else the package's."""
    places = (*(Path(each) for each in TZPATH), files("tzdata").joinpath("zoneinfo"))
    found = (place.joinpath(*name.split("/")) for place in places)
    return next(file.read_bytes() for file in found if file.is_file())


def _assert_on_the_hour(occurrence: Occurrence, at: time, zone: ZoneInfo) -> None:
    """An oracle that does not ask how the instant was found: only how the wall clock reads there."""
    wall = datetime.combine(occurrence.local_date, at)
    local = occurrence.at_utc.astimezone(zone)
    if local.replace(tzinfo=None) == wall:
        assert local.fold == 0
    else:
        before = (occurrence.at_utc - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < wall < local.replace(tzinfo=None)


@settings(max_examples=200, deadline=None)
@given(SCHEDULES, ZONES, MOMENTS, st.lists(st.integers(0, 60 * 24 * 12), min_size=2, max_size=6))
def test_windows_that_touch_neither_lose_nor_double_anything(
    schedule: Schedule, zone: ZoneInfo, start: datetime, steps: list[int]
) -> None:
    cuts = [start + timedelta(minutes=sum(steps[:count])) for count in range(len(steps) + 1)]

    whole = list(occurrences(schedule, zone, cuts[0], cuts[-1]))
    pieces = [each for since, until in pairwise(cuts) for each in occurrences(schedule, zone, since, until)]

    assert pieces == whole


@settings(max_examples=200, deadline=None)
@given(SCHEDULES, ZONES, MOMENTS)
def test_each_eligible_date_that_exists_comes_once_and_in_order(
    schedule: Schedule, zone: ZoneInfo, start: datetime
) -> None:
    found = list(occurrences(schedule, zone, start, start + timedelta(days=40)))

    first = start.astimezone(zone).date() + timedelta(days=2)
    inner = [first + timedelta(days=step) for step in range(35)]
    expected = [day for day in inner if day.weekday() in schedule.days and date_exists(day, zone)]
    assert [each.local_date for each in found if first <= each.local_date <= inner[-1]] == expected
    assert [each.at_utc for each in found] == sorted({each.at_utc for each in found})


def test_a_date_that_the_zone_jumped_over_is_left_out() -> None:
    apia = ZoneInfo("Pacific/Apia")

    found = occurrences(Schedule(EVERY_DAY, AT), apia, utc("2011-12-29"), utc("2012-01-02"))

    assert [each.local_date.day for each in found] == [28, 29, 31, 1]


def test_weekdays_holidays_and_pauses_leave_dates_out() -> None:
    since, until = utc("2026-11-23"), utc("2026-12-07")

    found = occurrences(
        Schedule(WORKING_DAYS, AT),
        NEW_YORK,
        since,
        until,
        holidays=lambda day: day == date(2026, 12, 1),
        paused_until=date(2026, 11, 30),
    )

    assert [each.local_date.day for each in found] == [30, 2, 3, 4]


def test_nothing_is_before_the_beginning_or_at_the_end() -> None:
    schedule, hour = Schedule(EVERY_DAY, AT), utc("2026-11-23T16:30")

    assert [each.at_utc for each in occurrences(schedule, UTC_ZONE, hour, hour + timedelta(days=1))] == [hour]
    assert list(occurrences(schedule, UTC_ZONE, hour, hour)) == []
    assert list(occurrences(schedule, UTC_ZONE, hour, hour - timedelta(days=9))) == []


def test_a_new_schedule_owes_nothing_past() -> None:
    active_from = utc("2026-11-23T17:00")

    found = owed(
        Schedule(EVERY_DAY, AT), UTC_ZONE, utc("2026-11-20"), utc("2026-11-26"), active_from=active_from
    )

    assert [each.local_date.day for each in found] == [24, 25]


def test_a_date_that_had_its_message_at_the_old_hour_gets_no_other_at_the_new_one() -> None:
    changed_at, today = utc("2026-11-23T17:00"), date(2026, 11, 23)

    found = owed(
        Schedule(EVERY_DAY, time(18)),
        UTC_ZONE,
        changed_at,
        utc("2026-11-25"),
        active_from=changed_at,
        used={today},
    )

    assert [each.local_date.day for each in found] == [24]


@given(ZONES, ZONES, st.integers(0, 60 * 48))
@settings(max_examples=200, deadline=None)
def test_a_person_who_changes_zone_is_asked_at_most_once_a_local_date(
    home: ZoneInfo, away: ZoneInfo, minutes: int
) -> None:
    schedule, start = Schedule(EVERY_DAY, AT), utc("2026-03-27")
    moved_at = start + timedelta(minutes=minutes)

    before = list(occurrences(schedule, home, start, moved_at))
    used = {each.local_date for each in before}
    after = list(owed(schedule, away, moved_at, start + timedelta(days=5), active_from=moved_at, used=used))

    dates = [each.local_date for each in before + after]
    assert len(dates) == len(set(dates))


def test_a_message_not_sent_yet_moves_to_the_new_clock() -> None:
    pending = Occurrence(date(2026, 11, 23), instant(date(2026, 11, 23), AT, BERLIN))

    assert redate(pending, AT, NEW_YORK, utc("2026-11-23T12:00")) == Occurrence(
        date(2026, 11, 23), utc("2026-11-23T21:30")
    )


def test_a_message_whose_hour_is_past_on_the_new_clock_is_dropped() -> None:
    pending = Occurrence(date(2026, 11, 23), instant(date(2026, 11, 23), AT, NEW_YORK))

    assert redate(pending, AT, BERLIN, utc("2026-11-23T17:00")) is None


def test_the_next_occurrence_waits_for_the_end_of_a_pause() -> None:
    schedule, now = Schedule(WORKING_DAYS, AT), utc("2026-11-23T20:00")

    assert next_occurrence(schedule, UTC_ZONE, now) == Occurrence(date(2026, 11, 24), utc("2026-11-24T16:30"))
    back = next_occurrence(schedule, UTC_ZONE, now, paused_until=date(2029, 1, 6))
    assert back == Occurrence(date(2029, 1, 8), utc("2029-01-08T16:30"))


def test_there_is_no_next_occurrence_in_an_endless_pause_or_an_endless_holiday() -> None:
    schedule, now = Schedule(WORKING_DAYS, AT), utc("2026-11-23T20:00")

    assert next_occurrence(schedule, UTC_ZONE, now, paused_until=date.max) is None
    assert next_occurrence(schedule, UTC_ZONE, now, holidays=lambda _: True) is None


@pytest.mark.parametrize("kind", [Kind.PROMPT, Kind.REMINDER])
def test_a_prompt_or_reminder_lasts_until_its_local_date_ends(kind: Kind) -> None:
    occurrence = Occurrence(date(2026, 11, 23), utc("2026-11-23T21:30"))

    assert expires_at(kind, occurrence, NEW_YORK) == utc("2026-11-24T05:00")


def test_a_digest_lasts_seventy_two_hours() -> None:
    occurrence = Occurrence(date(2026, 11, 27), utc("2026-11-27T20:00"))

    assert expires_at(Kind.DIGEST, occurrence, NEW_YORK) == utc("2026-11-30T20:00")


def test_an_hour_pushed_past_its_own_date_by_a_gap_can_still_be_sent() -> None:
    nuuk, day = ZoneInfo("America/Nuuk"), date(2026, 3, 28)
    occurrence = Occurrence(day, instant(day, time(23, 30), nuuk))

    assert expires_at(Kind.PROMPT, occurrence, nuuk) == occurrence.at_utc + timedelta(hours=1)


def test_a_date_that_comes_back_after_midnight_ends_the_second_time() -> None:
    # St. John's set its clocks back at one minute past midnight until 2011.
    st_johns = ZoneInfo("America/St_Johns")

    assert end_of_date(date(2010, 11, 6), st_johns) == utc("2010-11-07T03:30")


def test_a_midnight_that_comes_twice_ends_the_date_the_first_time() -> None:
    havana = ZoneInfo("America/Havana")

    assert end_of_date(date(2026, 10, 31), havana) == utc("2026-11-01T04:00")


@given(SCHEDULES, ZONES, MOMENTS)
@settings(max_examples=200, deadline=None)
def test_nothing_expires_before_it_is_due(schedule: Schedule, zone: ZoneInfo, start: datetime) -> None:
    for each in occurrences(schedule, zone, start, start + timedelta(days=10)):
        assert expires_at(Kind.PROMPT, each, zone) > each.at_utc
