"""One's own stories at a glance: by customer, and by month."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from bot.db.engine import Database
from bot.db.story_rows import COLUMNS, NAMES, story_of
from bot.db.values import instant, micros
from bot.domain.identity import StoryId, UserId, Workspace
from bot.ports.own_stories import Group, Month

# Each story's place among those about its customer; one about nobody by name is a group of its own.
_GROUPED = f"""
WITH mine AS (
  SELECT id AS story, told_at, ROW_NUMBER() OVER (PARTITION BY COALESCE(customer_id, id)
    ORDER BY told_at DESC, id DESC) AS place, COUNT(*) OVER (PARTITION BY COALESCE(customer_id, id)) AS stories
  FROM story WHERE workspace = :workspace AND teller = :teller AND state = 'kept')
SELECT {COLUMNS}, m.stories FROM mine m JOIN story s ON s.workspace = :workspace AND s.id = m.story
WHERE m.place = 1 {{page}} ORDER BY m.told_at DESC, m.story DESC LIMIT :limit
"""
_FIRST_PAGE = text(_GROUPED.replace("{page}", ""))
_NEXT_PAGE = text(_GROUPED.replace("{page}", "AND (m.told_at, m.story) < (:before_at, :before_id)"))
_BY_MONTH = text(
    "SELECT substr(told_on, 1, 7) AS month, COUNT(*) AS stories, MIN(told_at) AS oldest FROM story"
    " WHERE workspace = :workspace AND teller = :teller AND state = 'kept'"
    " GROUP BY substr(told_on, 1, 7) ORDER BY month"
)


class SqlOwnStories:
    """See `bot.ports.own_stories.OwnStories`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def grouped(
        self,
        workspace: Workspace,
        teller: UserId,
        *,
        limit: int,
        before: tuple[datetime, StoryId] | None = None,
    ) -> Sequence[Group]:
        """By customer, newest first."""
        values: dict[str, Any] = {"workspace": workspace, "teller": teller, "limit": limit}
        if before is not None:
            values |= {"before_at": micros(before[0]), "before_id": before[1]}
        async with self._database.reading(workspace) as connection:
            found = await connection.execute(_FIRST_PAGE if before is None else _NEXT_PAGE, values)
            return [Group(story_of(row), row[len(NAMES)]) for row in found.all()]

    async def by_month(self, workspace: Workspace, teller: UserId) -> Sequence[Month]:
        """The months in which something was told that is still kept, oldest first."""
        values = {"workspace": workspace, "teller": teller}
        async with self._database.reading(workspace) as connection:
            rows = (await connection.execute(_BY_MONTH, values)).all()
        return [
            Month(date.fromisoformat(f"{row.month}-01"), row.stories, instant(row.oldest)) for row in rows
        ]
