"""Blacking words out wherever a story keeps them: its row, every wording, its messages, the search, digests' quotes."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.customer_writing import drop_unnamed
from bot.db.engine import Database
from bot.db.story_writing import locked_story, rewrite_redacted
from bot.domain.identity import StoryId, Workspace
from bot.domain.redacting import redacted
from bot.domain.stories import Story, StoryState

_PAGE = 1_000
_FIELDS = ("text", "customer", "goal", "change", "masked")
_OF_HOPES = ("words", "customer", "line")
_STORIES = text(
    f"SELECT id, {', '.join(_FIELDS)} FROM story WHERE workspace = :workspace AND state <> 'withdrawn'"
    f" AND id > :after ORDER BY id LIMIT {_PAGE}"
)
_WORDINGS = text(
    "SELECT story, revision, text FROM story_revision WHERE workspace = :workspace"
    f" AND (story, revision) > (:after, :revision) ORDER BY story, revision LIMIT {_PAGE}"
)
_PARTS = text(
    "SELECT origin, story, text FROM story_message WHERE workspace = :workspace AND text <> ''"
    f" AND origin > :after ORDER BY origin LIMIT {_PAGE}"
)
_MY_FIELDS = text(f"SELECT {', '.join(_FIELDS)} FROM story WHERE workspace = :workspace AND id = :story")
_MY_WORDINGS = text(
    "SELECT revision, text FROM story_revision WHERE workspace = :workspace AND story = :story"
)
_MY_PARTS = text("SELECT origin, text FROM story_message WHERE workspace = :workspace AND story = :story")
_HOPES = text(
    "SELECT id, story, words, customer, line FROM hope WHERE workspace = :workspace AND story IS NOT NULL"
    f" AND state <> 'dropped' AND id > :after ORDER BY id LIMIT {_PAGE}"
)
_MY_HOPES = text(
    "SELECT id, words, customer, line FROM hope WHERE workspace = :workspace AND story = :story"
    " AND state <> 'dropped'"
)
_HOPE = text(
    "UPDATE hope SET words = :words, customer = :customer, line = :line WHERE workspace = :workspace AND id = :id"
)
_WORDING = text(
    "UPDATE story_revision SET text = :text"
    " WHERE workspace = :workspace AND story = :story AND revision = :revision"
)
_PART = text("UPDATE story_message SET text = :text WHERE workspace = :workspace AND origin = :origin")


async def stories_holding(database: Database, workspace: Workspace, words: str) -> Sequence[StoryId]:
    """The stories that hold these words in any wording or field, a page at a time so that memory stays small."""
    found: dict[StoryId, None] = {}
    async with database.reading(workspace) as connection:
        for statement, key in ((_STORIES, "id"), (_WORDINGS, "story"), (_PARTS, "origin"), (_HOPES, "id")):
            place: dict[str, Any] = {"after": "", "revision": 0}
            while rows := (await connection.execute(statement, {"workspace": workspace, **place})).all():
                for row in rows:
                    story = row.id if statement is _STORIES else row.story
                    if story is not None and _holds(row, words):
                        found[story] = None
                place = {"after": getattr(rows[-1], key), "revision": getattr(rows[-1], "revision", 0)}
    return sorted(found)


async def texts_of(connection: AsyncConnection, workspace: Workspace, story: StoryId) -> Sequence[str]:
    """Everything that one story keeps in words: its fields, its wordings, its messages, what was hoped for with it."""
    values = {"workspace": workspace, "story": story}
    said: list[str] = []
    for statement in (_MY_FIELDS, _MY_WORDINGS, _MY_PARTS, _MY_HOPES):
        for row in (await connection.execute(statement, values)).all():
            said += _said(row)
    return said


async def redact_story(
    connection: AsyncConnection, workspace: Workspace, story_id: StoryId, words: str
) -> Story | None:
    """Black the words out in everything that one story keeps; None where nothing of it held them."""
    story = await locked_story(connection, workspace, story_id)
    if story is None or story.state is StoryState.WITHDRAWN:
        return None
    values = {"workspace": workspace, "story": story_id}
    changed = False
    for asked, change in ((_MY_WORDINGS, _WORDING), (_MY_PARTS, _PART)):
        for row in (await connection.execute(asked, values)).mappings().all():
            black = redacted(row["text"], words)
            if black != row["text"]:
                await connection.execute(change, values | dict(row) | {"text": black})
                changed = True
    changed |= await _redact_hopes(connection, values, words)
    black_fields: dict[str, Any] = {name: redacted(getattr(story, name), words) for name in _FIELDS}
    after = replace(story, **black_fields)
    if after == story and not changed:
        return None
    if (after.customer, after.masked) != (story.customer, story.masked):
        # The record holds the words, too: this story lets go of it, and with the last story it goes.
        after = replace(after, customer_id=None)
    await rewrite_redacted(connection, after)
    if story.customer_id is not None and after.customer_id is None:
        await drop_unnamed(connection, workspace, [story.customer_id])
    return after


async def _redact_hopes(connection: AsyncConnection, values: Mapping[str, Any], words: str) -> bool:
    """Black the words out in what was hoped for with that story, and in what came of it."""
    changed = False
    for row in (await connection.execute(_MY_HOPES, values)).mappings().all():
        black = {name: redacted(row[name], words) for name in _OF_HOPES}
        if any(black[name] != row[name] for name in _OF_HOPES):
            await connection.execute(_HOPE, {**values, "id": row["id"], **black})
            changed = True
    return changed


def _holds(row: Any, words: str) -> bool:
    return any(redacted(each, words) != each for each in _said(row))


def _said(row: Any) -> Sequence[str]:
    return [getattr(row, name) for name in {*_FIELDS, *_OF_HOPES} if hasattr(row, name)]
