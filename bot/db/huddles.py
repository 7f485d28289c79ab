"""Huddles and who said "any time": ids and states, never a word of a story."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_rows import among, owe
from bot.db.values import instant, maybe_instant, maybe_micros, micros, new_id
from bot.domain.deliveries import NewDelivery
from bot.domain.huddles import Huddle, HuddleState
from bot.domain.identity import TeamId, UserId, Workspace

FORGET = (
    "DELETE FROM huddle WHERE workspace = :workspace AND teller = :user",
    "UPDATE huddle SET asked_by = '' WHERE workspace = :workspace AND asked_by = :user",
    'DELETE FROM huddle_any_time WHERE workspace = :workspace AND "user" = :user',
)
"""What forgetting a person does here."""

_OPEN = text(
    "INSERT INTO huddle (workspace, id, team, story, teller, asked_by, at, state, told_at) VALUES"
    " (:workspace, :id, :team, :story, :teller, :asked_by, :at, :state, :told_at) ON CONFLICT DO NOTHING"
)
_GET = text("SELECT * FROM huddle WHERE workspace = :workspace AND id = :huddle")
_OF_TEAM = text("SELECT * FROM huddle WHERE workspace = :workspace AND team = :team ORDER BY at, id")
_DECIDE = text(
    "UPDATE huddle SET state = :state, told_at = COALESCE(:told_at, told_at)"
    " WHERE workspace = :workspace AND id = :huddle AND state = :before"
)
_ANY_TIME = text(
    'INSERT INTO huddle_any_time (workspace, "user", since) VALUES (:workspace, :user, :now)'
    " ON CONFLICT DO NOTHING"
)
_ASK_FIRST = text('DELETE FROM huddle_any_time WHERE workspace = :workspace AND "user" = :user')
_WHO = among('SELECT "user" FROM huddle_any_time WHERE workspace = :workspace AND "user" IN :users', "users")


class SqlHuddles:
    """See `bot.ports.huddles.Huddles`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def open(self, huddle: Huddle, *, enqueue: Sequence[NewDelivery] = ()) -> Huddle | None:
        """Insert a huddle and owe its messages; None where that story was up before."""
        wanted = replace(huddle, id=huddle.id or new_id(huddle.at))

        async def work(connection: AsyncConnection) -> Huddle | None:
            if not (await connection.execute(_OPEN, _values_of(wanted))).rowcount:
                return None
            await owe(connection, [replace(new, subject=new.subject or wanted.id) for new in enqueue])
            return wanted

        return await self._database.write(work)

    async def get(self, workspace: Workspace, huddle: str) -> Huddle | None:
        """One huddle."""
        async with self._database.reading() as connection:
            values = {"workspace": workspace, "huddle": huddle}
            row = (await connection.execute(_GET, values)).one_or_none()
        return None if row is None else _huddle(row)

    async def of_team(self, workspace: Workspace, team: TeamId) -> Sequence[Huddle]:
        """Every huddle of a team, oldest first."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_OF_TEAM, {"workspace": workspace, "team": team})).all()
        return [_huddle(row) for row in rows]

    async def decide(
        self,
        workspace: Workspace,
        huddle: str,
        state: HuddleState,
        *,
        before: HuddleState,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        """Move it from `before` to `state` and owe messages; False where it was not in `before`."""
        values: dict[str, Any] = {"workspace": workspace, "huddle": huddle, "before": before.value}
        values["state"] = state.value
        values["told_at"] = micros(at) if state is HuddleState.TOLD else None

        async def work(connection: AsyncConnection) -> bool:
            if not (await connection.execute(_DECIDE, values)).rowcount:
                return False
            await owe(connection, [replace(new, subject=new.subject or huddle) for new in enqueue])
            return True

        return await self._database.write(work)

    async def set_any_time(self, workspace: Workspace, user: UserId, *, yes: bool, now: datetime) -> None:
        """The person need not be asked first (or, again, is)."""
        values = {"workspace": workspace, "user": user} | ({"now": micros(now)} if yes else {})
        async with self._database.writing() as connection:
            await connection.execute(_ANY_TIME if yes else _ASK_FIRST, values)

    async def any_time(self, workspace: Workspace, users: Collection[UserId]) -> frozenset[UserId]:
        """Those of `users` who need not be asked."""
        if not users:
            return frozenset()
        values = {"workspace": workspace, "users": sorted(users)}
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(_WHO, values)).scalars())


def _values_of(huddle: Huddle) -> dict[str, Any]:
    return {
        "workspace": huddle.workspace,
        "id": huddle.id,
        "team": huddle.team,
        "story": huddle.story,
        "teller": huddle.teller,
        "asked_by": huddle.asked_by,
        "at": micros(huddle.at),
        "state": huddle.state.value,
        "told_at": maybe_micros(huddle.told_at),
    }


def _huddle(row: Any) -> Huddle:
    return Huddle(
        id=row.id,
        workspace=row.workspace,
        team=row.team,
        story=row.story,
        teller=row.teller,
        asked_by=row.asked_by,
        at=instant(row.at),
        state=HuddleState(row.state),
        told_at=maybe_instant(row.told_at),
    )
