"""A channel that the platform gives another id."""

from __future__ import annotations

from typing import Protocol

from bot.domain.identity import ChannelId, Workspace


class Moving(Protocol):
    """What stands in a channel is known by the channel's id: it follows when that changes."""

    async def channel(self, workspace: Workspace, old: ChannelId, new: ChannelId) -> None:
        """From now on messages, checks and answers of `old` are found in `new`; done twice it changes nothing more."""
