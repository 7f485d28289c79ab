"""Finds the line of every key in TOML text, which the standard library's reader does not tell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands: table and key names, and positions in arrays: ("team", 0, "prompt", "at")."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+)")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\n]*",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """The line (from 1) on which each table, key and array element of valid TOML text first stands.

    The text must have passed `tomllib.loads`: this is a scan, not a check. Raises ValueError where it is lost.
    """
    return _Scan(text).run()


class _Scan:
    """One pass over the text; every method reads on from `self.at`."""

    def __init__(self, text: str) -> None:
        # Line ends are \n here, as they are for tomllib; a lone \r is not valid TOML.
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}
        self.breaks = [match.start() for match in re.finditer("\n", self.text)]

    def run(self) -> Mapping[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_GAP)
        while self.at < len(self.text):
            if self._here("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)
        return self.lines

    def _header(self) -> KeyPath:
        start, is_array = self.at, self._here("[[")
        self.at += 2 if is_array else 1
        keys = self._keys()
        self.at += 2 if is_array else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
            self._mark(path, start)
        path = (*path, keys[-1])
        if is_array:
            self._mark(path, start)
            self.counts[path] = self.counts.get(path, 0) + 1
        path = self._inside(path)
        self._mark(path, start)
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """A name in a header that is an array of tables means its last table."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _pair(self, table: KeyPath) -> None:
        start, path = self.at, table
        for key in self._keys():
            path = (*path, key)
            self._mark(path, start)
        self.at += 1  # the equals sign
        self._skip(_SPACES)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACES)
            match = self._match(_KEY_PART)
            basic, literal, bare = match.groups()
            keys.append(_unescape(basic) if basic is not None else literal if literal is not None else bare)
            self._skip(_SPACES)
            if not self._here("."):
                return keys
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        start = self.at
        if self._here("["):
            self._array(path)
        elif self._here("{"):
            self._inline_table(path)
        else:
            self._match(_SCALAR)
        if self.at == start:
            raise ValueError("not valid TOML")  # never read on for ever in a text that tomllib has not seen

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_GAP)
        position = 0
        while not self._here("]"):
            self._mark((*path, position), self.at)
            self._value((*path, position))
            self._comma()
            position += 1
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_GAP)
        while not self._here("}"):
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._skip(_GAP)
        if self._here(","):
            self.at += 1
            self._skip(_GAP)

    def _here(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._match(pattern)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError("not valid TOML")
        self.at = match.end()
        return match

    def _mark(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_left(self.breaks, at) + 1)


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        mark = match[1]
        return chr(int(mark[1:], 16)) if mark[0] in "uU" and len(mark) > 1 else _ESCAPED.get(mark, mark)

    return _ESCAPE.sub(plain, text)
