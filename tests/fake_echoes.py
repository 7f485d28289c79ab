"""What came of stories, read from the other stores in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.huddles import HuddleState
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import StoryState
from bot.domain.thanks import Echo, Loop
from tests.fake_huddles import FakeHuddles
from tests.fake_ledger import FakeLedger
from tests.fake_stories import FakeStories


@dataclass
class FakeEchoes:
    """See `bot.ports.echoes.Echoes`."""

    stories: FakeStories
    huddles: FakeHuddles
    ledger: FakeLedger

    async def of_person(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Echo]:
        mine = {
            one.id
            for (of, _), one in self.stories.kept.items()
            if of == workspace and one.teller == user and one.state is StoryState.KEPT
        }
        echoes = [*self._read(workspace, user, mine), *self._huddles(workspace, user)]
        for story in sorted(mine):
            echoes += await self._built_on(workspace, user, story)
        return [echo for echo in echoes if since < echo.at <= until]

    def _read(self, workspace: Workspace, user: UserId, mine: set[StoryId]) -> list[Echo]:
        latest: dict[StoryId, datetime] = {}
        for (of, story, reader), at in self.stories.reads.items():
            if of == workspace and story in mine and reader != user:
                latest[story] = max(at, latest.get(story, at))
        return [Echo(Loop.READ, at, story) for story, at in latest.items()]

    def _huddles(self, workspace: Workspace, user: UserId) -> list[Echo]:
        told = [
            one
            for (of, _), one in self.huddles.kept.items()
            if of == workspace and one.teller == user and one.state is HuddleState.TOLD
        ]
        others = [one for one in told if one.asked_by != user]
        return [Echo(Loop.HUDDLE, one.told_at, one.story, place=one.team) for one in others if one.told_at]

    async def _built_on(self, workspace: Workspace, user: UserId, story: StoryId) -> list[Echo]:
        replies = [one for one in await self.ledger.recent(workspace, limit=10_000) if one.kind is Kind.REPLY]
        return [
            Echo(Loop.BUILT_ON, one.sent_at, story, reply=one.id, place=one.team or "")
            for one in replies
            if one.state is DeliveryState.SENT
            and one.sent_at is not None
            and one.data.get("words")
            and one.data.get("by") not in (None, "", user)
            and story in await self.ledger.shown_in(workspace, one.id)
        ]
