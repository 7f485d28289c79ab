"""An empty SQLite database with its schema, made once a process: migrating takes longer than most tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.sqlite_file import copy_file

_made: list[bytes] = []


async def empty_database(path: Path) -> str:
    """Put an empty database, its schema up to date, at `path`; its address."""
    if not _made:
        with tempfile.TemporaryDirectory() as folder:
            first, copy = Path(folder) / "first.db", Path(folder) / "copy.db"
            database = open_database(f"sqlite:///{first}")
            await migrate(database)
            await database.close()
            copy_file(first, copy)
            _made.append(copy.read_bytes())
    return _written(path, _made[0])


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return f"sqlite:///{path}"
