"""Customers: found by name, seen on a card before a call, called otherwise, always within what the person may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.customer_cards import Card, card
from bot.domain.customers import Customer, masking, naming
from bot.domain.folding import fold
from bot.domain.identity import CustomerId, StoryId, UserId, Workspace
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story
from bot.ports.customers import Namesake
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.admission import Admission

MOST_FOUND = 10
"""More customers than that of one beginning are a reason to type another letter."""
_MOST_READ = 50
"""So many of the newest stories about a customer make its card."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a person wants a customer to be called: as typed. `join`: where they have another of that name, both are
    one."""

    name: str
    hint: str = ""
    masked: str = ""
    join: bool = False


class Customers:
    """Answers about customers."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says what somebody may read."""
        self._store = store
        self._admission = admission

    async def find(
        self, workspace: Workspace, user: UserId, words: str, now: datetime
    ) -> Card | Sequence[Namesake] | Refusal:
        """The card of the one customer that is called so or begins so, several to choose from, or that there is none.
        Without words: the person's own, to choose from."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        if not words.strip():
            mine = await self._store.customers.of_owner(workspace, user, limit=MOST_FOUND)
            found: Sequence[Namesake] = [Namesake(one.label, one.naming.folded, one.id) for one in mine]
            return found or Refusal(Why.CUSTOMER_UNKNOWN)
        viewer = await self._admission.viewer(workspace, user, now)
        found = await self._store.customers.named_like(workspace, words, viewer, limit=MOST_FOUND)
        chosen = _meant(words, found)
        if chosen is not None:
            return await self._card(workspace, user, chosen.folded, now)
        return found or Refusal(Why.CUSTOMER_UNKNOWN, {"name": words})

    async def card(
        self, workspace: Workspace, user: UserId, customer: CustomerId, now: datetime
    ) -> Card | Refusal:
        """The card of a customer by one of its records, which is only a claim: what is on it is looked for anew."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        known = await self._store.customers.get(workspace, customer)
        if known is None:
            return Refusal(Why.CUSTOMER_GONE)
        return await self._card(workspace, user, known.naming.folded, now)

    async def own(self, workspace: Workspace, user: UserId, customer: CustomerId) -> Customer | Refusal:
        """The person's own record."""
        known = await self._store.customers.get(workspace, customer)
        return known if known is not None and known.owner == user else Refusal(Why.CUSTOMER_GONE)

    async def picked(self, workspace: Workspace, user: UserId, customer: CustomerId) -> str:
        """What a customer picked from one's own is called; empty where nothing was picked, or it is gone."""
        found = await self.own(workspace, user, customer) if customer else None
        return found.label if isinstance(found, Customer) else ""

    async def told(
        self,
        workspace: Workspace,
        user: UserId,
        customer: CustomerId,
        *,
        limit: int,
        before: tuple[datetime, StoryId] | None = None,
    ) -> Sequence[Story]:
        """The person's own stories about one of their customers, newest first."""
        query = StoryQuery(teller=user, customer=customer, limit=limit, before=before)
        return await self._store.stories.find(workspace, query)

    async def rename(
        self, workspace: Workspace, user: UserId, customer: CustomerId, wanted: Renaming
    ) -> Customer | Refusal:
        """Call one of one's own customers otherwise, in every story and in whatever shows them."""
        name = naming(wanted.name)
        if name is None:
            return Refusal(Why.CUSTOMER_NAMELESS)
        hint = masking(wanted.hint)
        called = (naming(f"{name.name} ({hint})") if hint else None) or name
        masked = masking(wanted.masked)
        return await self._store.customers.change(workspace, user, customer, called, masked, join=wanted.join)

    async def _card(self, workspace: Workspace, user: UserId, folded: str, now: datetime) -> Card | Refusal:
        viewer = await self._admission.viewer(workspace, user, now)
        query = StoryQuery(about=folded, viewer=viewer, limit=_MOST_READ)
        stories = await self._store.stories.find(workspace, query)
        if not stories:
            return Refusal(Why.CUSTOMER_GONE)
        hopes = await self._store.hopes.of_stories(workspace, [story.id for story in stories])
        return card(user, stories, hopes)


def _meant(words: str, found: Sequence[Namesake]) -> Namesake | None:
    """The one that is meant: the only one that fits, or the one called just so where no other has that name too."""
    if len(found) == 1:
        return found[0]
    asked = " ".join(fold(words).split())
    so_called = [one for one in found if one.folded == asked or one.folded.startswith(f"{asked} (")]
    return so_called[0] if len(so_called) == 1 and so_called[0].folded == asked else None
