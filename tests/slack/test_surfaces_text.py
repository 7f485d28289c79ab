"""Escaping and cutting: exactly once, and never through the middle of a sign."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.surfaces.text import (
    CUT,
    cut,
    day,
    escape,
    escaped_size,
    excerpt,
    listed,
    mention,
    pieces,
    plain_line,
    size,
)
from tests.slack.samples import HOSTILE, NOW

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇩🇪"
SIGNS = st.sampled_from([FAMILY, FLAG, "👍🏽", "é", "e\u0301", "a", " ", "\n", "ก็", "<", "&", "❤️", "1️⃣", "."])


@given(st.text())
def test_escaping_disarms_and_can_be_undone(text: str) -> None:
    escaped = escape(text)

    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_only_ids_become_mentions() -> None:
    assert mention("U0ALICE1") == "<@U0ALICE1>"
    for forged in ("channel", "U1>", "!here", "U1|x", "here", "u1", HOSTILE):
        assert "<" not in mention(forged)


@given(st.lists(SIGNS, max_size=60), st.integers(12, 80))
def test_cutting_keeps_signs_whole_and_to_the_limit(signs: list[str], most: int) -> None:
    text = "".join(signs)

    shown = cut(text, most)

    assert size(shown) <= most
    if shown != text:
        head = shown.removesuffix(CUT)
        assert text.startswith(head)
        assert _whole(text, len(head))


@given(st.lists(SIGNS, max_size=60), st.integers(12, 80))
def test_cutting_counts_what_escaping_adds(signs: list[str], most: int) -> None:
    assert escaped_size(cut("".join(signs), most, measure=escaped_size)) <= most


@given(st.lists(SIGNS, max_size=200), st.integers(16, 60))
def test_pieces_lose_nothing(signs: list[str], most: int) -> None:
    text = "".join(signs)

    parts = list(pieces(text, most))

    assert "".join(parts) == text
    assert all(0 < size(part) <= most for part in parts)


def _whole(text: str, place: int) -> bool:
    """Whether nothing that belongs to the sign before `place` comes after it."""
    rest = text[place:].lstrip()
    if len(rest) < len(text[place:]) or not rest or place == 0:
        return True
    first = rest[0]
    joins = first in "\u200d\ufe0f\u20e3" or unicodedata.combining(first) or "🏻" <= first <= "🏿"
    return not joins and not text[:place].endswith("\u200d")


def test_a_flag_is_not_torn() -> None:
    assert cut(FLAG * 10, 10) == FLAG * 2 + CUT


def test_zalgo_is_cut_like_anything_else() -> None:
    zalgo = "a" + "\u0301" * 5_000

    assert size(cut(zalgo, 100)) <= 100


@given(st.text(max_size=300), st.integers(1, 100), st.integers(100, 400))
def test_an_excerpt_is_the_beginning_of_the_story(text: str, wanted: int, most: int) -> None:
    shown, more = excerpt(text, wanted, most)

    assert text.startswith(shown)
    assert size(shown) <= max(wanted, most)
    assert more or shown.strip() == text.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I doubt it. They will be happy about this one.", "I doubt it."),
        ("“Never again!” she said. Then she bought it.", "“Never again!” she said."),
        ("Erste Zeile\nzweite Zeile, die länger ist als alles", "Erste Zeile"),
        (
            "今日は良い日でした。お客様が笑いました。とても長い一日でした。",
            "今日は良い日でした。お客様が笑いました。",
        ),
    ],
)
def test_an_excerpt_ends_with_a_sentence(text: str, shown: str) -> None:
    assert excerpt(text, 25, 200) == (shown, True)


def test_a_first_sentence_is_taken_whole_even_when_it_is_long() -> None:
    sentence = "I doubt " + "very " * 30 + "much that they will be happy."

    assert excerpt(f"{sentence} And more.", 50, 500) == (sentence, True)


def test_small_words() -> None:
    assert day(NOW.date()) == "20 November 2026"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert plain_line(" a\n\tb ") == "a b"


_DIRECTIONS = st.text(alphabet="aא \u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=12)


def test_a_name_that_turns_the_writing_round_turns_nothing_after_it() -> None:
    assert plain_line("Bob \u202egnilla") == "Bob \u202egnilla\u202c"
    assert plain_line("Bob \u2067a \u202eb") == "Bob \u2067a \u202eb\u202c\u2069"
    assert plain_line("Bob \u2067a\u2069 b") == "Bob \u2067a\u2069 b"
    assert plain_line("Zoë") == "Zoë"


@given(_DIRECTIONS)
def test_each_change_of_direction_ends_on_its_line(text: str) -> None:
    line = plain_line(text)

    assert line.startswith(" ".join(text.split()))
    assert plain_line(line) == line
