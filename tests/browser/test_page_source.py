"""What can be said of the page without a browser: it is small, it fetches nothing from elsewhere, it takes no HTML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.sandbox

PAGE = Path(bot.sandbox.__file__).parent / "page"
MODULES = sorted(PAGE.glob("*.js"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_says_its_purpose_and_stays_small(module: Path) -> None:
    lines = module.read_text().splitlines()

    assert re.match(r"// [A-Z].*[.:;,]?", lines[0])
    assert len(lines) <= 250


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_text_never_enters_the_page_as_html(module: Path) -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    )

    assert not forbidden.search(module.read_text())


def test_the_page_fetches_nothing_from_elsewhere() -> None:
    sources = "\n".join(path.read_text() for path in [*PAGE.glob("*.html"), *PAGE.glob("*.css"), *MODULES])

    assert not re.search(
        r"(?:src|href)=\"(?:https?:)?//|url\((?![\"']?data:)|@import|from \"https?:", sources
    )


def test_the_index_has_no_inline_script_or_style() -> None:
    index = (PAGE / "index.html").read_text()

    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*src=)", index)
