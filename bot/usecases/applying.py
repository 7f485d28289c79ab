"""Applying a team file: teams are made or changed to what it says; applying it again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from bot.domain.identity import UserId, Workspace
from bot.domain.schedules import Schedule, format_schedule
from bot.domain.teams import Channel, ChannelKind, Join, Membership, Team, held_from_the_start
from bot.domain.teamspecs import UNSET, CompanySpec, TeamSpec, Unset
from bot.domain.whentext import format_duration
from bot.ports.stores import Store
from bot.ports.world import Directory
from bot.usecases.admission import Admission
from bot.usecases.coach_rules import CoachRuling
from bot.usecases.company import apply_company, look
from bot.usecases.joining import Joining
from bot.usecases.telling import UTC_ZONE

OPERATOR = "operator"
"""Who did it, in the audit log, where a file was applied on a terminal."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying one team's table did: lines for people, and what could not be done."""

    channel: str
    changes: tuple[str, ...] = ()
    problem: str | None = None


class Applying:
    """Makes the store say what the file says."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        admission: Admission,
        joining: Joining,
        coach: CoachRuling,
    ) -> None:
        """`directory` knows the channel's name, creator and people, which are the file's defaults."""
        self._coach = coach
        self._store = store
        self._directory = directory
        self._admission = admission
        self._joining = joining

    async def apply(
        self,
        workspace: Workspace,
        specs: Sequence[TeamSpec],
        now: datetime,
        *,
        company: CompanySpec | None = None,
        coach: str | Unset | None = UNSET,
        dry_run: bool = False,
    ) -> list[Applied]:
        """Apply every table; `coach` is the text of the coach's rule file (None: the packaged one). A channel that the
        bot cannot work in is reported, and the others go on.

        Nothing is changed at all while any table has such a problem.
        """
        looked_at = [await self._look(workspace, spec) for spec in specs]
        problems = [each for each in looked_at if isinstance(each, Applied)]
        place_of_all = await self._look_at_company(workspace, company)
        if isinstance(place_of_all, Applied):
            problems.append(place_of_all)
        if problems:
            return problems
        done = []
        for spec, place in zip(specs, looked_at, strict=True):
            if isinstance(place, Channel):
                done.append(await self._apply(workspace, spec, place, now, dry_run=dry_run))
        if company is not None and not isinstance(place_of_all, Applied):
            changes = await apply_company(self._store, workspace, place_of_all, now, dry_run=dry_run)
            done.append(Applied(company.channel or "company", changes))
        if coach is not UNSET:
            changes = await self._coach.apply(workspace, coach, now, dry_run=dry_run)
            done.append(Applied("coach", changes))
        return done

    async def _look_at_company(
        self, workspace: Workspace, company: CompanySpec | None
    ) -> Channel | Applied | None:
        try:
            return await look(self._directory, workspace, company) if company is not None else None
        except ValueError as problem:
            return Applied(company.channel or "company" if company else "", problem=str(problem))

    async def _look(self, workspace: Workspace, spec: TeamSpec) -> Channel | Applied:
        place = await self._directory.channel(workspace, spec.channel)
        if place is None or not place.bot_is_member:
            hint = "the bot is not in this channel: type /invite @purpose-bot there, then apply again"
            return Applied(spec.channel, problem=hint)
        if place.archived:
            return Applied(spec.channel, problem="this channel is archived: bring it back, or leave it out")
        strangers = await self._not_in(workspace, spec, place)
        if strangers:
            hint = (
                f"not in this private channel: {', '.join(strangers)}. Invite them there, or leave them out"
            )
            return Applied(spec.channel, problem=hint)
        return place

    async def _not_in(self, workspace: Workspace, spec: TeamSpec, place: Channel) -> list[UserId]:
        """Members that the file names and who cannot read the channel: what its people share is not for them."""
        if place.kind is not ChannelKind.PRIVATE or not isinstance(spec.members, tuple):
            return []
        inside = set(await self._directory.channel_members(workspace, place.id))
        return [user for user in spec.members if user not in inside]

    async def _apply(
        self, workspace: Workspace, spec: TeamSpec, place: Channel, now: datetime, *, dry_run: bool
    ) -> Applied:
        before = await self._store.teams.by_channel(workspace, spec.channel)
        wanted = spec.onto(before or await self._new(workspace, spec, place))
        changes = _differences(before, wanted)
        old_purpose = before.purpose.text if before and before.purpose else ""
        if spec.purpose is not UNSET and spec.purpose != old_purpose:
            changes.append(f"purpose: “{spec.purpose}”")
        team = wanted
        if changes and not dry_run:
            team = await self._store.teams.save(wanted, by=OPERATOR, now=now)
            if spec.purpose is not UNSET:
                by = team.managers[0] if team.managers else OPERATOR
                await self._store.teams.set_purpose(workspace, team.id, str(spec.purpose), by=by, now=now)
            await self._store.audit.note(
                workspace, actor=OPERATOR, action="team.applied", about=team.id, at=now
            )
        changes += await self._people(team, spec, now, dry_run=dry_run)
        return Applied(spec.channel, tuple(changes))

    async def _new(self, workspace: Workspace, spec: TeamSpec, place: Channel) -> Team:
        installation = await self._store.workspaces.get(workspace)
        managers = spec.managers if isinstance(spec.managers, tuple) else ()
        if not managers and place.creator is not None:
            managers = (place.creator,)
        first = await self._directory.person(workspace, managers[0]) if managers else None
        return Team(
            id="",
            workspace=workspace,
            channel=place.id,
            name=place.name,
            zone=first.zone if first is not None and first.zone else str(UTC_ZONE),
            managers=managers,
            channel_name=place.name,
            channel_kind=place.kind,
            company=installation.name if installation else "",
            held=held_from_the_start(place.kind),
        )

    async def _people(self, team: Team, spec: TeamSpec, now: datetime, *, dry_run: bool) -> list[str]:
        """Those the file names, or the channel's people; who left, declined or stopped stays as they chose."""
        named = spec.members if isinstance(spec.members, tuple) else None
        wanted = (
            named
            if named is not None
            else await self._directory.channel_members(team.workspace, team.channel)
        )
        state = Membership.ACTIVE if team.join is Join.ENROL else Membership.INVITED
        came: list[UserId] = []
        for user in wanted:
            if dry_run:
                known = await self._store.teams.member(team.workspace, team.id, user) if team.id else None
                person = await self._admission.person(team.workspace, user, now)
                new = known is None and person.may_take_part
            else:
                new = await self._joining.came(team, user, state, now)
            if new:
                came.append(user)
        if came and team.join is Join.INVITE and not dry_run:
            await self._joining.invite(team, now)
        verb = "enrolled" if state is Membership.ACTIVE else "invited"
        return [f"{verb}: {', '.join(came)}"] if came else []


_SHOWN = {
    "name": "name",
    "managers": "managers",
    "zone": "timezone",
    "holidays": "holidays",
    "join": "join",
    "prompt": "prompt",
    "reminder": "reminder",
    "digest": "digest",
    "check_closes_after": "check.closes_after",
    "questions": "questions",
    "ai": "ai",
}


def _differences(before: Team | None, after: Team) -> list[str]:
    """One line a setting that changes; for a new team one line that says so, then its settings."""
    names = [field.name for field in fields(Team) if field.name in _SHOWN]
    if before is None:
        settings = [
            f"{_SHOWN[name]}: {_words(getattr(after, name))}" for name in names if getattr(after, name)
        ]
        return ["new team", *settings]
    return [
        f"{_SHOWN[name]}: {_words(getattr(before, name))} -> {_words(getattr(after, name))}"
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]


def _words(value: object) -> str:
    if isinstance(value, Schedule):
        return format_schedule(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
