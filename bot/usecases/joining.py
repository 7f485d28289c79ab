"""How a channel becomes a team and people come into it: invited, counted in, followed as they join and leave."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from bot.domain.deliveries import Kind, NewDelivery, Priority, schedule_id
from bot.domain.identity import ChannelId, TeamId, UserId, Workspace
from bot.domain.occurrences import end_of_date
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Visibility
from bot.domain.teams import (
    LARGE_FROM,
    Channel,
    ChannelKind,
    Join,
    Membership,
    Team,
    held_from_the_start,
)
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.ports.world import Directory
from bot.usecases.admission import Admission
from bot.usecases.noticing import notice
from bot.usecases.quieting import UNASKED
from bot.usecases.telling import UTC_ZONE, local_date, team_zone

_WIDTH = (ChannelKind.PRIVATE, ChannelKind.PUBLIC, ChannelKind.SHARED)
"""How many can read a channel, fewest first."""

_WITH_STORIES = (Kind.DIGEST, Kind.ROLLUP, Kind.REPLY)


class Joining:
    """Makes teams and keeps their people in step with the channel."""

    def __init__(self, store: Store, directory: Directory, admission: Admission) -> None:
        """`directory` tells what a channel is and who is in it."""
        self._store = store
        self._directory = directory
        self._admission = admission

    async def bot_joined(
        self, workspace: Workspace, channel: ChannelId, inviter: UserId | None, cause: str, now: datetime
    ) -> None:
        """The bot was invited: one message that offers to set up; a team that is there already is simply resumed."""
        await self._store.ledger.unpark(workspace, channel, now=now)
        team = await self._store.teams.by_channel(workspace, channel)
        if team is not None:
            return
        invitation = NewDelivery(
            workspace=workspace,
            subject=f"set-up:{cause}",
            kind=Kind.INVITATION,
            recipient=channel,
            due_at=now,
            priority=Priority.WAITING,
            data={"inviter": inviter},
        )
        await self._store.ledger.owe([invitation])

    async def team_here(
        self, workspace: Workspace, channel: ChannelId, by: UserId, now: datetime
    ) -> Team | Refusal:
        """The channel's team; in a channel that was never set up, a full member becomes its first manager."""
        team = await self._store.teams.by_channel(workspace, channel)
        if team is not None:
            return team
        person = await self._admission.full_member(workspace, by, now)
        if isinstance(person, Refusal):
            return person
        place = await self.place(workspace, channel)
        if isinstance(place, Refusal):
            return place
        return await self._make(workspace, place, by, person.zone, now)

    async def place(self, workspace: Workspace, channel: ChannelId) -> Channel | Refusal:
        """The channel where the bot can work in it; else what to do first."""
        if channel.startswith("D"):
            return Refusal(Why.NOT_A_CHANNEL)
        place = await self._directory.channel(workspace, channel)
        if place is None or not place.bot_is_member:
            return Refusal(Why.BOT_NOT_IN_CHANNEL)
        if place.archived:
            return Refusal(Why.CHANNEL_ARCHIVED)
        return place

    async def use_defaults(
        self, workspace: Workspace, channel: ChannelId, by: UserId, now: datetime
    ) -> Team | Refusal:
        """A click on "Use the defaults": the team, its first manager, and the post that invites the others."""
        team = await self.team_here(workspace, channel, by, now)
        if isinstance(team, Refusal):
            return team
        allowed = await self._admission.manager(team, by, now)
        if isinstance(allowed, Refusal):
            return allowed
        await self.bring_in(team, now)
        return team

    async def bring_in(self, team: Team, now: datetime, only: Collection[UserId] | None = None) -> None:
        """Everyone in the channel (of them `only` these) is invited, or enrolled where the team chose that; one post
        asks them. The others of a large channel are noted as people who may read and come in, no more."""
        if team.join is Join.INVITE:
            await self.invite(team, now)
        state = Membership.ACTIVE if team.join is Join.ENROL else Membership.INVITED
        everyone = await self._directory.channel_members(team.workspace, team.channel)
        chosen = everyone if only is None and len(everyone) <= LARGE_FROM else only or ()
        for user in everyone:
            if user in chosen:
                await self.came(team, user, state, now)
            else:
                await self._is_there(team, user, now)

    async def _is_there(self, team: Team, user: UserId, now: datetime) -> None:
        """In the channel, by id alone: asking who each of thousands is would take the platform an hour."""
        installation = await self._store.workspaces.get(team.workspace)
        known = await self._store.people.get(team.workspace, user)
        bot = installation is not None and user == installation.bot_user
        if bot or (known is not None and not known.may_take_part):
            return
        if await self._store.teams.member(team.workspace, team.id, user) is None:
            await self._store.teams.set_member(team.workspace, team.id, user, Membership.INVITED, now=now)

    async def invite(self, team: Team, now: datetime) -> None:
        """The one post with "Count me in"; a team's channel gets it once."""
        await self._store.ledger.owe([_invitation(team, now)])

    async def came(self, team: Team, user: UserId, state: Membership, now: datetime) -> bool:
        """Somebody is in the channel: into `state`, unless they have a state already or are no full member."""
        person = await self._admission.person(team.workspace, user, now)
        if not person.may_take_part:
            return False
        member = await self._store.teams.member(team.workspace, team.id, user)
        standing = member.state if member is not None else Membership.LEFT
        if standing is Membership.INVITED and state is Membership.ACTIVE:
            standing = Membership.LEFT  # the team enrols now: nobody has to click any more
        if standing is not Membership.LEFT:
            return False
        return await self._store.teams.set_member(team.workspace, team.id, user, state, now=now)

    async def person_joined(
        self, workspace: Workspace, channel: ChannelId, user: UserId, now: datetime
    ) -> Team | None:
        """Somebody joined a team's channel. Returns the team where they are to be asked whether they want in."""
        team = await self._store.teams.by_channel(workspace, channel)
        if team is None:
            return None
        enrol = team.join is Join.ENROL
        new = await self.came(team, user, Membership.ACTIVE if enrol else Membership.INVITED, now)
        return team if new and not enrol else None

    async def person_left(
        self, workspace: Workspace, channel: ChannelId, user: UserId, now: datetime
    ) -> None:
        """Somebody left a team's channel: nothing more of that team comes to them."""
        team = await self._store.teams.by_channel(workspace, channel)
        if team is None:
            return
        await self._store.teams.set_member(workspace, team.id, user, Membership.LEFT, now=now)
        if not await self._store.teams.of_person(workspace, user):
            await self._store.ledger.settle(workspace, user, kinds=UNASKED, reason="left", now=now)

    async def manager_gone(self, workspace: Workspace, user: UserId, now: datetime) -> None:
        """Somebody left the company, or is to be forgotten: the teams they managed have the next one.

        A team without any says so once, in its channel.
        """
        for team in await self._store.teams.managed_by(workspace, user):
            left = tuple(manager for manager in team.managers if manager != user)
            await self._store.teams.save(replace(team, managers=left), by=user, now=now)
            await self._store.audit.note(workspace, actor=user, action="manager.left", about=team.id, at=now)
            if not left:
                facts = {"team": team.name}
                # No person's id: the line stays when they are forgotten.
                cause = f"{team.id}:{now.date().isoformat()}"
                told = notice(workspace, team.channel, "no_manager", cause, now, facts)
                await self._store.ledger.owe([replace(told, team=team.id)])

    async def count_me_in(
        self, workspace: Workspace, team_id: TeamId, user: UserId, now: datetime
    ) -> Team | Refusal:
        """A click on "Count me in": active, and the first prompt comes at once so that the week is not empty."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        team = await self._store.teams.get(workspace, team_id)
        if team is None:
            return Refusal(Why.NO_TEAM_HERE)
        new = await self._store.teams.set_member(workspace, team_id, user, Membership.ACTIVE, now=now)
        if new:
            today = local_date(person, team, now)
            zone = zone_or(person.zone, team_zone(team))
            await self._store.ledger.owe([_first_prompt(team, user, today, end_of_date(today, zone), now)])
        return team

    async def not_now(self, workspace: Workspace, team_id: TeamId, user: UserId, now: datetime) -> None:
        """A click on "Not now": never asked again by this team's post."""
        member = await self._store.teams.member(workspace, team_id, user)
        if member is not None and member.state is Membership.INVITED:
            await self._store.teams.set_member(workspace, team_id, user, Membership.DECLINED, now=now)

    async def channel_changed(self, workspace: Workspace, channel: ChannelId, now: datetime) -> None:
        """The channel was renamed, archived, opened or shared: what the team shows about its place follows.

        A channel that more people can read than before holds the digest until a manager has said yes.
        """
        team = await self._store.teams.by_channel(workspace, channel)
        place = await self._directory.channel(workspace, channel) if team else None
        if team is None or place is None:
            return
        wider = _WIDTH.index(place.kind) > _WIDTH.index(team.channel_kind)
        renamed = replace(
            team,
            channel_name=place.name,
            channel_kind=place.kind,
            held=f"channel_{place.kind.value}" if wider else team.held,
        )
        if renamed != team:
            await self._store.teams.save(renamed, by=team.managers[0] if team.managers else "", now=now)
            for check in await self._store.checks.open_in(workspace):
                if check.channel == channel:  # it says who will see the answers
                    await self._store.ledger.show_anew(workspace, check.id, (Kind.CHECK,))
        if wider:
            await self._tell_tellers(renamed, now)
        if wider and place.kind is ChannelKind.SHARED:  # masks hold there now, and other teams' stories go
            await self._store.ledger.show_channel_anew(workspace, channel, _WITH_STORIES)

    async def channel_moved(
        self, workspace: Workspace, old: ChannelId, new: ChannelId, now: datetime
    ) -> None:
        """The platform gave a channel another id: its team, what stands in it and what is owed to it follow."""
        team = await self._store.teams.by_channel(workspace, old)
        if team is None or await self._store.teams.by_channel(workspace, new) is not None:
            return
        manager = team.managers[0] if team.managers else ""
        await self._store.ledger.unpark(workspace, old, now=now)
        await self._store.moving.channel(workspace, old, new)
        # Last: told again after a crash in between, the event still finds the team at its old place.
        await self._store.teams.save(replace(team, channel=new), by=manager, now=now)

    async def _tell_tellers(self, team: Team, now: datetime) -> None:
        """More people can read what was shared with the team: each teller hears it once, and what to do."""
        query = StoryQuery(team=team.id, at_least=Visibility.TEAM)
        tellers = {story.teller async for story in self._store.stories.stream(team.workspace, query)}
        people = await self._store.people.many(team.workspace, tellers)
        facts = {"team": team.name, "channel": team.channel_name, "kind": team.channel_kind.value}
        cause = f"{team.id}:{team.channel_kind.value}:{now.date().isoformat()}"
        await self._store.ledger.owe(
            [
                notice(team.workspace, user, "place_wider", cause, now, facts)
                for user in sorted(tellers)
                if user in people and people[user].may_take_part and people[user].stopped_at is None
            ]
        )

    async def _make(
        self, workspace: Workspace, place: Channel, by: UserId, zone: str | None, now: datetime
    ) -> Team:
        installation = await self._store.workspaces.get(workspace)
        team = Team(
            id="",
            workspace=workspace,
            channel=place.id,
            name=place.name,
            zone=str(zone_or(zone, UTC_ZONE)),
            managers=(by,),
            channel_name=place.name,
            channel_kind=place.kind,
            company=installation.name if installation else "",
            created_at=now,
            held=held_from_the_start(place.kind),
        )
        saved = await self._store.teams.save(team, by=by, now=now)
        await self._store.teams.set_member(workspace, saved.id, by, Membership.INVITED, now=now)
        await self._store.audit.note(workspace, actor=by, action="team.made", about=saved.id, at=now)
        return saved


def _invitation(team: Team, now: datetime) -> NewDelivery:
    return NewDelivery(
        workspace=team.workspace,
        subject=f"join:{team.id}",
        kind=Kind.INVITATION,
        recipient=team.channel,
        due_at=now,
        priority=Priority.PERSON,
        team=team.id,
    )


def _first_prompt(team: Team, user: UserId, today: date, expires: datetime, now: datetime) -> NewDelivery:
    """The same key as today's planned prompt, so that the two can never both come."""
    return NewDelivery(
        workspace=team.workspace,
        subject=schedule_id(team.id, Kind.PROMPT),
        kind=Kind.PROMPT,
        recipient=user,
        local_date=today,
        due_at=now,
        expires_at=expires,
        priority=Priority.WAITING,
        team=team.id,
        data={"asked": True},
    )
