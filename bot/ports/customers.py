"""Customers: each person's own records of whom their stories are about. A record lives as long as a story names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.customers import Customer, Naming
from bot.domain.identity import CustomerId, UserId, Workspace
from bot.domain.refusals import Refusal
from bot.domain.stories import Viewer


@dataclass(frozen=True, slots=True)
class Namesake:
    """A customer by name, whoever recorded it: `customer` is one of the records so called."""

    label: str
    folded: str
    customer: CustomerId


class Customers(Protocol):
    """Records are their owner's alone; what is found for others is found in stories that they may see."""

    async def get(self, workspace: Workspace, customer: CustomerId) -> Customer | None:
        """One record."""

    async def of_owner(self, workspace: Workspace, owner: UserId, *, limit: int = 100) -> Sequence[Customer]:
        """A person's customers, the one with the newest story first."""

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
        """Call it otherwise in all of its stories, and mark whatever shows them to be shown anew, in one transaction.

        Where the owner has another record of that name: with `join` the two become that other one (its mask stays
        where none is given), else CUSTOMER_NAME_TAKEN. CUSTOMER_GONE where it is gone or somebody else's."""

    async def named_like(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 10
    ) -> Sequence[Namesake]:
        """Customers of kept stories that `viewer` may see under the customer's own name, where that name or a word in
        it begins with `words` (folded here); the one with the newest story first."""
