"""Hopes and their outcomes, customers, each person's own reason, and the quarterly pulse."""

# ruff: noqa: E501

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from bot.domain.customers import naming

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
CREATE TABLE hope (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  team TEXT,
  story TEXT,
  origin TEXT NOT NULL,
  words TEXT DEFAULT '' NOT NULL,
  customer TEXT DEFAULT '' NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  line TEXT DEFAULT '' NOT NULL,
  shared BOOLEAN DEFAULT false NOT NULL,
  taken_from TEXT,
  created_at BIGINT NOT NULL,
  asked_at BIGINT,
  answered_at BIGINT,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_hope_origin UNIQUE (workspace, origin),
  CONSTRAINT ck_hope_kind CHECK (kind IN ('promise', 'trial')),
  CONSTRAINT ck_hope_state CHECK (state IN ('open', 'answered', 'dropped')),
  CONSTRAINT ck_hope_dropped_is_empty CHECK (state <> 'dropped' OR (words = '' AND line = ''))
)
    """,
    "CREATE INDEX ix_hope_person ON hope (workspace, person, state, due_on)",
    "CREATE INDEX ix_hope_story ON hope (workspace, story) WHERE story IS NOT NULL",
    "CREATE INDEX ix_hope_team ON hope (workspace, team, answered_at) WHERE state = 'answered'",
    "CREATE INDEX ix_hope_created ON hope (created_at)",
    "CREATE INDEX ix_hope_tried ON hope (workspace, team, kind, created_at)",
    "CREATE INDEX ix_hope_taken ON hope (workspace, taken_from) WHERE taken_from IS NOT NULL",
    """
CREATE TABLE customer (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  hint TEXT DEFAULT '' NOT NULL,
  masked TEXT DEFAULT '' NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_customer_name UNIQUE (workspace, owner, folded)
)
    """,
    "CREATE INDEX ix_customer_folded ON customer (workspace, folded)",
    "ALTER TABLE story ADD COLUMN customer_id TEXT",
    "ALTER TABLE story ADD COLUMN masked TEXT DEFAULT '' NOT NULL",
    "CREATE INDEX ix_story_customer ON story (workspace, customer_id) WHERE customer_id IS NOT NULL",
    "ALTER TABLE person ADD COLUMN why TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person ADD COLUMN why_shared BOOLEAN DEFAULT false NOT NULL",
    "ALTER TABLE person ADD COLUMN why_asked_at BIGINT",
    "ALTER TABLE person ADD COLUMN why_returns BOOLEAN DEFAULT true NOT NULL",
    "ALTER TABLE person ADD COLUMN why_returned_at BIGINT",
    """
CREATE TABLE pulse (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  quarter TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  closed_at BIGINT,
  salt TEXT DEFAULT '' NOT NULL,
  counts TEXT DEFAULT '{}' NOT NULL,
  PRIMARY KEY (workspace, id),
  CONSTRAINT uq_pulse_quarter UNIQUE (workspace, team, quarter)
)
    """,
    "CREATE INDEX ix_pulse_closing ON pulse (closes_at) WHERE closed_at IS NULL",
    """
CREATE TABLE pulse_voter (
  workspace TEXT NOT NULL,
  pulse TEXT NOT NULL,
  voter TEXT NOT NULL,
  PRIMARY KEY (workspace, pulse, voter)
)
    """,
)
# What people told stands behind the wall between workspaces (see walls.py).
WALLS = tuple(
    statement
    for table in ("hope", "customer")
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY one_workspace ON {table} USING (workspace = current_setting('purpose.workspace', true) OR current_setting('purpose.workspace', true) = '*')",
    )
)


NAMED = text("""
SELECT workspace, teller, customer, MIN(id) AS first, MIN(told_at) AS told_at FROM story
WHERE customer <> '' AND state <> 'withdrawn' GROUP BY workspace, teller, customer ORDER BY MIN(told_at), MIN(id)
""")
RECORD = text("""
INSERT INTO customer (workspace, id, owner, name, folded, hint, created_at)
VALUES (:workspace, :id, :owner, :name, :folded, :hint, :created_at)
""")
BELONGS = text("""
UPDATE story SET customer_id = :id
WHERE workspace = :workspace AND teller = :owner AND customer = :typed AND state <> 'withdrawn'
""")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('purpose.workspace', '*', true)")
    _record_customers()
    if op.get_bind().dialect.name == "postgresql":
        for statement in WALLS:
            op.execute(statement)


def _record_customers() -> None:
    """A record for each customer that somebody named in a story so far; the stories keep what was typed."""
    made: dict[tuple[str, str, str], str] = {}
    for row in op.get_bind().execute(NAMED).all():
        called = naming(row.customer)
        if called is None:
            continue
        key = (row.workspace, row.teller, called.folded)
        values = {"workspace": row.workspace, "owner": row.teller, "id": made.get(key, row.first)}
        if key not in made:
            made[key] = row.first
            named = {"name": called.name, "folded": called.folded, "hint": called.hint}
            op.get_bind().execute(RECORD, {**values, **named, "created_at": row.told_at})
        op.get_bind().execute(BELONGS, {**values, "typed": row.customer})
