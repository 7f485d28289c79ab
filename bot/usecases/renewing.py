"""Renewing tokens that end, long before they do: one process at a time, and no new token is ever let go unwritten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.identity import Workspace
from bot.ports.installing import NotRenewed, Renewals, Tokens

log = logging.getLogger(__name__)

Exchange: TypeAlias = Callable[[str, datetime], Awaitable[Tokens]]
"""Gives the tokens that follow a refresh token; raises NotRenewed."""

RENEW_BEFORE = timedelta(hours=2)
LEASE_SECONDS = 30.0
PATIENCE_SECONDS = 5.0
"""How long somebody waits for the process that renews the token just now."""
_LOOK_SECONDS = 0.1


class Renewing:
    """Renews. What the platform gave and the database did not take is held here until it does."""

    def __init__(
        self, renewals: Renewals, exchange: Exchange, clock: Callable[[], datetime], *, name: str
    ) -> None:
        """`name` is this process's in the database."""
        self._renewals = renewals
        self._exchange = exchange
        self._clock = clock
        self._name = name
        self._unwritten: dict[Workspace, tuple[str, Tokens]] = {}
        self._hopeless: dict[Workspace, str] = {}
        self._under_way: dict[Workspace, asyncio.Task[bool]] = {}

    async def renew_due(self) -> None:
        """Renew every token that ends within two hours, and write what could not be written."""
        due = await self._renewals.due(before=self._clock() + RENEW_BEFORE)
        for workspace in dict.fromkeys((*self._unwritten, *due)):
            await self._once(workspace, RENEW_BEFORE)

    async def renew(self, workspace: Workspace, within: timedelta) -> None:
        """Renew a token that ends within that time, or wait a little for the process that is at it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not await self._once(workspace, within):
            before = self._clock() + within
            if workspace not in await self._renewals.due(before=before) or self._hopeless.get(workspace):
                return
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _once(self, workspace: Workspace, within: timedelta) -> bool:
        """True where it is renewed now. A task of its own: whoever asked may give up, a used refresh token may not."""
        task = self._under_way.get(workspace)
        if task is None:
            task = asyncio.create_task(self._renew(workspace, self._clock() + within))
            self._under_way[workspace] = task
            task.add_done_callback(lambda _: self._under_way.pop(workspace, None))
        return await asyncio.shield(task)

    async def _renew(self, workspace: Workspace, before: datetime) -> bool:
        if workspace not in self._unwritten:
            used = await self._renewals.take(workspace, self._name, before=before, seconds=LEASE_SECONDS)
            if used is None or self._hopeless.get(workspace) == used:
                return False
            tokens = await self._ask(workspace, used)
            if tokens is None:
                return False
            self._unwritten[workspace] = (used, tokens)
        used, tokens = self._unwritten[workspace]
        kept = await self._renewals.keep(workspace, self._name, used, tokens)
        del self._unwritten[workspace]
        self._hopeless.pop(workspace, None)
        log.info("token renewed: workspace=%s kept=%s", workspace, kept)
        return kept

    async def _ask(self, workspace: Workspace, used: str) -> Tokens | None:
        try:
            return await self._exchange(used, self._clock())
        except NotRenewed as problem:
            if problem.final:
                self._hopeless[workspace] = used
                log.error("token not renewed, install again: workspace=%s code=%s", workspace, problem.code)
            else:
                log.warning("token not renewed yet: workspace=%s code=%s", workspace, problem.code)
            await self._renewals.give_back(workspace, self._name)
            return None
