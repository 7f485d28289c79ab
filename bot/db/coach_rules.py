"""A company's own rules for the coach: one file's text a workspace."""

from __future__ import annotations

from sqlalchemy import text

from bot.db.engine import Database
from bot.db.values import clean
from bot.domain.identity import Workspace

_GET = text("SELECT rules FROM coach_rules WHERE workspace = :workspace")
_SAVE = text(
    "INSERT INTO coach_rules (workspace, rules) VALUES (:workspace, :rules)"
    " ON CONFLICT (workspace) DO UPDATE SET rules = excluded.rules"
)
_REMOVE = text("DELETE FROM coach_rules WHERE workspace = :workspace")


class SqlCoachRules:
    """See `bot.ports.coach_rules.CoachRules`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def get(self, workspace: Workspace) -> str | None:
        """The file's text; None where the packaged rules hold."""
        async with self._database.reading() as connection:
            found: str | None = (
                await connection.execute(_GET, {"workspace": workspace})
            ).scalar_one_or_none()
        return found

    async def save(self, workspace: Workspace, rules: str | None) -> None:
        """Keep a file's text; None goes back to the packaged rules."""
        async with self._database.writing() as connection:
            if rules is None:
                await connection.execute(_REMOVE, {"workspace": workspace})
            else:
                await connection.execute(_SAVE, {"workspace": workspace, "rules": clean(rules)})
