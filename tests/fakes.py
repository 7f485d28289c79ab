"""The whole store in memory: a working stand-in for tests of use cases, held to the same contract as the databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.checks import Check, CheckState
from bot.domain.deliveries import Delivery, Kind, NewDelivery
from bot.domain.folding import clean
from bot.domain.identity import ChannelId, CheckId, StoryId, TeamId, UserId, Workspace
from bot.domain.people import Person, Standing
from bot.domain.purposes import Purpose
from bot.domain.redacting import redacted
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.teams import Member, Membership, Team
from bot.ports.forgetting import Gone
from bot.ports.inbox import InboxEntry, OnlyIfCheckOpen
from bot.ports.workspaces import Installation
from tests.fake_coach_rules import FakeCoachRules
from tests.fake_companies import FakeCompanies
from tests.fake_customers import FakeCustomers
from tests.fake_digests import FakeDigests
from tests.fake_echoes import FakeEchoes
from tests.fake_hopes import FakeHopes
from tests.fake_huddles import FakeHuddles
from tests.fake_installing import FakeInstallStates, FakeRenewals
from tests.fake_ledger import FakeLedger
from tests.fake_moving import FakeMoving
from tests.fake_own_stories import FakeOwnStories
from tests.fake_pulses import FakePulses
from tests.fake_reasons import FakeReasons
from tests.fake_stories import FakeStories

_TOLD_BY_PLATFORM = ("workspace", "id", "name", "zone", "locale", "standing", "is_admin", "refreshed_at")
_PROFILE = ("name", "zone", "locale", "standing", "is_admin", "refreshed_at")


@dataclass
class FakeWorkspaces:
    """See `bot.ports.workspaces.Workspaces`."""

    ledger: FakeLedger = field(default_factory=FakeLedger)
    known: dict[Workspace, Installation] = field(default_factory=dict)
    heard: dict[Workspace, datetime] = field(default_factory=dict)

    async def save(self, installation: Installation, *, now: datetime) -> None:
        before = self.known.get(installation.workspace)
        self.known[installation.workspace] = replace(
            installation,
            token=installation.token or (before.token if before else None),
            installed_at=installation.installed_at
            or (before.installed_at if before and before.revoked_at is None else None)
            or now,
            revoked_at=None,
            refresh_token=(installation if installation.token else before or installation).refresh_token,
            expires_at=(installation if installation.token else before or installation).expires_at,
        )

    async def get(self, workspace: Workspace) -> Installation | None:
        return self.known.get(workspace)

    async def all(self) -> Sequence[Installation]:
        return [self.known[key] for key in sorted(self.known)]

    async def revoke(
        self,
        workspace: Workspace,
        *,
        now: datetime,
        told: datetime | None = None,
        reason: str = "app_uninstalled",
    ) -> bool:
        known = self.known.get(workspace)
        if known is None:
            return False
        since = known.installed_at
        is_news = told is None or since is None or since < told + timedelta(seconds=1)
        if known.revoked_at is None and is_news:
            self.known[workspace] = replace(
                known, revoked_at=now, token=None, refresh_token=None, expires_at=None
            )
            await self.ledger.park(workspace, None, reason, now=now)
        return self.known[workspace].revoked_at is not None

    async def purge(self, *, before: datetime) -> Sequence[Workspace]:
        gone = [key for key, each in self.known.items() if each.revoked_at and each.revoked_at < before]
        for key in gone:
            del self.known[key]
        return sorted(gone)

    async def note_heard(self, workspace: Workspace, *, now: datetime) -> None:
        self.heard[workspace] = now

    async def heard_at(self, workspace: Workspace) -> datetime | None:
        return self.heard.get(workspace)


@dataclass
class FakeTeams:
    """See `bot.ports.teams.Teams`."""

    ledger: FakeLedger
    teams: dict[tuple[Workspace, TeamId], Team] = field(default_factory=dict)
    wordings: dict[tuple[Workspace, TeamId], list[Purpose]] = field(default_factory=dict)
    places: dict[tuple[Workspace, TeamId, UserId], Member] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def by_channel(self, workspace: Workspace, channel: ChannelId) -> Team | None:
        return next((team for team in await self.all(workspace) if team.channel == channel), None)

    async def get(self, workspace: Workspace, team: TeamId) -> Team | None:
        return self.teams.get((workspace, team))

    async def all(self, workspace: Workspace) -> Sequence[Team]:
        found = [team for (of, _), team in self.teams.items() if of == workspace]
        return sorted(found, key=lambda team: (team.name, team.id))

    async def save(self, team: Team, *, by: UserId, now: datetime) -> Team:
        known = await self.by_channel(team.workspace, team.channel)
        if not team.id and known is not None:
            return known
        wanted = replace(team, id=team.id or f"team-{next(self.numbers):03d}")
        wanted = replace(wanted, created_at=team.created_at or now, name=clean(team.name))
        before = self.teams.get((wanted.workspace, wanted.id))
        since = before.ai_since if before is not None and before.ai else None
        wanted = replace(wanted, ai_since=(since or team.ai_since or now) if team.ai else None)
        wordings = self.wordings.get((wanted.workspace, wanted.id))
        wanted = replace(wanted, purpose=wordings[-1] if wordings else None)
        wanted = replace(wanted, managers=tuple(dict.fromkeys(wanted.managers)))
        self.teams[wanted.workspace, wanted.id] = wanted
        self.ledger.save_schedules(wanted, now)
        return wanted

    async def set_purpose(
        self, workspace: Workspace, team: TeamId, text: str, *, by: UserId, now: datetime
    ) -> Purpose:
        if (workspace, team) not in self.teams:
            raise LookupError("no such team")
        wordings = self.wordings.setdefault((workspace, team), [])
        if not wordings or wordings[-1].text != clean(text):
            wordings.append(Purpose(team, len(wordings) + 1, clean(text), by, now))
            self.teams[workspace, team] = replace(self.teams[workspace, team], purpose=wordings[-1])
        return wordings[-1]

    async def purposes(self, workspace: Workspace, team: TeamId) -> Sequence[Purpose]:
        return tuple(self.wordings.get((workspace, team), ()))

    async def members(self, workspace: Workspace, team: TeamId) -> Sequence[Member]:
        found = [place for (of, where, _), place in self.places.items() if (of, where) == (workspace, team)]
        return sorted(found, key=lambda place: place.user)

    async def member(self, workspace: Workspace, team: TeamId, user: UserId) -> Member | None:
        return self.places.get((workspace, team, user))

    async def set_member(
        self, workspace: Workspace, team: TeamId, user: UserId, state: Membership, *, now: datetime
    ) -> bool:
        known = self.places.get((workspace, team, user))
        if known is not None and known.state is state:
            return False
        self.places[workspace, team, user] = Member(
            team, user, state, now, known.ai_told_at if known is not None else None
        )
        return True

    async def note_ai(self, workspace: Workspace, team: TeamId, user: UserId, *, now: datetime) -> bool:
        known, since = self.places.get((workspace, team, user)), self.teams[workspace, team].ai_since
        if known is None or (known.ai_told_at is not None and (since is None or known.ai_told_at >= since)):
            return False
        self.places[workspace, team, user] = replace(known, ai_told_at=now)
        return True

    async def of_person(
        self, workspace: Workspace, user: UserId, states: Collection[Membership] = (Membership.ACTIVE,)
    ) -> Sequence[Team]:
        places = [self.places.get((workspace, team.id, user)) for team in await self.all(workspace)]
        inside = {place.team for place in places if place is not None and place.state in states}
        return [team for team in await self.all(workspace) if team.id in inside]

    async def managed_by(self, workspace: Workspace, user: UserId) -> Sequence[Team]:
        return [team for team in await self.all(workspace) if user in team.managers]


@dataclass
class FakePeople:
    """See `bot.ports.teams.People`."""

    known: dict[tuple[Workspace, UserId], Person] = field(default_factory=dict)

    async def get(self, workspace: Workspace, user: UserId) -> Person | None:
        return self.known.get((workspace, user))

    async def many(self, workspace: Workspace, users: Collection[UserId]) -> Mapping[UserId, Person]:
        return {user: self.known[workspace, user] for user in users if (workspace, user) in self.known}

    async def save_profile(self, person: Person) -> Person:
        before = self.known.get((person.workspace, person.id)) or Person(person.workspace, person.id)
        told = {name: getattr(person, name) for name in _PROFILE} | {"name": clean(person.name)}
        if before.forgotten_at is not None:
            told |= {"name": "", "zone": None, "locale": None}
        gone = person.standing is Standing.DEACTIVATED
        told["left_at"] = (before.left_at or person.refreshed_at) if gone else None
        return self._put(replace(before, **told))

    async def set(self, workspace: Workspace, user: UserId, **wishes: Any) -> Person:
        unknown = set(wishes) - ({one.name for one in fields(Person)} - set(_TOLD_BY_PLATFORM))
        if unknown:
            raise TypeError(f"a person has no {', '.join(sorted(unknown))} to set")
        before = self.known.get((workspace, user)) or Person(workspace, user)
        return self._put(replace(before, **wishes))

    def _put(self, person: Person) -> Person:
        self.known[person.workspace, person.id] = person
        return person


@dataclass
class FakeChecks:
    """See `bot.ports.checks.Checks`."""

    ledger: FakeLedger
    stories: FakeStories
    checks: dict[tuple[Workspace, CheckId], Check] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def open(self, check: Check, *, enqueue: Sequence[NewDelivery] = ()) -> Check:
        for known in self._of(check.workspace):
            if known.id == check.id or (check.origin and known.origin == check.origin):
                return known
        wanted = replace(
            check, id=check.id or f"check-{next(self.numbers):03d}", question=clean(check.question)
        )
        self.checks[wanted.workspace, wanted.id] = wanted
        self.ledger.put(replace(new, subject=new.subject or wanted.id) for new in enqueue)
        return wanted

    async def get(self, workspace: Workspace, check: CheckId) -> Check | None:
        return self.checks.get((workspace, check))

    async def by_message(self, workspace: Workspace, channel: ChannelId, ts: str) -> Check | None:
        return next((one for one in self._of(workspace) if (one.channel, one.ts) == (channel, ts)), None)

    async def posted(self, workspace: Workspace, check: CheckId, *, channel: ChannelId, ts: str) -> None:
        if (workspace, check) in self.checks:
            self.checks[workspace, check] = replace(self.checks[workspace, check], channel=channel, ts=ts)

    async def close(
        self,
        workspace: Workspace,
        check: CheckId,
        *,
        by: UserId | None,
        at: datetime,
        enqueue: Sequence[NewDelivery] = (),
    ) -> bool:
        known = self.checks.get((workspace, check))
        if known is None or known.state is CheckState.CLOSED:
            return False
        self.checks[workspace, check] = replace(known, state=CheckState.CLOSED, closed_at=at, closed_by=by)

        def shows_it(delivery: Delivery) -> bool:
            return delivery.subject == check and delivery.kind in (Kind.CHECK, Kind.ROLLUP)

        self.ledger.mark_where(workspace, shows_it)
        self.ledger.put(replace(new, subject=new.subject or check) for new in enqueue)
        return True

    async def due(self, *, now: datetime, limit: int = 100) -> Sequence[Check]:
        due = [one for one in self.checks.values() if one.state is CheckState.OPEN and one.closes_at <= now]
        return sorted(due, key=lambda check: (check.closes_at, check.id))[:limit]

    async def answered_by(self, workspace: Workspace, check: CheckId) -> int:
        told = [story for (of, _), story in self.stories.kept.items() if of == workspace]
        answers = [story for story in told if story.check == check and story.state is StoryState.KEPT]
        return len({story.teller for story in answers})

    async def open_in(self, workspace: Workspace) -> Sequence[Check]:
        found = [check for check in self._of(workspace) if check.state is CheckState.OPEN]
        return sorted(found, key=lambda check: (check.opened_at, check.id))

    def _of(self, workspace: Workspace) -> Sequence[Check]:
        return [check for (of, _), check in self.checks.items() if of == workspace]


@dataclass
class FakeReminders:
    """See `bot.ports.digests.Reminders`."""

    lines: dict[tuple[Workspace, TeamId, date], str] = field(default_factory=dict)

    async def used(self, workspace: Workspace, team: TeamId, since: date) -> Sequence[tuple[str, date]]:
        found = [(on, key) for (of, where, on), key in self.lines.items() if (of, where) == (workspace, team)]
        return [(key, on) for on, key in sorted(found) if on >= since]

    async def use(self, workspace: Workspace, team: TeamId, key: str, on: date) -> None:
        self.lines.setdefault((workspace, team, on), key)

    async def used_on(self, workspace: Workspace, team: TeamId, on: date) -> str | None:
        return self.lines.get((workspace, team, on))


@dataclass
class FakeInbox:
    """See `bot.ports.inbox.Inbox`."""

    checks: FakeChecks
    stories: FakeStories
    workspaces: FakeWorkspaces
    entries: dict[tuple[Workspace, str], InboxEntry] = field(default_factory=dict)
    ended: set[tuple[Workspace, str]] = field(default_factory=set)

    async def keep(self, entry: InboxEntry, *, only_if: OnlyIfCheckOpen | None = None) -> bool:
        if (entry.workspace, entry.key) in self.entries:
            return False
        if only_if is not None and not await self._holds(entry.workspace, only_if):
            return False
        self.entries[entry.workspace, entry.key] = replace(entry, payload=clean(entry.payload))
        return True

    async def done(self, workspace: Workspace, key: str, *, at: datetime) -> None:
        if (workspace, key) in self.entries:
            self.entries[workspace, key] = replace(self.entries[workspace, key], payload="")
            self.ended.add((workspace, key))

    async def failed(self, workspace: Workspace, key: str, *, reason: str, at: datetime) -> None:
        if (workspace, key) in self.entries and (workspace, key) not in self.ended:
            entry = self.entries[workspace, key]
            self.entries[workspace, key] = replace(entry, attempts=entry.attempts + 1)

    async def pending(self, *, older_than: datetime, limit: int = 500) -> Sequence[InboxEntry]:
        waiting = [
            entry for name, entry in self.entries.items() if name not in self.ended and entry.attempts < 5
        ]
        old = [entry for entry in waiting if entry.received_at < older_than]
        return sorted(old, key=lambda entry: (entry.received_at, entry.key))[:limit]

    async def depth(self) -> Mapping[str, int]:
        left = [entry.attempts < 5 for name, entry in self.entries.items() if name not in self.ended]
        return {"pending": left.count(True), "resting": left.count(False)}

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        gone = [name for name in sorted(self.ended) if self.entries[name].received_at < before][:limit]
        for name in gone:
            del self.entries[name]
            self.ended.discard(name)
        early = [name for name, one in self.stories.messages.items() if one.story is None and one.at < before]
        for name in early:
            del self.stories.messages[name]
        return len(gone)

    async def _not_noted(self, workspace: Workspace, only_if: OnlyIfCheckOpen) -> bool:
        known = await self.workspaces.get(workspace)
        waiting = [check for check in await self.checks.open_in(workspace) if check.ts is None]
        ours = known is not None and known.bot_user == only_if.starter
        return ours and any(check.channel == only_if.channel for check in waiting)

    async def _holds(self, workspace: Workspace, only_if: OnlyIfCheckOpen) -> bool:
        check = await self.checks.by_message(workspace, only_if.channel, only_if.thread)
        if check is not None and check.state is CheckState.OPEN:
            return True
        if only_if.starter and await self._not_noted(workspace, only_if):
            return True
        return bool(only_if.origin) and await self.stories.by_origin(workspace, only_if.origin) is not None


@dataclass
class FakeAudit:
    """See `bot.ports.forgetting.Audit`."""

    noted: list[tuple[Workspace, datetime, str, str, str]] = field(default_factory=list)

    async def note(
        self, workspace: Workspace, *, actor: str, action: str, about: str = "", at: datetime
    ) -> None:
        self.noted.append((workspace, at, actor, action, about))

    async def lines(
        self, workspace: Workspace, *, since: datetime | None = None, limit: int = 1000
    ) -> Sequence[tuple[datetime, str, str, str]]:
        mine = [
            line[1:] for line in self.noted if line[0] == workspace and (since is None or line[1] >= since)
        ]
        # Of two lines of one instant, the later one is the newer one.
        mine.reverse()
        return sorted(mine, key=lambda line: line[0], reverse=True)[:limit]


@dataclass
class FakeForgetting:
    """See `bot.ports.forgetting.Forgetting`."""

    store: FakeStore

    async def person(self, workspace: Workspace, user: UserId, *, at: datetime) -> Gone:
        stories, teams, people = self.store.stories, self.store.teams, self.store.people
        told = [one for (of, _), one in stories.kept.items() if of == workspace and one.teller == user]
        gone = [story for story in told if story.state is not StoryState.WITHDRAWN]
        for story in gone:
            stories.withdraw(story)
        for story in told:
            stories.kept[workspace, story.id] = replace(
                stories.kept[workspace, story.id], teller="", origin=f"forgotten:{story.id}", prompt=None
            )
        known = people.known.get((workspace, user))
        dm = known.dm if known and known.dm else "-"
        ids = {story.id for story in told}
        stories.messages = {
            (of, origin): message
            for (of, origin), message in stories.messages.items()
            if of != workspace or not (message.story in ids or origin.startswith(f"{dm}:"))
        }
        places = [name for name in teams.places if (name[0], name[2]) == (workspace, user)]
        for name in places:
            del teams.places[name]
        for team in await teams.managed_by(workspace, user):
            left = tuple(manager for manager in team.managers if manager != user)
            teams.teams[workspace, team.id] = replace(team, managers=left)
        self._forget_arrived(workspace, user)
        self.store.huddles.forget(workspace, user)
        self.store.pulses.forget(workspace, user)
        self.store.hopes.forget(workspace, user)
        self.store.customers.forget(workspace, user)
        forgotten_at = known.forgotten_at if known and known.forgotten_at else at
        people.known[workspace, user] = Person(workspace, user, forgotten_at=forgotten_at)
        await self.store.ledger.settle(workspace, user, kinds=tuple(Kind), reason="stopped", now=at)
        counts = {"stories": sum(story.state is StoryState.KEPT for story in told)}
        counts |= {
            "drafts": sum(story.state is StoryState.DRAFT for story in told),
            "memberships": len(places),
        }
        kept = {name: number for name, number in counts.items() if number}
        return Gone(counts=kept, stories=tuple(sorted(story.id for story in gone)))

    async def everything_of(self, workspace: Workspace, user: UserId) -> Mapping[str, Any]:
        person = self.store.people.known.get((workspace, user))
        told = [one for (of, _), one in self.store.stories.kept.items() if of == workspace]
        return {
            "person": {} if person is None else {"id": user, "name": person.name},
            "stories": [{"id": one.id, "text": one.text} for one in told if one.teller == user and one.text],
        }

    async def expired(self, *, before: datetime, limit: int | None = None) -> int:
        told = self.store.stories.kept.values()
        old = [one for one in told if one.state is not StoryState.WITHDRAWN and one.told_at < before]
        self.store.hopes.expire(before)
        oldest = sorted(old, key=lambda story: story.told_at)[:limit]
        for story in oldest:
            self.store.stories.withdraw(story)
        return len(oldest)

    async def left_behind(self, *, before: datetime, limit: int | None = None) -> int:
        found = []
        for (workspace, _), story in self.store.stories.kept.items():
            teller = self.store.people.known.get((workspace, story.teller))
            unshared = story.state is StoryState.DRAFT or story.visibility < Visibility.TEAM
            left = teller is not None and teller.left_at is not None and teller.left_at < before
            if left and unshared and story.state is not StoryState.WITHDRAWN:
                found.append(story)
        for story in found[:limit]:
            self.store.stories.withdraw(story)
        people = self.store.people.known.items()
        gone = {key for key, one in people if one.left_at is not None and one.left_at < before}
        self.store.hopes.leave_behind(gone)
        self.store.reasons.left_behind(before)
        return len(found[:limit])

    async def holding(self, workspace: Workspace, words: str) -> Sequence[StoryId]:
        told = [one for (of, _), one in self.store.stories.kept.items() if of == workspace]
        hoped = self.store.hopes.holding(workspace, words)
        return sorted(one.id for one in told if _blacked_out(one, words) != one or one.id in hoped)

    async def redact(self, workspace: Workspace, story: StoryId, words: str, *, at: datetime) -> Story | None:
        before = self.store.stories.kept.get((workspace, story))
        if before is None:
            return None
        hoped = self.store.hopes.redact_with(workspace, story, words)
        if not hoped and _blacked_out(before, words) == before:
            return None
        self.store.stories.kept[workspace, story] = _blacked_out(before, words)
        self.store.stories.let_go(workspace, before.customer_id)
        return self.store.stories.kept[workspace, story]

    async def compact(self) -> None:
        """Nothing is left behind in memory."""

    def _forget_arrived(self, workspace: Workspace, user: UserId) -> None:
        inbox = self.store.inbox
        for name, entry in list(inbox.entries.items()):
            if name[0] == workspace and entry.sender == user:
                inbox.entries[name] = replace(entry, payload="", sender="")
                inbox.ended.add(name)


def _blacked_out(story: Story, words: str) -> Story:
    names = ("text", "customer", "goal", "change", "masked")
    black: dict[str, Any] = {name: redacted(getattr(story, name), words) for name in names}
    named = (black["customer"], black["masked"]) == (story.customer, story.masked)
    return replace(story, **black, customer_id=story.customer_id if named else None)


class FakeStore:
    """See `bot.ports.stores.Store`."""

    def __init__(self) -> None:
        """Empty."""
        self.ledger = FakeLedger(self._members)
        self.workspaces = FakeWorkspaces(self.ledger)
        self.install_states = FakeInstallStates()
        self.renewals = FakeRenewals(self.workspaces.known)
        self.teams = FakeTeams(self.ledger)
        self.people = FakePeople()
        self.digests = FakeDigests(self.ledger)
        self.stories = FakeStories(self.ledger, self.digests)
        self.checks = FakeChecks(self.ledger, self.stories)
        self.moving = FakeMoving(self.ledger, self.stories, self.checks.checks)
        self.reminders = FakeReminders()
        self.inbox = FakeInbox(self.checks, self.stories, self.workspaces)
        self.audit = FakeAudit()
        self.huddles = FakeHuddles(self.ledger)
        self.customers = FakeCustomers(self.stories)
        self.own_stories = FakeOwnStories(self.stories)
        self.hopes = FakeHopes(self.ledger, self.stories)
        self.companies = FakeCompanies(self.ledger)
        self.coach_rules = FakeCoachRules()
        self.reasons = FakeReasons(self.people.known, self.teams.places)
        self.echoes = FakeEchoes(self.stories, self.huddles, self.ledger)
        self.pulses = FakePulses()
        self.forgetting = FakeForgetting(self)

    async def ready(self) -> None:
        """Always."""

    async def close(self) -> None:
        """Nothing to give back."""

    def _members(self, workspace: Workspace, team: TeamId) -> Iterable[tuple[Member, Person | None]]:
        for (of, where, user), place in self.teams.places.items():
            if (of, where) == (workspace, team):
                yield place, self.people.known.get((workspace, user))
