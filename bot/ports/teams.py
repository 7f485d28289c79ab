"""Teams with their members, and people with their wishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.identity import ChannelId, TeamId, UserId, Workspace
from bot.domain.people import Person
from bot.domain.purposes import Purpose
from bot.domain.teams import Member, Membership, Team


class Teams(Protocol):
    """Teams, their purposes and their members."""

    async def by_channel(self, workspace: Workspace, channel: ChannelId) -> Team | None:
        """The team that lives in a channel, with its purpose in force."""

    async def get(self, workspace: Workspace, team: TeamId) -> Team | None:
        """One team."""

    async def all(self, workspace: Workspace) -> Sequence[Team]:
        """Every team of a workspace, by name."""

    async def save(self, team: Team, *, by: UserId, now: datetime) -> Team:
        """Insert (empty id: a new one is given; the channel decides, so two at once make one team) or update a team,
        its managers and its three schedules in one go. The purpose is not touched (see `set_purpose`).
        A schedule that is new or whose days, time or zone changed owes nothing before `now`. `ai_since` is when AI was
        last turned on, whatever the given team says."""

    async def set_purpose(
        self, workspace: Workspace, team: TeamId, text: str, *, by: UserId, now: datetime
    ) -> Purpose:
        """Make `text` the purpose in force; the same text as now changes nothing and returns what is in force."""

    async def purposes(self, workspace: Workspace, team: TeamId) -> Sequence[Purpose]:
        """Every wording, oldest first."""

    async def members(self, workspace: Workspace, team: TeamId) -> Sequence[Member]:
        """Everyone who is or was in the team, by user id."""

    async def member(self, workspace: Workspace, team: TeamId, user: UserId) -> Member | None:
        """One person's place in a team."""

    async def set_member(
        self, workspace: Workspace, team: TeamId, user: UserId, state: Membership, *, now: datetime
    ) -> bool:
        """Put a person into a state; False where they were in it already."""

    async def note_ai(self, workspace: Workspace, team: TeamId, user: UserId, *, now: datetime) -> bool:
        """A member was told that this team lets AI read stories; False where they had been since it was turned on."""

    async def of_person(
        self, workspace: Workspace, user: UserId, states: Collection[Membership] = (Membership.ACTIVE,)
    ) -> Sequence[Team]:
        """The teams a person is in with one of `states`, by name."""

    async def managed_by(self, workspace: Workspace, user: UserId) -> Sequence[Team]:
        """The teams a person manages, by name."""


class People(Protocol):
    """People and what they asked of the bot."""

    async def get(self, workspace: Workspace, user: UserId) -> Person | None:
        """One person, or None where nothing is known yet."""

    async def many(self, workspace: Workspace, users: Collection[UserId]) -> Mapping[UserId, Person]:
        """Those of `users` that are known."""

    async def save_profile(self, person: Person) -> Person:
        """Insert the person, or update what the platform tells (name, zone, locale, standing, is_admin, refreshed_at)
        and leave what they asked of the bot as it is. Who is deactivated keeps the first `refreshed_at` that said so
        as `left_at`. Returns the person as stored."""

    async def set(self, workspace: Workspace, user: UserId, **wishes: Any) -> Person:
        """Change any of the person's other fields (dm, default_visibility, coach, nudge, ai_refused, stopped_at,
        paused_until, own_days, own_at, own_holidays, unanswered, rhythm_asked_at, introduced_at, forgotten_at, why and
        its four others); makes the person where unknown. An unknown field is a TypeError."""
