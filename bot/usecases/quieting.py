"""Pause, resume, stop: a person's word about being asked, obeyed at once and told to nobody."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.deliveries import Kind
from bot.domain.identity import UserId, Workspace
from bot.domain.quiet import Reason
from bot.domain.schedules import Schedule, format_at, short_days
from bot.ports.stores import Store

UNASKED = (Kind.PROMPT, Kind.NUDGE, Kind.PREVIEW, Kind.HUDDLE_ASK, Kind.OUTCOME)


class Quieting:
    """Settles what is still queued, so that nothing comes after the word was given."""

    def __init__(self, store: Store) -> None:
        """Wishes live with the person, whatever teams they are in."""
        self._store = store

    async def pause(self, workspace: Workspace, user: UserId, until: date, now: datetime) -> None:
        """No prompts before `until` (ENDLESS: until they resume)."""
        await self._store.people.set(workspace, user, paused_until=until)
        await self._store.ledger.settle(workspace, user, kinds=UNASKED, reason=Reason.PAUSED, now=now)

    async def resume(self, workspace: Workspace, user: UserId, now: datetime) -> None:
        """Prompts again from the next hour on; also ends a stop and the quiet after five."""
        await self._store.people.set(
            workspace, user, paused_until=None, stopped_at=None, unanswered=0, rhythm_asked_at=None
        )
        await self._store.ledger.plan_anew(workspace, user, now=now)

    async def choose_rhythm(
        self, workspace: Workspace, user: UserId, schedule: Schedule, holidays: str | None, now: datetime
    ) -> None:
        """Days, hour and holidays of the person's own; what is as all their teams have it follows the teams."""
        teams = await self._store.teams.of_person(workspace, user)
        as_teams = {(team.prompt.days, team.prompt.at) for team in teams}
        own = as_teams != {(schedule.days, schedule.at)}
        await self._store.people.set(
            workspace,
            user,
            own_days=short_days(schedule.days) if own else None,
            own_at=format_at(schedule.at) if own else None,
            own_holidays=holidays,
        )
        await self._store.ledger.plan_anew(workspace, user, now=now)

    async def left(self, workspace: Workspace, user: UserId, now: datetime) -> None:
        """They left the company: nothing more is sent, and what shows their stories no longer says their name."""
        await self._store.ledger.settle(workspace, user, kinds=tuple(Kind), reason=Reason.LEFT, now=now)
        await self._store.stories.show_anew(workspace, user)

    async def stop(self, workspace: Workspace, user: UserId, now: datetime) -> None:
        """End all unasked messages until `resume`; stories stay, and nobody is told."""
        await self._store.people.set(workspace, user, stopped_at=now)
        await self._store.ledger.settle(workspace, user, kinds=UNASKED, reason=Reason.STOPPED, now=now)
