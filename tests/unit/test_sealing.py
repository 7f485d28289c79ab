"""Sealed words: found again wherever they still stand, and not to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redacting import redacted
from bot.domain.sealing import found_in, sealed

WORDS = st.text(min_size=1, max_size=12).filter(lambda words: any(each.isalnum() for each in words))


def test_a_name_is_found_whatever_its_case_accents_and_line_breaks() -> None:
    seal = sealed("María López", "5a17")

    assert found_in("Thanks to MARIA\nlopez, she slept.", seal) == "maria lopez"
    assert found_in("Thanks to Mario Lopez.", seal) is None
    assert found_in("", seal) is None


def test_a_seal_does_not_show_its_words() -> None:
    seal = sealed("María López", "5a17")

    assert "mar" not in seal.casefold()
    assert sealed("María López", "beef").rpartition(":")[2] != seal.rpartition(":")[2]


@pytest.mark.parametrize("nonsense", ["", "5", "x:5a17:00", "1:2:3:4"])
def test_what_is_no_seal_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        found_in("Anything", nonsense)


@given(words=WORDS, before=st.text(max_size=20), after=st.text(max_size=20))
def test_whatever_is_blacked_out_is_found_by_its_seal_before_and_never_after(
    words: str, before: str, after: str
) -> None:
    text = f"{before} {words} {after}"
    black = redacted(text, words)

    found = found_in(text, sealed(words, "5a17"))

    assert found is not None
    assert redacted(text, found) == black
