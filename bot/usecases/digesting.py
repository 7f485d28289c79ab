"""The weekly digest: planned once from what was told, shown each time as its stories read now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.digests import AS_POSTED, Digest, DigestState
from bot.domain.identity import DigestId, StoryId, TeamId, Workspace
from bot.domain.notices import DigestNotice, PlainNotice
from bot.domain.occurrences import PREVIEW_BEFORE, instant
from bot.domain.people import Person
from bot.domain.quiet import Reason
from bot.domain.teams import Team
from bot.domain.weeks import Week, week_of_date
from bot.ports.stores import Store
from bot.ports.world import Later, Skip
from bot.usecases.arranging import Arranging
from bot.usecases.digest_choosing import DigestChoosing
from bot.usecases.digest_deciding import DigestDeciding
from bot.usecases.digest_showing import DigestShowing
from bot.usecases.noticing import notice as owed_notice
from bot.usecases.telling import team_zone

PREVIEW_OVER = "preview_over"
"""A notice's code: whoever got this preview does not manage the team any more."""
AI_WAITED_FOR = timedelta(seconds=75)
"""No digest is later than that for the sake of its arrangement."""
_LOOK_AGAIN = timedelta(seconds=3)
_HELD_LOOK_AGAIN = timedelta(minutes=10)


