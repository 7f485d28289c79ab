"""Stories: told, changed, found, withdrawn."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, TypeAlias

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import story_messages
from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.db.ledger_rows import among
from bot.db.marking import mark_naming, mark_stories
from bot.db.search import search_sql
from bot.db.search_words import holds
from bot.db.story_finding import MAY_SEE, lists_of, query_sql, viewer_values
from bot.db.story_rows import COLUMNS, story_of
from bot.db.story_writing import locked_story, rewrite_story, said, withdraw_story
from bot.db.values import clean, instant, micros
from bot.domain.deliveries import NewDelivery
from bot.domain.identity import ChannelId, CheckId, StoryId, TeamId, UserId, Workspace
from bot.domain.stories import Story, StoryState, Viewer, knows_customer, seen_by
from bot.ports.stories import Kept, Revision, StoryChange, StoryQuery

_ONE = f"SELECT {COLUMNS} FROM story s WHERE s.workspace = :workspace"
_GET = text(f"{_ONE} AND s.id = :story")
_MANY = among(f"{_ONE} AND s.id IN :stories", "stories")
_BY_ORIGIN = text(
    f"{_ONE} AND s.id = (SELECT story FROM story_message WHERE workspace = :workspace AND origin = :origin)"
)
_NEWEST = "ORDER BY s.told_at DESC, s.id DESC LIMIT 1"
_OF_CHECK = text(f"{_ONE} AND s.check_id = :check AND s.teller = :teller AND s.state = 'kept' {_NEWEST}")
_LAST_TOLD = text(f"{_ONE} AND s.teller = :teller AND s.state = 'kept' {_NEWEST}")
_UNREAD = (
    f"{_ONE} AND s.team = :team AND s.teller <> :viewer AND s.state = 'kept' AND {MAY_SEE} AND NOT EXISTS"
    " (SELECT 1 FROM story_read r WHERE r.workspace = :workspace AND r.reader = :viewer AND r.story = s.id)"
    f" {_NEWEST}"
)
_REVISIONS = text(
    'SELECT story, revision, text, at, "by" FROM story_revision'
    " WHERE workspace = :workspace AND story = :story ORDER BY revision"
)
# ";" follows ":" in ASCII: everything between the two begins with the channel and a colon.
_MESSAGES_IN = text(
    "SELECT m.origin FROM story_message m JOIN story s ON s.workspace = m.workspace AND s.id = m.story"
    " WHERE m.workspace = :workspace AND m.origin >= :from AND m.origin < :to AND m.deleted = false"
    " AND s.state <> 'withdrawn' ORDER BY m.origin"
)
_TOLD_BY = text("SELECT id FROM story WHERE workspace = :workspace AND teller = :teller AND state = 'kept'")
_READ = text(
    "INSERT INTO story_read (workspace, reader, story, at) VALUES (:workspace, :reader, :story, :at)"
    " ON CONFLICT DO NOTHING"
)
_CHUNK = 500

_Work: TypeAlias = Callable[[AsyncConnection], Awaitable[Story | None]]


@lru_cache(maxsize=256)
def _statement(sql: str, lists: tuple[str, ...]) -> TextClause:
    """One object a text, so that it is compiled once."""
    return among(sql, *lists)


class SqlStories:
    """See `bot.ports.stories.Stories`."""

    def __init__(self, database: Database, deletions: Deletions) -> None:
        """Work on that database, and note in `deletions` what a restored backup must not bring back."""
        self._database = database
        self._deletions = deletions

    async def keep(self, story: Story, *, enqueue: Sequence[NewDelivery] = ()) -> Kept:
        """Insert a story, unless its origin is known."""
        work = partial(story_messages.keep, told=story, enqueue=enqueue)
        return await self._database.write(work, story.workspace)

    async def extend(
        self, workspace: Workspace, story: StoryId, *, origin: str, text: str, at: datetime
    ) -> Kept:
        """Add another message of the same answer."""
        work = partial(
            story_messages.extend, workspace=workspace, story_id=story, origin=origin, words=text, at=at
        )
        return await self._database.write(work, workspace)

    async def edit_message(
        self, workspace: Workspace, origin: str, text: str, *, edited: str, at: datetime
    ) -> Story | None:
        """The platform says that a message was edited."""
        work = partial(
            story_messages.edit_message, workspace=workspace, origin=origin, words=text, edited=edited, at=at
        )
        return await self._database.write(self._noting(work, at), workspace)

    async def delete_message(self, workspace: Workspace, origin: str, *, at: datetime) -> Story | None:
        """The platform says that a message was deleted."""
        work = partial(story_messages.delete_message, workspace=workspace, origin=origin, at=at)
        return await self._database.write(self._noting(work, at), workspace)

    async def change(
        self, workspace: Workspace, story: StoryId, change: StoryChange, *, by: UserId, at: datetime
    ) -> Story | None:
        """Apply a change; None where there is no such story or it was withdrawn."""

        async def work(connection: AsyncConnection) -> Story | None:
            before = await locked_story(connection, workspace, story)
            if before is None or before.state is StoryState.WITHDRAWN:
                return None
            if change.state is StoryState.WITHDRAWN:
                return await withdraw_story(connection, before)
            after = _changed(before, change)
            if after.text != before.text:
                await story_messages.gather_parts(connection, before, after.text)
            if after.visibility != before.visibility:
                level = str(int(after.visibility))
                await self._deletions.note(Deletion(What.SEEN_BY, workspace, at, story, level))
            return await rewrite_story(connection, before, after, by=by, at=at)

        return await self._database.write(self._noting(work, at), workspace)

    def _noting(self, work: _Work, at: datetime) -> _Work:
        """The same work; where it withdrew a story that is noted before it is committed."""

        async def noted(connection: AsyncConnection) -> Story | None:
            after = await work(connection)
            if after is not None and after.state is StoryState.WITHDRAWN:
                await self._deletions.note(Deletion(What.STORY, after.workspace, at, after.id))
            return after

        return noted

    async def get(self, workspace: Workspace, story: StoryId) -> Story | None:
        """One story, withdrawn ones included."""
        return await self._first(_GET, workspace, story=story)

    async def many(self, workspace: Workspace, stories: Collection[StoryId]) -> Mapping[StoryId, Story]:
        """Those of `stories` that exist."""
        asked, found = list(dict.fromkeys(stories)), {}
        for start in range(0, len(asked), _CHUNK):
            chunk = asked[start : start + _CHUNK]
            found.update({story.id: story for story in await self._select(_MANY, workspace, stories=chunk)})
        return found

    async def by_origin(self, workspace: Workspace, origin: str) -> Story | None:
        """The story a message or a submission became (part of)."""
        return await self._first(_BY_ORIGIN, workspace, origin=origin)

    async def messages_in(self, workspace: Workspace, channel: ChannelId, *, since: str) -> Sequence[str]:
        """The ids of a channel's messages, from `since` on, that are part of a story and not deleted."""
        values = {"workspace": workspace, "from": f"{channel}:{since}", "to": f"{channel};"}
        async with self._database.reading(workspace) as connection:
            origins = (await connection.execute(_MESSAGES_IN, values)).scalars().all()
        return [origin.partition(":")[2] for origin in origins]

    async def of_check(self, workspace: Workspace, check: CheckId, teller: UserId) -> Story | None:
        """A person's kept answer to a check."""
        return await self._first(_OF_CHECK, workspace, check=check, teller=teller)

    async def find(self, workspace: Workspace, query: StoryQuery) -> Sequence[Story]:
        """Stories that fit, at most `query.limit`."""
        return await self._page(workspace, query, query.limit, None)

    async def stream(self, workspace: Workspace, query: StoryQuery) -> AsyncIterator[Story]:
        """Stories that fit, one by one: a page at a time, so that no connection is held while they are used."""
        last: Story | None = None
        while True:
            page = await self._page(workspace, query, _CHUNK, last)
            for story in page:
                yield story
            if len(page) < _CHUNK:
                return
            last = page[-1]

    async def search(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 20
    ) -> Sequence[Story]:
        """What `viewer` may see that holds all the words, best first."""
        asked = search_sql(workspace, words, self._database.dialect)
        if asked is None:
            return []
        sql, values = asked
        values |= viewer_values(viewer) | {"limit": limit}
        statement, found, skip = _statement(sql, lists_of(values)), list[Story](), 0
        while len(found) < limit:
            page = await self._select(statement, workspace, **values, skip=skip)
            # The index holds a customer's name and its mask: a viewer who reads only the mask finds by it alone.
            found += [seen_by(each, viewer) for each in page if _read_by(each, viewer, words)]
            skip += limit
            if len(page) < limit:
                break
        return found[:limit]

    async def revisions(self, workspace: Workspace, story: StoryId) -> Sequence[Revision]:
        """Every wording that is still kept, oldest first."""
        async with self._database.reading(workspace) as connection:
            rows = (await connection.execute(_REVISIONS, {"workspace": workspace, "story": story})).all()
        return [Revision(row.story, row.revision, row.text, instant(row.at), row.by) for row in rows]

    async def unread(self, workspace: Workspace, viewer: Viewer, team: TeamId) -> Story | None:
        """The newest story of a colleague in that team that `viewer` may see and has not read yet."""
        values = viewer_values(viewer)
        found = await self._first(_statement(_UNREAD, lists_of(values)), workspace, team=team, **values)
        return None if found is None else seen_by(found, viewer)

    async def mark_read(self, workspace: Workspace, story: StoryId, by: UserId, *, at: datetime) -> bool:
        """Note that somebody read it; False where they had."""
        values = {"workspace": workspace, "reader": by, "story": story, "at": micros(at)}

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(_READ, values)).rowcount > 0

        return await self._database.write(work, workspace)

    async def last_told(self, workspace: Workspace, user: UserId) -> Story | None:
        """The person's newest kept story."""
        return await self._first(_LAST_TOLD, workspace, teller=user)

    async def show_anew(self, workspace: Workspace, teller: UserId) -> int:
        """Mark whatever shows a person's stories, or names them otherwise, to be shown anew. How many stories."""

        async def work(connection: AsyncConnection) -> int:
            values = {"workspace": workspace, "teller": teller}
            stories = (await connection.execute(_TOLD_BY, values)).scalars().all()
            for start in range(0, len(stories), _CHUNK):
                await mark_stories(connection, workspace, stories[start : start + _CHUNK])
            await mark_naming(connection, workspace, teller)
            return len(stories)

        return await self._database.write(work, workspace)

    async def _page(
        self, workspace: Workspace, query: StoryQuery, limit: int, after: Story | None
    ) -> Sequence[Story]:
        sql, values = query_sql(workspace, query, after)
        found = await self._select(_statement(sql, lists_of(values)), **values, limit=limit)
        return found if query.viewer is None else [seen_by(each, query.viewer) for each in found]

    async def _first(self, statement: TextClause, workspace: Workspace, **values: Any) -> Story | None:
        found = await self._select(statement, workspace, **values)
        return found[0] if found else None

    async def _select(self, statement: TextClause, workspace: Workspace, **values: Any) -> Sequence[Story]:
        async with self._database.reading(workspace) as connection:
            rows = (await connection.execute(statement, {"workspace": workspace, **values})).all()
        return [story_of(row) for row in rows]


def _read_by(story: Story, viewer: Viewer, words: str) -> bool:
    """Whether the words stand in what this viewer reads of a story that the index found."""
    return knows_customer(story, viewer) or holds("\n".join(said(seen_by(story, viewer))), words)


def _changed(story: Story, change: StoryChange) -> Story:
    given = {
        name: getattr(change, name) for name in StoryChange.__slots__ if getattr(change, name) is not None
    }
    for name in ("text", "customer", "goal", "change"):
        if name in given:
            given[name] = clean(given[name])
    return replace(story, **given)
