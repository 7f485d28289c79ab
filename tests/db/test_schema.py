"""The schema that upgrades make is the one that the code was written for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event

import bot.db
from bot.db import hopes, outcome_tables
from bot.db.engine import Database
from bot.db.migrating import HEAD
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.domain.stories import Source, Story, Viewer
from bot.ports.stories import StoryQuery

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME = "slack:T1"
# Made by each database in its own words, beside the metadata.
OWN = ("story_search", "ix_story_words_found", "found")


def differences(connection: Connection) -> list[str]:
    found = compare_metadata(MigrationContext.configure(connection), metadata)
    return [str(each) for each in found if not any(name in str(each) for name in OWN)]


async def test_upgrading_makes_the_schema_that_the_code_was_written_for(database: Database) -> None:
    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []


def test_the_code_knows_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.db.__file__).parent / "migrations"))

    script = ScriptDirectory.from_config(config)

    assert script.get_heads() == [HEAD]
    assert [each.revision for each in script.walk_revisions()] == [
        f"{number:04d}" for number in range(int(HEAD), 0, -1)
    ]


def test_a_hope_is_kept_with_every_column_of_its_table() -> None:
    assert tuple(column.name for column in outcome_tables.hope.columns) == hopes._NAMES


async def test_no_question_about_stories_reads_a_whole_table(sqlite: Database) -> None:
    store = SqlStore(sqlite)
    asked: list[tuple[str, Any]] = []
    viewer = Viewer("alice", teams=frozenset({"sales"}))
    story = Story("", ACME, "sales", "alice", "Told.", NOW, NOW.date(), Source.DM, "D1:1", check="check-1")

    with _listening(sqlite, asked):
        kept = (await store.stories.keep(story)).story
        for query in (
            StoryQuery(),
            StoryQuery(team="sales", viewer=viewer, since=NOW),
            StoryQuery(teller="alice"),
            StoryQuery(check="check-1"),
        ):
            await store.stories.find(ACME, query)
        await store.stories.search(ACME, "told", viewer)
        await store.stories.unread(ACME, viewer, "sales")
        await store.stories.extend(ACME, kept.id, origin="D1:2", text="More.", at=NOW)
        await store.stories.edit_message(ACME, "D1:2", "Less.", edited="1", at=NOW)
        await store.checks.by_message(ACME, "C1", "1.1")
        await store.checks.due(now=NOW)
        await store.digests.latest(ACME, "sales")
        await store.digests.showing(ACME, kept.id)
        await store.teams.by_channel(ACME, "C1")
        await store.teams.managed_by(ACME, "alice")
        await store.inbox.pending(older_than=NOW)
        await store.forgetting.expired(before=NOW)
        await store.hopes.due(ACME, "alice", on=NOW.date())
        await store.hopes.of_person(ACME, "alice")
        await store.hopes.of_stories(ACME, [kept.id])
        await store.hopes.told(ACME, "sales", since=NOW, until=NOW)
        await store.hopes.tried(ACME, ["sales"], without="alice")
        await store.hopes.taken_since(ACME, "alice", since=NOW, until=NOW)

    scans = {
        f"{step}: {' '.join(statement.split())}"
        for statement, values in asked
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
        for step in (await _plan(sqlite, statement, values)).splitlines()
        if step.startswith("SCAN")
        and not any(small in step for small in ("CONSTANT", "VIRTUAL TABLE", "(", "SUBQUERY"))
    }
    assert scans == set()


async def _plan(database: Database, statement: str, values: Any) -> str:
    async with database.reading() as connection:
        rows: Sequence[Any] = (
            await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ).all()
    return "\n".join(str(row[3]) for row in rows)


@contextmanager
def _listening(database: Database, asked: list[tuple[str, Any]]) -> Iterator[None]:
    engines = [engine.sync_engine for engine in (database._readers, database._writers)]

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        asked.append((statement, values[0] if many else values))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
