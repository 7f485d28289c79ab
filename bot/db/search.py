"""Full-text search: all the words, only what the viewer may see, best first."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from typing import Any

from bot.db.search_words import search_query
from bot.db.story_finding import MAY_SEE
from bot.db.story_rows import COLUMNS
from bot.domain.identity import Workspace

_SQL = {
    "sqlite": f"""
    SELECT {COLUMNS} FROM story_search f JOIN story_words w ON w.number = f.rowid
      JOIN story s ON s.workspace = w.workspace AND s.id = w.story
    WHERE f.story_search MATCH :asked AND w.workspace = :workspace AND {MAY_SEE}
    ORDER BY bm25(f.story_search), s.told_at DESC, s.id DESC LIMIT :limit OFFSET :skip
    """,
    "postgresql": f"""
    SELECT {COLUMNS} FROM story_words w JOIN story s ON s.workspace = w.workspace AND s.id = w.story
    WHERE w.found @@ CAST(:asked AS tsquery) AND w.workspace = :workspace AND {MAY_SEE}
    ORDER BY ts_rank(w.found, CAST(:asked AS tsquery), 1) DESC, s.told_at DESC, s.id DESC LIMIT :limit
      OFFSET :skip
    """,
}


def search_sql(workspace: Workspace, words: str, dialect: str) -> tuple[str, dict[str, Any]] | None:
    """The statement and the values beside the viewer's and the limit; None where there is no word to look for."""
    asked = search_query(workspace, words, dialect)
    return None if asked is None else (_SQL[dialect], {"asked": asked})
