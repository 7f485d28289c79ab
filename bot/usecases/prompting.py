"""The daily prompt: whether it is sent, what it asks, and what its buttons do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery, Priority
from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.notices import PromptNotice
from bot.domain.occurrences import Occurrence, end_of_date, instant, next_occurrence
from bot.domain.people import Person
from bot.domain.prompts import FIRST_QUESTION, second_question
from bot.domain.public_holidays import is_holiday
from bot.domain.quiet import (
    LATER,
    NUDGE_AFTER,
    PATIENCE,
    FollowUpFacts,
    PromptFacts,
    Quiet,
    Reason,
    Send,
    follow_up_at,
    may_follow_up,
    may_prompt,
)
from bot.domain.schedules import own_schedule
from bot.domain.teams import Membership, Team
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.ports.world import Directory, Later, Skip
from bot.usecases.hope_asking import HopeAsking
from bot.usecases.noticing import Noticing
from bot.usecases.riding import Riding
from bot.usecases.telling import team_zone

ASKED = "asked"
"""In a delivery's data: the person asked for this message, so the day's one unasked message is not used up."""
ANSWERED = "answered"
_SAME_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known about one prompt at the moment of sending."""

    delivery: Delivery
    team: Team
    person: Person
    zone: ZoneInfo
    day: date
    expires: datetime


