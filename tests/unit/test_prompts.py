"""Which question stands beneath the first, and which one goes into Monday."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import fold
from bot.domain.prompts import (
    FIRST_QUESTION,
    MONDAY_QUESTIONS,
    QUESTIONS,
    monday_question,
    rotation,
    second_question,
)

DAYS = st.dates(date(2020, 1, 1), date(2080, 1, 1))
OWN = st.lists(st.text(max_size=40), max_size=20)


def test_the_first_question_is_the_promised_one() -> None:
    assert FIRST_QUESTION == "What difference did you make for a customer today?"
    assert QUESTIONS[0] == FIRST_QUESTION


@given(OWN, st.text(max_size=10), DAYS, st.lists(st.integers(1, 40), max_size=60))
def test_no_question_comes_twice_running_also_across_skipped_days(
    own: list[str], team: str, first_day: date, gaps: list[int]
) -> None:
    last = second_question(own, team=team, on=first_day)

    for gap in gaps:
        first_day += timedelta(days=gap)
        question = second_question(own, team=team, on=first_day, last=last)
        assert question != last
        last = question


@given(OWN, st.text(max_size=10), DAYS)
def test_days_that_follow_each_other_differ_without_any_history(own: list[str], team: str, day: date) -> None:
    today = second_question(own, team=team, on=day)

    assert second_question(own, team=team, on=day + timedelta(days=1)) != today


@given(OWN, DAYS)
def test_everyone_in_a_team_reads_the_same_question_on_a_day(own: list[str], day: date) -> None:
    assert second_question(own, team="T1", on=day) == second_question(own, team="T1", on=day)


@given(OWN, DAYS)
def test_each_weekday_meets_every_question_once_before_one_returns(own: list[str], monday: date) -> None:
    size = len(rotation(own))

    asked = [second_question(own, team="T1", on=monday + timedelta(weeks=week)) for week in range(size)]

    assert set(asked) == set(rotation(own))


def test_a_teams_own_questions_take_their_turn() -> None:
    own = ["Which patient smiled today?"]
    days = [date(2026, 11, 2) + timedelta(days=day) for day in range(60)]

    asked = {second_question(own, team="T1", on=day) for day in days}

    assert "Which patient smiled today?" in asked


def test_blank_repeated_and_first_questions_are_not_added() -> None:
    own = ["  ", FIRST_QUESTION.upper(), "Whose day was  easier because of you?", "New one?", "new one?"]

    assert rotation(own) == (*QUESTIONS[1:], "New one?")


def test_teams_of_one_company_do_not_all_read_the_same() -> None:
    asked = {second_question([], team=f"T{number}", on=date(2026, 11, 20)) for number in range(40)}

    assert len(asked) > 5


@given(st.text(max_size=10), DAYS)
def test_mondays_question_differs_from_week_to_week(team: str, day: date) -> None:
    this_week = monday_question(team=team, on=day)
    next_week = monday_question(team=team, on=day + timedelta(weeks=1))

    assert this_week != next_week
    assert monday_question(team=team, on=day, last=this_week) != this_week


def test_every_question_is_a_short_question() -> None:
    everything = QUESTIONS + MONDAY_QUESTIONS

    assert all(question.endswith("?") or "? " in question for question in everything)
    assert all(len(question) <= 90 for question in everything)
    assert len({fold(question) for question in everything}) == len(everything)
