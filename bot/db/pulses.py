"""Pulses: counts that everybody may read, and hashes of who answered that go when the pulse closes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_base import in_dialect
from bot.db.values import instant, maybe_instant, micros, new_id
from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.pulses import NONE, QUESTIONS, STEPS, Pulse, is_open
from bot.ports.pulses import Vote

_OPEN = text("""
INSERT INTO pulse (workspace, id, team, quarter, opened_at, closes_at, salt)
VALUES (:workspace, :id, :team, :quarter, :opened_at, :closes_at, :salt) ON CONFLICT DO NOTHING
""")
_OF_QUARTER = text("SELECT * FROM pulse WHERE workspace = :workspace AND team = :team AND quarter = :quarter")
_GET = "SELECT * FROM pulse WHERE workspace = :workspace AND id = :pulse {lock}"
_PLAIN_GET = text(_GET.format(lock=""))
_PAST = text(
    "SELECT * FROM pulse WHERE workspace = :workspace AND team = :team AND closes_at <= :now ORDER BY opened_at, id"
)
_VOTED = text(
    "INSERT INTO pulse_voter (workspace, pulse, voter) VALUES (:workspace, :pulse, :voter) ON CONFLICT DO NOTHING"
)
_COUNT = text("UPDATE pulse SET counts = :counts WHERE workspace = :workspace AND id = :pulse")
_DID_VOTE = text(
    "SELECT 1 FROM pulse_voter WHERE workspace = :workspace AND pulse = :pulse AND voter = :voter"
)
_CLOSE = text("UPDATE pulse SET closed_at = :now, salt = '' WHERE closed_at IS NULL AND closes_at <= :now")
_LET_GO = text(
    "DELETE FROM pulse_voter WHERE EXISTS (SELECT 1 FROM pulse p WHERE p.workspace = pulse_voter.workspace"
    " AND p.id = pulse_voter.pulse AND p.closed_at IS NOT NULL)"
)
_STILL_OPEN = text(
    "SELECT id, team, quarter, salt FROM pulse WHERE workspace = :workspace AND closed_at IS NULL"
)
_UNVOTE = text("DELETE FROM pulse_voter WHERE workspace = :workspace AND pulse = :pulse AND voter = :voter")


class SqlPulses:
    """See `bot.ports.pulses.Pulses`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def open(self, pulse: Pulse) -> Pulse:
        """Insert the pulse of a team's quarter, or return the one that exists."""
        wanted = replace(pulse, id=pulse.id or new_id(pulse.opened_at))
        values = {
            "workspace": wanted.workspace,
            "id": wanted.id,
            "team": wanted.team,
            "quarter": wanted.quarter,
            "opened_at": micros(wanted.opened_at),
            "closes_at": micros(wanted.closes_at),
            "salt": secrets.token_hex(32),
        }

        async def work(connection: AsyncConnection) -> Pulse:
            await connection.execute(_OPEN, values)
            key = {"workspace": wanted.workspace, "team": wanted.team, "quarter": wanted.quarter}
            return _pulse((await connection.execute(_OF_QUARTER, key)).one())

        return await self._database.write(work)

    async def of_quarter(self, workspace: Workspace, team: TeamId, quarter: str) -> Pulse | None:
        """A team's pulse of that quarter."""
        values = {"workspace": workspace, "team": team, "quarter": quarter}
        async with self._database.reading() as connection:
            row = (await connection.execute(_OF_QUARTER, values)).one_or_none()
        return None if row is None else _pulse(row)

    async def get(self, workspace: Workspace, pulse: str) -> Pulse | None:
        """One pulse."""
        row = await self._row(workspace, pulse)
        return None if row is None else _pulse(row)

    async def answer(
        self, workspace: Workspace, pulse: str, user: UserId, answers: Mapping[str, int], *, now: datetime
    ) -> Vote:
        """Count one person's answers, once."""
        values = {"workspace": workspace, "pulse": pulse}

        async def work(connection: AsyncConnection) -> Vote:
            row = (await connection.execute(in_dialect(_GET, connection), values)).one_or_none()
            if row is None or not is_open(_pulse(row), now):
                return Vote.CLOSED
            voter = {"voter": _voter(row.salt, user)}
            if not (await connection.execute(_VOTED, values | voter)).rowcount:
                return Vote.ALREADY
            await connection.execute(_COUNT, values | {"counts": _counted(_pulse(row), answers)})
            return Vote.COUNTED

        return await self._database.write(work)

    async def answered(self, workspace: Workspace, pulse: str, user: UserId) -> bool:
        """Whether this person answered, as long as it is open."""
        row = await self._row(workspace, pulse)
        if row is None or not row.salt:
            return False
        values = {"workspace": workspace, "pulse": pulse, "voter": _voter(row.salt, user)}
        async with self._database.reading() as connection:
            return (await connection.execute(_DID_VOTE, values)).scalar_one_or_none() is not None

    async def past(self, workspace: Workspace, team: TeamId, *, now: datetime) -> Sequence[Pulse]:
        """A team's pulses that take no more answers, oldest first."""
        values = {"workspace": workspace, "team": team, "now": micros(now)}
        async with self._database.reading() as connection:
            return [_pulse(row) for row in (await connection.execute(_PAST, values)).all()]

    async def close_due(self, *, now: datetime) -> int:
        """Close what is over, and let go of who answered."""

        async def work(connection: AsyncConnection) -> int:
            closed = (await connection.execute(_CLOSE, {"now": micros(now)})).rowcount
            if closed:
                await connection.execute(_LET_GO)
            return closed

        return await self._database.write(work)

    async def _row(self, workspace: Workspace, pulse: str) -> Any:
        async with self._database.reading() as connection:
            found = await connection.execute(_PLAIN_GET, {"workspace": workspace, "pulse": pulse})
            return found.one_or_none()


