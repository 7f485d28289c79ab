"""Stories in memory, simple enough to be believed: what `bot.db.stories` is compared with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.domain.customers import Customer, Naming, meant, naming
from bot.domain.deliveries import NewDelivery
from bot.domain.folding import clean, fold
from bot.domain.identity import (
    ChannelId,
    CheckId,
    CustomerId,
    DigestId,
    StoryId,
    TeamId,
    UserId,
    Workspace,
)
from bot.domain.stories import Story, StoryState, Viewer, knows_customer, may_see, seen_by, wiped
from bot.ports.stories import Kept, Revision, StoryChange, StoryQuery
from tests.fake_digests import FakeDigests
from tests.fake_ledger import FakeLedger


@dataclass
class Message:
    """What is known of one message: its newest wording, and the story it is part of."""

    text: str
    at: datetime
    story: StoryId | None = None
    edited: str = ""
    deleted: bool = False


@dataclass
class FakeStories:
    """See `bot.ports.stories.Stories`."""

    ledger: FakeLedger
    digests: FakeDigests
    kept: dict[tuple[Workspace, StoryId], Story] = field(default_factory=dict)
    messages: dict[tuple[Workspace, str], Message] = field(default_factory=dict)
    wordings: dict[tuple[Workspace, StoryId], list[Revision]] = field(default_factory=dict)
    reads: dict[tuple[Workspace, StoryId, UserId], datetime] = field(default_factory=dict)
    records: dict[tuple[Workspace, CustomerId], Customer] = field(default_factory=dict)
    """Customers, as their owners call them."""
    made: list[Naming] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    withdrawn: list[Callable[[Story], None]] = field(default_factory=list)
    """Who else lets go of something when a story is withdrawn."""

    async def keep(self, story: Story, *, enqueue: Sequence[NewDelivery] = ()) -> Kept:
        workspace, early = story.workspace, self.messages.get((story.workspace, story.origin))
        if early is not None and early.story is not None:
            return Kept(self.kept[workspace, early.story], new=False)
        if early is not None and early.deleted:
            return Kept(wiped(replace(story, id="")), new=False)
        text = early.text if early else clean(story.text)
        told = replace(story, id=story.id or f"story-{next(self.numbers):06d}", text=text, revision=1)
        told = replace(told, customer=clean(told.customer), goal=clean(told.goal), change=clean(told.change))
        told = self._with_record(told)
        message = early or Message(text, story.told_at)
        message.story = told.id
        # A part's place is its place in this dict.
        self.messages.pop((workspace, story.origin), None)
        self.messages[workspace, story.origin] = message
        self.kept[workspace, told.id] = told
        self._revise(told, told.teller, told.told_at)
        self.ledger.put(replace(new, subject=new.subject or told.id) for new in enqueue)
        return Kept(told, new=True)

    async def extend(
        self, workspace: Workspace, story: StoryId, *, origin: str, text: str, at: datetime
    ) -> Kept:
        if (workspace, story) not in self.kept:
            raise LookupError("no such story")
        told, early = self.kept[workspace, story], self.messages.get((workspace, origin))
        if early is not None and (early.story is not None or early.deleted):
            return Kept(told, new=False)
        message = early or Message(clean(text), at)
        message.story = story
        self.messages.pop((workspace, origin), None)
        self.messages[workspace, origin] = message
        if told.state is StoryState.WITHDRAWN:
            message.text = ""
            return Kept(told, new=False)
        longer = self._settle(told, at)
        return Kept(longer or told, new=longer is not None)

    async def edit_message(
        self, workspace: Workspace, origin: str, text: str, *, edited: str, at: datetime
    ) -> Story | None:
        message = self.messages.get((workspace, origin))
        if message is None:
            self.messages[workspace, origin] = Message(clean(text), at, edited=edited)
            return None
        if message.deleted or edited <= message.edited:
            return None
        story = self.kept[workspace, message.story] if message.story else None
        if story is not None and story.state is StoryState.WITHDRAWN:
            return None
        message.text, message.edited = clean(text), edited
        return None if story is None else self._settle(story, at)

    async def delete_message(self, workspace: Workspace, origin: str, *, at: datetime) -> Story | None:
        message = self.messages.setdefault((workspace, origin), Message("", at))
        if message.deleted:
            return None
        message.deleted, message.text = True, ""
        story = self.kept[workspace, message.story] if message.story else None
        return None if story is None or story.state is StoryState.WITHDRAWN else self._settle(story, at)

    async def change(
        self, workspace: Workspace, story: StoryId, change: StoryChange, *, by: UserId, at: datetime
    ) -> Story | None:
        before = self.kept.get((workspace, story))
        if before is None or before.state is StoryState.WITHDRAWN:
            return None
        if change.state is StoryState.WITHDRAWN:
            return self.withdraw(before)
        given = {name: getattr(change, name) for name in StoryChange.__slots__}
        wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        for name in {"text", "customer", "goal", "change"} & set(wanted):
            wanted[name] = clean(wanted[name])
        after = replace(before, **wanted)
        if after.text != before.text:
            parts = self._parts(before)
            for part in parts:
                part.text = ""
            next(part for part in parts if not part.deleted).text = after.text
        return self._put(before, after, by, at)

    async def get(self, workspace: Workspace, story: StoryId) -> Story | None:
        return self.kept.get((workspace, story))

    async def many(self, workspace: Workspace, stories: Collection[StoryId]) -> Mapping[StoryId, Story]:
        return {story: self.kept[workspace, story] for story in stories if (workspace, story) in self.kept}

    async def by_origin(self, workspace: Workspace, origin: str) -> Story | None:
        message = self.messages.get((workspace, origin))
        return self.kept[workspace, message.story] if message and message.story else None

    async def messages_in(self, workspace: Workspace, channel: ChannelId, *, since: str) -> Sequence[str]:
        found = [
            origin.partition(":")[2]
            for (of, origin), message in self.messages.items()
            if of == workspace
            and origin.startswith(f"{channel}:")
            and message.story
            and not message.deleted
            and self.kept[workspace, message.story].state is not StoryState.WITHDRAWN
        ]
        return sorted(ts for ts in found if ts >= since)

    async def of_check(self, workspace: Workspace, check: CheckId, teller: UserId) -> Story | None:
        return self._newest(workspace, StoryQuery(check=check, teller=teller))

    async def find(self, workspace: Workspace, query: StoryQuery) -> Sequence[Story]:
        return self._seen(workspace, query)[: query.limit]

    async def stream(self, workspace: Workspace, query: StoryQuery) -> AsyncIterator[Story]:
        for story in self._seen(workspace, query):
            yield story

    async def search(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 20
    ) -> Sequence[Story]:
        asked = _words(words)
        every = StoryQuery(viewer=viewer, states=(StoryState.DRAFT, StoryState.KEPT))
        told = [seen_by(story, viewer) for story in self._fitting(workspace, every)]
        found = [story for story in told if asked and _holds(story, asked)]
        return sorted(found, key=lambda story: len(_said(story)))[:limit]

    async def revisions(self, workspace: Workspace, story: StoryId) -> Sequence[Revision]:
        return tuple(self.wordings.get((workspace, story), ()))

    async def unread(self, workspace: Workspace, viewer: Viewer, team: TeamId) -> Story | None:
        for story in self._fitting(workspace, StoryQuery(viewer=viewer, team=team)):
            if story.teller != viewer.user and (workspace, story.id, viewer.user) not in self.reads:
                return seen_by(story, viewer)
        return None

    async def mark_read(self, workspace: Workspace, story: StoryId, by: UserId, *, at: datetime) -> bool:
        new = (workspace, story, by) not in self.reads
        self.reads.setdefault((workspace, story, by), at)
        return new

    async def show_anew(self, workspace: Workspace, teller: UserId) -> int:
        told = self._fitting(workspace, StoryQuery(teller=teller))
        for story in told:
            self._mark(story)
        return len(told)

    async def last_told(self, workspace: Workspace, user: UserId) -> Story | None:
        return self._newest(workspace, StoryQuery(teller=user))

    # within one "transaction" -----------------------------------------------------------------------------------

    def withdraw(self, story: Story) -> Story:
        """Wipe a story's words wherever they stand."""
        gone = wiped(story)
        self.kept[story.workspace, story.id] = gone
        self.let_go(story.workspace, story.customer_id)
        for part in self._parts(story):
            part.text = ""
        self.wordings.pop((story.workspace, story.id), None)
        self.reads = {read: at for read, at in self.reads.items() if read[:2] != (story.workspace, story.id)}
        self.digests.wipe(story.workspace, story.id)
        for let_go in self.withdrawn:
            let_go(story)
        self._mark(gone)
        return gone

    def _settle(self, story: Story, at: datetime) -> Story | None:
        text = "\n".join(part.text for part in self._parts(story) if part.text)
        if not text.strip():
            return self.withdraw(story)
        return None if text == story.text else self._put(story, replace(story, text=text), story.teller, at)

    def _put(self, before: Story, after: Story, by: UserId, at: datetime) -> Story:
        if after.customer != before.customer:
            after = self._with_record(after)
        if after == before:
            return before
        if after.text != before.text:
            after = replace(after, revision=before.revision + 1)
            self._revise(after, by, at)
        self.relabel(after)
        if after.customer_id != before.customer_id:
            self.let_go(before.workspace, before.customer_id)
        return after

    def relabel(self, story: Story) -> None:
        """Put it in its own place, and mark what shows it."""
        self.kept[story.workspace, story.id] = story
        self._mark(story)

    def _with_record(self, story: Story) -> Story:
        called = naming(story.customer)
        if called is None:
            return replace(story, customer="", customer_id=None, masked="")
        mine = [
            one
            for one in self.records.values()
            if (one.workspace, one.owner) == (story.workspace, story.teller)
        ]
        found = meant(called, mine)
        if found is None:
            name = f"customer-{len(self.made):06d}"
            self.made.append(called)
            found = Customer(name, story.workspace, story.teller, called, created_at=story.told_at)
            self.records[story.workspace, name] = found
        return replace(story, customer=found.label, customer_id=found.id, masked=found.masked)

    def let_go(self, workspace: Workspace, customer: CustomerId | None) -> None:
        """A record goes with the last story that names it."""
        named = {story.customer_id for (of, _), story in self.kept.items() if of == workspace}
        if customer is not None and customer not in named:
            self.records.pop((workspace, customer), None)

    def _mark(self, story: Story) -> None:
        self.ledger.mark_story(story.workspace, story.id, story.check)
        shown_in: set[DigestId] = {digest.id for digest in self.digests.with_story(story.workspace, story.id)}
        self.ledger.mark_where(story.workspace, lambda delivery: delivery.subject in shown_in)

    def _revise(self, story: Story, by: UserId, at: datetime) -> None:
        wording = Revision(story.id, story.revision, story.text, at, by)
        self.wordings.setdefault((story.workspace, story.id), []).append(wording)

    def _parts(self, story: Story) -> list[Message]:
        return [
            message
            for (workspace, _), message in self.messages.items()
            if workspace == story.workspace and message.story == story.id
        ]

    def _is_about(self, story: Story, query: StoryQuery) -> bool:
        if query.about is None:
            return True
        record = self.records.get((story.workspace, story.customer_id or ""))
        known = query.viewer is None or knows_customer(story, query.viewer)
        return known and record is not None and record.naming.folded == query.about

    def _seen(self, workspace: Workspace, query: StoryQuery) -> list[Story]:
        found = self._fitting(workspace, query)
        return found if query.viewer is None else [seen_by(story, query.viewer) for story in found]

    def _newest(self, workspace: Workspace, query: StoryQuery) -> Story | None:
        return next(iter(self._fitting(workspace, query)), None)

    def _fitting(self, workspace: Workspace, query: StoryQuery) -> list[Story]:
        found = [
            story
            for (of, _), story in self.kept.items()
            if of == workspace and _fits(story, query) and self._is_about(story, query)
        ]
        return sorted(found, key=lambda story: (story.told_at, story.id), reverse=not query.oldest_first)


def _fits(story: Story, query: StoryQuery) -> bool:
    return (
        story.state in query.states
        and (query.team is None or story.team == query.team)
        and (query.teller is None or story.teller == query.teller)
        and (query.check is None or story.check == query.check)
        and (query.customer is None or story.customer_id == query.customer)
        and (query.since is None or story.told_at >= query.since)
        and (query.until is None or story.told_at < query.until)
        and (query.at_least is None or story.visibility >= query.at_least)
        and (query.before is None or (story.told_at, story.id) < query.before)
        and (query.viewer is None or may_see(story, query.viewer))
    )


def _said(story: Story) -> list[str]:
    return _words(f"{story.text}\n{story.customer}\n{story.goal}\n{story.change}\n{story.masked}")


def _words(text: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in fold(text)).split()


def _holds(story: Story, asked: Sequence[str]) -> bool:
    said = _said(story)
    return all(word in said for word in asked[:-1]) and any(word.startswith(asked[-1]) for word in said)
