"""Hopes and what came of them."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.db.ledger_rows import among
from bot.db.marking import mark_stories
from bot.db.values import clean, instant, maybe_instant, maybe_micros, micros, new_id
from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.redacting import redacted
from bot.domain.sealing import sealed

_EMPTY = "state = 'dropped', words = '', line = '', customer = '', outcome = NULL, shared = false"
_UNSHARED_OF_LEFT = (
    "NOT hope.shared AND EXISTS (SELECT 1 FROM person p WHERE p.workspace = hope.workspace AND p.id = hope.person"
    " AND p.left_at < :before)"
)

_SHOW_ANEW = (
    "UPDATE delivery SET wanted = wanted + 1 WHERE state NOT IN ('skipped', 'failed') AND id IN (SELECT s.delivery"
    " FROM delivery_story s JOIN hope ON hope.workspace = s.workspace AND hope.id = s.story WHERE {})"
)
_OLD = "hope.story IS NULL AND hope.created_at < :before AND hope.state <> 'dropped'"
_LEFT = f"hope.story IS NULL AND hope.state <> 'dropped' AND {_UNSHARED_OF_LEFT}"
_LINE_LEFT = f"hope.line <> '' AND {_UNSHARED_OF_LEFT}"

FORGET = (
    _SHOW_ANEW.format("hope.workspace = :workspace AND hope.person = :user"),
    "DELETE FROM hope WHERE workspace = :workspace AND person = :user",
)
"""What forgetting a person does here."""
WIPE_WITH_STORIES = f"UPDATE hope SET {_EMPTY} WHERE workspace = :workspace AND story IN :stories"
"""What withdrawing stories does here: nobody is asked any more, and no word is left."""
EXPIRED = (text(_SHOW_ANEW.format(_OLD)), text(f"UPDATE hope SET {_EMPTY} WHERE {_OLD}"))
"""What is too old here; what stands with a story goes with it."""
LEFT_BEHIND = (
    text(_SHOW_ANEW.format(_LEFT)),
    text(f"UPDATE hope SET {_EMPTY} WHERE {_LEFT}"),
    text(f"UPDATE hope SET line = '' WHERE {_LINE_LEFT}"),
)
"""What people who left had kept to themselves here."""

_NAMES = (
    "workspace", "id", "kind", "person", "team", "story", "origin", "words", "customer", "due_on", "state", "outcome",
    "line", "shared", "taken_from", "created_at", "asked_at", "answered_at",
)  # fmt: skip
_FROM = f"SELECT {', '.join(_NAMES)} FROM hope WHERE workspace = :workspace AND"
_KEEP = text(
    f"INSERT INTO hope ({', '.join(_NAMES)}) VALUES (:{', :'.join(_NAMES)}) ON CONFLICT (workspace, origin) DO NOTHING"
)
_BY_ORIGIN = text(f"{_FROM} origin = :origin")
_GET = text(f"{_FROM} id = :hope")
_CHANGED = ("words", "due_on", "state", "outcome", "line", "shared", "customer", "answered_at")
_CHANGE = text(
    f"UPDATE hope SET {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " WHERE workspace = :workspace AND id = :id AND state <> 'dropped'"
)
_ASKED = text("UPDATE hope SET asked_at = :at WHERE workspace = :workspace AND id = :hope")
_DUE = text(f"{_FROM} person = :person AND state = 'open' AND due_on <= :on ORDER BY due_on, created_at, id")
_OF_PERSON = text(
    f"{_FROM} person = :person AND state <> 'dropped' ORDER BY state DESC,"
    " CASE WHEN state = 'open' THEN due_on ELSE '' END, answered_at DESC, created_at DESC, id LIMIT :limit"
)
_OF_STORIES = among(f"{_FROM} story IN :stories AND state <> 'dropped' ORDER BY created_at, id", "stories")
_TOLD = text(
    f"{_FROM} team = :team AND state = 'answered' AND shared AND answered_at >= :since AND answered_at < :until"
    " ORDER BY answered_at, id"
)
_TRIED = among(
    f"{_FROM} team IN :teams AND state = 'open' AND kind = 'trial' AND shared AND person <> :without"
    " ORDER BY created_at DESC, id LIMIT :limit",
    "teams",
)
_TAKEN = text(
    f"{_FROM} taken_from IN (SELECT id FROM hope WHERE workspace = :workspace AND person = :person)"
    " AND person <> :person AND created_at >= :since AND created_at < :until ORDER BY created_at, id"
)
_TRIALS = text(f"{_FROM} story IS NULL AND state <> 'dropped' ORDER BY id")
_BLACK = text("UPDATE hope SET words = :words, line = :line WHERE workspace = :workspace AND id = :id")
_CHUNK = 500


class SqlHopes:
    """See `bot.ports.hopes.Hopes`."""

    def __init__(self, database: Database, deletions: Deletions) -> None:
        """Work on that database, and note in `deletions` what a restored backup must not bring back."""
        self._database = database
        self._deletions = deletions

    async def keep(self, hope: Hope) -> Hope:
        """Insert a hope, or return the one of that origin."""
        values = _values_of(replace(hope, id=hope.id or new_id(hope.created_at)))

        async def work(connection: AsyncConnection) -> Hope:
            new = (await connection.execute(_KEEP, values)).rowcount
            row = (await connection.execute(_BY_ORIGIN, values)).mappings().one()
            kept = _hope(row)
            if new:
                await _mark(connection, kept)
            return kept

        return await self._database.write(work, hope.workspace)

    async def get(self, workspace: Workspace, hope: str) -> Hope | None:
        """One hope, dropped ones included."""
        return next(iter(await self._find(_GET, workspace, hope=hope)), None)

    async def change(self, hope: Hope) -> bool:
        """Store what may change of it; False where it was dropped or is unknown."""
        values = _values_of(_emptied(hope) if hope.state is HopeState.DROPPED else hope)

        async def work(connection: AsyncConnection) -> bool:
            if not (await connection.execute(_CHANGE, values)).rowcount:
                return False
            await _mark(connection, hope)
            return True

        return await self._database.write(work, hope.workspace)

    async def asked(self, workspace: Workspace, hope: str, *, at: datetime) -> None:
        """Note when its owner was asked."""
        values = {"workspace": workspace, "hope": hope, "at": micros(at)}
        async with self._database.writing(workspace) as connection:
            await connection.execute(_ASKED, values)

    async def due(self, workspace: Workspace, person: UserId, *, on: date) -> Sequence[Hope]:
        """A person's open hopes of that day and before, the earliest first."""
        return await self._find(_DUE, workspace, person=person, on=on.isoformat())

    async def of_person(self, workspace: Workspace, person: UserId, *, limit: int = 100) -> Sequence[Hope]:
        """A person's hopes: open ones by their day, then answered ones, the newest answer first."""
        return await self._find(_OF_PERSON, workspace, person=person, limit=limit)

    async def of_stories(
        self, workspace: Workspace, stories: Collection[StoryId]
    ) -> Mapping[StoryId, Sequence[Hope]]:
        """The hopes of those stories that have any, oldest first."""
        asked = list(dict.fromkeys(stories))
        found: dict[StoryId, list[Hope]] = {}
        for start in range(0, len(asked), _CHUNK):
            for each in await self._find(_OF_STORIES, workspace, stories=asked[start : start + _CHUNK]):
                found.setdefault(each.story or "", []).append(each)
        return found

    async def told(
        self, workspace: Workspace, team: TeamId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        """A team's answered hopes that it may hear of, oldest first."""
        return await self._find(_TOLD, workspace, team=team, since=micros(since), until=micros(until))

    async def tried(
        self, workspace: Workspace, teams: Collection[TeamId], *, without: UserId, limit: int = 20
    ) -> Sequence[Hope]:
        """Open trials of others that these teams may hear of, newest first."""
        return await self._find(_TRIED, workspace, teams=sorted(set(teams)), without=without, limit=limit)

    async def taken_since(
        self, workspace: Workspace, person: UserId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        """Others' trials that were taken from one of this person's, oldest first."""
        return await self._find(_TAKEN, workspace, person=person, since=micros(since), until=micros(until))

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        """Black these words out in every trial. In how many they stood."""

        async def work(connection: AsyncConnection) -> int:
            rows = (await connection.execute(_TRIALS, {"workspace": workspace})).mappings().all()
            changed = 0
            for trial in map(_hope, rows):
                if await redact_trial(connection, trial, words):
                    seal = sealed(words, secrets.token_hex(4))
                    await self._deletions.note(Deletion(What.TRIAL, workspace, at, trial.id, seal))
                    changed += 1
            return changed

        return await self._database.write(work, workspace)

    async def _find(self, statement: TextClause, workspace: Workspace, **values: Any) -> Sequence[Hope]:
        async with self._database.reading(workspace) as connection:
            rows = (await connection.execute(statement, {"workspace": workspace, **values})).mappings().all()
        return [_hope(row) for row in rows]


async def trial_of(connection: AsyncConnection, workspace: Workspace, trial: str) -> Hope | None:
    """A trial as it stands, where it has words."""
    row = (await connection.execute(_GET, {"workspace": workspace, "hope": trial})).mappings().one_or_none()
    return _hope(row) if row is not None and row["words"] else None


async def redact_trial(connection: AsyncConnection, trial: Hope, words: str) -> bool:
    """Black words out of a trial as it reads now; False where it does not hold them."""
    black = replace(trial, words=redacted(trial.words, words), line=redacted(trial.line, words))
    if black == trial:
        return False
    await connection.execute(_BLACK, _values_of(black))
    await _mark(connection, black)
    return True


async def _mark(connection: AsyncConnection, hope: Hope) -> None:
    """Its own questions, its story's receipt, and the digests that tell of it are to be shown anew."""
    shown = [hope.id] if hope.story is None else [hope.id, hope.story]
    await mark_stories(connection, hope.workspace, shown)


def _emptied(hope: Hope) -> Hope:
    return replace(hope, words="", line="", customer="", outcome=None, shared=False)


def _values_of(hope: Hope) -> dict[str, Any]:
    return {
        "workspace": hope.workspace,
        "id": hope.id,
        "kind": hope.kind.value,
        "person": hope.person,
        "team": hope.team,
        "story": hope.story,
        "origin": hope.origin,
        "words": clean(hope.words),
        "customer": clean(hope.customer),
        "due_on": hope.due_on.isoformat(),
        "state": hope.state.value,
        "outcome": hope.outcome.value if hope.outcome is not None else None,
        "line": clean(hope.line),
        "shared": hope.shared,
        "taken_from": hope.taken_from,
        "created_at": micros(hope.created_at),
        "asked_at": maybe_micros(hope.asked_at),
        "answered_at": maybe_micros(hope.answered_at),
    }


def _hope(row: RowMapping) -> Hope:
    return Hope(
        id=row["id"],
        workspace=row["workspace"],
        kind=HopeKind(row["kind"]),
        person=row["person"],
        words=row["words"],
        due_on=date.fromisoformat(row["due_on"]),
        origin=row["origin"],
        created_at=instant(row["created_at"]),
        team=row["team"],
        story=row["story"],
        customer=row["customer"],
        state=HopeState(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] is not None else None,
        line=row["line"],
        shared=bool(row["shared"]),
        taken_from=row["taken_from"],
        asked_at=maybe_instant(row["asked_at"]),
        answered_at=maybe_instant(row["answered_at"]),
    )
