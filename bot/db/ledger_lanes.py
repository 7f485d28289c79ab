"""Lanes in the database: who may send for a workspace now, and until when nobody may."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import text

from bot.db.ledger_base import LedgerBase, in_dialect, worded
from bot.db.ledger_rows import LONGEST_WAIT, micros, over_or
from bot.domain.identity import Workspace
from bot.ports.ledger import Lane

# A lease that ends later than any lease can was given before the clock was set back, and is not believed.
_LONGEST_LEASE = 120_000_000
_FREE = (
    "(lane.owner IS NULL OR lane.leased_until <= {clock} OR lane.leased_until > {clock} + "
    f"{_LONGEST_LEASE})"
)
# The same owner keeps its fence while its lease runs; whoever takes a lane gets a new one.
_LEASE = f"""
INSERT INTO lane (workspace, owner, fence, leased_until) VALUES (:workspace, :owner, 1, {{clock}} + :length)
ON CONFLICT (workspace) DO UPDATE SET
  fence = CASE WHEN lane.owner = :owner AND lane.leased_until > {{clock}} THEN lane.fence ELSE lane.fence + 1 END,
  owner = :owner, leased_until = {{clock}} + :length
WHERE lane.owner = :owner OR {_FREE}
RETURNING fence
"""
_RELEASE = "UPDATE lane SET owner = NULL WHERE workspace = :workspace AND owner = :owner AND fence = :fence"
_OWNERS = text("SELECT DISTINCT owner FROM lane WHERE owner IS NOT NULL")
_FREE_OWNER = text("UPDATE lane SET owner = NULL WHERE owner = :owner")
_PAUSE = text(
    "INSERT INTO lane (workspace, paused_until) VALUES (:workspace, :until) ON CONFLICT (workspace) DO UPDATE SET"
    f" paused_until = CASE WHEN lane.paused_until BETWEEN :until AND :until + {LONGEST_WAIT}"
    " THEN lane.paused_until ELSE :until END"
)
_RING = f"""
SELECT w.workspace FROM (
  SELECT workspace FROM delivery WHERE state = 'queued' AND due_at <= :now AND {over_or("again_at")}
  UNION SELECT workspace FROM delivery WHERE state = 'sending' AND {over_or("again_at")}
  UNION SELECT workspace FROM delivery WHERE state = 'sent' AND wanted > shown AND {over_or("again_at")}
) w
LEFT JOIN lane ON lane.workspace = w.workspace
LEFT JOIN parked ON parked.workspace = w.workspace AND parked.recipient = ''
WHERE (lane.workspace IS NULL OR ({_FREE} AND {over_or("lane.paused_until")}))
  AND (parked.workspace IS NULL OR parked.retry_at <= :now)
LIMIT :limit
"""


class LedgerLanes(LedgerBase):
    """Leases and pauses; one conditional statement decides each race."""

    async def ring(self, *, now: datetime, limit: int = 1000) -> Sequence[Workspace]:
        """Workspaces with something to do now whose lane is free."""
        async with self._database.reading() as connection:
            values = {"now": micros(now), "limit": limit}
            return (await connection.execute(in_dialect(_RING, connection), values)).scalars().all()

    async def lease(self, workspace: Workspace, owner: str, *, seconds: float) -> Lane | None:
        """Take or prolong the lane for at most two minutes; None while another owner holds it."""
        length = min(int(seconds * 1_000_000), _LONGEST_LEASE)
        values = {"workspace": workspace, "owner": owner, "length": length}
        given = await self._database.transact(
            lambda statements: statements.rows(worded(_LEASE, statements.dialect), values)
        )
        if not given:
            return None
        return Lane(workspace, owner, fence=given[0]["fence"], seconds_left=length / 1_000_000)

    async def free(self, dead: Callable[[str], bool]) -> int:
        """Give back the lanes of owners that are surely gone."""
        async with self._database.reading() as connection:
            owners = (await connection.execute(_OWNERS)).scalars().all()
        gone = [{"owner": owner} for owner in owners if dead(owner)]
        if gone:
            async with self._database.writing() as connection:
                await connection.execute(_FREE_OWNER, gone)
        return len(gone)

    async def release(self, lane: Lane) -> None:
        """Give the lane back at once."""
        values = {"workspace": lane.workspace, "owner": lane.owner, "fence": lane.fence}
        await self._database.transact(lambda statements: statements.change(_RELEASE, values))

    async def pause(self, workspace: Workspace, *, until: datetime) -> None:
        """Nothing is claimed before `until`; the later of two pauses counts."""
        async with self._database.writing() as connection:
            await connection.execute(_PAUSE, {"workspace": workspace, "until": micros(until)})
