"""The coach: is a question about our numbers or about the customer, and which impact questions fit beside it.

The rules are a file (`coaching_rules.toml`, or a company's own; see `coaching_file`). Nothing is scored and nothing is
remembered: the advice is for the person who typed the question, at that moment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.folding import fold_with_places

MOST_QUESTIONS = 3
LONGEST_LOOKED_AT = 4_000
"""Characters of one text that are looked at; nobody asks a longer question."""
MOST_AGENDA_LINES = 100

_SENTENCE_END = re.compile(r"[.!?;\n]+(?=\s|$)")
_BULLET = re.compile(r"^\s*(?:(?:[-*>\u2022\u2013]+|\d{1,2}[.)]|\[.?\])\s+)+")


class Talk(StrEnum):
    """What a question is about. Only `number` is worth a word from the coach; the others are fine as they are."""

    NUMBER = "number"
    IMPACT = "impact"
    BOTH = "both"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Match:
    """Words that a slot's rules found: as typed, and where ([start, end) in the text)."""

    slot: str
    name: str
    words: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the coach has to say: `questions` holds two or three for number and neutral talk, none otherwise."""

    kind: Talk
    matches: tuple[Match, ...]
    questions: tuple[str, ...]

    @property
    def offers_questions(self) -> bool:
        """True where the asker should see the questions before posting: number talk and nothing else."""
        return self.kind is Talk.NUMBER


@dataclass(frozen=True, slots=True)
class Slot:
    """One theme of number talk.

    `may_be_theirs`: the same words may speak of the customer's own gain. `only_alone`: they count only in a sentence
    that names no customer, and where nothing speaks of impact.
    """

    key: str
    name: str
    words: re.Pattern[str]
    exceptions: re.Pattern[str]
    questions: tuple[str, ...]
    may_be_theirs: bool
    only_alone: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule file, ready to use."""

    slots: tuple[Slot, ...]
    fallback: tuple[str, ...]
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    gain: re.Pattern[str]
    exceptions: re.Pattern[str]
    customer: re.Pattern[str]
    people: re.Pattern[str]


_Claim: TypeAlias = tuple[Slot, tuple[int, int]]


def advise(text: str, rules: Rules) -> Advice:
    """What the coach says about one question (all of `text` taken together)."""
    text = text[:LONGEST_LOOKED_AT]
    folded, places = fold_with_places(text)
    found: list[tuple[int, Slot, tuple[int, int]]] = []
    about_impact = False
    for start, end in _sentences(folded):
        numbers, impact = _look_at(folded[start:end], rules)
        about_impact |= impact
        found += ((start, slot, hit) for slot, hit in numbers)
    if about_impact or not all(slot.only_alone for _, slot, _ in found):
        found = [entry for entry in found if not entry[1].only_alone]
    matches = [_match(slot, start, hit, text, places) for start, slot, hit in found]
    kind = _kind(bool(matches), about_impact)
    kept = tuple(sorted(matches, key=lambda match: match.span))
    return Advice(kind, kept, _fitting(kind, kept, rules))


def advise_agenda(text: str, rules: Rules) -> tuple[tuple[str, Advice], ...]:
    """Advice for each line of a pasted agenda, bullets taken off and blank lines left out, in order."""
    lines = (_BULLET.sub("", line).strip() for line in text.splitlines())
    spoken = [line for line in lines if any(character.isalpha() for character in line)]
    return tuple((line, advise(line, rules)) for line in spoken[:MOST_AGENDA_LINES])


def _kind(numbers: bool, impact: bool) -> Talk:
    if numbers:
        return Talk.BOTH if impact else Talk.NUMBER
    return Talk.IMPACT if impact else Talk.NEUTRAL


def _fitting(kind: Talk, matches: Sequence[Match], rules: Rules) -> tuple[str, ...]:
    """One question for each theme in the order it came up, then their second ones, then the general ones."""
    if kind in (Talk.IMPACT, Talk.BOTH):
        return ()
    themes = list(dict.fromkeys(match.slot for match in matches))
    by_key = {slot.key: slot.questions for slot in rules.slots}
    firsts = [by_key[key][0] for key in themes]
    seconds = [question for key in themes for question in by_key[key][1:]]
    return tuple(dict.fromkeys((*firsts, *seconds, *rules.fallback)))[:MOST_QUESTIONS]


def _numbers(sentence: str, rules: Rules) -> list[_Claim]:
    """Each slot's hits; words that two slots claim belong to the longer hit, then to the earlier slot."""
    claims = [(slot, hit) for slot in rules.slots for hit in _hits(slot.words, slot.exceptions, sentence)]
    claims.sort(key=lambda claim: claim[1][0] - claim[1][1])
    kept: list[_Claim] = []
    for slot, hit in claims:
        if not any(_overlap(hit, other) for _, other in kept):
            kept.append((slot, hit))
    return kept


def _look_at(sentence: str, rules: Rules) -> tuple[list[_Claim], bool]:
    """What a sentence says about our numbers, and whether it speaks of what changes for a customer."""
    numbers = _numbers(sentence, rules)
    if rules.people.search(sentence):
        numbers = [(slot, hit) for slot, hit in numbers if not slot.only_alone]
    if _hits(rules.gain, rules.exceptions, sentence):
        return [(slot, hit) for slot, hit in numbers if not slot.may_be_theirs], True
    if _hits(rules.strong, rules.exceptions, sentence):
        return numbers, True
    # A weak word ("better", "help") needs a customer near it where our numbers are spoken of too.
    spoken_of = any(not slot.only_alone for slot, _ in numbers)
    weak = _hits(rules.weak, rules.exceptions, sentence)
    return numbers, bool(weak) and (not spoken_of or rules.customer.search(sentence) is not None)


def _hits(words: re.Pattern[str], exceptions: re.Pattern[str], sentence: str) -> list[tuple[int, int]]:
    found = [match.span() for match in words.finditer(sentence)]
    if not found:
        return []
    excepted = [match.span() for match in exceptions.finditer(sentence)]
    return [hit for hit in found if not any(_overlap(hit, other) for other in excepted)]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _match(slot: Slot, offset: int, hit: tuple[int, int], text: str, places: Sequence[int]) -> Match:
    start, end = places[offset + hit[0]], places[offset + hit[1] - 1] + 1
    return Match(slot.key, slot.name, text[start:end], (start, end))


def _sentences(folded: str) -> list[tuple[int, int]]:
    ends = [match.end() for match in _SENTENCE_END.finditer(folded)]
    if not ends or ends[-1] < len(folded):
        ends.append(len(folded))
    return list(zip([0, *ends[:-1]], ends, strict=True))
