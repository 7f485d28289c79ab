"""The files that come with the package: rules and words that people may read, and a company may replace."""

from __future__ import annotations

from importlib.resources import files


def packaged_text(name: str) -> str:
    """The text of a file beside the domain's modules, such as "coaching_rules.toml". Raises FileNotFoundError."""
    return files("bot.domain").joinpath(name).read_text(encoding="utf-8")
