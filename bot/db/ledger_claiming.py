"""Claiming: in one transaction, what a lane sends next and at what pace."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase, in_dialect
from bot.db.ledger_rows import COLUMNS, LONGEST_WAIT, delivery_of, micros, over_or
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.pacing import MICROSECONDS, reserve
from bot.domain.quiet import Reason
from bot.ports.ledger import Claim, Lane

# A message on its way holds back the next one to the same recipient this long, so that they arrive in order.
_IN_ORDER = 10 * MICROSECONDS
# Pages of rows that one claim puts aside before it lets others write; the reaper does the bulk.
_PAGES = 20

_LANE = """
SELECT tat, paused_until, (SELECT retry_at FROM parked WHERE workspace = :workspace AND recipient = '') AS refused_until
FROM lane WHERE workspace = :workspace AND owner = :owner AND fence = :fence AND leased_until > {clock} {lock}
"""
_DUE = text(f"""
SELECT {COLUMNS}, (SELECT reason FROM parked p WHERE p.workspace = :workspace AND p.recipient = d.recipient
  AND p.retry_at > :now) AS refused
FROM delivery d WHERE workspace = :workspace AND state = 'queued' AND due_at <= :now AND {over_or("again_at")}
  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.workspace = :workspace AND e.recipient = d.recipient
    AND e.state = 'sending' AND e.claimed_at > :now - {_IN_ORDER})
  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.workspace = :workspace AND e.recipient = d.recipient
    AND e.sent_at > :now - :gap AND e.sent_at <= :now)
ORDER BY priority, due_at, id LIMIT :limit
""")
_SKIP = text("UPDATE delivery SET state = 'skipped', reason = :reason WHERE id = :id AND state = 'queued'")
_PARK = text("UPDATE delivery SET state = 'parked', reason = :reason WHERE id = :id AND state = 'queued'")
# What was to be shown anew before is said by the words composed now; what changes from here on is not.
_CLAIM = text(
    "UPDATE delivery SET state = 'sending', fence = :fence, claimed_at = :now, again_at = 0, reason = NULL,"
    " attempts = attempts + 1, shown = wanted WHERE id = :id AND state = 'queued'"
)
_RESERVE = text("UPDATE lane SET tat = :tat WHERE workspace = :workspace")


class LedgerClaiming(LedgerBase):
    """The one statement of a lane that decides what is sent by whom."""

    async def claim(self, lane: Lane, *, now: datetime, per_minute: int, limit: int = 5) -> Claim:
        """Set up to `limit` due rows to `sending` with this lane's fence, each with its rate slot."""
        at = micros(now)
        async with self._database.writing() as connection:
            held = await _lane(connection, lane)
            if held is None or at < (held["refused_until"] or 0):
                return Claim()
            if at < held["paused_until"] <= at + LONGEST_WAIT:
                return Claim(wait=timedelta(microseconds=held["paused_until"] - at))
            slots = reserve(at, held["tat"], per_minute, limit)
            if not slots.after:
                return Claim(wait=timedelta(microseconds=slots.wait))
            due = await _due(
                connection, lane, at, gap=MICROSECONDS if per_minute else 0, limit=len(slots.after)
            )
            if not due:
                return Claim()
            slots = reserve(at, held["tat"], per_minute, len(due))
            await _take(connection, lane, at, due, slots.tat)
        taken = [_taken(each, lane, now) for each in due]
        return Claim(tuple(zip(taken, [timedelta(microseconds=after) for after in slots.after], strict=True)))


async def _lane(connection: AsyncConnection, lane: Lane) -> RowMapping | None:
    values = {"workspace": lane.workspace, "owner": lane.owner, "fence": lane.fence}
    return (await connection.execute(in_dialect(_LANE, connection), values)).mappings().first()


async def _due(
    connection: AsyncConnection, lane: Lane, at: int, *, gap: int, limit: int
) -> Sequence[Delivery]:
    """The first due rows, one a recipient; what can no longer be sent is put aside on the way."""
    values = {"workspace": lane.workspace, "now": at, "gap": gap, "limit": 2 * limit + 10}
    for _ in range(_PAGES):
        rows = (await connection.execute(_DUE, values)).mappings().all()
        expired = [row["id"] for row in rows if row["expires_at"] is not None and row["expires_at"] <= at]
        refused = {row["id"]: row["refused"] for row in rows if row["refused"] is not None}
        if not expired and not refused:
            firsts = {row["recipient"]: row for row in reversed(rows)}
            return [delivery_of(row) for row in rows if firsts[row["recipient"]] is row][:limit]
        if expired:
            await connection.execute(
                _SKIP, [{"id": each, "reason": Reason.EXPIRED.value} for each in expired]
            )
        if refused:
            await connection.execute(
                _PARK, [{"id": each, "reason": reason} for each, reason in refused.items()]
            )
    return []


async def _take(connection: AsyncConnection, lane: Lane, at: int, due: Sequence[Delivery], tat: int) -> None:
    await connection.execute(_CLAIM, [{"id": each.id, "fence": lane.fence, "now": at} for each in due])
    await connection.execute(_RESERVE, {"workspace": lane.workspace, "tat": tat})


def _taken(due: Delivery, lane: Lane, now: datetime) -> Delivery:
    return replace(
        due,
        state=DeliveryState.SENDING,
        fence=lane.fence,
        claimed_at=now,
        reason=None,
        attempts=due.attempts + 1,
        shown=due.wanted,
    )
