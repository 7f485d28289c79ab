"""Claiming: in one transaction, what a lane sends next and at what pace."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.db.ledger_base import LedgerBase, worded
from bot.db.ledger_rows import COLUMNS, LONGEST_WAIT, delivery_of, micros, over_or
from bot.db.transactions import Row, Statements
from bot.domain.deliveries import Delivery
from bot.domain.identity import DeliveryId
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
_DUE = f"""
SELECT id, recipient, expires_at, (SELECT reason FROM parked p WHERE p.workspace = :workspace
  AND p.recipient = d.recipient AND p.retry_at > :now) AS refused
FROM delivery d WHERE workspace = :workspace AND state = 'queued' AND due_at <= :now AND {over_or("again_at")}
  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.workspace = :workspace AND e.recipient = d.recipient
    AND e.state = 'sending' AND e.claimed_at > :now - {_IN_ORDER})
  AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.workspace = :workspace AND e.recipient = d.recipient
    AND e.sent_at > :now - :gap AND e.sent_at <= :now)
ORDER BY priority, due_at, id LIMIT :limit
"""
_SKIP = "UPDATE delivery SET state = 'skipped', reason = :reason WHERE id = :id AND state = 'queued'"
_PARK = "UPDATE delivery SET state = 'parked', reason = :reason WHERE id = :id AND state = 'queued'"
# What was to be shown anew before is said by the words composed now; what changes from here on is not.
_CLAIM = f"""
UPDATE delivery SET state = 'sending', fence = :fence, claimed_at = :now, again_at = 0, reason = NULL,
  attempts = attempts + 1, shown = wanted WHERE id IN {{ids}} AND state = 'queued' RETURNING {COLUMNS}
"""
_RESERVE = "UPDATE lane SET tat = :tat WHERE workspace = :workspace"


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a lane asks for. Instants are microseconds since 1970."""

    lane: Lane
    at: int
    per_minute: int
    limit: int


class LedgerClaiming(LedgerBase):
    """The one statement of a lane that decides what is sent by whom."""

    async def claim(self, lane: Lane, *, now: datetime, per_minute: int, limit: int = 5) -> Claim:
        """Set up to `limit` due rows to `sending` with this lane's fence, each with its rate slot."""
        ask = _Ask(lane, micros(now), per_minute, limit)
        return await self._database.transact(lambda statements: _claim(statements, ask))


def _claim(statements: Statements, ask: _Ask) -> Claim:
    held = _held(statements, ask.lane)
    if held is None or ask.at < (held["refused_until"] or 0):
        return Claim()
    if ask.at < held["paused_until"] <= ask.at + LONGEST_WAIT:
        return Claim(wait=timedelta(microseconds=held["paused_until"] - ask.at))
    slots = reserve(ask.at, held["tat"], ask.per_minute, ask.limit)
    if not slots.after:
        return Claim(wait=timedelta(microseconds=slots.wait))
    due = _due(statements, ask, limit=len(slots.after))
    taken = _take(statements, ask, due) if due else []
    if not taken:
        return Claim()
    slots = reserve(ask.at, held["tat"], ask.per_minute, len(taken))
    statements.change(_RESERVE, {"workspace": ask.lane.workspace, "tat": slots.tat})
    return Claim(tuple(zip(taken, [timedelta(microseconds=after) for after in slots.after], strict=True)))


def _held(statements: Statements, lane: Lane) -> Row | None:
    values = {"workspace": lane.workspace, "owner": lane.owner, "fence": lane.fence}
    rows = statements.rows(worded(_LANE, statements.dialect), values)
    return rows[0] if rows else None


def _due(statements: Statements, ask: _Ask, *, limit: int) -> Sequence[DeliveryId]:
    """The first due rows, one a recipient; what can no longer be sent is put aside on the way."""
    gap = MICROSECONDS if ask.per_minute else 0
    values = {"workspace": ask.lane.workspace, "now": ask.at, "gap": gap, "limit": 2 * limit + 10}
    for _ in range(_PAGES):
        rows = statements.rows(_DUE, values)
        expired = [row["id"] for row in rows if row["expires_at"] is not None and row["expires_at"] <= ask.at]
        refused = [(row["id"], row["refused"]) for row in rows if row["refused"] is not None]
        if not expired and not refused:
            firsts = {row["recipient"]: row["id"] for row in reversed(rows)}
            return [row["id"] for row in rows if firsts[row["recipient"]] == row["id"]][:limit]
        if expired:
            statements.change_each(_SKIP, [{"id": each, "reason": Reason.EXPIRED.value} for each in expired])
        if refused:
            statements.change_each(_PARK, [{"id": each, "reason": reason} for each, reason in refused])
    return []


def _take(statements: Statements, ask: _Ask, due: Sequence[DeliveryId]) -> Sequence[Delivery]:
    """Those that are still queued (somebody may have answered this very moment), in the order of their turn."""
    values = {"ids": json.dumps(due), "fence": ask.lane.fence, "now": ask.at}
    rows = statements.rows(worded(_CLAIM, statements.dialect, "ids"), values)
    taken = {row["id"]: row for row in rows}
    return [delivery_of(taken[each]) for each in due if each in taken]
