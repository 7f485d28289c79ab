"""Zone names: known ones are taken, others get the team's zone or a suggestion."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedules import Problem
from bot.domain.zones import known_zone, parse_zone, zone_or

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_persons_own_zone_is_used_where_it_is_known() -> None:
    assert zone_or("Asia/Kolkata", BERLIN) == ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    "name",
    [None, "", "Mars/Olympus", "America", "..", "/etc/localtime", "localtime", "Factory", "\0", "x" * 5000],
)
def test_a_missing_or_unknown_zone_gives_the_teams(name: str | None) -> None:
    assert known_zone(name) is None
    assert zone_or(name, BERLIN) is BERLIN


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("america/new_york", "America/New_York"),
        ("New York", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
    ],
)
def test_a_zone_written_slightly_wrong_gets_the_right_name(typed: str, meant: str) -> None:
    problem = parse_zone(typed)

    assert isinstance(problem, Problem)
    assert f"“{meant}”" in problem.expected


def test_a_right_zone_is_taken_as_it_is() -> None:
    assert parse_zone(" Asia/Kathmandu ") == "Asia/Kathmandu"


def test_something_that_resembles_no_zone_gets_an_example() -> None:
    assert parse_zone("??") == Problem("a time zone such as America/New_York")


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_zone_or_a_problem(text: str) -> None:
    assert isinstance(parse_zone(text), str | Problem)
