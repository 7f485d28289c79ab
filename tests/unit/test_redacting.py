"""Words are blacked out wherever they stand as words, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redacting import BLACK, redacted


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Ann ran the planning with ann.", "Ann", f"{BLACK} ran the planning with {BLACK}."),
        ("Jose\u0301's café", "jose", f"{BLACK}'s café"),
        ("straße 5, STRASSE 6", "strasse", f"{BLACK} 5, {BLACK} 6"),
        ("Maria\n Lopez", "maria lopez", BLACK),
        ("Maria\nLopez", "maria lopez", BLACK),
        ("nothing here", "", "nothing here"),
        ("nothing here", "   ", "nothing here"),
        ("Æro AG", "aero", f"{BLACK} AG"),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(text: str, words: str, expected: str) -> None:
    assert redacted(text, words) == expected


@given(st.text(max_size=40), st.text(alphabet="ab Ä", max_size=5), st.text(max_size=40))
def test_blacking_out_twice_changes_nothing_more(before: str, words: str, after: str) -> None:
    once = redacted(f"{before} {words} {after}", words)

    assert redacted(once, words) == once
