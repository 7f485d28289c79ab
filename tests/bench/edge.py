"""What comes in over HTTP: verified, routed, on disk, acked, beside the floor and beside Bolt for JavaScript.

python -m tests.bench.edge [--quick]
"""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.bench import load, payloads
from tests.bench.rig import (
    ROOT,
    ROUNDS,
    Child,
    Row,
    child,
    folder,
    free_port,
    median,
    percentile,
    python,
    ratio,
    run,
)
from tests.bench.stub import Stub, stub_slack

A_SECOND = 300.0
COLD = 200
_JAVASCRIPT = ROOT / "tests" / "bench" / "javascript"
_LOCKED = ("package.json", "package-lock.json", "server.js")


class Server:
    """A child that answers on a port, and what it needed for each request (microseconds of CPU), by kind."""

    def __init__(self, child: Child, port: int) -> None:
        self.child = child
        self.port = port
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.speed: dict[str, list[float]] = defaultdict(list)
        self.p50: dict[str, list[float]] = defaultdict(list)
        self.p99: dict[str, list[float]] = defaultdict(list)

    async def crowd(self, kind: str, number: int) -> None:
        """One round as fast as it goes, fifty waiting."""
        requests = payloads.requests(kind, number)
        before = self.child.cpu
        took = await load.closed(self.port, requests)
        self.cpu[kind].append(1e6 * (self.child.cpu - before) / number)
        self.speed[kind].append(number / took)

    async def pace(self, kind: str, seconds: float) -> None:
        """One round at a steady pace, its waits in milliseconds."""
        requests = payloads.requests(kind, int(A_SECOND * seconds))
        waits = await load.steady(self.port, requests, a_second=A_SECOND)
        self.p50[kind].append(1e3 * percentile(waits, 50))
        self.p99[kind].append(1e3 * percentile(waits, 99))

    async def warm(self) -> None:
        """Everything was done once."""
        for kind in payloads.KINDS:
            await load.closed(self.port, payloads.requests(kind, 500))


@asynccontextmanager
async def simple(name: str) -> AsyncIterator[Server]:
    """One of the small servers."""
    port = free_port()
    async with child(*python("tests.bench.serving", name, str(port))) as process:
        await process.reachable(port)
        yield Server(process, port)


@asynccontextmanager
async def bot(slack: Stub, at: Path, *arguments: str) -> AsyncIterator[Server]:
    """`purpose-bot run` in production's configuration on a database of its own; see `serving` for the arguments."""
    port, database = free_port(), f"sqlite:///{at / '-'.join(('bot', *arguments))}.db"
    command = python("tests.bench.serving", "bot", *arguments)
    async with child(*command, env=slack.environment(database, port)) as process:
        await process.ready(port)
        yield Server(process, port)


