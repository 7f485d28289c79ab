"""What every change of a story has in common: its row, its wordings, its search words, and what shows it."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.customer_writing import drop_unnamed, named_in, with_record
from bot.db.hopes import WIPE_WITH_STORIES as WIPE_HOPES
from bot.db.ledger_base import in_dialect
from bot.db.ledger_rows import among
from bot.db.marking import mark_stories
from bot.db.search_words import search_words
from bot.db.story_rows import COLUMNS, NAMES, story_of, values_of
from bot.db.values import micros
from bot.domain.customers import Customer
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import Story, wiped

_LOCKED = f"SELECT {COLUMNS} FROM story s WHERE s.workspace = :workspace AND s.id = :story {{lock}}"
_INSERT = text(f"INSERT INTO story ({', '.join(NAMES)}) VALUES (:{', :'.join(NAMES)})")
_UPDATE = text(
    "UPDATE story SET team = :team, text = :text, visibility = :visibility, customer = :customer, goal = :goal,"
    " change = :change, tags = :tags, state = :state, revision = :revision, ai_allowed = :ai_allowed,"
    " coached = :coached, customer_id = :customer_id, masked = :masked WHERE workspace = :workspace AND id = :id"
)
_REVISE = text(
    'INSERT INTO story_revision (workspace, story, revision, text, at, "by")'
    " VALUES (:workspace, :story, :revision, :text, :at, :by)"
)
_WORDS = text(
    "INSERT INTO story_words (workspace, story, words) VALUES (:workspace, :story, :words)"
    " ON CONFLICT (workspace, story) DO UPDATE SET words = excluded.words"
)
_RELABEL = among(
    "UPDATE story SET customer_id = :customer_id, customer = :customer, masked = :masked"
    " WHERE workspace = :workspace AND id IN :stories",
    "stories",
)
_RELABEL_HOPES = among(
    "UPDATE hope SET customer = :customer WHERE workspace = :workspace AND story IN :stories AND state <> 'dropped'",
    "stories",
)
_THESE_STORIES = among(
    f"SELECT {COLUMNS} FROM story s WHERE s.workspace = :workspace AND s.id IN :stories", "stories"
)
_THESE = "workspace = :workspace AND story IN :stories"
_UNQUOTES = tuple(
    among(statement, "stories")
    for statement in (
        f"UPDATE digest_pick SET quote = NULL WHERE {_THESE}",
        # What a digest says above its stories may have been drawn from one of them.
        (
            "UPDATE digest SET headline = NULL WHERE workspace = :workspace AND headline IS NOT NULL"
            f" AND id IN (SELECT digest FROM digest_pick WHERE {_THESE})"
        ),
    )
)
_WIPES = (
    *tuple(
        among(statement, "stories")
        for statement in (
            (
                "UPDATE story SET text = '', customer = '', goal = '', change = '', tags = '[]', state = 'withdrawn',"
                " ai_allowed = false, customer_id = NULL, masked = '' WHERE workspace = :workspace AND id IN :stories"
            ),
            f"UPDATE story_message SET text = '' WHERE {_THESE}",
            f"DELETE FROM story_revision WHERE {_THESE}",
            f"DELETE FROM story_words WHERE {_THESE}",
            f"DELETE FROM story_read WHERE {_THESE}",
            WIPE_HOPES,
        )
    ),
    *_UNQUOTES,
)
_CHUNK = 500


async def locked_story(connection: AsyncConnection, workspace: Workspace, story: StoryId) -> Story | None:
    """The story as it stands, held until the transaction ends."""
    statement = in_dialect(_LOCKED, connection)
    row = (await connection.execute(statement, {"workspace": workspace, "story": story})).one_or_none()
    return None if row is None else story_of(row)


async def insert_story(connection: AsyncConnection, story: Story) -> Story:
    """A new story with its first wording and its customer's record."""
    story = await with_record(connection, story)
    values = values_of(story)
    await connection.execute(_INSERT, values)
    await _revise(connection, story, values["text"], story.told_at, story.teller)
    await _index(connection, story)
    return story


async def rewrite_story(
    connection: AsyncConnection, before: Story, after: Story, *, by: UserId, at: datetime
) -> Story:
    """Put `after` in the place of `before`: new words make a revision, anything new marks what shows the story."""
    if after.customer != before.customer:
        after = await with_record(connection, after)
    if after == before:
        return before
    if after.text != before.text:
        after = replace(after, revision=before.revision + 1)
        await _revise(connection, after, after.text, at, by)
    await connection.execute(_UPDATE, values_of(after))
    if said(after) != said(before):
        await _index(connection, after)
    if before.customer_id is not None and after.customer_id != before.customer_id:
        await drop_unnamed(connection, after.workspace, [before.customer_id])
    await mark_stories(connection, after.workspace, [after.id])
    return after


async def relabel_stories(
    connection: AsyncConnection, customer: Customer, stories: Sequence[StoryId]
) -> None:
    """Put these stories under a customer as it is called now, and mark what shows them."""
    values = {"customer_id": customer.id, "customer": customer.label, "masked": customer.masked}
    for start in range(0, len(stories), _CHUNK):
        chunk = {"workspace": customer.workspace, "stories": list(stories[start : start + _CHUNK])}
        await connection.execute(_RELABEL, values | chunk)
        await connection.execute(_RELABEL_HOPES, chunk | {"customer": customer.label})
        rows = (await connection.execute(_THESE_STORIES, chunk)).all()
        await connection.execute(_WORDS, [_words_of(connection, story_of(row)) for row in rows])
        await mark_stories(connection, customer.workspace, chunk["stories"])


async def rewrite_redacted(connection: AsyncConnection, story: Story) -> None:
    """Put a story with words blacked out in its own place: no new wording, because the old one must not stay."""
    await connection.execute(_UPDATE, values_of(story))
    await _index(connection, story)
    for statement in _UNQUOTES:
        await connection.execute(statement, {"workspace": story.workspace, "stories": [story.id]})
    await mark_stories(connection, story.workspace, [story.id])


async def withdraw_story(connection: AsyncConnection, story: Story) -> Story:
    """Wipe its words wherever they stand; the ids stay, so that nothing told twice comes back."""
    await wipe_stories(connection, story.workspace, [story.id])
    return wiped(story)


async def wipe_stories(connection: AsyncConnection, workspace: Workspace, stories: Sequence[StoryId]) -> None:
    """Withdraw many stories at once, and mark what shows them."""
    for start in range(0, len(stories), _CHUNK):
        chunk = stories[start : start + _CHUNK]
        customers = await named_in(connection, workspace, chunk)
        for statement in _WIPES:
            await connection.execute(statement, {"workspace": workspace, "stories": list(chunk)})
        await drop_unnamed(connection, workspace, customers)
        await mark_stories(connection, workspace, chunk)


async def _revise(connection: AsyncConnection, story: Story, wording: str, at: datetime, by: UserId) -> None:
    values: dict[str, Any] = {"workspace": story.workspace, "story": story.id, "revision": story.revision}
    await connection.execute(_REVISE, values | {"text": wording, "at": micros(at), "by": by})


async def _index(connection: AsyncConnection, story: Story) -> None:
    await connection.execute(_WORDS, _words_of(connection, story))


def _words_of(connection: AsyncConnection, story: Story) -> dict[str, str]:
    words = search_words(story.workspace, "\n".join(said(story)), connection.dialect.name)
    return {"workspace": story.workspace, "story": story.id, "words": words}


def said(story: Story) -> tuple[str, ...]:
    """All that the search finds a story by."""
    return story.text, story.customer, story.goal, story.change, story.masked
