"""How fast the store is: the inbox beside a bare sqlite3, search in a big workspace, forgetting while others write."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.db.search_words import search_words
from bot.db.store import SqlStore
from bot.domain.stories import StoryState, Viewer
from bot.ports.inbox import InboxEntry
from bot.ports.stories import StoryChange, StoryQuery
from tests.bench.storing import NOW, PAYLOAD, WAITING, bare_rows_per_cpu_second, rows_per_cpu_second

VIEWER = Viewer("alice", teams=frozenset({"sales"}))
SYLLABLES = ("ba", "ker", "shop", "hour", "mor", "ning", "calm", "truck", "ser", "vice", "win", "ter")


@pytest.fixture
def in_full(pytestconfig: pytest.Config) -> bool:
    """Whether `make bench` asks, rather than `make test`, which only walks the same paths."""
    return bool(pytestconfig.getoption("benchmark_enable"))


def say(what: str, number: float, unit: str) -> None:
    print(f"\n{what:<62}{number:>12,.1f} {unit}")


async def test_the_inbox_keeps_pace_with_bare_sqlite(sqlite: Database, tmp_path: Path, in_full: bool) -> None:
    store, rows = SqlStore(sqlite), 10_000 if in_full else 200

    async def keep(number: int) -> None:
        assert await store.inbox.keep(InboxEntry("slack:T1", f"Ev{number}", "event", PAYLOAD, NOW))

    ours = await rows_per_cpu_second(rows, keep)
    bare = bare_rows_per_cpu_second(rows, tmp_path / "bare.db")

    say(f"inbox, {WAITING} waiting: rows a CPU second", ours, "rows")
    say("sqlite3 itself, a commit a row", bare, "rows")
    if in_full:
        assert ours >= bare


async def test_search_answers_in_a_workspace_of_ten_thousand(sqlite: Database, in_full: bool) -> None:
    store, mine, others = SqlStore(sqlite), 10_000 if in_full else 200, 190_000 if in_full else 400
    assert sqlite.path is not None
    await asyncio.to_thread(_fill, sqlite.path, mine, others)

    slowest = 0.0
    for words in ("customer", "cust", "baker", "baker shop", "calm morning truck"):
        took = []
        for _ in range(5):
            started = time.perf_counter()
            await store.stories.search("slack:T0", words, VIEWER)
            took.append(time.perf_counter() - started)
        slowest = max(slowest, sorted(took)[2])

    say(f"search, {mine:,} stories of one workspace among {mine + others:,}", slowest * 1000, "ms at most")
    if in_full:
        assert slowest <= 0.2


async def test_forgetting_does_not_hold_up_those_who_write(sqlite: Database, in_full: bool) -> None:
    store, size = SqlStore(sqlite), 50_000 if in_full else 300
    assert sqlite.path is not None
    await asyncio.to_thread(_fill, sqlite.path, size, 0)
    for story in await store.stories.find("slack:T0", StoryQuery(limit=50)):
        gone = StoryChange(state=StoryState.WITHDRAWN)
        await store.stories.change("slack:T0", story.id, gone, by="alice", at=NOW)
    longest, keys, finished = 0.0, count(), asyncio.Event()

    async def somebody_else() -> None:
        nonlocal longest
        while not finished.is_set():
            started = time.perf_counter()
            await store.inbox.keep(InboxEntry("slack:T1", f"Ev{next(keys)}", "event", "{}", NOW))
            longest = max(longest, time.perf_counter() - started)

    other = asyncio.create_task(somebody_else())
    started = time.perf_counter()
    await store.forgetting.compact()
    took = time.perf_counter() - started
    finished.set()
    await other

    say(f"compacting {size:,} stories", took * 1000, "ms")
    say("longest that a message waited meanwhile", longest * 1000, "ms")
    if in_full:
        assert longest <= 1.0


def _fill(path: Path, mine: int, others: int) -> None:
    """Stories of 25 words, in bulk: the first `mine` in slack:T0, the others in a hundred more workspaces."""
    dice = random.Random(7)
    vocabulary = [first + second for first in SYLLABLES for second in SYLLABLES]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    for number in range(mine + others):
        workspace = "slack:T0" if number < mine else f"slack:T{1 + number % 100}"
        told_at = int((NOW + timedelta(seconds=number)).timestamp()) * 1_000_000
        text = " ".join((*dice.choices(vocabulary, k=20), *dice.sample(SYLLABLES, k=4), "customer"))
        connection.execute(
            "INSERT INTO story (workspace, id, team, teller, text, told_at, told_on, source, origin, visibility,"
            " state, revision) VALUES (?, ?, 'sales', 'bob', ?, ?, '2026-11-20', 'dm', ?, 2, 'kept', 1)",
            (workspace, f"{number:012x}", text, told_at, f"D1:{number}"),
        )
        connection.execute(
            "INSERT INTO story_words (workspace, story, words) VALUES (?, ?, ?)",
            (workspace, f"{number:012x}", search_words(workspace, text, "sqlite")),
        )
    connection.execute("COMMIT")
    connection.close()
