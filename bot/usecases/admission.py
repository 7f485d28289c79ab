"""Who somebody is to the bot: profile kept fresh, guests and strangers kept out, and what a viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Viewer
from bot.domain.teams import Membership, Team
from bot.ports.stores import Store
from bot.ports.world import Directory, MessengerProblem

FRESH_FOR = timedelta(hours=24)
"""How long a profile is believed; the platform's own change events update it sooner."""

_IN_THE_CHANNEL = (Membership.INVITED, Membership.ACTIVE, Membership.DECLINED)


class Admission:
    """Answers "who is this?" from the store, asking the platform when what is kept is old."""

    def __init__(self, store: Store, directory: Directory) -> None:
        """`directory` is asked at most once a day and person."""
        self._store = store
        self._directory = directory

    async def person(self, workspace: Workspace, user: UserId, now: datetime) -> Person:
        """The person as known now; somebody the platform does not know is a stranger without a profile."""
        known = await self._store.people.get(workspace, user)
        if known is not None and known.refreshed_at is not None and now - known.refreshed_at < FRESH_FOR:
            return known
        try:
            told = await self._directory.person(workspace, user)
        except MessengerProblem:
            if known is None or known.refreshed_at is None:
                raise
            # The platform cannot say just now: yesterday's profile beats an answer that waits for nothing.
            return known
        if told is None:
            if known is not None and known.refreshed_at is not None:
                return known
            return Person(workspace=workspace, id=user, standing=Standing.EXTERNAL)
        return await self._store.people.save_profile(replace(told, refreshed_at=now))

    async def full_member(self, workspace: Workspace, user: UserId, now: datetime) -> Person | Refusal:
        """The person, or the refusal that guests, strangers and bots get."""
        person = await self.person(workspace, user, now)
        return person if person.may_take_part else Refusal(Why.NOT_A_FULL_MEMBER)

    async def manager(self, team: Team, user: UserId, now: datetime) -> Person | Refusal:
        """The person where they manage the team or administer the workspace; else a refusal that says who can."""
        person = await self.person(team.workspace, user, now)
        if not person.may_take_part:
            return Refusal(Why.NOT_A_FULL_MEMBER)
        if team.is_manager(user) or person.is_admin:
            return person
        return Refusal(Why.NOT_A_MANAGER, {"managers": " ".join(team.managers)})

    async def viewer(self, workspace: Workspace, user: UserId, now: datetime) -> Viewer:
        """What the person may read: the teams whose channel they are in, and those they manage.

        A workspace's admin who manages no team reads no managers-only story.
        """
        person = await self.person(workspace, user, now)
        inside = await self._store.teams.of_person(workspace, user, _IN_THE_CHANNEL)
        managed = await self._store.teams.managed_by(workspace, user)
        return Viewer(
            user=user,
            teams=_ids(inside),
            managed=_ids(managed),
            full_member=person.may_take_part,
        )


def _ids(teams: Sequence[Team]) -> frozenset[TeamId]:
    return frozenset(team.id for team in teams)
