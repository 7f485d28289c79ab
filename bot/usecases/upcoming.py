"""What comes next, and for whom: for the local workspace's time machine and whoever looks after a bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.identity import UserId, Workspace
from bot.domain.occurrences import next_occurrence
from bot.domain.public_holidays import is_holiday
from bot.domain.schedules import own_schedule
from bot.domain.teams import Membership, Team
from bot.domain.zones import zone_or
from bot.ports.stores import Store
from bot.usecases.telling import team_zone


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that falls due. `who` is empty for what goes to the channel."""

    at: datetime
    what: str
    channel: str
    who: tuple[UserId, ...] = ()


async def upcoming(store: Store, workspace: Workspace, now: datetime) -> list[Coming]:
    """The next of everything in every team, soonest first; people who are asked at the same instant stand together."""
    found: list[Coming] = []
    for team in await store.teams.all(workspace):
        found += await _prompts(store, team, now)
        found += _posts(team, now)
    for check in await store.checks.open_in(workspace):
        found.append(Coming(check.closes_at, "a check closes", check.channel))
    return sorted(found, key=lambda coming: (coming.at, coming.what, coming.channel))


async def _prompts(store: Store, team: Team, now: datetime) -> list[Coming]:
    members = await store.teams.members(team.workspace, team.id)
    active = [member.user for member in members if member.state is Membership.ACTIVE]
    people = await store.people.many(team.workspace, active)
    by_instant: dict[datetime, list[UserId]] = {}
    for user in active:
        person = people.get(user)
        if person is None or person.stopped_at is not None:
            continue
        code = person.own_holidays or team.holidays
        coming = next_occurrence(
            own_schedule(team.prompt, person.own_days, person.own_at),
            zone_or(person.zone, team_zone(team)),
            now,
            holidays=partial(is_holiday, code),
            paused_until=person.paused_until,
        )
        if coming is not None:
            by_instant.setdefault(coming.at_utc, []).append(user)
    return [Coming(at, "daily prompt", team.channel, tuple(users)) for at, users in by_instant.items()]


def _posts(team: Team, now: datetime) -> list[Coming]:
    zone = team_zone(team)
    posts = [("purpose reminder", team.reminder)] if team.purpose is not None else []
    posts.append(("Friday digest" if team.digest.days == frozenset({4}) else "digest", team.digest))
    coming = [(what, next_occurrence(when, zone, now)) for what, when in posts]
    return [Coming(each.at_utc, what, team.channel) for what, each in coming if each is not None]
