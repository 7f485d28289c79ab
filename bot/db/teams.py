"""Teams, their purposes and their members."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_base import in_dialect
from bot.db.ledger_planning import save_schedules
from bot.db.ledger_rows import among
from bot.db.team_rows import COLUMNS, SELECT, team_of, values_of
from bot.db.values import clean, instant, maybe_instant, micros, new_id
from bot.domain.identity import ChannelId, TeamId, UserId, Workspace
from bot.domain.purposes import Purpose
from bot.domain.teams import Member, Membership, Team

_INSERT = f"INSERT INTO team ({', '.join(COLUMNS)}) VALUES (:{', :'.join(COLUMNS)})"
_MAKE = text(f"{_INSERT} ON CONFLICT (workspace, channel) DO NOTHING")
_SETTINGS = ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS if name not in ("workspace", "id", "ai_since")
)
# Kept while AI stays on: stories told before it was turned on are never read.
_SETTINGS += (
    ", ai_since = CASE WHEN team.ai AND excluded.ai THEN COALESCE(team.ai_since, excluded.ai_since)"
    " ELSE excluded.ai_since END"
)
_SAVE = text(f"{_INSERT} ON CONFLICT (workspace, id) DO UPDATE SET {_SETTINGS}")
_BY_CHANNEL = text(f"{SELECT} WHERE t.workspace = :workspace AND t.channel = :channel")
_GET = text(f"{SELECT} WHERE t.workspace = :workspace AND t.id = :team")
_ALL = text(f"{SELECT} WHERE t.workspace = :workspace ORDER BY t.name, t.id")
_OF_PERSON = among(
    f"{SELECT} JOIN member m ON m.workspace = t.workspace AND m.team = t.id"
    ' WHERE m.workspace = :workspace AND m."user" = :user AND m.state IN :states ORDER BY t.name, t.id',
    "states",
)
_MANAGED_BY = text(
    f"{SELECT} JOIN team_manager m ON m.workspace = t.workspace AND m.team = t.id"
    ' WHERE m.workspace = :workspace AND m."user" = :user ORDER BY t.name, t.id'
)
_MANAGERS = among(
    'SELECT team, "user" FROM team_manager WHERE workspace = :workspace AND team IN :teams ORDER BY team, position',
    "teams",
)
_NO_MANAGERS = text("DELETE FROM team_manager WHERE workspace = :workspace AND team = :team")
_MANAGER = text(
    'INSERT INTO team_manager (workspace, team, "user", position) VALUES (:workspace, :team, :user, :position)'
)
_IN_FORCE = (
    "SELECT t.purpose_version AS version, (SELECT p.text FROM purpose p WHERE p.workspace = t.workspace"
    " AND p.team = t.id AND p.version = t.purpose_version) AS text"
    " FROM team t WHERE t.workspace = :workspace AND t.id = :team {lock}"
)
_PURPOSE = text("SELECT * FROM purpose WHERE workspace = :workspace AND team = :team AND version = :version")
_PURPOSES = text("SELECT * FROM purpose WHERE workspace = :workspace AND team = :team ORDER BY version")
_ADD_PURPOSE = text(
    "INSERT INTO purpose (workspace, team, version, text, set_by, set_at)"
    " VALUES (:workspace, :team, :version, :text, :by, :now)"
)
_PUT_IN_FORCE = text("UPDATE team SET purpose_version = :version WHERE workspace = :workspace AND id = :team")
_MEMBERS = text('SELECT * FROM member WHERE workspace = :workspace AND team = :team ORDER BY "user"')
_MEMBER = text('SELECT * FROM member WHERE workspace = :workspace AND team = :team AND "user" = :user')
_SET_MEMBER = text("""
INSERT INTO member (workspace, team, "user", state, since) VALUES (:workspace, :team, :user, :state, :now)
ON CONFLICT (workspace, team, "user") DO UPDATE SET state = excluded.state, since = excluded.since
WHERE member.state <> excluded.state
""")


_NOTE_AI = text("""
UPDATE member SET ai_told_at = :now WHERE workspace = :workspace AND team = :team AND "user" = :user
  AND (ai_told_at IS NULL OR ai_told_at < COALESCE(
    (SELECT t.ai_since FROM team t WHERE t.workspace = :workspace AND t.id = :team), 0))
