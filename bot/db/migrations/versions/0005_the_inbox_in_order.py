"""The inbox in the order in which things come: a message's key begins with its time, and nothing is sorted by sender.

With the conversation first, and with an index by sender, each message that came changed two pages of the file that no
other one changed, and the disk had to take them before the ack.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

# "message:D1:1.2" becomes "message:1.2:D1": neither a conversation's id nor a time has a colon.
_TIME_FIRST = """
UPDATE inbox SET key = 'message:' || {time} || ':' || {conversation} WHERE substr(key, 1, 8) = 'message:'
"""
_PARTS = {
    "sqlite": {
        "conversation": "substr(key, 9, instr(substr(key, 9), ':') - 1)",
        "time": "substr(key, 9 + instr(substr(key, 9), ':'))",
    },
    "postgresql": {"conversation": "split_part(key, ':', 2)", "time": "split_part(key, ':', 3)"},
}


def upgrade() -> None:
    connection = op.get_bind()
    op.execute("DROP INDEX ix_inbox_sender")
    # By the driver itself: SQLAlchemy would take what follows a colon for a parameter.
    connection.exec_driver_sql(_TIME_FIRST.format(**_PARTS[connection.dialect.name]))
