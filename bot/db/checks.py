"""Purpose checks: opened, posted, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_rows import owe
from bot.db.marking import mark_check
from bot.db.values import clean, instant, maybe_instant, micros, new_id
from bot.domain.checks import Check, CheckState
from bot.domain.deliveries import NewDelivery
from bot.domain.identity import ChannelId, CheckId, UserId, Workspace

_OPEN = text("""
INSERT INTO purpose_check (workspace, id, team, channel, question, asked_by, opened_at, closes_at, state, ts, origin)
VALUES (:workspace, :id, :team, :channel, :question, :asked_by, :opened_at, :closes_at, 'open', :ts, :origin)
ON CONFLICT DO NOTHING
""")
_ALL = "SELECT * FROM purpose_check WHERE"
_GET = text(f"{_ALL} workspace = :workspace AND id = :check")
_BY_ORIGIN = text(f"{_ALL} workspace = :workspace AND origin = :origin AND origin <> ''")
_BY_MESSAGE = text(f"{_ALL} workspace = :workspace AND channel = :channel AND ts = :ts")
_DUE = text(f"{_ALL} state = 'open' AND closes_at <= :now ORDER BY closes_at, id LIMIT :limit")
_OPEN_IN = text(f"{_ALL} state = 'open' AND workspace = :workspace ORDER BY opened_at, id")
_POSTED = text(
    "UPDATE purpose_check SET channel = :channel, ts = :ts WHERE workspace = :workspace AND id = :check"
)
_CLOSE = text(
    "UPDATE purpose_check SET state = 'closed', closed_at = :at, closed_by = :by"
    " WHERE workspace = :workspace AND id = :check AND state = 'open'"
)
_ANSWERED = text(
    "SELECT COUNT(DISTINCT teller) FROM story WHERE workspace = :workspace AND check_id = :check AND state = 'kept'"
)


class SqlChecks:
    """See `bot.ports.checks.Checks`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def open(self, check: Check, *, enqueue: Sequence[NewDelivery] = ()) -> Check:
        """Insert a check, or return the one that its origin made."""
        wanted = replace(check, id=check.id or new_id(check.opened_at), question=clean(check.question))

        async def work(connection: AsyncConnection) -> Check:
            if (await connection.execute(_OPEN, _values_of(wanted))).rowcount:
                await owe(connection, [replace(new, subject=new.subject or wanted.id) for new in enqueue])
                return wanted
            names = {"workspace": wanted.workspace, "origin": wanted.origin, "check": wanted.id}
            for statement in (_BY_ORIGIN, _GET):
                row = (await connection.execute(statement, names)).mappings().one_or_none()
                if row is not None:
                    return _check(row)
            raise LookupError("a check that clashes with none")

        return await self._database.write(work)

    async def get(self, workspace: Workspace, check: CheckId) -> Check | None:
        """One check."""
        return next(iter(await self._select(_GET, workspace=workspace, check=check)), None)

    async def by_message(self, workspace: Workspace, channel: ChannelId, ts: str) -> Check | None:
        """The check whose message this is."""
        found = await self._select(_BY_MESSAGE, workspace=workspace, channel=channel, ts=ts)
        return next(iter(found), None)

    async def posted(self, workspace: Workspace, check: CheckId, *, channel: ChannelId, ts: str) -> None:
        """Note the message's id."""
        values = {"workspace": workspace, "check": check, "channel": channel, "ts": ts}
        async with self._database.writing() as connection:
            await connection.execute(_POSTED, values)

    async def close(
        self,
        workspace: Workspace,
        check: CheckId,
        *,
        by: UserId | None,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        """Close it; False where somebody had. Its message is marked to be shown anew."""
        values = {"workspace": workspace, "check": check, "by": by, "at": micros(at)}

        async def work(connection: AsyncConnection) -> bool:
            if not (await connection.execute(_CLOSE, values)).rowcount:
                return False
            await mark_check(connection, workspace, check)
            await owe(connection, [replace(new, subject=new.subject or check) for new in enqueue])
            return True

        return await self._database.write(work)

    async def due(self, *, now: datetime, limit: int = 100) -> Sequence[Check]:
        """Open checks of every workspace whose time has come."""
        return await self._select(_DUE, now=micros(now), limit=limit)

    async def answered_by(self, workspace: Workspace, check: CheckId) -> int:
        """How many people answered."""
        async with self._database.reading(workspace) as connection:
            found = await connection.execute(_ANSWERED, {"workspace": workspace, "check": check})
            return int(found.scalar_one())

    async def open_in(self, workspace: Workspace) -> Sequence[Check]:
        """Open checks of one workspace."""
        return await self._select(_OPEN_IN, workspace=workspace)

    async def _select(self, statement: TextClause, **values: Any) -> Sequence[Check]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement, values)).mappings().all()
        return [_check(row) for row in rows]


def _values_of(check: Check) -> dict[str, Any]:
    return {
        "workspace": check.workspace,
        "id": check.id,
        "team": check.team,
        "channel": check.channel,
        "question": check.question,
        "asked_by": check.asked_by,
        "opened_at": micros(check.opened_at),
        "closes_at": micros(check.closes_at),
        "ts": check.ts,
        "origin": check.origin,
    }


def _check(row: RowMapping) -> Check:
    return Check(
        id=row["id"],
        workspace=row["workspace"],
        team=row["team"],
        channel=row["channel"],
        question=row["question"],
        asked_by=row["asked_by"],
        opened_at=instant(row["opened_at"]),
        closes_at=instant(row["closes_at"]),
        state=CheckState(row["state"]),
        closed_at=maybe_instant(row["closed_at"]),
        closed_by=row["closed_by"],
        ts=row["ts"],
        origin=row["origin"],
    )
