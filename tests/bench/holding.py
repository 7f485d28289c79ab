"""How many workspaces one process holds: everybody's prompt due at once, while answers keep coming in.

python -m tests.bench.holding [--quick], or with one's own number of workspaces: python -m tests.bench.holding 1000
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.store import SqlStore
from bot.domain.identity import TeamId, Workspace
from bot.domain.schedules import EVERY_DAY, Schedule
from bot.domain.teams import Team
from bot.ports.workspaces import Installation
from tests.bench import load, payloads
from tests.bench.rig import (
    Child,
    Row,
    child,
    folder,
    free_port,
    percentile,
    python,
    run,
    table,
    take_the_load_core,
    unshared_mib,
)
from tests.bench.staying import ZONES
from tests.bench.stub import Stub, listening

WORKSPACES = (50, 200)
PEOPLE = 10
A_SECOND = 20.0
"""Answers that come in meanwhile, from anybody anywhere: 72,000 an hour."""
_SLOWEST = 20.0
"""People a second below which nobody waits for the end."""
_LOOK_SECONDS = 0.25
_MEMBER = "INSERT INTO member (workspace, team, \"user\", state, since) VALUES (?, ?, ?, 'active', 0)"
_PERSON = "INSERT INTO person (workspace, id, name, zone, dm, introduced_at) VALUES (?, ?, ?, ?, ?, 1)"
_PROMPTS = "SELECT state IN ('queued', 'sending'), COUNT(*) FROM delivery WHERE kind = 'prompt' GROUP BY 1"
_ACKED = 3_000.0
"""Milliseconds: what Slack waits for an ack."""


class Slack(Stub):
    """Many workspaces at once: each token is one, each person and each message has an id."""

    def said(self, method: str, fields: Mapping[str, Any], token: str) -> Mapping[str, Any]:
        """What the bot asks for when it sends prompts and receipts."""
        match method:
            case "auth.test":
                team = token.removeprefix("xoxb-")
                return {
                    "team_id": team,
                    "team": team,
                    "user_id": payloads.BOT,
                    "bot_id": "B0",
                    "url": "https://x",
                }
            case "users.info":
                return {"user": {"id": fields["user"], "name": fields["user"], "profile": {}}}
            case "conversations.open":
                return {"channel": {"id": f"D{fields['users'][1:]}"}}
            case "chat.postMessage" | "chat.update":
                return {"channel": fields["channel"], "ts": f"{self.calls.total()}.000100"}
        return super().said(method, fields, token)


def _team_id(number: int) -> str:
    return f"T{number:07}"


def _user(number: int) -> str:
    return f"U{number:08}"


async def _crowd(path: Path, key: str, workspaces: int) -> None:
    """Workspaces that installed the bot, with a team of ten each, who should all have been asked two minutes ago: a bot
    that starts now plans and asks them at once."""
    database = open_database(f"sqlite:///{path}")
    await migrate(database)
    store = SqlStore(database, token_keys=[key])
    now = datetime.now(UTC)
    zone = min(ZONES, key=lambda each: abs(now.astimezone(ZoneInfo(each)).hour - 12))
    due = now.astimezone(ZoneInfo(zone)) - timedelta(minutes=2)
    prompt = Schedule(EVERY_DAY, due.time().replace(second=0, microsecond=0))
    made: list[tuple[Workspace, TeamId]] = []
    for number in range(workspaces):
        workspace, token = f"slack:{_team_id(number)}", f"xoxb-{_team_id(number)}"
        await store.workspaces.save(
            Installation(workspace, _team_id(number), payloads.BOT, token, installed_at=now), now=now
        )
        team = Team("", workspace, "C0BENCH", "Small business", zone, (_user(0),), prompt=prompt)
        saved = await store.teams.save(team, by=_user(0), now=now - timedelta(minutes=5))
        made.append((workspace, saved.id))
    await store.close()
    with sqlite3.connect(path) as file:
        file.executemany(
            _MEMBER, ((where, team, _user(each)) for where, team in made for each in range(PEOPLE))
        )
        file.executemany(
            _PERSON,
            (
                (where, _user(each), f"Alice {each}", zone, f"D{each:08}")
                for where, _ in made
                for each in range(PEOPLE)
            ),
        )
    file.close()


def _answers(workspaces: int, first: int, number: int) -> Sequence[bytes]:
    """Messages of different people in different workspaces, each to the bot."""
    made = []
    for each in range(first, first + number):
        # Round after round through the workspaces, each time another person: nobody writes every second.
        team, user = _team_id(each % workspaces), each // workspaces % PEOPLE
        payload = payloads.event()
        payload["team_id"] = payload["authorizations"][0]["team_id"] = payload["event"]["team"] = team
        payload["event"] |= {"user": _user(user), "channel": f"D{user:08}"}
        made.append(payloads.request(*payloads.as_json(payload)))
    return made


@asynccontextmanager
async def _bot(slack: Slack, path: Path, key: str) -> AsyncIterator[tuple[Child, int]]:
    """`purpose-bot run` as many workspaces install it."""
    port = free_port()
    env = slack.environment(f"sqlite:///{path}", port) | {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "0123456789abcdef0123456789abcdef",
        "PUBLIC_URL": "https://bot.example.com",
        "TOKEN_KEYS": key,
    }
    async with child(*python("bot", "run"), env=env) as process:
        await process.ready(port)
        yield process, port


def _left(path: Path, people: int) -> bool:
    """Whether anybody was not asked yet (or told by themselves, and need not be)."""
    file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        counts = dict(file.execute(_PROMPTS).fetchall())
    finally:
        file.close()
    return bool(counts.get(1, 0)) or sum(counts.values()) < people


async def hold(slack: Slack, at: Path, workspaces: int, *, a_second: float = A_SECOND) -> Sequence[Row]:
    """Ask everybody in so many workspaces, and look at what those notice of it who answer meanwhile. More than five
    answers a second in one workspace would take all that Slack lets into it."""
    path, key = at / f"{workspaces}.db", Fernet.generate_key().decode()
    await _crowd(path, key, workspaces)
    waits: list[float] = []
    most = 0.0
    async with _bot(slack, path, key) as (process, port):
        began, cpu = time.perf_counter(), process.cpu
        asked = asyncio.create_task(_all_asked(path, workspaces * PEOPLE))
        async with asyncio.timeout(60 + workspaces * PEOPLE / _SLOWEST):
            while not asked.done():
                process.alive()
                requests = _answers(workspaces, len(waits), int(a_second))
                waits += await load.steady(port, requests, a_second=a_second)
                most = max(most, unshared_mib(process.pid))
        took = await asked - began
        share = 100 * (process.cpu - cpu) / (time.perf_counter() - began)
    what = f"{workspaces:,} workspaces of {PEOPLE}, all due at once, {a_second:.0f} answers a second"
    p50, p99 = (1e3 * percentile(waits, percent) for percent in (50, 99))
    return [
        Row(
            f"{what}: everybody asked",
            "one process on one core, SQLite",
            took,
            "s",
            detail=f"{workspaces * PEOPLE / took:.0f} prompts a second, {share:.0f} % of the core, {most:.0f} MiB",
        ),
        Row(
            "    acks meanwhile, p99",
            "Slack waits three seconds",
            p99,
            "ms",
            _ACKED,
            detail=f"p50 {p50:.0f} ms, {len(waits):,} answers",
        ),
    ]


async def _all_asked(path: Path, people: int) -> float:
    """The moment at which nobody is left."""
    while await asyncio.to_thread(_left, path, people):  # noqa: ASYNC110 - a bench may look now and then
        await asyncio.sleep(_LOOK_SECONDS)
    return time.perf_counter()


async def measure(quick: bool) -> Sequence[Row]:
    """From few to many."""
    return await _each((20,) if quick else WORKSPACES)


async def _each(sizes: Sequence[int]) -> Sequence[Row]:
    rows: list[Row] = []
    with folder() as name:
        async with listening(Slack(free_port())) as slack:
            for workspaces in sizes:
                rows += await hold(slack, Path(name), workspaces)
    return rows


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].isdecimal():
        take_the_load_core()
        print(table(asyncio.run(_each([int(sys.argv[1])]))))
    else:
        run(measure)
