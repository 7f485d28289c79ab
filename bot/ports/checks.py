"""Purpose checks: open, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.checks import Check
from bot.domain.deliveries import NewDelivery
from bot.domain.identity import ChannelId, CheckId, UserId, Workspace


class Checks(Protocol):
    """Purpose checks."""

    async def open(self, check: Check, *, enqueue: Sequence[NewDelivery] = ()) -> Check:
        """Insert a check (the same origin gives the check that exists, enqueuing nothing)."""

    async def get(self, workspace: Workspace, check: CheckId) -> Check | None:
        """One check."""

    async def by_message(self, workspace: Workspace, channel: ChannelId, ts: str) -> Check | None:
        """The check whose message this is."""

    async def posted(self, workspace: Workspace, check: CheckId, *, channel: ChannelId, ts: str) -> None:
        """Note the message's id."""

    async def close(
        self,
        workspace: Workspace,
        check: CheckId,
        *,
        by: UserId | None,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        """Close it; False where somebody had. The check's message is marked to be shown anew."""

    async def due(self, *, now: datetime, limit: int = 100) -> Sequence[Check]:
        """Open checks of every workspace whose time has come."""

    async def answered_by(self, workspace: Workspace, check: CheckId) -> int:
        """How many people answered (kept stories of any visibility, counted by teller)."""

    async def open_in(self, workspace: Workspace) -> Sequence[Check]:
        """Open checks of one workspace."""