""")


class SqlTeams:
    """See `bot.ports.teams.Teams`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def by_channel(self, workspace: Workspace, channel: ChannelId) -> Team | None:
        """The team that lives in a channel, with its purpose in force."""
        found = await self._select(_BY_CHANNEL, workspace, channel=channel)
        return found[0] if found else None

    async def get(self, workspace: Workspace, team: TeamId) -> Team | None:
        """One team."""
        found = await self._select(_GET, workspace, team=team)
        return found[0] if found else None

    async def all(self, workspace: Workspace) -> Sequence[Team]:
        """Every team of a workspace, by name."""
        return await self._select(_ALL, workspace)

    async def of_person(
        self, workspace: Workspace, user: UserId, states: Collection[Membership] = (Membership.ACTIVE,)
    ) -> Sequence[Team]:
        """The teams a person is in with one of `states`, by name."""
        names = sorted(state.value for state in states)
        return await self._select(_OF_PERSON, workspace, user=user, states=names)

    async def managed_by(self, workspace: Workspace, user: UserId) -> Sequence[Team]:
        """The teams a person manages, by name."""
        return await self._select(_MANAGED_BY, workspace, user=user)

    async def save(self, team: Team, *, by: UserId, now: datetime) -> Team:
        """Insert or update a team, its managers and its schedules; a channel that has a team already keeps it."""
        new = not team.id
        wanted = replace(team, id=team.id or new_id(now), created_at=team.created_at or now)
        wanted = replace(wanted, ai_since=(team.ai_since or now) if team.ai else None)

        async def work(connection: AsyncConnection) -> bool:
            statement = _MAKE if new else _SAVE
            if not (await connection.execute(statement, values_of(wanted))).rowcount:
                return False
            await _save_managers(connection, wanted)
            await save_schedules(connection, wanted, now)
            return True

        await self._database.write(work)
        saved = await self.by_channel(wanted.workspace, wanted.channel)
        if saved is None:
            raise LookupError("the team was taken away while it was saved")
        return saved

    async def set_purpose(
        self, workspace: Workspace, team: TeamId, text: str, *, by: UserId, now: datetime
    ) -> Purpose:
        """Make `text` the purpose in force; LookupError where there is no such team."""
        values: dict[str, Any] = {"workspace": workspace, "team": team, "by": by, "now": micros(now)}
        values["text"] = clean(text)

        async def work(connection: AsyncConnection) -> Purpose:
            row = (await connection.execute(in_dialect(_IN_FORCE, connection), values)).one_or_none()
            if row is None:
                raise LookupError("no such team")
            values["version"] = row.version
            if row.text != values["text"]:
                values["version"] = row.version + 1
                await connection.execute(_ADD_PURPOSE, values)
                await connection.execute(_PUT_IN_FORCE, values)
            return _purpose((await connection.execute(_PURPOSE, values)).one())

        return await self._database.write(work)

    async def purposes(self, workspace: Workspace, team: TeamId) -> Sequence[Purpose]:
        """Every wording, oldest first."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_PURPOSES, {"workspace": workspace, "team": team})).all()
        return [_purpose(row) for row in rows]

    async def members(self, workspace: Workspace, team: TeamId) -> Sequence[Member]:
        """Everyone who is or was in the team, by user id."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_MEMBERS, {"workspace": workspace, "team": team})).all()
        return [_member(row) for row in rows]

    async def member(self, workspace: Workspace, team: TeamId, user: UserId) -> Member | None:
        """One person's place in a team."""
        values = {"workspace": workspace, "team": team, "user": user}
        async with self._database.reading() as connection:
            row = (await connection.execute(_MEMBER, values)).one_or_none()
        return None if row is None else _member(row)

    async def set_member(
        self, workspace: Workspace, team: TeamId, user: UserId, state: Membership, *, now: datetime
    ) -> bool:
        """Put a person into a state; False where they were in it already."""
        values = {
            "workspace": workspace,
            "team": team,
            "user": user,
            "state": state.value,
            "now": micros(now),
        }

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(_SET_MEMBER, values)).rowcount > 0

        return await self._database.write(work)

    async def note_ai(self, workspace: Workspace, team: TeamId, user: UserId, *, now: datetime) -> bool:
        """A member was told that this team lets AI read stories; False where they had been since it was turned on."""
        values = {"workspace": workspace, "team": team, "user": user, "now": micros(now)}

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(_NOTE_AI, values)).rowcount > 0

        return await self._database.write(work)

    async def _select(self, statement: TextClause, workspace: Workspace, **values: Any) -> Sequence[Team]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement, {"workspace": workspace, **values})).mappings().all()
            if not rows:
                return []
            ids = [row["id"] for row in rows]
            pairs = (await connection.execute(_MANAGERS, {"workspace": workspace, "teams": ids})).all()
        managers: dict[TeamId, list[UserId]] = {}
        for team, user in pairs:
            managers.setdefault(team, []).append(user)
        return [team_of(row, managers) for row in rows]


async def _save_managers(connection: AsyncConnection, team: Team) -> None:
    await connection.execute(_NO_MANAGERS, {"workspace": team.workspace, "team": team.id})
    rows = [
        {"workspace": team.workspace, "team": team.id, "user": user, "position": position}
        for position, user in enumerate(dict.fromkeys(team.managers))
    ]
    if rows:
        await connection.execute(_MANAGER, rows)


def _purpose(row: Any) -> Purpose:
    return Purpose(row.team, row.version, row.text, row.set_by, instant(row.set_at))


def _member(row: Any) -> Member:
    return Member(
        row.team, row.user, Membership(row.state), instant(row.since), maybe_instant(row.ai_told_at)
    )
