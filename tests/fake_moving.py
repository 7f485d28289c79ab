"""Channels that move, in memory: what `bot.db.moving` is compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.checks import Check
from bot.domain.identity import ChannelId, CheckId, Workspace
from tests.fake_ledger import FakeLedger
from tests.fake_stories import FakeStories


@dataclass
class FakeMoving:
    """See `bot.ports.moving.Moving`."""

    ledger: FakeLedger
    stories: FakeStories
    checks: dict[tuple[Workspace, CheckId], Check]

    async def channel(self, workspace: Workspace, old: ChannelId, new: ChannelId) -> None:
        self.ledger.move(workspace, old, new)
        for key, check in self.checks.items():
            if key[0] == workspace and check.channel == old:
                self.checks[key] = replace(check, channel=new)
        for place, story in self.stories.kept.items():
            if place[0] == workspace and story.check and story.origin.startswith(f"{old}:"):
                self.stories.kept[place] = replace(story, origin=new + story.origin.removeprefix(old))
        for where, origin in list(self.stories.messages):
            if where == workspace and origin.startswith(f"{old}:"):
                moved = new + origin.removeprefix(old)
                self.stories.messages[where, moved] = self.stories.messages.pop((where, origin))
