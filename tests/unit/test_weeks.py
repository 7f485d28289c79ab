"""Weeks and what their digests hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.occurrences import occurrences
from bot.domain.schedules import Problem, Schedule
from bot.domain.weeks import Week, Window, digest_window, digests_of_week, parse_week, week_of, week_of_date
from bot.domain.zones import zone_names

NEW_YORK, TOKYO, APIA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Apia")
FRIDAYS = Schedule(frozenset({4}), time(15))
ZONES = st.sampled_from(sorted(zone_names())).map(ZoneInfo)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_hour_belongs_to_the_week_that_its_own_calendar_shows() -> None:
    sunday_evening = utc("2026-11-22T20:00")

    assert week_of(sunday_evening, NEW_YORK) == Week(2026, 47)
    assert week_of(sunday_evening, TOKYO) == Week(2026, 48)


@pytest.mark.parametrize(
    ("day", "week"), [(date(2027, 1, 1), Week(2026, 53)), (date(2024, 12, 30), Week(2025, 1))]
)
def test_around_new_year_the_iso_year_counts(day: date, week: Week) -> None:
    assert week_of_date(day) == week


@pytest.mark.parametrize("text", ["2026-W47", "2026-w47", "2026W47", " 2026-W47 "])
def test_a_week_is_read_by_its_iso_name(text: str) -> None:
    assert parse_week(text) == Week(2026, 47)


@pytest.mark.parametrize(
    "text", ["", "47", "W47", "2026-47", "2026-W4", "1999-W10", "9999-W52", "last week", "٢٠٢٦-W47"]
)
def test_what_is_no_week_gets_an_example(text: str) -> None:
    assert parse_week(text) == Problem("a week such as 2026-W47")


def test_a_year_without_a_53rd_week_says_so() -> None:
    assert parse_week("2026-W53") == Week(2026, 53)
    assert parse_week("2027-W53") == Problem("a week such as 2026-W47; 2027 has weeks 01 to 52")
    assert isinstance(parse_week("2026-W00"), Problem)


@given(st.dates(date(2000, 1, 10), date(2199, 12, 1)))
def test_weeks_survive_being_written_and_read(day: date) -> None:
    week = week_of_date(day)

    assert parse_week(str(week)) == week
    assert week.monday <= day < week.monday + timedelta(days=7)


def test_a_digest_holds_what_was_told_since_the_previous_hour_up_to_its_own() -> None:
    window = digest_window(FRIDAYS, NEW_YORK, utc("2026-11-06T20:00"))

    # The clocks went back on 1 November: the week is an hour longer, and no story is lost in it.
    assert window == Window(utc("2026-10-30T19:00"), utc("2026-11-06T20:00"))
    assert window.holds(window.since)
    assert not window.holds(window.until)


def test_a_digest_after_downtime_holds_everything_since_the_last_one_that_was_posted() -> None:
    last_posted = utc("2026-10-16T19:00")

    assert digest_window(FRIDAYS, NEW_YORK, utc("2026-11-06T20:00"), last_posted).since == last_posted


def test_a_digest_moved_before_the_last_one_holds_nothing_twice() -> None:
    at, last_posted = utc("2026-11-05T20:00"), utc("2026-11-06T20:00")

    assert digest_window(FRIDAYS, NEW_YORK, at, last_posted) == Window(at, at)


def _hours(schedule: Schedule, zone: ZoneInfo, week: Week) -> list[datetime]:
    return [each.at_utc for each in digests_of_week(schedule, zone, week)]


def test_the_digest_of_a_week_is_named_by_the_week_of_its_hour() -> None:
    assert _hours(FRIDAYS, NEW_YORK, Week(2026, 47)) == [utc("2026-11-20T20:00")]


def test_a_week_has_a_digest_for_each_day_that_the_schedule_names() -> None:
    twice = Schedule(frozenset({1, 4}), time(15))

    assert _hours(twice, NEW_YORK, Week(2026, 47)) == [utc("2026-11-17T20:00"), utc("2026-11-20T20:00")]


def test_a_week_whose_digest_date_was_jumped_over_leaves_its_stories_to_the_next() -> None:
    assert _hours(FRIDAYS, APIA, Week(2011, 52)) == []
    [following] = _hours(FRIDAYS, APIA, Week(2012, 1))
    window = digest_window(FRIDAYS, APIA, following)
    assert window.until - window.since == timedelta(days=13)


@given(
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    ZONES,
    st.dates(date(2012, 1, 10), date(2037, 1, 1)),
)
@settings(max_examples=100, deadline=None)
def test_the_weeks_follow_each_other_without_a_gap(
    days: frozenset[int], at: time, zone: ZoneInfo, day: date
) -> None:
    schedule = Schedule(days, at.replace(microsecond=0))
    weeks = [week_of_date(day + timedelta(weeks=count)) for count in range(5)]

    hours = [hour for week in weeks for hour in _hours(schedule, zone, week)]
    windows = [digest_window(schedule, zone, hour) for hour in hours]

    assert all(earlier.until == later.since for earlier, later in pairwise(windows))


@given(ZONES, st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=100, deadline=None)
def test_every_story_is_in_exactly_one_digest(zone: ZoneInfo, told_at: datetime) -> None:
    around = occurrences(FRIDAYS, zone, told_at - timedelta(days=30), told_at + timedelta(days=30))

    windows = [digest_window(FRIDAYS, zone, each.at_utc) for each in around]

    assert [window.holds(told_at) for window in windows].count(True) == 1
