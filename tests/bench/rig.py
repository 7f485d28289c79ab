"""What every bench stands on: servers pinned to one core, their CPU time, medians, and one table for all figures."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench.json"
ROUNDS = 5
READY_WITHIN_SECONDS = 60.0
_CPU_OF_A_PROCESS = (
    2  # CPUCLOCK_SCHED, as clock_getcpuclockid(3) makes a clock's number from a process' number
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figure` None: skipped, and `why` says why. `goal` None: shown beside the others only.

    `why` is what a profile said of a goal that is missed; it is shown only then.
    """

    what: str
    against: str
    figure: float | None
    unit: str
    goal: float | None = None
    at_least: bool = False
    detail: str = ""
    why: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or nothing was measured."""
        if self.figure is None or self.goal is None:
            return None
        return self.figure >= self.goal if self.at_least else self.figure <= self.goal

    @property
    def verdict(self) -> str:
        """In words: met, or by how much it is missed and why."""
        if self.figure is None:
            return f"skipped: {self.why}"
        if self.goal is None or self.met:
            return "" if self.goal is None else "met"
        off = abs(self.figure - self.goal)
        return f"missed by {off:.3g} {self.unit}" + (f": {self.why}" if self.why else "")


Measure: TypeAlias = Callable[[bool], Awaitable[Sequence[Row]]]
"""Measures one part; True asks for its short form, whose figures only show that it runs."""


def cores() -> tuple[int, int]:
    """The core of the server and the core of the load; the same one where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


def cpu_seconds(process: int) -> float:
    """User and system time of a process with all its threads, ended ones included, to the nanosecond."""
    return time.clock_gettime(~process << 3 | _CPU_OF_A_PROCESS)


def unshared_mib(process: int) -> float:
    """What would be free again if that process ended: its private pages (USS), in MiB."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) / 1024


def resident_mib(process: int) -> float:
    """Its share of memory (PSS: shared pages are divided among those who share them), in MiB."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def median(figures: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(figures)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' own ratios: each round measured both, one right after the other."""
    return median([one / other for one, other in zip(ours, theirs, strict=True)])


def percentile(figures: Sequence[float], percent: float) -> float:
    """That many of a hundred figures are at most this one."""
    return sorted(figures)[min(len(figures) - 1, int(len(figures) * percent / 100))]


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


class Child:
    """A process on the server's core."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, spawned: float) -> None:
        """Made by `child`. `spawned` is the moment of its start on `time.perf_counter`."""
        self.process = process
        self.log = log
        self.spawned = spawned

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def cpu(self) -> float:
        """The CPU seconds that it has used."""
        return cpu_seconds(self.pid)

    async def reachable(self, port: int) -> None:
        """Wait until it listens. Raises AssertionError with the end of its log where it never does."""
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            while True:
                self.alive()
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    return

    async def ready(self, port: int, path: str = "/readyz") -> float:
        """Wait until a GET answers 200. Seconds from its start."""
        request = f"GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n".encode()
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            while True:
                self.alive()
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(request)
                    status = await reader.readline()
                    writer.close()
                except OSError:
                    status = b""
                if b" 200 " in status:
                    return time.perf_counter() - self.spawned
                await asyncio.sleep(0.002)

    def alive(self) -> None:
        """Raise AssertionError with the end of its log where it ended."""
        if self.process.returncode is not None:
            raise AssertionError(f"a server ended:\n{self.log.read_text(errors='replace')[-3000:]}")


@asynccontextmanager
async def child(
    *command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> AsyncIterator[Child]:
    """Start a command on the server's core, and end it: SIGTERM, then SIGKILL."""
    core, _ = cores_of_all
    descriptor, name = tempfile.mkstemp(suffix=".log")
    log = Path(name)
    spawned = time.perf_counter()
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd or ROOT,
            env={**bare_environment(), **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
    finally:
        os.close(descriptor)
    try:
        yield Child(process, log, spawned)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()
        await asyncio.to_thread(log.unlink)


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs one of our own modules."""
    return (sys.executable, "-m", module, *arguments)


_AS_INSTALLED = "import sys; sys.modules['rich'] = None; from bot.__main__ import main; main(['run'])"


def bot_command() -> tuple[str, ...]:
    """`purpose-bot run` as requirements.lock alone installs it: the tests' tools bring rich, which structlog loads
    wherever it finds it."""
    return (sys.executable, "-c", _AS_INSTALLED)


def bare_environment() -> dict[str, str]:
    """The machine's environment without settings of a bot, and with compiled files, as in production."""
    ours = (
        "SLACK_", "OPENAI_", "DATABASE_URL", "LOG_", "HOST", "PORT", "TOKEN_KEYS", "PUBLIC_URL",
        "PYTHONDONTWRITEBYTECODE",
    )  # fmt: skip
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "PYTHONPATH": str(ROOT)
    }


def folder() -> Any:
    """A folder on the project's own disk, gone at the end: databases of a bench have to be on a real one."""
    (ROOT / "build").mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def table(rows: Sequence[Row]) -> str:
    """The rows as lines of text."""
    lines = []
    for row in rows:
        figure = "-" if row.figure is None else f"{row.figure:,.2f} {row.unit}"
        goal = "" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:g} {row.unit}"
        lines.append(f"{row.what:<58} {figure:>14}  {goal:<10} {row.verdict}")
        lines.append(f"    against {row.against}" + (f" ({row.detail})" if row.detail else ""))
    return "\n".join(lines)


def markdown(rows: Sequence[Row]) -> str:
    """The rows that have a goal as a table for the README."""
    lines = ["| what | against | goal | measured | |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        if row.goal is not None:
            figure = "" if row.figure is None else f"{row.figure:,.2f} {row.unit}".strip()
            goal = f"{'≥' if row.at_least else '≤'} {row.goal:g} {row.unit}".strip()
            detail = f" ({row.detail})" if row.detail else ""
            lines.append(f"| {row.what} | {row.against} | {goal} | {figure}{detail} | {row.verdict} |")
    return "\n".join(lines) + "\n"


def write(parts: Mapping[str, Sequence[Row]], seconds: float, *, quick: bool) -> None:
    """Everything as JSON, for whoever compares two runs, and the goals as Markdown, for the README."""
    RESULTS.parent.mkdir(exist_ok=True)
    rows = [
        {"part": part, **asdict(row), "met": row.met, "verdict": row.verdict}
        for part, some in parts.items()
        for row in some
    ]
    made = {"machine": machine(), "seconds": round(seconds, 1), "quick": quick, "rows": rows}
    RESULTS.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    RESULTS.with_suffix(".md").write_text(markdown([row for some in parts.values() for row in some]))


def take_the_load_core() -> None:
    """This process is the load from here on; servers take the other core."""
    os.sched_setaffinity(0, {cores_of_all[1]})


cores_of_all = cores()
"""Both cores, found before this process was pinned to one of them."""


def run(measure: Measure) -> None:
    """The program of one part: print its table; `--quick` for its short form."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that it runs")
    quick = parser.parse_args().quick
    take_the_load_core()
    print(table(asyncio.run(measured(measure, quick))))


async def measured(measure: Measure, quick: bool) -> Sequence[Row]:
    """Measure one part."""
    return await measure(quick)
