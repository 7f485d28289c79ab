"""Digests in memory: what `bot.db.digests` is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count

from bot.domain.deliveries import Delivery, Kind, NewDelivery, schedule_id
from bot.domain.digests import Digest, DigestState, Voice
from bot.domain.identity import DigestId, StoryId, TeamId, UserId, Workspace
from tests.fake_ledger import FakeLedger


@dataclass
class FakeDigests:
    """See `bot.ports.digests.Digests`."""

    ledger: FakeLedger
    planned: dict[tuple[Workspace, DigestId], Digest] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def plan(self, digest: Digest, *, enqueue: Sequence[NewDelivery] = ()) -> Digest:
        known = await self.of_day(digest.workspace, digest.team, digest.day)
        if known is not None:
            return known
        wanted = _in_order(replace(digest, id=digest.id or f"digest-{next(self.numbers):06d}"))
        self.planned[wanted.workspace, wanted.id] = wanted
        self.ledger.put(replace(new, subject=new.subject or wanted.id) for new in enqueue)
        return wanted

    async def get(self, workspace: Workspace, digest: DigestId) -> Digest | None:
        return self.planned.get((workspace, digest))

    async def of_day(self, workspace: Workspace, team: TeamId, day: date) -> Digest | None:
        return next((digest for digest in self._of_team(workspace, team) if digest.day == day), None)

    async def latest(
        self, workspace: Workspace, team: TeamId, *, before: datetime | None = None
    ) -> Digest | None:
        found = [one for one in self._of_team(workspace, team) if before is None or one.until < before]
        return found[-1] if found else None

    async def change(self, digest: Digest, *, before: Digest | None = None) -> bool:
        known = self.planned.get((digest.workspace, digest.id))
        if known is None or (before is not None and _decided(known) != _decided(before)):
            return False
        fixed = replace(digest, team=known.team, day=known.day, since=known.since)
        ended = digest.state in (DigestState.POSTED, DigestState.EMPTY)
        posted = known.state is DigestState.PLANNED and ended
        self.planned[digest.workspace, digest.id] = _in_order(fixed)
        schedule = schedule_id(known.team, Kind.DIGEST)

        def shows_it(delivery: Delivery) -> bool:
            if delivery.subject == known.id:
                return True
            if delivery.subject != schedule:
                return False
            if delivery.kind is not Kind.PREVIEW and (posted or delivery.kind is not Kind.DIGEST):
                return False
            return delivery.local_date == known.day

        self.ledger.mark_where(digest.workspace, shows_it)
        return True

    async def featured_since(self, workspace: Workspace, team: TeamId, since: datetime) -> Sequence[Digest]:
        found = [digest for digest in self._of_team(workspace, team) if digest.until > since]
        return [replace(each, picks=tuple(pick for pick in each.picks if pick.featured)) for each in found]

    async def voices(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Voice]:
        found = [one for (of, _), one in self.planned.items() if of == workspace]
        return [
            Voice(digest.team, digest.until, pick.story, opened=pick.position == 0)
            for digest in sorted(found, key=lambda one: (one.until, one.id))
            if since < digest.until <= until and digest.state is DigestState.POSTED
            for pick in digest.picks
            if pick.featured and pick.teller == user
        ]

    async def showing(self, workspace: Workspace, story: StoryId) -> Sequence[Digest]:
        return self.with_story(workspace, story)

    # within one "transaction" -----------------------------------------------------------------------------------

    def with_story(self, workspace: Workspace, story: StoryId) -> list[Digest]:
        """Digests in which a story stands."""
        found = [digest for (of, _), digest in self.planned.items() if of == workspace]
        shown = [digest for digest in found if story in {pick.story for pick in digest.picks}]
        return sorted(shown, key=lambda digest: (digest.until, digest.id))

    def wipe(self, workspace: Workspace, story: StoryId) -> None:
        """A story was withdrawn: its quotes go, and headlines above them."""
        for digest in self.with_story(workspace, story):
            picks = tuple(replace(pick, quote=None) if pick.story == story else pick for pick in digest.picks)
            self.planned[workspace, digest.id] = replace(digest, picks=picks, headline=None)

    def _of_team(self, workspace: Workspace, team: TeamId) -> list[Digest]:
        found = [one for (of, _), one in self.planned.items() if of == workspace and one.team == team]
        return sorted(found, key=lambda digest: (digest.until, digest.id))


def _decided(digest: Digest) -> tuple[object, ...]:
    return digest.state, digest.headline or "", digest.question, digest.label, digest.left_out, digest.put_in


def _in_order(digest: Digest) -> Digest:
    return replace(digest, picks=tuple(sorted(digest.picks, key=lambda pick: (pick.position, pick.story))))
