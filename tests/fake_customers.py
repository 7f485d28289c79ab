"""Customers in memory: records beside the stories that name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.customers import Customer, Naming
from bot.domain.folding import fold
from bot.domain.identity import CustomerId, UserId, Workspace
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, StoryState, Viewer, knows_customer, may_see
from bot.ports.customers import Namesake
from tests.fake_stories import FakeStories


@dataclass
class FakeCustomers:
    """See `bot.ports.customers.Customers`."""

    stories: FakeStories

    async def get(self, workspace: Workspace, customer: CustomerId) -> Customer | None:
        return self.stories.records.get((workspace, customer))

    async def of_owner(self, workspace: Workspace, owner: UserId, *, limit: int = 100) -> Sequence[Customer]:
        mine = [one for (of, _), one in self.stories.records.items() if (of, one.owner) == (workspace, owner)]
        newest = {one.id: max(story.told_at for story in self._naming(workspace, one.id)) for one in mine}
        return sorted(mine, key=lambda one: (newest[one.id], one.id), reverse=True)[:limit]

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
        mine = self.stories.records.get((workspace, customer))
        if mine is None or mine.owner != owner:
            return Refusal(Why.CUSTOMER_GONE)
        for other in await self.of_owner(workspace, owner, limit=10_000):
            if other.id != customer and other.naming.folded == naming.folded:
                if not join:
                    return Refusal(Why.CUSTOMER_NAME_TAKEN, {"name": other.label})
                del self.stories.records[workspace, customer]
                return self._rename(replace(other, masked=masked or other.masked), customer, naming)
        return self._rename(replace(mine, masked=masked), customer, naming)

    async def named_like(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 10
    ) -> Sequence[Namesake]:
        asked = " ".join(fold(words).split())
        found: dict[str, Namesake] = {}
        told = [one for (of, _), one in self.stories.kept.items() if of == workspace and one.customer_id]
        for story in sorted(told, key=lambda one: (one.told_at, one.id), reverse=True):
            record = self.stories.records[workspace, story.customer_id or ""]
            folded = record.naming.folded
            if (
                story.state is StoryState.KEPT
                and may_see(story, viewer)
                and knows_customer(story, viewer)
                and asked
                and f" {asked}" in f" {folded}"
            ):
                known = found.get(folded, Namesake(story.customer, folded, record.id))
                found[folded] = Namesake(
                    min(known.label, story.customer), folded, min(known.customer, record.id)
                )
        return list(found.values())[:limit]

    def forget(self, workspace: Workspace, user: UserId) -> None:
        """What forgetting a person does here."""
        for name, one in list(self.stories.records.items()):
            if (name[0], one.owner) == (workspace, user):
                del self.stories.records[name]

    def _rename(self, target: Customer, joined: CustomerId, naming: Naming) -> Customer:
        after = replace(target, naming=naming)
        self.stories.records[after.workspace, after.id] = after
        for story in self._naming(after.workspace, after.id, joined):
            self.stories.relabel(
                replace(story, customer=after.label, customer_id=after.id, masked=after.masked)
            )
        return after

    def _naming(self, workspace: Workspace, *customers: CustomerId) -> list[Story]:
        told = [story for (of, _), story in self.stories.kept.items() if of == workspace]
        return [story for story in told if story.customer_id in customers]
