"""Finding a quote in the text it claims to come from: only typographic differences are overlooked."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.sentences import Span, widened

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u2026": "...",
    }
)
_FEWEST_LETTERS = 8
"""Less than that is found anywhere and quotes nothing."""


def whole_quote(text: str, quote: str) -> str | None:
    """The sentences of `text` that `quote` is taken from, whole and as they stand there; None where it is not taken
    from `text`, or is too little to say so."""
    span = find(text, quote)
    if span is None:
        return None
    start, end = widened(text, *span)
    return text[start:end] or None


def find(text: str, quote: str) -> Span | None:
    """Where `quote` stands in `text`, word for word: curly quotes, dashes, ellipses, spacing and the way accents are
    stored aside, nothing may differ."""
    wanted, _ = _plain(quote)
    wanted = wanted.strip()
    if sum(map(str.isalnum, wanted)) < min(_FEWEST_LETTERS, sum(map(str.isalnum, text))) or not wanted:
        return None
    plain, places = _plain(text)
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain)
    return None if found is None else (places[found.start()], places[found.end() - 1] + 1)


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` with its typography made plain and each run of space as one, and where each character came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if not characters or characters[-1] != " ":
                characters.append(" ")
                places.append(place)
            continue
        if unicodedata.category(character) == "Cf":
            continue
        for piece in unicodedata.normalize("NFD", character.translate(_ALIKE)):
            characters.append(piece)
            places.append(place)
    return "".join(characters), places