class Digesting:
    """Plans digests and says how they read now."""

    def __init__(self, store: Store, arranging: Arranging | None = None) -> None:
        """Without `arranging`, digests are compiled without AI."""
        self._store = store
        self._arranging = arranging
        self._choosing = DigestChoosing(store)
        self._showing = DigestShowing(store)
        self._deciding = DigestDeciding(store)

    @property
    def showing(self) -> DigestShowing:
        """Looks at digests."""
        return self._showing

    @property
    def deciding(self) -> DigestDeciding:
        """What managers decide about planned ones."""
        return self._deciding

    async def compose(self, delivery: Delivery, now: datetime) -> DigestNotice | PlainNotice | Skip | Later:
        """What a digest's (or preview's) message says at `now`; see the Composer port."""
        stands = delivery.state is DeliveryState.SENT
        team = await self._showing.team(delivery.workspace, delivery.team or "", stands=stands)
        if team is None:
            return Skip("team_gone")
        preview = delivery.kind is Kind.PREVIEW
        if stands and preview and not team.is_manager(delivery.recipient):
            # What was told or reworded since is for whoever manages the team now.
            return PlainNotice(PREVIEW_OVER, {"team": team.name})
        if stands:
            digest = await self._of(delivery, team)
            told = await self._told(delivery, digest, now) if digest is not None else None
            return told or Skip("digest_gone")
        if team.held is not None:
            return Skip(Reason.TEAM_PAUSED) if preview else await self._held(delivery, team, now)
        if preview and not await self._wants_preview(delivery, team):
            return Skip(Reason.STOPPED)
        if await self._week_is_full(delivery, team):
            return Skip("posted_this_week")
        day = _day(delivery, team)
        digest = await self.plan(delivery.workspace, team.id, _hour(delivery, team), now, day=day)
        return await (self._preview if preview else self._digest)(delivery, team, digest, now)

    async def sent(self, delivery: Delivery, now: datetime) -> None:
        """The digest stands in its channel: its stories are told, its tellers were featured."""
        team = await self._showing.team(delivery.workspace, delivery.team or "", stands=True)
        if team is None or delivery.kind is not Kind.DIGEST:
            return
        digest = await self._of(delivery, team)
        if digest is not None:
            await self._deciding.decide(digest.workspace, digest.id, _posted)

    async def plan(
        self,
        workspace: Workspace,
        team_id: TeamId,
        until: datetime,
        now: datetime,
        *,
        day: date | None = None,
    ) -> Digest:
        """The digest whose hour is `until`, due on the local date `day` (by default that hour's): as it was planned,
        else planned now. LookupError without such a team."""
        team = await self._showing.team(workspace, team_id)
        if team is None:
            raise LookupError(f"no team {team_id} in {workspace}")
        day = day or until.astimezone(team_zone(team)).date()
        known = await self._store.digests.of_day(workspace, team.id, day)
        if known is not None:
            return known
        return await self._store.digests.plan(await self._choosing.draw_up(team, until, day))

    async def notice(self, digest: Digest, now: datetime, *, preview: bool = False) -> DigestNotice | None:
        """How a digest reads at `now`; see `DigestShowing.notice`."""
        return await self._showing.notice(digest, now, preview=preview)

    async def of_week(
        self, workspace: Workspace, team_id: TeamId, week: Week, now: datetime
    ) -> DigestNotice | None:
        """The digest of a week to look at; see `DigestShowing.of_week`."""
        return await self._showing.of_week(workspace, team_id, week, now)

    async def leave_out(self, workspace: Workspace, digest_id: DigestId, story: StoryId) -> Digest | None:
        """A manager leaves one out; see `DigestDeciding.leave_out`."""
        return await self._deciding.leave_out(workspace, digest_id, story)

    async def drop(self, workspace: Workspace, digest_id: DigestId) -> Digest | None:
        """A manager says "Not this week"; see `DigestDeciding.drop`."""
        return await self._deciding.drop(workspace, digest_id)

    async def _preview(
        self, delivery: Delivery, team: Team, digest: Digest, now: datetime
    ) -> DigestNotice | Skip | Later:
        await self._being_arranged(team, digest, now)
        return await self._told(delivery, digest, now) or Skip("quiet_weeks")

    async def _digest(
        self, delivery: Delivery, team: Team, digest: Digest, now: datetime
    ) -> DigestNotice | Skip | Later:
        hour = _hour(delivery, team)
        if digest.state is DigestState.DROPPED:
            return Skip("not_this_week")
        # A manager may have it posted before its hour: it then ends there, and what comes after is in the next one.
        digest = await self._up_to(team, digest, min(hour, now))
        if digest.held and not digest.picks and not await self._showing.later_ids(team, digest):
            # Nobody had a look: it is asked about again before the next one.
            return Skip("held_for_a_manager")
        if await self._being_arranged(team, digest, now):
            return Later(now + _LOOK_AGAIN)
        told = await self._told(delivery, digest, now)
        if told is None:
            await self._quiet_again(team, digest, now)
            return Skip("quiet_weeks")
        return told

    async def _told(self, delivery: Delivery, digest: Digest, now: datetime) -> DigestNotice | None:
        # Noted before the words are read: a story that changes in between marks the message.
        preview = delivery.kind is Kind.PREVIEW
        shown = [pick.story for pick in digest.picks if pick.story not in digest.left_out]
        stands = delivery.state is DeliveryState.SENT
        held = digest.held if preview else ()
        team = await self._showing.team(digest.workspace, digest.team, stands=stands)
        later = await self._showing.later_ids(team, digest) if team is not None else []
        await self._store.ledger.shows(delivery.workspace, delivery.id, [*shown, *held, *later])
        notice = await self._showing.notice(digest, now, preview=preview, stands=stands)
        if notice is None or not notice.beside:
            return notice
        others = [each.story.id for each in notice.beside.values()]
        await self._store.ledger.shows(delivery.workspace, delivery.id, others)
        return await self._showing.checked(notice)

    async def _of(self, delivery: Delivery, team: Team) -> Digest | None:
        return await self._store.digests.of_day(delivery.workspace, team.id, _day(delivery, team))

    async def _week_is_full(self, delivery: Delivery, team: Team) -> bool:
        """A week has as many digests as its schedule names days. Where the days changed after this week's were posted,
        what came since is in the next one."""
        day = _day(delivery, team)
        recent = await self._store.digests.featured_since(
            team.workspace, team.id, _hour(delivery, team) - timedelta(days=8)
        )
        posted = [each for each in recent if each.state in AS_POSTED and each.day != day]
        this_week = [each for each in posted if week_of_date(each.day) == week_of_date(day)]
        return len(this_week) >= len(team.digest.days)

    async def _held(self, delivery: Delivery, team: Team, now: datetime) -> Later:
        """More people can read the channel than when the stories were told: a manager is asked, once a digest."""
        if team.managers:
            facts = {"team": team.name, "channel": team.channel_name, "held": team.held or ""}
            ask = owed_notice(team.workspace, team.managers[0], "held", delivery.id, now, facts)
            await self._store.ledger.owe([replace(ask, team=team.id)])
        return Later(now + _HELD_LOOK_AGAIN)

    async def _wants_preview(self, delivery: Delivery, team: Team) -> bool:
        user = delivery.recipient
        person = await self._store.people.get(delivery.workspace, user)
        return team.is_manager(user) and (person is None or _reachable(person))

    async def _up_to(self, team: Team, digest: Digest, until: datetime) -> Digest:
        """A digest that was planned for its preview, with what was told since then."""

        async def whole(planned: Digest) -> Digest:
            told = await self._choosing.due(team, planned.since, until)
            return await self._choosing.with_told(team, replace(planned, until=until), told)

        return await self._deciding.decide(digest.workspace, digest.id, whole) or digest

    async def _being_arranged(self, team: Team, digest: Digest, now: datetime) -> bool:
        """Whether a model is at work on it and still in time; asks one where that was not tried yet."""
        if self._arranging is None or now >= digest.until + AI_WAITED_FOR:
            return False
        return await self._arranging.under_way(team, digest, now)

    async def _quiet_again(self, team: Team, digest: Digest, now: datetime) -> None:
        """A second empty week asks the first manager, the weeks after it nobody."""
        before = await self._store.digests.latest(digest.workspace, digest.team, before=digest.until)
        if before is not None and team.managers and not await self._showing.quiet_before(before):
            facts = {"team": team.name}
            ask = owed_notice(team.workspace, team.managers[0], "quiet_weeks", before.id, now, facts)
            await self._store.ledger.owe([ask])
        await self._deciding.decide(digest.workspace, digest.id, _posted)


def _hour(delivery: Delivery, team: Team) -> datetime:
    """The hour of a delivery's digest: by its local date, because a retry moves `due_at`."""
    if delivery.local_date is not None:
        return instant(delivery.local_date, team.digest.at, team_zone(team))
    return delivery.due_at + (PREVIEW_BEFORE if delivery.kind is Kind.PREVIEW else timedelta())


def _day(delivery: Delivery, team: Team) -> date:
    return delivery.local_date or _hour(delivery, team).astimezone(team_zone(team)).date()


def _reachable(person: Person) -> bool:
    return person.may_take_part and person.stopped_at is None


async def _posted(digest: Digest) -> Digest:
    return replace(digest, state=DigestState.POSTED if digest.picks else DigestState.EMPTY)
