"""The SQLite file: made for its owner's eyes only, checked before it is trusted, opened with the right pragmas."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, PoolResetState, event

from bot.db.problems import DatabaseProblem

_HEADER = b"SQLite format 3\x00"
BUSY_MILLISECONDS = 10_000
_SMALL = 32 * 1024 * 1024


def prepare_file(path: Path) -> None:
    """Make the file where it is missing (mode 0600; SQLite gives its log files the same), or check that it can be
    the database. Raises DatabaseProblem."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise DatabaseProblem(
            f"The folder of the database {path.name} does not exist: make it first."
        ) from None
    except IsADirectoryError:
        raise DatabaseProblem(f"The database {path.name} is a folder: name a file in it.") from None
    except OSError as error:
        raise DatabaseProblem(
            f"The database {path.name} cannot be opened for writing ({error.strerror}):"
            " give the bot's user the right to the file and its folder."
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise DatabaseProblem(f"The database {path.name} is not a file.")
        start = os.read(descriptor, len(_HEADER))
    finally:
        os.close(descriptor)
    if start not in (b"", _HEADER):
        raise DatabaseProblem(
            f"{path.name} is not an SQLite database: give another file, or restore a backup."
        )


def check_sound(path: Path, *, largest: int = _SMALL) -> None:
    """Raise DatabaseProblem where SQLite finds the file damaged; a file of more than `largest` bytes is believed,
    because reading it all would hold up the start."""
    if path.stat().st_size > largest:
        return
    try:
        connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        # Locked or unreadable: whoever uses it next gets that error, in words.
        return
    except sqlite3.DatabaseError as error:
        found = (str(error),)
    if found != ("ok",):
        raise DatabaseProblem(
            f"The database {path.name} is damaged: stop the bot and restore the newest backup."
        )


def copy_file(source: Path, target: Path) -> int:
    """A consistent copy of a database that is in use, complete under `target` or not there at all; its bytes.
    Raises DatabaseProblem."""
    unfinished = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            _copy(source, unfinished)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise DatabaseProblem(f"The backup {target.name} could not be written: {error}.") from error
    return target.stat().st_size


def _copy(source: Path, target: Path) -> None:
    read, write = sqlite3.connect(source, timeout=BUSY_MILLISECONDS / 1000), sqlite3.connect(target)
    try:
        # All in one step: a snapshot that writers neither wait for nor start over.
        read.backup(write)
        # One file that can be carried away, without a log beside it.
        write.execute("PRAGMA journal_mode = DELETE")
    finally:
        write.close()
        read.close()


def remember_pragmas(writing: Engine, reading: Engine) -> None:
    """Set each connection up when it is made, and let every transaction of the writer begin with its lock."""
    event.listen(writing, "connect", _set_up_writer)
    event.listen(writing, "begin", _begin)
    event.listen(writing, "reset", _reset)
    event.listen(reading, "connect", _set_up_reader)


def _set_up_writer(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and without the lock: concurrent updates would be lost.
    connection.isolation_level = None
    _execute(
        connection,
        f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
        # More gains nothing: with 4 MiB neither an event nor a plan of 100,000 prompts needs more CPU than with 16.
        "PRAGMA cache_size = -4096",
        "PRAGMA temp_store = MEMORY",
    )


def _set_up_reader(connection: Any, _record: object) -> None:
    _execute(
        connection,
        f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
        "PRAGMA query_only = ON",
        "PRAGMA cache_size = -8192",
        "PRAGMA temp_store = MEMORY",
    )


def _execute(connection: Any, *statements: str) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()


def _reset(connection: Any, _record: object, state: PoolResetState) -> None:
    """What nobody ended is undone before the next one writes. To ask first spares a trip to the driver's thread."""
    if not state.terminate_only and connection.driver_connection.in_transaction:
        connection.rollback()


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("outside"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
