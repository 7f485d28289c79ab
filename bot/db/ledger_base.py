"""What every part of the ledger holds: the database, and SQL that is written once and asked in two dialects."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.db.ledger_rows import among

# What leases are measured with: on PostgreSQL the one clock that all replicas share.
_CLOCKS = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
}
# Readers of a row that they are about to change wait for each other; SQLite has one writer anyway.
_LOCKS = {"sqlite": "", "postgresql": "FOR UPDATE"}
# A list is one value, whatever its length: a statement for each length would be prepared anew each time.
_LISTS = {
    "sqlite": "(SELECT value FROM json_each(:{name}))",
    "postgresql": "(SELECT json_array_elements_text(CAST(:{name} AS json)))",
}


@lru_cache(maxsize=64)
def worded(sql: str, dialect: str, *lists: str) -> str:
    """The statement with {clock} (the database's, in microseconds) and {lock} as that database says; the values named
    in `lists` (written {name}) are JSON lists of texts, for IN."""
    for name in lists:
        sql = sql.replace(f"{{{name}}}", _LISTS[dialect].format(name=name))
    return sql.replace("{clock}", _CLOCKS[dialect]).replace("{lock}", _LOCKS[dialect])


@lru_cache(maxsize=64)
def _in_dialect(sql: str, dialect: str, lists: tuple[str, ...]) -> TextClause:
    return among(worded(sql, dialect), *lists)


def in_dialect(sql: str, connection: AsyncConnection, *lists: str) -> TextClause:
    """The statement with {clock} (the database's, in microseconds) and {lock} as this connection's database says;
    the parameters named in `lists` are lists, for IN."""
    return _in_dialect(sql, connection.dialect.name, lists)


class LedgerBase:
    """The database that the ledger's parts share."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database
