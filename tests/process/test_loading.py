"""What a bot that nobody has spoken to yet has loaded: no library that it may never need."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli import loading
from bot.sandbox.server import LocalWorkspace
from handlers.slack.manifest import manifest
from tests.bench import payloads
from tests.process.running import RunningBot

ROOT = Path(__file__).parents[2]
FOR_LATER = (
    "alembic", "bot.db.models", "bot.llm", "cryptography", "holidays", "httpx", "httpx2", "matplotlib", "openai",
    "procrastinate", "psycopg", "pydantic", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "typer",
)  # fmt: skip
"""What only an upgrade, a digest, another database, the AI step or nobody at all needs."""


def loaded_by(log: str) -> list[str]:
    """The modules that Python says it has loaded (PYTHONPROFILEIMPORTTIME)."""
    return [line.rpartition("|")[2].strip() for line in log.splitlines() if line.startswith("import time:")]


def of_those(modules: Sequence[str], names: Sequence[str]) -> list[str]:
    return [name for name in names if any(f"{each}.".startswith(f"{name}.") for each in modules)]


def python(program: str) -> list[str]:
    """What a program of its own prints, word by word."""
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return made.stdout.split()


@pytest.mark.parametrize("over_http", [False, True], ids=["socket-mode", "http"])
async def test_an_idle_bot_has_loaded_nothing_for_later(
    tmp_path: Path, over_http: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LocalWorkspace(manifest=manifest(None)) as acme:
        bot = RunningBot(tmp_path, acme, over_http=over_http)
        await bot.start()
        await bot.stop()
        monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
        await bot.start()
        modules = loaded_by(bot.log.read_text())
        await bot.stop()

    assert {"bot.db.stories", "handlers.slack.door", "slack_bolt", "sqlalchemy.engine"} <= set(modules)
    assert of_those(modules, FOR_LATER) == []


def test_help_loads_nothing_but_itself() -> None:
    modules = python("import bot.__main__, sys; print(*sys.modules)")

    assert (
        of_those(modules, ["aiohttp", "bot.wiring", "handlers", "slack_bolt", "sqlalchemy", "uvicorn"]) == []
    )


def test_whoever_asks_sqlalchemy_for_a_session_gets_one() -> None:
    program = """
import sys
import bot.db
from sqlalchemy.ext.asyncio import AsyncConnection
print("sqlalchemy.orm" in sys.modules)
from sqlalchemy.ext.asyncio import AsyncSession, engine
import sqlalchemy.ext.asyncio as whole
print(AsyncSession.__name__, engine.AsyncConnection is AsyncConnection is whole.AsyncConnection)
print(hasattr(whole, "AsyncMemory"), hasattr(whole, "AsyncAttrs"))
"""

    assert python(program) == ["False", "AsyncSession", "True", "False", "True"]


def test_what_is_loaded_for_good_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    try:
        with loading.for_good():
            resting = not gc.isenabled()
            kept = [[number] for number in range(1000)]
        frozen = gc.get_freeze_count() - before
    finally:
        gc.unfreeze()

    assert resting
    assert gc.isenabled()
    assert frozen > len(kept)


PYTHONS_OWN = 700
"""New objects before it looks for garbage; the tests set another number for themselves."""


def test_fifty_payloads_under_way_do_not_make_the_bot_look_for_garbage() -> None:
    before = gc.get_threshold()
    under_way = [payloads.click() for _ in range(50)]

    try:
        loading.search_rarely()
        searched_after = gc.get_threshold()[0]
    finally:
        gc.set_threshold(*before)

    assert PYTHONS_OWN < objects_in(under_way) < searched_after


def objects_in(value: object) -> int:
    """How many of its parts, it included, can hold others."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, (dict, list)) + sum(map(objects_in, inner))
