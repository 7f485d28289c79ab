"""A company's own rules for the coach: the text of its file, one a workspace, or none."""

from __future__ import annotations

from typing import Protocol

from bot.domain.identity import Workspace


class CoachRules(Protocol):
    """Rule files as they were applied; what is none of ours was refused before it came here."""

    async def get(self, workspace: Workspace) -> str | None:
        """The file's text; None where the packaged rules hold."""

    async def save(self, workspace: Workspace, rules: str | None) -> None:
        """Keep a file's text; None goes back to the packaged rules."""
