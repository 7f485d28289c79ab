"""Whole sentences: where a text may be taken apart without turning its meaning round."""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.domain.folding import fold
from bot.domain.turning import opens_a_turn, turns

Span: TypeAlias = tuple[int, int]

_CLOSERS = "\"'”’»)\\]*_~"
_END = re.compile(rf"(?<![.!?…])(?P<stop>[.!?…]+)[{_CLOSERS}]*\s+|[。！？]+[」』）”’]*\s*")
_TOGGLES = frozenset('"“”„«»')
_VOWELS = frozenset("aeiouy")
_SHORT = 6
"""A following sentence of so few words that takes something back belongs to the one before."""
_ABBREVIATIONS = """
    abs al approx apr art assoc aug ave avg ca capt co col corp dec dept dez ed eg est etc eur evtl excl exkl
    ext feb fig fri geb gen ggf gov hon ie inc incl inkl inv jan jul jun lieut mar max min mme mon nov num oct
    okt pag prof rep rev sat sen sep sept sog sra sun tel thu tue ud uds univ usw vol wed
"""
_SHORTENED = frozenset(_ABBREVIATIONS.split())


def sentences(text: str) -> tuple[Span, ...]:
    """Where the sentences of `text` stand, without the space around them; every other character is in one.

    In doubt (abbreviations, initials, numbers, a lower-case letter after the stop, inside quotation marks or
    brackets, a mere line break) two sentences count as one: better a line too many than half a meaning.
    """
    spans: list[Span] = []
    start, inside = 0, _Inside(text)
    for match in _END.finditer(text):
        if _goes_on(text, match) or inside.at(match.end()):
            continue
        spans.append(_bare(text, start, match.end()))
        start = match.end()
    spans.append(_bare(text, start, len(text)))
    return tuple(span for span in spans if span[0] < span[1])


def widened(text: str, start: int, end: int) -> Span:
    """The whole sentences of `text` that [start, end) touches, and what follows where it takes them back ("… I doubt
    it.")."""
    spans = sentences(text)
    touched = [place for place, span in enumerate(spans) if span[0] < end and span[1] > start]
    if not touched:
        return start, start
    last = touched[-1]
    while last + 1 < len(spans) and _takes_back(text[slice(*spans[last + 1])]):
        last += 1
    return spans[touched[0]][0], spans[last][1]


def is_whole(text: str, part: str) -> bool:
    """Whether `part` stands in `text` as one or more whole sentences."""
    spans = sentences(text)
    starts, ends = {span[0] for span in spans}, {span[1] for span in spans}
    place = text.find(part) if part else -1
    while place >= 0:
        if place in starts and place + len(part) in ends:
            return True
        place = text.find(part, place + 1)
    return False


class _Inside:
    """Whether a place lies inside quotation marks or brackets that are closed later; asked from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place = self._marks = self._depth = 0
        self._last_mark = max((text.rfind(mark) for mark in _TOGGLES), default=-1)
        self._last_bracket = text.rfind(")")

    def at(self, place: int) -> bool:
        for character in self._text[self._place : place]:
            if character in _TOGGLES:
                self._marks += 1
            elif character == "(":
                self._depth += 1
            elif character == ")" and self._depth:
                self._depth -= 1
        self._place = place
        in_marks = self._marks % 2 == 1 and self._last_mark >= place
        return in_marks or (self._depth > 0 and self._last_bracket >= place)


def _goes_on(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 1]
    if match["stop"] is None or not following:
        return False
    if following.islower():
        return True
    # "No. 5" and "approx. 40" go on; so, to be safe, does "We left. 40 came."
    return match["stop"] == "." and (following.isdigit() or _is_shortened(text, match.start()))


def _is_shortened(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to the word before it: "Mr.", "U.S.", "J.", "3."."""
    word = fold(re.split(r"\s", text[max(stop - 40, 0) : stop])[-1]).lstrip("\"'([{*_~-")
    if len(word) <= 1 or "." in word or word[-1:].isdigit() or word in _SHORTENED:
        return True
    return word.isascii() and word.isalpha() and not _VOWELS.intersection(word)


def _takes_back(sentence: str) -> bool:
    words = fold(sentence).split()
    return opens_a_turn(words) or (len(words) <= _SHORT and turns(words))


def _bare(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