async def forget_votes(connection: AsyncConnection, workspace: Workspace, user: UserId) -> None:
    """That a person answered pulses which are still open; what they answered is in the counts and nobody's."""
    for row in (await connection.execute(_STILL_OPEN, {"workspace": workspace})).all():
        values = {"workspace": workspace, "pulse": row.id, "voter": _voter(row.salt, user)}
        await connection.execute(_UNVOTE, values)


async def votes_of(
    connection: AsyncConnection, workspace: Workspace, user: UserId
) -> Sequence[dict[str, str]]:
    """The open pulses that a person answered: all that is kept of it."""
    answered = []
    for row in (await connection.execute(_STILL_OPEN, {"workspace": workspace})).all():
        values = {"workspace": workspace, "pulse": row.id, "voter": _voter(row.salt, user)}
        if (await connection.execute(_DID_VOTE, values)).scalar_one_or_none() is not None:
            answered.append({"team": row.team, "quarter": row.quarter})
    return answered


def _voter(salt: str, user: UserId) -> str:
    return hmac.new(salt.encode(), user.encode(), hashlib.sha256).hexdigest()


def _counted(pulse: Pulse, answers: Mapping[str, int]) -> str:
    """The counts with one more answer to each question, as JSON text."""
    after = {
        question: [
            number + (answers[question] == step) for step, number in enumerate(pulse.of(question), start=1)
        ]
        for question in QUESTIONS
    }
    return json.dumps(after)


def _pulse(row: Any) -> Pulse:
    counts = {
        name: tuple(numbers) for name, numbers in json.loads(row.counts).items() if len(numbers) == STEPS
    }
    return Pulse(
        id=row.id,
        workspace=row.workspace,
        team=row.team,
        quarter=row.quarter,
        opened_at=instant(row.opened_at),
        closes_at=instant(row.closes_at),
        closed_at=maybe_instant(row.closed_at),
        counts={question: counts.get(question, NONE) for question in QUESTIONS},
    )
