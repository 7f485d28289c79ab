"""Reading TOML that people write: its tables and the line of every key, or what keeps it from being read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from bot.domain.teamspecs import FileProblem
from bot.domain.toml_lines import KeyPath, key_lines

_HINTS = (
    (re.compile("= *[“”„‘’]"), 'straight quotes (")'),
    (re.compile(r"=\s*[0-9]{1,2}:[0-9]{2}\s*(?:[,}#]|$)"), 'the time in quotes, such as "16:30"'),
)


def read_tables(source: str | bytes) -> tuple[Mapping[str, Any], Mapping[KeyPath, int]] | FileProblem:
    """The tables in `source` and on which line each of its keys stands; never raises for what is in it."""
    text = _decoded(source)
    if isinstance(text, FileProblem):
        return text
    try:
        return tomllib.loads(text), key_lines(text)
    except RecursionError:
        return FileProblem(1, "", "fewer brackets inside each other")
    except ValueError as error:
        return _syntax_problem(text, str(error))


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a key, or of the nearest table around a key that is missing."""
    return lines.get(path) or (line_of(lines, path[:-1]) if path else 1)


def printable(text: str, most: int) -> str:
    """Words that a terminal shows and does not obey."""
    shown = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text)
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _decoded(source: str | bytes) -> str | FileProblem:
    if isinstance(source, bytes):
        try:
            return _decoded(source.decode())
        except UnicodeDecodeError as error:
            return FileProblem(source.count(b"\n", 0, error.start) + 1, "", "text saved as UTF-8")
    return source.removeprefix("\ufeff")  # editors on Windows put a mark before the text


def _syntax_problem(text: str, message: str) -> FileProblem:
    place = re.search(r" \(at (?:line ([0-9]+)|end of document)[^)]*\)$", message)
    source = text.split("\n")
    line = int(place[1]) if place and place[1] else len(source) if place else 1
    hint = next((words for pattern, words in _HINTS if pattern.search(source[line - 1])), None)
    reason = message[: place.start()] if place else "a value is too large"
    return FileProblem(line, "", hint or f"valid TOML; the reader says: {printable(reason, 120)}")
