"""When people come back from a pause, and how long things last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules import Problem
from bot.domain.whentext import ENDLESS, format_duration, parse_duration, parse_pause

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "returns_on"),
    [
        ("until 2026-12-01", date(2026, 12, 1)),
        ("for 2 weeks", date(2026, 12, 7)),
        ("for 3 days", date(2026, 11, 26)),
        ("until friday", date(2026, 11, 27)),
        ("until Monday", date(2026, 11, 30)),
        ("until Dec 1", date(2026, 12, 1)),
        ("until Nov 23", date(2027, 11, 23)),
        ("until 1 December", date(2026, 12, 1)),
        ("until the 1st of December", date(2026, 12, 1)),
        ("until December 1st, 2027", date(2027, 12, 1)),
        ("until Jan. 7", date(2027, 1, 7)),
        ("until 1.12.", date(2026, 12, 1)),
        ("until 1.12.2026", date(2026, 12, 1)),
        ("until 24. December", date(2026, 12, 24)),
        ("until Feb 29", date(2028, 2, 29)),
        ("until tomorrow", date(2026, 11, 24)),
        ("until next week", date(2026, 11, 30)),
        ("until next friday", date(2026, 12, 4)),
        ("until next month", date(2026, 12, 1)),
        ("for a week", date(2026, 11, 30)),
        ("for two weeks!", date(2026, 12, 7)),
        ("for a fortnight", date(2026, 12, 7)),
        ("for the next 3 days", date(2026, 11, 26)),
        ("for 3 months", date(2027, 2, 23)),
        ("for a year", date(2027, 11, 23)),
        ("2 weeks", date(2026, 12, 7)),
        ("2w", date(2026, 12, 7)),
        ("2026-12-01", date(2026, 12, 1)),
        ("  UNTIL   FRIDAY ", date(2026, 11, 27)),
        ("", ENDLESS),
    ],
)
def test_people_say_when_they_are_back(text: str, returns_on: date) -> None:
    assert parse_pause(text, TODAY) == returns_on


def test_a_month_from_the_last_of_january_is_the_last_of_february() -> None:
    assert parse_pause("for 1 month", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("until 2026-11-22", "after today"),
        ("until 2026-11-23", "after today"),
        ("for 0 days", "after today"),
        ("for ten years", "next 5 years"),
        ("until 2036-11-23", "next 5 years"),
        ("for 99999999999999999999 days", "next 5 years"),
        ("for 999999 months", "next 5 years"),
        ("soon", "until friday"),
        ("until the cows come home", "until friday"),
        ("until 12/1", "until friday"),
        ("until 2026-02-30", "until friday"),
        ("until 2026-13-01", "until friday"),
        ("until 0000-01-01", "until friday"),
        ("until Smarch 3", "until friday"),
        ("until", "until friday"),
        ("for many weeks", "until friday"),
    ],
)
def test_what_is_no_day_to_come_back_on_is_asked_again(text: str, hint: str) -> None:
    problem = parse_pause(text, TODAY)

    assert isinstance(problem, Problem)
    assert hint in problem.expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 1800))
def test_any_day_within_reach_can_be_written_three_ways(today: date, ahead: int) -> None:
    back = today + timedelta(days=ahead)

    assert parse_pause(f"until {back.isoformat()}", today) == back
    assert parse_pause(f"for {ahead} days", today) == back
    assert parse_pause(f"until {back.strftime('%B')} {back.day}, {back.year}", today) == back


@given(st.text(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_text_gives_a_later_day_or_a_problem(text: str, today: date) -> None:
    found = parse_pause(text, today)

    assert isinstance(found, Problem) or found > today


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("1d", timedelta(days=1)),
        ("1h30m", timedelta(minutes=90)),
        ("1d 2h 3m", timedelta(days=1, hours=2, minutes=3)),
        ("4 hours", timedelta(hours=4)),
        ("90 minutes", timedelta(minutes=90)),
    ],
)
def test_lengths_of_time_are_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "0h", "4", "h", "-4h", "soon", "4 parsecs", "4h4h", "99999h"])
def test_what_is_no_length_of_time_gets_an_example(text: str) -> None:
    assert parse_duration(text) == Problem("a length of time such as 30m, 4h or 1d")


@given(st.integers(1, 1440 * 365))
def test_lengths_survive_being_written_and_read(minutes: int) -> None:
    length = timedelta(minutes=minutes)

    assert parse_duration(format_duration(length)) == length
