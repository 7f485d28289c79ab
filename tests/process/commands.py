"""`purpose-bot …` inside the test's own process: as the command line does it, without a second of starting Python."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from unittest import mock

from bot.__main__ import main
from bot.sandbox.clock import SharedClock
from bot.sandbox.server import LocalWorkspace
from tests.leaks import look

WITHIN_SECONDS = 60.0
_LOGGERS = ("", "bot", "handlers", "scheduler", "apscheduler.scheduler")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


def settings_for(workspace: LocalWorkspace, folder: Path) -> dict[str, str]:
    """The environment of a bot in that workspace, its SQLite file in `folder`."""
    return {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_API_URL": workspace.api_url,
        **without_slack(folder),
    }


def without_slack(folder: Path) -> dict[str, str]:
    """An environment that knows only the database."""
    return {"DATABASE_URL": f"sqlite:///{folder}/bot.db", "LOG_FORMAT": "json"}


async def purpose_bot(
    environment: Mapping[str, str], folder: Path, *arguments: str, clock: SharedClock | None = None
) -> Outcome:
    """Run a command with this environment alone, in `folder`, in a thread: the local workspace goes on answering. The
    machine's clock shows what `clock` shows, where one is given."""
    return await asyncio.wait_for(
        asyncio.to_thread(_run, environment, folder, list(arguments), clock), WITHIN_SECONDS
    )


def _run(
    environment: Mapping[str, str], folder: Path, arguments: list[str], clock: SharedClock | None
) -> Outcome:
    out, err = StringIO(), StringIO()
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    try:
        with (
            mock.patch.dict(os.environ, environment, clear=True),
            _machine_time(clock),
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = _code(arguments)
    finally:
        # `run` leaves what is loaded out of Python's search for garbage; tests look for what nobody closed.
        gc.unfreeze()
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    look(out.getvalue() + err.getvalue(), f"what purpose-bot {arguments} printed")
    return Outcome(code, out.getvalue(), err.getvalue())


def _machine_time(clock: SharedClock | None) -> contextlib.AbstractContextManager[object]:
    """What `bot.wiring.machine_clock` reads, as if the whole machine were set to that clock."""
    if clock is None:
        return contextlib.nullcontext()
    return mock.patch("bot.wiring.datetime", wraps=datetime, now=lambda zone: clock.now().astimezone(zone))


def _code(arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
