"""How long a model is waited for, with the bot's own patience: on a clock that goes on while nothing happens."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.llm.writer import OpenAIWriter
from bot.usecases.arranging import ASKED_FOR
from tests.llm.office import FRIDAY, Office, W

QUIET = 0.3
"""So many real seconds nothing has to happen before the clock goes on to what is waited for next."""
BEGUN = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{"


class _Idle(selectors.DefaultSelector):
    """Waits for the sockets a little, and then for nothing: the clock goes on instead, once it was started."""

    started = False
    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if not self.started or timeout is None or timeout <= 0:
            return super().select(timeout if timeout is None else min(timeout, QUIET))
        found = super().select(min(timeout, QUIET))
        self.skipped += 0.0 if found else timeout
        return found


class _PatientLoop(asyncio.SelectorEventLoop):
    """An event loop on whose clock only waiting takes time, so that a busy machine is no slower than another."""

    def __init__(self) -> None:
        self.idle = _Idle()
        super().__init__(self.idle)

    def time(self) -> float:
        return self.idle.skipped


class _Slow:
    """A server that takes a question and says nothing, or a byte now and then."""

    def __init__(self, idle: _Idle, *, drips: bool) -> None:
        self.asked = 0
        self._idle = idle
        self._drips = drips

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            self._idle.started = True
            if not self._drips:
                await reader.read()  # until whoever asked is gone
                return
            writer.write(BEGUN)
            while not writer.is_closing():
                await asyncio.sleep(10)
                writer.write(b" ")
        finally:
            writer.close()

    @asynccontextmanager
    async def there(self) -> AsyncIterator[str]:
        """Its address."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        finally:
            server.close()


def _patiently(story: Callable[[_Idle], Coroutine[Any, Any, None]]) -> None:
    loop = _PatientLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(story(loop.idle))


async def _arranged(office: Office, server: _Slow, idle: _Idle, *, responses: bool) -> tuple[str, float]:
    """How it ended, and how many of the clock's seconds it took."""
    digest = await office.planned()
    async with server.there() as url:
        writer = OpenAIWriter("key", "model", url, responses=responses)
        outcome = await office.arranging(writer).arrange(W, digest.id, FRIDAY)
    return outcome, idle.skipped


@pytest.mark.parametrize("responses", [True, False])
def test_a_server_that_is_silent_is_asked_twice_within_a_minute_and_the_digest_stays_local(
    responses: bool,
) -> None:
    async def silence(idle: _Idle) -> None:
        office, server = await Office.opened(), _Slow(idle, drips=False)
        before = await office.notice()

        outcome, seconds = await _arranged(office, server, idle, responses=responses)

        assert outcome == "timeout"
        assert server.asked == 2
        assert 50 <= seconds <= ASKED_FOR.total_seconds()
        assert await office.notice() == before

    _patiently(silence)


def test_a_server_that_drips_a_byte_now_and_then_has_a_minute_in_all() -> None:
    """Each byte is a sign of life, so that no timeout of a request ever comes."""

    async def dripping(idle: _Idle) -> None:
        office, server = await Office.opened(), _Slow(idle, drips=True)
        before = await office.notice()

        outcome, seconds = await _arranged(office, server, idle, responses=False)

        assert outcome == "timeout"
        assert server.asked == 1
        assert seconds == pytest.approx(ASKED_FOR.total_seconds(), abs=1)
        assert await office.notice() == before

    _patiently(dripping)
