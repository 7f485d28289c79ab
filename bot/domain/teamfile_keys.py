"""Every key a team file may hold, with how its value is read and what is expected where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from types import MappingProxyType
from typing import TypeAlias

from bot.domain.checks import MOST_QUESTION_CHARACTERS
from bot.domain.folding import clean, is_blank
from bot.domain.public_holidays import parse_holidays
from bot.domain.purposes import MOST_CHARACTERS
from bot.domain.schedules import Problem, parse_at, parse_days
from bot.domain.teams import Join
from bot.domain.whentext import parse_duration
from bot.domain.zones import parse_zone

MOST_NAME_CHARACTERS = 80
MOST_FILE_NAME = 1_000
PACKAGED = "packaged"
SHORTEST_CHECK = timedelta(minutes=1)
LONGEST_CHECK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Value:
    """A key with one value; `read` gives what it means, or the Problem with it."""

    read: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Each:
    """A key with a list, of which every element is read alike; the result is a tuple without repetitions."""

    read: Callable[[object], object]
    example: str
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A key with a table of further keys."""

    keys: Mapping[str, Key]
    example: str


Key: TypeAlias = Value | Each | Table


def text(expected: str, most: int) -> Callable[[object], str | Problem]:
    """Reads words of at most so many characters; what cannot be seen does not count as words."""

    def read(value: object) -> str | Problem:
        words = clean(value).strip() if isinstance(value, str) else ""
        if is_blank(words):
            return Problem(f"{expected}, in quotes")
        return words if len(words) <= most else Problem(f"{expected} of at most {most} characters")

    return read


def identity(pattern: str, expected: str) -> Callable[[object], str | Problem]:
    """Reads the id of a channel or person."""
    form = re.compile(pattern)

    def read(value: object) -> str | Problem:
        return value if isinstance(value, str) and form.fullmatch(value) else Problem(expected)

    return read


def quoted(parse: Callable[[str], object], example: str) -> Callable[[object], object]:
    """Reads a string with one of the parsers that also read what people type."""

    def read(value: object) -> object:
        return parse(value) if isinstance(value, str) else Problem(f"text in quotes, such as {example}")

    return read


def wall_time(value: object) -> object:
    """Reads a time in quotes, and TOML's own times too."""
    whole_minute = isinstance(value, time) and not value.second and not value.microsecond
    return value if whole_minute else quoted(parse_at, '"16:30"')(value)


def closes_after(value: object) -> object:
    """Reads how long a check stays open."""
    length = quoted(parse_duration, '"4h"')(value)
    if isinstance(length, timedelta) and not SHORTEST_CHECK <= length <= LONGEST_CHECK:
        return Problem("a length of time between 1m and 14d")
    return length


def holidays(value: object) -> object:
    """Reads a country or subdivision; "none" (or nothing between the quotes) switches holidays off."""
    if isinstance(value, str) and value.strip().casefold() in ("", "none"):
        return None
    return quoted(parse_holidays, '"US"')(value)


def join(value: object) -> Join | Problem:
    """Reads how people come in."""
    rules = [rule for rule in Join if rule.value == value]
    return rules[0] if rules else Problem('"invite" or "enrol"')


def switch(value: object) -> bool | Problem:
    """Reads yes or no."""
    return value if isinstance(value, bool) else Problem("true or false, without quotes")


CHANNEL = Value(identity(r"[CG][A-Z0-9]+", 'a channel\'s id, such as "C0123456789"'))
person_id = identity(r"[UW][A-Z0-9]+", 'a person\'s id, such as "U0123456789"')
_PEOPLE = Each(person_id, '["U0123456789"]')
_WHEN: Mapping[str, Key] = MappingProxyType(
    {"days": Value(quoted(parse_days, '"mon-fri"')), "at": Value(wall_time)}
)

TEAM: Mapping[str, Key] = MappingProxyType(
    {
        "channel": CHANNEL,
        "name": Value(text("the team's name", MOST_NAME_CHARACTERS)),
        "purpose": Value(text("the team's purpose", MOST_CHARACTERS)),
        "managers": _PEOPLE,
        "members": _PEOPLE,
        "timezone": Value(quoted(parse_zone, '"America/New_York"')),
        "holidays": Value(holidays),
        "join": Value(join),
        "prompt": Table(_WHEN, '{ days = "mon-fri", at = "16:30" }'),
        "reminder": Table(_WHEN, '{ days = "mon", at = "09:00" }'),
        "digest": Table(_WHEN, '{ days = "fri", at = "15:00" }'),
        "check": Table(MappingProxyType({"closes_after": Value(closes_after)}), '{ closes_after = "4h" }'),
        "questions": Each(
            text("a question", MOST_QUESTION_CHARACTERS), '["Whose day was easier?"]', may_be_empty=True
        ),
        "ai": Value(switch),
    }
)


def company_channel(value: object) -> object:
    """Reads the channel of the company's digest; "none" switches it off."""
    return None if value == "none" else CHANNEL.read(value)


COMPANY = Table(MappingProxyType({"channel": Value(company_channel)}), '{ channel = "C0123456789" }')


def coach_rules(value: object) -> object:
    """Reads the name of a rule file; "packaged" goes back to the rules that come with the bot."""
    words = text('a file\'s name, such as "coach.toml"', MOST_FILE_NAME)(value)
    return None if words == PACKAGED else words


COACH = Table(MappingProxyType({"rules": Value(coach_rules)}), '{ rules = "coach.toml" }')
