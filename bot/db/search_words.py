"""Words as the full-text index holds them: folded, cut, and each with its workspace in front.

Because the workspace is part of every word, a search reads only its own workspace's part of the index, however many
stories the others hold, and cannot find theirs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from bot.domain.folding import fold

_LONGEST_WORD = 60
# PostgreSQL takes a megabyte of words a row and numbers 16,383 places.
_MOST_WORDS = 12_000
_MOST_ASKED = 12
# Scripts that put no blanks between words: each character is found by itself.
_CLOSE_SCRIPTS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
_SUPPLEMENTARY_IDEOGRAPHS = 0x20000


def search_words(workspace: str, text: str, dialect: str) -> str:
    """What the index keeps of a text: words with blanks between them, or PostgreSQL's own notation."""
    mark = _mark(workspace)
    found = split_words(text)[:_MOST_WORDS]
    if dialect == "sqlite":
        return " ".join(mark + word for word in found)
    return " ".join(f"'{mark}{word}':{place}" for place, word in enumerate(found, 1))


def search_query(workspace: str, text: str, dialect: str) -> str | None:
    """The index's question for a text: all its words, the last one perhaps half typed; None without any word."""
    mark = _mark(workspace)
    asked = _asked(text)
    if not asked:
        return None
    if dialect == "sqlite":
        return " AND ".join(f'"{mark}{word}"' for word in asked) + "*"
    return " & ".join(f"'{mark}{word}'" for word in asked) + ":*"


def holds(text: str, asked_for: str) -> bool:
    """Whether a text holds all the words that the index would be asked for; for what the index says too much of."""
    asked, said = _asked(asked_for), frozenset(split_words(text))
    return bool(asked) and said.issuperset(asked[:-1]) and any(word.startswith(asked[-1]) for word in said)


def _asked(text: str) -> list[str]:
    """Each word once, the last one last: it may be half typed."""
    found = split_words(text)[:_MOST_ASKED]
    return [*dict.fromkeys(word for word in found[:-1] if word != found[-1]), found[-1]] if found else []


def split_words(text: str) -> list[str]:
    """The folded words of a text, each cut to a length that every index takes."""
    plain = "".join(map(_letter, fold(text)))
    return [word[:_LONGEST_WORD] for word in plain.split()]


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """A character as part of a word, or a blank."""
    if unicodedata.category(character)[0] not in "LNM":
        return " "
    code = ord(character)
    return f" {character} " if _stands_alone(code, _CLOSE_SCRIPTS) else character


def _stands_alone(code: int, scripts: Iterable[tuple[int, int]]) -> bool:
    return code >= _SUPPLEMENTARY_IDEOGRAPHS or any(first <= code <= last for first, last in scripts)


@lru_cache(maxsize=1024)
def _mark(workspace: str) -> str:
    """A short word for a workspace; two with the same would only be slower, since rows are asked for theirs too."""
    return blake2b(workspace.encode(), digest_size=6).hexdigest() + "_"
