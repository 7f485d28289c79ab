"""How long a model is waited for, with the bot's own patience: on a loop whose minute is over in two seconds."""

from __future__ import annotations

import asyncio
import importlib
import selectors
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.llm.writer import OpenAIWriter
from bot.usecases.digesting import AI_WAITED_FOR
from tests.llm.office import FRIDAY, Office, W

if TYPE_CHECKING:
    from llmock.pytest_plugin import LLMock

TIMES = 30.0
"""So much faster goes the loop's clock: slow enough that a busy machine's half a second is no quarter of a minute."""


class _Hurried(selectors.DefaultSelector):
    """Waits a part of what it is asked to wait."""

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout / TIMES if timeout is not None else None)


class _HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop on which every timeout, sleep and deadline comes `TIMES` earlier."""

    def __init__(self) -> None:
        super().__init__(_Hurried())

    def time(self) -> float:
        return time.monotonic() * TIMES


def _hurried(story: Callable[[], Awaitable[None]]) -> None:
    # What takes a second of importing the first time would be half a minute of the model's.
    for name in ("openai", "openai.resources.responses", "openai.resources.chat", "bot.llm.schema"):
        importlib.import_module(name)
    with asyncio.Runner(loop_factory=_HurriedLoop) as runner:
        runner.run(_awaited(story))


async def _awaited(story: Callable[[], Awaitable[None]]) -> None:
    await story()


async def _arranged(office: Office, url: str, responses: bool) -> tuple[str, float]:
    """How it ended, and how many of the loop's seconds it took."""
    digest = await office.planned()
    writer = OpenAIWriter("key", "model", url, responses=responses)
    began = asyncio.get_running_loop().time()
    outcome = await office.arranging(writer).arrange(W, digest.id, FRIDAY)
    return outcome, asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("responses", [True, False])
def test_thirty_seconds_of_silence_are_not_waited_out_and_the_digest_stays_local(
    llmock: LLMock, responses: bool
) -> None:
    llmock.delay(30 / TIMES, times=None)

    async def silence() -> None:
        office = await Office.opened()
        before = await office.notice()

        outcome, seconds = await _arranged(office, llmock.base_url("openai"), responses)

        assert outcome == "timeout"
        assert seconds < AI_WAITED_FOR.total_seconds()
        assert await office.notice() == before

    _hurried(silence)

    # Once more at most; where the machine was busy the minute may be over before that.
    assert len(llmock.requests) in (1, 2)


def test_a_server_that_drips_a_byte_now_and_then_has_a_minute_in_all() -> None:
    """Each byte is a sign of life, so that no timeout of a request ever comes."""

    async def dripping() -> None:
        office = await Office.opened()
        before = await office.notice()

        async with _dripping() as url:
            outcome, seconds = await _arranged(office, url, responses=False)

        assert outcome == "timeout"
        assert 55 < seconds < AI_WAITED_FOR.total_seconds()
        assert await office.notice() == before

    _hurried(dripping)


@asynccontextmanager
async def _dripping() -> AsyncIterator[str]:
    """A server that begins an answer and sends one byte of it every ten seconds; its address."""
    connections: list[asyncio.Task[None]] = []

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(asyncio.current_task())  # type: ignore[arg-type]
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{")
        try:
            while not writer.is_closing():
                writer.write(b" ")
                await asyncio.sleep(10)
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
