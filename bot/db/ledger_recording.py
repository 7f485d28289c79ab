"""What became of a claimed delivery, written where the fence still matches; everyone who waits shares one commit."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from bot.db.engine import Database
from bot.db.ledger_base import LedgerBase
from bot.db.ledger_refusals import mend, with_refusals
from bot.db.ledger_rows import micros
from bot.db.transactions import Statements
from bot.domain.deliveries import DeliveryState
from bot.domain.identity import DeliveryId, Workspace
from bot.ports.ledger import Lane

# All that wait are one value and one statement: each more is a hand-over between two threads, or two machines.
_FIELDS = {
    "id": "text",
    "fence": "bigint",
    "state": "text",
    "reason": "text",
    "ts": "text",
    "channel": "text",
    "sent_at": "bigint",
    "due_at": "bigint",
    "again_at": "bigint",
    "returned": "bigint",
}
# Ids are ours alone, so the whole key of a row is its id.
_RECORD = """
UPDATE delivery SET state = o.state, reason = o.reason, ts = COALESCE(o.ts, delivery.ts),
  channel = COALESCE(o.channel, delivery.channel), sent_at = o.sent_at, due_at = COALESCE(o.due_at, delivery.due_at),
  again_at = o.again_at, attempts = delivery.attempts - o.returned,
  misses = CASE WHEN o.state = 'sending' THEN delivery.misses + 1 ELSE 0 END
FROM {outcomes} WHERE delivery.id = o.id AND delivery.fence = o.fence AND delivery.state = 'sending'
RETURNING delivery.id, delivery.workspace, delivery.recipient
"""
_MOST_AT_ONCE = 200
# A commit costs as much as sending a message does. Nobody sees this wait: the message stands already.
_GATHER_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One outcome and whoever waits for it to be on disk."""

    values: dict[str, Any]
    done: asyncio.Future[bool]


class LedgerRecording(LedgerBase):
    """Writes outcomes; while one commit runs, the outcomes that arrive gather for the next."""

    def __init__(self, database: Database) -> None:
        """Write to that database."""
        super().__init__(database)
        self._outcomes: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def record(
        self,
        lane: Lane,
        delivery: DeliveryId,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        channel: str | None = None,
        reason: str | None = None,
        due_at: datetime | None = None,
        again_at: datetime | None = None,
        attempted: bool = True,
    ) -> bool:
        """Write what became of a claimed row; False where its fence is another by now."""
        values = {
            "id": delivery,
            "fence": lane.fence,
            "state": state.value,
            "reason": reason,
            "ts": ts,
            "channel": channel,
            "sent_at": micros(now) if state is DeliveryState.SENT else None,
            "due_at": None if due_at is None else micros(due_at),
            "again_at": 0 if again_at is None else micros(again_at),
            "returned": 0 if attempted else 1,
        }
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._outcomes.append(_Waiting(values, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._outcomes:
            await asyncio.sleep(_GATHER_SECONDS)
            batch, self._outcomes = self._outcomes[:_MOST_AT_ONCE], self._outcomes[_MOST_AT_ONCE:]
            try:
                outcomes = {waiting.values["id"]: waiting.values for waiting in batch}
                written = await self._database.transact(partial(_record, outcomes))
            except Exception as problem:  # noqa: BLE001 - whoever waits gets it; the next batch may fare better
                for waiting in batch:
                    _settle(waiting, problem)
            else:
                for waiting in batch:
                    _settle(waiting, waiting.values["id"] in written)


def _settle(waiting: _Waiting, outcome: bool | Exception) -> None:
    if waiting.done.done():  # cancelled: nobody waits any more
        return
    if isinstance(outcome, Exception):
        waiting.done.set_exception(outcome)
    else:
        waiting.done.set_result(outcome)


def _record(outcomes: Mapping[DeliveryId, Mapping[str, Any]], statements: Statements) -> set[DeliveryId]:
    values = {"outcomes": json.dumps(list(outcomes.values()))}
    rows = statements.rows(_record_in(statements.dialect), values)
    reached: dict[Workspace, set[str]] = {}
    for row in rows:
        if outcomes[row["id"]]["sent_at"]:
            reached.setdefault(row["workspace"], set()).add(row["recipient"])
    for workspace in with_refusals(statements, reached) if reached else ():
        at = max(outcome["sent_at"] or 0 for outcome in outcomes.values())
        mend(statements, workspace, reached[workspace], at=at)
    return {row["id"] for row in rows}


@cache
def _record_in(dialect: str) -> str:
    if dialect == "sqlite":
        fields = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in _FIELDS)
        return _RECORD.replace("{outcomes}", f"(SELECT {fields} FROM json_each(:outcomes)) AS o")
    fields = ", ".join(f"{name} {kind}" for name, kind in _FIELDS.items())
    return _RECORD.replace("{outcomes}", f"json_to_recordset(CAST(:outcomes AS json)) AS o ({fields})")
