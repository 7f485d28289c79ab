"""What a model was asked, when, with what outcome and at what cost: ids only, never text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.values import instant, listed, micros, words
from bot.domain.identity import Workspace
from bot.ports.writer import Run, Used

_USED = text(
    "SELECT COALESCE(SUM(requests), 0) AS requests, COALESCE(SUM(tokens), 0) AS tokens FROM ai_run"
    " WHERE workspace = :workspace AND at >= :since AND at < :until"
)
_BEGIN = text(
    "INSERT INTO ai_run (workspace, about, at, model, prompt_version, outcome, requests, tokens, stories) VALUES"
    " (:workspace, :about, :at, :model, :prompt_version, :outcome, :requests, :tokens, :stories)"
    " ON CONFLICT DO NOTHING"
)
_NOTE = text(
    "UPDATE ai_run SET outcome = :outcome, requests = :requests, tokens = :tokens"
    " WHERE workspace = :workspace AND about = :about"
)
_RUN = text("SELECT * FROM ai_run WHERE workspace = :workspace AND about = :about")
_OUTCOMES = text("SELECT outcome, COUNT(*) AS runs FROM ai_run GROUP BY outcome")
_PURGE = text(
    "DELETE FROM ai_run WHERE (workspace, about) IN"
    " (SELECT workspace, about FROM ai_run WHERE at < :before LIMIT :limit)"
)


class SqlAiLog:
    """See `bot.ports.writer.AiLog`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def used(self, workspace: Workspace, at: datetime) -> Used:
        """What the workspace used in the calendar month (UTC) of `at`."""
        since, until = _month(at)
        values = {"workspace": workspace, "since": micros(since), "until": micros(until)}
        async with self._database.reading() as connection:
            row = (await connection.execute(_USED, values)).one()
        return Used(int(row.requests), int(row.tokens))

    async def begin(self, run: Run) -> bool:
        """Note a run before it starts; False where there was one about it before."""
        values = {
            "workspace": run.workspace,
            "about": run.about,
            "at": micros(run.at),
            "model": run.model,
            "prompt_version": run.prompt_version,
            "outcome": run.outcome,
            "requests": run.used.requests,
            "tokens": run.used.tokens,
            "stories": listed(run.stories),
        }

        async def work(connection: AsyncConnection) -> bool:
            return bool((await connection.execute(_BEGIN, values)).rowcount)

        return await self._database.write(work)

    async def note(self, workspace: Workspace, about: str, *, outcome: str, used: Used) -> None:
        """How the run about it ended, and what it really used."""
        values = {
            "workspace": workspace,
            "about": about,
            "outcome": outcome,
            "requests": used.requests,
            "tokens": used.tokens,
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_NOTE, values)

        await self._database.write(work)

    async def run(self, workspace: Workspace, about: str) -> Run | None:
        """The run about it."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_RUN, {"workspace": workspace, "about": about})).one_or_none()
        if row is None:
            return None
        return Run(
            workspace=row.workspace,
            about=row.about,
            at=instant(row.at),
            model=row.model,
            prompt_version=row.prompt_version,
            outcome=row.outcome,
            used=Used(row.requests, row.tokens),
            stories=words(row.stories),
        )

    async def outcomes(self) -> Mapping[str, int]:
        """How many runs of every workspace ended how."""
        async with self._database.reading() as connection:
            return {row.outcome: row.runs for row in (await connection.execute(_OUTCOMES)).all()}

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete runs of every workspace begun before that instant; how many."""
        async with self._database.writing() as connection:
            return (await connection.execute(_PURGE, {"before": micros(before), "limit": limit})).rowcount


def _month(at: datetime) -> tuple[datetime, datetime]:
    """The first instant of the month (UTC) of `at`, and of the next."""
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = divmod(first.year * 12 + first.month, 12)
    return first, first.replace(year=year, month=month + 1)
