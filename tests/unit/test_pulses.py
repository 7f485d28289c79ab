"""The pulse: what it claims, how sure it is, and how seldom it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from math import sqrt
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pulses import (
    CUSTOMERS,
    FALSE_CLAIMS,
    MEANING,
    QUESTIONS,
    Change,
    Counts,
    Pulse,
    compare,
    is_open,
    level,
    likely,
    p_value,
    quarter_of,
    readings,
    window,
)

NEW_YORK = ZoneInfo("America/New_York")
QUARTERS = 12
TEAMS = 300
"""How many teams each simulation follows through three years."""
RUNS = 120
"""How often each real change is looked for."""
Year = Callable[[Random], list[tuple[Counts, ...]]]


def pulse(quarter: str, customers: Counts, meaning: Counts = (0, 0, 5, 0, 0)) -> Pulse:
    """A closed pulse of Alice's team."""
    at = datetime(2026, 12, 7, tzinfo=UTC)
    counts = {CUSTOMERS: customers, MEANING: meaning}
    return Pulse(quarter, "slack:T1", "T1", quarter, at, at + timedelta(days=14), at, counts)


def spread(answers: Sequence[int]) -> Counts:
    """Answers of 1 to 5 as counts."""
    return tuple(list(answers).count(step) for step in range(1, 6))


# when it is open -----------------------------------------------------------------------------------------------------


def test_a_pulse_is_open_for_two_weeks_of_the_quarters_last_month_on_the_teams_own_clock() -> None:
    opens, closes = window(date(2026, 11, 22), NEW_YORK)

    assert (opens.astimezone(NEW_YORK).date(), opens.astimezone(NEW_YORK).hour) == (date(2026, 12, 7), 0)
    assert closes - opens == timedelta(days=14)
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == [
        "2026-Q1",
        "2026-Q1",
        "2026-Q2",
        "2026-Q4",
    ]


@given(
    st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"])
)
def test_every_quarter_has_one_window_that_lies_within_it(on: date, zone: str) -> None:
    opens, closes = window(on, ZoneInfo(zone))

    local = [each.astimezone(ZoneInfo(zone)) for each in (opens, closes - timedelta(seconds=1))]
    assert [quarter_of(each.date()) for each in local] == [quarter_of(on)] * 2
    assert local[0].weekday() == 0


def test_answers_are_taken_from_the_first_minute_to_the_last() -> None:
    mine = Pulse("P", "slack:T1", "T1", "2026-Q4", *window(date(2026, 12, 1), NEW_YORK))

    assert is_open(mine, mine.opened_at)
    assert not is_open(mine, mine.opened_at - timedelta(seconds=1))
    assert not is_open(mine, mine.closes_at)


# what it says --------------------------------------------------------------------------------------------------------


def test_nothing_is_shown_of_four_answers_and_something_of_five() -> None:
    assert readings([pulse("2026-Q4", (0, 0, 0, 4, 0), (0, 0, 0, 4, 0))]) == ()
    assert readings([]) == ()

    [customers, _] = readings([pulse("2026-Q4", (0, 1, 1, 2, 1))])
    assert customers.share == pytest.approx(0.6)
    assert customers.low < 0.6 < customers.high
    assert (customers.change, customers.before) == (Change.CANNOT_TELL, ())


def test_four_answers_say_nothing_even_after_a_quarter_that_did() -> None:
    assert (
        readings([pulse("2026-Q3", (0, 0, 0, 9, 0)), pulse("2026-Q4", (4, 0, 0, 0, 0), (4, 0, 0, 0, 0))])
        == ()
    )


def test_a_quarter_that_told_nothing_is_passed_over_in_comparing() -> None:
    told = [pulse("2026-Q2", (9, 0, 0, 0, 0)), pulse("2026-Q3", (1, 0, 0, 0, 0), (1, 0, 0, 0, 0))]

    [customers, _] = readings([*told, pulse("2026-Q4", (0, 0, 0, 0, 9))])

    assert (customers.change, customers.before) == (Change.UP, ("2026-Q2",))


def test_a_clear_change_is_claimed_both_ways_and_a_small_one_is_not() -> None:
    low, high = (2, 5, 4, 1, 0), (0, 0, 1, 5, 6)

    assert compare(low, high, look=1) is Change.UP
    assert compare(high, low, look=1) is Change.DOWN
    assert compare(low, (1, 4, 5, 2, 0), look=1) is Change.CANNOT_TELL


def test_everybody_saying_the_same_twice_is_no_change() -> None:
    assert p_value((0, 0, 0, 0, 9), (0, 0, 0, 0, 5)) == 1.0


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=5), st.lists(st.integers(1, 5), min_size=1, max_size=5)
)
def test_the_p_value_is_that_of_dealing_the_answers_in_every_possible_way(
    before: list[int], after: list[int]
) -> None:
    everybody = before + after
    middle = len(after) * sum(everybody) / len(everybody)
    sums = [sum(each) for each in combinations(everybody, len(after))]
    as_far = sum(abs(each - middle) >= abs(sum(after) - middle) - 1e-9 for each in sums)

    assert p_value(spread(before), spread(after)) == pytest.approx(as_far / len(sums))


