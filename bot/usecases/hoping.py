"""Hoping: what will be different, or what to try, and what came of it, said and changed by its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.folding import clean, is_blank
from bot.domain.hopes import (
    MOST_WORDS,
    Answer,
    Hope,
    HopeKind,
    HopeState,
    Outcome,
    answered,
    checked_day,
    seen_by,
)
from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.people import Person
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.usecases.admission import Admission
from bot.usecases.telling import Telling, local_date

MOST_SEEN = 3
"""So many of colleagues' trials stand in one's Home: an offer, not a feed."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days between which somebody can be asked, both left out and taken in: after `today`, until `latest`."""

    today: date
    latest: date


@dataclass(frozen=True, slots=True)
class Trial:
    """Something to try, as its owner said it; `due_on` None leaves the day to a form."""

    words: str
    due_on: date
    origin: str
    team: TeamId | None = None
    shared: bool = False
    taken_from: str | None = None


class Hoping:
    """Keeps hopes for their owners."""

    def __init__(self, store: Store, admission: Admission, telling: Telling, *, retention: timedelta) -> None:
        """`telling` says whose story it is; `retention` is how long words are kept."""
        self._store = store
        self._admission = admission
        self._telling = telling
        self._retention = retention

    async def span(self, workspace: Workspace, user: UserId, now: datetime) -> Span:
        """The days between which this person can be asked, on their own clock."""
        person = await self._admission.person(workspace, user, now)
        teams = await self._store.teams.of_person(workspace, user)
        return self._span(person, teams[0] if teams else None, now)

    def _span(self, person: Person, team: Team | None, now: datetime) -> Span:
        return Span(local_date(person, team, now), local_date(person, team, now + self._retention))

    async def promise(
        self,
        workspace: Workspace,
        user: UserId,
        story: StoryId,
        words: str,
        due_on: date,
        *,
        origin: str,
        now: datetime,
    ) -> Hope | Refusal:
        """A teller says what they hope will be different for the customer of their story, and when to ask."""
        mine = await self._telling.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        # It goes with its story, so it is asked about while the story is kept.
        kept_until = (mine.told_at + self._retention).date()
        refusal = refuse_hope(words) or await self._refuse_day(workspace, user, due_on, now, kept_until)
        if refusal is not None:
            return refusal
        return await self._store.hopes.keep(
            Hope(
                id="",
                workspace=workspace,
                kind=HopeKind.PROMISE,
                person=user,
                words=clean(words).strip(),
                due_on=due_on,
                origin=origin,
                created_at=now,
                team=mine.team,
                story=mine.id,
                customer=mine.customer,
            )
        )

    async def try_out(
        self, workspace: Workspace, user: UserId, trial: Trial, now: datetime
    ) -> Hope | Refusal:
        """A person names something that they will try, for themselves; nobody can set one for somebody else."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        refusal = refuse_hope(trial.words) or await self._refuse_day(workspace, user, trial.due_on, now)
        if refusal is not None:
            return refusal
        mine = {team.id for team in await self._store.teams.of_person(workspace, user)}
        team = trial.team if trial.team in mine else None
        taken_from = trial.taken_from
        if taken_from is not None and await self.to_take(workspace, user, taken_from) is None:
            taken_from = None
        return await self._store.hopes.keep(
            Hope(
                id="",
                workspace=workspace,
                kind=HopeKind.TRIAL,
                person=user,
                words=clean(trial.words).strip(),
                due_on=trial.due_on,
                origin=trial.origin,
                created_at=now,
                team=team,
                shared=trial.shared and team is not None,
                taken_from=taken_from,
            )
        )

    async def answer(
        self, workspace: Workspace, user: UserId, hope_id: str, answer: Answer, now: datetime
    ) -> Hope | Refusal:
        """Its owner says what came of it, for the first time or in other words; "not yet" moves the day."""
        mine = await self.own(workspace, user, hope_id)
        if isinstance(mine, Refusal):
            return mine
        if len(answer.line) > MOST_WORDS:
            return Refusal(Why.HOPE_TOO_LONG, {"most": str(MOST_WORDS)})
        if answer.outcome is Outcome.NOT_YET:
            refusal = await self._refuse_day(workspace, user, answer.again_on or mine.due_on, now)
            if refusal is not None:
                return refusal
        line = "" if is_blank(answer.line) else clean(answer.line).strip()
        shared = answer.shared and mine.team is not None
        return await self._change(answered(mine, replace(answer, line=line, shared=shared), now))

    async def reword(
        self,
        workspace: Workspace,
        user: UserId,
        hope_id: str,
        *,
        words: str,
        due_on: date,
        shared: bool,
        now: datetime,
    ) -> Hope | Refusal:
        """Its owner changes the words, the day, or (of a trial) whether the team may see it."""
        mine = await self.own(workspace, user, hope_id)
        if isinstance(mine, Refusal):
            return mine
        refusal = refuse_hope(words)
        if due_on != mine.due_on:
            refusal = refusal or await self._refuse_day(workspace, user, due_on, now)
        if refusal is not None:
            return refusal
        if mine.kind is HopeKind.TRIAL and mine.state is HopeState.OPEN:
            mine = replace(mine, shared=shared and mine.team is not None)
        return await self._change(replace(mine, words=clean(words).strip(), due_on=due_on))

    async def drop(self, workspace: Workspace, user: UserId, hope_id: str) -> Hope | Refusal:
        """Its owner lets it go: no word of it stays, and nobody asks."""
        mine = await self.own(workspace, user, hope_id)
        return (
            mine if isinstance(mine, Refusal) else await self._change(replace(mine, state=HopeState.DROPPED))
        )

    async def own(self, workspace: Workspace, user: UserId, hope_id: str) -> Hope | Refusal:
        """The hope where it is the person's own and still there. Every click ends up here: ids are only claims."""
        found = await self._store.hopes.get(workspace, hope_id)
        if found is None or found.state is HopeState.DROPPED:
            return Refusal(Why.HOPE_GONE)
        return found if found.person == user else Refusal(Why.HOPE_NOT_YOURS)

    async def may_be_told(self, hope: Hope) -> bool:
        """Whether its owner can let the team hear what came of it: a trial, or where the team can read the story."""
        if hope.team is None or hope.story is None:
            return hope.team is not None
        story = await self._store.stories.get(hope.workspace, hope.story)
        return story is not None and story.visibility >= Visibility.TEAM

    async def with_story(self, story: Story, reader: UserId) -> tuple[Hope, ...]:
        """What is hoped for with a story that this person may read, as far as they may know."""
        found = await self._store.hopes.of_stories(story.workspace, [story.id])
        return tuple(seen_by(hope, reader) for hope in found.get(story.id, ()))

    async def to_take(self, workspace: Workspace, user: UserId, hope_id: str) -> Hope | None:
        """A colleague's trial where this person may see it now: shared, still tried, in a team of theirs."""
        found = await self._store.hopes.get(workspace, hope_id)
        if found is None or found.kind is not HopeKind.TRIAL or found.state is not HopeState.OPEN:
            return None
        teams = {team.id for team in await self._store.teams.of_person(workspace, user)}
        return found if found.shared and found.team in teams and found.person != user else None

    async def seen(self, workspace: Workspace, user: UserId) -> Sequence[Hope]:
        """What colleagues of this person's teams try and share, newest first, one a colleague, a few."""
        teams = [team.id for team in await self._store.teams.of_person(workspace, user)]
        if not teams:
            return ()
        found = await self._store.hopes.tried(workspace, teams, without=user)
        newest: dict[UserId, Hope] = {}
        for hope in found:
            newest.setdefault(hope.person, hope)
        people = await self._store.people.many(workspace, list(newest))
        here = [hope for user, hope in newest.items() if user in people and people[user].may_take_part]
        return here[:MOST_SEEN]

    async def _refuse_day(
        self, workspace: Workspace, user: UserId, day: date, now: datetime, kept_until: date | None = None
    ) -> Refusal | None:
        span = await self.span(workspace, user, now)
        checked = checked_day(day, span.today, min(span.latest, kept_until or date.max))
        return checked if isinstance(checked, Refusal) else None

    async def _change(self, hope: Hope) -> Hope | Refusal:
        # Its story may have been taken back at this very moment, and the hope with it.
        return hope if await self._store.hopes.change(hope) else Refusal(Why.HOPE_GONE)


def refuse_hope(words: str) -> Refusal | None:
    """Why these words cannot be kept as a hope, or None."""
    if is_blank(words):
        return Refusal(Why.HOPE_EMPTY)
    if len(words) > MOST_WORDS:
        return Refusal(Why.HOPE_TOO_LONG, {"most": str(MOST_WORDS)})
    return None
