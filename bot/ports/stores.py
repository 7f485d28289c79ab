"""The stores: what is remembered. Each speaks the domain, is asked with a workspace, and the database decides races.

Times are UTC-aware. Methods that change something are one transaction each; `enqueue` puts messages to be owed into
that same transaction, and a message already owed (same unique key) is quietly left as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.checks import Check
from bot.domain.deliveries import NewDelivery
from bot.domain.digests import Digest, Voice
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
from bot.domain.people import Person
from bot.domain.purposes import Purpose
from bot.domain.stories import Story, StoryState, Viewer, Visibility
from bot.domain.teams import Member, Membership, Team
from bot.ports.coach_rules import CoachRules
from bot.ports.companies import Companies
from bot.ports.customers import Customers
from bot.ports.echoes import Echoes
from bot.ports.hopes import Hopes
from bot.ports.huddles import Huddles
from bot.ports.installing import InstallStates, Renewals
from bot.ports.ledger import Ledger
from bot.ports.moving import Moving
from bot.ports.own_stories import OwnStories
from bot.ports.pulses import Pulses
from bot.ports.reasons import Reasons


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace the bot serves. `token` is the bot token in the clear; the store keeps it encrypted, or not at all
    where it comes from the settings (then it is None here)."""

    workspace: Workspace
    name: str
    bot_user: UserId
    token: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset()
    installed_at: datetime | None = None
    """When it was installed first, or again after it was revoked; a save that names it wins."""
    revoked_at: datetime | None = None
    refresh_token: str | None = field(default=None, repr=False)
    """Good for one new token, where the platform lets tokens end (at `expires_at`); kept encrypted, too."""
    expires_at: datetime | None = None


class Workspaces(Protocol):
    """Which workspaces there are."""

    async def save(self, installation: Installation, *, now: datetime) -> None:
        """Insert or update one workspace; a save brings a revoked one back."""

    async def get(self, workspace: Workspace) -> Installation | None:
        """The workspace, revoked or not."""

    async def all(self) -> Sequence[Installation]:
        """Every workspace, revoked ones included, by key."""

    async def revoke(
        self,
        workspace: Workspace,
        *,
        now: datetime,
        told: datetime | None = None,
        reason: str = "app_uninstalled",
    ) -> bool:
        """Note that the platform took the token back, and park what is owed there for `reason`, in one transaction.
        `told` is when the platform said so, to the second: where it was installed in a later one, nothing
        changes. Whether the workspace is without the app now."""

    async def purge(self, *, before: datetime) -> Sequence[Workspace]:
        """Delete everything of the workspaces that were revoked before that instant and are still; which."""

    async def note_heard(self, workspace: Workspace, *, now: datetime) -> None:
        """Note that up to `now` everything the platform had to say was heard."""

    async def heard_at(self, workspace: Workspace) -> datetime | None:
        """Up to when everything was heard, or None where that was never noted."""


class Teams(Protocol):
    """Teams, their purposes and their members."""

    async def by_channel(self, workspace: Workspace, channel: ChannelId) -> Team | None:
        """The team that lives in a channel, with its purpose in force."""

    async def get(self, workspace: Workspace, team: TeamId) -> Team | None:
        """One team."""

    async def all(self, workspace: Workspace) -> Sequence[Team]:
        """Every team of a workspace, by name."""

    async def save(self, team: Team, *, by: UserId, now: datetime) -> Team:
        """Insert (empty id: a new one is given; the channel decides, so two at once make one team) or update a team,
        its managers and its three schedules in one go. The purpose is not touched (see `set_purpose`).
        A schedule that is new or whose days, time or zone changed owes nothing before `now`. `ai_since` is when AI was
        last turned on, whatever the given team says."""

    async def set_purpose(
        self, workspace: Workspace, team: TeamId, text: str, *, by: UserId, now: datetime
    ) -> Purpose:
        """Make `text` the purpose in force; the same text as now changes nothing and returns what is in force."""

    async def purposes(self, workspace: Workspace, team: TeamId) -> Sequence[Purpose]:
        """Every wording, oldest first."""

    async def members(self, workspace: Workspace, team: TeamId) -> Sequence[Member]:
        """Everyone who is or was in the team, by user id."""

    async def member(self, workspace: Workspace, team: TeamId, user: UserId) -> Member | None:
        """One person's place in a team."""

    async def set_member(
        self, workspace: Workspace, team: TeamId, user: UserId, state: Membership, *, now: datetime
    ) -> bool:
        """Put a person into a state; False where they were in it already."""

    async def note_ai(self, workspace: Workspace, team: TeamId, user: UserId, *, now: datetime) -> bool:
        """A member was told that this team lets AI read stories; False where they had been since it was turned on."""

    async def of_person(
        self, workspace: Workspace, user: UserId, states: Collection[Membership] = (Membership.ACTIVE,)
    ) -> Sequence[Team]:
        """The teams a person is in with one of `states`, by name."""

    async def managed_by(self, workspace: Workspace, user: UserId) -> Sequence[Team]:
        """The teams a person manages, by name."""


