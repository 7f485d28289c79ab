"""Days and hours: what people write is read, and read back to them."""

from __future__ import annotations

from datetime import UTC, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules import (
    Problem,
    Schedule,
    format_at,
    format_days,
    format_schedule,
    own_schedule,
    parse_at,
    parse_days,
    parse_days_and_time,
    short_days,
)

DAY_SETS = st.frozensets(st.integers(0, 6), min_size=1)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon,wed,fri", {0, 2, 4}),
        ("fri", {4}),
        ("mon-wed,fri", {0, 1, 2, 4}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("every day", {0, 1, 2, 3, 4, 5, 6}),
        ("sat-mon", {5, 6, 0}),
        ("fri-thu", {0, 1, 2, 3, 4, 5, 6}),
        ("tue-tue", {1}),
        ("  Mon – Fri ", {0, 1, 2, 3, 4}),
        ("Monday to Wednesday and Friday", {0, 1, 2, 4}),
        ("on Tuesdays & Thursdays", {1, 3}),
        ("from monday through thursday", {0, 1, 2, 3}),
        ("tues thurs", {1, 3}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("weekend, mon", {5, 6, 0}),
        ("mon, mon", {0}),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: set[int]) -> None:
    assert parse_days(text) == frozenset(days)


@pytest.mark.parametrize(
    "text", ["", "  ", "and", ",", "-", "mon-", "-fri", "mon-wed-fri", "1-5", "someday", "\0", "m"]
)
def test_words_that_are_no_days_get_an_example(text: str) -> None:
    problem = parse_days(text)

    assert isinstance(problem, Problem)
    assert "mon-fri" in problem.expected


@pytest.mark.parametrize(
    ("text", "meant"), [("wendesday", "wednesday"), ("mon-firday", "friday"), ("dayly", "daily")]
)
def test_a_misspelt_day_gets_a_suggestion(text: str, meant: str) -> None:
    problem = parse_days(text)

    assert isinstance(problem, Problem)
    assert f"“{meant}”" in problem.expected


@pytest.mark.parametrize(
    ("days", "words", "short"),
    [
        ({0, 1, 2, 3, 4}, "Monday to Friday", "mon-fri"),
        ({0, 1, 2, 4}, "Monday to Wednesday and Friday", "mon-wed,fri"),
        ({0, 2, 4}, "Monday, Wednesday and Friday", "mon,wed,fri"),
        ({4}, "Friday", "fri"),
        ({5, 6}, "Saturday and Sunday", "sat,sun"),
        ({5, 6, 0}, "Saturday to Monday", "sat-mon"),
        (set(range(7)), "every day", "daily"),
    ],
)
def test_days_are_told_in_words(days: set[int], words: str, short: str) -> None:
    assert (format_days(frozenset(days)), short_days(frozenset(days))) == (words, short)


@given(DAY_SETS)
def test_days_survive_being_written_and_read(days: frozenset[int]) -> None:
    assert parse_days(format_days(days)) == days
    assert parse_days(short_days(days)) == days


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("16:30", time(16, 30)),
        ("9:00", time(9)),
        ("09.15", time(9, 15)),
        ("16h30", time(16, 30)),
        ("16h", time(16)),
        ("16:30:00", time(16, 30)),
        ("4pm", time(16)),
        ("4:30 p.m.", time(16, 30)),
        ("12am", time(0)),
        ("12 PM", time(12)),
        ("noon", time(12)),
        ("Midnight", time(0)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, at: time) -> None:
    assert parse_at(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "25:00",
        "24:00",
        "16:60",
        "4",
        "16",
        "13pm",
        "0am",
        "16:30pm",
        "",
        "soon",
        "-1:00",
        "1:2",
        "٠٩:٠٠",
        "9:00:30",
    ],
)
def test_an_impossible_or_ambiguous_time_is_asked_again(text: str) -> None:
    problem = parse_at(text)

    assert isinstance(problem, Problem)
    assert "a time between 00:00 and 23:59" in problem.expected


@given(TIMES)
def test_times_survive_being_written_and_read(at: time) -> None:
    assert parse_at(format_at(at)) == at


@given(st.text())
def test_any_text_is_read_or_asked_again_and_never_breaks(text: str) -> None:
    assert isinstance(parse_days(text), frozenset | Problem)
    assert isinstance(parse_at(text), time | Problem)
    assert isinstance(parse_days_and_time(text), tuple | Problem)


def test_the_days_command_keeps_the_hour_unless_one_is_given() -> None:
    assert parse_days_and_time("mon-wed") == (frozenset({0, 1, 2}), None)
    assert parse_days_and_time("mon-wed at 15:30") == (frozenset({0, 1, 2}), time(15, 30))
    assert parse_days_and_time("Fri AT 4pm") == (frozenset({4}), time(16))


def test_the_days_command_says_which_half_was_not_understood() -> None:
    bad_time, bad_days = parse_days_and_time("mon at 25:00"), parse_days_and_time("at 16:30")

    assert isinstance(bad_time, Problem)
    assert "time" in bad_time.expected
    assert isinstance(bad_days, Problem)
    assert "days" in bad_days.expected


def test_a_schedule_reads_as_a_sentence() -> None:
    assert format_schedule(Schedule(frozenset({0, 1, 2}), time(9, 5))) == "Monday to Wednesday at 09:05"


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7})])
def test_a_schedule_that_could_never_fall_due_cannot_be_made(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days"):
        Schedule(days, time(9))


def test_a_schedules_time_is_a_wall_clock_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        Schedule(frozenset({0}), time(9, tzinfo=UTC))


def test_what_a_person_chose_for_themselves_stands_in_for_the_teams() -> None:
    team = Schedule(frozenset(range(5)), time(16, 30))

    assert own_schedule(team, None, None) == team
    assert own_schedule(team, "mon-wed", None) == Schedule(frozenset({0, 1, 2}), time(16, 30))
    assert own_schedule(team, None, "15:00") == Schedule(team.days, time(15))
    assert own_schedule(team, "gibberish", "25:00") == team
