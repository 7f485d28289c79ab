"""What arrived and is not worked off yet: one writer commits everyone who waits in a single transaction."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import EVERY_WORKSPACE, Database
from bot.db.values import clean, instant, micros
from bot.domain.identity import Workspace
from bot.ports.stores import InboxEntry, OnlyIfCheckOpen

_MOST_AT_ONCE = 200
MOST_ATTEMPTS = 5
"""After so many an entry rests: its payload stays, for a person to look at."""

_VALUE = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The first row tells PostgreSQL the types of the columns.
_FIRST_VALUE = (
    "(?, ?, ?, ?, CAST(? AS BIGINT), ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))"
)
_KEEP = """
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
_DONE = text(
    "UPDATE inbox SET state = 'done', payload = '', reason = NULL, changed_at = :at"
    " WHERE workspace = :workspace AND key = :key"
)
_FAILED = text(
    f"UPDATE inbox SET state = CASE WHEN attempts + 1 >= {MOST_ATTEMPTS} THEN 'resting' ELSE state END,"
    " attempts = attempts + 1, reason = :reason, changed_at = :at"
    " WHERE workspace = :workspace AND key = :key AND state = 'pending'"
)
_PENDING = text(
    "SELECT workspace, key, kind, payload, received_at, attempts, sender FROM inbox"
    " WHERE state = 'pending' AND received_at < :older_than ORDER BY received_at, key LIMIT :limit"
)
_DEPTH = text(
    "SELECT state, COUNT(*) AS entries FROM inbox WHERE state IN ('pending', 'resting') GROUP BY state"
)
_PURGE = text(
    "DELETE FROM inbox WHERE (workspace, key) IN (SELECT workspace, key FROM inbox"
    " WHERE state = 'done' AND received_at < :before ORDER BY received_at LIMIT :limit)"
)
# Edits and deletions whose message never came: by now it will not.
_PURGE_EARLY = text("DELETE FROM story_message WHERE story IS NULL AND at < :before")


@dataclass(eq=False, slots=True)
class _Waiting:
    """One entry or one update of an entry, and whoever waits for it to be on disk."""

    done: asyncio.Future[bool]
    entry: tuple[Any, ...] | None = None
    update: TextClause | None = None
    values: dict[str, Any] = field(default_factory=dict)


class SqlInbox:
    """See `bot.ports.stores.Inbox`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, entry: InboxEntry, *, only_if: OnlyIfCheckOpen | None = None) -> bool:
        """On disk when this returns; False where it was there already or `only_if` does not hold."""
        condition = (
            (None, None, None, None)
            if only_if is None
            else (only_if.channel, only_if.thread, only_if.origin, only_if.starter)
        )
        row = (
            entry.workspace,
            entry.key,
            entry.kind,
            clean(entry.payload),
            micros(entry.received_at),
            entry.sender,
            *condition,
        )
        return await self._commit(_Waiting(_future(), entry=row))

    async def done(self, workspace: Workspace, key: str, *, at: datetime) -> None:
        """Worked off: the payload is wiped, the key stays until it is purged."""
        values = {"workspace": workspace, "key": key, "at": micros(at)}
        await self._commit(_Waiting(_future(), update=_DONE, values=values))

    async def failed(self, workspace: Workspace, key: str, *, reason: str, at: datetime) -> None:
        """Counts an attempt; after five the entry rests, its payload kept."""
        values = {"workspace": workspace, "key": key, "reason": reason, "at": micros(at)}
        await self._commit(_Waiting(_future(), update=_FAILED, values=values))

    async def pending(self, *, older_than: datetime, limit: int = 500) -> Sequence[InboxEntry]:
        """Entries received before that instant and not worked off, oldest first."""
        async with self._database.reading() as connection:
            values = {"older_than": micros(older_than), "limit": limit}
            rows = (await connection.execute(_PENDING, values)).all()
        return [
            InboxEntry(
                workspace=row.workspace,
                key=row.key,
                kind=row.kind,
                payload=row.payload,
                received_at=instant(row.received_at),
                attempts=row.attempts,
                sender=row.sender,
            )
            for row in rows
        ]

    async def depth(self) -> Mapping[str, int]:
        """How many entries are pending, and how many rest after too many attempts."""
        async with self._database.reading() as connection:
            found = {row.state: row.entries for row in (await connection.execute(_DEPTH)).all()}
        return {"pending": found.get("pending", 0), "resting": found.get("resting", 0)}

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete worked-off keys received before that instant, and edits whose message never came."""
        async with self._database.writing(EVERY_WORKSPACE) as connection:
            values = {"before": micros(before), "limit": limit}
            await connection.execute(_PURGE_EARLY, values)
            return (await connection.execute(_PURGE, values)).rowcount

    async def flush(self) -> None:
        """Wait until everyone who waits now is on disk."""
        if self._writer is not None:
            await asyncio.wait([self._writer])

    async def _commit(self, waiting: _Waiting) -> bool:
        """Wait for the next commit. Whoever stops waiting does not stop it for the others."""
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await waiting.done

    async def _write(self) -> None:
        """Commit batch after batch; while one is written, the next one gathers."""
        while self._waiting:
            batch = self._waiting[:_MOST_AT_ONCE]
            del self._waiting[:_MOST_AT_ONCE]
            try:
                new = await self._database.write(partial(_write_batch, batch), EVERY_WORKSPACE)
            except BaseException as error:
                # Nobody is told that their row is safe; an Exception is theirs to report, not this task's.
                _fail(batch, error)
                if not isinstance(error, Exception):
                    _fail(self._waiting, error)
                    raise
                continue
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_result(waiting in new)


def _future() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()


def _fail(batch: Sequence[_Waiting], error: BaseException) -> None:
    for waiting in batch:
        if isinstance(error, Exception) and not waiting.done.done():
            waiting.done.set_exception(error)
        else:
            waiting.done.cancel()


async def _write_batch(batch: Sequence[_Waiting], connection: AsyncConnection) -> set[_Waiting]:
    """Write what waits, entries before updates. Returns those whose entry is new."""
    new = await _insert(connection, [waiting for waiting in batch if waiting.entry is not None])
    for statement in (_DONE, _FAILED):
        values = [waiting.values for waiting in batch if waiting.update is statement]
        if values:
            await connection.execute(statement, values)
    return new


async def _insert(connection: AsyncConnection, batch: Sequence[_Waiting]) -> set[_Waiting]:
    if not batch:
        return set()
    statement = _keep_statement(len(batch), connection.dialect.name)
    values = tuple(value for waiting in batch for value in waiting.entry or ())
    rows = (await connection.exec_driver_sql(statement, values)).all()
    written: set[tuple[Any, ...]] = {tuple(row) for row in rows}
    new: set[_Waiting] = set()
    for waiting in batch:
        name = (waiting.entry or ())[:2]
        if name in written:
            # Of two who bring the same key at once, the first one is new.
            written.discard(name)
            new.add(waiting)
    return new


@lru_cache(maxsize=2 * _MOST_AT_ONCE)
def _keep_statement(rows: int, dialect: str) -> str:
    statement = _KEEP.format(values=", ".join([_FIRST_VALUE] + [_VALUE] * (rows - 1)))
    return statement if dialect == "sqlite" else statement.replace("?", "%s")
