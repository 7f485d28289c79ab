"""The real bot as a process, against the local workspace: what everything in this folder stands on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from bot.sandbox.server import LocalWorkspace
from tests.process.inside import DEADLINE_SECONDS, Inside, bot_inside
from tests.process.running import RunningBot


class BotIn(Protocol):
    """Starts the real bot in a workspace; ends it with the test."""

    async def __call__(
        self,
        workspace: LocalWorkspace,
        *,
        over_http: bool = False,
        database: str | None = None,
        role: str = "all",
    ) -> RunningBot: ...


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack gives up after three seconds, and clicks are not sent again: on a busy machine a process that did nothing
    wrong may need more. How fast the bot acks is measured by `make bench`, and told by /metrics."""
    for way in ("sockets", "signed_http"):
        monkeypatch.setattr(f"bot.sandbox.{way}.ACK_SECONDS", DEADLINE_SECONDS)


@pytest.fixture
async def bot_in(tmp_path: Path) -> AsyncIterator[BotIn]:
    """`bot = await bot_in(workspace)`: `purpose-bot run` on the workspace's clock, connected."""
    async with AsyncExitStack() as stack:

        async def start(
            workspace: LocalWorkspace,
            *,
            over_http: bool = False,
            database: str | None = None,
            role: str = "all",
        ) -> RunningBot:
            bot = RunningBot(tmp_path, workspace, over_http=over_http, database=database, role=role)
            stack.push_async_callback(bot.stop)
            await bot.start()
            return bot

        yield start


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    """The whole bot inside this process, in a fresh local workspace."""
    async with bot_inside(tmp_path) as running:
        yield running
