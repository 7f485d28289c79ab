"""Digests by their day, so that a week can have two; what waits for a manager's look; a company's own coach rules."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # The unique key follows its column, on both databases, and keeps its name.
    "ALTER TABLE digest RENAME COLUMN week TO day",
    "ALTER TABLE digest ADD COLUMN held TEXT DEFAULT '[]' NOT NULL",
    "ALTER TABLE digest ADD COLUMN put_in TEXT DEFAULT '[]' NOT NULL",
    """
CREATE TABLE coach_rules (
  workspace TEXT NOT NULL,
  rules TEXT NOT NULL,
  PRIMARY KEY (workspace)
)
    """,
)
_DIGESTS = sa.text(
    "SELECT d.workspace, d.id, d.day, d.until, COALESCE(t.zone, c.zone, 'UTC') AS zone FROM digest d"
    " LEFT JOIN team t ON t.workspace = d.workspace AND t.id = d.team"
    " LEFT JOIN company c ON c.workspace = d.workspace AND d.team NOT IN (SELECT id FROM team WHERE workspace = d.workspace)"
)
_SET = sa.text("UPDATE digest SET day = :day WHERE workspace = :workspace AND id = :id")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    for row in connection.execute(_DIGESTS).all():
        connection.execute(_SET, {"workspace": row.workspace, "id": row.id, "day": _day(row)})


def _day(row: sa.Row) -> str:  # type: ignore[type-arg]
    """The local date of a digest that so far was known by its ISO week ("2026-W47")."""
    zone = ZoneInfo(row.zone)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.until)
    day = moment.astimezone(zone).date()
    monday = datetime.strptime(f"{row.day}-1", "%G-W%V-%u").date()  # noqa: DTZ007
    # Posted before its hour it may have ended on the day before; its week is the hour's.
    return str(min(max(day, monday), monday + timedelta(days=6)))
