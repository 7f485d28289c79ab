"""What became of a claimed delivery, written where the fence still matches; everyone who waits shares one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_base import LedgerBase, in_dialect
from bot.db.ledger_refusals import mend, with_refusals
from bot.db.ledger_rows import micros
from bot.domain.deliveries import DeliveryState
from bot.domain.identity import DeliveryId, Workspace
from bot.ports.ledger import Lane

# Ids are ours alone, so the whole key of a row is its id.
_HELD = "SELECT id, fence, workspace, recipient FROM delivery WHERE id IN :ids AND state = 'sending' {lock}"
_RECORD = text("""
UPDATE delivery SET state = :state, reason = :reason, ts = COALESCE(:ts, ts), channel = COALESCE(:channel, channel),
  sent_at = :sent_at, due_at = COALESCE(:due_at, due_at), again_at = :again_at, attempts = attempts - :returned,
  misses = CASE WHEN :state = 'sending' THEN misses + 1 ELSE 0 END
WHERE id = :id
""")
_MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One outcome and whoever waits for it to be on disk."""

    fence: int
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
        self._outcomes.append(_Waiting(lane.fence, values, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._outcomes:
            batch, self._outcomes = self._outcomes[:_MOST_AT_ONCE], self._outcomes[_MOST_AT_ONCE:]
            try:
                written = await self._database.write(partial(_record, batch))
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


async def _record(batch: Sequence[_Waiting], connection: AsyncConnection) -> set[DeliveryId]:
    ids = [waiting.values["id"] for waiting in batch]
    rows = (await connection.execute(in_dialect(_HELD, connection, "ids"), {"ids": ids})).all()
    fences = {row.id: row.fence for row in rows}
    held = [waiting for waiting in batch if fences.get(waiting.values["id"]) == waiting.fence]
    if not held:
        return set()
    await connection.execute(_RECORD, [waiting.values for waiting in held])
    sent = {waiting.values["id"]: waiting.values["sent_at"] for waiting in held if waiting.values["sent_at"]}
    reached: dict[Workspace, set[str]] = {}
    for row in rows:
        if row.id in sent:
            reached.setdefault(row.workspace, set()).add(row.recipient)
    for workspace in await with_refusals(connection, reached) if reached else ():
        await mend(connection, workspace, reached[workspace], at=max(sent.values()))
    return {waiting.values["id"] for waiting in held}
