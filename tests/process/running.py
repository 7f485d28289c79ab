"""A bot process under test: started, killed, started again, asked on its command line."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.server import LocalWorkspace
from tests.leaks import look

READY_WITHIN_SECONDS = 60.0
_ROOT = Path(__file__).parents[2]


class RunningBot:
    """`purpose-bot run` against a local workspace, over Socket Mode or over signed HTTP."""

    def __init__(
        self,
        folder: Path,
        workspace: LocalWorkspace,
        *,
        over_http: bool = False,
        database: str | None = None,
        role: str = "all",
        faked: Mapping[str, str] | None = None,
    ) -> None:
        """It works in `folder`; the database is an SQLite file there, or the one that is named."""
        self.folder = folder
        self.database = database or f"sqlite:///{folder}/bot.db"
        self.role = role
        self._faked = faked
        self.workspace = workspace
        self.over_http = over_http
        self.port = _free_port()
        self.log = folder / f"bot-{self.port}.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the bot and its command line are told: nothing of the machine's own SLACK_… variables."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))
        }
        mode = (
            {"SLACK_SIGNING_SECRET": self.workspace.signing_secret}
            if self.over_http
            else {"SLACK_APP_TOKEN": self.workspace.app_token}
        )
        return {
            **kept,
            **(self._faked or {}),
            **mode,
            "PYTHONPATH": str(_ROOT),
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_API_URL": self.workspace.api_url,
            "DATABASE_URL": self.database,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "MESSAGES_PER_MINUTE": "0",
            "LOG_LEVEL": "INFO",
        }

    async def start(self) -> None:
        """Start and wait until /readyz says yes."""
        if self.over_http:
            self.workspace.hub.app.events_url = f"http://127.0.0.1:{self.port}/slack/events"
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--role", self.role, *self._clock_option(),
                cwd=self.folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        await self.ready()

    def _clock_option(self) -> Sequence[str]:
        """The workspace's clock, unless the machine's own is faked (`faked`: what libfaketime wants to be told)."""
        return () if self._faked else ("--clock", str(self.workspace.clock.path))

    async def ready(self) -> None:
        """Wait until /readyz says yes. Raises TimeoutError with the end of the log."""
        try:
            async with asyncio.timeout(READY_WITHIN_SECONDS), aiohttp.ClientSession() as session:
                while not await self._is_ready(session):
                    if self._process is not None and self._process.returncode is not None:
                        raise AssertionError(f"the bot ended:\n{self.tail()}")
                    await asyncio.sleep(0.05)
        except TimeoutError as problem:
            raise AssertionError(f"the bot was not ready in time:\n{self.tail()}") from problem

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """Kill -9: nothing is finished, nothing is said."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int | None:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int | None:
        process = self._process
        if process is None or process.returncode is not None:
            return process.returncode if process is not None else None
        process.send_signal(number)
        return await asyncio.wait_for(process.wait(), 60)

    async def command_line(self, *arguments: str) -> tuple[int, str, str]:
        """Run `purpose-bot …` with the same settings: exit code, stdout, stderr."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments,
            cwd=self.folder, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), 60)
        look(out.decode() + err.decode(), f"what purpose-bot {arguments} printed")
        return process.returncode or 0, out.decode(), err.decode()

    async def stories(self, channel: str, *more: str) -> Sequence[dict[str, Any]]:
        """What `purpose-bot stories` exports."""
        code, out, err = await self.command_line("stories", channel, *more)
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]

    def tail(self, characters: int = 4_000) -> str:
        """The end of what the bot wrote to its log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
