"""Keeping the ledger in order: what is no longer wanted, one unasked DM a day, and old rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase
from bot.db.ledger_rows import among, key_of, micros, owe
from bot.domain.deliveries import SHOWS_STORIES, Kind, NewDelivery
from bot.domain.identity import DeliveryId, UserId, Workspace
from bot.domain.quiet import Reason

_SETTLE = among(
    "UPDATE delivery SET state = 'skipped', reason = :reason WHERE workspace = :workspace AND recipient = :recipient"
    " AND state = 'queued' AND kind IN :kinds",
    "kinds",
)
_HASTEN = text(
    "UPDATE delivery SET due_at = :due_at, again_at = 0 WHERE workspace = :workspace AND subject = :subject"
    " AND kind = :kind AND recipient = :recipient AND local_date = :local_date AND number = :number"
    " AND state = 'queued' AND due_at > :due_at"
)
_TAKE_DAY = text(
    "INSERT INTO daily_dm (workspace, person, day, delivery) VALUES (:workspace, :person, :day, :delivery)"
    " ON CONFLICT DO NOTHING"
)
# A day taken by a message that never went out is free again.
_TAKE_OVER = text(
    "UPDATE daily_dm SET delivery = :delivery WHERE workspace = :workspace AND person = :person AND day = :day"
    " AND (delivery = :delivery OR EXISTS (SELECT 1 FROM delivery d WHERE d.id = daily_dm.delivery"
    " AND d.state IN ('skipped', 'failed', 'parked')))"
)
_REAP = text(
    "UPDATE delivery SET state = 'skipped', reason = :reason WHERE id IN (SELECT id FROM delivery"
    " WHERE state = 'queued' AND due_at <= :now AND expires_at <= :now LIMIT :limit)"
)
_OLD = among(
    "SELECT id FROM delivery WHERE due_at < :before AND state NOT IN ('queued', 'sending')"
    " AND (due_at < :stories_before OR state <> 'sent' OR kind NOT IN :kinds"
    "  AND NOT EXISTS (SELECT 1 FROM delivery_story s WHERE s.delivery = delivery.id)) ORDER BY id LIMIT :limit",
    "kinds",
)
_PURGE = (
    among("DELETE FROM delivery_story WHERE delivery IN :ids", "ids"),
    among("DELETE FROM delivery WHERE id IN :ids", "ids"),
)
_PURGE_DAYS = text("DELETE FROM daily_dm WHERE day < :day")
_MOST_IDS = 500


class LedgerKeeping(LedgerBase):
    """Owes, settles and forgets."""

    async def owe(self, deliveries: Sequence[NewDelivery]) -> int:
        """Insert messages; those whose unique key is taken are left as they are. How many were new."""
        async with self._database.writing() as connection:
            return await owe(connection, deliveries)

    async def hasten(self, deliveries: Sequence[NewDelivery]) -> None:
        """Owe messages; those queued for later are brought forward."""

        async def work(connection: AsyncConnection) -> None:
            await owe(connection, deliveries)
            for each in deliveries:
                await connection.execute(_HASTEN, key_of(each) | {"due_at": micros(each.due_at)})

        await self._database.write(work)

    async def settle(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], reason: str, now: datetime
    ) -> int:
        """Skip what is still queued for a person. How many."""
        values = {"workspace": workspace, "recipient": user, "reason": reason}
        async with self._database.writing() as connection:
            return (
                await connection.execute(_SETTLE, values | {"kinds": [kind.value for kind in kinds]})
            ).rowcount

    async def claim_day(self, workspace: Workspace, user: UserId, day: date, delivery: DeliveryId) -> bool:
        """Take the one unasked DM of a person and day."""
        values = {"workspace": workspace, "person": user, "day": day.isoformat(), "delivery": delivery}
        async with self._database.writing() as connection:
            if (await connection.execute(_TAKE_DAY, values)).rowcount == 1:
                return True
            return (await connection.execute(_TAKE_OVER, values)).rowcount == 1

    async def reap(self, *, now: datetime, limit: int = 10_000) -> int:
        """Skip queued rows that are past `expires_at` and that no lane came to. How many."""
        values = {"now": micros(now), "limit": limit, "reason": Reason.EXPIRED.value}
        async with self._database.writing() as connection:
            return (await connection.execute(_REAP, values)).rowcount

    async def purge(self, *, before: datetime, stories_before: datetime, limit: int = 10_000) -> int:
        """Delete ended rows due before that instant, a few hundred a transaction so that sending goes on meanwhile."""
        bounds = {
            "before": micros(before),
            "stories_before": micros(stories_before),
            "kinds": [kind.value for kind in SHOWS_STORIES],
        }
        purged = 0
        while purged < limit:
            async with self._database.writing() as connection:
                values = bounds | {"limit": min(_MOST_IDS, limit - purged)}
                ids = (await connection.execute(_OLD, values)).scalars().all()
                for statement in _PURGE if ids else ():
                    await connection.execute(statement, {"ids": list(ids)})
                await connection.execute(_PURGE_DAYS, {"day": before.date().isoformat()})
            purged += len(ids)
            if len(ids) < _MOST_IDS:
                break
        return purged
