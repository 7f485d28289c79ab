"""Schedules in the database: made with their team, and planned through an instant."""

# ruff: noqa: S608 - only constants of this room are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_base import LedgerBase
from bot.db.ledger_rows import instant, micros, owe
from bot.domain.deliveries import Kind, NewDelivery, schedule_id
from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.schedules import Problem, Schedule, format_at, parse_at
from bot.domain.teams import Team
from bot.ports.ledger import OwnClock, PlanItem, Recipient

# A cursor this far beyond what is asked for was set while the clock was wrong.
_ASTRAY = 86_400_000_000

_SAVE = text("""
INSERT INTO schedule (id, workspace, team, channel, kind, days, at, zone, holidays, active_from, planned_through)
VALUES (:id, :workspace, :team, :channel, :kind, :days, :at, :zone, :holidays, :now, :now)
ON CONFLICT (workspace, team, kind) DO UPDATE SET channel = excluded.channel, days = excluded.days, at = excluded.at,
  zone = excluded.zone, holidays = excluded.holidays, active_from = excluded.active_from,
  planned_through = excluded.planned_through
WHERE schedule.channel <> excluded.channel OR schedule.days <> excluded.days OR schedule.at <> excluded.at
  OR schedule.zone <> excluded.zone OR COALESCE(schedule.holidays, '') <> COALESCE(excluded.holidays, '')
""")
# What the old form of the schedule still had ahead; its key must be free for the new form's hour of that date.
_UNPLAN = text(
    "DELETE FROM delivery WHERE workspace = :workspace AND subject = :id AND state = 'queued' AND due_at > :now"
)
_COLUMNS = "id, workspace, team, channel, kind, days, at, zone, holidays, active_from, planned_through"
_FIRST_MANAGER = (
    '(SELECT m."user" FROM team_manager m WHERE m.workspace = schedule.workspace AND m.team = schedule.team'
    " ORDER BY m.position LIMIT 1) AS manager"
)
_TO_PLAN = text(
    f"SELECT {_COLUMNS}, {_FIRST_MANAGER} FROM schedule WHERE planned_through < :until OR planned_through > :astray"
    " ORDER BY planned_through, id LIMIT :limit"
)
_ADVANCE = text(
    "UPDATE schedule SET planned_through = :through"
    " WHERE id = :id AND planned_through = :seen AND active_from = :active_from"
)
_ASKED = """
FROM member m LEFT JOIN person p ON p.workspace = m.workspace AND p.id = m."user"
WHERE m.workspace = :workspace AND m.team = :team AND m.state = 'active'
  AND p.stopped_at IS NULL AND p.forgotten_at IS NULL AND COALESCE(p.standing, 'member') = 'member'
"""
_CLOCKS = text(f"SELECT DISTINCT p.zone, p.own_days, p.own_at, p.own_holidays {_ASKED}")
_RECIPIENTS = text(f"""
SELECT m."user" AS person, m.since, p.paused_until {_ASKED} AND m."user" > :after
  AND COALESCE(p.zone, '') = :zone AND COALESCE(p.own_days, '') = :days AND COALESCE(p.own_at, '') = :at
  AND COALESCE(p.own_holidays, '') = :holidays
ORDER BY m."user" LIMIT :limit
""")
_REWIND = text("""
UPDATE schedule SET planned_through = :now WHERE workspace = :workspace AND kind = 'prompt' AND planned_through > :now
  AND team IN (SELECT team FROM member WHERE workspace = :workspace AND "user" = :person AND state = 'active')
""")


async def save_schedules(connection: AsyncConnection, team: Team, now: datetime) -> None:
    """Within the caller's transaction: a team's three schedules (a company's one) as they are now. One that is new or
    changed owes nothing before `now`; one that stays the same is not touched."""
    forms = ((Kind.PROMPT, team.prompt), (Kind.REMINDER, team.reminder), (Kind.DIGEST, team.digest))
    for kind, form in forms[2:] if team.company_wide else forms:
        values: dict[str, Any] = {
            "id": schedule_id(team.id, kind),
            "workspace": team.workspace,
            "team": team.id,
            "channel": team.channel,
            "kind": kind.value,
            "days": _days_text(form.days),
            "at": format_at(form.at),
            "zone": team.zone,
            "holidays": team.holidays,
            "now": micros(now),
        }
        if (await connection.execute(_SAVE, values)).rowcount:
            await connection.execute(_UNPLAN, values)


def _days_text(days: frozenset[int]) -> str:
    return "".join(str(day) for day in sorted(days))


def _schedule(row: RowMapping) -> Schedule:
    at = parse_at(row["at"])
    if isinstance(at, Problem):
        raise ValueError(f"schedule {row['id']} holds a time that was never written by us")
    return Schedule(days=frozenset(int(day) for day in row["days"]), at=at)


class LedgerPlanning(LedgerBase):
    """What is to be planned, for whom, and how far it is done."""

    async def to_plan(self, *, until: datetime, limit: int = 200) -> Sequence[PlanItem]:
        """Schedules planned less far than `until`, the one left behind longest first."""
        values = {"until": micros(until), "astray": micros(until) + _ASTRAY, "limit": limit}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_TO_PLAN, values)).mappings().all()
        return [_item(row) for row in rows]

    async def clocks(self, workspace: Workspace, team: TeamId) -> Sequence[OwnClock]:
        """The different clocks of a team's active, unstopped members."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_CLOCKS, {"workspace": workspace, "team": team})).all()
        # An empty text and none at all mean the same to whoever reads them.
        return list({OwnClock(*(value or None for value in row)): None for row in rows})

    async def recipients(
        self, workspace: Workspace, team: TeamId, clock: OwnClock, *, after: UserId = "", limit: int = 1000
    ) -> Sequence[Recipient]:
        """The members who live by that clock, by user id, a chunk at a time."""
        values = {"workspace": workspace, "team": team, "after": after, "limit": limit}
        values |= {name: value or "" for name, value in asdict(clock).items()}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_RECIPIENTS, values)).mappings().all()
        return [_recipient(row) for row in rows]

    async def plan(
        self,
        item: PlanItem,
        through: datetime,
        deliveries: Sequence[NewDelivery],
        *,
        skipped: Sequence[tuple[NewDelivery, str]] = (),
        last: bool,
    ) -> None:
        """Insert a chunk; with `last` the cursor moves in the same transaction."""

        async def work(connection: AsyncConnection) -> None:
            await owe(connection, deliveries, skipped)
            if last:
                cursor = {
                    "id": item.schedule,
                    "through": micros(through),
                    "seen": micros(item.planned_through),
                }
                await connection.execute(_ADVANCE, cursor | {"active_from": micros(item.active_from)})

        await self._database.write(work)

    async def plan_anew(self, workspace: Workspace, user: UserId, *, now: datetime) -> None:
        """What is still to come today for that person is planned again."""
        async with self._database.writing() as connection:
            await connection.execute(_REWIND, {"workspace": workspace, "person": user, "now": micros(now)})


def _item(row: RowMapping) -> PlanItem:
    return PlanItem(
        schedule=row["id"],
        workspace=row["workspace"],
        team=row["team"],
        channel=row["channel"],
        kind=Kind(row["kind"]),
        when=_schedule(row),
        zone=row["zone"],
        holidays=row["holidays"],
        active_from=instant(row["active_from"]),
        planned_through=instant(row["planned_through"]),
        manager=row["manager"],
    )


def _recipient(row: RowMapping) -> Recipient:
    return Recipient(
        user=row["person"],
        since=instant(row["since"]),
        paused_until=date.fromisoformat(row["paused_until"]) if row["paused_until"] else None,
    )
