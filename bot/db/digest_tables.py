"""The tables around the digest: where a company's own goes, the huddles that tell its stories, and what a model was
asked for it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from bot.db.columns import metadata

company = Table(
    "company",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("channel_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    PrimaryKeyConstraint("workspace"),
)

huddle = Table(
    "huddle",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("story", Text, nullable=False),
    Column("teller", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("told_at", BigInteger),
    PrimaryKeyConstraint("workspace", "id"),
    UniqueConstraint("workspace", "team", "story", name="uq_huddle_story"),
)
Index("ix_huddle_teller", huddle.c.workspace, huddle.c.teller)

huddle_any_time = Table(
    "huddle_any_time",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace", "user"),
)

ai_run = Table(
    "ai_run",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("stories", Text, nullable=False, server_default="[]"),
    # Two processes that arrange the same digest: one of them asks.
    PrimaryKeyConstraint("workspace", "about"),
)
Index("ix_ai_run_at", ai_run.c.workspace, ai_run.c.at)
