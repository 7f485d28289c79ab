"""Small rules from which the shapes of Block Kit are built; each says what is wrong in Slack's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

Surface: TypeAlias = Literal["message", "modal", "home"]


@dataclass(slots=True)
class Check:
    """One look at a piece of JSON: where it stands, what exists around it, and what was found wrong so far."""

    surface: Surface
    file_exists: Callable[[str], bool]
    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def wrong(self, words: str, at: str) -> None:
        """Note a problem at a JSON pointer."""
        self.problems.append(f"{words} [json-pointer:{at}]")

    def count(self, what: str, how_many: int = 1) -> int:
        """Count something across the whole surface; the sum so far."""
        self.counts[what] = self.counts.get(what, 0) + how_many
        return self.counts[what]


Rule: TypeAlias = Callable[[Any, str, Check], None]


def string(most: int | None = None, least: int = 0) -> Rule:
    """A string of so many characters."""

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, str):
            check.wrong("must provide a string", at)
        elif len(value) < least:
            check.wrong(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            check.wrong(f"must be less than {most + 1} characters", at)

    return rule


def boolean(value: Any, at: str, check: Check) -> None:
    """True or false."""
    if not isinstance(value, bool):
        check.wrong("must provide a boolean", at)


def anything(value: Any, at: str, check: Check) -> None:
    """Whatever it is."""


def integer(least: int | None = None, most: int | None = None) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, at: str, check: Check) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            check.wrong("must provide an integer", at)
        elif least is not None and value < least:
            check.wrong(f"must be greater than {least - 1}", at)
        elif most is not None and value > most:
            check.wrong(f"must be less than {most + 1}", at)

    return rule


def number(value: Any, at: str, check: Check) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        check.wrong("must provide a number", at)


def one_of(*allowed: str) -> Rule:
    """One of some words."""

    def rule(value: Any, at: str, check: Check) -> None:
        if value not in allowed:
            check.wrong("must be a valid enum value", at)

    return rule


def url(most: int = 3000, schemes: tuple[str, ...] = ()) -> Rule:
    """An absolute address; of these schemes only, where some are named."""

    def rule(value: Any, at: str, check: Check) -> None:
        string(most, least=1)(value, at, check)
        if isinstance(value, str) and value:
            found = _SCHEME.match(value)
            if found is None or (schemes and found[1].lower() not in schemes):
                check.wrong("must be a valid URL", at)

    return rule


def array(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many items, each under one rule."""

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, list):
            check.wrong("must provide an array", at)
            return
        if len(value) > most:
            check.wrong(f"no more than {most} items allowed", at)
        if len(value) < least:
            check.wrong(f"no less than {least} items allowed", at)
        for place, one in enumerate(value[: most + 1]):
            item(one, f"{at}/{place}", check)

    return rule


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, dict):
            check.wrong("must provide an object", at)
            return
        for name in required:
            if name not in value:
                check.wrong(f"missing required field: {name}", at)
        for name, one in value.items():
            if name in known:
                known[name](one, f"{at}/{name}", check)
            else:
                check.wrong(f"invalid additional property: {name}", at)

    return rule


def typed(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` picks the rule."""

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, dict):
            check.wrong("must provide an object", at)
        elif "type" not in value:
            check.wrong("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            check.wrong(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            kinds[value["type"]](value, at, check)

    return rule


def both(*rules: Rule) -> Rule:
    """Several rules at once; the later ones see objects only."""

    def rule(value: Any, at: str, check: Check) -> None:
        before = len(check.problems)
        rules[0](value, at, check)
        if len(check.problems) == before:
            for another in rules[1:]:
                another(value, at, check)

    return rule


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):\S")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(value: Any, at: str, check: Check) -> None:
    """A date written 2026-11-27 that exists."""
    try:
        exists = (
            isinstance(value, str) and _DATE.fullmatch(value) is not None and bool(date.fromisoformat(value))
        )
    except ValueError:
        exists = False
    if not exists:
        check.wrong("must be a valid date in the format YYYY-MM-DD", at)


def time_of_day(value: Any, at: str, check: Check) -> None:
    """A time written 16:30."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        check.wrong("must be a valid time in the format HH:mm", at)
