"""Five people answer without a pause while something is wrong with the disk or the database; then all is counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.db.engine import open_database
from bot.sandbox.server import LocalWorkspace
from handlers.slack.messenger import METADATA_EVENT
from tests.process import running
from tests.process.running import RunningBot
from tests.process.test_a_whole_week import apply_team, at, coming_monday, seen

_TELLERS = ("bob", "charlie", "dan", "erin", "frank")
_PATIENCE_SECONDS = 600.0
running.READY_WITHIN_SECONDS = 120.0  # after a kill, and beside all that is said meanwhile
_STORIES = text("SELECT text FROM story WHERE state <> 'withdrawn'")
_INBOX = text("SELECT state, COUNT(*) FROM inbox WHERE state <> 'done' GROUP BY state")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of it. `lost`: acked, and on no disk; `doubled`: kept twice; `seen_twice`: messages too many."""

    said: int
    kept: int
    given_up: int
    lost: Sequence[str]
    doubled: Sequence[str]
    seen_twice: int
    resting: int

    @property
    def wrong(self) -> int:
        """How many promises were broken."""
        return len(self.lost) + len(self.doubled) + self.seen_twice + self.resting


@dataclass
class Answers:
    """The local workspace, the bot that people talk to, its replicas, and what was said."""

    acme: LocalWorkspace
    bot: RunningBot
    bots: Sequence[RunningBot]
    between: float = 0.15
    """Seconds between two answers."""
    said: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    async def talk(self) -> None:
        """Answer after answer, until cancelled."""
        tellers = [self.acme.users[name] for name in _TELLERS]
        while True:
            user = tellers[len(self.said) % len(tellers)]
            self.said.append(f"Answer {len(self.said):05d}: Maria's shop opened on time." + " It did." * 40)
            await self.acme.say(user, self.acme.dm(user), self.said[-1])
            await asyncio.sleep(self.between)

    def bot_process(self) -> int:
        """The number of the process that people talk to."""
        process = self.bot._process
        assert process is not None
        return process.pid

    async def unready(self) -> str:
        """Wait until /readyz says what is wrong with the database, and what it said."""
        async with asyncio.timeout(_PATIENCE_SECONDS), aiohttp.ClientSession() as session:
            while True:
                found = await self._database_problem(session)
                if found:
                    self.reasons[found] += 1
                    return found
                await asyncio.sleep(0.1)

    async def _database_problem(self, session: aiohttp.ClientSession) -> str:
        async with session.get(f"http://127.0.0.1:{self.bot.port}/readyz") as answer:
            problems: dict[str, Any] = (await answer.json())["problems"]
            return str(problems.get("database", ""))

    async def worked_off(self) -> None:
        """Slack has sent again whatever was not acked, and nothing waits in the inbox any more."""
        courier = self.acme.hub.courier
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while left := [courier.under_way, courier.waiting, (await self._inbox()).get("pending", 0)]:
            if not any(left):
                return
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"under way, waiting at Slack, in the inbox: {left}")
            courier.redeliver()
            await asyncio.sleep(0.2)

    async def _inbox(self) -> dict[str, int]:
        return {str(state): int(count) for state, count in await self._ask(_INBOX)}

    async def _ask(self, question: Any) -> Sequence[Any]:
        database = open_database(self.bot.database)
        try:
            async with database.reading() as connection:
                return (await connection.execute(question)).all()
        finally:
            await database.close()

    async def verdict(self) -> Verdict:
        """Count what was said, kept and shown."""
        kept = Counter(str(row[0]) for row in await self._ask(_STORIES))
        given_up = {payload["event"].get("text") for payload in self.acme.hub.courier.given_up}
        shown = Counter(
            str(message.metadata["event_payload"]["id"])
            for workspace in self.acme.hub.workspaces.values()
            for channel in workspace.channels.values()
            for message in channel.messages.values()
            if message.metadata and message.metadata.get("event_type") == METADATA_EVENT
        )
        return Verdict(
            said=len(self.said),
            kept=len(kept),
            given_up=len(given_up),
            lost=[one for one in self.said if one not in kept and one not in given_up],
            doubled=[one for one, times in kept.items() if times > 1],
            seen_twice=sum(times - 1 for times in shown.values()),
            resting=(await self._inbox()).get("resting", 0),
        )


@asynccontextmanager
async def answering(
    folder: Path, *, database: str | None = None, workers: int = 0, between: float = 0.15
) -> AsyncIterator[Answers]:
    """A team whose five members were just asked, and the bot as a process: one, or a web role and `workers`."""
    async with LocalWorkspace() as acme, AsyncExitStack() as stack:
        for name in _TELLERS[2:]:
            acme.add_person(name.title(), announce=False)
        alice, channel = acme.users["alice"], acme.channels["small-business"]
        tellers = [acme.users[name] for name in _TELLERS]
        for user in tellers:
            acme.workspace.people[user].tz = "Europe/London"
        monday = coming_monday()
        at(acme, monday, 9, 0)
        bots = [
            RunningBot(folder, acme, over_http=True, database=database, role="web" if workers else "all"),
            *(RunningBot(folder, acme, database=database, role="worker") for _ in range(workers)),
        ]
        for bot in bots:
            await bot.start()
            stack.push_async_callback(bot.stop)
        acme.invite(alice, channel)
        await apply_team(bots[0], folder, channel, [alice, *tellers], alice)
        at(acme, monday, 16, 30, 1)
        for user in tellers:
            await seen(acme, acme.dm(user), "What difference did you make", within=60)
        yield Answers(acme, bots[0], bots, between)
