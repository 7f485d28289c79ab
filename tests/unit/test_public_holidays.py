"""Public holidays by country and subdivision."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.public_holidays import is_holiday, known_holidays, parse_holidays
from bot.domain.schedules import Problem


@pytest.mark.parametrize(
    ("code", "day", "free"),
    [
        ("US", date(2026, 11, 26), True),
        ("US", date(2026, 7, 3), True),  # the fourth is a Saturday
        ("US", date(2026, 3, 31), False),
        ("US-CA", date(2026, 3, 31), True),
        ("DE", date(2026, 1, 6), False),
        ("DE-BY", date(2026, 1, 6), True),
        ("DE", date(2027, 10, 3), True),
        ("GB", date(2026, 12, 25), True),
        (None, date(2026, 12, 25), False),
        ("", date(2026, 12, 25), False),
    ],
)
def test_holidays_are_those_of_the_place(code: str | None, day: date, free: bool) -> None:
    assert is_holiday(code, day) is free


@pytest.mark.parametrize(
    ("typed", "code"),
    [("US", "US"), ("de", "DE"), ("de-by", "DE-BY"), ("DE-Bayern", "DE-BY"), (" us-ca ", "US-CA")],
)
def test_codes_are_read_in_any_case(typed: str, code: str) -> None:
    assert parse_holidays(typed) == code
    assert known_holidays(typed)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("Germany", "mean DE?"),
        ("Untied States", "mean US?"),
        ("DE-Bayren", "mean DE-BY?"),
        ("DE-!!", "DE has"),
    ],
)
def test_an_unknown_place_gets_a_suggestion(typed: str, hint: str) -> None:
    problem = parse_holidays(typed)

    assert isinstance(problem, Problem)
    assert hint in problem.expected
    assert not known_holidays(typed)


def test_a_country_without_parts_says_so() -> None:
    problem = parse_holidays("SG-XX")

    assert isinstance(problem, Problem)
    assert "write SG alone" in problem.expected


def test_a_place_that_is_not_known_any_more_has_no_holidays() -> None:
    assert not is_holiday("XX-YY", date(2026, 12, 25))


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_code_or_a_problem(text: str) -> None:
    assert isinstance(parse_holidays(text), str | Problem)
