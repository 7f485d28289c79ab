"""Writing a batch of the inbox: everyone who waits, in one transaction, in as few steps as the database allows."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import EVERY_WORKSPACE, Database

MOST_AT_ONCE = 200
MOST_ATTEMPTS = 5
"""After so many an entry rests: its payload stays, for a person to look at."""

_VALUE = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The first row tells PostgreSQL the types of the columns.
_FIRST_VALUE = (
    "(?, ?, ?, ?, CAST(? AS BIGINT), ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))"
)
UNCONDITIONAL = (None, None, None, None)
"""Of an entry that is kept in any case."""
_KEEP = (
    "INSERT INTO inbox (workspace, key, kind, payload, received_at, sender) VALUES {values}"
    " ON CONFLICT DO NOTHING RETURNING workspace, key"
)
_KEEP_SOME = """
WITH entry (workspace, key, kind, payload, received_at, sender, channel, thread, origin, starter)
  AS (VALUES {values})
INSERT INTO inbox (workspace, key, kind, payload, received_at, sender)
SELECT workspace, key, kind, payload, received_at, sender FROM entry e
WHERE e.channel IS NULL
  OR EXISTS (SELECT 1 FROM purpose_check c WHERE c.workspace = e.workspace AND c.channel = e.channel
    AND c.state = 'open' AND (c.ts = e.thread OR (c.ts IS NULL AND e.starter IN
      (SELECT w.bot_user FROM workspace w WHERE w.key = e.workspace))))
  OR (e.origin <> '' AND EXISTS (SELECT 1 FROM story_message m
    WHERE m.workspace = e.workspace AND m.origin = e.origin AND m.story IS NOT NULL))
ON CONFLICT DO NOTHING RETURNING workspace, key
"""
DONE = text(
    "UPDATE inbox SET state = 'done', payload = '', reason = NULL, changed_at = :at"
    " WHERE workspace = :workspace AND key = :key"
)
FAILED = text(
    f"UPDATE inbox SET state = CASE WHEN attempts + 1 >= {MOST_ATTEMPTS} THEN 'resting' ELSE state END,"
    " attempts = attempts + 1, reason = :reason, changed_at = :at"
    " WHERE workspace = :workspace AND key = :key AND state = 'pending'"
)


@dataclass(eq=False, slots=True)
class Waiting:
    """One entry or one update of an entry, and whoever waits for it to be on disk."""

    done: asyncio.Future[bool]
    entry: tuple[Any, ...] | None = None
    update: TextClause | None = None
    values: dict[str, Any] = field(default_factory=dict)


async def write_batch(database: Database, batch: Sequence[Waiting]) -> set[Waiting]:
    """Commit what waits. Returns those whose entry is new."""
    if not database.is_sqlite:
        return await database.write(partial(_write_to_server, batch), EVERY_WORKSPACE)
    async with database.driver() as driver:
        try:
            return await _write_to_file(batch, driver)
        except sqlite3.Error as error:
            # As SQLAlchemy would raise it, so that an operator gets it in words.
            raise DBAPIError("the inbox", None, error, hide_parameters=True) from error


async def _write_to_file(batch: Sequence[Waiting], driver: Any) -> set[Waiting]:
    """Write what waits by SQLite's own driver: each step of SQLAlchemy's cursors is a trip to another thread and back,
    and those cost more than the writing."""
    updates = _updates(batch)
    if not updates:
        # One statement outside any transaction is a transaction, on disk when it returns.
        return await _insert_into_file(batch, driver)
    await driver.execute_fetchall("BEGIN IMMEDIATE")
    new = await _insert_into_file(batch, driver)
    for statement, values in updates:
        await driver.executemany(statement.text, values)
    await driver.commit()
    return new


async def _insert_into_file(batch: Sequence[Waiting], driver: Any) -> set[Waiting]:
    entries, statement, values = _inserts(batch, "sqlite")
    return _new(entries, await driver.execute_fetchall(statement, values)) if entries else set()


async def _write_to_server(batch: Sequence[Waiting], connection: AsyncConnection) -> set[Waiting]:
    """Write what waits, entries before updates."""
    entries, statement, values = _inserts(batch, connection.dialect.name)
    new = _new(entries, (await connection.exec_driver_sql(statement, values)).all()) if entries else set()
    for update, more in _updates(batch):
        await connection.execute(update, more)
    return new


def _updates(batch: Sequence[Waiting]) -> list[tuple[TextClause, list[dict[str, Any]]]]:
    """Each statement with the values of those who wait for it."""
    found = [
        (statement, [waiting.values for waiting in batch if waiting.update is statement])
        for statement in (DONE, FAILED)
    ]
    return [(statement, values) for statement, values in found if values]


def _inserts(batch: Sequence[Waiting], dialect: str) -> tuple[list[Waiting], str, tuple[Any, ...]]:
    """Those with an entry, one statement for all of them, and its values."""
    entries = [waiting for waiting in batch if waiting.entry is not None]
    rows = [waiting.entry for waiting in entries if waiting.entry is not None]
    some = any(row[-len(UNCONDITIONAL) :] != UNCONDITIONAL for row in rows)
    width = None if some else -len(UNCONDITIONAL)
    values = tuple(value for row in rows for value in row[:width])
    return entries, _keep_statement(len(rows), dialect, conditional=some), values


def _new(entries: Sequence[Waiting], written: Iterable[Sequence[Any]]) -> set[Waiting]:
    """Those whose key is written now."""
    keys: set[tuple[Any, ...]] = {tuple(row) for row in written}
    new: set[Waiting] = set()
    for waiting in entries:
        name = (waiting.entry or ())[:2]
        if name in keys:
            # Of two who bring the same key at once, the first one is new.
            keys.discard(name)
            new.add(waiting)
    return new


@lru_cache(maxsize=4 * MOST_AT_ONCE)
def _keep_statement(rows: int, dialect: str, *, conditional: bool) -> str:
    if conditional:
        statement = _KEEP_SOME.format(values=", ".join([_FIRST_VALUE] + [_VALUE] * (rows - 1)))
    else:
        statement = _KEEP.format(values=", ".join(["(?, ?, ?, ?, ?, ?)"] * rows))
    return statement if dialect == "sqlite" else statement.replace("?", "%s")
