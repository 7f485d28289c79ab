"""Blacking out: words that must not stand anywhere any more, found whatever their case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.folding import fold, fold_with_places

BLACK = "█████"


def redacted(text: str, words: str) -> str:
    """`text` with every place where `words` stand as whole words blacked out; `text` itself where they do not.

    Blanks within `words` match any white space. Empty `words` match nothing.
    """
    asked = " ".join(fold(words).split())
    if not asked:
        return text
    folded, places = fold_with_places(text)
    pieces: list[str] = []
    behind = 0
    for start, end in _found(folded, asked):
        begin = places[start]
        # Marks that folding took away belong to the character before them.
        stop = places[end] if end < len(places) else len(text)
        pieces += [text[behind:begin], BLACK]
        behind = stop
    return "".join([*pieces, text[behind:]]) if pieces else text


def _found(folded: str, asked: str) -> Iterator[tuple[int, int]]:
    pattern = r"\s+".join(map(re.escape, asked.split()))
    before = r"(?<!\w)" if asked[0].isalnum() else ""
    after = r"(?!\w)" if asked[-1].isalnum() else ""
    return (match.span() for match in re.finditer(f"{before}{pattern}{after}", folded))
