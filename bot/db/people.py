"""People and what they asked of the bot."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_rows import among
from bot.db.values import clean, day, maybe_instant, maybe_micros, micros
from bot.domain.identity import UserId, Workspace
from bot.domain.people import Person, Standing
from bot.domain.stories import Visibility

WISHES = (
    "dm",
    "default_visibility",
    "coach",
    "nudge",
    "ai_refused",
    "stopped_at",
    "paused_until",
    "own_days",
    "own_at",
    "own_holidays",
    "unanswered",
    "rhythm_asked_at",
    "introduced_at",
    "forgotten_at",
    "why",
    "why_shared",
    "why_asked_at",
    "why_returns",
    "why_returned_at",
)
"""What `set` can change."""

_GET = text("SELECT * FROM person WHERE workspace = :workspace AND id = :user")
_MANY = among("SELECT * FROM person WHERE workspace = :workspace AND id IN :users", "users")
# Of somebody who asked to be forgotten nothing but the id is kept, whatever the platform tells.
_PROFILE = text("""
INSERT INTO person (workspace, id, name, zone, locale, standing, is_admin, refreshed_at, left_at)
VALUES (:workspace, :id, :name, :zone, :locale, :standing, :is_admin, :refreshed_at,
  CASE WHEN :standing = 'deactivated' THEN CAST(:refreshed_at AS BIGINT) END)
ON CONFLICT (workspace, id) DO UPDATE SET
  name = CASE WHEN person.forgotten_at IS NULL THEN excluded.name ELSE '' END,
  zone = CASE WHEN person.forgotten_at IS NULL THEN excluded.zone END,
  locale = CASE WHEN person.forgotten_at IS NULL THEN excluded.locale END,
  standing = excluded.standing, is_admin = excluded.is_admin, refreshed_at = excluded.refreshed_at,
  left_at = CASE WHEN excluded.standing = 'deactivated' THEN COALESCE(person.left_at, excluded.left_at) END
RETURNING *
""")
# Databases take a few thousand values in a list, not any number.
_CHUNK = 500


class SqlPeople:
    """See `bot.ports.teams.People`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def get(self, workspace: Workspace, user: UserId) -> Person | None:
        """One person, or None where nothing is known yet."""
        async with self._database.reading() as connection:
            found = await connection.execute(_GET, {"workspace": workspace, "user": user})
            row = found.mappings().one_or_none()
        return None if row is None else person_of(row)

    async def many(self, workspace: Workspace, users: Collection[UserId]) -> Mapping[UserId, Person]:
        """Those of `users` that are known."""
        asked, known = list(dict.fromkeys(users)), {}
        if not asked:
            return {}
        async with self._database.reading() as connection:
            for start in range(0, len(asked), _CHUNK):
                values = {"workspace": workspace, "users": asked[start : start + _CHUNK]}
                rows = (await connection.execute(_MANY, values)).mappings()
                known.update({row["id"]: person_of(row) for row in rows})
        return known

    async def save_profile(self, person: Person) -> Person:
        """Insert the person, or update what the platform tells; what they asked of the bot stays."""
        values = {
            "workspace": person.workspace,
            "id": person.id,
            "name": clean(person.name),
            "zone": person.zone,
            "locale": person.locale,
            "standing": person.standing.value,
            "is_admin": person.is_admin,
            "refreshed_at": maybe_micros(person.refreshed_at),
        }
        return await self._returning(_PROFILE, values)

    async def set(self, workspace: Workspace, user: UserId, **wishes: Any) -> Person:
        """Change any of the person's other fields; an unknown field is a TypeError."""
        unknown = sorted(set(wishes) - set(WISHES))
        if unknown:
            raise TypeError(f"a person has no {', '.join(unknown)} to set")
        values = {name: _column(value) for name, value in wishes.items()}
        statement = _setting(tuple(sorted(wishes)))
        return await self._returning(statement, {"workspace": workspace, "id": user, **values})

    async def _returning(self, statement: TextClause, values: dict[str, Any]) -> Person:
        async def work(connection: AsyncConnection) -> Person:
            return person_of((await connection.execute(statement, values)).mappings().one())

        return await self._database.write(work)


@lru_cache(maxsize=256)
def _setting(names: tuple[str, ...]) -> TextClause:
    columns = ", ".join(("workspace", "id", *names))
    values = ", ".join(f":{name}" for name in ("workspace", "id", *names))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names or ("id",))
    return text(
        f"INSERT INTO person ({columns}) VALUES ({values})"
        f" ON CONFLICT (workspace, id) DO UPDATE SET {changes} RETURNING *"
    )


def _column(value: Any) -> Any:
    match value:
        case datetime():
            return micros(value)
        case date():
            return value.isoformat()
        case Visibility():
            return int(value)
        case str():
            return clean(value)
        case _:
            return value


def person_of(row: RowMapping) -> Person:
    """A row as the domain's value."""
    return Person(
        workspace=row["workspace"],
        id=row["id"],
        name=row["name"],
        zone=row["zone"],
        locale=row["locale"],
        standing=Standing(row["standing"]),
        is_admin=bool(row["is_admin"]),
        dm=row["dm"],
        default_visibility=Visibility(row["default_visibility"]),
        coach=bool(row["coach"]),
        nudge=bool(row["nudge"]),
        ai_refused=bool(row["ai_refused"]),
        stopped_at=maybe_instant(row["stopped_at"]),
        paused_until=day(row["paused_until"]),
        own_days=row["own_days"],
        own_at=row["own_at"],
        own_holidays=row["own_holidays"],
        unanswered=row["unanswered"],
        rhythm_asked_at=maybe_instant(row["rhythm_asked_at"]),
        introduced_at=maybe_instant(row["introduced_at"]),
        forgotten_at=maybe_instant(row["forgotten_at"]),
        refreshed_at=maybe_instant(row["refreshed_at"]),
        left_at=maybe_instant(row["left_at"]),
        why=row["why"],
        why_shared=bool(row["why_shared"]),
        why_asked_at=maybe_instant(row["why_asked_at"]),
        why_returns=bool(row["why_returns"]),
        why_returned_at=maybe_instant(row["why_returned_at"]),
    )
