"""A second wall between workspaces: PostgreSQL shows what people told only to the workspace that was named.

The migrations build it (ENABLE and FORCE, because the bot owns its tables). A superuser walks through every wall, so
the bot should not be one.
"""

from __future__ import annotations

WALLED = ("story", "story_message", "story_revision", "story_read", "story_words", "hope", "customer")
"""The tables that hold what people told."""
