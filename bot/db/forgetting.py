"""Deleting for good: what a person told and asked, what is too old, and what the files still hold of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.audit import note
from bot.db.customers import FORGET as FORGET_CUSTOMERS
from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import EVERY_WORKSPACE, Database
from bot.db.hopes import EXPIRED as EXPIRED_HOPES
from bot.db.hopes import FORGET as FORGET_HOPES
from bot.db.hopes import LEFT_BEHIND as LEFT_BEHIND_HOPES
from bot.db.huddles import FORGET as FORGET_HUDDLES
from bot.db.marking import FORGET_NAMES, mark_naming
from bot.db.own_data import own_data
from bot.db.pulses import forget_votes
from bot.db.reasons import FORGET as FORGET_REASONS
from bot.db.reasons import LEFT_BEHIND as LEFT_BEHIND_REASONS
from bot.db.redacting import redact_story, stories_holding
from bot.db.story_writing import wipe_stories
from bot.db.values import micros
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.sealing import sealed
from bot.domain.stories import Story, Visibility
from bot.ports.forgetting import Gone

_STORIES = text("SELECT id, state FROM story WHERE workspace = :workspace AND teller = :user ORDER BY id")
# What else there is of a person; each is counted under its name in the report, where it has one.
_REST: tuple[tuple[str, str], ...] = (
    ("memberships", 'DELETE FROM member WHERE workspace = :workspace AND "user" = :user'),
    ("managed teams", 'DELETE FROM team_manager WHERE workspace = :workspace AND "user" = :user'),
    ("settings", "DELETE FROM person WHERE workspace = :workspace AND id = :user AND forgotten_at IS NULL"),
    (
        "messages",
        (
            "UPDATE delivery SET state = 'skipped', reason = 'stopped'"
            " WHERE workspace = :workspace AND recipient = :user AND state IN ('queued', 'parked')"
        ),
    ),
    # By the workspace's keys: an index by sender would cost whoever is waiting for an ack more than it saves here.
    (
        "",
        (
            "UPDATE inbox SET state = 'done', payload = '', sender = ''"
            " WHERE workspace = :workspace AND sender = :user"
        ),
    ),
    *(("", statement) for statement in (*FORGET_HUDDLES, *FORGET_HOPES, *FORGET_CUSTOMERS, *FORGET_NAMES)),
    ("", "DELETE FROM story_read WHERE workspace = :workspace AND reader = :user"),
    ("", "DELETE FROM daily_dm WHERE workspace = :workspace AND person = :user"),
    *(("", statement) for statement in FORGET_REASONS),
    ("", "UPDATE purpose SET set_by = '' WHERE workspace = :workspace AND set_by = :user"),
    ("", "UPDATE digest_pick SET teller = '' WHERE workspace = :workspace AND teller = :user"),
    # An edit in their DM whose message never came holds their words, too.
    (
        "",
        (
            "DELETE FROM story_message WHERE workspace = :workspace AND (story IS NULL"
            " AND substr(origin, 1, length(:place)) = :place OR story IN"
            " (SELECT id FROM story WHERE workspace = :workspace AND teller = :user AND state = 'withdrawn'))"
        ),
    ),
    # The rows stay for the posts that showed them, without a word and without a name. (One that was told at this
    # very instant keeps its name: it can still be forgotten.)
    (
        "",
        (
            "UPDATE story SET teller = '', origin = 'forgotten:' || id, prompt = NULL"
            " WHERE workspace = :workspace AND teller = :user AND state = 'withdrawn'"
        ),
    ),
)
_DM = text("SELECT dm FROM person WHERE workspace = :workspace AND id = :user")
_TOMBSTONE = text(
    "INSERT INTO person (workspace, id, forgotten_at) VALUES (:workspace, :user, :at)"
    " ON CONFLICT (workspace, id) DO UPDATE SET dm = NULL"
)
_EXPIRED = text(
    "SELECT workspace, id FROM story WHERE state <> 'withdrawn' AND told_at < :before ORDER BY told_at LIMIT :limit"
)
_LEFT_BEHIND = text(
    "SELECT s.workspace, s.id FROM story s JOIN person p ON p.workspace = s.workspace AND p.id = s.teller"
    " WHERE p.left_at < :before AND s.state <> 'withdrawn' AND (s.state = 'draft' OR s.visibility < :shared)"
    " ORDER BY s.told_at LIMIT :limit"
)
_RESTING = text(
    "UPDATE inbox SET state = 'done', payload = '', sender = '' WHERE state = 'resting' AND received_at < :before"
)
_AT_ONCE = 1_000
# A deleted word stays in the index's older parts until all parts are merged into one; a little at a time,
# so that nobody who writes meanwhile waits long.
_MERGE_ALL = "INSERT INTO story_search (story_search, rank) VALUES ('merge', -400)"
_MERGE_MORE = "INSERT INTO story_search (story_search, rank) VALUES ('merge', 400)"
_CHANGES = "SELECT total_changes()"
_CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
_CHECKPOINT_TRIES = 100
_VACUUM = (
    "VACUUM story, story_message, story_revision, story_words, story_read, inbox, digest_pick, person, hope, customer,"
    " pulse, pulse_voter"
)


class SqlForgetting:
    """See `bot.ports.forgetting.Forgetting`."""

    def __init__(self, database: Database, deletions: Deletions) -> None:
        """Work on that database, and note in `deletions` what a restored backup must not bring back."""
        self._database = database
        self._deletions = deletions

    async def person(self, workspace: Workspace, user: UserId, *, at: datetime) -> Gone:
        """Everything of a person; a tombstone with the bare id stays."""

        async def work(connection: AsyncConnection) -> Gone:
            gone = await forget(connection, workspace, user, at)
            await self._deletions.note(Deletion(What.PERSON, workspace, at, user))
            return gone

        return await self._database.write(work, workspace)

    async def everything_of(self, workspace: Workspace, user: UserId) -> Mapping[str, Any]:
        """All that is kept about a person as plain JSON-able data."""
        async with self._database.reading(workspace) as connection:
            return await own_data(connection, workspace, user)

    async def expired(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw stories told before that instant, in every workspace, and drop what never could be worked off."""

        async def work(connection: AsyncConnection) -> None:
            for statement in (_RESTING, *EXPIRED_HOPES):
                await connection.execute(statement, {"before": micros(before)})

        await self._database.write(work, EVERY_WORKSPACE)
        return await self._withdraw(_EXPIRED, limit, before=micros(before))

    async def left_behind(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw what people who left before that instant had not shared. How many stories."""

        async def work(connection: AsyncConnection) -> None:
            for statement in (*LEFT_BEHIND_HOPES, *LEFT_BEHIND_REASONS):
                await connection.execute(statement, {"before": micros(before)})

        await self._database.write(work, EVERY_WORKSPACE)
        return await self._withdraw(_LEFT_BEHIND, limit, before=micros(before), shared=int(Visibility.TEAM))

    async def _withdraw(self, which: TextClause, limit: int | None, **values: Any) -> int:
        """Without a limit all of them, some at a time, so that nobody who writes meanwhile waits long."""
        gone = 0
        while True:
            work = partial(_withdraw_some, which, {**values, "limit": limit or _AT_ONCE})
            count = await self._database.write(work, EVERY_WORKSPACE)
            gone += count
            if limit is not None or count < _AT_ONCE:
                return gone

    async def holding(self, workspace: Workspace, words: str) -> Sequence[StoryId]:
        """Stories that hold these words in any wording or field."""
        return await stories_holding(self._database, workspace, words)

    async def redact(self, workspace: Workspace, story: StoryId, words: str, *, at: datetime) -> Story | None:
        """Black out these words in a story; None where nothing of it held them."""

        async def work(connection: AsyncConnection) -> Story | None:
            after = await redact_story(connection, workspace, story, words)
            if after is not None:
                await note(
                    connection, workspace, actor="operator", action="story.redacted", about=story, at=at
                )
                seal = sealed(words, secrets.token_hex(4))
                await self._deletions.note(Deletion(What.WORDS, workspace, at, story, seal))
            return after

        return await self._database.write(work, workspace)

    async def compact(self) -> None:
        """Make sure deleted words are gone from the files.

        On PostgreSQL a VACUUM: the server then reuses the space; its own log and backups are its operator's.
        """
        if not self._database.is_sqlite:
            async with self._database.plain() as connection:
                await connection.exec_driver_sql(_VACUUM)
            return
        await self._merge(_MERGE_ALL)
        while await self._merge(_MERGE_MORE):
            # Each step gave the one writing connection back to whoever waits for it.
            pass
        await self._checkpoint()

    async def _merge(self, statement: str) -> bool:
        """One step of merging the search index; False where nothing was left to merge."""
        async with self._database.plain() as connection:
            before = (await connection.exec_driver_sql(_CHANGES)).scalar_one()
            await connection.exec_driver_sql(statement)
            after = (await connection.exec_driver_sql(_CHANGES)).scalar_one()
        return bool(after - before >= 2)

    async def _checkpoint(self) -> None:
        """Bring the write-ahead log into the file and empty it, once no reader needs it any more."""
        for _ in range(_CHECKPOINT_TRIES):
            async with self._database.plain() as connection:
                busy = (await connection.exec_driver_sql(_CHECKPOINT)).one()[0]
            if not busy:
                return
            await asyncio.sleep(0.02)


async def _withdraw_some(which: TextClause, values: dict[str, Any], connection: AsyncConnection) -> int:
    rows = (await connection.execute(which, values)).all()
    by_workspace: dict[Workspace, list[StoryId]] = {}
    for workspace, story in rows:
        by_workspace.setdefault(workspace, []).append(story)
    for workspace, stories in by_workspace.items():
        await wipe_stories(connection, workspace, stories)
    return len(rows)


async def forget(connection: AsyncConnection, workspace: Workspace, user: UserId, at: datetime) -> Gone:
    """Everything of a person, in the caller's transaction; a tombstone with the bare id stays."""
    values = {"workspace": workspace, "user": user, "at": micros(at)}
    dm = (await connection.execute(_DM, values)).scalar_one_or_none()
    values["place"] = f"{dm}:" if dm else "-"
    told: Sequence[Any] = (await connection.execute(_STORIES, values)).all()
    gone = tuple(row.id for row in told if row.state != "withdrawn")
    await wipe_stories(connection, workspace, gone)
    counts = {"stories": sum(row.state == "kept" for row in told)}
    counts["drafts"] = sum(row.state == "draft" for row in told)
    await mark_naming(connection, workspace, user)
    for name, statement in _REST:
        count = (await connection.execute(text(statement), values)).rowcount
        if name:
            counts[name] = count
    await forget_votes(connection, workspace, user)
    await connection.execute(_TOMBSTONE, values)
    return Gone(counts={name: count for name, count in counts.items() if count}, stories=gone)
