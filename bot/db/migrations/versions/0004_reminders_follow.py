"""Reminders that quoted a story before this version are noted to show it, and are shown anew once: it may have changed."""

# ruff: noqa: E501

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

# A reminder's key is its line's, and behind a bar the story's id where the line quotes one.
_NOTED = """
INSERT INTO delivery_story (workspace, story, delivery)
SELECT d.workspace, substr(r.key, {bar} + 1), d.id FROM reminder_used r
JOIN delivery d ON d.workspace = r.workspace AND d.subject = r.team || ':reminder' AND d.kind = 'reminder'
  AND d.local_date = r.used_on
WHERE {bar} > 0
ON CONFLICT DO NOTHING
"""
_BAR = {"sqlite": "instr(r.key, '|')", "postgresql": "strpos(r.key, '|')"}
_ANEW = """
UPDATE delivery SET wanted = wanted + 1 WHERE kind = 'reminder' AND state = 'sent'
  AND EXISTS (SELECT 1 FROM delivery_story s WHERE s.workspace = delivery.workspace AND s.delivery = delivery.id)
"""


def upgrade() -> None:
    connection = op.get_bind()
    # By the driver itself: SQLAlchemy would take ":reminder" for a parameter.
    connection.exec_driver_sql(_NOTED.format(bar=_BAR[connection.dialect.name]))
    connection.exec_driver_sql(_ANEW)
