"""What a digest holds: since when, which stories, and each story's place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.choosing import choose, weeks_since_featured
from bot.domain.digests import AS_POSTED, Digest, DigestState, Pick
from bot.domain.identity import UserId, Workspace
from bot.domain.masks import gives_away
from bot.domain.people import Person, Standing
from bot.domain.prompts import monday_question
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.teams import Team
from bot.domain.weeks import digest_window, week_of
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.arranging import carried_over
from bot.usecases.holding import held_back
from bot.usecases.telling import team_zone

MOST_STORIES = 10_000
"""More than people can tell in a week; a guard for memory only."""
_REMEMBERED = timedelta(weeks=12)
"""For so long it counts when somebody was featured last: afterwards the cooldown is over by far."""


@dataclass(frozen=True, slots=True)
class _History:
    """A team's earlier digests and their highlights, oldest first: asked for once, whatever is to be known of them."""

    digests: Sequence[Digest] = ()

    @property
    def last(self) -> Digest | None:
        """The one before."""
        return self.digests[-1] if self.digests else None

    @property
    def posted(self) -> list[Digest]:
        """Those in which people had a voice."""
        return [digest for digest in self.digests if digest.state is DigestState.POSTED]

    def since(self) -> datetime | None:
        """The hour of the last one that the channel got: what one that was dropped or never sent held is untold."""
        since = None
        for digest in reversed(self.digests):
            if digest.state in AS_POSTED:
                return digest.until
            since = digest.since
        return since

    def ended_at(self, moment: datetime) -> Digest | None:
        """The one that was posted with what was told up to `moment`."""
        return next((each for each in self.digests if each.until == moment and each.state in AS_POSTED), None)


class DigestChoosing:
    """Draws up digests without AI, the same ones from the same stories."""

    def __init__(self, store: Store) -> None:
        """Everything it needs is in the store."""
        self._store = store

    async def draw_up(self, team: Team, until: datetime, day: date | None = None) -> Digest:
        """The digest of the hour `until` (UTC), due on the local date `day` (by default that hour's), as it would be
        planned now; nothing is stored."""
        zone = team_zone(team)
        history = await self._history(team, until)
        since = history.since() or digest_window(team.digest, zone, until).since
        day = day or until.astimezone(zone).date()
        drawn = Digest(
            id="",
            workspace=team.workspace,
            team=team.id,
            day=day,
            since=since,
            until=until,
            question=monday_question(
                team=team.id, on=day, last=history.last.question if history.last else None
            ),
        )
        return await self._filled(team, drawn, await self._due(team, since, until, history), history)

    async def due(self, team: Team, since: datetime, until: datetime) -> Sequence[Story]:
        """What a digest of [since, until) holds, oldest first: what was told then, and what the digest before could not
        show yet, because it was saved, shared or on disk only after that one was posted."""
        return await self._due(team, since, until, await self._history(team, until))

    async def told(self, team: Team, since: datetime, until: datetime) -> Sequence[Story]:
        """What was told in [since, until) and may stand in the team's channel, oldest first: nothing whose words name a
        customer that is masked for those who read it."""
        query = StoryQuery(
            team=None if team.company_wide else team.id,
            since=since,
            until=until,
            at_least=Visibility.COMPANY if team.company_wide else Visibility.TEAM,
            states=(StoryState.KEPT,),
            oldest_first=True,
            limit=MOST_STORIES,
        )
        found = await self._store.stories.find(team.workspace, query)
        return [story for story in found if not gives_away(story, team)]

    async def anew(self, team: Team, digest: Digest, told: Sequence[Story]) -> Digest:
        """`digest` with `told` in it, chosen anew; what a manager left out stays out, and of a model's part stays what
        holds."""
        kept = [story for story in told if story.id not in digest.left_out]
        chosen = await self._filled(team, digest, kept, await self._history(team, digest.until))
        return await carried_over(self._store, team, digest, chosen)

    async def with_told(self, team: Team, digest: Digest, told: Sequence[Story]) -> Digest:
        """`digest` with `told` in it: as it was chosen where it holds just that, else chosen anew."""
        kept = [story for story in told if story.id not in digest.left_out]
        held = await held_back(self._store, team, kept, digest.put_in)
        if {story.id for story in kept} - set(held) == {pick.story for pick in digest.picks}:
            return replace(digest, held=held)
        return await self.anew(team, digest, told)

    async def _history(self, team: Team, until: datetime) -> _History:
        """As far back as it matters; after a longer silence the last one all the same."""
        recent = await self._store.digests.featured_since(team.workspace, team.id, until - _REMEMBERED)
        found = [digest for digest in recent if digest.until < until]
        if not found:
            last = await self._store.digests.latest(team.workspace, team.id, before=until)
            found = [last] if last is not None else []
        return _History(found)

    async def _due(self, team: Team, since: datetime, until: datetime, history: _History) -> Sequence[Story]:
        before = history.ended_at(since)
        if before is None:
            return await self.told(team, since, until)
        whole = await self._store.digests.get(team.workspace, before.id) or before
        had = {pick.story for pick in whole.picks} | set(before.left_out) | set(before.held)
        told = await self.told(team, before.since, until)
        return [story for story in told if story.told_at >= since or story.id not in had]

    async def _filled(self, team: Team, digest: Digest, told: Sequence[Story], history: _History) -> Digest:
        held = await held_back(self._store, team, told, digest.put_in)
        kept = [story for story in told if story.id not in held]
        return replace(digest, picks=await self._picks(team, kept, digest.until, history), held=held)

    async def _picks(
        self, team: Team, told: Sequence[Story], until: datetime, history: _History
    ) -> tuple[Pick, ...]:
        if not told:
            return ()
        return choose(
            told,
            weeks_since_featured(history.posted, until),
            seed=f"{team.id} {week_of(until, team_zone(team))}",
            not_featured=await self._left(team.workspace, {story.teller for story in told}),
        )

    async def _left(self, workspace: Workspace, users: Collection[UserId]) -> set[UserId]:
        people = await self._store.people.many(workspace, users)
        return {user for user, person in people.items() if has_left(person)}


def has_left(person: Person) -> bool:
    """Whether a person is no longer with the company, or asked to be forgotten: they are not featured or named."""
    return person.standing is Standing.DEACTIVATED or person.forgotten_at is not None
