"""What a story's own transaction does with its customer: finds or makes the teller's record, and lets go of one that no
story names any more."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import in_dialect
from bot.db.ledger_rows import among
from bot.db.values import instant, micros, new_id
from bot.domain.customers import Customer, Naming, meant, naming
from bot.domain.identity import CustomerId, StoryId, Workspace
from bot.domain.stories import Story

COLUMNS = "id, workspace, owner, name, hint, masked, created_at"
"""What `customer_of` reads."""

_NAMESAKES = (
    f"SELECT {COLUMNS} FROM customer WHERE workspace = :workspace AND owner = :owner"
    r" AND (folded = :folded OR folded LIKE :hinted ESCAPE '\') ORDER BY folded {lock}"
)
_INSERT = text(
    "INSERT INTO customer (workspace, id, owner, name, folded, hint, created_at)"
    " VALUES (:workspace, :id, :owner, :name, :folded, :hint, :created_at) ON CONFLICT DO NOTHING"
)
_NAMED = among(
    "SELECT DISTINCT customer_id FROM story WHERE workspace = :workspace AND id IN :stories"
    " AND customer_id IS NOT NULL ORDER BY customer_id",
    "stories",
)
# Locked first: whoever is naming it in a new story at this moment is waited for, and the deletion then sees that story.
_LOCK = "SELECT id FROM customer WHERE workspace = :workspace AND id IN :customers ORDER BY id {lock}"
_DROP = among(
    "DELETE FROM customer WHERE workspace = :workspace AND id IN :customers AND NOT EXISTS"
    " (SELECT 1 FROM story s WHERE s.workspace = customer.workspace AND s.customer_id = customer.id)",
    "customers",
)


async def with_record(connection: AsyncConnection, story: Story) -> Story:
    """`story` with its teller's record of the customer that it names, made where there is none yet."""
    called = naming(story.customer)
    if called is None:
        return replace(story, customer="", customer_id=None, masked="")
    found = await _known(connection, story, called)
    if found is None:
        values = {
            "workspace": story.workspace,
            "id": new_id(story.told_at),
            "owner": story.teller,
            "created_at": micros(story.told_at),
        }
        await connection.execute(_INSERT, values | columns_of(called))
        found = await _known(connection, story, called)
    if found is None:
        raise LookupError("a customer was neither found nor made")
    return replace(story, customer=found.label, customer_id=found.id, masked=found.masked)


async def named_in(
    connection: AsyncConnection, workspace: Workspace, stories: Collection[StoryId]
) -> list[CustomerId]:
    """The records that these stories name."""
    values = {"workspace": workspace, "stories": list(stories)}
    return list((await connection.execute(_NAMED, values)).scalars())


async def drop_unnamed(
    connection: AsyncConnection, workspace: Workspace, customers: Collection[CustomerId]
) -> None:
    """Delete those of these records that no story names any more."""
    if not customers:
        return
    values = {"workspace": workspace, "customers": sorted(customers)}
    await connection.execute(in_dialect(_LOCK, connection, "customers"), values)
    await connection.execute(_DROP, values)


def columns_of(called: Naming) -> dict[str, Any]:
    """What a customer is called, as its columns."""
    return {"name": called.name, "hint": called.hint, "folded": called.folded}


def customer_of(row: Any) -> Customer:
    """A row of `COLUMNS` as the domain's Customer."""
    return Customer(
        id=row.id,
        workspace=row.workspace,
        owner=row.owner,
        naming=Naming(row.name, row.hint),
        masked=row.masked,
        created_at=instant(row.created_at),
    )


def like(words: str) -> str:
    """`words` as they are in a LIKE pattern whose escape character is a backslash."""
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


async def _known(connection: AsyncConnection, story: Story, called: Naming) -> Customer | None:
    values = {
        "workspace": story.workspace,
        "owner": story.teller,
        "folded": called.folded,
        "hinted": f"{like(called.folded)} (%",
    }
    rows = (await connection.execute(in_dialect(_NAMESAKES, connection), values)).all()
    return meant(called, [customer_of(row) for row in rows])
