"""Between columns and values: instants, dates, lists of words, and ids that sort by their time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from bot.db.ledger_rows import instant, micros
from bot.domain.folding import clean

__all__ = ["clean", "day", "instant", "listed", "maybe_instant", "maybe_micros", "micros", "new_id", "words"]


def maybe_micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970, None for none."""
    return None if moment is None else micros(moment)


def maybe_instant(value: int | None) -> datetime | None:
    """The UTC instant that many microseconds after 1970, None for none."""
    return None if value is None else instant(value)


def day(value: str | None) -> date | None:
    """A local date from its ISO text, None for none."""
    return date.fromisoformat(value) if value else None


def words(value: str) -> tuple[str, ...]:
    """A list of words from its JSON text."""
    return tuple(json.loads(value)) if value != "[]" else ()


def listed(values: Sequence[str]) -> str:
    """A list of words as JSON text that both databases store."""
    return json.dumps([clean(value) for value in values], ensure_ascii=False) if values else "[]"


def new_id(at: datetime) -> str:
    """A fresh id: starts with its time, so that what comes together stands together in an index; ends in 48 random
    bits, so that nobody guesses one."""
    return f"{micros(at) // 1000:012x}{secrets.token_hex(6)}"
