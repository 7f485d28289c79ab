"""Who the bot is in each workspace: in memory, read once where another process installed or renewed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.identity import Workspace
from bot.ports.workspaces import Installation, Workspaces

Renew: TypeAlias = Callable[[Workspace, timedelta], Awaitable[None]]
"""Renews a workspace's token where it ends within that time; done when it is renewed or cannot be."""

LOOK_AGAIN_WITHIN = timedelta(hours=1)
"""A token that ends so soon should have been renewed by now: perhaps another process did it."""
LOOK_AGAIN_SECONDS = 60.0
_A_MOMENT = timedelta(seconds=1)


class Installations:
    """What is known of each workspace, so that nothing is asked before an ack."""

    def __init__(self) -> None:
        """Empty until workspaces are added; memory is all there is until `look_into`."""
        self._known: dict[Workspace, Installation] = {}
        self._stored: Workspaces | None = None
        self._renew: Renew | None = None
        self._clock: Callable[[], datetime] | None = None
        self._reading: dict[Workspace, asyncio.Task[None]] = {}
        self._looked: dict[Workspace, float] = {}

    def look_into(self, stored: Workspaces, renew: Renew, clock: Callable[[], datetime]) -> None:
        """From here on look into `stored` where memory does not know, and `renew` tokens that end."""
        self._stored, self._renew, self._clock = stored, renew, clock

    def add(self, installation: Installation) -> None:
        """Know a workspace (again)."""
        self._known[installation.workspace] = installation

    def drop(self, workspace: Workspace) -> None:
        """Know it no more."""
        self._known.pop(workspace, None)

    def get(self, workspace: Workspace) -> Installation | None:
        """What memory knows of a workspace."""
        return self._known.get(workspace)

    def workspaces(self) -> list[Workspace]:
        """Every workspace that is served."""
        return sorted(self._known)

    async def find(self, workspace: Workspace) -> Installation | None:
        """From memory, else by one read that all who ask at the same time share."""
        known = self._known.get(workspace)
        if known is None or self._due_for_a_look(known):
            await self._read(workspace)
        return self._known.get(workspace)

    async def token(self, workspace: Workspace) -> str:
        """Its bot token; raises LookupError where the bot is not installed (any more)."""
        known = await self.find(workspace)
        if known is not None and self._ends_within(known, timedelta(0)) and self._renew is not None:
            await self._renew(workspace, timedelta(0))
            await self._read(workspace)
            known = self._known.get(workspace)
        if known is None or known.token is None:
            raise LookupError(f"the bot is not installed in {workspace}")
        return known.token

    async def another(self, workspace: Workspace, refused: str) -> str | None:
        """The token to try instead of one that the platform refused; None where there is no other."""
        await self._read(workspace)
        known = self._known.get(workspace)
        if known is not None and known.token == refused and known.expires_at is not None:
            await self._renew_this(workspace, known.expires_at)
            known = self._known.get(workspace)
        return None if known is None or known.token == refused else known.token

    async def _renew_this(self, workspace: Workspace, expires_at: datetime) -> None:
        """Renew the token that ends then, and no later one that another process got meanwhile."""
        if self._renew is not None and self._clock is not None:
            await self._renew(workspace, expires_at - self._clock() + _A_MOMENT)
            await self._read(workspace)

    def _ends_within(self, known: Installation, time: timedelta) -> bool:
        if known.expires_at is None or self._clock is None:
            return False
        return known.expires_at - self._clock() <= time

    def _due_for_a_look(self, known: Installation) -> bool:
        if not self._ends_within(known, LOOK_AGAIN_WITHIN):
            return False
        now = asyncio.get_running_loop().time()
        if now - self._looked.get(known.workspace, -LOOK_AGAIN_SECONDS) < LOOK_AGAIN_SECONDS:
            return False
        self._looked[known.workspace] = now
        return True

    async def _read(self, workspace: Workspace) -> None:
        if self._stored is None:
            return
        task = self._reading.get(workspace)
        if task is None:
            task = asyncio.create_task(self._read_stored(self._stored, workspace))
            self._reading[workspace] = task
            task.add_done_callback(lambda _: self._reading.pop(workspace, None))
        await asyncio.shield(task)

    async def _read_stored(self, stored: Workspaces, workspace: Workspace) -> None:
        found = await stored.get(workspace)
        if found is None:
            return
        if found.revoked_at is not None:
            self._known.pop(workspace, None)
        elif found.token is not None:
            self._known[workspace] = found
