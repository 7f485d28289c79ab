"""How a digest reads now: consent and state of every story are looked at again, each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

from bot.domain.arranging import ai_may_read, as_it_stands
from bot.domain.beside import beside
from bot.domain.choosing import joined, standing
from bot.domain.digests import Digest, DigestState
from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.masks import gives_away
from bot.domain.notices import Beside, DigestNotice
from bot.domain.people import Person
from bot.domain.stories import Story, Visibility, seen_in, seen_outside, shown_in_channel
from bot.domain.teams import ChannelKind, Team, company_id
from bot.domain.weeks import Week, digests_of_week
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.charting import chart_for
from bot.usecases.company import as_it_was
from bot.usecases.digest_choosing import DigestChoosing, has_left
from bot.usecases.digest_printing import FORMER
from bot.usecases.holding import held_back
from bot.usecases.naming import name_of
from bot.usecases.outcomes_told import later_on
from bot.usecases.telling import team_zone

LOOKED_BACK = timedelta(weeks=12)
MOST_COMPARED = 300
"""So far back, and so many, are other teams' stories looked through for one that is like a highlight."""


class DigestShowing:
    """Looks at digests; changes nothing."""

    def __init__(self, store: Store) -> None:
        """Everything it needs is in the store."""
        self._store = store
        self._choosing = DigestChoosing(store)

    async def team(self, workspace: Workspace, team_id: TeamId, *, stands: bool = False) -> Team | None:
        """The team of a digest; for the company's own digest the company, also where that was switched off since and
        the digest `stands`."""
        if team_id == company_id(workspace):
            company = await self._store.companies.get(workspace)
            return await as_it_was(self._store, workspace) if company is None and stands else company
        return await self._store.teams.get(workspace, team_id)

    async def notice(
        self, digest: Digest, now: datetime, *, preview: bool = False, stands: bool = False
    ) -> DigestNotice | None:
        """How a digest reads at `now`. None where nothing is to be posted: the team is gone, or it is a second empty
        week running; one that `stands` already reads somehow, with whatever is left of it."""
        team = await self.team(digest.workspace, digest.team, stands=stands)
        if team is None:
            return None
        later = await later_on(self._store, team, digest)
        nothing = not digest.picks and not later and not (preview and digest.held)
        if nothing and not stands and await self.quiet_before(digest):
            return None
        stories, held = await self._stories(digest, team, now)
        picks = standing(digest.picks, stories)
        tellers = {story.teller for story in (*stories.values(), *held)}
        people = await self._store.people.many(digest.workspace, tellers)
        consented = {
            each for each, story in stories.items() if ai_may_read(story, team, people.get(story.teller))
        }
        return DigestNotice(
            digest=as_it_stands(replace(digest, picks=picks), stories, consented),
            team=team,
            stories=stories,
            names=await self._names(team, stories, people),
            former=_former(people),
            chart=await chart_for(self._store, team, digest.until) if stories else None,
            preview=preview,
            held=held if preview else (),
            later=later,
            likes=Counter(pick.like for pick in picks if pick.like is not None),
            beside=await self._beside(team, digest, [stories[pick.story] for pick in picks if pick.featured]),
        )

    async def checked(self, notice: DigestNotice) -> DigestNotice:
        """The same without the other teams' stories that are no longer shared with everyone."""
        ids = {each.story.id for each in notice.beside.values()}
        now = await self._store.stories.many(notice.team.workspace, ids)
        kept = {
            mine: replace(each, story=seen_outside(now[each.story.id]))
            for mine, each in notice.beside.items()
            if each.story.id in now
            and _for_everyone(now[each.story.id])
            and not gives_away(now[each.story.id], notice.team)
        }
        return replace(notice, beside=kept)

    async def later_ids(self, team: Team, digest: Digest) -> list[str]:
        """The ids of what a digest tells of earlier stories: those, and the hopes that were said with them."""
        later = await later_on(self._store, team, digest)
        return [each.story.id for each in later] + [each.hope.id for each in later]

    async def of_week(
        self, workspace: Workspace, team_id: TeamId, week: Week, now: datetime
    ) -> DigestNotice | None:
        """What the digests of a week (one, for most teams) hold together, to look at, nothing stored: as planned, else
        as they would be. None: no such hour."""
        team = await self.team(workspace, team_id)
        if team is None:
            raise LookupError(f"no team {team_id} in {workspace}")
        digests = await self._of_week(team, week)
        if not digests:
            return None
        digest = reduce(joined, digests)
        shown = await self.notice(digest, now)
        return shown or DigestNotice(digest=digest, team=team, stories={}, names={})

    async def _of_week(self, team: Team, week: Week) -> Sequence[Digest]:
        kept = {
            day: digest
            for day in week.dates
            if (digest := await self._store.digests.of_day(team.workspace, team.id, day)) is not None
        }
        for hour in digests_of_week(team.digest, team_zone(team), week):
            if hour.local_date not in kept:
                kept[hour.local_date] = await self._choosing.draw_up(team, hour.at_utc, hour.local_date)
        return [kept[day] for day in sorted(kept)]

    async def last_posted(self, workspace: Workspace, team_id: TeamId, now: datetime) -> DigestNotice | None:
        """The last digest that the channel got, as it reads now; one that is only previewed is nobody else's yet."""
        found = await self._store.digests.latest(workspace, team_id)
        while found is not None:
            if found.state in (DigestState.POSTED, DigestState.EMPTY):
                notice = await self.notice(found, now)
                if notice is not None:
                    return notice
            found = await self._store.digests.latest(workspace, team_id, before=found.until)
        return None

    async def quiet_before(self, digest: Digest) -> bool:
        """Whether the digest before this one was of an empty week."""
        before = await self._store.digests.latest(digest.workspace, digest.team, before=digest.until)
        return before is not None and before.state is DigestState.EMPTY

    async def _names(
        self, team: Team, stories: Mapping[str, Story], people: Mapping[UserId, Person]
    ) -> Mapping[UserId, str]:
        """Who told what; in the company's digest with their team."""
        if not team.company_wide:
            return {user: name_of(person) for user, person in people.items()}
        teams = {each.id: each.name for each in await self._store.teams.all(team.workspace)}
        of = {story.teller: teams.get(story.team or "", "") for story in stories.values()}
        return {
            user: f"{name_of(person)} ({of[user]})" if of.get(user) and person.name else name_of(person)
            for user, person in people.items()
        }

    async def _beside(self, team: Team, digest: Digest, highlights: Sequence[Story]) -> Mapping[str, Beside]:
        """What other teams shared with the whole company and is like a highlight; not where outsiders read along."""
        if team.company_wide or team.channel_kind is ChannelKind.SHARED or not highlights:
            return {}
        query = StoryQuery(
            since=digest.until - LOOKED_BACK,
            until=digest.until,
            at_least=Visibility.COMPANY,
            limit=MOST_COMPARED,
        )
        found = await self._store.stories.find(team.workspace, query)
        others = [
            seen_outside(each)
            for each in found
            if each.team not in (None, team.id) and not gives_away(each, team)
        ]
        chosen = beside(highlights, others)
        held = await held_back(self._store, team, list(chosen.values()))
        chosen = {mine: other for mine, other in chosen.items() if other.id not in held}
        if not chosen:
            return {}
        teams = {each.id: each.name for each in await self._store.teams.all(team.workspace)}
        people = await self._store.people.many(team.workspace, {each.teller for each in chosen.values()})
        former = _former(people)
        return {
            mine: Beside(
                other,
                FORMER
                if other.teller in former
                else people[other.teller].name
                if other.teller in people
                else "",
                teams.get(other.team or "", ""),
            )
            for mine, other in chosen.items()
        }

    async def _stories(
        self, digest: Digest, team: Team, now: datetime
    ) -> tuple[Mapping[str, Story], tuple[Story, ...]]:
        """What may be shown, and what waits for a manager's look: also of what was put into other words since."""
        ids = ({pick.story for pick in digest.picks} | set(digest.held)) - set(digest.left_out)
        told = await self._store.stories.many(digest.workspace, ids) if ids else {}
        may = {story.id: story for story in told.values() if _belongs(story, team) and story.told_at <= now}
        edited = [story for story in may.values() if story.revision > 1 and story.id not in digest.held]
        held = {*digest.held, *await held_back(self._store, team, edited, digest.put_in)}
        shown = {each: seen_in(story, team) for each, story in may.items() if each not in held}
        return shown, tuple(story for each, story in sorted(may.items()) if each in held)


def _for_everyone(story: Story) -> bool:
    return shown_in_channel(story) and story.visibility >= Visibility.COMPANY


def _belongs(story: Story, team: Team) -> bool:
    """Whether a story may stand in the digest of this team, or of the company."""
    if not shown_in_channel(story) or gives_away(story, team):
        return False
    return _for_everyone(story) if team.company_wide else story.team == team.id


def _former(people: Mapping[UserId, Person]) -> frozenset[UserId]:
    return frozenset(user for user, person in people.items() if has_left(person))
