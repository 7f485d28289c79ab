"""Brings the schema to this version: one SELECT when it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.problems import DatabaseProblem
from bot.db.sqlite_file import check_sound

HEAD = "0005"
"""The revision that this code works with."""

_REVISIONS = tuple(f"{number:04d}" for number in range(1, int(HEAD) + 1))
_VERSION = text("SELECT version_num FROM alembic_version")
# Any two numbers: they name "purpose-bot is migrating" among this server's advisory locks.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(8127, 1)")


async def schema_version(database: Database) -> str | None:
    """The revision that the database is at; None for an empty one."""
    try:
        async with database.reading() as connection:
            return (await connection.execute(_VERSION)).scalar_one_or_none()
    except DBAPIError as error:
        if _no_such_table(error):
            return None
        raise


async def migrate(database: Database) -> bool:
    """Bring the schema to `HEAD`; True where something was done. Raises DatabaseProblem for a schema that is newer
    than this code, and for a damaged file. Two replicas that start at once take turns."""
    if database.path is not None:
        check_sound(database.path)
    if await is_current(database):
        return False
    if database.is_sqlite:
        await _migrate_sqlite(database)
    else:
        async with database.writing() as connection:
            await connection.execute(_ONE_AT_A_TIME)
            await connection.run_sync(_upgrade)
    return True


async def is_current(database: Database) -> bool:
    """Whether the schema is this code's; DatabaseProblem where it is newer."""
    version = await schema_version(database)
    if version is not None and version not in _REVISIONS:
        raise DatabaseProblem(
            f"The database was made by a newer purpose-bot (schema {version}, this one knows {HEAD}):"
            " install that version again, or restore a backup from before the upgrade."
        )
    return version == HEAD


async def check_current(database: Database) -> None:
    """Raise DatabaseProblem where the schema is not this code's, for those who bring it up to date themselves."""
    if not await is_current(database):
        raise DatabaseProblem(
            "The database's schema is older than this version: run `purpose-bot migrate`, as AUTO_MIGRATE is 0."
        )


async def _migrate_sqlite(database: Database) -> None:
    # Recreating a table would delete its children, and the pragma is deaf inside a transaction.
    async with database.plain() as connection:
        await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            await _upgrade_whole(connection)
        finally:
            await connection.exec_driver_sql("PRAGMA foreign_keys = ON")


async def _upgrade_whole(connection: AsyncConnection) -> None:
    try:
        await connection.run_sync(_upgrade)
        orphans = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
        if orphans:
            raise DatabaseProblem(
                "The upgrade of the database went wrong and was undone: please report this."
            )
    except BaseException:
        await connection.exec_driver_sql("ROLLBACK")
        raise
    await connection.exec_driver_sql("COMMIT")


def _upgrade(connection: Connection) -> None:
    # Alembic loads only where there is something to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _no_such_table(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)
