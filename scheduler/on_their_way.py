"""The sends of one lane that are on their way: started, waited for a few at a time, or given up together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class OnTheirWay:
    """Tasks of which somebody waits for the next to end, again and again. `asyncio.wait` would write its name into each
    of them and strike it out again every time."""

    def __init__(self) -> None:
        """None yet."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_ended = asyncio.Event()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, send: Coroutine[Any, Any, None]) -> None:
        """One more."""
        task = asyncio.create_task(send)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._one_ended.set()

    async def one_done(self) -> None:
        """Wait until one more of them ends."""
        self._one_ended.clear()
        await self._one_ended.wait()

    async def half_done(self) -> None:
        """Wait until half of them are done, and at least one."""
        enough = len(self._tasks) // 2
        while len(self._tasks) > enough:
            await self.one_done()

    async def all_done(self) -> None:
        """Wait until none is left."""
        await asyncio.gather(*self._tasks)

    async def cancel(self) -> None:
        """Stop them all, wherever they are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
