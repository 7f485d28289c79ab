"""A second wall between workspaces: PostgreSQL shows the rows of stories only to the workspace that was named."""

from __future__ import annotations

from collections.abc import Sequence

WALLED = ("story", "story_message", "story_revision", "story_read", "story_words")
"""The tables that hold what people told."""

_MINE = "workspace = current_setting('purpose.workspace', true)"
_EVERYONE = "current_setting('purpose.workspace', true) = '*'"


def wall_statements(dialect: str) -> Sequence[str]:
    """What builds the wall; nothing on SQLite, which has none. FORCE, because the bot owns its tables. A superuser
    walks through every wall, so the bot should not be one."""
    if dialect == "sqlite":
        return ()
    return [
        statement
        for table in WALLED
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY one_workspace ON {table} USING ({_MINE} OR {_EVERYONE})",
        )
    ]
