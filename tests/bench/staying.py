"""What it takes to be there: memory when idle, after many events and during a large plan; and how soon it is ready.

python -m tests.bench.staying [--quick]
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.store import SqlStore
from bot.domain.identity import Workspace
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.teams import Team
from tests.bench import load, payloads
from tests.bench.edge import bot, simple
from tests.bench.rig import (
    ROUNDS,
    Row,
    bot_command,
    child,
    folder,
    free_port,
    median,
    python,
    ratio,
    run,
    unshared_mib,
)
from tests.bench.stub import Stub, stub_slack

SETTLED_SECONDS = 3.0
_LOOK_SECONDS = 0.1
ZONES = (
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
)
"""One of them always has the middle of a day."""
_MEMBER = "INSERT INTO member (workspace, team, \"user\", state, since) VALUES (?, ?, ?, 'active', 0)"
_PERSON = "INSERT INTO person (workspace, id, zone) VALUES (?, ?, ?)"
_PLANNED = "SELECT COUNT(*) FROM delivery WHERE kind = 'prompt'"


async def memory(quick: bool) -> Sequence[Row]:
    """Private pages (USS) of `purpose-bot run`, its handlers' work left out."""
    events, people = (500, 500) if quick else (100_000, 100_000)
    async with AsyncExitStack() as stack:
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        bare = await stack.enter_async_context(simple("bare"))
        ours = await stack.enter_async_context(bot(slack, at, "bookkept"))
        await load.closed(bare.port, payloads.requests("event", 100))
        await load.closed(ours.port, payloads.requests("event", 100))
        idle = await _idle(slack, at / "idle.db")
        before, floor = unshared_mib(ours.child.pid), unshared_mib(bare.child.pid)
        for _ in range(events // 500):
            await load.closed(ours.port, payloads.requests("event", 500))
        await asyncio.sleep(SETTLED_SECONDS)
        after = unshared_mib(ours.child.pid)
        peak = await _while_planning(slack, at / "plan.db", people)
    return [
        Row(
            "memory when idle",
            "a bare uvicorn app; private pages",
            idle / floor,
            "×",
            2.2,
            detail=f"{idle:.0f} MiB beside {floor:.0f} MiB",
            why="most of it is modules as imported: SQLAlchemy, aiohttp, Bolt and the SDK, our own",
        ),
        Row(
            f"memory after {events:,} events",
            "before them",
            after - before,
            "MiB",
            10.0,
            why="the page cache of SQLite's writing connection, up to 4 MiB, fills once, and so do others",
        ),
        Row(f"memory at most while {people:,} are planned", "idle", peak - idle, "MiB", 40.0),
    ]


async def _idle(slack: Stub, path: Path) -> float:
    """The bot as it starts and then has nothing to do."""
    database = open_database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()
    port = free_port()
    async with child(*bot_command(), env=slack.environment(f"sqlite:///{path}", port)) as process:
        await process.ready(port)
        await asyncio.sleep(SETTLED_SECONDS)
        return unshared_mib(process.pid)


async def _while_planning(slack: Stub, path: Path, people: int) -> float:
    """The most that the bot held while it planned a prompt for each, all due before the next look."""
    await _crowd(path, people)
    port, most = free_port(), 0.0
    env = slack.environment(f"sqlite:///{path}", port) | {"MESSAGES_PER_MINUTE": "1"}
    async with child(*bot_command(), env=env) as process, asyncio.timeout(120):
        while await asyncio.to_thread(_planned, path) < people:
            process.alive()
            most = max(most, unshared_mib(process.pid))
            await asyncio.sleep(_LOOK_SECONDS)
    return most


async def _crowd(path: Path, people: int) -> None:
    """One team of so many, to be asked in eight minutes: planned as soon as the bot starts, not yet sent."""
    database = open_database(f"sqlite:///{path}")
    await migrate(database)
    store = SqlStore(database)
    workspace: Workspace = f"slack:{payloads.TEAM}"
    now = datetime.now(UTC)
    zone = min(ZONES, key=lambda each: abs(now.astimezone(ZoneInfo(each)).hour - 12))
    at = (now + timedelta(minutes=8)).astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)
    team = Team(
        id="",
        workspace=workspace,
        channel="C0BENCH",
        name="Small business",
        zone=zone,
        managers=("U0ALICE",),
        prompt=Schedule(EVERY_DAY, at),
    )
    team = await store.teams.save(team, by="U0ALICE", now=now - timedelta(minutes=1))
    await store.close()
    with sqlite3.connect(path) as file:
        file.executemany(_MEMBER, ((workspace, team.id, f"U{number:06}") for number in range(people)))
        file.executemany(_PERSON, ((workspace, f"U{number:06}", zone) for number in range(people)))
    file.close()


def _planned(path: Path) -> int:
    file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return int(file.execute(_PLANNED).fetchone()[0])
    finally:
        file.close()


async def starting(quick: bool) -> Sequence[Row]:
    """From the process's start to its first good answer."""
    ours, bare = [], []
    async with AsyncExitStack() as stack:
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        for number in range(-1, 1 if quick else ROUNDS):
            port = free_port()
            async with child(*python("tests.bench.serving", "bare", str(port))) as process:
                floor = await process.ready(port, "/")
            port = free_port()
            env = slack.environment(f"sqlite:///{at}/bot.db", port)
            async with child(*bot_command(), env=env) as process:
                took = await process.ready(port)
            if number >= 0:  # the first start makes the database and the compiled files
                bare.append(floor)
                ours.append(took)
    return [
        Row(
            "start to ready, migrated database",
            "a bare uvicorn app",
            ratio(ours, bare),
            "×",
            4.0,
            detail=f"{median(ours):.2f} s beside {median(bare):.2f} s",
            why="imports: SQLAlchemy, Bolt with the SDK, aiohttp and APScheduler, as the profile of the start shows",
        )
    ]


async def measure(quick: bool) -> Sequence[Row]:
    """All of it."""
    return [*await starting(quick), *await memory(quick)]


if __name__ == "__main__":
    run(measure)
