"""The load: signed requests over kept connections, as fast as they are answered or at a steady pace."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import httptools

WAITING = 50
"""So many connections, each with one request under way: about what Slack holds open to a busy app."""


class Line(asyncio.Protocol):
    """One connection: a request out, its answer back, then `idle` is told."""

    def __init__(self, idle: Callable[[Line, int], None]) -> None:
        self._idle = idle
        self._transport: Any = None
        self._parser = httptools.HttpResponseParser(self)
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self, request: bytes, since: float) -> None:
        """Send; `since` is when it was due."""
        self.sent = since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        # One parser reads one answer after the other, but for a connection that is not to be kept.
        self._idle(self, status)

    def connection_lost(self, problem: Exception | None) -> None:
        if self.sent > 0:
            self._idle(self, 0)

    def close(self) -> None:
        self.sent = 0.0
        self._transport.close()


async def _lines(port: int, number: int, idle: Callable[[Line, int], None]) -> list[Line]:
    loop = asyncio.get_running_loop()
    made = await asyncio.gather(
        *(loop.create_connection(lambda: Line(idle), "127.0.0.1", port) for _ in range(number))
    )
    return [line for _, line in made]


async def closed(port: int, requests: Sequence[bytes], *, waiting: int = WAITING) -> float:
    """Send them all, so many at a time. Seconds. Raises AssertionError for any answer but 200."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    left = deque(requests)
    answered = 0

    def idle(line: Line, status: int) -> None:
        nonlocal answered
        answered += 1
        if status != 200:
            _fail(ended, status)
        elif left:
            line.ask(left.popleft(), 1.0)
        elif answered == len(requests) and not ended.done():
            ended.set_result(None)

    lines = await _lines(port, waiting, idle)
    began = time.perf_counter()
    for line in lines[: len(requests)]:
        line.ask(left.popleft(), 1.0)
    await ended
    took = time.perf_counter() - began
    for line in lines:
        line.close()
    return took


async def steady(port: int, requests: Sequence[bytes], *, a_second: float) -> list[float]:
    """Send them at that pace whatever happens. Seconds from when each was due to its answer."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    waits: list[float] = []
    ready: deque[Line] = deque()
    late: deque[tuple[bytes, float]] = deque()

    def idle(line: Line, status: int) -> None:
        waits.append(time.perf_counter() - line.sent)
        if status != 200:
            _fail(ended, status)
        if late:
            line.ask(*late.popleft())
        else:
            ready.append(line)
        if len(waits) == len(requests) and not ended.done():
            ended.set_result(None)

    lines = await _lines(port, WAITING, idle)
    ready.extend(lines)
    began = time.perf_counter()
    for number, request in enumerate(requests):
        due = began + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        # From the moment it was sent: what the load's own clock is late by is not the server's.
        now = time.perf_counter()
        if ready:
            ready.popleft().ask(request, now)
        else:
            late.append((request, now))
    await ended
    for line in lines:
        line.close()
    return waits


def _fail(ended: asyncio.Future[None], status: int) -> None:
    if not ended.done():
        ended.set_exception(AssertionError(f"answered with {status or 'a lost connection'}"))
