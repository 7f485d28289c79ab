"""What a digest holds: since when, which stories, and each story's place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.choosing import choose, weeks_since_featured
from bot.domain.digests import Digest, DigestState, Pick
from bot.domain.identity import UserId, Workspace
from bot.domain.people import Person, Standing
from bot.domain.prompts import monday_question
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.teams import Team
from bot.domain.weeks import digest_window, week_of
from bot.ports.stores import Store, StoryQuery
from bot.usecases.arranging import carried_over
from bot.usecases.telling import team_zone

MOST_STORIES = 10_000
"""More than people can tell in a week; a guard for memory only."""
_A_MOMENT = timedelta(microseconds=1)
_POSTED = (DigestState.POSTED, DigestState.EMPTY)
_REMEMBERED = timedelta(weeks=12)
"""For so long it counts when somebody was featured last: afterwards the cooldown is over by far."""


class DigestChoosing:
    """Draws up digests without AI, the same ones from the same stories."""

    def __init__(self, store: Store) -> None:
        """Everything it needs is in the store."""
        self._store = store

    async def draw_up(self, team: Team, until: datetime) -> Digest:
        """The digest of the hour `until` (UTC) as it would be planned now; nothing is stored."""
        zone = team_zone(team)
        since = await self._since(team, until)
        told = await self.due(team, since, until)
        asked = await self._store.digests.latest(team.workspace, team.id, before=until)
        question = monday_question(
            team=team.id, on=until.astimezone(zone).date(), last=asked.question if asked else None
        )
        return Digest(
            id="",
            workspace=team.workspace,
            team=team.id,
            week=str(week_of(until, zone)),
            since=since,
            until=until,
            state=DigestState.PLANNED,
            question=question,
            picks=await self._picks(team, told, until),
        )

    async def due(self, team: Team, since: datetime, until: datetime) -> Sequence[Story]:
        """What a digest of [since, until) holds, oldest first: what was told then, and what the digest before could not
        show yet, because it was saved, shared or on disk only after that one was posted."""
        before = await self._store.digests.latest(team.workspace, team.id, before=since + _A_MOMENT)
        late: Sequence[Story] = ()
        if before is not None and before.until == since and before.state in _POSTED:
            had = {pick.story for pick in before.picks} | set(before.left_out)
            late = [story for story in await self.told(team, before.since, since) if story.id not in had]
        return [*late, *await self.told(team, since, until)]

    async def told(self, team: Team, since: datetime, until: datetime) -> Sequence[Story]:
        """What was told in [since, until) and may stand in the team's channel, oldest first."""
        query = StoryQuery(
            team=None if team.company_wide else team.id,
            since=since,
            until=until,
            at_least=Visibility.COMPANY if team.company_wide else Visibility.TEAM,
            states=(StoryState.KEPT,),
            oldest_first=True,
            limit=MOST_STORIES,
        )
        return await self._store.stories.find(team.workspace, query)

    async def _picks(self, team: Team, told: Sequence[Story], until: datetime) -> tuple[Pick, ...]:
        if not told:
            return ()
        earlier = await self._store.digests.featured_since(team.workspace, team.id, until - _REMEMBERED)
        posted = [digest for digest in earlier if digest.state is DigestState.POSTED]
        return choose(
            told,
            weeks_since_featured(posted, until),
            seed=f"{team.id} {week_of(until, team_zone(team))}",
            not_featured=await self._left(team.workspace, {story.teller for story in told}),
        )

    async def _left(self, workspace: Workspace, users: Collection[UserId]) -> set[UserId]:
        people = await self._store.people.many(workspace, users)
        return {user for user, person in people.items() if has_left(person)}

    async def _since(self, team: Team, until: datetime) -> datetime:
        """The hour of the last digest that the channel got; what one that was dropped or never sent held is untold."""
        since = None
        found = await self._store.digests.latest(team.workspace, team.id, before=until)
        while found is not None and found.state in (DigestState.PLANNED, DigestState.DROPPED):
            since = found.since
            found = await self._store.digests.latest(team.workspace, team.id, before=found.until)
        if found is not None:
            return found.until
        return since or digest_window(team.digest, team_zone(team), until).since

    async def anew(self, team: Team, digest: Digest, told: Sequence[Story]) -> Digest:
        """`digest` with `told` in it, chosen anew; what a manager left out stays out, and of a model's part stays what
        holds."""
        kept = [story for story in told if story.id not in digest.left_out]
        chosen = replace(digest, picks=await self._picks(team, kept, digest.until))
        return await carried_over(self._store, team, digest, chosen)


def has_left(person: Person) -> bool:
    """Whether a person is no longer with the company, or asked to be forgotten: they are not featured or named."""
    return person.standing is Standing.DEACTIVATED or person.forgotten_at is not None
