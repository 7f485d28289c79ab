"""What managers decide about a digest before it is posted: now, without one of its stories, not this week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from bot.domain.deliveries import DeliveryState, Kind, NewDelivery, Priority, schedule_id
from bot.domain.digests import Digest, DigestState
from bot.domain.identity import DigestId, StoryId, UserId, Workspace
from bot.domain.occurrences import DIGEST_LASTS, instant
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.usecases.digest_choosing import DigestChoosing
from bot.usecases.telling import team_zone


class DigestDeciding:
    """Changes planned digests on what they are at that moment: several people may decide at once."""

    def __init__(self, store: Store) -> None:
        """Everything it needs is in the store."""
        self._store = store
        self._choosing = DigestChoosing(store)

    async def decide(
        self, workspace: Workspace, digest_id: DigestId, decision: Callable[[Digest], Awaitable[Digest]]
    ) -> Digest | None:
        """Change a digest that is still planned; None where it was posted or dropped, or there is none."""
        while True:
            digest = await self._store.digests.get(workspace, digest_id)
            if digest is None or digest.state is not DigestState.PLANNED:
                return None
            changed = await decision(digest)
            if changed == digest or await self._store.digests.change(changed, before=digest):
                return changed

    async def leave_out(self, workspace: Workspace, digest_id: DigestId, story: StoryId) -> Digest | None:
        """A manager leaves one out: the digest is chosen anew without it. None where it is past that."""

        async def without_it(digest: Digest) -> Digest:
            return await self._anew(replace(digest, left_out=_with(digest.left_out, story)))

        return await self.decide(workspace, digest_id, without_it)

    async def put_in(self, workspace: Workspace, digest_id: DigestId, story: StoryId) -> Digest | None:
        """A manager had a look at a story that was held, and puts it in. None where the digest is past that."""

        async def with_it(digest: Digest) -> Digest:
            if story not in digest.held:
                return digest
            return await self._anew(replace(digest, put_in=_with(digest.put_in, story)))

        return await self.decide(workspace, digest_id, with_it)

    async def drop(self, workspace: Workspace, digest_id: DigestId) -> Digest | None:
        """A manager says "Not this week"; None where it is past that. Its stories wait for the next one."""
        return await self.decide(workspace, digest_id, _dropped)

    async def post_now(self, workspace: Workspace, digest_id: DigestId, now: datetime) -> Digest | None:
        """A manager says "Post now": the one message that the hour would bring is due at once. None: past that."""
        digest = await self._store.digests.get(workspace, digest_id)
        team = await self._store.teams.get(workspace, digest.team) if digest is not None else None
        if digest is None or team is None or digest.state is not DigestState.PLANNED:
            return None
        await self._store.ledger.hasten([_owed(team, digest.day, now)])
        return digest

    async def go_on(self, team: Team, user: UserId, now: datetime) -> None:
        """A manager lets a team's digests go on where more people can read its channel than before."""
        if team.held is None:
            return
        await self._store.teams.save(replace(team, held=None), by=user, now=now)
        await self._store.audit.note(team.workspace, actor=user, action="team.goes_on", about=team.id, at=now)
        subject = schedule_id(team.id, Kind.DIGEST)
        waiting = [
            replace(each, due_at=now)
            for each in await self._store.ledger.about(team.workspace, subject, Kind.DIGEST)
            if each.state is DeliveryState.QUEUED and each.local_date is not None
            if _hour(team, each.local_date) <= now < each.due_at
        ]
        if waiting:
            await self._store.ledger.hasten(waiting)

    async def _anew(self, digest: Digest) -> Digest:
        team = await self._store.teams.get(digest.workspace, digest.team)
        if team is None:
            return digest
        told = await self._choosing.due(team, digest.since, digest.until)
        return await self._choosing.anew(team, digest, told)


def _owed(team: Team, on: date, now: datetime) -> NewDelivery:
    """The same key as the planner's, so that the digest can never come twice."""
    return NewDelivery(
        workspace=team.workspace,
        subject=schedule_id(team.id, Kind.DIGEST),
        kind=Kind.DIGEST,
        recipient=team.channel,
        due_at=now,
        local_date=on,
        channel=team.channel,
        expires_at=_hour(team, on) + DIGEST_LASTS,
        priority=Priority.PERSON,
        team=team.id,
        data={"zone": team.zone},
    )


def _hour(team: Team, on: date) -> datetime:
    return instant(on, team.digest.at, team_zone(team))


def _with(stories: tuple[StoryId, ...], story: StoryId) -> tuple[StoryId, ...]:
    return tuple(dict.fromkeys((*stories, story)))


async def _dropped(digest: Digest) -> Digest:
    return replace(digest, state=DigestState.DROPPED)
