"""`purpose-bot digest` and `purpose-bot stories`: what a team may see, on a terminal or for a program."""

from __future__ import annotations

import csv as csv_format
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson

from bot.cli.ending import Stopped
from bot.cli.session import house, workspace_of
from bot.domain.schedules import Problem
from bot.domain.teams import Team
from bot.domain.weeks import Week, parse_week, week_of
from bot.settings import Settings
from bot.usecases.digest_printing import as_json as digest_json
from bot.usecases.digest_printing import printed
from bot.usecases.exporting import COLUMNS, TELLER_COLUMNS, exported
from bot.usecases.noticing import notice
from bot.usecases.telling import team_zone
from bot.wiring import House, machine_clock


async def print_digest(
    found: Settings, channel: str, week: str | None, workspace: str | None, *, as_json: bool
) -> None:
    """That week's digest as it reads now; posts nothing."""
    async with house(found) as built:
        team = await _team(built, channel, workspace)
        wanted = _week(team, week)
        shown = await built.services.digesting.of_week(team.workspace, team.id, wanted, machine_clock())
        if shown is None:
            raise Stopped(f"--week: {team.name} has no digest's hour in {wanted}: its zone skipped that day.")
        if as_json:
            print(orjson.dumps(digest_json(shown), option=orjson.OPT_INDENT_2).decode())
        else:
            print(printed(shown))


async def export_stories(
    found: Settings, channel: str, since: date | None, workspace: str | None, *, csv: bool, with_tellers: bool
) -> None:
    """One story a line. With tellers it is written to the audit log and announced in the channel first."""
    async with house(found) as built:
        team = await _team(built, channel, workspace)
        if with_tellers:
            await _announce(built, team)
        columns = [*COLUMNS, *(TELLER_COLUMNS if with_tellers else ())]
        write = _csv(columns) if csv else _jsonl
        count = 0
        async for story in exported(built.store, team, since, with_tellers=with_tellers):
            write(story)
            count += 1
            if count % 1000 == 0 and sys.stderr.isatty():
                print(f"{count} stories …", file=sys.stderr, end="\r")


async def _announce(built: House, team: Team) -> None:
    now = machine_clock()
    await built.store.audit.note(
        team.workspace, actor="operator", action="stories.exported", about=team.id, at=now
    )
    cause = f"{team.id}:{now.isoformat()}"
    await built.store.ledger.owe([notice(team.workspace, team.channel, "exported_with_tellers", cause, now)])


def _jsonl(story: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(story).decode() + "\n")


def _csv(columns: list[str]) -> Callable[[dict[str, Any]], None]:
    writer = csv_format.DictWriter(sys.stdout, columns)
    writer.writeheader()

    def write(story: dict[str, Any]) -> None:
        writer.writerow({name: _cell(value) for name, value in story.items()})

    return write


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


async def _team(built: House, channel: str, workspace: str | None) -> Team:
    key = await workspace_of(built, workspace)
    team = await built.store.teams.by_channel(key, channel)
    if team is None:
        company = await built.store.companies.get(key)
        team = company if company is not None and company.channel == channel else None
    if team is None:
        raise Stopped(
            f"{channel} has no team. Name the channel's id (it is at the end of its details in Slack), or set the "
            "team up with /purpose setup."
        )
    return team


def _week(team: Team, text: str | None) -> Week:
    if text is None:
        return week_of(machine_clock(), team_zone(team))
    week = parse_week(text)
    if isinstance(week, Problem):
        raise Stopped(f"--week: expected {week.expected}.")
    return week
