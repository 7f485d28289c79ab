"""The whole way in under garbage: `python -m tests.faults.garbage --count 20000`; what came of it, as one line of JSON.

A process of its own, so that its log is the product's and its memory nobody else's.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import uvloop

from bot import logs
from tests.slack.garbage import Request, request
from tests.slack.payloads import WORDS
from tests.slack.whole_edge import NOON, SECRET, WholeEdge, whole_edge

_AT_ONCE = 100
_WARM = 0.25
"""The part of all requests after which memory is measured: caches are full by then."""
WELL = frozenset({200, 302, 400, 401, 404, 405, 408, 413})
MARKS = (b"Traceback", b'File "', b"sqlalchemy", b"Exception", SECRET)
"""What no answer may hold: it would tell strangers how the house is built."""
_MOST_SHOWN = 20
_MOST_GROWN_MEGABYTES = 96
"""SQLite's caches are 36 MB when full; the rest is how memory breaks up over hundreds of thousands of requests."""


@dataclass
class Report:
    """What came of it. `blocks` and `megabytes` are what memory grew by since it was warm, in Python's own small
    blocks and as the system sees it."""

    asked: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    blocks: int = 0
    megabytes: float = 0.0
    words_in_log: int = 0
    lines_in_log: int = 0


async def run(count: int, seed: int, folder: Path) -> Report:
    """Ask `count` times. The log is written to `folder`/log."""
    report, statuses = Report(asked=count), Counter[int]()
    with (folder / "log").open("w+") as log:
        logs.set_up("INFO", "json")
        for handler in logging.getLogger().handlers:
            assert isinstance(handler, logging.StreamHandler)
            handler.setStream(log)
        async with whole_edge(folder) as edge:
            warm = (0, 0.0)
            for start in range(0, count, _AT_ONCE):
                numbers = range(start, min(start + _AT_ONCE, count))
                await asyncio.gather(*(_ask(edge, number, seed, statuses, report) for number in numbers))
                await edge.settled()
                if warm == (0, 0.0) and start >= count * _WARM:
                    warm = _memory()
            blocks, megabytes = _memory()
            report.blocks, report.megabytes = blocks - warm[0], round(megabytes - warm[1], 1)
            depth = await edge.house.store.inbox.depth()
            report.left = dict(depth)
        log.seek(0)
        for line in log:
            report.lines_in_log += 1
            report.words_in_log += WORDS[:3] in line
    report.statuses = dict(sorted(statuses.items()))
    return report


async def _ask(edge: WholeEdge, number: int, seed: int, statuses: Counter[int], report: Report) -> None:
    asked = request(number, SECRET, int(NOON.timestamp()), seed)
    try:
        answer = await edge.ask(asked)
    except Exception as problem:  # noqa: BLE001 - the very thing that is looked for; the number gives the same request again
        _wrong(report, number, asked, f"{type(problem).__name__}: {problem}")
        return
    statuses[answer.status] += 1
    if answer.status not in WELL:
        _wrong(report, number, asked, f"status {answer.status}")
    if any(mark in answer.body for mark in MARKS):
        _wrong(report, number, asked, f"an answer that tells too much: {answer.body[:100]!r}")


def _wrong(report: Report, number: int, asked: Request, what: str) -> None:
    if len(report.wrong) < _MOST_SHOWN:
        report.wrong.append(f"request {number} ({asked.says[:200]}): {what}"[:500])


def _memory() -> tuple[int, float]:
    """Python's small blocks in use, and this process's resident megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return sys.getallocatedblocks(), pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def in_two_processes(count: int) -> int:
    """`count` spoiled requests, half of them in each of two processes. Returns how many answers were wrong."""
    command = [sys.executable, "-m", "tests.faults.garbage", "--count", str(count // 2)]
    asking = [
        subprocess.Popen([*command, "--seed", str(seed)], stdout=subprocess.PIPE, text=True)
        for seed in (1, 2)
    ]
    reports = [json.loads(one.communicate()[0]) for one in asking]
    answers = Counter[str]()
    for report in reports:
        answers.update(report["statuses"])
    wrong = [line for report in reports for line in report["wrong"]]
    grown = max(report["megabytes"] for report in reports)
    words = sum(report["words_in_log"] for report in reports)
    print(f"Spoiled requests, two processes\n  answers   {dict(sorted(answers.items()))}")
    print(
        f"  wrong     {len(wrong)}\n  grown by  {grown} MB at most\n  words of people in the log  {words}",
        flush=True,
    )
    for line in wrong:
        print(f"  {line}")
    return len(wrong) + words + (grown > _MOST_GROWN_MEGABYTES)


def main() -> None:
    """Read the options, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        report = runner.run(run(options.count, options.seed, Path(folder)))
    print(json.dumps(asdict(report)))


if __name__ == "__main__":
    main()
