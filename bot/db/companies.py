"""Companies: where a workspace's own digest goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_planning import save_schedules
from bot.db.values import clean
from bot.domain.deliveries import Kind, schedule_id
from bot.domain.identity import Workspace
from bot.domain.teams import Team, company_id

_GET = text("SELECT * FROM company WHERE workspace = :workspace")
_SAVE = text(
    "INSERT INTO company (workspace, channel, channel_name, name, zone)"
    " VALUES (:workspace, :channel, :channel_name, :name, :zone) ON CONFLICT (workspace) DO UPDATE SET"
    " channel = excluded.channel, channel_name = excluded.channel_name, name = excluded.name, zone = excluded.zone"
)
_REMOVE = text("DELETE FROM company WHERE workspace = :workspace")
_NO_SCHEDULE = text("DELETE FROM schedule WHERE workspace = :workspace AND id = :id")
_NOT_OWED = text("DELETE FROM delivery WHERE workspace = :workspace AND subject = :id AND state = 'queued'")


class SqlCompanies:
    """See `bot.ports.companies.Companies`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def get(self, workspace: Workspace) -> Team | None:
        """The company of a workspace, where its digest is switched on."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_GET, {"workspace": workspace})).one_or_none()
        if row is None:
            return None
        return Team(
            id=company_id(workspace),
            workspace=workspace,
            channel=row.channel,
            name=row.name,
            zone=row.zone,
            managers=(),
            channel_name=row.channel_name,
            company=row.name,
        )

    async def save(self, company: Team, *, now: datetime) -> Team:
        """Switch its digest on, or change it."""
        values = {
            "workspace": company.workspace,
            "channel": company.channel,
            "channel_name": clean(company.channel_name),
            "name": clean(company.name),
            "zone": company.zone,
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_SAVE, values)
            await save_schedules(connection, company, now)

        await self._database.write(work)
        saved = await self.get(company.workspace)
        if saved is None:
            raise LookupError("the company was taken away while it was saved")
        return saved

    async def remove(self, workspace: Workspace) -> bool:
        """Switch it off; what is posted stays."""
        values = {"workspace": workspace, "id": schedule_id(company_id(workspace), Kind.DIGEST)}

        async def work(connection: AsyncConnection) -> bool:
            gone = (await connection.execute(_REMOVE, values)).rowcount > 0
            await connection.execute(_NO_SCHEDULE, values)
            await connection.execute(_NOT_OWED, values)
            return gone

        return await self._database.write(work)
