"""A few questions that the digest asks, answered from lists, and the messages that ask for one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.deliveries import Delivery, Kind, NewDelivery
from bot.domain.digests import Digest, DigestState, Voice
from bot.domain.hopes import Hope
from bot.domain.notices import DigestNotice, PlainNotice
from bot.domain.people import Person
from bot.domain.purposes import Purpose
from bot.domain.stories import Source, Story
from bot.domain.teams import Member, Membership, Team
from bot.ports.stories import StoryQuery
from bot.ports.world import Later, Skip
from bot.usecases.digesting import Digesting

W = "slack:T1"
FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)  # 15:00 in New York
PURPOSE = Purpose("T", 1, "We help small businesses sleep at night.", "UMAY", FRIDAY - timedelta(days=90))
TEAM = Team(
    id="T",
    workspace=W,
    channel="C1",
    name="Small business",
    zone="America/New_York",
    managers=("UMAY", "UNOA"),
    purpose=PURPOSE,
)


@dataclass
class FakeStore:
    """The few questions that the digest asks, answered from lists."""

    team: Team | None = TEAM
    told: dict[str, Story] = field(default_factory=dict)
    folk: dict[str, Person] = field(default_factory=dict)
    kept: dict[str, Digest] = field(default_factory=dict)
    owed: list[NewDelivery] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    hoped: list[Hope] = field(default_factory=list)

    teams = people = stories = digests = ledger = hopes = property(lambda self: _Asked(self))  # noqa: PLW0108 - defined below


@dataclass
class _Asked:
    """One object answers for every store: no two of the questions share a name but `get`, `many` and `plan`."""

    store: FakeStore

    async def get(self, workspace: str, which: str) -> Any:
        if which == "T":
            return self.store.team
        return self.store.kept.get(which) or self.store.told.get(which) or self.store.folk.get(which)

    async def many(self, workspace: str, ids: Collection[str]) -> Mapping[str, Any]:
        return {
            each: found for each in ids if (found := self.store.told.get(each) or self.store.folk.get(each))
        }

    async def members(self, workspace: str, team: str) -> Sequence[Member]:
        everyone = self.store.folk.values()
        return [Member(team, person.id, Membership.ACTIVE, FRIDAY) for person in everyone]

    async def find(self, workspace: str, query: StoryQuery) -> Sequence[Story]:
        fitting = [
            story
            for story in self.store.told.values()
            if story.state in query.states
            and story.team == query.team
            and (query.at_least is None or story.visibility >= query.at_least)
            and (query.since is None or story.told_at >= query.since)
            and (query.until is None or story.told_at < query.until)
        ]
        return sorted(fitting, key=lambda story: story.told_at)[: query.limit]

    async def stream(self, workspace: str, query: StoryQuery) -> AsyncIterator[Story]:
        for story in await self.find(workspace, replace(query, limit=10**9)):
            yield story

    async def plan(self, digest: Digest, *, enqueue: Sequence[NewDelivery] = ()) -> Digest:
        self.store.owed += enqueue
        planned = replace(digest, id=f"G-{digest.day}")
        return self.store.kept.setdefault(planned.id, planned)

    async def change(self, digest: Digest, *, before: Digest | None = None) -> bool:
        self.store.kept[digest.id] = digest
        return True

    async def of_day(self, workspace: str, team: str, day: date) -> Digest | None:
        return self.store.kept.get(f"G-{day}")

    async def latest(self, workspace: str, team: str, *, before: datetime | None = None) -> Digest | None:
        older = [digest for digest in self.store.kept.values() if before is None or digest.until < before]
        return max(older, key=lambda digest: digest.until, default=None)

    async def featured_since(self, workspace: str, team: str, since: datetime) -> Sequence[Digest]:
        found = [digest for digest in self.store.kept.values() if digest.until > since]
        return [replace(each, picks=tuple(pick for pick in each.picks if pick.featured)) for each in found]

    async def voices(self, workspace: str, user: str, since: datetime, until: datetime) -> Sequence[Voice]:
        return [
            Voice(digest.team, digest.until, pick.story, opened=pick.position == 0)
            for digest in self.store.kept.values()
            if digest.state is DigestState.POSTED and since < digest.until <= until
            for pick in digest.picks
            if pick.teller == user and pick.featured
        ]

    async def told(self, workspace: str, team: str, *, since: datetime, until: datetime) -> Sequence[Hope]:
        """What the team may hear of what came of hopes."""
        fitting = [hope for hope in self.store.hoped if hope.shared and hope.answered_at is not None]
        return [hope for hope in fitting if since <= (hope.answered_at or until) < until]

    async def owe(self, deliveries: Sequence[NewDelivery]) -> int:
        known = {each.subject for each in self.store.owed}
        self.store.owed += [each for each in deliveries if each.subject not in known]
        return len(deliveries)

    async def shows(self, workspace: str, delivery: str, stories: Sequence[str]) -> None:
        self.store.shown = list(stories)


def tell(store: FakeStore, teller: str, text: str, hours_before: float = 24, **changes: Any) -> Story:
    at = changes.pop("at", FRIDAY) - timedelta(hours=hours_before)
    story = Story(
        id=f"S{len(store.told)}",
        workspace=W,
        team="T",
        teller=teller,
        text=text,
        told_at=at,
        told_on=at.date(),
        source=Source.DM,
        origin=f"D:{len(store.told)}",
    )
    store.told[story.id] = replace(story, **changes)
    store.folk.setdefault(teller, Person(W, teller, name=teller.removeprefix("U").title()))
    return store.told[story.id]


def a_delivery(kind: Kind = Kind.DIGEST, due: datetime = FRIDAY, **changes: Any) -> Delivery:
    return Delivery(
        workspace=W,
        subject="schedule",
        kind=kind,
        recipient="C1",
        due_at=due,
        local_date=due.date(),
        team="T",
        id="D1",
        **changes,
    )


def a_preview_of(hour: datetime) -> Delivery:
    ahead = replace(a_delivery(Kind.PREVIEW, hour - timedelta(hours=1)), recipient="UMAY")
    return replace(ahead, local_date=hour.date())


async def posted_at(digesting: Digesting, hour: datetime) -> DigestNotice | PlainNotice | Skip | Later:
    composed = await digesting.compose(a_delivery(due=hour), hour)
    if isinstance(composed, DigestNotice):
        await digesting.sent(a_delivery(due=hour), hour)
    return composed
