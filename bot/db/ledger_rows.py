"""Between the ledger's rows and the domain: instants, new deliveries in, deliveries out."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.transactions import Row
from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery, Priority

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# No wait in the ledger is longer; one that seems so was noted while the clock was wrong, and is over.
LONGEST_WAIT = 3_600_000_000

COLUMNS = (
    "id, workspace, subject, kind, recipient, local_date, number, due_at, expires_at, priority, team, channel, thread, "
    "data, state, reason, attempts, fence, claimed_at, sent_at, ts, wanted, shown, misses"
)
_NEW = (
    "id, workspace, subject, kind, recipient, local_date, number, due_at, expires_at, priority, team, channel, thread, "
    "data, state, reason"
)
_OWE = text(f"INSERT INTO delivery ({_NEW}) VALUES (:{_NEW.replace(', ', ', :')}) ON CONFLICT DO NOTHING")
# A statement a row is what PostgreSQL would spend its time on.
_OWE_MANY = text(f"""
INSERT INTO delivery ({_NEW}) SELECT {_NEW} FROM json_to_recordset(CAST(:rows AS json)) AS row (
  id text, workspace text, subject text, kind text, recipient text, local_date text, number int, due_at bigint,
  expires_at bigint, priority int, team text, channel text, thread text, data text, state text, reason text)
ON CONFLICT DO NOTHING
""")
_MANY = 20


def micros(instant: datetime) -> int:
    """Microseconds since 1970; a naive datetime is a TypeError."""
    return (instant - EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The UTC instant that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=value)


def _maybe(value: int | None) -> datetime | None:
    return None if value is None else instant(value)


def over_or(column: str) -> str:
    """SQL: the wait noted in `column` is over at :now, or too long to be true."""
    return f"({column} <= :now OR {column} > :now + {LONGEST_WAIT})"


def among(sql: str, *names: str) -> TextClause:
    """A statement whose named parameters are lists of texts, for IN; PostgreSQL needs the type of an empty one."""
    return text(sql).bindparams(*(bindparam(name, expanding=True, type_=Text()) for name in names))


def delivery_of(row: Row) -> Delivery:
    """A row of `COLUMNS` as the domain's value."""
    return Delivery(
        workspace=row["workspace"],
        subject=row["subject"],
        kind=Kind(row["kind"]),
        recipient=row["recipient"],
        due_at=instant(row["due_at"]),
        local_date=date.fromisoformat(row["local_date"]) if row["local_date"] else None,
        number=row["number"],
        channel=row["channel"],
        thread=row["thread"],
        expires_at=_maybe(row["expires_at"]),
        priority=Priority(row["priority"]),
        team=row["team"],
        data=json.loads(row["data"]),
        id=row["id"],
        state=DeliveryState(row["state"]),
        reason=row["reason"],
        attempts=row["attempts"],
        fence=row["fence"],
        ts=row["ts"],
        claimed_at=_maybe(row["claimed_at"]),
        sent_at=_maybe(row["sent_at"]),
        wanted=row["wanted"],
        shown=row["shown"],
        misses=row["misses"],
    )


def key_of(new: NewDelivery) -> dict[str, Any]:
    """The columns by which a message is one of a kind."""
    return {
        "workspace": new.workspace,
        "subject": new.subject,
        "kind": new.kind.value,
        "recipient": new.recipient,
        "local_date": new.local_date.isoformat() if new.local_date else "",
        "number": new.number,
    }


def _row_of(turn: int, new: NewDelivery, skipped: str | None) -> dict[str, Any]:
    due_at = micros(new.due_at)
    return {
        # Due time, then turn: what is owed together stands together in the index and goes out in that order.
        "id": f"{due_at:015x}{turn:04x}{secrets.token_hex(6)}",
        **key_of(new),
        "due_at": due_at,
        "expires_at": None if new.expires_at is None else micros(new.expires_at),
        "priority": int(new.priority),
        "team": new.team,
        "channel": new.channel,
        "thread": new.thread,
        "data": json.dumps(dict(new.data)) if new.data else "{}",
        "state": (DeliveryState.QUEUED if skipped is None else DeliveryState.SKIPPED).value,
        "reason": skipped,
    }


async def owe(
    connection: AsyncConnection,
    deliveries: Sequence[NewDelivery],
    skipped: Iterable[tuple[NewDelivery, str]] = (),
) -> int:
    """Insert messages within the caller's transaction, `skipped` ones with the reason they will never be sent. What
    is owed already (same unique key) stays as it is. How many were new."""
    rows = [_row_of(turn, new, None) for turn, new in enumerate(deliveries)]
    rows += [_row_of(turn, new, reason) for turn, (new, reason) in enumerate(skipped)]
    if not rows:
        return 0
    if len(rows) >= _MANY and connection.dialect.name == "postgresql":
        return (await connection.execute(_OWE_MANY, {"rows": json.dumps(rows)})).rowcount
    return (await connection.execute(_OWE, rows)).rowcount
