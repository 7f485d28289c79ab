"""Who did what: ids only, never text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.values import instant, micros
from bot.domain.identity import Workspace

_NOTE = text(
    "INSERT INTO audit (workspace, at, actor, action, about) VALUES (:workspace, :at, :actor, :action, :about)"
)
_LINES = text(
    "SELECT at, actor, action, about FROM audit WHERE workspace = :workspace AND at >= :since"
    " ORDER BY at DESC, number DESC LIMIT :limit"
)
_PURGE = text(
    "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < :before ORDER BY number LIMIT :limit)"
)


async def note(
    connection: AsyncConnection, workspace: Workspace, *, actor: str, action: str, about: str, at: datetime
) -> None:
    """Add a line within the caller's transaction."""
    values = {"workspace": workspace, "at": micros(at), "actor": actor, "action": action, "about": about}
    await connection.execute(_NOTE, values)


class SqlAudit:
    """See `bot.ports.forgetting.Audit`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def note(
        self, workspace: Workspace, *, actor: str, action: str, about: str = "", at: datetime
    ) -> None:
        """Add a line."""

        async def work(connection: AsyncConnection) -> None:
            await note(connection, workspace, actor=actor, action=action, about=about, at=at)

        await self._database.write(work)

    async def lines(
        self, workspace: Workspace, *, since: datetime | None = None, limit: int = 1000
    ) -> Sequence[tuple[datetime, str, str, str]]:
        """(at, actor, action, about), newest first."""
        values = {"workspace": workspace, "since": 0 if since is None else micros(since), "limit": limit}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_LINES, values)).all()
        return [(instant(row.at), row.actor, row.action, row.about) for row in rows]

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete lines of every workspace older than that. How many."""
        async with self._database.writing() as connection:
            return (await connection.execute(_PURGE, {"before": micros(before), "limit": limit})).rowcount
