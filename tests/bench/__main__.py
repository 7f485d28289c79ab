"""`make bench`: every part one after the other, one table; build/bench.json and build/bench.md.

python -m tests.bench [--quick] [--only PART]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from importlib import import_module

from tests.bench.rig import RESULTS, Row, machine, table, take_the_load_core, write

PARTS = ("staying", "edge", "sockets", "storing", "sending", "reading", "delivering", "holding")
"""Modules of this folder, each with a `measure`."""


def main() -> None:
    """Measure, print and write. A part at a time, so that what was measured shows while the rest runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that it runs")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part (may be repeated)")
    options = parser.parse_args()
    began, done = time.monotonic(), dict[str, Sequence[Row]]()
    about = machine()
    print(
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']},"
        f" Python {about['python']}; load before: {about['load_before']}\n"
    )
    for part in options.only or PARTS:
        take_the_load_core()
        started = time.monotonic()
        done[part] = asyncio.run(import_module(f"tests.bench.{part}").measure(options.quick))
        print(table(done[part]))
        print(f"    ({part}: {time.monotonic() - started:.0f} seconds)\n", flush=True)
        write(done, time.monotonic() - began, quick=options.quick)
    missed = [row for rows in done.values() for row in rows if row.met is False]
    print(
        f"{len(missed)} goals missed; {time.monotonic() - began:.0f} seconds in all; see build/{RESULTS.name}"
    )


if __name__ == "__main__":
    main()
