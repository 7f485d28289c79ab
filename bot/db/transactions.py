"""A transaction written as one plain function: run in a single trip to the thread of SQLite's driver, or on PostgreSQL.

An AsyncConnection goes to SQLite's thread and back for each cursor, statement, fetch and commit. Where a transaction is
run for every message, those trips cost several times what SQLite itself does.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports.problems import StoreProblem

Result = TypeVar("Result")
Values = Mapping[str, Any]
MOST_AT_ONCE = 200


class Row(Protocol):
    """One row of an answer."""

    def __getitem__(self, column: str, /) -> Any:
        """What it holds in that column."""


class Statements(Protocol):
    """What a transaction may ask its database. Every statement names its values (`:name`); both databases read it."""

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""

    def rows(self, sql: str, values: Values) -> Sequence[Row]:
        """The rows that a statement gives."""

    def change(self, sql: str, values: Values) -> int:
        """How many rows a statement changed."""

    def change_each(self, sql: str, values: Sequence[Values]) -> None:
        """The same statement with each of these values."""


Work = Callable[[Statements], Result]
"""Everything that one transaction does. It may be run again, so it changes nothing but the database."""


class _OnFile:
    """Statements by SQLite's own driver, on the driver's thread."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()
        self._cursor.row_factory = sqlite3.Row

    def rows(self, sql: str, values: Values) -> Sequence[Row]:
        return self._cursor.execute(sql, values).fetchall()

    def change(self, sql: str, values: Values) -> int:
        return self._cursor.execute(sql, values).rowcount

    def change_each(self, sql: str, values: Sequence[Values]) -> None:
        self._cursor.executemany(sql, values)


class _OnServer:
    """Statements by SQLAlchemy."""

    dialect = "postgresql"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values) -> Sequence[Row]:
        return self._connection.execute(_text(sql), values).mappings().all()

    def change(self, sql: str, values: Values) -> int:
        return self._connection.execute(_text(sql), values).rowcount

    def change_each(self, sql: str, values: Sequence[Values]) -> None:
        self._connection.execute(_text(sql), values)


@dataclass(eq=False, slots=True)
class _Waiting:
    """One transaction to be, and whoever waits for it to be on disk."""

    work: Work[Any]
    done: asyncio.Future[Any]
    alone: bool = False

    def settle(self, result: object) -> None:
        if not self.done.done():  # cancelled: nobody waits any more
            self.done.set_result(result)

    def fail(self, problem: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(problem)


class FileWriter:
    """Runs transactions on an SQLite file. Those that gather while one is committed share the next commit."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
        """`connect` gives the one writing connection's driver, outside any transaction."""
        self._connect = connect
        self._waiting: list[_Waiting] = []
        self._batch: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, work: Work[Result]) -> Result:
        """Run it as a transaction: on disk when this returns, undone where it raises. Whoever stops waiting does not
        stop it."""
        waiting = _Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
            self._writer.add_done_callback(self._ended)
        result: Result = await waiting.done
        return result

    async def _write(self) -> None:
        """Commit batch after batch; while one is written, the next one gathers."""
        while self._waiting:
            try:
                async with self._connect() as driver:
                    # Only now: while others had the connection, more came.
                    works = [waiting.work for waiting in self._next()]
                    results = await _trip(driver, works)
            except Exception as problem:  # noqa: BLE001 - whoever waits gets it; the next batch may fare better
                self._failed(self._batch or self._next(), problem)
            else:
                for waiting, result in zip(self._batch, results, strict=True):
                    waiting.settle(result)
            self._batch = []

    def _ended(self, writer: asyncio.Task[None]) -> None:
        """Nobody is told that theirs is on disk where the writer was stopped, even before its first step."""
        if writer.cancelled():
            for waiting in (*self._batch, *self._waiting):
                waiting.done.cancel()

    def _next(self) -> Sequence[_Waiting]:
        most = 1 if self._waiting[0].alone else MOST_AT_ONCE
        self._batch, self._waiting = self._waiting[:most], self._waiting[most:]
        return self._batch

    def _failed(self, batch: Sequence[_Waiting], problem: Exception) -> None:
        # The database's trouble is everybody's; a bug is of one of them, and that one fails alone.
        if len(batch) == 1 or isinstance(problem, StoreProblem):
            for waiting in batch:
                waiting.fail(problem)
        else:
            for waiting in batch:
                waiting.alone = True
            self._waiting[:0] = batch


async def _trip(driver: Any, works: Sequence[Work[Any]]) -> Sequence[Any]:
    try:
        # The driver's one way to its thread with a function of ours: all that is public runs a single statement.
        results: Sequence[Any] = await driver._execute(_run, driver._conn, works)
    except sqlite3.Error as error:
        # As SQLAlchemy would raise it, so that an operator gets it in words.
        raise DBAPIError("a transaction", None, error, hide_parameters=True) from error
    return results


def _run(connection: sqlite3.Connection, works: Sequence[Work[Any]]) -> Sequence[Any]:
    """On the driver's thread: all of them one after the other, in one transaction."""
    statements = _OnFile(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        results = [work(statements) for work in works]
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return results


async def write_to_server(connection: AsyncConnection, work: Work[Result]) -> Result:
    """Run it within the transaction that the connection is in."""
    return await connection.run_sync(lambda plain: work(_OnServer(plain)))


@lru_cache(maxsize=256)
def _text(sql: str) -> TextClause:
    return text(sql)
