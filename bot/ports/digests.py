"""Digests as they were drawn up, and the lines and questions that a team has had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.deliveries import NewDelivery
from bot.domain.digests import Digest, Voice
from bot.domain.identity import DigestId, StoryId, TeamId, UserId, Workspace


class Digests(Protocol):
    """Digests and what was featured when."""

    async def plan(self, digest: Digest, *, enqueue: Sequence[NewDelivery] = ()) -> Digest:
        """Insert the digest of a team's day, or return the one that exists."""

    async def get(self, workspace: Workspace, digest: DigestId) -> Digest | None:
        """One digest."""

    async def of_day(self, workspace: Workspace, team: TeamId, day: date) -> Digest | None:
        """The team's digest of that local date."""

    async def latest(
        self, workspace: Workspace, team: TeamId, *, before: datetime | None = None
    ) -> Digest | None:
        """The team's newest digest by `until` (earlier than `before`), dropped ones included."""

    async def change(self, digest: Digest, *, before: Digest | None = None) -> bool:
        """Store state, `until`, headline, question, label, picks and what was left out, held or put in; marks its
        messages to be shown anew, where it was posted only the preview. With `before`, only where these (picks and
        what is held aside) still are as they were there; False where they are not, or there is no such digest."""

    async def featured_since(self, workspace: Workspace, team: TeamId, since: datetime) -> Sequence[Digest]:
        """Digests with `until` after `since`, oldest first, with their highlights alone: who had a voice when."""

    async def voices(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Voice]:
        """A teller's featured stories in posted digests of hours in (since, until], oldest first."""

    async def showing(self, workspace: Workspace, story: StoryId) -> Sequence[Digest]:
        """Digests in which a story stands."""


class Reminders(Protocol):
    """Which reminder lines and questions a team has had."""

    async def used(self, workspace: Workspace, team: TeamId, since: date) -> Sequence[tuple[str, date]]:
        """(key, date) of lines used since, oldest first."""

    async def use(self, workspace: Workspace, team: TeamId, key: str, on: date) -> None:
        """Note a line for a date; a second note for that date keeps the first."""

    async def used_on(self, workspace: Workspace, team: TeamId, on: date) -> str | None:
        """The line of that date."""
