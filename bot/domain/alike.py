"""Which stories are nearly the same: those that share half of their four-character pieces and name nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

ALIKE = 0.5
"""From this share of common pieces on (Jaccard), two stories count as one."""

_PIECE = 8
"""Bytes of a piece: four characters, or fewer where one takes two UTF-16 units."""
_LONG_WORD = 4
_FEW_WORDS = 5
_PROBES = 16
_MOST_POSTINGS = 64
_MOST_LOOKED_AT = 4
_WORDS_SHARED = 0.4
# A word with a digit, or one that begins with a capital letter within a sentence.
_NAMED = re.compile(r"[^\W_]*\d\w*|(?<=[\w,;:(] )(?!I\b)[^\W\d_a-z][\w'’]*")


def shingles(text: str) -> frozenset[int]:
    """The four-character pieces of `text` as numbers, without regard to case, spacing and compatibility forms."""
    return _pieces(" ".join(_parts(text)))


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """What share of all their pieces two stories have in common: 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def names_in(text: str) -> frozenset[str]:
    """What a text names, roughly: its numbers and the capitalised words within its sentences, in lower case."""
    return frozenset(found.lower() for found in _NAMED.findall(text))


def fold_alike(texts: Sequence[str]) -> dict[int, int]:
    """For each text that is nearly the same as an earlier one: its place, and the place of the earlier.

    Two texts that each name somebody or a number that the other doesn't are two stories, however alike they sound:
    folding one would hide a customer. Every later text is compared with the few earlier ones that share its rarest
    words, so that a flood of thousands costs no more than their number.
    """
    folded: dict[int, int] = {}
    seen = _Seen()
    for place, text in enumerate(texts):
        earlier = seen.like(place, text)
        if earlier is not None:
            folded[place] = earlier
    return folded


class _Told:
    """One text, with what comparing it needs, worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _parts(text)
        self.plain = " ".join(parts)
        self.words = _words(parts, self.plain)

    @cached_property
    def pieces(self) -> frozenset[int]:
        return _pieces(self.plain)

    @cached_property
    def named(self) -> frozenset[str]:
        return names_in(self.text)

    def likeness(self, other: _Told) -> float:
        """The share of common pieces; nothing where each names what the other doesn't."""
        share = jaccard(self.pieces, other.pieces)
        if share < ALIKE or (self.named - other.named and other.named - self.named):
            return 0.0
        return share


class _Seen:
    """The texts met so far that are like no earlier one."""

    def __init__(self) -> None:
        self._exact: dict[str, int] = {}
        self._told: dict[int, _Told] = {}
        self._with_word: dict[str | int, list[int]] = defaultdict(list)

    def like(self, place: int, text: str) -> int | None:
        """The earlier text that this one is nearly the same as; None after noting it as one of its own."""
        told = _Told(text)
        earlier = self._exact.get(told.plain)
        if earlier is None:
            earlier = self._nearest(told)
        self._exact.setdefault(told.plain, place if earlier is None else earlier)
        if earlier is None:
            self._note(place, told)
        return earlier

    def _nearest(self, told: _Told) -> int | None:
        near = [(told.likeness(self._told[place]), -place) for place in self._candidates(told.words)]
        likeness, place = max(near, default=(0.0, 0))
        return -place if likeness >= ALIKE else None

    def _candidates(self, words: frozenset[str | int]) -> list[int]:
        met = [postings for word in words if (postings := self._with_word.get(word))]
        if len(met) > _PROBES:
            met = sorted(met, key=len)[:_PROBES]
        shared = Counter(chain.from_iterable(met))
        most = sorted(shared, key=shared.__getitem__, reverse=True)[:_MOST_LOOKED_AT]
        return [place for place in most if self._shares_words(words, self._told[place].words)]

    def _shares_words(self, some: frozenset[str | int], others: frozenset[str | int]) -> bool:
        return len(some & others) >= _WORDS_SHARED * min(len(some), len(others))

    def _note(self, place: int, told: _Told) -> None:
        self._told[place] = told
        with_word = self._with_word
        for word in told.words:
            postings = with_word[word]
            if len(postings) < _MOST_POSTINGS:
                postings.append(place)


def _parts(text: str) -> list[str]:
    """The words of a text, without regard to case, spacing and compatibility forms."""
    return (text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()).split()


def _words(parts: Sequence[str], plain: str) -> frozenset[str | int]:
    """What a text is found by: its longer words; in short texts, and where words are not spaced, its pieces too."""
    long: frozenset[str | int] = frozenset([word for word in parts if len(word) >= _LONG_WORD])
    return long if len(long) >= _FEW_WORDS else long | _pieces(plain)


def _pieces(plain: str) -> frozenset[int]:
    """Each run of four UTF-16 units as a number: a third of what cutting strings out takes."""
    units = memoryview(plain.encode("utf-16-le", "surrogatepass"))
    if len(units) <= _PIECE:
        return frozenset((int.from_bytes(units, "little"),))
    found: list[int] = []
    for start in range(0, _PIECE, 2):
        found += units[start : len(units) - (len(units) - start) % _PIECE].cast("Q").tolist()
    return frozenset(found)
