"""Drawing a digest up asks the database a handful of questions, and only one of them reads stories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from bot.db.engine import Database
from bot.db.store import SqlStore
from bot.domain.digests import DigestState
from bot.domain.stories import Source, Story
from bot.domain.teams import Team
from bot.usecases.digest_choosing import DigestChoosing

ACME = "slack:T1"
FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
WEEK = timedelta(weeks=1)
TEAM = Team("sales", ACME, "C1", "Sales", "America/New_York", managers=("alice",))


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    engines = [engine.sync_engine for engine in (database._readers, database._writers)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_week_is_one_question_about_stories_however_many_there_are(sqlite: Database) -> None:
    store = SqlStore(sqlite)
    choosing = DigestChoosing(store)
    for week in range(3):
        hour = FRIDAY + week * WEEK
        for number in range(12):
            at = hour - timedelta(hours=number + 1)
            text = f"Customer {week}-{number} has an easier morning since we called."
            teller, origin = f"teller-{number}", f"D:{week}-{number}"
            told = Story("", ACME, "sales", teller, text, at, at.date(), Source.DM, origin)
            await store.stories.keep(told)
        if week < 2:
            planned = await store.digests.plan(await choosing.draw_up(TEAM, hour))
            await store.digests.change(replace(planned, state=DigestState.POSTED))

    with statements(sqlite) as asked:
        drawn = await choosing.draw_up(TEAM, FRIDAY + 2 * WEEK)

    assert len(drawn.picks) == 12
    assert len([each for each in asked if "FROM story" in each]) == 1
    assert len(asked) <= 4
