"""Every table there is: whoever needs the whole schema imports it from here, and new tables are named here once."""

from __future__ import annotations

from bot.db import digest_tables, ledger_tables, models, outcome_tables, story_tables
from bot.db.columns import metadata

__all__ = ["TABLES", "metadata"]

TABLES = (models, story_tables, ledger_tables, digest_tables, outcome_tables)
"""The modules whose tables make up `metadata`."""
