"""Questions to the ledger: what was sent, is due or was skipped, by subject, message and person."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, text

from bot.db.ledger_base import LedgerBase
from bot.db.ledger_rows import COLUMNS, among, delivery_of, instant, micros
from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.identity import ChannelId, DeliveryId, UserId, Workspace

_PROMPT_STAYS_OPEN = timedelta(hours=24)
_SELECT = f"SELECT {COLUMNS} FROM delivery WHERE workspace = :workspace"
_GET = text(f"{_SELECT} AND id = :id")
_ABOUT = text(f"{_SELECT} AND subject = :subject ORDER BY due_at, id")
_ABOUT_KIND = text(f"{_SELECT} AND subject = :subject AND kind = :kind ORDER BY due_at, id")
_BY_MESSAGE = text(f"{_SELECT} AND channel = :channel AND ts = :ts")
_TO_PERSON = among(
    f"{_SELECT} AND recipient = :recipient AND kind IN :kinds ORDER BY due_at DESC, id DESC LIMIT :limit",
    "kinds",
)
# One that is being sent, or whose reply was lost, may already stand in front of the person who answers it.
_OPEN_PROMPT = text(
    f"{_SELECT} AND recipient = :recipient AND kind = 'prompt' AND state IN ('sent', 'sending', 'unknown')"
    " AND COALESCE(sent_at, claimed_at) > :since ORDER BY COALESCE(sent_at, claimed_at) DESC LIMIT 1"
)
# One that a crash left unrecorded knows no channel yet; the person's DM does.
_PROMPTED = text("""
SELECT DISTINCT COALESCE(d.channel, p.dm) AS place FROM delivery d
LEFT JOIN person p ON p.workspace = d.workspace AND p.id = d.recipient
WHERE d.workspace = :workspace AND d.kind IN ('prompt', 'nudge') AND d.state IN ('sent', 'sending', 'unknown')
  AND COALESCE(d.sent_at, d.claimed_at) > :since AND COALESCE(d.channel, p.dm) IS NOT NULL ORDER BY place
""")
_RECENT = text(f"{_SELECT} ORDER BY due_at DESC, id DESC LIMIT :limit")
_STATES = text("SELECT kind, state, COUNT(*) AS count FROM delivery GROUP BY kind, state")
_NEXT_DUE = text("SELECT MIN(due_at) FROM delivery WHERE state = 'queued'")


class LedgerReading(LedgerBase):
    """The part of the ledger that changes nothing."""

    async def _deliveries(self, statement: Executable, **values: Any) -> Sequence[Delivery]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement, values)).mappings().all()
        return [delivery_of(row) for row in rows]

    async def _delivery(self, statement: Executable, **values: Any) -> Delivery | None:
        return next(iter(await self._deliveries(statement, **values)), None)

    async def get(self, workspace: Workspace, delivery: DeliveryId) -> Delivery | None:
        """One delivery."""
        return await self._delivery(_GET, workspace=workspace, id=delivery)

    async def about(self, workspace: Workspace, subject: str, kind: Kind | None = None) -> Sequence[Delivery]:
        """Deliveries about one subject, oldest first."""
        if kind is None:
            return await self._deliveries(_ABOUT, workspace=workspace, subject=subject)
        return await self._deliveries(_ABOUT_KIND, workspace=workspace, subject=subject, kind=kind.value)

    async def by_message(self, workspace: Workspace, channel: str, ts: str) -> Delivery | None:
        """The delivery that became this message."""
        return await self._delivery(_BY_MESSAGE, workspace=workspace, channel=channel, ts=ts)

    async def to_person(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], limit: int = 20
    ) -> Sequence[Delivery]:
        """A person's deliveries of those kinds, newest due first."""
        names = [kind.value for kind in kinds]
        return await self._deliveries(
            _TO_PERSON, workspace=workspace, recipient=user, kinds=names, limit=limit
        )

    async def open_prompt(self, workspace: Workspace, user: UserId, *, now: datetime) -> Delivery | None:
        """The person's newest prompt of the last 24 hours."""
        since = micros(now - _PROMPT_STAYS_OPEN)
        return await self._delivery(_OPEN_PROMPT, workspace=workspace, recipient=user, since=since)

    async def prompted(self, workspace: Workspace, *, since: datetime) -> Sequence[ChannelId]:
        """The DMs in which a prompt was sent since then."""
        async with self._database.reading() as connection:
            values = {"workspace": workspace, "since": micros(since)}
            return (await connection.execute(_PROMPTED, values)).scalars().all()

    async def next_due(self) -> datetime | None:
        """When the earliest queued delivery is due, in any workspace."""
        async with self._database.reading() as connection:
            earliest = (await connection.execute(_NEXT_DUE)).scalar()
        return None if earliest is None else instant(earliest)

    async def states(self) -> Mapping[tuple[Kind, DeliveryState], int]:
        """How many rows of each kind are in each state."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_STATES)).all()
        return {(Kind(kind), DeliveryState(state)): count for kind, state, count in rows}

    async def recent(self, workspace: Workspace, *, limit: int = 100) -> Sequence[Delivery]:
        """The rows with the newest due time."""
        return await self._deliveries(_RECENT, workspace=workspace, limit=limit)
