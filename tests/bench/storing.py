"""Answers on disk: the inbox with fifty waiting, beside the sqlite3 module with one commit a row.

python -m tests.bench.storing [--quick]
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.store import SqlStore
from bot.ports.inbox import InboxEntry
from tests.bench.rig import ROUNDS, Row, cores_of_all, folder, median, ratio, run

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PAYLOAD = '{"type": "event_callback", "event": {"text": "' + "A baker saved an hour a day. " * 20 + '"}}'
WAITING = 50


async def rows_per_cpu_second(rows: int, keep: Callable[[int], Awaitable[object]]) -> float:
    """Fifty who each bring one after the other."""
    numbers = iter(range(rows))

    async def one_who_brings() -> None:
        for number in numbers:
            await keep(number)

    started = time.process_time()
    await asyncio.gather(*(one_who_brings() for _ in range(WAITING)))
    return rows / (time.process_time() - started)


def bare_rows_per_cpu_second(rows: int, path: Path) -> float:
    """One commit a row, by the module that everything here ends up calling."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE inbox (workspace, key, kind, payload, at, PRIMARY KEY (workspace, key))")
    started = time.process_time()
    for number in range(rows):
        values = ("slack:T1", f"Ev{number}", "event", PAYLOAD, 1)
        connection.execute("INSERT INTO inbox VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", values)
    used = time.process_time() - started
    connection.close()
    return rows / used


async def measure(quick: bool) -> Sequence[Row]:
    """Both, round by round, on one core."""
    rows, rounds = (200, 1) if quick else (4000, ROUNDS)
    os.sched_setaffinity(0, {cores_of_all[0]})
    ours, bare = [], []
    numbers = count()
    with folder() as name:
        at = Path(name)
        database = open_database(f"sqlite:///{at}/bot.db")
        await migrate(database)
        store = SqlStore(database)

        async def keep(_: int) -> None:
            entry = InboxEntry("slack:T1", f"Ev{next(numbers)}", "event", PAYLOAD, NOW)
            if not await store.inbox.keep(entry):
                raise AssertionError("not kept")

        await rows_per_cpu_second(rows, keep)
        for number in range(rounds):
            ours.append(await rows_per_cpu_second(rows, keep))
            bare.append(await asyncio.to_thread(bare_rows_per_cpu_second, rows, at / f"bare{number}.db"))
        await database.close()
    return [
        Row(
            f"durable answers, {WAITING} waiting",
            "the sqlite3 module, one commit a row; rows a CPU second",
            ratio(ours, bare),
            "×",
            1.0,
            at_least=True,
            detail=f"{median(ours):,.0f} beside {median(bare):,.0f}",
        )
    ]


if __name__ == "__main__":
    run(measure)
