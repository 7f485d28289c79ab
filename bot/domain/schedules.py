"""Which weekdays and at what hour something happens, read from and written for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from types import MappingProxyType

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WORKING_DAYS


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person wrote that could not be read; `expected` completes "I expected …"."""

    expected: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekdays (0 is Monday) and a wall-clock time; whose wall is decided by the zone it is used with."""

    days: frozenset[int]
    at: time

    def __post_init__(self) -> None:
        """Refuse what no parser here produces: such a schedule is a bug, not bad input."""
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(f"days must be some of 0..6, not {sorted(self.days)}")
        if self.at.tzinfo is not None:
            raise ValueError("a schedule's time has no zone of its own")


_GROUPS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        **dict.fromkeys(("daily", "everyday", "always"), EVERY_DAY),
        **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), WORKING_DAYS),
        **dict.fromkeys(("weekend", "weekends"), WEEKEND),
    }
)
_ALIASES: Mapping[str, int] = MappingProxyType(
    {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
    | {name.lower(): number for number, name in enumerate(DAY_NAMES)}
    | {name.lower() + "s": number for number, name in enumerate(DAY_NAMES)}
    | {name[:3].lower(): number for number, name in enumerate(DAY_NAMES)}
)
_DAYS_EXPECTED = "days such as mon-fri, mon,wed,fri or daily"
_AT_EXPECTED = "a time between 00:00 and 23:59"
_DASHES = re.compile(r"\s*(?:[-‐‑‒–—]|\b(?:to|through|thru)\b)\s*")
_FILLERS = re.compile(r"\b(?:on|from|every|each|and)\b|[,;&+/]")
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})(?::00)?|(?P<bare>h)?)\s*(?P<half>[ap]\.?m\.?)?"
)


def weekday(name: str) -> int | None:
    """The number of an English day name, short or long, in any case (0 is Monday); None for other words."""
    return _ALIASES.get(name.strip().casefold())


def parse_days(text: str) -> frozenset[int] | Problem:
    """Weekdays (0 is Monday) from "mon-fri", "mon,wed,fri", "sat-mon", "Monday to Thursday", "daily"."""
    plain = _DASHES.sub("-", text.strip().casefold().replace("every day", "daily"))
    tokens = _FILLERS.sub(" ", plain).split()
    days: set[int] = set()
    for token in tokens:
        found = _token_days(token)
        if found is None:
            return _unknown_day(token)
        days |= found
    return frozenset(days) if days else Problem(_DAYS_EXPECTED)


def _token_days(token: str) -> frozenset[int] | None:
    if token in _GROUPS:
        return _GROUPS[token]
    first, dash, last = token.partition("-")
    start, end = weekday(first), weekday(last if dash else first)
    if start is None or end is None:
        return None
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def _unknown_day(token: str) -> Problem:
    known = [*_ALIASES, *_GROUPS]
    for word in token.split("-"):
        close = get_close_matches(word, known, n=1, cutoff=0.7)
        if word not in known and close:
            return Problem(f"{_DAYS_EXPECTED}; did you mean “{close[0]}”?")
    return Problem(_DAYS_EXPECTED)


def format_days(days: frozenset[int]) -> str:
    """Weekdays in words that `parse_days` reads back: "Monday to Friday", "Friday", "every day"."""
    if days == EVERY_DAY:
        return "every day"
    parts = _runs(days, DAY_NAMES, " to ")
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def short_days(days: frozenset[int]) -> str:
    """Weekdays as a team file writes them: "mon-fri", "tue,thu", "daily"."""
    names = tuple(name[:3].lower() for name in DAY_NAMES)
    return "daily" if days == EVERY_DAY else ",".join(_runs(days, names, "-"))


def _runs(days: frozenset[int], names: tuple[str, ...], dash: str) -> list[str]:
    """Neighbouring days, three or more drawn together, across the week's end too; not for all seven."""
    parts: list[str] = []
    for start in (day for day in range(7) if day in days and (day - 1) % 7 not in days):
        length = next(step for step in range(1, 8) if (start + step) % 7 not in days)
        run = [names[(start + step) % 7] for step in range(length)]
        parts += run if length < 3 else [f"{run[0]}{dash}{run[-1]}"]
    return parts


def parse_at(text: str) -> time | Problem:
    """A wall-clock time from "16:30", "9:00", "16.30", "16h30", "4pm", "4:30 p.m.", "noon" or "midnight"."""
    plain = text.strip().casefold()
    if plain in ("noon", "midday", "midnight"):
        return time(0 if plain == "midnight" else 12)
    match = _CLOCK.fullmatch(plain)
    if match is None:
        return Problem(_AT_EXPECTED)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half:
        # "13pm" and "0am" say two things at once: asking again is kinder than guessing.
        hour = hour % 12 + (12 if half[0] == "p" else 0) if 1 <= hour <= 12 else 24
    elif match["minute"] is None and match["bare"] is None:
        return Problem(f"{_AT_EXPECTED}, with its minutes")  # "4": morning or afternoon?
    return time(hour, minute) if hour < 24 and minute < 60 else Problem(_AT_EXPECTED)


def format_at(at: time) -> str:
    """A time as people read it and `parse_at` reads it back: "16:30"."""
    return f"{at.hour:02d}:{at.minute:02d}"


def format_schedule(schedule: Schedule) -> str:
    """A whole schedule in words: "Monday to Friday at 16:30"."""
    return f"{format_days(schedule.days)} at {format_at(schedule.at)}"


def parse_days_and_time(text: str) -> tuple[frozenset[int], time | None] | Problem:
    """What follows `/purpose days`: days and, when it was given, a time; None means that the hour stays."""
    days_text, *rest = re.split(r"(?:\bat\b|@)", text, maxsplit=1, flags=re.IGNORECASE)
    days = parse_days(days_text)
    if isinstance(days, Problem) or not rest:
        return days if isinstance(days, Problem) else (days, None)
    at = parse_at(rest[0])
    return at if isinstance(at, Problem) else (days, at)


def own_schedule(team: Schedule, own_days: str | None, own_at: str | None) -> Schedule:
    """The team's schedule with a person's own days and hour in its place; what cannot be read stays."""
    days = parse_days(own_days) if own_days else team.days
    at = parse_at(own_at) if own_at else team.at
    return Schedule(
        days=team.days if isinstance(days, Problem) else days, at=team.at if isinstance(at, Problem) else at
    )
