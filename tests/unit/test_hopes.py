"""Hopes: which day is meant, when their owner is asked, and what an answer changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hopes import (
    CHOICES,
    Answer,
    Hope,
    HopeKind,
    HopeState,
    Outcome,
    answered,
    checked_day,
    due_day,
    furthest_day,
    is_due,
    seen_by,
    to_ask,
    words_and_day,
)
from bot.domain.refusals import Refusal, Why

TODAY = date(2026, 11, 22)  # a Sunday
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
BOBS = Hope("h1", "slack:T1", HopeKind.PROMISE, "bob", "Books in two days", date(2027, 2, 20), "view:1", NOW)
DAYS = st.dates(date(2020, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("30", date(2026, 12, 22)),
        ("60 days", date(2027, 1, 21)),
        ("in 90 days", date(2027, 2, 20)),
        ("three months from now", date(2027, 2, 22)),
        ("by March", date(2027, 3, 1)),
        ("november", date(2027, 11, 1)),
        ("1 March", date(2027, 3, 1)),
        ("on friday", date(2026, 11, 27)),
        ("until next friday", date(2026, 11, 27)),
        ("2027-03-01", date(2027, 3, 1)),
        ("In a year.", date(2027, 11, 22)),
    ],
)
def test_a_day_is_understood_as_people_say_it(words: str, day: date) -> None:
    assert due_day(words, TODAY) == day


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("2020-01-01", Why.DAY_PAST),
        ("2026-11-22", Why.DAY_PAST),
        ("0 days", Why.DAY_PAST),
        ("in ten years", Why.DAY_TOO_FAR),
        ("2036-11-22", Why.DAY_TOO_FAR),
        ("99999", Why.DAY_TOO_FAR),
        ("soon", Why.DAY_NOT_CLEAR),
        ("", Why.DAY_NOT_CLEAR),
        ("   ", Why.DAY_NOT_CLEAR),
        ("2027-02-30", Why.DAY_NOT_CLEAR),
        ("'; --", Why.DAY_NOT_CLEAR),
        ("x" * 40_000, Why.DAY_NOT_CLEAR),
    ],
)
def test_a_past_day_a_far_one_and_soon_are_refused(words: str, why: Why) -> None:
    refused = due_day(words, TODAY)

    assert isinstance(refused, Refusal)
    assert refused.why is why


def test_no_day_is_taken_after_which_the_words_would_be_gone() -> None:
    latest = TODAY + timedelta(days=365)

    refused = due_day("2027-12-01", TODAY, latest)

    assert due_day("2027-11-22", TODAY, latest) == latest
    assert refused == Refusal(Why.DAY_TOO_FAR, {"until": "2027-11-22"})


@given(DAYS, st.text(max_size=60))
def test_whatever_is_typed_gives_a_day_to_come_or_a_refusal(today: date, words: str) -> None:
    day = due_day(words, today)

    assert isinstance(day, Refusal) or today < day <= furthest_day(today)


@given(DAYS, st.integers(1, 3 * 365))
def test_every_day_that_can_be_asked_on_is_understood_in_both_spellings(today: date, ahead: int) -> None:
    wanted = today + timedelta(days=ahead)

    assert due_day(wanted.isoformat(), today) == wanted
    assert due_day(f"in {ahead} days", today) == wanted
    assert checked_day(wanted, today) == wanted


@given(DAYS)
def test_what_a_form_offers_is_never_refused(today: date) -> None:
    for days in CHOICES:
        assert due_day(str(days), today) == today + timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "words", "day"),
    [
        (
            "Ask every buyer about a good year, until friday",
            "Ask every buyer about a good year",
            "2026-11-27",
        ),
        ("Call first by 2026-12-04", "Call first", "2026-12-04"),
        ("Listen more in 30 days", "Listen more", "2026-12-22"),
        ("Handle worries by listening", "Handle worries by listening", None),
        ("Meet on site", "Meet on site", None),
        ("Follow up on what I heard by March", "Follow up on what I heard", "2027-03-01"),
        ("Just listen", "Just listen", None),
    ],
)
def test_what_to_try_may_end_with_its_day(typed: str, words: str, day: str | None) -> None:
    assert words_and_day(typed, TODAY) == (words, date.fromisoformat(day) if day else None)


@pytest.mark.parametrize("typed", ["Call more by soon", "Call more in ten years", "Call more on 2020-01-01"])
def test_what_to_try_with_a_day_that_cannot_be_is_refused(typed: str) -> None:
    assert isinstance(words_and_day(typed, TODAY), Refusal)


@given(st.text(max_size=80))
def test_no_word_of_what_to_try_is_invented(typed: str) -> None:
    read = words_and_day(typed, TODAY)

    assert isinstance(read, Refusal) or typed.startswith(read[0])


def test_its_owner_is_asked_from_its_day_on_and_only_once() -> None:
    day, before = BOBS.due_on, BOBS.due_on - timedelta(days=1)
    on_the_day = datetime(2027, 2, 20, 9, tzinfo=UTC)

    assert to_ask([BOBS], before, BERLIN) is None
    assert to_ask([BOBS], day, BERLIN) is BOBS
    assert to_ask([replace(BOBS, asked_at=on_the_day)], day + timedelta(days=5), BERLIN) is None


def test_a_new_day_brings_a_new_question() -> None:
    asked = replace(BOBS, asked_at=datetime(2027, 2, 20, 9, tzinfo=UTC))
    moved = answered(asked, Answer(Outcome.NOT_YET, "Waits for the auditor", again_on=date(2027, 3, 22)), NOW)

    assert to_ask([moved], date(2027, 3, 21), BERLIN) is None
    assert to_ask([moved], date(2027, 3, 22), BERLIN) is moved
    assert (moved.state, moved.line) == (HopeState.OPEN, "Waits for the auditor")


def test_of_several_the_one_that_waits_longest_comes_first() -> None:
    older = replace(BOBS, id="h0", due_on=BOBS.due_on - timedelta(days=3))

    assert to_ask([BOBS, older], BOBS.due_on, BERLIN) is older


@pytest.mark.parametrize("outcome", [Outcome.CAME_TRUE, Outcome.PARTLY, Outcome.NO])
def test_an_answer_ends_the_question_whatever_it_is(outcome: Outcome) -> None:
    told = answered(BOBS, Answer(outcome, "Because of the auditor."), NOW)

    assert (told.state, told.outcome, told.answered_at) == (HopeState.ANSWERED, outcome, NOW)
    assert not is_due(told, BOBS.due_on)
    assert not told.shared


def test_an_edited_answer_stays_in_its_week_and_a_newly_shared_one_is_told_in_the_next() -> None:
    later = NOW + timedelta(days=8)
    told = answered(BOBS, Answer(Outcome.PARTLY, "First words", shared=True), NOW)
    kept_back = answered(BOBS, Answer(Outcome.PARTLY, "First words"), NOW)

    edited = answered(told, Answer(Outcome.CAME_TRUE, "Better words", shared=True), later)
    shared = answered(kept_back, Answer(Outcome.PARTLY, "First words", shared=True), later)
    taken_back = answered(told, Answer(Outcome.PARTLY, "First words"), later)

    assert (edited.line, edited.answered_at) == ("Better words", NOW)
    assert shared.answered_at == later
    assert not taken_back.shared


def test_others_read_what_came_of_it_only_where_its_owner_shared_that() -> None:
    kept_back = answered(BOBS, Answer(Outcome.NO, "My own words"), NOW)
    shared = answered(BOBS, Answer(Outcome.NO, "For all", shared=True), NOW)
    waiting = answered(BOBS, Answer(Outcome.NOT_YET, "Mine", again_on=date(2027, 3, 22)), NOW)

    assert seen_by(kept_back, "bob") is kept_back
    assert seen_by(shared, "alice") is shared
    for hidden in (kept_back, waiting, replace(waiting, shared=True)):
        seen = seen_by(hidden, "alice")
        assert (seen.words, seen.outcome, seen.line, seen.state) == (BOBS.words, None, "", HopeState.OPEN)


def test_not_yet_tells_the_team_nothing_but_leaves_a_shared_trial_shared() -> None:
    answer = Answer(Outcome.NOT_YET, shared=True, again_on=date(2027, 3, 22))
    told = answered(BOBS, Answer(Outcome.NO, shared=True), NOW)
    trial = replace(BOBS, kind=HopeKind.TRIAL, shared=True)

    assert not answered(BOBS, answer, NOW).shared
    assert not answered(told, answer, NOW).shared
    assert answered(trial, answer, NOW).shared
