"""The rule files travel with the package."""

from __future__ import annotations

import tomllib

import pytest

from bot.usecases.packaged import packaged_text


@pytest.mark.parametrize("name", ["coaching_rules.toml", "phrases.toml"])
def test_a_rule_file_comes_with_the_package(name: str) -> None:
    assert tomllib.loads(packaged_text(name))


def test_a_file_that_does_not_come_along_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        packaged_text("nobody.toml")
