"""The kinds of difference a teller can tag a story with: one small vocabulary for the whole product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HONEST_NO = "honest_no"
LEARNED = "learned"
MOST_TAGS = 4


@dataclass(frozen=True, slots=True)
class Tag:
    """One kind: `key` is stored and exported, `label` is read, `emoji` is one character for tight places."""

    key: str
    label: str
    emoji: str


TAGS: tuple[Tag, ...] = (
    Tag("time_saved", "time saved", "⏱️"),
    Tag("money_saved", "money saved", "💶"),
    Tag("worry_gone", "a worry gone", "🌤️"),
    Tag("growth", "helped them grow", "🌱"),
    Tag("easier_day", "an easier day", "☕"),
    Tag("people", "good for their team", "🧑‍🤝‍🧑"),
    Tag("kept_promise", "a promise kept", "🤝"),
    Tag("made_right", "something put right", "🩹"),
    Tag(HONEST_NO, "an honest no", "🧭"),
    Tag(LEARNED, "learned something", "💡"),
    Tag("other", "something else", "✨"),
)

_BY_KEY = {tag.key: tag for tag in TAGS}


def tag_by_key(key: str) -> Tag | None:
    """The tag with that key, or None where there is none (any more)."""
    return _BY_KEY.get(key)


def known_tags(keys: Iterable[str]) -> tuple[str, ...]:
    """Those of `keys` that the vocabulary has, each once, in its order, at most `MOST_TAGS`."""
    asked = frozenset(keys)
    return tuple(tag.key for tag in TAGS if tag.key in asked)[:MOST_TAGS]


def labels(keys: Iterable[str]) -> tuple[str, ...]:
    """What people read for `keys`; a key from an older vocabulary is shown with its underscores as spaces."""
    return tuple(_BY_KEY[key].label if key in _BY_KEY else key.replace("_", " ") for key in keys)
