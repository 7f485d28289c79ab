"""The ledger's tables: what is owed, to whom, who may send it now, and what the platform refuses.

Instants are microseconds since 1970 (UTC): SQLite and PostgreSQL compare and add them alike. A missing local date
or team is an empty text, because a NULL would never clash in a unique key.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.db.models import metadata

schedule = Table(
    "schedule",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("days", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("holidays", Text),
    Column("active_from", BigInteger, nullable=False),
    Column("planned_through", BigInteger, nullable=False),
    UniqueConstraint("workspace", "team", "kind", name="uq_schedule"),
)
Index("ix_schedule_planned", schedule.c.planned_through)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("local_date", Text, nullable=False, server_default=""),
    Column("number", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("priority", Integer, nullable=False),
    Column("team", Text),
    Column("channel", Text),
    Column("thread", Text),
    Column("data", Text, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    # Not before this: the next try of a queued row, the look for a lost one, the next update of a sent one.
    Column("again_at", BigInteger, nullable=False, server_default="0"),
    Column("claimed_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("ts", Text),
    Column("wanted", Integer, nullable=False, server_default="0"),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("misses", Integer, nullable=False, server_default="0"),
    UniqueConstraint(
        "workspace", "subject", "kind", "recipient", "local_date", "number", name="uq_delivery_visible_once"
    ),
    CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'skipped', 'failed', 'unknown', 'parked')",
        name="ck_delivery_state",
    ),
)


def _partial(name: str, where: str, *columns: Column[str] | Column[int] | Column[int | None]) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# Small indexes over what is still to do: a year of sent rows costs the pump nothing.
_partial(
    "ix_delivery_queued",
    "state = 'queued'",
    delivery.c.workspace,
    delivery.c.priority,
    delivery.c.due_at,
    delivery.c.id,
)
_partial("ix_delivery_sending", "state = 'sending'", delivery.c.workspace, delivery.c.recipient)
_partial("ix_delivery_parked", "state = 'parked'", delivery.c.workspace, delivery.c.recipient)
_partial("ix_delivery_stale", "state = 'sent' AND wanted > shown", delivery.c.workspace)
# Covering: looking for workspaces to ring never leaves this index.
_partial("ix_delivery_due", "state = 'queued'", delivery.c.due_at, delivery.c.again_at, delivery.c.workspace)
Index("ix_delivery_recipient", delivery.c.workspace, delivery.c.recipient, delivery.c.sent_at)
Index("ix_delivery_message", delivery.c.workspace, delivery.c.channel, delivery.c.ts)

delivery_story = Table(
    "delivery_story",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("story", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "story", "delivery"),
)
Index("ix_delivery_story_delivery", delivery_story.c.delivery)

lane = Table(
    "lane",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("owner", Text),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    # On the database's clock, the only one that all replicas share; everything else here is on the product's.
    Column("leased_until", BigInteger, nullable=False, server_default="0"),
    Column("tat", BigInteger, nullable=False, server_default="0"),
    Column("paused_until", BigInteger, nullable=False, server_default="0"),
)

daily_dm = Table(
    "daily_dm",
    metadata,
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    PrimaryKeyConstraint("workspace", "person", "day"),
)
Index("ix_daily_dm_day", daily_dm.c.day)

parked = Table(
    "parked",
    metadata,
    Column("workspace", Text, nullable=False),
    # The channel or person that is refused; empty: the whole workspace.
    Column("recipient", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("retry_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("workspace", "recipient"),
)
