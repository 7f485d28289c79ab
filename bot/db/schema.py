"""Every table there is: whoever needs the whole schema imports it from here, and new tables are named here once."""

from __future__ import annotations

from bot.db import ai_log, companies, huddles, ledger_tables, models, outcome_tables, story_tables
from bot.db.columns import metadata

__all__ = ["TABLES", "metadata"]

TABLES = (models, story_tables, ledger_tables, ai_log, huddles, companies, outcome_tables)
"""The modules whose tables make up `metadata`."""
