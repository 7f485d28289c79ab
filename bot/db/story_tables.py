"""The tables of what people told; all of them stand behind the wall between workspaces (see walls.py)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from bot.db.columns import Serial, flag, instant, maybe_string, metadata, number, partial, string

story = Table(
    "story",
    metadata,
    string("workspace", None),
    string("id", None),
    maybe_string("team"),
    string("teller", None),
    string("text"),
    instant("told_at"),
    string("told_on", None),
    string("source", None),
    string("origin", None),
    number("visibility"),
    string("customer"),
    string("goal"),
    string("change"),
    string("tags", "[]"),
    string("state", None),
    number("revision", 1),
    Column("purpose_version", Integer),
    maybe_string("check_id"),
    maybe_string("prompt"),
    flag("ai_allowed"),
    flag("coached"),
    maybe_string("customer_id"),
    string("masked"),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "origin", name="uq_story_origin"),
    CheckConstraint("state IN ('draft', 'kept', 'withdrawn')", name="ck_story_state"),
    # The promise to forget, held by the database as well.
    CheckConstraint("state <> 'withdrawn' OR text = ''", name="ck_story_withdrawn_is_empty"),
)
Index("ix_story_team", story.c.workspace, story.c.team, story.c.told_at, story.c.id)
Index("ix_story_teller", story.c.workspace, story.c.teller, story.c.told_at, story.c.id)
Index("ix_story_told", story.c.workspace, story.c.told_at, story.c.id)
partial("ix_story_check", "check_id IS NOT NULL", story.c.workspace, story.c.check_id, story.c.teller)
partial("ix_story_customer", "customer_id IS NOT NULL", story.c.workspace, story.c.customer_id)
partial("ix_story_expiring", "state <> 'withdrawn'", story.c.told_at)

# Every message that became (part of) a story, and every edit or deletion that arrived before its message.
story_message = Table(
    "story_message",
    metadata,
    string("workspace", None),
    string("origin", None),
    maybe_string("story"),
    number("position"),
    string("text"),
    string("edited"),
    flag("deleted"),
    instant("at"),
    PrimaryKeyConstraint("workspace", "origin"),
)
partial("ix_story_message_story", "story IS NOT NULL", story_message.c.workspace, story_message.c.story)
partial("ix_story_message_early", "story IS NULL", story_message.c.at)

story_revision = Table(
    "story_revision",
    metadata,
    string("workspace", None),
    string("story", None),
    number("revision"),
    string("text"),
    instant("at"),
    string("by", None),
    PrimaryKeyConstraint("workspace", "story", "revision"),
)

story_read = Table(
    "story_read",
    metadata,
    string("workspace", None),
    string("reader", None),
    string("story", None),
    instant("at"),
    PrimaryKeyConstraint("workspace", "reader", "story"),
)
Index("ix_story_read_story", story_read.c.workspace, story_read.c.story)

# Folded words for the search; the index over them is each database's own (see search.py).
story_words = Table(
    "story_words",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    string("workspace", None),
    string("story", None),
    string("words"),
    UniqueConstraint("workspace", "story", name="uq_story_words"),
)
