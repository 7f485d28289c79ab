"""Transactions as plain functions: who shares a commit, who fails, and who never notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db.engine import Database
from bot.db.ledger import SqlLedger
from bot.db.transactions import Statements
from bot.domain.deliveries import DeliveryState
from bot.ports.problems import StoreProblem
from tests.scheduler.world import ACME, owed_to

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_TAKE = "INSERT INTO lane (workspace) VALUES (:workspace)"


def take(workspace: str) -> Callable[[Statements], str]:
    """A transaction that makes a lane."""

    def work(statements: Statements) -> str:
        statements.change(_TAKE, {"workspace": workspace})
        return workspace

    return work


def take_and_stumble(statements: Statements) -> None:
    statements.change(_TAKE, {"workspace": "bob"})
    raise LookupError


async def lanes(database: Database) -> list[str]:
    async with database.reading() as connection:
        found = await connection.execute(text("SELECT workspace FROM lane ORDER BY workspace"))
        return list(found.scalars())


@asynccontextmanager
async def statements_of(database: Database) -> AsyncIterator[list[str]]:
    """What the writing connection is told meanwhile."""
    said: list[str] = []
    async with database.driver() as driver:
        await driver.set_trace_callback(said.append)
    yield said
    async with database.driver() as driver:
        await driver.set_trace_callback(None)


async def test_what_a_transaction_wrote_is_there_when_it_returns(database: Database) -> None:
    assert await database.transact(take("alice")) == "alice"

    assert await lanes(database) == ["alice"]


async def test_one_that_stumbles_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        await database.transact(take_and_stumble)

    assert await lanes(database) == []


async def test_the_same_statement_with_many_values_and_its_rows(database: Database) -> None:
    def work(statements: Statements) -> list[str]:
        statements.change_each(_TAKE, [{"workspace": "alice"}, {"workspace": "bob"}])
        rows = statements.rows("UPDATE lane SET tat = :tat RETURNING workspace, tat", {"tat": 7})
        return sorted(f"{row['workspace']} {row['tat']}" for row in rows)

    assert await database.transact(work) == ["alice 7", "bob 7"]
    assert await database.transact(lambda statements: statements.change("DELETE FROM lane", {})) == 2


async def test_those_who_come_while_alice_writes_share_the_next_commit(sqlite: Database) -> None:
    async with statements_of(sqlite) as said:
        await asyncio.gather(*(sqlite.transact(take(name)) for name in ("alice", "bob", "charlie")))

    assert await lanes(sqlite) == ["alice", "bob", "charlie"]
    assert [each for each in said if each in ("BEGIN IMMEDIATE", "COMMIT")] == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_whoever_has_a_bug_fails_alone(sqlite: Database) -> None:
    outcomes = await asyncio.gather(
        sqlite.transact(take("alice")),
        sqlite.transact(take_and_stumble),
        sqlite.transact(take("charlie")),
        return_exceptions=True,
    )

    assert [outcomes[0], type(outcomes[1]), outcomes[2]] == ["alice", LookupError, "charlie"]
    assert await lanes(sqlite) == ["alice", "charlie"]


async def test_whoever_breaks_a_rule_of_the_tables_fails_alone(sqlite: Database) -> None:
    outcomes = await asyncio.gather(
        *(sqlite.transact(take(name)) for name in ("alice", "alice", "charlie")), return_exceptions=True
    )

    assert [outcomes[0], type(outcomes[1]), outcomes[2]] == ["alice", DBAPIError, "charlie"]
    assert await lanes(sqlite) == ["alice", "charlie"]


async def test_the_databases_trouble_is_everybodys_and_the_next_one_fares_better(sqlite: Database) -> None:
    async with sqlite.driver() as driver:
        await driver.execute_fetchall("PRAGMA query_only = ON")

    outcomes = await asyncio.gather(
        *(sqlite.transact(take(name)) for name in ("alice", "bob")), return_exceptions=True
    )
    async with sqlite.driver() as driver:
        await driver.execute_fetchall("PRAGMA query_only = OFF")
    await sqlite.transact(take("charlie"))

    assert [isinstance(each, StoreProblem) for each in outcomes] == [True, True]
    assert "read-only" in str(outcomes[0])
    assert await lanes(sqlite) == ["charlie"]


async def test_whoever_stops_waiting_stops_nobody(sqlite: Database) -> None:
    impatient = asyncio.create_task(sqlite.transact(take("alice")))
    patient = asyncio.create_task(sqlite.transact(take("bob")))
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient == "bob"
    assert impatient.cancelled()
    assert await lanes(sqlite) == ["alice", "bob"]


async def test_a_transaction_waits_for_its_turn_and_comes_to_it(sqlite: Database) -> None:
    async with sqlite.writing() as connection:
        waiting = asyncio.create_task(sqlite.transact(take("bob")))
        await connection.execute(text(_TAKE), {"workspace": "alice"})
        assert not waiting.done()

    assert await waiting == "bob"
    assert await lanes(sqlite) == ["alice", "bob"]


async def test_when_the_process_ends_nobody_is_told_that_theirs_is_on_disk(sqlite: Database) -> None:
    async with sqlite.writing():
        before = asyncio.all_tasks()
        alice = asyncio.create_task(sqlite.transact(take("alice")))
        await asyncio.sleep(0)
        [writer] = asyncio.all_tasks() - before - {alice}
        writer.cancel()
        await asyncio.wait([alice])

    assert alice.cancelled()
    assert await lanes(sqlite) == []


async def test_outcomes_a_moment_apart_share_a_commit(sqlite: Database) -> None:
    ledger = SqlLedger(sqlite)
    await ledger.owe([owed_to(name, due_at=NOON) for name in ("alice", "bob", "charlie")])
    lane = await ledger.lease(ACME, "replica-1", seconds=30)
    assert lane is not None
    claim = await ledger.claim(lane, now=NOON, per_minute=0)

    async with statements_of(sqlite) as said:
        first = asyncio.create_task(
            ledger.record(lane, claim.slots[0][0].id, DeliveryState.SENT, now=NOON, ts="1", channel="D1")
        )
        await asyncio.sleep(0)
        written = await asyncio.gather(
            first,
            *(ledger.record(lane, each.id, DeliveryState.SENT, now=NOON) for each, _ in claim.slots[1:]),
        )

    assert written == [True, True, True]
    assert said.count("COMMIT") == 1