@asynccontextmanager
async def javascript() -> AsyncIterator[Server | None]:
    """Bolt for JavaScript, installed by its lock into build/; None where there is no npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        yield None
        return
    at, port = ROOT / "build" / "javascript", free_port()
    at.mkdir(parents=True, exist_ok=True)
    for name in _LOCKED:
        shutil.copy(_JAVASCRIPT / name, at / name)
    if not (at / "node_modules" / "@slack" / "bolt").exists():
        options = ("--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
        installing = await asyncio.create_subprocess_exec("npm", "ci", *options, cwd=at)
        if await installing.wait():
            yield None
            return
    command = ("node", "server.js", str(port), payloads.TEAM, payloads.BOT, payloads.SECRET)
    async with child(*command, cwd=at, env={"NODE_ENV": "production"}) as process:
        await process.reachable(port)
        yield Server(process, port)


async def beside_the_floor(quick: bool) -> Sequence[Row]:
    """CPU and waits until the ack; the same with what the door does after it."""
    number, rounds, seconds = (100, 1, 0.5) if quick else (2000, ROUNDS, 2.0)
    async with AsyncExitStack() as stack:
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        acked = await stack.enter_async_context(bot(slack, at, "ack"))
        asked = slack.calls.total()
        await load.closed(acked.port, payloads.requests("event", COLD), waiting=COLD)
        cold = slack.calls["auth.test"]
        kept = await stack.enter_async_context(bot(slack, at, "bookkept"))
        floor = await stack.enter_async_context(simple("floor"))
        asked = slack.calls.total()
        servers = (floor, acked, kept)
        for server in servers:
            await server.warm()
        for _ in range(rounds):
            for kind in payloads.KINDS:
                for server in servers:
                    await server.crowd(kind, number)
        for _ in range(rounds):
            for kind in payloads.KINDS:
                for server in (floor, acked):
                    await server.pace(kind, seconds)
        called = slack.calls.total() - asked
    return [
        *(_cost(kind, acked, floor) for kind in payloads.KINDS),
        *(_cost_of_all(kind, kept, floor) for kind in payloads.KINDS),
        Row(
            "p50 of a command, 300 a second",
            "p50 of an event",
            ratio(acked.p50["command"], acked.p50["event"]),
            "×",
            2.0,
            detail=f"{median(acked.p50['command']):.2f} ms beside {median(acked.p50['event']):.2f} ms",
        ),
        *(_p99(kind, acked, floor) for kind in payloads.KINDS),
        Row("calls of Slack before the ack", "all requests above", float(called), "calls", 0.0),
        Row(f"auth.test, start and {COLD} cold events at once", "count", float(cold), "calls", 1.0),
    ]


def _beside(ours: Server, theirs: Server, kind: str) -> str:
    return f"{median(ours.cpu[kind]):.0f} µs beside {median(theirs.cpu[kind]):.0f} µs"


def _cost(kind: str, ours: Server, floor: Server) -> Row:
    return Row(
        f"{kind}: verified, routed, on disk, acked",
        "the floor: raw ASGI + hmac + parse, CPU",
        ratio(ours.cpu[kind], floor.cpu[kind]),
        "×",
        3.0,
        detail=_beside(ours, floor, kind),
        why="Bolt's dispatch and SQLite's own insert are each about as dear as the floor itself",
    )


def _cost_of_all(kind: str, ours: Server, floor: Server) -> Row:
    return Row(
        f"{kind}: the same, and marked as worked off after the ack",
        "the same floor, CPU; for comparison",
        ratio(ours.cpu[kind], floor.cpu[kind]),
        "×",
        detail=_beside(ours, floor, kind),
    )


def _p99(kind: str, ours: Server, floor: Server) -> Row:
    return Row(
        f"p99 of {'an' if kind == 'event' else 'a'} {kind}, 300 a second",
        "the floor's",
        ratio(ours.p99[kind], floor.p99[kind]),
        "×",
        2.0,
        detail=f"{median(ours.p99[kind]):.2f} ms beside {median(floor.p99[kind]):.2f} ms",
        why="each waits for an fsync of its own and two changes of thread; the floor waits for no disk",
    )


async def beside_javascript(quick: bool) -> Sequence[Row]:
    """Ack only: nothing is written."""
    number, rounds = (100, 1) if quick else (3000, ROUNDS)
    goals = {"event": 1.2, "click": 1.5}
    what = "Bolt for JavaScript's HTTPReceiver, requests a second"
    async with AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(javascript())
        if theirs is None:
            why = "npm is not here, or could not install Bolt for JavaScript"
            return [
                Row(f"{kind}: acked", what, None, "×", goal, True, why=why) for kind, goal in goals.items()
            ]
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        ours = await stack.enter_async_context(bot(slack, at, "unkept"))
        for server in (ours, theirs):
            await server.warm()
        for _ in range(rounds):
            for kind in payloads.KINDS:
                for server in (theirs, ours):
                    await server.crowd(kind, number)
    return [
        Row(
            f"{kind}: verified, routed, acked, nothing written",
            what,
            ratio(ours.speed[kind], theirs.speed[kind]),
            "×",
            goals.get(kind),
            at_least=True,
            detail=f"{median(ours.speed[kind]):,.0f} beside {median(theirs.speed[kind]):,.0f}; CPU of a request:"
            f" {_beside(ours, theirs, kind)}",
        )
        for kind in payloads.KINDS
    ]


async def many_handlers(quick: bool) -> Sequence[Row]:
    """Whether a longer table costs anything."""
    number, rounds = (100, 1) if quick else (2000, ROUNDS)
    async with AsyncExitStack() as stack:
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        few = await stack.enter_async_context(bot(slack, at, "unkept", "3"))
        many = await stack.enter_async_context(bot(slack, at, "unkept", "200"))
        for server in (few, many):
            await server.warm()
        for _ in range(rounds):
            for kind in payloads.KINDS:
                for server in (few, many):
                    await server.crowd(kind, number)
    ours = [each for kind in payloads.KINDS for each in many.cpu[kind]]
    theirs = [each for kind in payloads.KINDS for each in few.cpu[kind]]
    return [Row("routing with 200 handlers", "with 3, CPU", ratio(ours, theirs), "×", 1.1)]


async def measure(quick: bool) -> Sequence[Row]:
    """All of it."""
    return [*await beside_the_floor(quick), *await beside_javascript(quick), *await many_handlers(quick)]


if __name__ == "__main__":
    run(measure)
