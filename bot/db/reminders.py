"""Which reminder lines and questions a team has had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.domain.identity import TeamId, Workspace

_USED = text(
    "SELECT key, used_on FROM reminder_used WHERE workspace = :workspace AND team = :team AND used_on >= :since"
    " ORDER BY used_on"
)
_USE = text(
    "INSERT INTO reminder_used (workspace, team, used_on, key) VALUES (:workspace, :team, :on, :key)"
    " ON CONFLICT DO NOTHING"
)
_USED_ON = text(
    "SELECT key FROM reminder_used WHERE workspace = :workspace AND team = :team AND used_on = :on"
)


class SqlReminders:
    """See `bot.ports.digests.Reminders`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def used(self, workspace: Workspace, team: TeamId, since: date) -> Sequence[tuple[str, date]]:
        """(key, date) of lines used since, oldest first."""
        values = {"workspace": workspace, "team": team, "since": since.isoformat()}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_USED, values)).all()
        return [(row.key, date.fromisoformat(row.used_on)) for row in rows]

    async def use(self, workspace: Workspace, team: TeamId, key: str, on: date) -> None:
        """Note a line for a date; a second note for that date keeps the first."""
        values = {"workspace": workspace, "team": team, "key": key, "on": on.isoformat()}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_USE, values)

        await self._database.write(work)

    async def used_on(self, workspace: Workspace, team: TeamId, on: date) -> str | None:
        """The line of that date."""
        values = {"workspace": workspace, "team": team, "on": on.isoformat()}
        async with self._database.reading() as connection:
            key: str | None = (await connection.execute(_USED_ON, values)).scalar_one_or_none()
        return key
