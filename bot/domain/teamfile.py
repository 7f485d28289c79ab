"""Reads a team file: what it asks for, or every problem in it with its line and what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.domain.schedules import Problem
from bot.domain.teamfile_keys import COACH, COMPANY, TEAM, Each, Key, Table, Value
from bot.domain.teamspecs import CoachSpec, CompanySpec, FileProblem, ScheduleChange, TeamFile, TeamSpec
from bot.domain.toml_files import line_of, printable, read_tables
from bot.domain.toml_lines import KeyPath


def parse_team_file(source: str | bytes) -> TeamFile | tuple[FileProblem, ...]:
    """What a team file asks for, or all its problems in the order of their lines; never raises for what is in it."""
    tables = read_tables(source)
    if isinstance(tables, FileProblem):
        return (tables,)
    data, lines = tables
    reading = _Reading(lines)
    found = reading.file(data)
    return tuple(sorted(reading.problems, key=lambda each: (each.line, each.key))) or found


_TABLES = ("team", "company", "coach")


class _Reading:
    """Collects problems while it reads, so that all of them are told at once."""

    def __init__(self, lines: Mapping[KeyPath, int]) -> None:
        self.lines = lines
        self.problems: list[FileProblem] = []

    def file(self, data: Mapping[str, Any]) -> TeamFile:
        for key in data.keys() - set(_TABLES):
            self._unknown((key,), _TABLES)
        company = self._company(data["company"]) if "company" in data else None
        coach = self._coach(data["coach"]) if "coach" in data else None
        teams = self._teams(data["team"]) if "team" in data else []
        if not (self.problems or teams or company or coach):
            self._problem((), "at least one [[team]]")
        return TeamFile(tuple(teams), company, coach)

    def _coach(self, value: object) -> CoachSpec | None:
        read = self._read(("coach",), value, COACH)
        if isinstance(value, dict) and "rules" not in value:
            self._problem(("coach",), 'rules = "coach.toml", the file with the coach\'s rules')
        complete = isinstance(read, dict) and "rules" in read
        return CoachSpec(read["rules"], self._line(("coach", "rules"))) if complete else None

    def _company(self, value: object) -> CompanySpec | None:
        read = self._read(("company",), value, COMPANY)
        if isinstance(value, dict) and "channel" not in value:
            self._problem(("company",), "a channel for the company's digest")
        complete = isinstance(read, dict) and "channel" in read
        return CompanySpec(read["channel"], self._line(("company",))) if complete else None

    def _teams(self, value: object) -> list[TeamSpec]:
        if not isinstance(value, list):
            self._problem(("team",), "[[team]] with two brackets on each side")
            return []
        self._refuse_twins(value)
        found = (self._team(("team", position), each) for position, each in enumerate(value))
        return [each for each in found if each is not None]

    def _team(self, path: KeyPath, value: object) -> TeamSpec | None:
        read = self._read(path, value, Table(TEAM, "[[team]]"))
        if not isinstance(value, dict):
            return None
        if "channel" not in value:
            self._problem(
                (*path, "channel"), 'a channel\'s id, such as "C0123456789": each team lives in one'
            )
        if "channel" not in read:
            return None
        for key in read.keys() & {"prompt", "reminder", "digest"}:
            read[key] = ScheduleChange(**read[key])
        check = read.pop("check", {})
        return TeamSpec(
            **read, **{f"check_{key}": part for key, part in check.items()}, line=self._line(path)
        )

    def _refuse_twins(self, teams: Sequence[object]) -> None:
        first: dict[str, int] = {}
        for position, team in enumerate(teams):
            channel = team.get("channel") if isinstance(team, dict) else None
            if not isinstance(channel, str):
                continue
            path = ("team", position, "channel")
            if channel in first:
                self._problem(path, f"another channel: the team of line {first[channel]} has this one")
            first.setdefault(channel, self._line(path))

    def _read(self, path: KeyPath, value: object, key: Key) -> Any:
        """What a value means; where something is wrong it is noted, and whatever comes back is not used."""
        match key:
            case Value():
                read = key.read(value)
                if isinstance(read, Problem):
                    self._problem(path, read.expected)
                return read
            case Each():
                return self._list(path, value, key)
            case Table():
                return self._table(path, value, key)

    def _list(self, path: KeyPath, value: object, key: Each) -> tuple[object, ...]:
        if not isinstance(value, list) or not (value or key.may_be_empty):
            self._problem(path, f"a list such as {key.example}")
            return ()
        found = [self._read((*path, position), each, Value(key.read)) for position, each in enumerate(value)]
        return tuple(dict.fromkeys(found))

    def _table(self, path: KeyPath, value: object, key: Table) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._problem(path, f"a table such as {key.example}")
            return {}
        for unknown in value.keys() - key.keys.keys():
            self._unknown((*path, unknown), tuple(key.keys))
        return {
            name: self._read((*path, name), part, key.keys[name])
            for name, part in value.items()
            if name in key.keys
        }

    def _unknown(self, path: KeyPath, known: Sequence[str]) -> None:
        key = str(path[-1])
        close = get_close_matches(key.casefold(), known, n=1, cutoff=0.6)
        if len(path) > 1 and key == "company":
            self._problem(path, "a place above the first [[team]], or a [company] of its own")
        elif close:
            self._problem(path, f"a known key; did you mean “{close[0]}”?")
        else:
            self._problem(path, f"a known key: {', '.join(known)}")

    def _problem(self, path: KeyPath, expected: str) -> None:
        names = [printable(part, 40) for part in path if isinstance(part, str)]
        key = ".".join(names[1:] if names[:1] == ["team"] and len(names) > 1 else names)
        self.problems.append(FileProblem(self._line(path), key, expected))

    def _line(self, path: KeyPath) -> int:
        return line_of(self.lines, path)
