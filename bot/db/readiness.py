"""Whether the database can be used now: not only read, but written, and the write made durable."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.db.engine import Database
from bot.db.problems import DatabaseProblem

_READ = text("SELECT version_num FROM alembic_version")
# Writes the file's header as it is: a page in the log, and its fsync.
_WRITE_FILE = text("PRAGMA user_version = 0")
# A transaction number is given out to writers only.
_WRITE_SERVER = text("SELECT current_setting('transaction_read_only'), pg_current_xact_id()")
PATIENCE = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=1)


class Readiness:
    """Looks once a second at most, however often it is asked: strangers may ask, too."""

    def __init__(self, database: Database) -> None:
        """Nothing is asked yet."""
        self._database = database
        self._turn = asyncio.Lock()
        self._fresh_until = 0.0
        self._problem: str | None = None

    async def check(self) -> None:
        """Raises DatabaseProblem with what is wrong."""
        clock = asyncio.get_running_loop().time
        async with self._turn:
            if clock() >= self._fresh_until:
                self._problem = await self._look()
                self._fresh_until = clock() + LOOK_EVERY.total_seconds()
        if self._problem is not None:
            raise DatabaseProblem(self._problem)

    async def _look(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                async with self._database.reading() as connection:
                    await connection.execute(_READ)
                async with self._database.writing() as connection:
                    if self._database.is_sqlite:
                        await connection.execute(_WRITE_FILE)
                    elif (await connection.execute(_WRITE_SERVER)).one()[0] == "on":
                        return "The database is read-only: connect to the primary server."
        except DatabaseProblem as problem:
            return str(problem)
        except TimeoutError:
            return f"The database has not answered for {PATIENCE.seconds} seconds."
        return None
