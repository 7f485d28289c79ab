"""Folding text: case, accents and invisible characters taken away, so words can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters with a stroke or a ligature that Unicode does not take apart.
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"}
_MARKS = dict.fromkeys("\u2018\u2019\u02bc`\u00b4", "'") | dict.fromkeys(
    "\u201c\u201d\u201e\u00ab\u00bb", '"'
)
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212")
# Letters and marks by Unicode's tables, and nothing to see: fillers, an empty Braille cell, variation selectors.
_UNSEEN = frozenset("\u034f\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0\ufffd")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """`text` without case, accents, zalgo and zero-width characters; curly quotes and long dashes made plain.

    Works character by character and is stable: folding twice gives what folding once gave.
    """
    return "".join(map(_fold_character, text))


def fold_with_places(text: str) -> tuple[str, tuple[int, ...]]:
    """`fold(text)`, and for each of its characters the index in `text` that it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for piece in _fold_character(character):
            folded.append(piece)
            places.append(place)
    return "".join(folded), tuple(places)


def clean(text: str) -> str:
    """`text` with NUL and lone surrogates, which databases and JSON refuse, as U+FFFD; all else untouched."""
    return text if _is_storable(text) else _NOT_STORABLE.sub("\ufffd", text)


def _is_storable(text: str) -> bool:
    """Nearly every text is; to write it as UTF-8 finds that out thirty times faster than a regular expression."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def is_blank(text: str) -> bool:
    """True where nothing in it can be seen: spaces, zero-width characters, and what `clean` had to replace."""
    return all(each.isspace() or each in _UNSEEN or unicodedata.category(each)[0] == "C" for each in text)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _MARKS:
        return _MARKS[character]
    if character in _DASHES:
        return "-"
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = "".join(_PLAIN.get(piece, piece) for piece in apart if not _is_decoration(piece))
    whole = unicodedata.normalize("NFC", kept)
    if whole != "\n" and whole.isspace():
        return " "
    return whole if whole == character else "".join(map(_fold_character, whole))


def _is_decoration(piece: str) -> bool:
    """Accents, zalgo (but not the vowel signs and viramas of Indian scripts) and invisible characters."""
    stacked = unicodedata.combining(piece)
    if stacked == 1 or stacked >= 10:
        return True
    return unicodedata.category(piece) == "Cf" or piece in "\ufe0e\ufe0f\u034f"
