"""The little language of the rule files."""

from __future__ import annotations

import pytest

from bot.domain.folding import fold
from bot.domain.patterns import PatternProblem, compile_any


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("clos* date", "What's the closing date?"),
        ("close date", "the close-date, please"),
        ("when ... close", "When do you think they close?"),
        ("what|which is", "Which is it?"),
        ("on the? plan", "on plan"),
        ("on the? plan", "on the plan"),
        ("the? plan", "plan"),
        ("is # in", "is $1.2m in?"),
        ("is # in", "is the 40k... is 40k in"),
        ("# off", "10% off"),
        ("^ number", "Well. Number?"),
        ("number $", "and the number?"),
        ("says {who}", "so says Maria"),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str) -> None:
    found = compile_any([pattern], {"who": ["maria", "the customer"]}).search(fold(text))

    assert found is not None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("close", "closed"),
        ("close", "disclose"),
        ("when ... close", "When we met. They close"),
        ("when ... close", "when one two three four five close"),
        ("^ number", "a number"),
        ("number $", "number one"),
    ],
)
def test_a_pattern_finds_nothing_else(pattern: str, text: str) -> None:
    assert compile_any([pattern]).search(fold(text)) is None


def test_the_longest_pattern_wins_where_several_begin() -> None:
    found = compile_any(["close", "close date"]).search("close date")

    assert found is not None
    assert found.group() == "close date"


def test_no_patterns_find_nothing() -> None:
    assert compile_any([]).search("anything") is None


@pytest.mark.parametrize("pattern", ["", "^ $", "a (b)", "{nobody}", "[x]"])
def test_a_pattern_outside_the_language_is_named(pattern: str) -> None:
    with pytest.raises(PatternProblem, match="pattern"):
        compile_any([pattern])


def test_a_group_that_holds_itself_is_named() -> None:
    with pytest.raises(PatternProblem, match="itself"):
        compile_any(["{a}"], {"a": ["{b}"], "b": ["{a}"]})
