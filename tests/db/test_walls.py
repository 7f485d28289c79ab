"""The second wall: PostgreSQL itself shows stories only to the workspace that was named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db.engine import EVERY_WORKSPACE, Database
from bot.db.problems import DatabaseProblem
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.db.walls import WALLED
from bot.domain.stories import Source, Story

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"

_HOPE = text(
    "INSERT INTO hope (workspace, id, kind, person, origin, due_on, state, created_at)"
    " VALUES (:workspace, 'h1', 'promise', 'alice', 'view:1', '2027-03-01', 'open', 1)"
)
_CUSTOMER = text(
    "INSERT INTO customer (workspace, id, owner, name, folded, created_at)"
    " VALUES (:workspace, 'c1', 'alice', 'Northwind', 'northwind', 1)"
)


@pytest.fixture
async def told(postgres: Database) -> Database:
    """One story each in two workspaces, with the same ids of people and messages."""
    store = SqlStore(postgres)
    for workspace in (ACME, OTHER):
        story = Story("", workspace, "sales", "alice", f"Of {workspace}.", NOW, NOW.date(), Source.DM, "D1:1")
        kept = await store.stories.keep(story)
        await store.stories.mark_read(workspace, kept.story.id, "bob", at=NOW)
        async with postgres.writing(workspace) as connection:
            for statement in (_HOPE, _CUSTOMER):
                await connection.execute(statement, {"workspace": workspace})
    return postgres


async def counted(database: Database, table: str, workspace: str | None) -> int:
    async with database.reading(workspace) as connection:
        return int((await connection.execute(text(f"SELECT COUNT(*) FROM {table}"))).scalar_one())


@pytest.mark.parametrize("table", WALLED)
async def test_a_question_that_forgets_its_workspace_finds_only_the_named_one(
    told: Database, table: str
) -> None:
    assert await counted(told, table, ACME) == 1
    assert await counted(told, table, None) == 0
    assert await counted(told, table, "slack:T3") == 0
    assert await counted(told, table, EVERY_WORKSPACE) == 2


@pytest.mark.parametrize("table", WALLED)
async def test_a_change_that_forgets_its_workspace_touches_only_the_named_one(
    told: Database, table: str
) -> None:
    async with told.writing(ACME) as connection:
        await connection.execute(text(f"DELETE FROM {table}"))

    assert await counted(told, table, ACME) == 0
    assert await counted(told, table, OTHER) == 1


async def test_nothing_can_be_written_into_another_workspace(told: Database) -> None:
    statement = text("UPDATE story SET workspace = :other")

    with pytest.raises((DBAPIError, DatabaseProblem)):
        async with told.writing(ACME) as connection:
            await connection.execute(statement, {"other": OTHER})


async def test_the_name_does_not_outlive_its_transaction(told: Database) -> None:
    for _ in range(6):
        assert await counted(told, "story", ACME) == 1
        async with told.writing() as connection:
            assert (await connection.execute(text("SELECT COUNT(*) FROM story"))).scalar_one() == 0


# The workspaces themselves, and hashes of installations that were begun: whose they will be, nobody knows yet.
NOBODYS = {"workspace", "install_state"}


def test_every_table_says_whose_its_rows_are() -> None:
    without = [
        table.name
        for table in metadata.sorted_tables
        if table.name not in NOBODYS and "workspace" not in table.columns
    ]

    assert without == []
