"""The team view: twelve weeks in totals, for the people who manage the team."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.hopes import Hope, Outcome
from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Visibility
from bot.domain.team_view import WEEKS, TeamView, team_view
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.admission import Admission
from bot.usecases.outcomes_told import outcomes_told
from bot.usecases.telling import team_zone

_MOST_CHECKS = 100
_OUTCOMES = {Outcome.CAME_TRUE: "Came true", Outcome.PARTLY: "Partly", Outcome.NO: "No, and learned from"}


class TeamViewing:
    """Counts what managers may read, and lets go of who it was."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says who manages the team."""
        self._store = store
        self._admission = admission

    async def look(
        self, workspace: Workspace, team_id: TeamId, user: UserId, now: datetime
    ) -> tuple[Team, TeamView] | Refusal:
        """The team and its view, for a manager of it."""
        team = await self._store.teams.get(workspace, team_id)
        if team is None:
            return Refusal(Why.NO_TEAM_HERE)
        allowed = await self._admission.manager(team, user, now)
        if isinstance(allowed, Refusal):
            return allowed
        since = now - timedelta(weeks=WEEKS)
        query = StoryQuery(team=team.id, since=since, at_least=Visibility.MANAGERS)
        stories = [story async for story in self._store.stories.stream(workspace, query)]
        asked = list(dict.fromkeys(story.check for story in stories if story.check))[:_MOST_CHECKS]
        checks = [await self._store.checks.get(workspace, check) for check in asked]
        questions = {check.id: check.question for check in checks if check is not None}
        came = [_outcome(hope) for hope in await outcomes_told(self._store, team, since, now)]
        return team, team_view(stories, questions, until=now, zone=team_zone(team), outcomes=came)


def _outcome(hope: Hope) -> tuple[str, UserId, datetime]:
    """What came of it, whose it was (only to know how many they are), and when they said so."""
    if hope.outcome is None or hope.answered_at is None:
        raise ValueError("only an answered hope has an outcome")
    return _OUTCOMES[hope.outcome], hope.person, hope.answered_at