def test_many_answers_are_compared_as_well_as_few() -> None:
    few, many = (
        p_value((6, 12, 18, 12, 6), (2, 8, 18, 22, 10)),
        p_value((60, 120, 180, 120, 60), (55, 121, 184, 124, 60)),
    )

    assert p_value((6, 12, 18, 12, 7), (2, 8, 18, 22, 15)) < few < 0.1
    assert many > 0.3
    assert p_value((0, 0, 300, 0, 0), (0, 0, 300, 0, 0)) == 1.0
    assert p_value((0, 200, 100, 0, 0), (0, 0, 100, 200, 0)) < 1e-9


@given(st.integers(0, 40), st.integers(1, 40))
def test_the_range_holds_the_share_and_stays_between_nothing_and_all(good: int, asked: int) -> None:
    good = min(good, asked)
    low, high = likely(good, asked)

    assert 0 <= low <= good / asked <= high <= 1
    assert low < high


def test_all_looks_together_never_spend_more_than_the_promise() -> None:
    spent = sum(level(look) for look in range(1, 20_000)) * len(QUESTIONS)

    assert FALSE_CLAIMS * 0.999 < spent <= FALSE_CLAIMS


# how often it is wrong -----------------------------------------------------------------------------------------------


def claims(quarters: Sequence[tuple[Counts, ...]]) -> list[Change]:
    """Every change that a team reads in its pulses, quarter by quarter, both questions."""
    told = [pulse(str(number), *counts) for number, counts in enumerate(quarters)]
    shown = [reading for end in range(1, len(told) + 1) for reading in readings(told[:end])]
    return [reading.change for reading in shown if reading.change is not Change.CANNOT_TELL]


def answer(chance: Random, mood: float) -> int:
    return min(5, max(1, round(chance.gauss(mood, 1.0))))


def strangers(chance: Random) -> list[tuple[Counts, ...]]:
    """Each quarter eight to twelve people of one unchanging mood, others each time."""
    moods = [chance.uniform(2, 4.5) for _ in QUESTIONS]
    sizes = [chance.randint(8, 12) for _ in range(QUARTERS)]
    return [tuple(spread([answer(chance, mood) for _ in range(size)]) for mood in moods) for size in sizes]


def divided(chance: Random) -> list[tuple[Counts, ...]]:
    """The hardest: thirty people, half of them at either end, and chance decides who of them answers."""
    return [tuple(spread(chance.choices((1, 5), k=30)) for _ in QUESTIONS) for _ in range(QUARTERS)]


def the_same_people(chance: Random) -> list[tuple[Counts, ...]]:
    """Twelve people who stay as they are, of whom some answer each time, and feel alike about both questions."""
    moods = [chance.gauss(3.5, 0.8) for _ in range(12)]
    quarters = []
    for _ in range(QUARTERS):
        who = chance.sample(moods, chance.randint(5, 12))
        quarters.append(tuple(spread([answer(chance, mood) for mood in who]) for _ in QUESTIONS))
    return quarters


@pytest.mark.parametrize("team", [strangers, divided, the_same_people])
def test_a_change_is_claimed_where_there_is_none_in_at_most_seven_percent_of_runs_over_all_looks(
    team: Year, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Random(20261122)

    wrong = sum(bool(claims(team(chance))) for _ in range(TEAMS))

    rate = wrong / TEAMS
    # Upper 99 % bound of a share (Wilson, one-sided).
    z = 2.326348
    bound = (rate + z**2 / (2 * TEAMS) + z * sqrt(rate * (1 - rate) / TEAMS + (z / (2 * TEAMS)) ** 2)) / (
        1 + z**2 / TEAMS
    )
    with capsys.disabled():
        print(
            f"\n{team.__name__}: {rate:.1%} of teams see a false change in three years (99 %: ≤ {bound:.1%})"
        )
    assert bound <= 0.07


def test_how_often_a_real_change_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    chance = Random(7)

    def found(by: float, people: int, quarters_before: int) -> float:
        hits = 0
        for _ in range(RUNS):
            before = spread([answer(chance, 3.0) for _ in range(people * quarters_before)])
            after = spread([answer(chance, 3.0 + by) for _ in range(people)])
            hits += compare(before, after, look=quarters_before) is Change.UP
        return hits / RUNS

    one, steep, large = found(1, 12, 4), found(1.5, 12, 4), found(1, 20, 4)

    with capsys.disabled():
        print(
            f"\nafter a year of pulses a real change is found at once: by 1 point in a team of 12 in {one:.0%}, "
            f"by 1.5 points {steep:.0%}, by 1 point in a team of 20 {large:.0%} "
            f"(in the second quarter ever: {found(1, 12, 1):.0%}, {found(1.5, 12, 1):.0%}, {found(1, 20, 1):.0%})"
        )
    assert one > 0.25
    assert steep > 0.7
    assert large > 0.5
