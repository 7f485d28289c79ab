"""What the platform refuses: parked until somebody mends it, tried again now and then, never forever."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase, worded
from bot.db.ledger_rows import micros
from bot.db.transactions import Statements
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
_ANY = "SELECT recipient FROM parked WHERE workspace = :workspace"
_WHERE_ANY = "SELECT DISTINCT workspace FROM parked WHERE workspace IN {workspaces}"
_FORGET = "DELETE FROM parked WHERE workspace = :workspace AND recipient IN {recipients}"
_MENDED = (
    "workspace = :workspace AND state = 'parked' AND NOT EXISTS (SELECT 1 FROM parked p"
    " WHERE p.workspace = :workspace AND p.recipient IN (delivery.recipient, ''))"
)
_TOO_LATE = f"UPDATE delivery SET state = 'skipped', reason = :reason WHERE expires_at <= :now AND {_MENDED}"
_BACK = f"UPDATE delivery SET state = 'queued', reason = NULL, again_at = 0 WHERE {_MENDED}"
# What stands and could not be changed, given up or not.
_CHANGE_ALL = (
    "UPDATE delivery SET wanted = wanted + 1, misses = 0, again_at = 0"
    " WHERE workspace = :workspace AND state = 'sent' AND reason IS NOT NULL"
)
_CHANGE_THERE = f"{_CHANGE_ALL} AND recipient = :recipient"


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

        def work(statements: Statements) -> int:
            if recipient is not None:
                statements.change(_CHANGE_THERE, {"workspace": workspace, "recipient": recipient})
                return mend(statements, workspace, {recipient}, at=micros(now), everybody=False)
            statements.change(_CHANGE_ALL, {"workspace": workspace})
            return mend(statements, workspace, None, at=micros(now))

        return await self._database.transact(work)


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


def with_refusals(statements: Statements, workspaces: Collection[Workspace]) -> set[Workspace]:
    """Those where anybody is parked: mostly none, and then nothing is to be mended."""
    values = {"workspaces": json.dumps(sorted(workspaces))}
    found = statements.rows(worded(_WHERE_ANY, statements.dialect, "workspaces"), values)
    return {row["workspace"] for row in found}


def mend(
    statements: Statements,
    workspace: Workspace,
    recipients: Collection[str] | None,
    *,
    at: int,
    everybody: bool = True,
) -> int:
    """Within the caller's transaction: those recipients (None: all) are reachable, and with `everybody` so is the
    workspace. How many rows are queued again."""
    known = {row["recipient"] for row in statements.rows(_ANY, {"workspace": workspace})}
    mended = known if recipients is None else known & {*recipients, *([_EVERYBODY] if everybody else [])}
    if not mended:
        return 0
    forgotten = {"workspace": workspace, "recipients": json.dumps(sorted(mended))}
    statements.change(worded(_FORGET, statements.dialect, "recipients"), forgotten)
    values = {"workspace": workspace, "now": at, "reason": Reason.EXPIRED.value}
    statements.change(_TOO_LATE, values)
    return statements.change(_BACK, {"workspace": workspace})
