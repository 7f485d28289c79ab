"""Hopes: what people said will be different or will be tried, when they are asked, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.hopes import Hope
from bot.domain.identity import StoryId, TeamId, UserId, Workspace


class Hopes(Protocol):
    """Whoever asks decides who may see what; see `bot.domain.hopes.Hope`. Dropped ones come back from `get` alone.

    Whatever shows a hope or its story (messages noted with `Ledger.shows`, the story's receipt) is marked to be shown
    anew where the hope changes, in the same transaction. A story that is withdrawn drops its hopes.
    """

    async def keep(self, hope: Hope) -> Hope:
        """Insert a hope (an empty id gets one). The same origin gives the one that exists, as it stands."""

    async def get(self, workspace: Workspace, hope: str) -> Hope | None:
        """One hope, dropped ones included."""

    async def change(self, hope: Hope) -> bool:
        """Store its words, day, state, outcome, line, sharing and `answered_at`; False where it was dropped, or is
        unknown. `state` DROPPED wipes the words."""

    async def asked(self, workspace: Workspace, hope: str, *, at: datetime) -> None:
        """Note when its owner was asked."""

    async def due(self, workspace: Workspace, person: UserId, *, on: date) -> Sequence[Hope]:
        """A person's open hopes of that day and before, the earliest first."""

    async def of_person(self, workspace: Workspace, person: UserId, *, limit: int = 100) -> Sequence[Hope]:
        """A person's hopes: open ones by their day, then answered ones, the newest answer first."""

    async def of_stories(
        self, workspace: Workspace, stories: Collection[StoryId]
    ) -> Mapping[StoryId, Sequence[Hope]]:
        """The hopes of those stories that have any, oldest first."""

    async def told(
        self, workspace: Workspace, team: TeamId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        """A team's answered hopes whose owners let it hear of them, answered in [since, until), oldest first."""

    async def tried(
        self, workspace: Workspace, teams: Collection[TeamId], *, without: UserId, limit: int = 20
    ) -> Sequence[Hope]:
        """Open trials of others that these teams may hear of, newest first."""

    async def taken_since(
        self, workspace: Workspace, person: UserId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        """Others' trials that were taken from one of this person's in [since, until), oldest first. `person` of each
        is who took it."""

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        """Black these words out in every trial (what stands with a story is blacked out with it). In how many they
        stood."""
