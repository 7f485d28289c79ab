"""The kinds of columns that our tables are made of, and the one place where the tables are gathered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Text, text

metadata = MetaData()

Serial = BigInteger().with_variant(Integer, "sqlite")


def string(name: str, default: str | None = "") -> Column[str]:
    """A text that is never missing; without a default it must be given."""
    return Column(name, Text, nullable=False, server_default=default)


def maybe_string(name: str) -> Column[str | None]:
    """A text that may be missing."""
    return Column(name, Text)


def number(name: str, default: int = 0) -> Column[int]:
    """A whole number that is never missing."""
    return Column(name, Integer, nullable=False, server_default=str(default))


def flag(name: str, default: bool = False) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def instant(name: str) -> Column[int]:
    """Microseconds since 1970, UTC."""
    return Column(name, BigInteger, nullable=False)


def maybe_instant(name: str) -> Column[int | None]:
    """Microseconds since 1970, UTC; may be missing."""
    return Column(name, BigInteger)


def partial(name: str, where: str, *columns: Column[Any], unique: bool = False) -> Index:
    """An index over those rows only for which `where` holds."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
