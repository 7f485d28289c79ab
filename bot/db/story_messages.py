"""Stories and the messages they came from: kept, extended, edited and deleted in whatever order that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import in_dialect
from bot.db.ledger_rows import owe
from bot.db.story_writing import insert_story, locked_story, rewrite_story, withdraw_story
from bot.db.values import clean, micros, new_id
from bot.domain.deliveries import NewDelivery
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import Story, StoryState, wiped
from bot.ports.stories import Kept

_CLAIM = text(
    "INSERT INTO story_message (workspace, origin, story, position, text, edited, deleted, at)"
    " VALUES (:workspace, :origin, :story, :position, :text, :edited, :deleted, :at)"
    " ON CONFLICT (workspace, origin) DO NOTHING"
)
_GET = "SELECT story, text, edited, deleted FROM story_message WHERE workspace = :workspace AND origin = :origin {lock}"
_ADOPT = text(
    "UPDATE story_message SET story = :story, position = :position WHERE workspace = :workspace AND origin = :origin"
)
_EDIT = text(
    "UPDATE story_message SET text = :text, edited = :edited WHERE workspace = :workspace AND origin = :origin"
)
_DELETE = text(
    "UPDATE story_message SET text = '', deleted = true WHERE workspace = :workspace AND origin = :origin"
)
_PARTS = text(
    "SELECT origin, text, position, deleted FROM story_message"
    " WHERE workspace = :workspace AND story = :story ORDER BY position, origin"
)
_EMPTY = text("UPDATE story_message SET text = '' WHERE workspace = :workspace AND story = :story")
_FILL = text("UPDATE story_message SET text = :text WHERE workspace = :workspace AND origin = :origin")


async def keep(connection: AsyncConnection, told: Story, enqueue: Sequence[NewDelivery]) -> Kept:
    """Insert a story and owe its messages, unless its message is known; see `Stories.keep`."""
    story = replace(told, id=told.id or new_id(told.told_at), text=clean(told.text), revision=1)
    early = await _claim(connection, story.workspace, story.origin, story.id, story.text, story.told_at)
    if early is not None:
        if early.story is not None:
            known = await locked_story(connection, story.workspace, early.story)
            return Kept(known or _never_kept(told), new=False)
        if early.deleted:
            return Kept(_never_kept(told), new=False)
        story = replace(story, text=early.text)
        await _adopt(connection, story.workspace, story.origin, story.id, 0)
    story = await insert_story(connection, story)
    await owe(connection, [replace(new, subject=new.subject or story.id) for new in enqueue])
    return Kept(story, new=True)


async def extend(
    connection: AsyncConnection,
    workspace: Workspace,
    story_id: StoryId,
    origin: str,
    words: str,
    at: datetime,
) -> Kept:
    """Add a message to a story; LookupError where there is no such story. See `Stories.extend`."""
    story = await locked_story(connection, workspace, story_id)
    if story is None:
        raise LookupError("no such story")
    gone = story.state is StoryState.WITHDRAWN
    parts = await _parts(connection, story)
    position = max((part.position for part in parts), default=-1) + 1
    part = "" if gone else clean(words)
    early = await _claim(connection, workspace, origin, story_id, part, at, position)
    if early is not None:
        if early.story is not None or early.deleted:
            return Kept(story, new=False)
        await _adopt(connection, workspace, origin, story_id, position)
    if gone:
        await connection.execute(_EMPTY, {"workspace": workspace, "story": story_id})
        return Kept(story, new=False)
    longer = await _settle(connection, story, by=story.teller, at=at)
    return Kept(longer or story, new=longer is not None)


async def edit_message(
    connection: AsyncConnection, workspace: Workspace, origin: str, words: str, edited: str, at: datetime
) -> Story | None:
    """Take the newest wording of a message; see `Stories.edit_message`."""
    wording = clean(words)
    known = await _claim(connection, workspace, origin, None, wording, at, edited=edited)
    if known is None or known.deleted or edited <= known.edited:
        return None
    story = await locked_story(connection, workspace, known.story) if known.story else None
    if story is not None and story.state is StoryState.WITHDRAWN:
        return None
    values = {"workspace": workspace, "origin": origin, "text": wording, "edited": edited}
    await connection.execute(_EDIT, values)
    return None if story is None else await _settle(connection, story, by=story.teller, at=at)


async def delete_message(
    connection: AsyncConnection, workspace: Workspace, origin: str, at: datetime
) -> Story | None:
    """Take a message away for good; see `Stories.delete_message`."""
    known = await _claim(connection, workspace, origin, None, "", at, deleted=True)
    if known is None or known.deleted:
        return None
    await connection.execute(_DELETE, {"workspace": workspace, "origin": origin})
    story = await locked_story(connection, workspace, known.story) if known.story else None
    if story is None or story.state is StoryState.WITHDRAWN:
        return None
    return await _settle(connection, story, by=story.teller, at=at)


async def gather_parts(connection: AsyncConnection, story: Story, wording: str) -> None:
    """The story was rewritten as a whole: its first message that still stands carries all the words now."""
    parts = await _parts(connection, story)
    await connection.execute(_EMPTY, {"workspace": story.workspace, "story": story.id})
    for part in [part for part in parts if not part.deleted][:1]:
        values = {"workspace": story.workspace, "origin": part.origin, "text": wording}
        await connection.execute(_FILL, values)


async def _settle(connection: AsyncConnection, story: Story, *, by: UserId, at: datetime) -> Story | None:
    """Make the story say what its messages say; without any words left it is withdrawn. None: nothing changed."""
    parts = [part.text for part in await _parts(connection, story) if part.text and not part.deleted]
    words = "\n".join(parts)
    if not words.strip():
        return await withdraw_story(connection, story)
    if words == story.text:
        return None
    return await rewrite_story(connection, story, replace(story, text=words), by=by, at=at)


async def _claim(
    connection: AsyncConnection,
    workspace: Workspace,
    origin: str,
    story: StoryId | None,
    words: str,
    at: datetime,
    position: int = 0,
    *,
    edited: str = "",
    deleted: bool = False,
) -> Any:
    """Note a message for the first time; what was known of it (held until the transaction ends) where it is not."""
    values = {
        "workspace": workspace,
        "origin": origin,
        "story": story,
        "position": position,
        "text": words,
        "edited": edited,
        "deleted": deleted,
        "at": micros(at),
    }
    known = None
    while known is None:
        if (await connection.execute(_CLAIM, values)).rowcount:
            return None
        # None where it was there just now and somebody is being forgotten: then it is noted for the first time.
        found = await connection.execute(
            in_dialect(_GET, connection), {"workspace": workspace, "origin": origin}
        )
        known = found.one_or_none()
    return known


async def _adopt(
    connection: AsyncConnection, workspace: Workspace, origin: str, story: StoryId, position: int
) -> None:
    values = {"workspace": workspace, "origin": origin, "story": story, "position": position}
    await connection.execute(_ADOPT, values)


async def _parts(connection: AsyncConnection, story: Story) -> Sequence[Any]:
    return (await connection.execute(_PARTS, {"workspace": story.workspace, "story": story.id})).all()


def _never_kept(told: Story) -> Story:
    """What somebody gets whose message was deleted before it arrived: a story without words that is nowhere."""
    return wiped(replace(told, id=""))
