"""The one unasked message of a person's day: whoever comes later that day waits for the next morning."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain.deliveries import Delivery
from bot.domain.occurrences import instant
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.ports.world import Later
from bot.usecases.telling import local_date, team_zone

_MORNING = time(9, 0)


async def next_turn(
    store: Store, delivery: Delivery, person: Person, team: Team, now: datetime
) -> Later | None:
    """None where `delivery` is the one of today, which is noted; else when to try again, on the person's clock."""
    today = local_date(person, team, now)
    if await store.ledger.claim_day(delivery.workspace, person.id, today, delivery.id):
        return None
    return tomorrow(person, team, now)


def tomorrow(person: Person, team: Team, now: datetime) -> Later:
    """The next morning on the person's clock."""
    day = local_date(person, team, now) + timedelta(days=1)
    return Later(instant(day, _MORNING, zone_or(person.zone, team_zone(team))))
