"""Hearing: notes up to when everything that Slack had to say was heard, and has the rest read back after a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.domain.identity import Workspace
from handlers.slack.reading_back import ReadingBack
from handlers.slack.services import Services

log = structlog.get_logger(__name__)

BEAT_SECONDS = 30.0
SLACK_TRIES_FOR = timedelta(minutes=6)
"""Slack sends an event again at once, after one and after five minutes; what waits longer is lost."""


@dataclass(slots=True)
class Hearing:
    """One process's ear. `workspaces` are those it serves; `connected` says whether Slack reaches it now."""

    services: Services
    reading_back: ReadingBack
    workspaces: Callable[[], Sequence[Workspace]]
    connected: Callable[[], bool]
    _reading: dict[Workspace, asyncio.Task[None]] = field(default_factory=dict)

    async def begin(self, patience: float) -> None:
        """At the start: read back what a gap swallowed, and wait for it that long; the rest goes on by itself."""
        await self._listen()
        if self._reading:
            await asyncio.wait(list(self._reading.values()), timeout=patience)

    async def beat(self) -> None:
        """Now and then: while Slack reaches us, everything up to now was heard."""
        if self.connected():
            await self._listen()

    @property
    def under_way(self) -> int:
        """How many workspaces are being read back now."""
        return len(self._reading)

    async def stop(self) -> None:
        """Read no further; the next start begins where this one did."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        for workspace in self.workspaces():
            if workspace in self._reading:
                continue
            heard, now = await self.services.store.workspaces.heard_at(workspace), self.services.clock()
            if heard is None or now - heard <= SLACK_TRIES_FOR:
                await self.services.store.workspaces.note_heard(workspace, now=now)
                continue
            task = asyncio.create_task(self._read(workspace), name=f"reading back {workspace}")
            self._reading[workspace] = task
            task.add_done_callback(lambda _, which=workspace: self._reading.pop(which, None))  # type: ignore[misc]

    async def _read(self, workspace: Workspace) -> None:
        store = self.services.store
        heard = await store.workspaces.heard_at(workspace)
        if heard is None:
            return
        started = self.services.clock()
        try:
            looked_at = await self.reading_back.read(workspace, heard)
        except Exception:
            # Tried again at the next beat, from the same moment on.
            log.exception("reading_back.failed", workspace=workspace)
            return
        log.info("reading_back.done", workspace=workspace, messages=looked_at, since=heard.isoformat())
        await store.workspaces.note_heard(
            workspace, now=self.services.clock() if self.connected() else started
        )
