"""What a direct message means: an answer, or a command, a courtesy, a question to the bot, or something in doubt.

The words stand in `phrases.toml`. Whatever is in doubt is `Unclear` and is kept until its writer says what it was, so
that nothing which might be a story is lost by a rule in here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from bot.domain.folding import fold
from bot.domain.rule_files import compiled, groups_of, read_toml, strings, table

LONGEST_QUESTION_WORDS = 16
_LONGEST_PHRASE_WORDS = 7
_UNMARKED_QUESTION_WORDS = 8
_ASIDE_WORDS = 2
_LONGEST_ODD_WORD = 12

_MENTION = re.compile(r"<[@#!][^<>]{0,200}>|<(?:https?|mailto):[^<>|\s]{0,3000}>|https?://\S{1,3000}")
_LINK = re.compile(r"<(?:https?|mailto):[^<>|\s]{0,3000}\|([^<>]{0,3000})>")
_SHORTCODE = re.compile(r":([a-z0-9_+'-]{1,80}):")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_SKIN_TONE = re.compile(r"skin-tone-\d")


class Topic(StrEnum):
    """What a question to the bot is about."""

    PRIVACY = "privacy"
    WHAT = "what"
    STOP = "stop"
    AI = "ai"
    WHEN = "when"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Answer:
    """Words that tell something."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command word as the whole message: skip, later, pause, resume, stop or help."""

    name: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to tell today: a full answer."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A bare thanks, ok or hello."""


