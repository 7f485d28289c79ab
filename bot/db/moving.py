"""A channel that the platform gives another id: everything that is known by the old one follows."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.domain.identity import ChannelId, Workspace

# A message is known as "<channel>:<its id>".
_STATEMENTS = (
    text("UPDATE delivery SET channel = :new WHERE workspace = :workspace AND channel = :old"),
    text("UPDATE delivery SET recipient = :new WHERE workspace = :workspace AND recipient = :old"),
    text("UPDATE purpose_check SET channel = :new WHERE workspace = :workspace AND channel = :old"),
    text(
        "UPDATE story SET origin = :new || substr(origin, length(:old) + 1)"
        " WHERE workspace = :workspace AND check_id IS NOT NULL AND substr(origin, 1, length(:old) + 1) = :old || ':'"
    ),
    text(
        "UPDATE story_message SET origin = :new || substr(origin, length(:old) + 1)"
        " WHERE workspace = :workspace AND substr(origin, 1, length(:old) + 1) = :old || ':'"
    ),
)


class SqlMoving:
    """See `bot.ports.moving.Moving`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def channel(self, workspace: Workspace, old: ChannelId, new: ChannelId) -> None:
        """From now on messages, checks and answers of `old` are found in `new`."""

        async def work(connection: AsyncConnection) -> None:
            for statement in _STATEMENTS:
                await connection.execute(statement, {"workspace": workspace, "old": old, "new": new})

        await self._database.write(work, workspace)
