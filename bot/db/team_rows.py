"""Between a team's row and the domain's Team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from bot.db.values import clean, instant, listed, maybe_instant, maybe_micros, words
from bot.domain.identity import TeamId, UserId
from bot.domain.purposes import Purpose
from bot.domain.schedules import Problem, Schedule, format_at, parse_at
from bot.domain.teams import ChannelKind, Join, Team

SELECT = (
    "SELECT t.*, p.text AS purpose_text, p.set_by AS purpose_set_by, p.set_at AS purpose_set_at FROM team t"
    " LEFT JOIN purpose p ON p.workspace = t.workspace AND p.team = t.id AND p.version = t.purpose_version"
)
COLUMNS = (
    "workspace",
    "id",
    "channel",
    "name",
    "zone",
    "channel_name",
    "channel_kind",
    "company",
    "holidays",
    "joining",
    "prompt",
    "reminder",
    "digest",
    "check_closes_after",
    "questions",
    "reminder_lines",
    "ai",
    "ai_since",
    "created_at",
    "held",
)
"""What `save` writes; the purpose has its own way in."""


def values_of(team: Team) -> dict[str, Any]:
    """A team's columns."""
    return {
        "workspace": team.workspace,
        "id": team.id,
        "channel": team.channel,
        "name": clean(team.name),
        "zone": team.zone,
        "channel_name": clean(team.channel_name),
        "channel_kind": team.channel_kind.value,
        "company": clean(team.company),
        "holidays": team.holidays,
        "joining": team.join.value,
        "prompt": _schedule_text(team.prompt),
        "reminder": _schedule_text(team.reminder),
        "digest": _schedule_text(team.digest),
        "check_closes_after": int(team.check_closes_after.total_seconds()),
        "questions": listed(team.questions),
        "reminder_lines": listed(team.reminder_lines),
        "ai": team.ai,
        "ai_since": maybe_micros(team.ai_since),
        "created_at": maybe_micros(team.created_at),
        "held": team.held,
    }


def team_of(row: RowMapping, managers: Mapping[TeamId, Sequence[UserId]]) -> Team:
    """A row of `SELECT` and who manages which team as the domain's Team."""
    return Team(
        id=row["id"],
        workspace=row["workspace"],
        channel=row["channel"],
        name=row["name"],
        zone=row["zone"],
        managers=tuple(managers.get(row["id"], ())),
        channel_name=row["channel_name"],
        channel_kind=ChannelKind(row["channel_kind"]),
        company=row["company"],
        purpose=_purpose_of(row),
        holidays=row["holidays"],
        join=Join(row["joining"]),
        prompt=_schedule(row["prompt"]),
        reminder=_schedule(row["reminder"]),
        digest=_schedule(row["digest"]),
        check_closes_after=timedelta(seconds=row["check_closes_after"]),
        questions=words(row["questions"]),
        reminder_lines=words(row["reminder_lines"]),
        ai=bool(row["ai"]),
        ai_since=maybe_instant(row["ai_since"]),
        created_at=maybe_instant(row["created_at"]),
        held=row["held"],
    )


def _purpose_of(row: RowMapping) -> Purpose | None:
    if row["purpose_text"] is None:
        return None
    return Purpose(
        team=row["id"],
        version=row["purpose_version"],
        text=row["purpose_text"],
        set_by=row["purpose_set_by"],
        set_at=instant(row["purpose_set_at"]),
    )


def _schedule_text(schedule: Schedule) -> str:
    """Weekdays and time, such as "01234 16:30"."""
    return f"{''.join(map(str, sorted(schedule.days)))} {format_at(schedule.at)}"


def _schedule(value: str) -> Schedule:
    days, at_text = value.split()
    at = parse_at(at_text)
    if isinstance(at, Problem):
        raise ValueError(f"a team's schedule reads {value!r}, which was never written by us")
    return Schedule(days=frozenset(map(int, days)), at=at)
