"""What the documents say about names is what the code has: commands, variables, scopes, the team file, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import settings_variables
from bot.__main__ import cli
from bot.domain.teamfile import parse_team_file
from bot.domain.teamspecs import TeamFile
from handlers.slack.manifest import SCOPES
from handlers.slack.purpose import ANSWERS

HOUSE = Path(__file__).parents[2]
PAGES = ("README.md", "SECURITY.md", "PRIVACY.md")
README = (HOUSE / "README.md").read_text()
_NOT_SETTINGS = {"POSTGRES_PASSWORD", "CHANNEL", "FILE", "USER", "PASSWORD", "HOST", "NAME"}


def _commands() -> set[str]:
    return set(cli.commands)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_is_there(page: str) -> None:
    named = set(
        re.findall(r"(?:`|bin/|^)purpose-bot ([a-z][a-z-]*)", (HOUSE / page).read_text(), re.MULTILINE)
    )

    assert named <= _commands()


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_a_page_names_is_a_setting_or_one_of_make(page: str) -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]{3,})[`=]", (HOUSE / page).read_text())) - _NOT_SETTINGS
    of_make = set(re.findall(r"\$\(([A-Z]+_ARGS)\)", (HOUSE / "Makefile").read_text()))

    assert named <= {variable.name for variable in settings_variables.ALL} | of_make


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", (HOUSE / page).read_text())

    assert [link for link in links if not (HOUSE / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"`?make ([a-z]+)\b`", (HOUSE / page).read_text()))
    targets = set(re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE))

    assert named <= targets


def test_the_readme_gives_each_scope_with_the_reason_that_the_manifest_knows() -> None:
    for scope in SCOPES:
        assert f"| `{scope.name}` | {scope.reason}" in README
        assert not scope.optional or f"Optional; without it {scope.without}." in README


def test_the_readme_shows_a_team_file_that_can_be_applied() -> None:
    example = README.split("```toml\n")[1].split("```")[0]

    parsed = parse_team_file(example.encode())

    assert isinstance(parsed, TeamFile)


def test_the_readme_names_every_word_that_may_follow_purpose() -> None:
    section = README.split("## What people type")[1].split("\n## ")[0]

    assert [word for word in ANSWERS if word and f"`{word}" not in section] == []
