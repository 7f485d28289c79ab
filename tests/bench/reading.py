"""Digest, search and Home of a workspace of ten thousand stories, among a million others' and alone.

python -m tests.bench.reading [--quick]
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.search_words import search_words
from bot.domain.people import Person
from bot.domain.stories import Viewer
from bot.settings import load
from bot.wiring import House, build_house, open_store
from handlers.slack.home import gather
from handlers.slack.surfaces.home import home_view
from tests.bench.digests import ACME, FRIDAY, TEAM, _digest, _texts
from tests.bench.rig import Row, cores_of_all, folder, median, ratio, run

MINE, OTHERS = 10_000, 990_000
WORKSPACES = 200
_VIEWER = Viewer("U0", teams=frozenset({TEAM.id}))
_ASKED = ("customer", "cust", "bakery morning", "closed her books")
_STEP = 5_400_000_000
"""Microseconds between two stories of a workspace."""
_ROUNDS = 7
_TIMES = 4
_STORY = (
    "INSERT INTO story (workspace, id, team, teller, text, told_at, told_on, source, origin, visibility, state)"
    " VALUES (?, ?, 'team1', ?, ?, ?, '2026-11-20', 'dm', ?, 2, 'kept')"
)
_WORDS = "INSERT INTO story_words (workspace, story, words) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Place:
    """One database, and the milliseconds of CPU that each thing took in it, a round each."""

    house: House
    took: dict[str, list[float]] = field(default_factory=dict)

    async def digest(self) -> None:
        """A week's digest, chosen and built."""
        await _digest(self.house.store)

    async def search(self) -> None:
        """Some searches, one of a word half typed."""
        for words in _ASKED:
            if not await self.house.store.stories.search(ACME, words, _VIEWER) and words == "customer":
                raise AssertionError("nothing found")

    async def home(self) -> None:
        """One person's Home, drawn."""
        page = await gather(self.house.services, Person(ACME, "U0"), FRIDAY)
        if not home_view(page)["blocks"]:
            raise AssertionError("an empty Home")

    async def round(self, name: str, times: int) -> None:
        """Do one of them so many times."""
        work: Callable[[], Awaitable[None]] = getattr(self, name)
        began = time.process_time()
        for _ in range(times):
            await work()
        self.took.setdefault(name, []).append(1e3 * (time.process_time() - began) / times)


async def _place(path: Path, mine: int, others: int) -> Place:
    database = open_database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()
    await asyncio.to_thread(_fill, path, mine, others)
    settings = load({"SLACK_BOT_TOKEN": "xoxb-bench", "DATABASE_URL": f"sqlite:///{path}"}, None)
    store = await open_store(settings, migrate=False)
    return Place(build_house(settings, store, lambda: FRIDAY))


def _fill(path: Path, mine: int, others: int) -> None:
    """Straight into the file, newest first: what is measured is reading, not telling."""
    texts, friday = _texts(), int(FRIDAY.timestamp()) * 1_000_000
    words = lru_cache(maxsize=None)(search_words)

    def workspace(number: int) -> str:
        return ACME if number < mine else f"slack:T{number % WORKSPACES:03}"

    def text(number: int) -> str:
        return texts[number % len(texts)] + (" A customer said so." if number % 3 else "")

    def said(number: int) -> str:
        # Of the others' words a few are enough: each is in the index under its own workspace.
        return text(number) if number < mine else " ".join(text(number).split()[:5]) + " customer"

    def told(number: int) -> int:
        # About a hundred in the week of the digest, wherever they were told.
        return friday - (1 + (number if number < mine else (number - mine) // WORKSPACES)) * _STEP

    numbers = range(mine + others)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute("PRAGMA cache_size = -200000")
        file.executemany(
            _STORY,
            ((workspace(n), f"s{n:07}", f"U{n % 50}", text(n), told(n), f"D:{n}") for n in numbers),
        )
        # The index in one go at the end: a tenth of the time, and the same index.
        (trigger,) = file.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'story_words_inserted'"
        ).fetchone()
        file.execute("DROP TRIGGER story_words_inserted")
        file.executemany(
            _WORDS, ((workspace(n), f"s{n:07}", words(workspace(n), said(n), "sqlite")) for n in numbers)
        )
        file.execute("INSERT INTO story_search (story_search) VALUES ('rebuild')")
        file.execute(trigger)
    file.close()


async def measure(quick: bool) -> Sequence[Row]:
    """Both databases, in turns."""
    mine, others, rounds = (200, 2_000, 1) if quick else (MINE, OTHERS, _ROUNDS)
    names = ("digest", "search", "home")
    with suppress(OSError):
        os.sched_setaffinity(0, set(cores_of_all))
    with folder() as name:
        alone = await _place(Path(name) / "alone.db", mine, 0)
        among = await _place(Path(name) / "among.db", mine, others)
        for place in (alone, among):
            for each in names:
                await place.round(each, 1)
            place.took.clear()
        for _ in range(rounds):
            for each in names:
                for place in (alone, among):
                    await place.round(each, _TIMES)
        for place in (alone, among):
            await place.house.close()
    return [
        Row(
            f"{each} of {mine:,} stories, among {mine + others:,}",
            "alone, CPU",
            ratio(among.took[each], alone.took[each]),
            "×",
            1.3,
            detail=f"{median(among.took[each]):.2f} ms beside {median(alone.took[each]):.2f} ms",
        )
        for each in names
    ]


if __name__ == "__main__":
    run(measure)
