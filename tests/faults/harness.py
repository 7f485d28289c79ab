"""A local workspace, a database and replicas to be killed, frozen and misled; and the counting of what people saw."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.db.engine import Database, open_database
from bot.db.ledger import SqlLedger
from bot.db.migrating import migrate
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery, Priority
from bot.sandbox.server import LocalWorkspace
from handlers.slack.directory import workspace_key
from handlers.slack.messenger import METADATA_EVENT

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
"""libfaketime, where Debian's `faketime` is installed."""
_ENDS = frozenset(DeliveryState) - {DeliveryState.QUEUED, DeliveryState.SENDING}


@dataclass
class Replica:
    """One worker process, started again whenever it was killed."""

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            line = await self.process.stdout.readline()
        if line.strip() != b"ready":
            raise RuntimeError(f"a replica did not start; see {self.log}")

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)

    async def kill(self) -> None:
        """Kill -9, at once."""
        self.tell(signal.SIGKILL)
        if self.process is not None:
            await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end, and insist after 15 seconds."""
        self.tell(signal.SIGCONT)
        self.tell(signal.SIGTERM)
        if self.process is not None:
            try:
                async with asyncio.timeout(15):
                    await self.process.wait()
            except TimeoutError:
                await self.kill()


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of it all. `doubled` counts messages too many; `lost` rows say sent, and nothing stands."""

    messages: int
    doubled: dict[str, int]
    lost: tuple[str, ...]
    unfinished: int
    states: dict[DeliveryState, int]


@dataclass
class Harness:
    """Everything that one run of the soak needs."""

    workspace: LocalWorkspace
    database: Database
    ledger: SqlLedger
    replicas: list[Replica]
    people: dict[str, list[str]]
    clock_file: Path
    met: Counter[str] = field(default_factory=Counter)

    async def owe(self, count: int, *, over_seconds: float = 0.0) -> None:
        """Owe that many messages, spread over people, workspaces and the next seconds."""
        now = datetime.now(UTC)
        everyone = [(workspace, user) for workspace, users in self.people.items() for user in users]
        new = [
            NewDelivery(
                workspace=everyone[number % len(everyone)][0],
                subject="team:prompt",
                kind=Kind.PROMPT,
                recipient=everyone[number % len(everyone)][1],
                due_at=now + timedelta(seconds=over_seconds * number / count),
                number=number // len(everyone),
                priority=Priority.CROWD,
            )
            for number in range(count)
        ]
        for start in range(0, count, 500):
            await self.ledger.owe(new[start : start + 500])

    def mislead(self, offset: str) -> None:
        """Set the replicas' clocks: "+0", "-2h", "+40d"."""
        self.clock_file.write_text(f"{offset}\n")

    async def unfinished(self) -> int:
        """Rows without an end."""
        states = await self.ledger.states()
        return sum(count for (_, state), count in states.items() if state not in _ENDS)

    async def finished(self, seconds: float) -> bool:
        """Wait until every row has an end; False where that takes longer."""
        deadline = asyncio.get_running_loop().time() + seconds
        while left := await self.unfinished():
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.3)
        return not left

    async def count(self) -> Seen:
        """Look through every conversation for what stands, and compare it with the ledger."""
        # The rows first: what is sent while they are read stands, and is no row that lies.
        rows = [row for workspace in self.people for row in await self.ledger.recent(workspace, limit=10**6)]
        visible = Counter(
            str(message.metadata["event_payload"]["id"])
            for workspace in self.workspace.hub.workspaces.values()
            for channel in workspace.channels.values()
            for message in channel.messages.values()
            if message.metadata and message.metadata.get("event_type") == METADATA_EVENT
        )
        lost = tuple(row.id for row in rows if row.state is DeliveryState.SENT and not visible[row.id])
        return Seen(
            messages=visible.total(),
            doubled={delivery: count - 1 for delivery, count in visible.items() if count > 1},
            lost=lost,
            unfinished=sum(row.state not in _ENDS for row in rows),
            states=dict(Counter(row.state for row in rows)),
        )


@asynccontextmanager
async def harness(
    url: str,
    folder: Path,
    *,
    replicas: int = 1,
    workspaces: int = 20,
    people: int = 100,
    per_minute: int = 120,
    lease: float = 6.0,
    clocks: bool = False,
) -> AsyncIterator[Harness]:
    """Workspaces full of people, a database at `url`, and replicas at work, with `clocks` ones that can be misled; all
    of it gone afterwards."""
    database = open_database(url)
    await migrate(database)
    async with LocalWorkspace(empty=True) as workspace:
        homes = [
            workspace,
            *(workspace.add_workspace(f"W{number}", empty=True) for number in range(1, workspaces)),
        ]
        tokens = {workspace_key(home.team_id): home.bot_token for home in homes}
        everyone = {
            workspace_key(home.team_id): [home.add_person(f"Person {number}") for number in range(people)]
            for home in homes
        }
        (folder / "tokens.json").write_text(json.dumps(tokens))
        clock_file = folder / "clock"
        clock_file.write_text("+0\n")
        options = ["--database", url, "--slack", workspace.api_url, "--tokens", str(folder / "tokens.json")]
        options += ["--lease", str(lease), "--per-minute", str(per_minute)]
        options += ["--replicas"] if replicas > 1 else []
        made = [
            Replica(
                [sys.executable, "-m", "tests.faults.worker", *options],
                _environment(clock_file if clocks else None),
                folder / f"replica{number}.log",
            )
            for number in range(replicas)
        ]
        try:
            await asyncio.gather(*(replica.start() for replica in made))
            yield Harness(workspace, database, SqlLedger(database), made, everyone, clock_file)
        finally:
            await asyncio.gather(*(replica.stop() for replica in made))
            await database.close()


def _environment(clock_file: Path | None) -> dict[str, str]:
    """The replicas' environment, with a clock that can be set where that is asked for."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    if clock_file is not None:
        environment |= {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(clock_file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its own "fix" breaks Python's timed waits for the GIL: whoever uses a thread (SQLite) then crawls.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            # Looking into the clock file at every call, and faking the times of files, costs more than it shows.
            "FAKETIME_CACHE_DURATION": "1",
            "NO_FAKE_STAT": "1",
        }
    return environment
