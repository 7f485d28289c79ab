"""A headline that cannot lie: each phrase is a kind that tellers tagged, or words of one sentence in their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.domain.folding import fold
from bot.domain.sentences import sentences
from bot.domain.turning import bare, is_turn

LONGEST = 100
_SHORTEST = 3
_ALLOWED = frozenset(" ,.;:!?'’\"“”„–—-&%€$£/()…·")
_PHRASE_END = re.compile(r"[,;:.!?…()\"|]+(?=\s|$)|(?<=\s)[(\"]+|\s[-·/|]\s|\n")
_AND = re.compile(r"\s(?:&|and|und|et|y|e|en|och|og)\s")
_JOINED_DOT = re.compile(r"\w\.\w|:\w+:")
_BEFORE_NUMBERS = "\"'([{*_"
_AFTER_NUMBERS = ".,;:!?…\"')]}*_"
_NUMBERS = """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
    billion billions dozen dozens half halves halved double doubled twice triple tripled third quarter percent
    zwei drei vier funf sechs sieben acht neun zehn elf zwolf zwanzig hundert tausend halb halfte doppelt prozent
    deux trois quatre cinq six sept huit neuf dix douze vingt cent mille moitie pourcent
    dos tres cuatro cinco seis siete ocho nueve diez doce veinte ciento mil mitad doble
"""
_NUMBER_WORDS = frozenset(_NUMBERS.split())


def is_supported(line: str, sources: Iterable[str], kinds: Iterable[str]) -> bool:
    """Whether `line` may stand above a digest: its form is harmless, and each of its phrases is one of `kinds` (the
    labels of tags that tellers gave) or is borne out by one sentence of `sources`."""
    if not is_harmless(line):
        return False
    tagged = {key for kind in kinds for key in _keys(kind)}
    told = [_Sentence(source[start:end]) for source in sources for start, end in sentences(source)]
    phrases = _phrases(fold(line))
    return bool(phrases) and all(_holds(phrase, told, tagged) for phrase in phrases)


def is_harmless(line: str) -> bool:
    """One short line of letters, digits and plain punctuation: no mention, link, markup, placeholder or hidden sign."""
    if not _SHORTEST <= len(line) <= LONGEST or line != line.strip() or _JOINED_DOT.search(line):
        return False
    return all(
        character in _ALLOWED or _is_letter(character) for character in unicodedata.normalize("NFC", line)
    )


def _is_letter(character: str) -> bool:
    # The vowel signs and viramas of Indian scripts belong to words; stacks of accents do not.
    return character.isalnum() or (
        unicodedata.category(character) in ("Mc", "Mn") and unicodedata.combining(character) in (0, 7, 9)
    )


class _Sentence:
    """One sentence of a story: its words, its phrases, and whether part of it can be taken alone."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        self.words = _words(folded)
        self.phrases = {tuple(_words(phrase)) for phrase in _phrases(folded)}
        self.asks = folded.rstrip("\"') ").endswith("?")
        self.turns = any(map(is_turn, self.words))

    def bears_out(self, words: Sequence[str]) -> bool:
        """Whether `words` say no more than this sentence does.

        What turns or doubts is taken whole, a number keeps all that stands beside it, and nothing is taken from a
        question or from a sentence that turns elsewhere.
        """
        if self.asks:
            return False
        if any(map(is_turn, words)):
            return list(words) == self.words
        if self.turns:
            return False
        if any(map(_is_number, words)):
            return tuple(words) in self.phrases
        rest = iter(self.words)
        return all(word in rest for word in words)


def _holds(phrase: str, told: Sequence[_Sentence], tagged: set[str]) -> bool:
    if _borne_out(phrase, told, tagged):
        return True
    parts = _AND.split(phrase)
    return len(parts) > 1 and all(_borne_out(part, told, tagged) for part in parts)


def _borne_out(phrase: str, told: Sequence[_Sentence], tagged: set[str]) -> bool:
    words = _words(phrase)
    if not words:
        return False
    return " ".join(words) in tagged or any(sentence.bears_out(words) for sentence in told)


def _phrases(folded: str) -> list[str]:
    return [phrase for phrase in _PHRASE_END.split(folded) if _words(phrase)]


def _words(folded: str) -> list[str]:
    return [word for chunk in folded.split() if (word := _word(chunk)) and word != "|"]


def _word(chunk: str) -> str:
    if not any(character.isnumeric() for character in chunk):
        return bare(chunk)
    # "-5" is not "5", and "~40" is not "40".
    return chunk.rstrip(_AFTER_NUMBERS).lstrip(_BEFORE_NUMBERS)


def _keys(label: str) -> set[str]:
    """A tag's label, also without its article."""
    words = _words(fold(label))
    return {" ".join(words), " ".join(words[1:] if words[0] in ("a", "an", "the") else words)}


def _is_number(word: str) -> bool:
    return any(character.isnumeric() for character in word) or word in _NUMBER_WORDS
