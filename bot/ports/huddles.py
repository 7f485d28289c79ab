"""Huddles: which story is on its way into which team's huddle, and who said that they need not be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import NewDelivery
from bot.domain.huddles import Huddle, HuddleState
from bot.domain.identity import TeamId, UserId, Workspace


class Huddles(Protocol):
    """Ids and states only; the words are the stories'."""

    async def open(self, huddle: Huddle, *, enqueue: Sequence[NewDelivery] = ()) -> Huddle | None:
        """Insert a huddle (an empty id gets one) and owe its messages (`subject=""` stands for its id); None where
        that story was up in that team before."""

    async def get(self, workspace: Workspace, huddle: str) -> Huddle | None:
        """One huddle."""

    async def of_team(self, workspace: Workspace, team: TeamId) -> Sequence[Huddle]:
        """Every huddle of a team, oldest first."""

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
        """Move it from `before` to `state` and owe messages; False where it was not in `before` (any more)."""

    async def set_any_time(self, workspace: Workspace, user: UserId, *, yes: bool, now: datetime) -> None:
        """The person need not be asked first (or, again, is)."""

    async def any_time(self, workspace: Workspace, users: Collection[UserId]) -> frozenset[UserId]:
        """Those of `users` who need not be asked."""
