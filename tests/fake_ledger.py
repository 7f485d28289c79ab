"""The ledger in memory: a working stand-in, held to the same contract as the databases."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.deliveries import SHOWS_STORIES, Delivery, DeliveryState, Kind, NewDelivery, schedule_id
from bot.domain.identity import ChannelId, CheckId, DeliveryId, StoryId, TeamId, UserId, Workspace
from bot.domain.pacing import reserve
from bot.domain.people import Person
from bot.domain.quiet import Reason
from bot.domain.teams import Member, Membership, Team
from bot.ports.ledger import Claim, Lane, OwnClock, PlanItem, Recipient

ENDED = (DeliveryState.SKIPPED, DeliveryState.FAILED)
_SECOND = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_LEASE = 120.0
_NEW = [field.name for field in fields(NewDelivery)]

Members = Callable[[Workspace, TeamId], Iterable[tuple[Member, Person | None]]]


@dataclass
class _Row:
    """A delivery, and when it may be touched again."""

    it: Delivery
    again_at: datetime | None = None


@dataclass
class _Lane:
    """One workspace's lane."""

    owner: str | None = None
    fence: int = 0
    until: float = 0.0
    tat: int = 0
    paused_until: datetime | None = None


class FakeLedger:
    """See `bot.ports.ledger.Ledger`. `members` tells who is in a team, with what is known of them."""

    def __init__(self, members: Members = lambda workspace, team: ()) -> None:
        self._members = members
        self._rows: dict[DeliveryId, _Row] = {}
        self._keys: set[tuple[object, ...]] = set()
        self._numbers = count(1)
        self._shows: dict[tuple[Workspace, StoryId], set[DeliveryId]] = {}
        self._schedules: dict[str, PlanItem] = {}
        self._lanes: dict[Workspace, _Lane] = {}
        self._days: dict[tuple[Workspace, UserId, date], DeliveryId] = {}
        self._parked: dict[tuple[Workspace, str | None], tuple[str, datetime]] = {}

    # what other fakes of the store call within their own "transaction" ----------------------------------------------

    def put(self, deliveries: Iterable[NewDelivery], skipped: Iterable[tuple[NewDelivery, str]] = ()) -> int:
        """Owe messages at once. How many were new."""
        return sum(self._put(new, reason) for new, reason in [*((new, None) for new in deliveries), *skipped])

    def save_schedules(self, team: Team, now: datetime) -> None:
        """The team's three schedules as they are now."""
        for kind, when in (
            (Kind.PROMPT, team.prompt),
            (Kind.REMINDER, team.reminder),
            (Kind.DIGEST, team.digest),
        ):
            if team.company_wide and kind is not Kind.DIGEST:
                continue
            schedule = schedule_id(team.id, kind)
            item = PlanItem(
                schedule,
                team.workspace,
                team.id,
                team.channel,
                kind,
                when,
                team.zone,
                team.holidays,
                now,
                now,
                team.managers[0] if team.managers else None,
            )
            known = self._schedules.get(schedule)
            if (
                known is not None
                and replace(
                    item,
                    active_from=known.active_from,
                    planned_through=known.planned_through,
                    manager=known.manager,
                )
                == known
            ):
                self._schedules[schedule] = replace(known, manager=item.manager)
                continue
            self._schedules[schedule] = item
            for row in self._of(team.workspace, DeliveryState.QUEUED):
                if row.it.subject == schedule and row.it.due_at > now:
                    self._drop(row)

    def drop_schedules(self, team: Team) -> None:
        """Nothing more is owed for it."""
        self._schedules.pop(schedule_id(team.id, Kind.DIGEST), None)
        for row in self._of(team.workspace, DeliveryState.QUEUED):
            if row.it.subject == schedule_id(team.id, Kind.DIGEST):
                self._drop(row)

    def mark_story(self, workspace: Workspace, story: StoryId, check: CheckId | None = None) -> None:
        """A story changed: whatever shows it is to be shown anew."""
        for row in self._of(workspace):
            shows = row.it.id in self._shows.get((workspace, story), ())
            of_check = check and row.it.subject == check and row.it.kind in (Kind.CHECK, Kind.ROLLUP)
            if (shows or of_check or row.it.subject == story) and row.it.state not in ENDED:
                row.it = replace(row.it, wanted=row.it.wanted + 1)

    def move(self, workspace: Workspace, old: str, new: str) -> None:
        """A channel got another id."""
        for row in self._of(workspace):
            if old in (row.it.channel, row.it.recipient):
                channel = new if row.it.channel == old else row.it.channel
                recipient = new if row.it.recipient == old else row.it.recipient
                row.it = replace(row.it, channel=channel, recipient=recipient)

    def mark_where(self, workspace: Workspace, chosen: Callable[[Delivery], bool]) -> None:
        """What shows a digest or a check changed: the chosen deliveries are to be shown anew."""
        for row in self._of(workspace):
            if row.it.state not in ENDED and chosen(row.it):
                row.it = replace(row.it, wanted=row.it.wanted + 1)

    # deliveries -----------------------------------------------------------------------------------------------------

    async def owe(self, deliveries: Sequence[NewDelivery]) -> int:
        return self.put(deliveries)

    async def hasten(self, deliveries: Sequence[NewDelivery]) -> None:
        self.put(deliveries)
        for new in deliveries:
            for row in self._of(new.workspace, DeliveryState.QUEUED):
                if _key(row.it) == _key(new) and row.it.due_at > new.due_at:
                    row.it, row.again_at = replace(row.it, due_at=new.due_at), None

    async def get(self, workspace: Workspace, delivery: DeliveryId) -> Delivery | None:
        row = self._rows.get(delivery)
        return row.it if row and row.it.workspace == workspace else None

    async def about(self, workspace: Workspace, subject: str, kind: Kind | None = None) -> Sequence[Delivery]:
        found = [row.it for row in self._of(workspace) if row.it.subject == subject]
        return sorted((it for it in found if kind in (None, it.kind)), key=_by_due)

    async def by_message(self, workspace: Workspace, channel: str, ts: str) -> Delivery | None:
        return next(
            (row.it for row in self._of(workspace) if row.it.channel == channel and row.it.ts == ts), None
        )

    async def to_person(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], limit: int = 20
    ) -> Sequence[Delivery]:
        found = [row.it for row in self._of(workspace) if row.it.recipient == user and row.it.kind in kinds]
        return sorted(found, key=_by_due, reverse=True)[:limit]

    async def open_prompt(self, workspace: Workspace, user: UserId, *, now: datetime) -> Delivery | None:
        states = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)
        found = [
            (row.it.sent_at or row.it.claimed_at or now, row.it)
            for row in self._of(workspace, *states)
            if row.it.recipient == user and row.it.kind is Kind.PROMPT
        ]
        found = [(at, it) for at, it in found if at > now - timedelta(hours=24)]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    async def prompted(self, workspace: Workspace, *, since: datetime) -> Sequence[ChannelId]:
        kinds = (Kind.PROMPT, Kind.NUDGE)
        found = [row.it for row in self._of(workspace) if row.it.kind in kinds and row.it.channel]
        return sorted({str(it.channel) for it in found if it.sent_at is not None and it.sent_at > since})

    async def answer(self, workspace: Workspace, delivery: DeliveryId, how: str) -> None:
        row = self._rows.get(delivery)
        if row is None or row.it.workspace != workspace or row.it.data.get("answered") in ("told", how):
            return
        row.it = replace(row.it, data={**row.it.data, "answered": how}, wanted=row.it.wanted + 1)

    async def carry(
        self, workspace: Workspace, delivery: DeliveryId, rides: Mapping[str, Any], *, anew: bool = False
    ) -> None:
        row = self._rows.get(delivery)
        if row is not None and row.it.workspace == workspace:
            row.it = replace(row.it, data={**row.it.data, **rides}, wanted=row.it.wanted + int(anew))

    async def settle(
        self, workspace: Workspace, user: UserId, *, kinds: Sequence[Kind], reason: str, now: datetime
    ) -> int:
        return sum(
            self._end(row, DeliveryState.SKIPPED, reason)
            for row in self._of(workspace, DeliveryState.QUEUED)
            if row.it.recipient == user and row.it.kind in kinds
        )

    async def show_anew(self, workspace: Workspace, subject: str, kinds: Sequence[Kind] = ()) -> int:
        marked = 0
        for row in self._of(workspace):
            fits = row.it.subject == subject and (not kinds or row.it.kind in kinds)
            if fits and row.it.state not in ENDED:
                row.it = replace(row.it, wanted=row.it.wanted + 1)
                marked += 1
        return marked

    async def show_channel_anew(self, workspace: Workspace, channel: ChannelId, kinds: Sequence[Kind]) -> int:
        there = [row for row in self._of(workspace) if row.it.recipient == channel and row.it.kind in kinds]
        marked = [row for row in there if row.it.state not in ENDED]
        for row in marked:
            row.it = replace(row.it, wanted=row.it.wanted + 1)
        return len(marked)

    async def shows(self, workspace: Workspace, delivery: DeliveryId, stories: Sequence[StoryId]) -> None:
        for story in stories:
            self._shows.setdefault((workspace, story), set()).add(delivery)

    async def shown_in(self, workspace: Workspace, delivery: DeliveryId) -> Sequence[StoryId]:
        return sorted(story for (of, story), by in self._shows.items() if of == workspace and delivery in by)

    # planning -------------------------------------------------------------------------------------------------------

    async def to_plan(self, *, until: datetime, limit: int = 200) -> Sequence[PlanItem]:
        astray = until + timedelta(days=1)
        behind = [
            item
            for item in self._schedules.values()
            if item.planned_through < until or item.planned_through > astray
        ]
        return sorted(behind, key=lambda item: (item.planned_through, item.schedule))[:limit]

    async def clocks(self, workspace: Workspace, team: TeamId) -> Sequence[OwnClock]:
        return list({_clock(person): None for _, person in self._asked(workspace, team)})

    async def recipients(
        self, workspace: Workspace, team: TeamId, clock: OwnClock, *, after: UserId = "", limit: int = 1000
    ) -> Sequence[Recipient]:
        found = [
            Recipient(member.user, member.since, person.paused_until if person else None)
            for member, person in self._asked(workspace, team)
            if _clock(person) == clock and member.user > after
        ]
        return sorted(found, key=lambda recipient: recipient.user)[:limit]

    async def plan(
        self,
        item: PlanItem,
        through: datetime,
        deliveries: Sequence[NewDelivery],
        *,
        skipped: Sequence[tuple[NewDelivery, str]] = (),
        last: bool,
    ) -> None:
        self.put(deliveries, skipped)
        if last and self._schedules.get(item.schedule) == item:
            self._schedules[item.schedule] = replace(item, planned_through=through)

    async def plan_anew(self, workspace: Workspace, user: UserId, *, now: datetime) -> None:
        for item in list(self._schedules.values()):
            users = {member.user for member, _ in self._members(workspace, item.team)}
            if item.workspace == workspace and item.kind is Kind.PROMPT and user in users:
                through = min(item.planned_through, now)
                self._schedules[item.schedule] = replace(item, planned_through=through)

    # pumping --------------------------------------------------------------------------------------------------------

    async def ring(self, *, now: datetime, limit: int = 1000) -> Sequence[Workspace]:
        found = {row.it.workspace for row in self._rows.values() if self._to_do(row, now)}
        return [workspace for workspace in sorted(found) if self._free(workspace, now)][:limit]

    async def next_due(self) -> datetime | None:
        queued = (row.it.due_at for row in self._rows.values() if row.it.state is DeliveryState.QUEUED)
        return min(queued, default=None)

    async def lease(self, workspace: Workspace, owner: str, *, seconds: float) -> Lane | None:
        lane = self._lanes.setdefault(workspace, _Lane())
        mine = lane.owner == owner
        if not mine and self._leased(lane):
            return None
        if not mine or not self._leased(lane):
            lane.fence += 1
        seconds = min(seconds, _LONGEST_LEASE)
        lane.owner, lane.until = owner, time.monotonic() + seconds
        return Lane(workspace, owner, lane.fence, seconds)

    async def free(self, dead: Callable[[str], bool]) -> int:
        gone = [lane for lane in self._lanes.values() if lane.owner is not None and dead(lane.owner)]
        for lane in gone:
            lane.owner = None
        return len(gone)

    async def release(self, lane: Lane) -> None:
        if self._holds(lane):
            self._lanes[lane.workspace].owner = None

    async def claim(self, lane: Lane, *, now: datetime, per_minute: int, limit: int = 5) -> Claim:
        held = self._lanes[lane.workspace]
        if not self._holds(lane) or not self._leased(held) or self._refuses(lane.workspace, None, now):
            return Claim()
        if held.paused_until is not None and now < held.paused_until <= now + _LONGEST_WAIT:
            return Claim(wait=held.paused_until - now)
        at = _micros(now)
        slots = reserve(at, held.tat, per_minute, limit)
        if not slots.after:
            return Claim(wait=timedelta(microseconds=slots.wait))
        due = self._due(lane.workspace, now, paced=bool(per_minute))[: len(slots.after)]
        if not due:
            return Claim()
        slots = reserve(at, held.tat, per_minute, len(due))
        held.tat = slots.tat
        for row in due:
            row.again_at = None
            row.it = replace(
                row.it,
                state=DeliveryState.SENDING,
                fence=lane.fence,
                claimed_at=now,
                reason=None,
                attempts=row.it.attempts + 1,
                shown=row.it.wanted,
            )
        waits = [timedelta(microseconds=after) for after in slots.after]
        return Claim(tuple(zip([row.it for row in due], waits, strict=True)))

    async def record(
        self,
        lane: Lane,
        delivery: DeliveryId,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        channel: str | None = None,
        reason: str | None = None,
        due_at: datetime | None = None,
        again_at: datetime | None = None,
        attempted: bool = True,
    ) -> bool:
        row = self._rows.get(delivery)
        if row is None or row.it.fence != lane.fence or row.it.state is not DeliveryState.SENDING:
            return False
        row.again_at = again_at
        row.it = replace(
            row.it,
            state=state,
            reason=reason,
            ts=ts or row.it.ts,
            channel=channel or row.it.channel,
            sent_at=now if state is DeliveryState.SENT else None,
            due_at=due_at or row.it.due_at,
            attempts=row.it.attempts - (0 if attempted else 1),
            misses=row.it.misses + 1 if state is DeliveryState.SENDING else 0,
        )
        if state is DeliveryState.SENT:
            self._mend(lane.workspace, [row.it.recipient, None], now)
        return True

    async def unresolved(self, lane: Lane, *, now: datetime, limit: int = 20) -> Sequence[Delivery]:
        if not self._holds(lane):
            return []
        found = [
            row
            for row in self._of(lane.workspace, DeliveryState.SENDING)
            if (row.it.fence < lane.fence or row.again_at) and _over(row.again_at, now)
        ][:limit]
        for row in found:
            row.it = replace(row.it, fence=lane.fence)
        return [row.it for row in found]

    async def stale(self, lane: Lane, *, now: datetime, limit: int = 5) -> Sequence[Delivery]:
        found = [
            row
            for row in self._of(lane.workspace, DeliveryState.SENT)
            if row.it.wanted > row.it.shown and row.it.ts and _over(row.again_at, now)
        ]
        return [row.it for row in sorted(found, key=lambda row: (row.it.priority, row.it.id))][:limit]

    async def shown(
        self, lane: Lane, delivery: DeliveryId, wanted: int, *, again_at: datetime, reason: str | None = None
    ) -> None:
        row = self._rows[delivery]
        if row.it.shown < wanted:
            row.again_at = again_at
            row.it = replace(row.it, shown=wanted, misses=0, reason=reason)

    async def not_shown(self, lane: Lane, delivery: DeliveryId, *, again_at: datetime, reason: str) -> None:
        row = self._rows[delivery]
        row.again_at = again_at
        row.it = replace(row.it, misses=row.it.misses + 1, reason=reason)

    async def pause(self, workspace: Workspace, *, until: datetime) -> None:
        lane = self._lanes.setdefault(workspace, _Lane())
        earlier = lane.paused_until
        if earlier is None or not until <= earlier <= until + _LONGEST_WAIT:
            lane.paused_until = until

    async def claim_day(self, workspace: Workspace, user: UserId, day: date, delivery: DeliveryId) -> bool:
        holder = self._rows.get(self._days.setdefault((workspace, user, day), delivery))
        gone = (DeliveryState.SKIPPED, DeliveryState.FAILED, DeliveryState.PARKED)
        if holder is not None and holder.it.state in gone:
            self._days[workspace, user, day] = delivery
        return self._days[workspace, user, day] == delivery

    # refusals and order ---------------------------------------------------------------------------------------------

    async def park(self, workspace: Workspace, recipient: str | None, reason: str, *, now: datetime) -> bool:
        first = (workspace, recipient) not in self._parked
        self._parked[workspace, recipient] = (reason, now + timedelta(hours=6))
        for row in self._of(workspace, DeliveryState.QUEUED):
            if recipient in (None, row.it.recipient):
                self._end(row, DeliveryState.PARKED, reason)
        return first

    async def unpark(self, workspace: Workspace, recipient: str | None, *, now: datetime) -> int:
        for row in self._of(workspace, DeliveryState.SENT):
            if row.it.reason is not None and recipient in (None, row.it.recipient):
                row.it = replace(row.it, wanted=row.it.wanted + 1, misses=0)
                row.again_at = None
        everyone = [who for where, who in self._parked if where == workspace]
        return self._mend(workspace, everyone if recipient is None else [recipient], now)

    async def reap(self, *, now: datetime, limit: int = 10_000) -> int:
        late = [
            row
            for row in self._rows.values()
            if row.it.state is DeliveryState.QUEUED and row.it.due_at <= now and _expired(row.it, now)
        ]
        return sum(self._end(row, DeliveryState.SKIPPED, Reason.EXPIRED.value) for row in late[:limit])

    async def states(self) -> Mapping[tuple[Kind, DeliveryState], int]:
        return Counter((row.it.kind, row.it.state) for row in self._rows.values())

    async def recent(self, workspace: Workspace, *, limit: int = 100) -> Sequence[Delivery]:
        return sorted((row.it for row in self._of(workspace)), key=_by_due, reverse=True)[:limit]

    async def purge(self, *, before: datetime, stories_before: datetime, limit: int = 10_000) -> int:
        alive = (DeliveryState.QUEUED, DeliveryState.SENDING)

        def is_old(it: Delivery) -> bool:
            noted = any(it.id in by for by in self._shows.values())
            shows = it.state is DeliveryState.SENT and (it.kind in SHOWS_STORIES or noted)
            return it.state not in alive and it.due_at < (stories_before if shows else before)

        old = [row for row in self._rows.values() if is_old(row.it)][:limit]
        for row in old:
            self._drop(row)
        self._days = {key: value for key, value in self._days.items() if key[2] >= before.date()}
        return len(old)

    # ----------------------------------------------------------------------------------------------------------------

    def _of(self, workspace: Workspace, *states: DeliveryState) -> list[_Row]:
        return [
            row
            for row in self._rows.values()
            if row.it.workspace == workspace and (not states or row.it.state in states)
        ]

    def _put(self, new: NewDelivery, reason: str | None) -> bool:
        if _key(new) in self._keys:
            return False
        self._keys.add(_key(new))
        number = f"d{next(self._numbers):06}"
        state = DeliveryState.QUEUED if reason is None else DeliveryState.SKIPPED
        values = {name: getattr(new, name) for name in _NEW}
        self._rows[number] = _Row(Delivery(**values, id=number, state=state, reason=reason))
        return True

    def _drop(self, row: _Row) -> None:
        del self._rows[row.it.id]
        self._keys.discard(_key(row.it))

    def _end(self, row: _Row, state: DeliveryState, reason: str) -> bool:
        row.it = replace(row.it, state=state, reason=reason)
        return True

    def _asked(self, workspace: Workspace, team: TeamId) -> list[tuple[Member, Person | None]]:
        return [
            (member, person)
            for member, person in self._members(workspace, team)
            if member.state is Membership.ACTIVE
            and (person is None or (person.may_take_part and person.stopped_at is None))
        ]

    def _due(self, workspace: Workspace, now: datetime, *, paced: bool) -> list[_Row]:
        firsts: dict[str, _Row] = {}
        queued = self._of(workspace, DeliveryState.QUEUED)
        for row in sorted(queued, key=lambda row: (row.it.priority, row.it.due_at, row.it.id)):
            if row.it.due_at > now or not _over(row.again_at, now):
                continue
            refusal = self._refuses(workspace, row.it.recipient, now)
            if _expired(row.it, now):
                self._end(row, DeliveryState.SKIPPED, Reason.EXPIRED.value)
            elif refusal:
                self._end(row, DeliveryState.PARKED, refusal)
            elif not self._busy(row.it, now, paced):
                firsts.setdefault(row.it.recipient, row)
        return list(firsts.values())

    def _busy(self, due: Delivery, now: datetime, paced: bool) -> bool:
        for row in self._of(due.workspace):
            other = row.it
            if other.recipient != due.recipient:
                continue
            claimed = other.claimed_at
            if other.state is DeliveryState.SENDING and claimed and claimed > now - 10 * _SECOND:
                return True
            if paced and other.sent_at and now - _SECOND < other.sent_at <= now:
                return True
        return False

    def _to_do(self, row: _Row, now: datetime) -> bool:
        if not _over(row.again_at, now):
            return False
        match row.it.state:
            case DeliveryState.QUEUED:
                return row.it.due_at <= now
            case DeliveryState.SENDING:
                return True
            case DeliveryState.SENT:
                return row.it.wanted > row.it.shown
            case _:
                return False

    def _free(self, workspace: Workspace, now: datetime) -> bool:
        lane = self._lanes.get(workspace)
        if self._refuses(workspace, None, now):
            return False
        return lane is None or (not self._leased(lane) and _over(lane.paused_until, now))

    def _leased(self, lane: _Lane) -> bool:
        return lane.owner is not None and time.monotonic() < lane.until

    def _holds(self, lane: Lane) -> bool:
        held = self._lanes.get(lane.workspace)
        return held is not None and (held.owner, held.fence) == (lane.owner, lane.fence)

    def _refuses(self, workspace: Workspace, recipient: str | None, now: datetime) -> str | None:
        reason, retry_at = self._parked.get((workspace, recipient), ("", now))
        return reason if now < retry_at else None

    def _mend(self, workspace: Workspace, recipients: Iterable[str | None], now: datetime) -> int:
        mended = [who for who in set(recipients) if self._parked.pop((workspace, who), None) is not None]
        back = 0
        for row in self._of(workspace, DeliveryState.PARKED) if mended else ():
            if {(workspace, None), (workspace, row.it.recipient)} & self._parked.keys():
                continue
            if _expired(row.it, now):
                self._end(row, DeliveryState.SKIPPED, Reason.EXPIRED.value)
            else:
                row.again_at = None
                row.it = replace(row.it, state=DeliveryState.QUEUED, reason=None)
                back += 1
        return back


def _key(new: NewDelivery) -> tuple[object, ...]:
    return new.workspace, new.subject, new.kind, new.recipient, new.local_date, new.number


def _by_due(delivery: Delivery) -> tuple[datetime, str]:
    return delivery.due_at, delivery.id


def _clock(person: Person | None) -> OwnClock:
    if person is None:
        return OwnClock()
    return OwnClock(
        person.zone or None, person.own_days or None, person.own_at or None, person.own_holidays or None
    )


def _over(wait: datetime | None, now: datetime) -> bool:
    return wait is None or wait <= now or wait > now + _LONGEST_WAIT


def _expired(delivery: Delivery, now: datetime) -> bool:
    return delivery.expires_at is not None and delivery.expires_at <= now


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