class People(Protocol):
    """People and what they asked of the bot."""

    async def get(self, workspace: Workspace, user: UserId) -> Person | None:
        """One person, or None where nothing is known yet."""

    async def many(self, workspace: Workspace, users: Collection[UserId]) -> Mapping[UserId, Person]:
        """Those of `users` that are known."""

    async def save_profile(self, person: Person) -> Person:
        """Insert the person, or update what the platform tells (name, zone, locale, standing, is_admin, refreshed_at)
        and leave what they asked of the bot as it is. Who is deactivated keeps the first `refreshed_at` that said so
        as `left_at`. Returns the person as stored."""

    async def set(self, workspace: Workspace, user: UserId, **wishes: Any) -> Person:
        """Change any of the person's other fields (dm, default_visibility, coach, nudge, ai_refused, stopped_at,
        paused_until, own_days, own_at, own_holidays, unanswered, rhythm_asked_at, introduced_at, forgotten_at, why and
        its four others); makes the person where unknown. An unknown field is a TypeError."""


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


class Checks(Protocol):
    """Purpose checks."""

    async def open(self, check: Check, *, enqueue: Sequence[NewDelivery] = ()) -> Check:
        """Insert a check (the same origin gives the check that exists, enqueuing nothing)."""

    async def get(self, workspace: Workspace, check: CheckId) -> Check | None:
        """One check."""

    async def by_message(self, workspace: Workspace, channel: ChannelId, ts: str) -> Check | None:
        """The check whose message this is."""

    async def posted(self, workspace: Workspace, check: CheckId, *, channel: ChannelId, ts: str) -> None:
        """Note the message's id."""

    async def close(
        self,
        workspace: Workspace,
        check: CheckId,
        *,
        by: UserId | None,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        """Close it; False where somebody had. The check's message is marked to be shown anew."""

    async def due(self, *, now: datetime, limit: int = 100) -> Sequence[Check]:
        """Open checks of every workspace whose time has come."""

    async def answered_by(self, workspace: Workspace, check: CheckId) -> int:
        """How many people answered (kept stories of any visibility, counted by teller)."""

    async def open_in(self, workspace: Workspace) -> Sequence[Check]:
        """Open checks of one workspace."""


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


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One thing the platform told us, kept before it was acked. `payload` is JSON text; `sender` is whose doing it
    was, so that it can be forgotten with them."""

    workspace: Workspace
    key: str
    kind: str
    payload: str
    received_at: datetime
    attempts: int = 0
    sender: UserId = ""


@dataclass(frozen=True, slots=True)
class OnlyIfCheckOpen:
    """Keep an entry only where this message belongs to the thread of an open check, or where `origin` (set for edits
    and deletions) is a message that is part of a story already: those count after the check was closed, too.

    `starter` began the thread: below a message of the bot itself, an open check of that channel whose message is
    not noted yet counts as well (somebody answers before Slack's reply is on disk, or a crash came in between)."""

    channel: ChannelId
    thread: str
    origin: str = ""
    starter: UserId = ""


class Inbox(Protocol):
    """What arrived and is not worked off yet."""

    async def keep(self, entry: InboxEntry, *, only_if: OnlyIfCheckOpen | None = None) -> bool:
        """On disk when this returns; False where the key was there already, or `only_if` did not hold (then
        nothing was written). Callers who wait at the same time share one transaction."""

    async def done(self, workspace: Workspace, key: str, *, at: datetime) -> None:
        """Worked off: the payload is wiped, the key stays until it is purged."""

    async def failed(self, workspace: Workspace, key: str, *, reason: str, at: datetime) -> None:
        """Counts an attempt; after five the entry rests and is reported, its payload kept."""

    async def pending(self, *, older_than: datetime, limit: int = 500) -> Sequence[InboxEntry]:
        """Entries received before that instant and not worked off, oldest first."""

    async def depth(self) -> Mapping[str, int]:
        """How many entries of every workspace are "pending", and how many are "resting" after too many attempts."""

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete worked-off keys received before that instant; the number deleted."""


class Audit(Protocol):
    """Who did what: ids only, never text."""

    async def note(
        self, workspace: Workspace, *, actor: str, action: str, about: str = "", at: datetime
    ) -> None:
        """Add a line."""

    async def lines(
        self, workspace: Workspace, *, since: datetime | None = None, limit: int = 1000
    ) -> Sequence[tuple[datetime, str, str, str]]:
        """(at, actor, action, about), newest first."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What a deletion took away, for the report: how many of each thing, and which posts show less now."""

    counts: Mapping[str, int] = field(default_factory=dict)
    stories: tuple[StoryId, ...] = ()


class Forgetting(Protocol):
    """Deleting for good: rows, revisions, search index, inbox payloads, free pages."""

    async def person(self, workspace: Workspace, user: UserId, *, at: datetime) -> Gone:
        """Everything of a person: stories are withdrawn (what shows them is marked to be shown anew), drafts, settings
        and memberships go, and a tombstone with the bare id stays so that they are not enrolled again."""

    async def everything_of(self, workspace: Workspace, user: UserId) -> Mapping[str, Any]:
        """All that is kept about a person as plain JSON-able data, for `mydata`."""

    async def expired(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw stories told before that instant (retention), wiping their words; at most `limit`. What could
        never be worked off and is as old goes, too. How many stories."""

    async def left_behind(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw what people who left before that instant had not shared: private and managers-only stories, and
        drafts; at most `limit`. How many."""

    async def holding(self, workspace: Workspace, words: str) -> Sequence[StoryId]:
        """Stories that hold these words in any wording or field, case and accents folded; not only whole words."""

    async def redact(self, workspace: Workspace, story: StoryId, words: str, *, at: datetime) -> Story | None:
        """Black out these words in a story, its wordings and messages; None where nothing of it held them."""

    async def compact(self) -> None:
        """Make sure deleted words are gone from the files (search index, free pages, write-ahead log)."""


class Store(Protocol):
    """All stores over one database."""

    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def install_states(self) -> InstallStates: ...
    @property
    def renewals(self) -> Renewals: ...
    @property
    def teams(self) -> Teams: ...
    @property
    def people(self) -> People: ...
    @property
    def stories(self) -> Stories: ...
    @property
    def checks(self) -> Checks: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def reminders(self) -> Reminders: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def forgetting(self) -> Forgetting: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def huddles(self) -> Huddles: ...
    @property
    def hopes(self) -> Hopes: ...
    @property
    def companies(self) -> Companies: ...
    @property
    def coach_rules(self) -> CoachRules: ...
    @property
    def moving(self) -> Moving: ...
    @property
    def reasons(self) -> Reasons: ...
    @property
    def echoes(self) -> Echoes: ...
    @property
    def pulses(self) -> Pulses: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def own_stories(self) -> OwnStories: ...

    async def ready(self) -> None:
        """Raises where the database does not answer."""

    async def close(self) -> None:
        """Flush what waits and give connections back."""