class Prompting:
    """Decides about prompts, one person and local date at a time."""

    def __init__(self, store: Store, directory: Directory, noticing: Noticing, riding: Riding) -> None:
        """`directory` is asked for the person's status at sending time; only "away" comes back. `riding` knows what
        else a prompt carries."""
        self._store = store
        self._directory = directory
        self._noticing = noticing
        self._riding = riding
        self._hopes = HopeAsking(store, directory)

    async def compose(self, delivery: Delivery, now: datetime) -> PromptNotice | Skip | Later:
        """The prompt as it must read now; skipped with a reason that the person can read in `/purpose why`."""
        case = await self._case(delivery, now)
        if case is None:
            return Skip(Reason.LEFT)
        if delivery.state is DeliveryState.SENT:
            return await self._notice(case, delivery.sent_at or now, now, asks_rhythm=False)
        if delivery.number > 0 or delivery.kind is Kind.NUDGE:
            decision = await self._follow_up(case, now)
        else:
            moved = self._moved(case, now)
            if moved is not None:
                return moved
            decision = await self._first(case, now)
        if isinstance(decision, Quiet):
            return Skip(decision.reason)
        return await self._notice(case, now, now, asks_rhythm=decision.asks_rhythm)

    async def sent(self, delivery: Delivery, now: datetime) -> None:
        """One more prompt without an answer so far, the introduction was made, and what rides in it was asked."""
        await self._hopes.sent(delivery, now)
        person = await self._person(delivery.workspace, delivery.recipient)
        wishes: dict[str, object] = {}
        if person.introduced_at is None:
            wishes["introduced_at"] = now
        if delivery.kind is Kind.PROMPT and delivery.number == 0:
            wishes["unanswered"] = person.unanswered + 1
            if person.unanswered + 1 > PATIENCE and person.rhythm_asked_at is None:
                wishes["rhythm_asked_at"] = now
            if await self._riding.asks_why(delivery, person):
                wishes["why_asked_at"] = now
            if person.nudge:
                await self._owe_nudge(delivery, person, now)
        if wishes:
            await self._store.people.set(delivery.workspace, delivery.recipient, **wishes)

    async def _owe_nudge(self, prompt: Delivery, person: Person, now: datetime) -> None:
        """One more line two hours later, for a person who asked for it; an answer settles it before it comes."""
        team = await self._store.teams.get(prompt.workspace, prompt.team or "")
        if team is None or prompt.local_date is None:
            return
        due = follow_up_at(now, prompt.local_date, zone_or(person.zone, team_zone(team)), NUDGE_AFTER)
        if not isinstance(due, Quiet):
            await self._store.ledger.owe([replace(_again(prompt, due), kind=Kind.NUDGE, number=0, data={})])

    async def asked_by(self, workspace: Workspace, user: UserId, channel: ChannelId, ts: str) -> str | None:
        """The id of the prompt (or nudge) to that person that this message is; None for any other message."""
        found = await self._store.ledger.by_message(workspace, channel, ts) if ts else None
        if found is None or found.kind not in (Kind.PROMPT, Kind.NUDGE) or found.recipient != user:
            return None
        return found.id

    async def nothing_today(self, workspace: Workspace, user: UserId, now: datetime) -> None:
        """A fine answer: nothing more comes today."""
        prompt = await self._store.ledger.open_prompt(workspace, user, now=now)
        await self._store.ledger.settle(
            workspace, user, kinds=(Kind.PROMPT, Kind.NUDGE), reason=Reason.NOTHING_TODAY, now=now
        )
        await self._store.people.set(workspace, user, unanswered=0, rhythm_asked_at=None)
        if prompt is not None:
            await self._riding.on_a_hard_day(prompt, now)
            await self._store.ledger.answer(workspace, prompt.id, "nothing")

    async def remind_later(
        self, workspace: Workspace, user: UserId, now: datetime, *, asked_by: str
    ) -> datetime | None:
        """Ask again in an hour, unless the day is over then (the person hears so). Returns when."""
        prompt = await self._store.ledger.open_prompt(workspace, user, now=now)
        if prompt is None or prompt.local_date is None:
            await self._noticing.tell(workspace, user, "no_open_prompt", asked_by, now)
            return None
        team = await self._store.teams.get(workspace, prompt.team or "")
        person = await self._person(workspace, user)
        zone = zone_or(person.zone, team_zone(team) if team else ZoneInfo("UTC"))
        due = follow_up_at(now, prompt.local_date, zone, LATER)
        if isinstance(due, Quiet):
            await self._noticing.tell(workspace, user, "later_is_tomorrow", asked_by, now)
            return None
        # Their own reminder takes the nudge's place.
        await self._store.ledger.settle(
            workspace, user, kinds=(Kind.NUDGE,), reason=Reason.ALREADY_NUDGED, now=now
        )
        await self._store.ledger.owe([_again(prompt, due)])
        await self._store.ledger.answer(workspace, prompt.id, "later")
        return due

    async def next_prompt(self, person: Person, teams: Sequence[Team], now: datetime) -> datetime | None:
        """When the person is asked next, as their teams, clock, days and holidays stand now."""
        if person.stopped_at is not None:
            return None
        coming = [found.at_utc for team in teams if (found := self._next_of(person, team, now)) is not None]
        return min(coming, default=None)

    def _next_of(self, person: Person, team: Team, now: datetime) -> Occurrence | None:
        code = person.own_holidays or team.holidays
        return next_occurrence(
            own_schedule(team.prompt, person.own_days, person.own_at),
            zone_or(person.zone, team_zone(team)),
            now,
            holidays=lambda day: is_holiday(code, day),
            paused_until=person.paused_until,
        )

    async def _first(self, case: _Case, now: datetime) -> Send | Quiet:
        delivery, person, team = case.delivery, case.person, case.team
        state, since = await self._membership(case)
        asked = bool(delivery.data.get(ASKED))
        facts = PromptFacts(
            now=now,
            occurrence=Occurrence(case.day, delivery.due_at),
            expires_at=delivery.expires_at or case.expires,
            # Who counts themselves in is asked at once: that hour is theirs.
            member_since=None if asked else since,
            left=state is not Membership.ACTIVE or not person.may_take_part,
            stopped=person.stopped_at is not None,
            paused_until=person.paused_until,
            holiday=not asked and is_holiday(person.own_holidays or team.holidays, case.day),
            told_today=await self._told_on(case),
            unanswered=person.unanswered,
            rhythm_asked=person.rhythm_asked_at is not None,
        )
        decision = may_prompt(facts)
        if isinstance(decision, Quiet):
            return decision
        if await self._directory.away(delivery.workspace, person.id):
            return Quiet(Reason.AWAY)
        if not await self._store.ledger.claim_day(delivery.workspace, person.id, case.day, delivery.id):
            return Quiet(Reason.OTHER_TEAM)
        return decision

    async def _follow_up(self, case: _Case, now: datetime) -> Send | Quiet:
        state, _ = await self._membership(case)
        nudge = case.delivery.kind is Kind.NUDGE
        facts = FollowUpFacts(
            now=now,
            local_date=case.day,
            expires_at=case.expires,
            asked_for=not nudge,
            told_today=await self._told_on(case),
            nudge_on=case.person.nudge,
            stopped=case.person.stopped_at is not None,
            paused_until=case.person.paused_until,
            left=state is not Membership.ACTIVE,
            away=nudge and await self._directory.away(case.delivery.workspace, case.person.id),
        )
        return may_follow_up(facts)

    def _moved(self, case: _Case, now: datetime) -> Later | Skip | None:
        """A person who changed zone or hour since this was planned gets it on their new clock, once."""
        if case.delivery.data.get(ASKED):
            return None
        when = own_schedule(case.team.prompt, case.person.own_days, case.person.own_at)
        due = instant(case.day, when.at, case.zone)
        if due == case.delivery.due_at:
            return None
        return Later(due) if due > now else Skip(Reason.ZONE)

    async def _notice(self, case: _Case, at: datetime, now: datetime, *, asks_rhythm: bool) -> PromptNotice:
        """`at` is when it is (or was) sent. One question beside the day's own is plenty."""
        today = now.astimezone(case.zone).date()
        due = None if asks_rhythm else await self._hopes.riding(case.delivery, today, case.zone)
        rides = await self._riding.in_prompt(
            case.delivery, case.team, case.person, now, asks_already=asks_rhythm or due is not None
        )
        before = await self._before(case)
        others = await self._store.teams.of_person(case.delivery.workspace, case.person.id)
        return PromptNotice(
            # Whoever refused AI need not be asked again: for them the team has none.
            team=replace(case.team, ai=False) if case.person.ai_refused else case.team,
            question=FIRST_QUESTION,
            second=_second(case, before),
            default_visibility=case.person.default_visibility,
            first=_introduces(case),
            others=tuple(other.name for other in others if other.id != case.team.id),
            thanks=rides.thanks,
            asks_rhythm=asks_rhythm,
            nudge=case.delivery.kind is Kind.NUDGE or case.delivery.number > 0,
            due=due,
            pulse=rides.pulse,
            asks_why=rides.asks_why,
            why_back=rides.why_back,
            answered=case.delivery.data.get(ANSWERED),
        )

    async def _before(self, case: _Case) -> Delivery | None:
        """The prompt that the person got on an earlier day."""
        workspace = case.delivery.workspace
        recent = await self._store.ledger.to_person(workspace, case.person.id, kinds=(Kind.PROMPT,), limit=5)
        for each in recent:
            if each.state is DeliveryState.SENT and each.local_date and each.local_date < case.day:
                return each
        return None

    async def _case(self, delivery: Delivery, now: datetime) -> _Case | None:
        team = await self._store.teams.get(delivery.workspace, delivery.team or "")
        if team is None or delivery.local_date is None:
            return None
        person = await self._person(delivery.workspace, delivery.recipient)
        zone = zone_or(person.zone, team_zone(team))
        return _Case(
            delivery, team, person, zone, delivery.local_date, end_of_date(delivery.local_date, zone)
        )

    async def _membership(self, case: _Case) -> tuple[Membership, datetime | None]:
        member = await self._store.teams.member(case.team.workspace, case.team.id, case.person.id)
        return (member.state, member.since) if member else (Membership.LEFT, None)

    async def _told_on(self, case: _Case) -> bool:
        newest = await self._store.stories.last_told(case.team.workspace, case.person.id)
        return newest is not None and newest.told_on == case.day

    async def _person(self, workspace: Workspace, user: UserId) -> Person:
        return await self._store.people.get(workspace, user) or Person(workspace=workspace, id=user)


def _second(case: _Case, before: Delivery | None) -> str:
    """The second question: the team and the date decide, and it is never the one before."""
    last = None
    if before is not None and before.local_date is not None:
        last = second_question(case.team.questions, team=case.team.id, on=before.local_date)
    return second_question(case.team.questions, team=case.team.id, on=case.day, last=last)


def _again(prompt: Delivery, due: datetime) -> NewDelivery:
    """The same prompt with the next number: asked for, so it uses up nobody's quiet."""
    return NewDelivery(
        workspace=prompt.workspace,
        subject=prompt.subject,
        kind=Kind.PROMPT,
        recipient=prompt.recipient,
        local_date=prompt.local_date,
        number=prompt.number + 1,
        due_at=due,
        expires_at=prompt.expires_at,
        priority=Priority.PERSON,
        team=prompt.team,
        data={ASKED: True},
    )


def _introduces(case: _Case) -> bool:
    """True for a person's first prompt, also when it is shown anew: its introduction and **Stop** stay."""
    introduced, sent = case.person.introduced_at, case.delivery.sent_at
    return introduced is None or (sent is not None and abs(introduced - sent) < _SAME_MOMENT)
