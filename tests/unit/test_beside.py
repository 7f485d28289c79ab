"""Which story of another team stands beside one of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.beside import beside
from bot.domain.stories import Source, Story, Visibility

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _story(name: str, text: str, team: str = "ours", hours: int = 1) -> Story:
    at = NOW - timedelta(hours=hours)
    return Story(name, "W", team, "U1", text, at, at.date(), Source.DM, name, visibility=Visibility.COMPANY)


OTHERS = [
    _story("month-end", "Their bookkeeping took a weekend at month end, now it takes a morning.", "theirs"),
    _story("clinic", "The clinic's reception answers every call since the new telephone menu.", "theirs"),
    _story("school", "The school prints its own timetable and the parents stopped calling.", "theirs"),
    _story("bakery", "The bakery opens an hour later and sells the same amount of bread.", "theirs"),
]


def test_the_story_about_the_same_sort_of_thing_stands_beside_ours() -> None:
    ours = [_story("maria", "Maria's bookkeeping at month end is done by lunch.")]

    assert {mine: other.id for mine, other in beside(ours, OTHERS).items()} == {"maria": "month-end"}


def test_nothing_stands_beside_a_story_that_shares_nothing() -> None:
    ours = [_story("ferry", "Passengers of the ferry find their cabin without asking twice.")]

    assert beside(ours, OTHERS) == {}
    assert beside(ours, []) == {}


def test_one_story_stands_beside_one_of_ours_only() -> None:
    ours = [
        _story("one", "Bookkeeping at month end is done by lunch."),
        _story("two", "Month end bookkeeping: no weekend lost."),
    ]

    found = beside(ours, OTHERS)

    assert [other.id for other in found.values()] == ["month-end"]


@given(st.lists(st.text(max_size=80), max_size=6), st.lists(st.text(max_size=80), max_size=6))
def test_whatever_is_told_each_other_story_stands_once_and_the_order_told_changes_nothing(
    mine: list[str], theirs: list[str]
) -> None:
    ours = [_story(f"m{number}", text) for number, text in enumerate(mine)]
    others = [_story(f"o{number}", text, "theirs") for number, text in enumerate(theirs)]

    found = beside(ours, others)

    assert len({other.id for other in found.values()}) == len(found)
    assert found == beside(ours[::-1], others[::-1])
