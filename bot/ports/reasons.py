"""Why people sell, as far as they share it. One's own stands with the person (see `People`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.identity import TeamId, Workspace
from bot.domain.reasons import SharedReason


class Reasons(Protocol):
    """What colleagues may read."""

    async def shared(self, workspace: Workspace, teams: Collection[TeamId]) -> Sequence[SharedReason]:
        """The reasons that full members who are active in one of `teams` share, by user id."""

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        """Black these words out in every reason, where it came back in a prompt too. In how many they stood."""
