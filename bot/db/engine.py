"""The database connection: who reads, who writes, and how both stay honest on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.db.problems import DatabaseProblem, problem_of, tell_no_words
from bot.db.sqlite_file import prepare_file, remember_pragmas
from bot.db.transactions import FileWriter, Work, write_to_server

Result = TypeVar("Result")

EVERY_WORKSPACE = "*"
"""What house jobs say in place of a workspace, so that PostgreSQL shows them every row."""

_TRIES = 6
# A serialization failure and a deadlock: PostgreSQL took nothing and asks for the whole transaction again.
_AGAIN = frozenset({"40001", "40P01"})
_TIMEOUTS = {"statement": 20_000, "lock": 8_000, "idle_in_transaction_session": 30_000}
_POSTGRESQL_OPTIONS = "-c timezone=UTC " + " ".join(
    f"-c {name}_timeout={ms}" for name, ms in _TIMEOUTS.items()
)
_AS_WORKSPACE = text("SELECT set_config('purpose.workspace', :workspace, true)")


class Database:
    """Connections to one database: several to read, on SQLite exactly one to write."""

    def __init__(self, readers: AsyncEngine, writers: AsyncEngine, path: Path | None) -> None:
        """Made by `open_database`. `path` is the SQLite file, None on PostgreSQL."""
        self._readers = readers
        self._writers = writers
        self.path = path
        self._file = FileWriter(self.driver)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file beside the bot rather than a server."""
        return self.path is not None

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._readers.dialect.name

    @asynccontextmanager
    async def reading(self, workspace: str | None = None) -> AsyncIterator[AsyncConnection]:
        """A connection that sees what is committed, statement by statement.

        On PostgreSQL the rows of people's stories show only to a `workspace` that is named here.
        """
        if workspace is not None and not self.is_sqlite:
            async with self.writing(workspace) as connection:
                yield connection
            return
        with _in_words():
            async with self._readers.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self, workspace: str | None = None) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back where it raises.

        On SQLite nobody else writes meanwhile, so keep it short and wait for nothing but the database in it.
        """
        with _in_words():
            async with self._writers.begin() as connection:
                if workspace is not None and not self.is_sqlite:
                    await connection.execute(_AS_WORKSPACE, {"workspace": workspace})
                yield connection

    async def write(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], workspace: str | None = None
    ) -> Result:
        """Run `work` in one transaction; the whole of it again where PostgreSQL found a deadlock."""
        for tried in range(1, _TRIES):
            try:
                async with self.writing(workspace) as connection:
                    return await work(connection)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                    raise
            # Not all at once again; no secret depends on this number.
            await asyncio.sleep(random.uniform(0.002, 0.01) * 2**tried)  # noqa: S311
        async with self.writing(workspace) as connection:
            return await work(connection)

    async def transact(self, work: Work[Result]) -> Result:
        """`write` for what is done for every message: a plain function, on SQLite in one trip to its driver."""
        if not self.is_sqlite:
            return await self.write(partial(write_to_server, work=work))
        return await self._file.write(work)

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[AsyncConnection]:
        """A writing connection outside any transaction, for VACUUM, checkpoints and pragmas."""
        with _in_words():
            async with self._writers.connect() as connection:
                options = {"isolation_level": "AUTOCOMMIT"} if not self.is_sqlite else {"outside": True}
                yield await connection.execution_options(**options)

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """The writing connection's own driver, outside any transaction; what is begun with it and not ended, because
        the block raises, is undone. SQLAlchemy's connection around it would cost as much as ten rows of the inbox."""
        with _in_words():
            connection = await self._writers.raw_connection()
            driver: Any = connection.driver_connection
            try:
                yield driver
            except BaseException:
                await driver.rollback()
                raise
            finally:
                connection.close()

    async def close(self) -> None:
        """Give every connection back."""
        await self._readers.dispose()
        await self._writers.dispose()


@contextmanager
def _in_words() -> Iterator[None]:
    """Raise a DatabaseProblem in place of those errors of the driver that an operator can mend."""
    try:
        yield
    except DBAPIError as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise problem from error
    except NoConnectionFree as error:
        raise DatabaseProblem("The database answers so slowly that no connection is free.") from error


def open_database(url: str, *, readers: int = 4, writers: int = 5) -> Database:
    """A database from DATABASE_URL: `sqlite:///FILE` or `postgresql://…`.

    Connects when it is first used. Raises DatabaseProblem for an address or a file that cannot be one.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    backend = address.get_backend_name() if address is not None else ""
    if address is not None and backend == "sqlite":
        return _open_sqlite(address, readers)
    if address is not None and backend in ("postgresql", "postgres"):
        return _open_postgresql(address, readers, writers)
    raise DatabaseProblem("DATABASE_URL is neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME.")


def _open_sqlite(address: URL, readers: int) -> Database:
    if not address.database or address.database == ":memory:":
        raise DatabaseProblem("DATABASE_URL names no file: write it as sqlite:///purpose-bot.db.")
    path = Path(address.database)
    prepare_file(path)
    address = address.set(drivername="sqlite+aiosqlite")
    # Our own queue for the one writing connection is fair; SQLite's lock is a lottery of sleeping threads.
    writing = create_async_engine(
        address,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        pool_reset_on_return=None,  # see `sqlite_file`
        hide_parameters=True,
    )
    reading = create_async_engine(
        address,
        pool_size=readers,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    remember_pragmas(writing.sync_engine, reading.sync_engine)
    return Database(reading, writing, path)


def _open_postgresql(address: URL, readers: int, writers: int) -> Database:
    address = address.set(drivername="postgresql+psycopg")
    connect = {
        "connect_timeout": 5,
        "application_name": "purpose-bot",
        "options": _POSTGRESQL_OPTIONS,
        "keepalives_idle": 30,
        "tcp_user_timeout": 15_000,
    }
    # Pre-ping, because a server that was restarted leaves dead connections in the pool.
    writing = create_async_engine(
        address,
        pool_size=writers,
        max_overflow=0,
        pool_timeout=20,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=connect,
    )
    reading = create_async_engine(
        address,
        pool_size=readers,
        max_overflow=0,
        pool_timeout=20,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=connect,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    for engine in (writing, reading):
        event.listen(engine.sync_engine, "handle_error", tell_no_words)
    return Database(reading, writing, None)
