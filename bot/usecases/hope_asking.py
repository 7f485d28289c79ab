"""Asking what came of a hope: inside the day's prompt, or in its place where a story was told before its hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery, Priority
from bot.domain.hopes import Hope, HopeState, is_due, to_ask, was_asked
from bot.domain.identity import UserId, Workspace
from bot.domain.notices import DueHope, OutcomeNotice
from bot.domain.occurrences import end_of_date
from bot.domain.people import Person
from bot.domain.quiet import Reason
from bot.domain.teams import Team
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.ports.world import Directory, Skip
from bot.usecases.telling import UTC_ZONE, team_zone

RIDES = "hope"
"""In a prompt's data: the hope that it asks about, so that an edit never changes which."""


class HopeAsking:
    """Chooses the one hope to ask about, and says how the question reads now."""

    def __init__(self, store: Store, directory: Directory) -> None:
        """`directory` is asked whether the person is away; only "away" comes back."""
        self._store = store
        self._directory = directory

    async def riding(self, delivery: Delivery, today: date, zone: ZoneInfo) -> DueHope | None:
        """What rides in this prompt: noted in its row before it is sent, and the same from then on."""
        if delivery.kind is not Kind.PROMPT or delivery.number > 0:
            return None
        noted = delivery.data.get(RIDES)
        if delivery.state is DeliveryState.SENT:
            return await self._shown(delivery, str(noted), today) if noted else None
        chosen = await self._to_ask(delivery.workspace, delivery.recipient, today, zone)
        if chosen is None:
            return None
        if noted != chosen.id:
            await self._store.ledger.carry(delivery.workspace, delivery.id, {RIDES: chosen.id})
        return await self._shown(delivery, chosen.id, today)

    async def sent(self, delivery: Delivery, now: datetime) -> None:
        """The message stands: its owner was asked. Called again after a crash."""
        if delivery.kind is Kind.OUTCOME:
            await self._store.hopes.asked(delivery.workspace, delivery.subject, at=now)
            return
        # What rides was noted after this delivery was claimed.
        known = await self._store.ledger.get(delivery.workspace, delivery.id)
        noted = known.data.get(RIDES) if known is not None else None
        if noted:
            await self._store.hopes.asked(delivery.workspace, str(noted), at=now)

    async def may_be_waiting(self, receipt: Delivery, now: datetime) -> bool:
        """Whether there is anything at all that its reader could be asked about, whatever their clock says."""
        anywhere = (now + timedelta(days=1)).date()
        return bool(await self._store.hopes.due(receipt.workspace, receipt.recipient, on=anywhere))

    async def in_the_prompts_place(
        self, person: Person, team: Team, prompt_at: datetime, now: datetime
    ) -> None:
        """A story was told before today's prompt, which now does not come: at its hour the question comes alone.

        `prompt_at` is when the person would be asked next; on another day the question waits for that prompt.
        """
        zone = zone_or(person.zone, team_zone(team))
        today = now.astimezone(zone).date()
        if prompt_at.astimezone(zone).date() != today:
            return
        chosen = await self._to_ask(person.workspace, person.id, today, zone)
        if chosen is not None:
            await self._store.ledger.owe([_question(chosen, today, prompt_at, zone, team)])

    async def compose(self, delivery: Delivery, now: datetime) -> OutcomeNotice | Skip:
        """The question alone, as it must read now."""
        person = await self._store.people.get(delivery.workspace, delivery.recipient)
        person = person or Person(workspace=delivery.workspace, id=delivery.recipient)
        team = await self._store.teams.get(delivery.workspace, delivery.team or "")
        zone = zone_or(person.zone, team_zone(team) if team is not None else UTC_ZONE)
        today = now.astimezone(zone).date()
        if delivery.state is not DeliveryState.SENT:
            quiet = await self._quiet(delivery, person, today, zone)
            if quiet is not None:
                return Skip(quiet)
        due = await self._shown(delivery, delivery.subject, today)
        if due is None and delivery.state is not DeliveryState.SENT:
            return Skip(Reason.SAID_ALREADY)
        return OutcomeNotice(due)

    async def _quiet(self, delivery: Delivery, person: Person, today: date, zone: ZoneInfo) -> str | None:
        """Why it is not asked now; it then waits in Home, or for the next prompt."""
        hope = await self._store.hopes.get(delivery.workspace, delivery.subject)
        if hope is None or not is_due(hope, today) or was_asked(hope, zone):
            return Reason.SAID_ALREADY
        if not person.may_take_part or not await self._store.teams.of_person(person.workspace, person.id):
            return Reason.LEFT
        if person.stopped_at is not None:
            return Reason.STOPPED
        if person.paused_until is not None and today < person.paused_until:
            return Reason.PAUSED
        if await self._directory.away(person.workspace, person.id):
            return Reason.AWAY
        if not await self._store.ledger.claim_day(person.workspace, person.id, today, delivery.id):
            return Reason.BUDGET
        return None

    async def _to_ask(self, workspace: Workspace, user: UserId, today: date, zone: ZoneInfo) -> Hope | None:
        return to_ask(await self._store.hopes.due(workspace, user, on=today), today, zone)

    async def _shown(self, delivery: Delivery, hope_id: str, today: date) -> DueHope | None:
        """The hope as it stands; noted before it is read, so that a change in between shows the message anew."""
        workspace = delivery.workspace
        known = await self._store.hopes.get(workspace, hope_id)
        story_id = known.story if known is not None else None
        shown = [hope_id] if story_id is None else [hope_id, story_id]
        await self._store.ledger.shows(workspace, delivery.id, shown)
        hope = await self._store.hopes.get(workspace, hope_id)
        if hope is None or hope.state is HopeState.DROPPED or hope.person != delivery.recipient:
            return None
        return DueHope(hope, asks=is_due(hope, today))


def _question(hope: Hope, today: date, at: datetime, zone: ZoneInfo, team: Team) -> NewDelivery:
    return NewDelivery(
        workspace=hope.workspace,
        subject=hope.id,
        kind=Kind.OUTCOME,
        recipient=hope.person,
        local_date=today,
        due_at=at,
        expires_at=end_of_date(today, zone),
        priority=Priority.PERSON,
        team=team.id,
    )
