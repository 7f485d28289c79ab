"""Folding takes away how a thing is written and leaves what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import clean, fold, fold_with_places


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ça VA", "ca va"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("what\u2019s", "what's"),
        ("ni\u200bchts", "nichts"),
        ("h\u0335e\u0336l\u0337p\u030d\u0342", "help"),
        ("\uff53\uff4b\uff49\uff50", "skip"),
        ("a\u00a0b", "a b"),
        ("한국", "한국"),
        ("👍🏽", "👍🏽"),
    ],
)
def test_what_looks_alike_folds_alike(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, places = fold_with_places(text)

    assert folded == fold(text)
    assert len(places) == len(folded)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_cleaning_leaves_what_can_be_stored_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\x00b\ud83dc", "a\ufffdb\ufffdc"), ("a\x00b", "a\ufffdb"), ("a\udfff", "a\ufffd")],
    ids=["both", "nul", "surrogate"],
)
def test_cleaning_shows_what_no_database_takes_as_replaced(typed: str, kept: str) -> None:
    assert clean(typed) == kept
