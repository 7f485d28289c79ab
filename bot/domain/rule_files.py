"""Reading the rule files (TOML) that people edit: every mistake is named with its entry and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.patterns import PatternProblem, compile_any


class RulesProblem(ValueError):
    """A rule file that cannot be used. `where` is the entry ("slot.2.words"; empty: the file), `expected` what should
    stand there."""

    def __init__(self, where: str, expected: str) -> None:
        """Say both."""
        super().__init__(f"{where or 'the file'}: expected {expected}")
        self.where = where
        self.expected = expected


def read_toml(text: str) -> dict[str, Any]:
    """The tables that `text` holds. Raises RulesProblem."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise RulesProblem("", f"TOML: {problem}") from problem


def table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table at `key`, empty where there is none. Raises RulesProblem for anything else."""
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise RulesProblem(key, "a table")
    return found


def strings(value: object, where: str) -> tuple[str, ...]:
    """`value` as texts. Raises RulesProblem that names `where`."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise RulesProblem(where, "a list of texts")
    return tuple(value)


def groups_of(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The file's [groups]: names for patterns that others use. Raises RulesProblem."""
    return {name: strings(words, f"groups.{name}") for name, words in table(data, "groups").items()}


def compiled(patterns: Iterable[str], where: str, groups: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One expression for any of `patterns`. Raises RulesProblem that names `where`."""
    listed = tuple(patterns)
    try:
        return compile_any(listed, groups)
    except PatternProblem as problem:
        raise RulesProblem(
            _culprit(listed, where, groups), f"a pattern that can be read: {problem}"
        ) from problem


def _culprit(patterns: Sequence[str], where: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The entry of the first pattern that cannot be read."""
    for place, pattern in enumerate(patterns):
        try:
            compile_any((pattern,), groups)
        except PatternProblem:
            return f"{where}.{place}"
    return where
