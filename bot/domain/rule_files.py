"""Reading the rule files (TOML) that people edit: every mistake is named with its entry and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.patterns import PatternProblem, compile_any


class RulesProblem(ValueError):
    """A rule file that cannot be used; its words say which entry and what was expected."""


def read_toml(text: str) -> dict[str, Any]:
    """The tables that `text` holds. Raises RulesProblem."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise RulesProblem(f"expected TOML: {problem}") from problem


def table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table at `key`, empty where there is none. Raises RulesProblem for anything else."""
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise RulesProblem(f"{key}: expected a table")
    return found


def strings(value: object, where: str) -> tuple[str, ...]:
    """`value` as texts. Raises RulesProblem that names `where`."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise RulesProblem(f"{where}: expected a list of texts")
    return tuple(value)


def groups_of(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The file's [groups]: names for patterns that others use. Raises RulesProblem."""
    return {name: strings(words, f"groups.{name}") for name, words in table(data, "groups").items()}


def compiled(patterns: Iterable[str], where: str, groups: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One expression for any of `patterns`. Raises RulesProblem that names `where`."""
    try:
        return compile_any(patterns, groups)
    except PatternProblem as problem:
        raise RulesProblem(f"{where}: {problem}") from problem
