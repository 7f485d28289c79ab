"""Writes the first migration down as plain SQL, once, for the first release: `python -m tests.db.freeze_schema`.

Until then the first migration makes whatever the code names. From the first release on it must stay as it was, so
that later ones can build on it; new tables and columns then come in migrations of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

import bot.db
from bot.db.schema import metadata
from bot.db.search_index import index_statements
from bot.db.walls import wall_statements

_HEAD = '''"""The first schema, as it was released: never edited again."""

# ruff: noqa: E501

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

'''
_TAIL = """

def upgrade() -> None:
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
"""


def statements(dialect: Dialect) -> Iterator[str]:
    """Every statement that makes the schema of today."""
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
    yield from index_statements(dialect.name)
    yield from wall_statements(dialect.name)


def frozen() -> str:
    """The first migration's whole file."""
    body = ["STATEMENTS = {\n"]
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        body.append(f'    "{dialect.name}": (\n')
        for statement in statements(dialect):
            lines = [line.replace("\t", "  ").rstrip() for line in statement.strip().splitlines()]
            body.append('        """\n' + "\n".join(lines) + '\n        """,\n')
        body.append("    ),\n")
    return _HEAD + "".join(body) + "}\n" + _TAIL


if __name__ == "__main__":
    target = Path(bot.db.__file__).parent / "migrations" / "versions" / "0001_first.py"
    target.write_text(frozen())
    print(f"Wrote {target.name}. Check it in, and do not change it after the release.")
