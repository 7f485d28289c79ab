"""Which line stands beneath the purpose."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminders import (
    LINES,
    PLAIN_LINES,
    REST,
    STORY_LINES,
    Line,
    fill,
    lines_for,
    next_line,
    quotable,
)

MONDAY = date(2026, 1, 5)


def read_weekly(lines: tuple[Line, ...], weeks: int, *, has_story: bool, team: str = "T1") -> list[Line]:
    used: list[tuple[str, date]] = []
    read: list[Line] = []
    for week in range(weeks):
        today = MONDAY + timedelta(weeks=week)
        line = next_line(lines, used, today, team=team, has_story=has_story)
        assert line is not None
        read.append(line)
        used.append((line.key, today))
    return read


def test_there_are_enough_lines_for_half_a_year_without_any_story() -> None:
    assert len(LINES) >= 34
    assert len(PLAIN_LINES) > REST / timedelta(weeks=1)
    assert len({line.key for line in LINES}) == len({line.text for line in LINES}) == len(LINES)


def test_a_line_is_short_and_preaches_to_nobody() -> None:
    for line in LINES:
        assert line.text.count("\n") <= 1
        assert len(line.text) <= 110, line.text
        assert not {"must", "should", "always", "never"} & set(line.text.lower().split()), line.text


@given(st.text(max_size=8), st.booleans())
def test_no_line_repeats_within_half_a_year(team: str, has_story: bool) -> None:
    read = read_weekly(LINES, 80, has_story=has_story, team=team)

    for week, line in enumerate(read):
        assert line not in read[max(0, week - 25) : week]


def test_about_a_quarter_of_them_quote_the_teams_own_stories() -> None:
    read = read_weekly(LINES, 24, has_story=True)

    assert 5 <= sum(line.quotes_a_story for line in read) <= 8


def test_without_a_story_to_quote_none_is_promised() -> None:
    assert not any(line.quotes_a_story for line in read_weekly(LINES, 60, has_story=False))


@given(st.integers(2, 20), st.integers(1, 60))
def test_with_too_few_lines_the_one_read_longest_ago_comes(count: int, weeks: int) -> None:
    lines = PLAIN_LINES[:count]

    read = read_weekly(lines, weeks, has_story=False)

    for week in range(count, weeks):
        assert read[week] == read[week - count]


def test_a_daily_reminder_never_repeats_the_latest_line() -> None:
    used: list[tuple[str, date]] = []
    for day in range(200):
        today = MONDAY + timedelta(days=day)
        line = next_line(LINES, used, today, has_story=day % 3 == 0)
        assert line is not None
        assert not used or line.key != used[-1][0]
        used.append((line.key, today))


def test_no_lines_no_line() -> None:
    assert next_line((), [], MONDAY) is None
    assert next_line(STORY_LINES, [], MONDAY, has_story=False) is None


def test_a_teams_own_line_keeps_its_key_while_its_words_stay() -> None:
    first = lines_for(["Bread before numbers", "  "])
    again = lines_for(["Another", "bread  before NUMBERS"])

    assert len(first) == len(LINES) + 1
    assert first[-1].key in {line.key for line in again}


def test_a_teams_own_line_is_taken_as_typed() -> None:
    own = lines_for(["Ask about the {story} of their life"])[-1]

    assert not own.quotes_a_story
    assert fill(own, story="x") == "Ask about the {story} of their life"


def test_a_story_is_quoted_word_for_word_on_one_line() -> None:
    said = "She said:\n{teller} saved   our week"

    words = fill(STORY_LINES[0], story=said, teller="Alice")

    assert words == "From Alice:\n“She said: {teller} saved our week”"


def test_only_a_story_that_fits_whole_is_quoted() -> None:
    assert quotable("Bob's baker sleeps again.")
    assert not quotable("I doubt it. " * 30)
    assert not quotable("   ")
