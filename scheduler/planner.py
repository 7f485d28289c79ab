"""The planner: schedules become deliveries, each person's on their own clock, once a local date, none of them late."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Kind, NewDelivery, Priority
from bot.domain.identity import Workspace
from bot.domain.occurrences import PREVIEW_BEFORE, Occurrence, expires_at, owed
from bot.domain.public_holidays import is_holiday
from bot.domain.quiet import Reason
from bot.domain.schedules import own_schedule
from bot.domain.zones import known_zone
from bot.ports.ledger import Ledger, OwnClock, PlanItem, Recipient

log = logging.getLogger(__name__)

LOOK_AHEAD = timedelta(minutes=10)
CATCH_UP = timedelta(days=7)
"""How far back a bot that was away looks: what is older leaves no trace, not even as skipped."""
_CHUNK = 500
_ITEMS = 200


class Planner:
    """Moves every schedule's cursor ahead. Bears being run twice at once: the unique key and the cursor decide."""

    def __init__(self, ledger: Ledger, *, look_ahead: timedelta = LOOK_AHEAD) -> None:
        """Plan `look_ahead` ahead; again when half of it is used up."""
        self._ledger = ledger
        self._look_ahead = look_ahead
        self._fallback = ZoneInfo("UTC")
        self._unknown_zones: set[tuple[Workspace, str]] = set()

    async def plan(self, now: datetime) -> int:
        """Plan what is behind, at most some hundred schedules. How many."""
        items = await self._ledger.to_plan(until=now + self._look_ahead / 2, limit=_ITEMS)
        for item in items:
            await self._plan(item, now)
        return len(items)

    async def _plan(self, item: PlanItem, now: datetime) -> None:
        through = now + self._look_ahead
        # A cursor ahead of us was set while the clock was wrong.
        since = item.planned_through if item.planned_through <= through else now
        since = max(since, now - CATCH_UP)
        pending: list[NewDelivery] = []
        skipped: list[tuple[NewDelivery, str]] = []
        async for new, reason in self._messages(item, since, through, now):
            if reason is None:
                pending.append(new)
            else:
                skipped.append((new, reason.value))
            if len(pending) + len(skipped) >= _CHUNK:
                await self._ledger.plan(item, through, pending, skipped=skipped, last=False)
                pending, skipped = [], []
        await self._ledger.plan(item, through, pending, skipped=skipped, last=True)

    async def _messages(
        self, item: PlanItem, since: datetime, through: datetime, now: datetime
    ) -> AsyncIterator[tuple[NewDelivery, Reason | None]]:
        team_zone = self._zone(item.workspace, item.zone) or self._fallback
        if item.kind is not Kind.PROMPT:
            for occurrence, reason in _due(item, OwnClock(), team_zone, since, through, now):
                yield _message(item, item.channel, occurrence, team_zone), reason
            for preview in _previews(item, team_zone, since, through, now):
                yield preview, None
            return
        for clock in await self._ledger.clocks(item.workspace, item.team):
            zone = self._zone(item.workspace, clock.zone) or team_zone
            due = list(_due(item, clock, zone, since, through, now))
            if not due:
                continue
            async for recipient in self._recipients(item, clock):
                for occurrence, reason in due:
                    if occurrence.at_utc >= recipient.since:
                        paused = recipient.paused_until and occurrence.local_date < recipient.paused_until
                        why = reason or (Reason.PAUSED if paused else None)
                        yield _message(item, recipient.user, occurrence, zone), why

    async def _recipients(self, item: PlanItem, clock: OwnClock) -> AsyncIterator[Recipient]:
        after = ""
        while chunk := await self._ledger.recipients(
            item.workspace, item.team, clock, after=after, limit=_CHUNK
        ):
            for recipient in chunk:
                yield recipient
            after = chunk[-1].user
            if len(chunk) < _CHUNK:
                return

    def _zone(self, workspace: Workspace, name: str | None) -> ZoneInfo | None:
        zone = known_zone(name)
        if zone is None and name and (workspace, name) not in self._unknown_zones:
            self._unknown_zones.add((workspace, name))
            log.warning("unknown zone, the team's is used: workspace=%s zone=%s", workspace, name)
        return zone


def _due(
    item: PlanItem, clock: OwnClock, zone: ZoneInfo, since: datetime, through: datetime, now: datetime
) -> Iterator[tuple[Occurrence, Reason | None]]:
    """The occurrences of one clock, each with the reason it is not sent, if any. Of several that came due while the
    bot was away only the last is."""
    schedule = own_schedule(item.when, clock.days, clock.at)
    found = list(owed(schedule, zone, since, through, active_from=item.active_from))
    missed = [occurrence for occurrence in found if occurrence.at_utc <= now][:-1]
    code = clock.holidays or item.holidays
    for occurrence in found:
        if occurrence in missed or expires_at(item.kind, occurrence, zone) <= now:
            yield occurrence, Reason.EXPIRED
        elif is_holiday(code, occurrence.local_date) and item.kind is Kind.PROMPT:
            yield occurrence, Reason.HOLIDAY
        else:
            yield occurrence, None


def _previews(
    item: PlanItem, zone: ZoneInfo, since: datetime, through: datetime, now: datetime
) -> Iterator[NewDelivery]:
    """What the first manager sees before the digest's own hour; once that is there, nobody misses it."""
    if item.kind is not Kind.DIGEST or item.manager is None:
        return
    ahead = PREVIEW_BEFORE
    for occurrence in owed(
        item.when, zone, since + ahead, through + ahead, active_from=item.active_from + ahead
    ):
        if occurrence.at_utc > now:
            yield replace(
                _message(item, item.manager, occurrence, zone),
                kind=Kind.PREVIEW,
                due_at=occurrence.at_utc - ahead,
                expires_at=occurrence.at_utc,
                channel=None,
                priority=Priority.PERSON,
            )


def _message(item: PlanItem, recipient: str, occurrence: Occurrence, zone: ZoneInfo) -> NewDelivery:
    return NewDelivery(
        workspace=item.workspace,
        subject=item.schedule,
        kind=item.kind,
        recipient=recipient,
        due_at=occurrence.at_utc,
        local_date=occurrence.local_date,
        channel=None if item.kind is Kind.PROMPT else item.channel,
        expires_at=expires_at(item.kind, occurrence, zone),
        priority=Priority.CROWD,
        team=item.team,
        data={"zone": zone.key},
    )
