"""Digests: planned once a day and team, changed until they are posted, found again by what they show."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_rows import owe
from bot.db.marking import mark_digest
from bot.db.values import clean, instant, listed, micros, new_id, words
from bot.domain.deliveries import NewDelivery
from bot.domain.digests import AS_POSTED, Digest, DigestState, Pick, Voice
from bot.domain.identity import DigestId, StoryId, TeamId, UserId, Workspace

_PLAN = text("""
INSERT INTO digest (workspace, id, team, day, since, until, state, headline, question, label, left_out, held, put_in)
VALUES (:workspace, :id, :team, :day, :since, :until, :state, :headline, :question, :label, :left_out, :held, :put_in)
ON CONFLICT DO NOTHING
""")
_ALL = "SELECT * FROM digest WHERE workspace = :workspace"


def _with_picks(which: str, picks: str = "") -> TextClause:
    """Digests and their picks in one statement: a row for each pick, one for a digest without any."""
    return text(
        "SELECT d.*, p.story, p.teller, p.featured, p.position, p.alike, p.theme, p.quote, p.beneath"
        f" FROM ({_ALL}{which}) d LEFT JOIN digest_pick p ON p.workspace = d.workspace AND p.digest = d.id{picks}"
        " ORDER BY d.until, d.id, p.position, p.story"
    )


_ONE = text(f"{_ALL} AND id = :digest")
_GET = _with_picks(" AND id = :digest")
_OF_DAY = _with_picks(" AND team = :team AND day = :day")
_LATEST = _with_picks(
    " AND id = (SELECT id FROM digest WHERE workspace = :workspace AND team = :team AND until < :before"
    " ORDER BY until DESC, id DESC LIMIT 1)"
)
_FEATURED = _with_picks(" AND team = :team AND until > :since", " AND p.featured")
_SHOWING = _with_picks(
    " AND id IN (SELECT digest FROM digest_pick WHERE workspace = :workspace AND story = :story)"
)
_CHANGE = text(
    "UPDATE digest SET state = :state, until = :until, headline = :headline, question = :question, label = :label,"
    " left_out = :left_out, held = :held, put_in = :put_in WHERE workspace = :workspace AND id = :id"
)
_CHANGE_IF = text(
    f"{_CHANGE.text} AND state = :was_state AND COALESCE(headline, '') = :was_headline AND question = :was_question"
    " AND label = :was_label AND left_out = :was_left_out AND put_in = :was_put_in"
)
_UNPICK = text("DELETE FROM digest_pick WHERE workspace = :workspace AND digest = :id")
_PICK = text(
    "INSERT INTO digest_pick (workspace, digest, story, teller, featured, position, alike, theme, quote, beneath)"
    " VALUES (:workspace, :digest, :story, :teller, :featured, :position, :alike, :theme, :quote, :beneath)"
)
# From the week's digests to their picks: the other way round would read all that a person ever told.
_VOICES = text(
    "SELECT d.team, d.until, p.story, p.position FROM digest d JOIN digest_pick p ON p.workspace = d.workspace"
    " AND p.digest = d.id WHERE d.workspace = :workspace AND d.until > :since AND d.until <= :until"
    " AND d.state = 'posted' AND p.teller = :user AND p.featured ORDER BY d.until, d.id, p.position"
)
_FAR_AHEAD = 2**62


class SqlDigests:
    """See `bot.ports.digests.Digests`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def plan(self, digest: Digest, *, enqueue: Sequence[NewDelivery] = ()) -> Digest:
        """Insert the digest of a team's day, or return the one that exists."""
        wanted = replace(digest, id=digest.id or new_id(digest.until))

        async def work(connection: AsyncConnection) -> None:
            if (await connection.execute(_PLAN, _values_of(wanted))).rowcount:
                await _save_picks(connection, wanted)
                await owe(connection, [replace(new, subject=new.subject or wanted.id) for new in enqueue])

        await self._database.write(work)
        planned = await self.of_day(digest.workspace, digest.team, digest.day)
        if planned is None:
            raise LookupError("the digest was taken away while it was planned")
        return planned

    async def get(self, workspace: Workspace, digest: DigestId) -> Digest | None:
        """One digest."""
        return next(iter(await self._select(_GET, workspace, digest=digest)), None)

    async def of_day(self, workspace: Workspace, team: TeamId, day: date) -> Digest | None:
        """The team's digest of that local date."""
        return next(iter(await self._select(_OF_DAY, workspace, team=team, day=day.isoformat())), None)

    async def latest(
        self, workspace: Workspace, team: TeamId, *, before: datetime | None = None
    ) -> Digest | None:
        """The team's newest digest by `until`, dropped ones included."""
        limit = _FAR_AHEAD if before is None else micros(before)
        return next(iter(await self._select(_LATEST, workspace, team=team, before=limit)), None)

    async def change(self, digest: Digest, *, before: Digest | None = None) -> bool:
        """Store what a manager or the bot decided; marks its message to be shown anew."""

        async def work(connection: AsyncConnection) -> bool:
            values = _values_of(digest)
            where = {"workspace": digest.workspace, "digest": digest.id}
            was = (await connection.execute(_ONE, where)).one_or_none()
            if was is None:
                return False
            if before is None:
                await connection.execute(_CHANGE, values)
            elif not (await connection.execute(_CHANGE_IF, values | _expected(before))).rowcount:
                return False
            await connection.execute(_UNPICK, values)
            await _save_picks(connection, digest)
            # That it was posted changes no word of it: marked, every digest would be updated right after its post.
            posted = was.state == DigestState.PLANNED and digest.state in AS_POSTED
            await mark_digest(connection, digest, preview_only=posted)
            return True

        return await self._database.write(work)

    async def featured_since(self, workspace: Workspace, team: TeamId, since: datetime) -> Sequence[Digest]:
        """Digests with `until` after `since`, oldest first, with their highlights alone."""
        return await self._select(_FEATURED, workspace, team=team, since=micros(since))

    async def voices(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Voice]:
        """A teller's featured stories in posted digests, oldest first."""
        values = {"workspace": workspace, "user": user, "since": micros(since), "until": micros(until)}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_VOICES, values)).all()
        return [Voice(row.team, instant(row.until), row.story, opened=row.position == 0) for row in rows]

    async def showing(self, workspace: Workspace, story: StoryId) -> Sequence[Digest]:
        """Digests in which a story stands."""
        return await self._select(_SHOWING, workspace, story=story)

    async def _select(self, statement: TextClause, workspace: Workspace, **values: Any) -> Sequence[Digest]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement, {"workspace": workspace, **values})).all()
        return [_digest(found) for _, found in groupby(rows, key=_id)]


