"""The one writing connection to an SQLite file: whoever had it last leaves nothing behind."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.db.engine import Database

LANE = "INSERT INTO lane (workspace) VALUES ('slack:T1')"


async def lanes(database: Database) -> int:
    async with database.writing() as connection:
        return int((await connection.execute(text("SELECT COUNT(*) FROM lane"))).scalar_one())


async def test_a_transaction_that_nobody_ended_is_undone(sqlite: Database) -> None:
    async with sqlite.plain() as connection:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
        await connection.exec_driver_sql(LANE)

    assert await lanes(sqlite) == 0


async def test_what_fails_half_way_is_undone(sqlite: Database) -> None:
    async def fail() -> None:
        async with sqlite.writing() as connection:
            await connection.exec_driver_sql(LANE)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await lanes(sqlite) == 0


async def test_what_is_cancelled_half_way_is_undone(sqlite: Database) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with sqlite.writing() as connection:
            await connection.exec_driver_sql(LANE)
            written.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await written.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert await lanes(sqlite) == 0


@pytest.mark.parametrize("ends", [LookupError, asyncio.CancelledError], ids=["fails", "is-cancelled"])
async def test_what_is_begun_by_the_driver_alone_and_not_ended_is_undone(
    sqlite: Database, ends: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        async with sqlite.driver() as driver:
            await driver.execute_fetchall("BEGIN IMMEDIATE")
            await driver.execute_fetchall(LANE)
            raise ends

    with pytest.raises(ends):
        await fail()

    assert await lanes(sqlite) == 0
    assert caplog.records == []
