"""Tells every open page, and every waiting test, that something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.model import Json

_MOST_BEHIND = 2_000


class PageFeed:
    """Each listener has a queue; one that falls far behind is told to read everything anew."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._queues: dict[asyncio.Queue[Json], str | None] = {}
        self._waiting: set[asyncio.Event] = set()

    def publish(self, team: str | None, change: Json) -> None:
        """Tell everyone who listens to this workspace (None: to any)."""
        for queue, wanted in self._queues.items():
            if wanted is None or team is None or wanted == team:
                if queue.full():
                    _drain(queue)
                    change = {"type": "all"}
                queue.put_nowait(change)
        for event in self._waiting:
            event.set()

    @contextmanager
    def listen(self, team: str | None) -> Iterator[asyncio.Queue[Json]]:
        """A queue of changes for as long as the block runs."""
        queue: asyncio.Queue[Json] = asyncio.Queue(_MOST_BEHIND)
        self._queues[queue] = team
        try:
            yield queue
        finally:
            del self._queues[queue]

    @contextmanager
    def signal(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever anything changes."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)


def _drain(queue: asyncio.Queue[Json]) -> None:
    while not queue.empty():
        queue.get_nowait()
