"""Building on a colleague's story: a reply in the digest's thread that quotes it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.deliveries import (
    REPLY_PREFIX,
    Delivery,
    DeliveryState,
    Kind,
    NewDelivery,
    Priority,
    schedule_id,
)
from bot.domain.digests import DigestState
from bot.domain.folding import clean
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.notices import BuildNotice
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, Visibility, may_see, seen_by, seen_in, seen_outside, shown_in_channel
from bot.ports.stores import Store
from bot.ports.world import Skip
from bot.usecases.admission import Admission
from bot.usecases.naming import names_of

BY = "by"
STORY = "story"
WORDS = "words"


class Building:
    """Owes replies and says how they read now."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says who may read what."""
        self._store = store
        self._admission = admission

    async def readable(
        self, workspace: Workspace, user: UserId, story: StoryId, now: datetime
    ) -> Story | Refusal:
        """The story where this person may build on it: full members who may read it, while a channel shows it."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        found = await self._store.stories.get(workspace, story)
        viewer = await self._admission.viewer(workspace, user, now)
        if found is None or not shown_in_channel(found) or not may_see(found, viewer):
            return Refusal(Why.STORY_GONE)
        return seen_by(found, viewer)

    async def build(
        self,
        workspace: Workspace,
        user: UserId,
        story: StoryId,
        words: str,
        *,
        clicked: tuple[str, str],
        origin: str,
        now: datetime,
    ) -> Refusal | None:
        """Owe the reply below the digest that was `clicked` (channel, message), or the newest one with that story.

        The same `origin` never makes two.
        """
        found = await self.readable(workspace, user, story, now)
        if isinstance(found, Refusal):
            return found
        if not words.strip():
            return Refusal(Why.EMPTY_STORY)
        digest = await self._message(found, clicked)
        if digest is None or digest.channel is None:
            return Refusal(Why.NO_DIGEST_YET)
        reply = NewDelivery(
            workspace=workspace,
            subject=f"{REPLY_PREFIX}{user}:{origin}",
            kind=Kind.REPLY,
            recipient=digest.channel,
            due_at=now,
            channel=digest.channel,
            thread=digest.ts,
            team=digest.team,
            priority=Priority.WAITING,
            data={BY: user, STORY: story, WORDS: clean(words).strip()},
        )
        await self._store.ledger.owe([reply])
        return None

    async def compose(self, delivery: Delivery, now: datetime) -> BuildNotice | Skip:
        """The reply as it reads now: without what was taken back."""
        words, sent = str(delivery.data.get(WORDS) or ""), delivery.state is DeliveryState.SENT
        story_id = str(delivery.data.get(STORY) or "")
        await self._store.ledger.shows(delivery.workspace, delivery.id, [story_id] if story_id else [])
        story = await self._store.stories.get(delivery.workspace, story_id)
        story = await self._as_it_stands(story, delivery) if story is not None else None
        if not sent and (story is None or not words):
            return Skip("story_gone")
        writer = str(delivery.data.get(BY) or "")
        teller = story.teller if story is not None else ""
        names = await names_of(self._store, delivery.workspace, {each for each in (writer, teller) if each})
        return BuildNotice(
            writer=names.get(writer, ""), words=words, story=story, teller=names.get(teller, "")
        )

    async def _as_it_stands(self, story: Story, delivery: Delivery) -> Story | None:
        """The story as the channel of a reply reads it, where it may stand there."""
        team = await self._store.teams.get(story.workspace, story.team or "")
        if not shown_in_channel(story) or team is None:
            return None
        if team.channel == delivery.recipient:
            return seen_in(story, team)
        return seen_outside(story) if story.visibility >= Visibility.COMPANY else None

    async def _message(self, story: Story, clicked: tuple[str, str]) -> Delivery | None:
        """The digest's message: a click names one, and is only a claim."""
        ledger = self._store.ledger
        found = await ledger.by_message(story.workspace, *clicked) if all(clicked) else None
        if found is not None and found.kind is Kind.DIGEST and found.ts:
            return found
        for digest in reversed(await self._store.digests.showing(story.workspace, story.id)):
            if digest.state is not DigestState.POSTED:
                continue
            subject = schedule_id(digest.team, Kind.DIGEST)
            for each in await ledger.about(story.workspace, subject, Kind.DIGEST):
                if each.ts and each.state is DeliveryState.SENT and each.local_date == digest.day:
                    return each
        return None
