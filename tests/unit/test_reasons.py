"""Why people sell: when it is asked, when it comes back, with which story, and whose reasons stand in Home."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Person
from bot.domain.reasons import (
    HARD_DAYS,
    MOST_SHOWN,
    SharedReason,
    best_story,
    hard_week,
    may_ask,
    may_return,
    todays,
)
from bot.domain.stories import Source, Story, StoryState

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
BOB = Person("slack:T1", "UBOB", introduced_at=NOW - timedelta(days=1))
WHY = replace(BOB, why="For the look on their faces.")


def story(story_id: str, text: str = "Maria closed her books in a day.", **changes: Any) -> Story:
    """A story of Bob's."""
    told = Story(story_id, "slack:T1", "T1", "UBOB", text, NOW, MONDAY, Source.DM, story_id)
    return replace(told, **changes)


def test_it_is_asked_once_ever_and_not_in_the_first_message() -> None:
    assert may_ask(BOB)
    assert not may_ask(replace(BOB, introduced_at=None))
    assert not may_ask(replace(BOB, why_asked_at=NOW - timedelta(days=900)))
    assert not may_ask(WHY)


def test_it_comes_back_at_most_once_a_month_and_only_to_who_wants_it() -> None:
    assert may_return(WHY, NOW)
    assert not may_return(BOB, NOW)
    assert not may_return(replace(WHY, why_returns=False), NOW)
    assert not may_return(replace(WHY, stopped_at=NOW), NOW)
    assert not may_return(replace(WHY, why_returned_at=NOW - timedelta(days=30)), NOW)
    assert may_return(replace(WHY, why_returned_at=NOW - timedelta(days=31)), NOW)


def test_a_hard_week_has_three_such_days_from_monday_to_sunday() -> None:
    days = [MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=6)]

    assert hard_week(days, days[-1])
    assert not hard_week([MONDAY - timedelta(days=1), *days[:2]], days[1])
    assert not hard_week([MONDAY, MONDAY, MONDAY], MONDAY)


@given(st.lists(st.dates(MONDAY - timedelta(days=10), MONDAY + timedelta(days=10)), max_size=12))
def test_a_week_is_hard_exactly_where_three_different_days_of_it_were(days: list[date]) -> None:
    this_week = {MONDAY + timedelta(days=number) for number in range(7)}

    assert hard_week(days, MONDAY + timedelta(days=3)) == (len(this_week & set(days)) >= HARD_DAYS)


def test_the_best_story_came_true_then_names_customer_and_change_then_is_the_longest() -> None:
    long = story("A", "It took a while, and then it took another while, but it held.")
    complete = story("B", customer="Maria", change="She goes home at five.")
    true = story("C", "The bakery sleeps until five.")

    assert best_story([long, complete, true], {"C"}) == true
    assert best_story([long, complete, true]) == complete
    assert best_story([long, true]) == long


def test_drafts_taken_back_ones_and_a_mere_word_are_no_reminder() -> None:
    gone, draft = story("A", state=StoryState.WITHDRAWN, text=""), story("B", state=StoryState.DRAFT)

    assert best_story([gone, draft, story("C", "Helped.")]) is None
    assert best_story([]) is None


@given(
    st.permutations(
        [story("A"), story("B", "x" * 5_000), story("C", "y" * 700), story("D", customer="Maria")]
    )
)
def test_the_same_stories_always_have_the_same_best_one(stories: list[Story]) -> None:
    assert best_story(stories) == story("C", "y" * 700)


def test_home_shows_three_a_day_and_everybody_in_their_turn() -> None:
    shared = [SharedReason(f"U{number}", "", "x") for number in range(8)]
    shown = [todays(shared, MONDAY + timedelta(days=day)) for day in range(120)]

    turns = Counter(each.user for day in shown for each in day)
    assert {len(day) for day in shown} == {MOST_SHOWN}
    assert todays(list(reversed(shared)), MONDAY) == shown[0]
    # 45 turns each are expected.
    assert min(turns.values()) > 25
    assert len(turns) == len(shared)
