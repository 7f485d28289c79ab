"""What came of people's stories with others, from the rows that say so: reads, replies, huddles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from bot.db.engine import Database
from bot.db.values import instant, micros
from bot.domain.identity import UserId, Workspace
from bot.domain.thanks import Echo, Loop

_READ = text("""
SELECT r.story, MAX(r.at) AS at FROM story s JOIN story_read r ON r.workspace = s.workspace AND r.story = s.id
WHERE s.workspace = :workspace AND s.teller = :user AND s.state = 'kept' AND r.reader <> :user
  AND r.at > :since AND r.at <= :until GROUP BY r.story
""")
_BUILT_ON = text("""
SELECT n.story, d.id, d.sent_at AS at, d.team, d.data FROM story s
JOIN delivery_story n ON n.workspace = s.workspace AND n.story = s.id JOIN delivery d ON d.id = n.delivery
WHERE s.workspace = :workspace AND s.teller = :user AND s.state = 'kept' AND d.kind = 'reply' AND d.state = 'sent'
  AND d.sent_at > :since AND d.sent_at <= :until
""")
_HUDDLES = text("""
SELECT story, told_at AS at, team FROM huddle WHERE workspace = :workspace AND teller = :user AND state = 'told'
  AND asked_by <> :user AND told_at > :since AND told_at <= :until
""")


class SqlEchoes:
    """See `bot.ports.echoes.Echoes`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def of_person(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Echo]:
        """What others did with a person's stories in (since, until]."""
        values = {"workspace": workspace, "user": user, "since": micros(since), "until": micros(until)}
        async with self._database.reading(workspace) as connection:
            read = (await connection.execute(_READ, values)).all()
            built = (await connection.execute(_BUILT_ON, values)).all()
            told = (await connection.execute(_HUDDLES, values)).all()
        return [
            *(Echo(Loop.READ, instant(row.at), row.story) for row in read),
            *(_reply(row) for row in built if _writer(row.data) not in ("", user)),
            *(Echo(Loop.HUDDLE, instant(row.at), row.story, place=row.team) for row in told),
        ]


def _reply(row: Any) -> Echo:
    return Echo(Loop.BUILT_ON, instant(row.at), row.story, reply=row.id, place=row.team or "")


def _writer(data: str) -> UserId:
    """Who wrote the reply; empty where it was emptied."""
    told = json.loads(data)
    return str(told.get("by") or "") if told.get("words") else ""
