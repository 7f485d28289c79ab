"""What the platform refuses: parked until somebody mends it, tried again now and then, never forever."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase
from bot.db.ledger_rows import among, micros
from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.quiet import Reason

TRY_AGAIN_AFTER = timedelta(hours=6)
_EVERYBODY = ""

_NOTE = text(
    "INSERT INTO parked (workspace, recipient, reason, since, retry_at)"
    " VALUES (:workspace, :recipient, :reason, :now, :retry_at) ON CONFLICT (workspace, recipient) DO NOTHING"
)
_KNOWN = text(
    "UPDATE parked SET reason = :reason, retry_at = :retry_at WHERE workspace = :workspace AND recipient = :recipient"
)
_PARK = (
    "UPDATE delivery SET state = 'parked', reason = :reason WHERE workspace = :workspace AND state = 'queued'"
)
_PARK_ALL, _PARK_FOR = text(_PARK), text(f"{_PARK} AND recipient = :recipient")
_ANY = text("SELECT recipient FROM parked WHERE workspace = :workspace")
_WHERE_ANY = among("SELECT DISTINCT workspace FROM parked WHERE workspace IN :workspaces", "workspaces")
_FORGET = among("DELETE FROM parked WHERE workspace = :workspace AND recipient IN :recipients", "recipients")
_MENDED = (
    "workspace = :workspace AND state = 'parked' AND NOT EXISTS (SELECT 1 FROM parked p"
    " WHERE p.workspace = :workspace AND p.recipient IN (delivery.recipient, ''))"
)
_TOO_LATE = text(
    f"UPDATE delivery SET state = 'skipped', reason = :reason WHERE expires_at <= :now AND {_MENDED}"
)
_BACK = text(f"UPDATE delivery SET state = 'queued', reason = NULL, again_at = 0 WHERE {_MENDED}")
# What stands and could not be changed, given up or not.
_CHANGE = (
    "UPDATE delivery SET wanted = wanted + 1, misses = 0, again_at = 0"
    " WHERE workspace = :workspace AND state = 'sent' AND reason IS NOT NULL"
)
_CHANGE_ALL, _CHANGE_THERE = text(_CHANGE), text(f"{_CHANGE} AND recipient = :recipient")


class LedgerRefusals(LedgerBase):
    """Parks and unparks."""

    async def park(
        self, workspace: Workspace, recipient: UserId | ChannelId | None, reason: str, *, now: datetime
    ) -> bool:
        """Note a refusal and park what is queued for that recipient; True the first time."""
        async with self._database.writing() as connection:
            return await refuse(connection, workspace, recipient, reason, now=now)

    async def unpark(
        self, workspace: Workspace, recipient: UserId | ChannelId | None, *, now: datetime
    ) -> int:
        """Queue again what has not expired, for one recipient or (None) the whole workspace. How many."""
        async with self._database.writing() as connection:
            if recipient is not None:
                await connection.execute(_CHANGE_THERE, {"workspace": workspace, "recipient": recipient})
                return await mend(connection, workspace, {recipient}, at=micros(now), everybody=False)
            await connection.execute(_CHANGE_ALL, {"workspace": workspace})
            known = (await connection.execute(_ANY, {"workspace": workspace})).scalars().all()
            return await mend(connection, workspace, set(known), at=micros(now))


async def refuse(
    connection: AsyncConnection,
    workspace: Workspace,
    recipient: UserId | ChannelId | None,
    reason: str,
    *,
    now: datetime,
) -> bool:
    """Within the caller's transaction: `LedgerRefusals.park`."""
    values = {"workspace": workspace, "recipient": recipient or _EVERYBODY, "reason": reason}
    times = {"now": micros(now), "retry_at": micros(now + TRY_AGAIN_AFTER)}
    first = (await connection.execute(_NOTE, values | times)).rowcount == 1
    if not first:
        await connection.execute(_KNOWN, values | {"retry_at": times["retry_at"]})
    if recipient is None:
        await connection.execute(_PARK_ALL, {"workspace": workspace, "reason": reason})
    else:
        await connection.execute(_PARK_FOR, values)
    return first


async def with_refusals(connection: AsyncConnection, workspaces: Collection[Workspace]) -> set[Workspace]:
    """Those where anybody is parked: mostly none, and then nothing is to be mended."""
    found = await connection.execute(_WHERE_ANY, {"workspaces": sorted(workspaces)})
    return set(found.scalars())


async def mend(
    connection: AsyncConnection,
    workspace: Workspace,
    recipients: Collection[str],
    *,
    at: int,
    everybody: bool = True,
) -> int:
    """Within the caller's transaction: those recipients are reachable, and with `everybody` so is the workspace.
    How many rows are queued again."""
    known = set((await connection.execute(_ANY, {"workspace": workspace})).scalars())
    mended = known & ({*recipients, _EVERYBODY} if everybody else {*recipients})
    if not mended:
        return 0
    await connection.execute(_FORGET, {"workspace": workspace, "recipients": list(mended)})
    values = {"workspace": workspace, "now": at, "reason": Reason.EXPIRED.value}
    await connection.execute(_TOO_LATE, values)
    return (await connection.execute(_BACK, {"workspace": workspace})).rowcount
