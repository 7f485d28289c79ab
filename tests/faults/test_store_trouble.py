"""The disk is full, the database read-only, an fsync fails: nobody hears "kept" of what is not, and all goes on after.

`make soak` does the same to real processes, for minutes and under load.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from bot.domain.deliveries import DeliveryState
from bot.ports.problems import StoreProblem
from handlers.slack.pages import Health, pages
from tests.faults.tracing import STRACE, SYNCS, WRITES, failing
from tests.process.inside import Inside, bot_inside

STORY = "Maria closed her books two days earlier."
LATER = "The clinic answers its phone again."


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    async with bot_inside(tmp_path) as running:
        yield running


@asynccontextmanager
async def broken(inside: Inside, how: str) -> AsyncIterator[None]:
    """The bot's database is in trouble inside the block."""
    if how == "read-only":
        # What SQLite says then comes from SQLite; what the kernel says is below.
        await pragma(inside, "query_only = ON")
        yield
        await pragma(inside, "query_only = OFF")
        return
    if STRACE is None:
        pytest.skip("strace is not installed")
    calls, error = (
        (SYNCS, "EIO") if how == "fsync fails" else (WRITES, "ENOSPC" if how == "disk full" else "EROFS")
    )
    database = inside.folder / "bot.db"
    async with AsyncExitStack() as stack:
        try:
            files = [database, database.with_name("bot.db-wal")]
            await stack.enter_async_context(failing(os.getpid(), calls, error, files))
        except PermissionError as reason:
            pytest.skip(str(reason))
        yield


async def pragma(inside: Inside, words: str) -> None:
    async with inside.store.database.plain() as connection:
        await connection.execute(text(f"PRAGMA {words}"))


async def readiness(inside: Inside) -> tuple[int, dict[str, Any]]:
    """What /readyz says, once it looks again."""
    health = Health(inside.store.ready, slack=None, scheduler=lambda: None, started=True)
    inside.store._readiness._fresh_until = 0.0
    reply = await pages(health, inside.store, inside.now)["/readyz"]({})
    return reply.status, dict(orjson.loads(reply.body)["problems"])


async def recovered(inside: Inside) -> None:
    """All is settled, with what the house job for dead owners does every few seconds."""
    assert await inside.store.ledger.free(inside.scheduler.let_go) <= 1
    await inside.settled()


def acked(inside: Inside) -> int:
    """How many events the bot said to have."""
    return sum(one["failed"] is None and one["type"] == "message" for one in inside.ws.hub.courier.history)


TROUBLES = ("disk full", "read-only", "kernel says read-only", "fsync fails")


@pytest.mark.parametrize("how", TROUBLES)
async def test_an_answer_that_could_not_be_kept_is_not_acked_and_comes_again(
    inside: Inside, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    before = acked(inside)

    async with broken(inside, how):
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), STORY)
        await inside.ws.wait_for(lambda: inside.ws.hub.courier.waiting or None, 30)
        during = acked(inside)
        told_then = await readiness(inside)
    told_after = await readiness(inside)
    inside.ws.hub.courier.redeliver()
    await recovered(inside)

    assert during == before
    assert told_then[0] == 503
    assert told_then[1]["database"].startswith("The database ")
    assert told_after == (200, {})
    assert [story.text for story in await inside.stories()] == [STORY]
    assert len([one for one in inside.said("bob") if STORY in str(one)]) == 1
    assert STORY not in caplog.text


@pytest.mark.parametrize("how", ["disk full", "fsync fails"])
async def test_what_was_acked_before_is_worked_off_when_the_trouble_is_over(
    inside: Inside, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    tell, begun, go_on = inside.house.services.conversation.heard, asyncio.Event(), asyncio.Event()

    async def waits(*arguments: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await tell(*arguments)

    monkeypatch.setattr(type(inside.house.services.conversation), "heard", lambda self, *rest: waits(*rest))
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), STORY)
    await begun.wait()
    async with broken(inside, how):
        go_on.set()
        await inside.ws.wait_for(lambda: inside.door._postponed or None, 30)
    await inside.ws.wait_for(lambda: not inside.door._postponed or None, 30)
    await recovered(inside)

    depth = await inside.store.inbox.depth()
    assert [story.text for story in await inside.stories()] == [STORY]
    assert depth == {"pending": 0, "resting": 0}


async def test_a_message_that_stands_while_its_record_could_not_be_written_is_found_and_not_sent_again(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await inside.team("small-business", "bob")
    ledger = type(inside.store.ledger)
    record = ledger.record
    failed: list[str] = []

    async def fails_once(self: Any, *arguments: Any, **options: Any) -> Any:
        if not failed and arguments[2] is DeliveryState.SENT:
            failed.append(arguments[1])
            raise StoreProblem("The database cannot be written: the disk is full; free some space.")
        return await record(self, *arguments, **options)

    monkeypatch.setattr(ledger, "record", fails_once)
    await inside.prompt("bob", team)

    assert len(failed) == 1
    assert len([one for one in inside.said("bob") if "Nothing today" in str(one)]) == 1


async def test_trouble_while_composing_counts_as_no_attempt(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await inside.team("small-business", "bob")
    composing = type(inside.house.composing)
    compose = composing.compose
    met: list[int] = []

    async def in_trouble(self: Any, *arguments: Any) -> Any:
        if len(met) < 12:  # five bugs in composing, and a message is given up
            met.append(1)
            raise StoreProblem("The database cannot be reached.")
        return await compose(self, *arguments)

    monkeypatch.setattr(composing, "compose", in_trouble)
    await inside.prompt("bob", team)

    assert len(met) == 12
    assert len([one for one in inside.said("bob") if "Nothing today" in str(one)]) == 1


async def test_trouble_is_written_down_once_and_not_each_second_that_it_lasts(
    inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    team = await inside.team("small-business", "bob")
    caplog.set_level(logging.WARNING)

    async with broken(inside, "read-only"):
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), LATER)
        for _ in range(20):
            await inside.scheduler.kick(team.workspace)
            await asyncio.sleep(0.01)
    inside.ws.hub.courier.redeliver()
    await recovered(inside)

    pumping = [one for one in caplog.records if one.getMessage().startswith("pumping")]
    assert len(pumping) == 1
    assert "read-only" in pumping[0].getMessage()
    assert [one for one in caplog.records if one.exc_info] == []
