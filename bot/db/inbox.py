"""What arrived and is not worked off yet: one writer commits everyone who waits in a single transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text

from bot.db.engine import EVERY_WORKSPACE, Database
from bot.db.inbox_writing import DONE, FAILED, MOST_AT_ONCE, UNCONDITIONAL, Waiting, write_batch
from bot.db.values import clean, instant, micros
from bot.domain.identity import Workspace
from bot.ports.inbox import InboxEntry, OnlyIfCheckOpen

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


class SqlInbox:
    """See `bot.ports.inbox.Inbox`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, entry: InboxEntry, *, only_if: OnlyIfCheckOpen | None = None) -> bool:
        """On disk when this returns; False where it was there already or `only_if` does not hold."""
        condition = (
            UNCONDITIONAL
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
        return await self._commit(Waiting(_future(), entry=row))

    async def done(self, workspace: Workspace, key: str, *, at: datetime) -> None:
        """Worked off: the payload is wiped, the key stays until it is purged."""
        values = {"workspace": workspace, "key": key, "at": micros(at)}
        await self._commit(Waiting(_future(), update=DONE, values=values))

    async def failed(self, workspace: Workspace, key: str, *, reason: str, at: datetime) -> None:
        """Counts an attempt; after five the entry rests, its payload kept."""
        values = {"workspace": workspace, "key": key, "reason": reason, "at": micros(at)}
        await self._commit(Waiting(_future(), update=FAILED, values=values))

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

    async def _commit(self, waiting: Waiting) -> bool:
        """Wait for the next commit. Whoever stops waiting does not stop it for the others."""
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await waiting.done

    async def _write(self) -> None:
        """Commit batch after batch; while one is written, the next one gathers."""
        while self._waiting:
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            try:
                new = await write_batch(self._database, batch)
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


def _fail(batch: Sequence[Waiting], error: BaseException) -> None:
    for waiting in batch:
        if isinstance(error, Exception) and not waiting.done.done():
            waiting.done.set_exception(error)
        else:
            waiting.done.cancel()
