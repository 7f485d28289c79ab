"""Lines of keys in TOML: found in every way that TOML can be written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.toml_lines import KeyPath, key_lines

TRICKY = "ab1 \t#[]{}=,.'\"\\\nä“🙂"
WORDS = st.one_of(
    st.text(TRICKY, max_size=12), st.sampled_from(["[[team]]", "# no", 'a = "b"', "'''", '"""', "\n[x]\n"])
)
SCALARS = st.one_of(
    st.integers(-99, 99).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.sampled_from(["16:30:00", "2026-11-23", "2026-11-23 16:30:00Z", "1.5e3", "inf", "0x1F"]),
)
NOISE = st.sampled_from(["", " ", "\n", " # [[team]]\n", '\n\n\t# a = "b\n', "# '''\n"])
PIECES = [
    "a",
    "b = ",
    ".",
    "=",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "#",
    ",",
    "1",
    "\\",
    "[[a]]",
    "[b]",
    '"""',
    "\n",
    "\nc = ",
]
BARE = st.text("abcXYZ019_-", min_size=1, max_size=4)


class Writer:
    """Writes TOML and remembers on which line it wrote what."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw = data.draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def mark(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, name: str) -> None:
        styles = [_basic(name)]
        styles += [name] if name.isascii() and name.replace("_", "a").replace("-", "a").isalnum() else []
        styles += [f"'{name}'"] if not set(name) & set("'\n") else []
        self.text += self.draw(st.sampled_from(styles))

    def file(self) -> None:
        self.pairs(())
        for position in range(self.draw(st.integers(0, 3))):
            self.header(("team", position), "[[", "team")
            self.pairs(("team", position))
            if self.draw(st.booleans()):
                self.header(("team", position, "sub"), "[", "team.sub")
                self.pairs(("team", position, "sub"))
            for inner in range(self.draw(st.integers(0, 2))):
                self.header(("team", position, "many", inner), "[[", ' team . "many" ')
                self.pairs(("team", position, "many", inner))

    def header(self, path: KeyPath, brackets: str, name: str) -> None:
        self.text += self.draw(NOISE.filter(lambda noise: noise != " "))
        self.text += "" if self.text.endswith("\n") or not self.text else "\n"
        self.mark(path)
        self.text += brackets + name + "]" * len(brackets) + self.draw(st.sampled_from(["\n", " # x\n"]))

    def pairs(self, table: KeyPath) -> None:
        for name in self.draw(st.lists(_names(), max_size=3, unique=True)):
            path = (*table, f"k{name}")
            self.mark(path)
            self.key(f"k{name}")
            if self.draw(st.booleans()):
                self.text += self.draw(st.sampled_from([".", " . "]))
                path = (*path, "dotted")
                self.mark(path)
                self.text += "dotted"
            self.text += self.draw(st.sampled_from(["=", " = ", "\t= "]))
            self.value(path, 2)
            self.text += self.draw(st.sampled_from(["\n", " # y\n", "\n\n"]))

    def value(self, path: KeyPath, depth: int, *, one_line: bool = False) -> None:
        kind = self.draw(st.integers(0, 3 if depth else 1))
        if kind == 0:
            self.text += self.draw(SCALARS)
        elif kind == 1:
            self.text += _string(self.draw(WORDS), self.draw(st.integers(0, 3)), one_line)
        elif kind == 2:
            self.array(path, depth, one_line)
        else:
            self.inline_table(path, depth)

    def array(self, path: KeyPath, depth: int, one_line: bool) -> None:
        self.text += "["
        for position in range(self.draw(st.integers(0, 3))):
            self.text += "" if one_line else self.draw(NOISE)
            self.mark((*path, position))
            self.value((*path, position), depth - 1, one_line=one_line)
            self.text += ("" if one_line else self.draw(NOISE)) + ","
        self.text += ("" if one_line else self.draw(NOISE)) + "]"

    def inline_table(self, path: KeyPath, depth: int) -> None:
        self.text += "{"
        for position, name in enumerate(self.draw(st.lists(_names(), max_size=3, unique=True))):
            self.text += ", " if position else " "
            self.mark((*path, name))
            self.key(name)
            self.text += " = "
            self.value((*path, name), depth - 1, one_line=True)
        self.text += " }"


def _names() -> st.SearchStrategy[str]:
    return st.one_of(BARE, st.text(TRICKY, max_size=5))


def _basic(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\u0009")
    return f'"{escaped}"'


def _string(words: str, style: int, one_line: bool) -> str:
    if style == 1 and not set(words) & set("'\n"):
        return f"'{words}'"
    if style == 2 and not one_line and "'''" not in words and not words.endswith("'"):
        return f"'''\n{words}'''"
    if style == 3 and not one_line:
        escaped = words.replace("\\", "\\\\").replace('"""', '\\"""').replace("\t", "\\\n  \\t")
        return f'"""{escaped}"""' if not escaped.startswith("\n") else f'"""\n{escaped}"""'
    return _basic(words)


def _paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _paths(part, (*path, key))
    if isinstance(value, list):
        for position, part in enumerate(value):
            yield from _paths(part, (*path, position))


@settings(deadline=None)
@given(st.data())
def test_every_key_of_any_file_is_found_on_its_line(data: st.DataObject) -> None:
    writer = Writer(data)
    writer.file()
    text = data.draw(st.sampled_from([writer.text, writer.text.replace("\n", "\r\n")]))
    loaded = tomllib.loads(text)

    lines = key_lines(text)

    assert {path: lines.get(path) for path in writer.lines} == writer.lines
    assert set(_paths(loaded)) <= set(lines)


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1", ("a",), 1),
        ("\n\n  a.b = 1", ("a", "b"), 3),
        ("[[t]]\n[[t]]\nx = 1", ("t", 1, "x"), 3),
        ("[[t]]\n[t.p]\nx = 1\n[[t]]\n[t.p]\nx = 2", ("t", 1, "p", "x"), 6),
        ("[[t]]\n[[t.u]]\n[[t.u]]\n[[t]]\n[[t.u]]\nx = 1", ("t", 1, "u", 0, "x"), 6),
        ('a = """\nb = 1\n[c]\n"""\nd = 2', ("d",), 5),
        ('a = """x\\""""\nd = 2', ("d",), 2),
        ('a = """x"""""\nd = 2', ("d",), 2),
        ('a = ""\nd = 2', ("d",), 2),
        ('a = """"""\nd = 2', ("d",), 2),
        ("a = [ # ]\n 'x', # '\n {y = 1}]", ("a", 1, "y"), 3),
        ('"a\\u0062" = 1', ("ab",), 1),
        ("'a.b' = 1", ("a.b",), 1),
        ('"" = 1', ("",), 1),
        ("[ a . b ]\nc = 1", ("a", "b", "c"), 2),
        ("a = 'x#y' # z\nb = 1", ("b",), 2),
        ("a = 2026-11-23 16:30:00\nb = 1", ("b",), 2),
        ("a = {b = [1, {c = 2}]}", ("a", "b", 1, "c"), 1),
    ],
)
def test_each_way_of_writing_a_key_is_understood(text: str, path: KeyPath, line: int) -> None:
    tomllib.loads(text)

    assert key_lines(text)[path] == line


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_scanned_to_its_end_or_refused_and_what_is_toml_is_not(text: str) -> None:
    try:
        found = set(key_lines(text))
    except ValueError:
        found = set()

    try:
        loaded = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        loaded = {}
    assert set(_paths(loaded)) <= found


@pytest.mark.parametrize("text", ["a = [}", "a = {=", "a = [1", "a = ", "["])
def test_text_that_is_no_toml_is_refused_and_never_read_for_ever(text: str) -> None:
    with pytest.raises(ValueError, match="not valid TOML"):
        key_lines(text)
