"""Who pumps which workspace, when this process does it all: a queue of workspaces, each for a moment at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.domain.identity import Workspace
from bot.ports.problems import StoreProblem
from scheduler.pump import Slice
from scheduler.saying import Saying

log = logging.getLogger(__name__)

Turn = Callable[[Workspace], Awaitable[Slice]]


class Distributor(Protocol):
    """Rings a workspace: somebody pumps it soon. A ring too many does no harm."""

    async def start(self, turn: Turn) -> None:
        """Begin; `turn` pumps one workspace for a moment."""

    async def ring(self, workspace: Workspace) -> None:
        """There is something to do for that workspace."""

    async def stop(self, seconds: float) -> None:
        """Take up nothing more; wait that long for what is under way, then let go of it."""


class Embedded:
    """Everything in this process: whoever had a turn and has more to do stands in line again at the end."""

    def __init__(self, lanes_at_once: int = 16) -> None:
        """Pump that many workspaces side by side."""
        self._lanes_at_once = lanes_at_once
        self._queue: asyncio.Queue[Workspace] = asyncio.Queue()
        self._waiting: set[Workspace] = set()
        self._running: set[Workspace] = set()
        self._rung: set[Workspace] = set()
        self._workers: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._saying = Saying(log)

    async def start(self, turn: Turn) -> None:
        """Begin with a worker a lane."""
        self._workers = [asyncio.create_task(self._work(turn)) for _ in range(self._lanes_at_once)]

    async def ring(self, workspace: Workspace) -> None:
        """Stand in line, once; a workspace being pumped gets another turn after this one."""
        self._ring(workspace)

    def _ring(self, workspace: Workspace) -> None:
        if self._stopping.is_set() or workspace in self._waiting:
            return
        if workspace in self._running:
            self._rung.add(workspace)
        else:
            self._waiting.add(workspace)
            self._queue.put_nowait(workspace)

    async def stop(self, seconds: float) -> None:
        """Let turns end, at most for that long; then cancel them (their rows are looked for later)."""
        self._stopping.set()
        idle = [worker for worker in self._workers if worker.done()]
        for _ in range(self._lanes_at_once - len(idle)):
            self._queue.put_nowait(_NOBODY)
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=seconds)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, turn: Turn) -> None:
        while not self._stopping.is_set():
            workspace = await self._queue.get()
            if workspace == _NOBODY:
                return
            self._waiting.discard(workspace)
            self._running.add(workspace)
            slice_ = await self._turn(turn, workspace)
            self._running.discard(workspace)
            if slice_.more or workspace in self._rung:
                self._ring(workspace)
            elif slice_.wait:
                asyncio.get_running_loop().call_later(slice_.wait, self._ring, workspace)
            self._rung.discard(workspace)

    async def _turn(self, turn: Turn, workspace: Workspace) -> Slice:
        # The next tick rings whoever still has something to do.
        try:
            slice_ = await turn(workspace)
        except StoreProblem as problem:
            self._saying.trouble("pumping", problem)
            return Slice()
        except Exception:
            log.exception("pumping: workspace=%s", workspace)
            return Slice()
        self._saying.well("pumping")
        return slice_


_NOBODY = ""
