"""What a week's digest costs beside a million stories of other workspaces.

python -m tests.bench.digests prints the table.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
import time
import tomllib
import tracemalloc
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, event

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.store import SqlStore
from bot.domain.choosing import choose
from bot.domain.digests import Digest
from bot.domain.notices import DigestNotice
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.usecases.digest_choosing import DigestChoosing
from handlers.slack.surfaces.digest import render_digest

ACME = "slack:T0ACME"
FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
TEAM = Team("team1", ACME, "C0SMALL", "Small business", "America/New_York", managers=("U0",))
WEEKS_STORIES = 96
FEW, MANY = 10_000, 1_000_000
CPU_MS, GROWTH, MEMORY_MIB, QUERIES = 5.0, 1.3, 10.0, 1
_ROUNDS = 30
_OTHERS = """
WITH RECURSIVE number(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :last)
INSERT INTO story (workspace, id, team, teller, text, told_at, told_on, source, origin, visibility, state)
SELECT 'slack:T' || (n % 200), 'o' || n, 'team1', 'U' || (n % 50),
  'Told elsewhere, number ' || n || ': a customer has an easier morning since we called.',
  :friday - (n % 31536000) * 1000000, '2026-11-20', 'dm', 'D:' || n, 2, 'kept' FROM number
"""
_DEMO = Path(__file__).parents[2] / "bot" / "sandbox" / "demo.toml"


@dataclass(frozen=True, slots=True)
class Measured:
    """One size of the table: CPU and memory of choosing and building, and how many queries read stories."""

    others: int
    cpu_ms: float
    memory_mib: float
    queries: int


def _texts() -> list[str]:
    """What the demo team told, and from there on words of four of its stories drawn by lot."""
    told: list[str] = [each["text"] for each in tomllib.loads(_DEMO.read_text())["story"]]
    lot = random.Random(7)
    more = [[word for text in lot.sample(told, 4) for word in text.split()] for _ in told]
    return [*told, *(" ".join(lot.sample(words, len(words) // 4)) for words in more)]


def _story(number: int, text: str) -> Story:
    told = FRIDAY - timedelta(hours=1 + number)
    return Story(
        id=f"s{number}",
        workspace=ACME,
        team=TEAM.id,
        teller=f"U{number % 24}",
        text=text,
        told_at=told,
        told_on=told.date(),
        source=Source.DM,
        origin=f"D:{number}",
        visibility=Visibility.TEAM,
        customer=f"Customer {number}",
        tags=("time_saved",),
    )


async def _store_with(path: Path, others: int) -> SqlStore:
    database = open_database(f"sqlite:///{path}")
    await migrate(database)
    store = SqlStore(database)
    for number, words in enumerate(_texts()[:WEEKS_STORIES]):
        await store.stories.keep(_story(number, words))
    await asyncio.to_thread(_fill, path, others)
    return store


def _fill(path: Path, others: int) -> None:
    """Straight into the file: what is measured is reading, not telling."""
    friday = int(FRIDAY.timestamp()) * 1_000_000
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute(_OTHERS, {"first": 0, "last": others, "friday": friday})
    file.close()


async def _digest(store: SqlStore) -> int:
    """Choose and build once, as it is done at the digest's hour; how many blocks it has."""
    since = FRIDAY - timedelta(days=7)
    told = await DigestChoosing(store).told(TEAM, since, FRIDAY)
    picks = choose(told, {}, seed="team1 2026-W47")
    digest = Digest("d1", ACME, TEAM.id, FRIDAY.date(), since, FRIDAY, picks=picks)
    names = {story.teller: story.teller for story in told}
    notice = DigestNotice(digest, TEAM, {story.id: story for story in told}, names)
    return len(render_digest(notice).blocks)


async def measure(folder: Path, others: int) -> Measured:
    """One size: CPU, the memory that a digest takes at most, and its queries.

    CPU is the least of many rounds: what other work makes of the machine's caches is not the digest's.
    """
    store = await _store_with(folder / f"{others}.db", others)
    try:
        blocks = await _digest(store)
        took = []
        for _ in range(_ROUNDS):
            start = time.process_time()
            blocks = await _digest(store)
            took.append(1_000 * (time.process_time() - start))
        if not 10 < blocks <= 50:
            raise AssertionError(f"a digest of {blocks} blocks")
        queries = await _queries(store)
        tracemalloc.start()
        await _digest(store)
        memory = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    finally:
        await store.close()
    return Measured(others, min(took), memory, queries)


async def _queries(store: SqlStore) -> int:
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await _digest(store)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(found)


def promises(few: Measured, many: Measured) -> list[tuple[str, float, float]]:
    """What is promised: words, the number, and the most that it may be."""
    return [
        (f"CPU of {WEEKS_STORIES} stories out of {many.others:,}, ms", many.cpu_ms, CPU_MS),
        (f"growth of that from {few.others:,} to {many.others:,}", many.cpu_ms / few.cpu_ms, GROWTH),
        ("queries", float(many.queries), float(QUERIES)),
        ("memory, MiB", many.memory_mib, MEMORY_MIB),
    ]


async def both(folder: Path, few: int = FEW, many: int = MANY) -> list[tuple[str, float, float]]:
    """Measure both sizes."""
    return promises(await measure(folder, few), replace(await measure(folder, many), others=many))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for what, number, most in asyncio.run(both(Path(folder))):
            verdict = "" if number <= most else "   TOO MUCH"
            print(f"{what:<58} {number:>12,.2f}  ≤ {most:g}{verdict}", flush=True)


if __name__ == "__main__":
    main()
