"""Messages that no longer say what is true, and messages whose fate is unknown: found, adopted, settled."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase, in_dialect
from bot.db.ledger_rows import COLUMNS, among, delivery_of, micros, over_or
from bot.domain.deliveries import Delivery, Kind
from bot.domain.identity import ChannelId, DeliveryId, StoryId, Workspace
from bot.ports.ledger import Lane

_ADOPT = f"""
UPDATE delivery SET fence = :fence WHERE id IN (
  SELECT id FROM delivery WHERE workspace = :workspace AND state = 'sending' AND {over_or("again_at")}
    AND (fence < :fence OR again_at > 0) ORDER BY claimed_at LIMIT :limit)
  AND EXISTS (SELECT 1 FROM lane WHERE workspace = :workspace AND owner = :owner AND fence = :fence)
RETURNING {COLUMNS}
"""
_STALE = text(f"""
SELECT {COLUMNS} FROM delivery WHERE workspace = :workspace AND state = 'sent' AND wanted > shown
  AND {over_or("again_at")} AND ts IS NOT NULL ORDER BY priority, again_at, id LIMIT :limit
""")
# Never backwards, and what was wanted meanwhile stays wanted.
_SHOWN = text(
    "UPDATE delivery SET shown = :wanted, misses = 0, again_at = :again_at, reason = :reason"
    " WHERE id = :id AND shown < :wanted"
)
_NOT_SHOWN = text(
    "UPDATE delivery SET misses = misses + 1, again_at = :again_at, reason = :reason WHERE id = :id"
)
_ANEW = (
    "UPDATE delivery SET wanted = wanted + 1"
    " WHERE workspace = :workspace AND subject = :subject AND state NOT IN ('skipped', 'failed')"
)
_ANEW_ALL, _ANEW_KINDS = text(_ANEW), among(f"{_ANEW} AND kind IN :kinds", "kinds")
_ANEW_THERE = among(
    "UPDATE delivery SET wanted = wanted + 1 WHERE workspace = :workspace AND recipient = :channel"
    " AND state NOT IN ('skipped', 'failed') AND kind IN :kinds",
    "kinds",
)
_DATA = "SELECT data FROM delivery WHERE workspace = :workspace AND id = :id {lock}"
_ANSWERED = text(
    "UPDATE delivery SET data = :data, wanted = wanted + 1 WHERE workspace = :workspace AND id = :id"
)
_CARRIES = text(
    "UPDATE delivery SET data = :data, wanted = wanted + :more WHERE workspace = :workspace AND id = :id"
)
_SHOWN_IN = text(
    "SELECT story FROM delivery_story WHERE delivery = :delivery AND workspace = :workspace ORDER BY story"
)
_SHOWS = text(
    "INSERT INTO delivery_story (workspace, story, delivery) VALUES (:workspace, :story, :delivery)"
    " ON CONFLICT DO NOTHING"
)


class LedgerUpdating(LedgerBase):
    """What stands in a conversation, and whether it is still right."""

    async def unresolved(self, lane: Lane, *, now: datetime, limit: int = 20) -> Sequence[Delivery]:
        """Adopt rows left `sending` by an earlier owner, and lost ones, when it is time to look for them."""
        values: dict[str, Any] = {"workspace": lane.workspace, "owner": lane.owner, "fence": lane.fence}
        values |= {"now": micros(now), "limit": limit}
        rows = await self._database.transact(lambda statements: statements.rows(_ADOPT, values))
        return [delivery_of(row) for row in rows]

    async def stale(self, lane: Lane, *, now: datetime, limit: int = 5) -> Sequence[Delivery]:
        """Sent rows whose update is due."""
        values = {"workspace": lane.workspace, "now": micros(now), "limit": limit}
        async with self._database.reading() as connection:
            rows = await connection.execute(_STALE, values)
            return [delivery_of(row) for row in rows.mappings()]

    async def shown(
        self, lane: Lane, delivery: DeliveryId, wanted: int, *, again_at: datetime, reason: str | None = None
    ) -> None:
        """An update reached the platform, or is given up with a reason."""
        values: dict[str, Any] = {
            "id": delivery,
            "wanted": wanted,
            "again_at": micros(again_at),
            "reason": reason,
        }
        async with self._database.writing() as connection:
            await connection.execute(_SHOWN, values)

    async def not_shown(self, lane: Lane, delivery: DeliveryId, *, again_at: datetime, reason: str) -> None:
        """An update failed and is tried again at `again_at`."""
        values = {"id": delivery, "again_at": micros(again_at), "reason": reason}
        async with self._database.writing() as connection:
            await connection.execute(_NOT_SHOWN, values)

    async def show_anew(self, workspace: Workspace, subject: str, kinds: Sequence[Kind] = ()) -> int:
        """Mark messages about a subject to be updated. How many."""
        values: dict[str, Any] = {"workspace": workspace, "subject": subject}
        async with self._database.writing() as connection:
            if not kinds:
                return (await connection.execute(_ANEW_ALL, values)).rowcount
            names = [kind.value for kind in kinds]
            return (await connection.execute(_ANEW_KINDS, values | {"kinds": names})).rowcount

    async def show_channel_anew(self, workspace: Workspace, channel: ChannelId, kinds: Sequence[Kind]) -> int:
        """Mark what stands in a channel to be updated. How many."""
        values = {"workspace": workspace, "channel": channel, "kinds": [kind.value for kind in kinds]}
        async with self._database.writing() as connection:
            return (await connection.execute(_ANEW_THERE, values)).rowcount

    async def answer(self, workspace: Workspace, delivery: DeliveryId, how: str) -> None:
        """Note how a prompt was answered, and mark it to be shown anew; "told" stays."""
        values = {"workspace": workspace, "id": delivery}

        async def work(connection: AsyncConnection) -> None:
            row = (await connection.execute(in_dialect(_DATA, connection), values)).one_or_none()
            data = json.loads(row.data) if row else {}
            if row is None or data.get("answered") in ("told", how):
                return
            await connection.execute(_ANSWERED, values | {"data": json.dumps(data | {"answered": how})})

        await self._database.write(work)

    async def carry(
        self, workspace: Workspace, delivery: DeliveryId, rides: Mapping[str, Any], *, anew: bool = False
    ) -> None:
        """Note what rides in a message; with `anew` it is marked to be shown anew."""
        values = {"workspace": workspace, "id": delivery}

        async def work(connection: AsyncConnection) -> None:
            row = (await connection.execute(in_dialect(_DATA, connection), values)).one_or_none()
            if row is None:
                return
            data = json.dumps(json.loads(row.data) | dict(rides))
            await connection.execute(_CARRIES, values | {"data": data, "more": int(anew)})

        await self._database.write(work)

    async def shown_in(self, workspace: Workspace, delivery: DeliveryId) -> Sequence[StoryId]:
        """The stories that a message was noted to show."""
        async with self._database.reading() as connection:
            found = await connection.execute(_SHOWN_IN, {"workspace": workspace, "delivery": delivery})
            return list(found.scalars())

    async def shows(self, workspace: Workspace, delivery: DeliveryId, stories: Sequence[StoryId]) -> None:
        """Remember which stories a message shows."""
        if not stories:
            return
        rows = [{"workspace": workspace, "story": story, "delivery": delivery} for story in stories]
        async with self._database.writing() as connection:
            await connection.execute(_SHOWS, rows)
