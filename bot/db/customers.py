"""Customers: found, grouped and renamed; how a story comes to its record is said in `customer_writing`."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.customer_writing import COLUMNS, columns_of, customer_of, like
from bot.db.engine import Database
from bot.db.ledger_base import in_dialect
from bot.db.ledger_rows import among
from bot.db.story_finding import KNOWS_CUSTOMER, MAY_SEE, lists_of, viewer_values
from bot.db.story_writing import relabel_stories
from bot.db.values import clean
from bot.domain.customers import Customer, Naming
from bot.domain.folding import fold
from bot.domain.identity import CustomerId, UserId, Workspace
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Viewer
from bot.ports.customers import Namesake

FORGET = ("DELETE FROM customer WHERE workspace = :workspace AND owner = :user",)
"""What forgetting a person does here; their stories have let go of their records before."""

_GET = text(f"SELECT {COLUMNS} FROM customer WHERE workspace = :workspace AND id = :customer")
_OF_OWNER = text(
    f"SELECT {COLUMNS} FROM customer WHERE workspace = :workspace AND owner = :owner ORDER BY"
    " (SELECT MAX(s.told_at) FROM story s WHERE s.workspace = customer.workspace AND s.customer_id = customer.id)"
    " DESC, id DESC LIMIT :limit"
)
_NAMED_LIKE = (
    "SELECT MIN(s.customer) AS label, c.folded, MIN(c.id) AS customer"
    " FROM customer c JOIN story s ON s.workspace = c.workspace AND s.customer_id = c.id"
    rf" WHERE c.workspace = :workspace AND ' ' || c.folded LIKE :words ESCAPE '\' AND s.state = 'kept'"
    f" AND {MAY_SEE} AND {KNOWS_CUSTOMER} GROUP BY c.folded ORDER BY MAX(s.told_at) DESC, c.folded LIMIT :limit"
)
_LOCKED = (
    f"SELECT {COLUMNS} FROM customer WHERE workspace = :workspace AND owner = :owner"
    " AND (id = :customer OR folded = :folded) ORDER BY id {lock}"
)
_UPDATE = text(
    "UPDATE customer SET name = :name, hint = :hint, folded = :folded, masked = :masked"
    " WHERE workspace = :workspace AND id = :id"
)
_DELETE = text("DELETE FROM customer WHERE workspace = :workspace AND id = :id")
_STORIES = among(
    "SELECT id FROM story WHERE workspace = :workspace AND customer_id IN :customers ORDER BY id", "customers"
)


class SqlCustomers:
    """See `bot.ports.customers.Customers`."""

    def __init__(self, database: Database) -> None:
        """Work on that database."""
        self._database = database

    async def get(self, workspace: Workspace, customer: CustomerId) -> Customer | None:
        """One record."""
        async with self._database.reading(workspace) as connection:
            values = {"workspace": workspace, "customer": customer}
            row = (await connection.execute(_GET, values)).one_or_none()
        return None if row is None else customer_of(row)

    async def of_owner(self, workspace: Workspace, owner: UserId, *, limit: int = 100) -> Sequence[Customer]:
        """A person's customers, the one with the newest story first."""
        values = {"workspace": workspace, "owner": owner, "limit": limit}
        async with self._database.reading(workspace) as connection:
            return [customer_of(row) for row in (await connection.execute(_OF_OWNER, values)).all()]

    async def change(
        self,
        workspace: Workspace,
        owner: UserId,
        customer: CustomerId,
        naming: Naming,
        masked: str,
        *,
        join: bool = False,
    ) -> Customer | Refusal:
        """Call it otherwise in all of its stories; see the port."""

        async def work(connection: AsyncConnection) -> Customer | Refusal:
            values = {"workspace": workspace, "owner": owner, "customer": customer, "folded": naming.folded}
            rows = (await connection.execute(in_dialect(_LOCKED, connection), values)).all()
            known = {row.id: customer_of(row) for row in rows}
            if customer not in known:
                return Refusal(Why.CUSTOMER_GONE)
            others = [each for each in known.values() if each.id != customer]
            if others and not join:
                return Refusal(Why.CUSTOMER_NAME_TAKEN, {"name": others[0].label})
            return await _renamed(connection, known[customer], others, naming, clean(masked))

        return await self._database.write(work, workspace)

    async def named_like(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 10
    ) -> Sequence[Namesake]:
        """Customers of stories that `viewer` may see under that name."""
        asked = " ".join(fold(words).split())
        if not asked:
            return []
        values = viewer_values(viewer) | {"words": f"% {like(asked)}%"}
        statement = _named_like(lists_of(values))
        async with self._database.reading(workspace) as connection:
            found = await connection.execute(statement, {"workspace": workspace, "limit": limit, **values})
            return [Namesake(row.label, row.folded, row.customer) for row in found.all()]


async def _renamed(
    connection: AsyncConnection, mine: Customer, others: Sequence[Customer], naming: Naming, masked: str
) -> Customer:
    """`mine`, or the other one that it becomes, under its new name in every story of both."""
    target = others[0] if others else mine
    after = Customer(
        target.id,
        target.workspace,
        target.owner,
        naming,
        masked or (target.masked if others else ""),
        target.created_at,
    )
    values = {"workspace": mine.workspace, "customers": [mine.id, *(each.id for each in others)]}
    stories = (await connection.execute(_STORIES, values)).scalars().all()
    named = columns_of(naming) | {"masked": after.masked}
    await connection.execute(_UPDATE, {"workspace": mine.workspace, "id": after.id, **named})
    await relabel_stories(connection, after, stories)
    if others:
        await connection.execute(_DELETE, {"workspace": mine.workspace, "id": mine.id})
    return after


@lru_cache(maxsize=8)
def _named_like(lists: tuple[str, ...]) -> TextClause:
    return among(_NAMED_LIKE, *lists)