@dataclass(frozen=True, slots=True)
class QuestionToBot:
    """A question that the bot can answer itself."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Unclear:
    """Perhaps an answer, perhaps not: only its writer knows."""


Meaning: TypeAlias = Answer | Command | Nothing | Courtesy | QuestionToBot | Unclear


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A message taken apart: folded text, its words with their places, and its emoji."""

    folded: str
    words: tuple[tuple[str, int, int], ...]
    emoji: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases file, ready to use."""

    commands: Mapping[str, str]
    nothing: frozenset[str]
    courtesies: frozenset[str]
    joins: frozenset[str]
    courtesy_emoji: frozenset[str]
    topics: tuple[tuple[Topic, re.Pattern[str]], ...]
    referent: re.Pattern[str]
    starts: re.Pattern[str]

    def read(self, text: str) -> Meaning:
        """What one message means, taken by itself."""
        spoken = _take_apart(text)
        if not spoken.words:
            return self._read_wordless(spoken)
        words = [word for word, _, _ in spoken.words]
        starts, stop = self._without_courtesies(words)
        if starts[-1] == stop:
            return Courtesy()
        for said in (" ".join(words[start:stop]) for start in starts):
            if said in self.commands:
                return Command(self.commands[said])
            if said in self.nothing:
                return Nothing()
        end = spoken.words[stop][1] if stop < len(words) else len(spoken.folded)
        return self._read_sentences(spoken.folded[spoken.words[starts[-1]][1] : end], said)

    def _read_wordless(self, spoken: _Spoken) -> Meaning:
        if spoken.emoji and all(emoji in self.courtesy_emoji for emoji in spoken.emoji):
            return Courtesy()
        asked = spoken.folded.strip()
        return Command("help") if asked and set(asked) <= set("?¿ ") else Unclear()

    def _read_sentences(self, folded: str, said: str) -> Meaning:
        topics: list[Topic] = []
        other_words = 0
        asks = 0
        for sentence in _SENTENCE.findall(folded):
            words = len(_WORD.findall(sentence))
            topic = self._topic_of(sentence.strip(), words)
            if topic is not None:
                topics.append(topic)
            else:
                other_words += words
                asks += words > 0 and self._asks_something(sentence.strip(), words)
        if topics:
            return QuestionToBot(topics[0]) if other_words <= _ASIDE_WORDS else Unclear()
        if asks and other_words <= LONGEST_QUESTION_WORDS and len(_SENTENCE.findall(folded.strip())) == 1:
            return Unclear()
        return Unclear() if _is_one_odd_word(said) else Answer()

    def _topic_of(self, sentence: str, words: int) -> Topic | None:
        marked = sentence.endswith("?")
        if words > (LONGEST_QUESTION_WORDS if marked else _UNMARKED_QUESTION_WORDS):
            return None
        if not marked and not self.referent.search(sentence):
            return None
        return next((topic for topic, pattern in self.topics if pattern.match(sentence)), None)

    def _asks_something(self, sentence: str, words: int) -> bool:
        return (
            sentence.endswith("?") and words <= LONGEST_QUESTION_WORDS and bool(self.starts.match(sentence))
        )

    def _without_courtesies(self, words: Sequence[str]) -> tuple[list[int], int]:
        """Where the message may begin, courtesies taken off one by one, and where it ends without those behind."""
        starts, stop = [0], len(words)
        while starts[-1] < stop:
            size = self._courtesy_ahead(words[starts[-1] : starts[-1] + _LONGEST_PHRASE_WORDS])
            if not size:
                break
            starts.append(starts[-1] + size)
        while starts[-1] < stop:
            size = self._courtesy_behind(words[max(starts[-1], stop - _LONGEST_PHRASE_WORDS) : stop])
            if not size:
                break
            stop -= size
        return starts, stop

    def _courtesy_ahead(self, words: Sequence[str]) -> int:
        """How many of the first words are a courtesy, or join what comes to it ("but", "and")."""
        sizes = range(len(words), 0, -1)
        return next((size for size in sizes if " ".join(words[:size]) in self.courtesies), 0) or (
            1 if words[0] in self.joins else 0
        )

    def _courtesy_behind(self, words: Sequence[str]) -> int:
        sizes = range(len(words), 0, -1)
        return next((size for size in sizes if " ".join(words[-size:]) in self.courtesies), 0)


def load_phrases(text: str) -> Phrases:
    """The phrases that `text` (TOML) holds. Raises RulesProblem."""
    data = read_toml(text)
    questions, groups, courtesy = table(data, "questions"), groups_of(data), table(data, "courtesy")
    commands = {
        phrase: name
        for name, words in table(data, "commands").items()
        for phrase in _phrases(words, f"commands.{name}")
    }
    order = [Topic(name) for name in questions if name in set(Topic)]
    return Phrases(
        commands=commands,
        nothing=_phrases(table(data, "nothing").get("words", []), "nothing.words"),
        courtesies=_phrases(courtesy.get("words", []), "courtesy.words"),
        joins=_phrases(courtesy.get("joins", []), "courtesy.joins"),
        courtesy_emoji=frozenset(
            fold(emoji) for emoji in strings(courtesy.get("emoji", []), "courtesy.emoji")
        ),
        topics=tuple((topic, _compiled(questions, topic, groups)) for topic in order),
        referent=_compiled(questions, "referent", groups, at_start=False),
        starts=_compiled(questions, "starts", groups),
    )


def has_words(text: str) -> bool:
    """True where `text` holds at least one letter of its own: not only emoji, mentions, bare links or numbers."""
    return any(any(character.isalpha() for character in word) for word, _, _ in _take_apart(text).words)


def _take_apart(text: str) -> _Spoken:
    folded = _LINK.sub(r"\1", fold(text))
    folded = _MENTION.sub(" ", folded)
    emoji = [name for name in _SHORTCODE.findall(folded) if not _SKIN_TONE.fullmatch(name)]
    folded = _SHORTCODE.sub(" ", folded)
    emoji += [character for character in folded if ord(character) > 0x2000 and _is_emoji(character)]
    words = tuple(
        (match.group().replace("'", ""), *match.span())
        for match in _WORD.finditer(folded)
        if any(character.isalpha() for character in match.group())
    )
    return _Spoken(folded, words, tuple(emoji))


def _is_emoji(character: str) -> bool:
    """Symbols, but not skin tones and joiners, which only change the emoji before them."""
    code = ord(character)
    return (0x2190 <= code <= 0x2BFF or code >= 0x1F000) and not 0x1F3FB <= code <= 0x1F3FF


def _is_one_odd_word(said: str) -> bool:
    """One short word in Latin letters tells no story; other scripts need no spaces for a whole sentence."""
    return " " not in said and len(said) <= _LONGEST_ODD_WORD and said.isascii()


def _phrases(value: object, where: str) -> frozenset[str]:
    """Each phrase as `read` will see it: folded words with one space between."""
    return frozenset(
        " ".join(word for word, _, _ in _take_apart(phrase).words) for phrase in strings(value, where)
    )


def _compiled(
    questions: Mapping[str, Any], key: str, groups: Mapping[str, Sequence[str]], *, at_start: bool = True
) -> re.Pattern[str]:
    patterns = strings(questions.get(key, []), f"questions.{key}")
    return compiled(
        [f"^ {pattern}" if at_start else pattern for pattern in patterns], f"questions.{key}", groups
    )
