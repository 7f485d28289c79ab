"""Huddles in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.domain.deliveries import NewDelivery
from bot.domain.huddles import Huddle, HuddleState
from bot.domain.identity import TeamId, UserId, Workspace
from tests.fake_ledger import FakeLedger


@dataclass
class FakeHuddles:
    """See `bot.ports.huddles.Huddles`."""

    ledger: FakeLedger
    kept: dict[tuple[Workspace, str], Huddle] = field(default_factory=dict)
    willing: set[tuple[Workspace, UserId]] = field(default_factory=set)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def open(self, huddle: Huddle, *, enqueue: Sequence[NewDelivery] = ()) -> Huddle | None:
        if huddle.story in {each.story for each in await self.of_team(huddle.workspace, huddle.team)}:
            return None
        wanted = replace(huddle, id=huddle.id or f"huddle-{next(self.numbers):03d}")
        self.kept[wanted.workspace, wanted.id] = wanted
        self.ledger.put(replace(new, subject=new.subject or wanted.id) for new in enqueue)
        return wanted

    async def get(self, workspace: Workspace, huddle: str) -> Huddle | None:
        return self.kept.get((workspace, huddle))

    async def of_team(self, workspace: Workspace, team: TeamId) -> Sequence[Huddle]:
        found = [one for (of, _), one in self.kept.items() if (of, one.team) == (workspace, team)]
        return sorted(found, key=lambda one: (one.at, one.id))

    async def decide(
        self,
        workspace: Workspace,
        huddle: str,
        state: HuddleState,
        *,
        before: HuddleState,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        known = self.kept.get((workspace, huddle))
        if known is None or known.state is not before:
            return False
        told_at = at if state is HuddleState.TOLD else known.told_at
        self.kept[workspace, huddle] = replace(known, state=state, told_at=told_at)
        self.ledger.put(replace(new, subject=new.subject or huddle) for new in enqueue)
        return True

    async def set_any_time(self, workspace: Workspace, user: UserId, *, yes: bool, now: datetime) -> None:
        (self.willing.add if yes else self.willing.discard)((workspace, user))

    async def any_time(self, workspace: Workspace, users: Collection[UserId]) -> frozenset[UserId]:
        return frozenset(user for user in users if (workspace, user) in self.willing)

    def forget(self, workspace: Workspace, user: UserId) -> None:
        """What forgetting a person does here."""
        self.willing.discard((workspace, user))
        for name, one in list(self.kept.items()):
            if name[0] == workspace and one.teller == user:
                del self.kept[name]
            elif name[0] == workspace and one.asked_by == user:
                self.kept[name] = replace(one, asked_by="")
