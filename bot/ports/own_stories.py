"""One's own stories at a glance: by customer, and by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import Story


@dataclass(frozen=True, slots=True)
class Group:
    """One's newest story about a customer and how many there are about them; a story about nobody by name stands for
    itself alone."""

    story: Story
    stories: int


@dataclass(frozen=True, slots=True)
class Month:
    """How many stories somebody told in a month (its first day), and when the oldest of them came in."""

    month: date
    stories: int
    oldest: datetime


class OwnStories(Protocol):
    """Kept stories of one person, for that person; one question each, however many there are."""

    async def grouped(
        self,
        workspace: Workspace,
        teller: UserId,
        *,
        limit: int,
        before: tuple[datetime, StoryId] | None = None,
    ) -> Sequence[Group]:
        """By customer, newest first; `before` is the (told_at, id) of the last one of the page before."""

    async def by_month(self, workspace: Workspace, teller: UserId) -> Sequence[Month]:
        """The months in which something was told that is still kept, by the date on the teller's clock, oldest
        first."""