async def _save_picks(connection: AsyncConnection, digest: Digest) -> None:
    rows = [
        {
            "workspace": digest.workspace,
            "digest": digest.id,
            "story": pick.story,
            "teller": pick.teller,
            "featured": pick.featured,
            "position": pick.position,
            "alike": pick.alike,
            "theme": pick.theme,
            "quote": None if pick.quote is None else clean(pick.quote),
            "beneath": pick.like,
        }
        for pick in digest.picks
    ]
    if rows:
        await connection.execute(_PICK, rows)


def _values_of(digest: Digest) -> dict[str, Any]:
    return {
        "workspace": digest.workspace,
        "id": digest.id,
        "team": digest.team,
        "day": digest.day.isoformat(),
        "since": micros(digest.since),
        "until": micros(digest.until),
        "state": digest.state.value,
        "headline": None if digest.headline is None else clean(digest.headline),
        "question": clean(digest.question),
        "label": digest.label,
        "left_out": listed(digest.left_out),
        "held": listed(digest.held),
        "put_in": listed(digest.put_in),
    }


def _expected(before: Digest) -> dict[str, Any]:
    was = _values_of(before)
    return {
        "was_state": was["state"],
        "was_headline": was["headline"] or "",
        "was_question": was["question"],
        "was_label": was["label"],
        "was_left_out": was["left_out"],
        "was_put_in": was["put_in"],
    }


def _id(row: Any) -> DigestId:
    return str(row.id)


def _digest(rows: Iterator[Any]) -> Digest:
    row, *more = rows
    return Digest(
        id=row.id,
        workspace=row.workspace,
        team=row.team,
        day=date.fromisoformat(row.day),
        since=instant(row.since),
        until=instant(row.until),
        state=DigestState(row.state),
        headline=row.headline,
        question=row.question,
        label=row.label,
        picks=tuple(_pick(each) for each in (row, *more) if each.story is not None),
        left_out=words(row.left_out),
        held=words(row.held),
        put_in=words(row.put_in),
    )


def _pick(row: Any) -> Pick:
    return Pick(
        story=row.story,
        teller=row.teller,
        featured=bool(row.featured),
        position=row.position,
        alike=row.alike,
        theme=row.theme,
        quote=row.quote,
        like=row.beneath,
    )
