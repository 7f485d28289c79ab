"""Reads the coach's rules from their file: every problem in it with its line and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.coaching import Rules, Slot
from bot.domain.rule_files import RulesProblem, compiled, groups_of, strings, table
from bot.domain.teamspecs import FileProblem
from bot.domain.toml_files import line_of, printable, read_tables
from bot.domain.toml_lines import KeyPath

_TOP = ("fallback", "groups", "impact", "slot")
_IMPACT = ("strong", "weak", "gain", "not")
_SLOT = ("key", "name", "words", "not", "questions", "may_be_theirs", "only_alone")

Found = TypeVar("Found")
Groups = Mapping[str, Sequence[str]]


def parse_rules(source: str | bytes) -> Rules | tuple[FileProblem, ...]:
    """The rules in a file, or all its problems in the order of their lines; never raises for what is in it."""
    tables = read_tables(source)
    if isinstance(tables, FileProblem):
        return (tables,)
    data, lines = tables
    reading = _Reading(data)
    rules = reading.rules()
    if reading.problems:
        found = (_file_problem(problem, lines) for problem in reading.problems)
        return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.line, each.key)))
    return rules


def load_rules(text: str) -> Rules:
    """The rules that `text` holds. Raises RulesProblem with the first thing that is wrong."""
    rules = parse_rules(text)
    if isinstance(rules, tuple):
        raise RulesProblem(f"line {rules[0].line}: {rules[0].key}", rules[0].expected)
    return rules


class _Reading:
    """Collects problems while it reads, so that all of them are told at once."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[RulesProblem] = []
        self.groups: Groups = self._read(lambda: groups_of(data), {})

    def rules(self) -> Rules:
        self._known(self.data, "", _TOP)
        no_table: dict[str, Any] = {}
        impact = self._read(lambda: table(self.data, "impact"), no_table)
        self._known(impact, "impact", _IMPACT)
        for name in self.groups:
            self._patterns(self.groups, name, "groups")
        found = {name: self._patterns(impact, name, "impact") for name in _IMPACT}
        return Rules(
            slots=self._slots(),
            fallback=self._questions(self.data, "fallback", ""),
            strong=found["strong"],
            weak=found["weak"],
            gain=found["gain"],
            exceptions=found["not"],
            customer=self._patterns(self.groups, "customer", "groups"),
            people=self._patterns(self.groups, "people", "groups"),
        )

    def _slots(self) -> tuple[Slot, ...]:
        slots = self.data.get("slot")
        if not isinstance(slots, list) or not slots:
            self._problem("slot", "at least one [[slot]]")
            return ()
        read = [self._slot(slot, f"slot.{place}") for place, slot in enumerate(slots)]
        keys = [slot.key for slot in read]
        for place, key in enumerate(keys):
            if key and key in keys[:place]:
                self._problem(f"slot.{place}.key", "a key that no other slot has")
        return tuple(read)

    def _slot(self, data: Any, where: str) -> Slot:
        if not isinstance(data, dict):
            self._problem(where, '[[slot]], a table with a key such as key = "close_date"')
            data = {"key": "-", "questions": [""]}
        self._known(data, where, _SLOT)
        key = data.get("key")
        if not isinstance(key, str) or not key:
            self._problem(f"{where}.key", 'a key in quotes, such as "close_date"')
            key = ""
        return Slot(
            key=key,
            name=str(data.get("name", key.replace("_", " "))),
            words=self._patterns(data, "words", where),
            exceptions=self._patterns(data, "not", where),
            questions=self._questions(data, "questions", where),
            may_be_theirs=self._switch(data, "may_be_theirs", where),
            only_alone=self._switch(data, "only_alone", where),
        )

    def _questions(self, data: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        name = f"{where}.{key}".lstrip(".")
        unreadable: tuple[str, ...] = ("",)
        questions = self._read(lambda: strings(data.get(key, []), name), unreadable)
        if not questions:
            self._problem(name, "at least one question")
        return questions

    def _patterns(self, data: Mapping[str, Any], key: str, where: str) -> re.Pattern[str]:
        name = f"{where}.{key}"
        return self._read(
            lambda: compiled(strings(data.get(key, []), name), name, self.groups), compiled((), name, {})
        )

    def _switch(self, data: Mapping[str, Any], key: str, where: str) -> bool:
        value = data.get(key, False)
        if not isinstance(value, bool):
            self._problem(f"{where}.{key}", "true or false, without quotes")
        return value is True

    def _known(self, data: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
        for key in data.keys() - set(known):
            self._problem(f"{where}.{key}".lstrip("."), f"a known key: {', '.join(known)}")

    def _read(self, read: Callable[[], Found], otherwise: Found) -> Found:
        try:
            return read()
        except RulesProblem as problem:
            self.problems.append(problem)
            return otherwise

    def _problem(self, where: str, expected: str) -> None:
        self.problems.append(RulesProblem(where, expected))


def _file_problem(problem: RulesProblem, lines: Mapping[KeyPath, int]) -> FileProblem:
    parts = [part for part in problem.where.split(".") if part]
    path: KeyPath = tuple(int(part) if part.isdecimal() else part for part in parts)
    key = ".".join(part for part in parts if not part.isdecimal())
    return FileProblem(line_of(lines, path), printable(key, 60), printable(problem.expected, 300))
