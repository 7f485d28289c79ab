"""One's own stories at a glance, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import Story, StoryState
from bot.ports.own_stories import Group, Month
from tests.fake_stories import FakeStories


@dataclass
class FakeOwnStories:
    """See `bot.ports.own_stories.OwnStories`."""

    stories: FakeStories

    async def grouped(
        self,
        workspace: Workspace,
        teller: UserId,
        *,
        limit: int,
        before: tuple[datetime, StoryId] | None = None,
    ) -> Sequence[Group]:
        groups: dict[str, list[Story]] = {}
        for story in self._told(workspace, teller):
            groups.setdefault(story.customer_id or story.id, []).append(story)
        found = [Group(group[0], len(group)) for group in groups.values()]
        return [group for group in found if before is None or (group.story.told_at, group.story.id) < before][
            :limit
        ]

    async def by_month(self, workspace: Workspace, teller: UserId) -> Sequence[Month]:
        months: dict[date, list[Story]] = {}
        for story in reversed(self._told(workspace, teller)):
            months.setdefault(story.told_on.replace(day=1), []).append(story)
        return [
            Month(month, len(told), min(story.told_at for story in told))
            for month, told in sorted(months.items())
        ]

    def _told(self, workspace: Workspace, teller: UserId) -> list[Story]:
        told = [
            one
            for (of, _), one in self.stories.kept.items()
            if (of, one.teller, one.state) == (workspace, teller, StoryState.KEPT)
        ]
        return sorted(told, key=lambda one: (one.told_at, one.id), reverse=True)
