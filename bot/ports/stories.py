"""Stories: kept, changed, found and searched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import NewDelivery
from bot.domain.identity import ChannelId, CheckId, CustomerId, StoryId, TeamId, UserId, Workspace
from bot.domain.stories import Story, StoryState, Viewer, Visibility


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an answer: the story, and False where that origin had been kept before."""

    story: Story
    new: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One earlier or present wording of a story."""

    story: StoryId
    revision: int
    text: str
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class StoryChange:
    """What to change in a story; None leaves a field as it is."""

    text: str | None = None
    customer: str | None = None
    goal: str | None = None
    change: str | None = None
    tags: tuple[str, ...] | None = None
    visibility: Visibility | None = None
    team: TeamId | None = None
    state: StoryState | None = None
    ai_allowed: bool | None = None
    coached: bool | None = None


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """Which stories: every field that is given narrows. `viewer` applies `may_see` in the database, and each story
    comes back as `seen_by` them. `at_least` is the narrowest visibility wanted. Newest first, unless `oldest_first`.
    `about` is a customer's folded label, in anybody's records; with a viewer only where they read that name."""

    team: TeamId | None = None
    teller: UserId | None = None
    viewer: Viewer | None = None
    check: CheckId | None = None
    customer: CustomerId | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    at_least: Visibility | None = None
    states: tuple[StoryState, ...] = (StoryState.KEPT,)
    oldest_first: bool = False
    limit: int = 200
    before: tuple[datetime, StoryId] | None = None
    """For paging newest first: only stories that stand after this (told_at, id) in that order."""


class Stories(Protocol):
    """Stories: told, changed, found, withdrawn."""

    async def keep(self, story: Story, *, enqueue: Sequence[NewDelivery] = ()) -> Kept:
        """Insert a story with its first revision; where its origin was kept, edited or deleted before, nothing is
        inserted or enqueued and the story as it stands comes back (`new` False). An empty id gets one.
        `subject=""` in `enqueue` stands for the story's id. A `customer` that was typed becomes (or finds) the
        teller's record of it, in the same transaction: its label, id and mask are the story's then."""

    async def extend(
        self, workspace: Workspace, story: StoryId, *, origin: str, text: str, at: datetime
    ) -> Kept:
        """Add another message of the same answer (a check's thread); its own origin never counts twice."""

    async def edit_message(
        self, workspace: Workspace, origin: str, text: str, *, edited: str, at: datetime
    ) -> Story | None:
        """The platform says that the message `origin` was edited; `edited` is the platform's mark of that edit and
        only orders edits of one message (an older or equal one changes nothing). Where the origin is unknown the
        wording is remembered so that a later `keep` of that origin takes it. Returns the story where its words
        changed."""

    async def delete_message(self, workspace: Workspace, origin: str, *, at: datetime) -> Story | None:
        """The message `origin` was deleted: a story of that message alone is withdrawn, a longer answer loses that
        part. Unknown: remembered, so that a later `keep` keeps nothing. Returns the story where it changed."""

    async def change(
        self, workspace: Workspace, story: StoryId, change: StoryChange, *, by: UserId, at: datetime
    ) -> Story | None:
        """Apply a change; new words make a revision. None where there is no such story or it was withdrawn. A new
        `customer` is looked up or recorded as in `keep`; a record that no story names any more goes.
        `state=WITHDRAWN` wipes the words of every revision and part. Whatever shows the story (digests, checks,
        receipts: deliveries marked with it) is marked to be shown anew, in the same transaction."""

    async def get(self, workspace: Workspace, story: StoryId) -> Story | None:
        """One story, withdrawn ones included."""

    async def many(self, workspace: Workspace, stories: Collection[StoryId]) -> Mapping[StoryId, Story]:
        """Those of `stories` that exist."""

    async def by_origin(self, workspace: Workspace, origin: str) -> Story | None:
        """The story a message or a submission became."""

    async def messages_in(self, workspace: Workspace, channel: ChannelId, *, since: str) -> Sequence[str]:
        """The ids (`ts`) of a channel's messages, from `since` on, that are part of a story and not deleted."""

    async def of_check(self, workspace: Workspace, check: CheckId, teller: UserId) -> Story | None:
        """A person's kept answer to a check (drafts and withdrawn ones are none)."""

    async def find(self, workspace: Workspace, query: StoryQuery) -> Sequence[Story]:
        """Stories that fit, at most `query.limit`."""

    def stream(self, workspace: Workspace, query: StoryQuery) -> AsyncIterator[Story]:
        """Stories that fit, one by one with constant memory, whatever the limit says."""

    async def search(
        self, workspace: Workspace, words: str, viewer: Viewer, *, limit: int = 20
    ) -> Sequence[Story]:
        """What `viewer` may see that holds all the words (case and accents folded), best first: words that they may
        read, so nobody finds a masked customer by its own name."""

    async def revisions(self, workspace: Workspace, story: StoryId) -> Sequence[Revision]:
        """Every wording that is still kept, oldest first."""

    async def unread(self, workspace: Workspace, viewer: Viewer, team: TeamId) -> Story | None:
        """The newest story of a colleague in that team that `viewer` may see and has not read yet."""

    async def mark_read(self, workspace: Workspace, story: StoryId, by: UserId, *, at: datetime) -> bool:
        """Note that somebody read it; False where they had."""

    async def last_told(self, workspace: Workspace, user: UserId) -> Story | None:
        """The person's newest kept story."""

    async def show_anew(self, workspace: Workspace, teller: UserId) -> int:
        """Mark whatever shows a person's stories, or names them as who replied or asked, to be shown anew (they are
        called something else now). How many stories."""
