"""The scheduler as a whole: due things go out by themselves, kicks at once, and stopping leaves nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.db.engine import Database
from bot.db.ledger import SqlLedger
from bot.domain.deliveries import DeliveryState, Kind, Priority
from bot.ports.ledger import Ledger
from scheduler.distributor import Distributor, Embedded
from scheduler.jobs import Clockwork, Every, HouseJob
from scheduler.pump import Pace, Slice
from scheduler.replicas import Replicas
from scheduler.service import Scheduler
from tests.fake_ledger import FakeLedger
from tests.scheduler.crew import Crew, a_team
from tests.scheduler.world import (
    ACME,
    ALICE,
    BOB,
    MONDAY,
    UMBRELLA,
    Clock,
    FaultyPlatform,
    Says,
    owed_to,
    until,
)


@asynccontextmanager
async def running(
    ledger: Ledger,
    platform: FaultyPlatform,
    says: Says,
    clock: Clock,
    *,
    tick: float = 0.05,
    distributor: Distributor | None = None,
    pace: Pace | None = None,
    house_jobs: tuple[HouseJob, ...] = (),
    **more: Any,
) -> AsyncIterator[Scheduler]:
    store: Any = SimpleNamespace(ledger=ledger)
    scheduler = Scheduler(
        store,
        platform,
        says,
        clock,
        owner="replica-1",
        pace=pace or Pace(per_minute=0),
        tick=tick,
        distributor=distributor,
        house_jobs=house_jobs,
        **more,
    )
    await scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()


async def test_a_team_s_hour_comes_and_each_gets_one_prompt(
    ledger: Ledger, crew: Crew, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    team = await crew.team(a_team(zone="UTC"), MONDAY)
    for user in (ALICE, BOB):
        await crew.person(team, user)

    async with running(ledger, platform, says, clock):
        clock.forward(timedelta(hours=1, minutes=31))
        await until(lambda: len(platform.messages) == 2)
        clock.forward(timedelta(hours=1))
        await asyncio.sleep(0.2)

    assert (platform.to(ALICE), platform.to(BOB)) == (["hello"], ["hello"])


@pytest.mark.parametrize(("stories_last", "still_known"), [(1000, True), (365, False), (30, False)])
async def test_what_shows_a_story_is_known_for_as_long_as_stories_are_kept(
    ledger: Ledger,
    platform: FaultyPlatform,
    says: Says,
    clock: Clock,
    stories_last: int,
    still_known: bool,
) -> None:
    async with running(ledger, platform, says, clock):
        await ledger.owe([owed_to("C1", kind=Kind.DIGEST), owed_to(ALICE)])
        await until(lambda: len(platform.messages) == 2)
    clock.forward(timedelta(days=500))

    async with running(ledger, platform, says, clock, stories_last=timedelta(days=stories_last)) as scheduler:
        await scheduler.purge()

    kinds = {kind for kind, _ in await ledger.states()}
    assert kinds == ({Kind.DIGEST} if still_known else set())


async def test_a_kick_does_not_wait_for_the_tick(
    sqlite: Database, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    ledger = SqlLedger(sqlite)
    async with running(ledger, platform, says, clock, tick=60.0) as scheduler:
        await ledger.owe([owed_to(ALICE, kind=Kind.RECEIPT, priority=Priority.WAITING)])
        await scheduler.kick(ACME)
        await until(lambda: platform.to(ALICE))


async def test_stopping_ends_what_is_on_its_way_and_gives_the_lane_back(
    sqlite: Database, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    ledger = SqlLedger(sqlite)
    platform.seconds = 0.2
    await ledger.owe([owed_to(f"U{number:03}") for number in range(100)])

    async with running(ledger, platform, says, clock):
        await until(lambda: platform.most_at_once)

    states = await ledger.states()
    assert states[Kind.PROMPT, DeliveryState.SENT] == len(platform.messages) > 0
    assert (Kind.PROMPT, DeliveryState.SENDING) not in states
    assert await ledger.lease(ACME, "another", seconds=1) is not None


async def test_two_schedulers_on_one_database_send_each_message_once(
    postgres: Database, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    ledger = SqlLedger(postgres)
    await ledger.owe([owed_to(f"U{number:03}", workspace=f"slack:T{number % 7}") for number in range(140)])

    async with running(ledger, platform, says, clock), running(SqlLedger(postgres), platform, says, clock):
        await until(lambda: len(platform.messages) >= 140)
        await asyncio.sleep(0.1)

    assert set(platform.visible().values()) == {1}
    assert await ledger.states() == {(Kind.PROMPT, DeliveryState.SENT): 140}


async def test_a_replica_that_only_rings_is_heard_by_one_that_works(
    postgres: Database, postgres_url: str, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    ledger = SqlLedger(postgres)
    web = Replicas(postgres_url, works=False)

    async with (
        running(ledger, platform, says, clock, tick=60.0, distributor=Replicas(postgres_url)),
        running(SqlLedger(postgres), platform, says, clock, tick=60.0, distributor=web) as ringing,
    ):
        await ledger.owe([owed_to(ALICE)])
        await ringing.kick(ACME)
        await ringing.kick(ACME)
        await until(lambda: platform.to(ALICE))

    assert platform.to(ALICE) == ["hello"]


async def test_replicas_share_the_lanes_and_double_nothing(
    postgres: Database, postgres_url: str, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    ledger = SqlLedger(postgres)
    platform.seconds = 0.005
    await ledger.owe([owed_to(f"U{number:03}", workspace=f"slack:T{number % 7}") for number in range(210)])

    async with (
        running(ledger, platform, says, clock, distributor=Replicas(postgres_url)),
        running(SqlLedger(postgres), platform, says, clock, distributor=Replicas(postgres_url)),
    ):
        await until(lambda: len(platform.messages) >= 210)
        await asyncio.sleep(0.1)

    assert set(platform.visible().values()) == {1}


async def test_a_workspace_of_twenty_is_not_held_up_by_one_of_a_thousand(
    ledger: Ledger, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to(f"U{number:04}") for number in range(300)])
    await ledger.owe([owed_to(f"U{number:04}", workspace=UMBRELLA, number=1) for number in range(20)])
    platform.seconds = 0.01

    one_lane = Embedded(lanes_at_once=1)
    slices = Pace(per_minute=0, slice_seconds=0.05)
    async with running(ledger, platform, says, clock, distributor=one_lane, pace=slices):
        await until(lambda: len(platform.messages) == 320)

    order = [message.recipient for message in platform.messages]
    umbrella = {it.id for it in await ledger.recent(UMBRELLA)}
    last = max(turn for turn, message in enumerate(platform.messages) if message.delivery in umbrella)
    assert last < len(order) * 0.75


async def test_a_turn_that_fails_stops_neither_its_worker_nor_other_lanes() -> None:
    turns: list[str] = []

    async def turn(workspace: str) -> Slice:
        turns.append(workspace)
        if workspace == ACME:
            raise OSError("disk full")
        return Slice()

    lanes = Embedded(lanes_at_once=1)
    await lanes.start(turn)
    await lanes.ring(ACME)
    await lanes.ring(UMBRELLA)
    await until(lambda: len(turns) == 2)
    await lanes.stop(1.0)

    assert turns == [ACME, UMBRELLA]


async def test_a_lane_rung_during_its_turn_gets_another_and_many_rings_are_one() -> None:
    turns: list[str] = []
    go = asyncio.Event()

    async def turn(workspace: str) -> Slice:
        turns.append(workspace)
        await go.wait()
        return Slice()

    lanes = Embedded(lanes_at_once=2)
    await lanes.start(turn)
    await lanes.ring(ACME)
    await until(lambda: turns)
    for _ in range(5):
        await lanes.ring(ACME)
    go.set()
    await until(lambda: len(turns) == 2)
    await lanes.stop(1.0)

    assert turns == [ACME, ACME]


async def test_stopping_does_not_wait_forever_for_a_turn_that_hangs() -> None:
    async def turn(workspace: str) -> Slice:
        await asyncio.Event().wait()
        return Slice()

    lanes = Embedded(lanes_at_once=1)
    await lanes.start(turn)
    await lanes.ring(ACME)
    await asyncio.sleep(0.01)

    async with asyncio.timeout(30):
        await lanes.stop(0.05)


async def test_a_house_job_that_fails_runs_again_and_one_that_hangs_is_noticed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = {"fails": 0, "hangs": 0}

    async def fails() -> None:
        runs["fails"] += 1
        if runs["fails"] < 3:
            raise OSError("database away")

    async def hangs() -> None:
        runs["hangs"] += 1
        await asyncio.Event().wait()

    clockwork = Clockwork([HouseJob("fails", 0.02, fails), HouseJob("hangs", 0.02, hangs)], patience=0.2)
    before = clockwork.problem()
    await clockwork.start()
    at_first = clockwork.problem()
    await until(lambda: runs["fails"] >= 5 and clockwork.problem())
    stuck = clockwork.problem()
    await clockwork.stop()

    assert (before, at_first) == ("the scheduler is not running", None)
    assert stuck is not None
    assert stuck.startswith("the house job hangs has not ended")
    assert runs["hangs"] == 1
    assert caplog.text.count("house job fails") == 2


async def test_a_scheduler_that_fires_no_more_is_said_and_fires_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As after a clock that was set back two hours: everything is due two hours from now."""
    runs: list[float] = []

    async def plans() -> None:
        runs.append(0)

    clockwork = Clockwork([HouseJob("plan", 0.02, plans)], patience=0.2)
    await clockwork.start()
    await until(lambda: runs)
    clockwork._scheduler.modify_job("plan", next_run_time=datetime.now(UTC) + timedelta(hours=2))

    await until(clockwork.problem)
    silent = clockwork.problem()
    before = len(runs)
    await until(lambda: len(runs) > before + 3 and clockwork.problem() is None)
    await clockwork.stop()

    assert silent is not None
    assert silent.startswith("the house job plan has not ended")
    assert "house job plan is dated anew" in caplog.text


@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 1), (399, 1), (401, 0)])
async def test_what_was_sent_is_known_for_ninety_days_and_what_shows_stories_for_four_hundred(
    platform: FaultyPlatform, says: Says, clock: Clock, days: int, left: int
) -> None:
    ledger = FakeLedger()
    await ledger.owe([owed_to(ALICE), owed_to(BOB, kind=Kind.DIGEST)])
    async with running(ledger, platform, says, clock) as scheduler:
        await until(lambda: _all_sent(ledger))
        [_, digest] = sorted(await ledger.recent(ACME), key=lambda each: each.kind is Kind.DIGEST)
        await ledger.shows(ACME, digest.id, ["story-1"])

        clock.forward(timedelta(days=days))
        await scheduler.purge()

    assert len(await ledger.recent(ACME)) == left


async def _all_sent(ledger: FakeLedger) -> bool:
    return {each.state for each in await ledger.recent(ACME)} == {DeliveryState.SENT}


def test_a_job_is_due_once_after_forty_days_were_skipped_and_soon_after_the_clock_went_back() -> None:
    every = Every(0.2)
    fifth = timedelta(seconds=0.2)

    forward = every.get_next_fire_time(MONDAY - timedelta(days=40), MONDAY)
    back = every.get_next_fire_time(MONDAY + timedelta(hours=2), MONDAY)

    assert every.get_next_fire_time(None, MONDAY) == MONDAY + fifth
    assert every.get_next_fire_time(MONDAY, MONDAY) == MONDAY + fifth
    assert (forward, back) == (MONDAY + fifth, MONDAY + fifth)


async def test_stopping_leaves_behind_what_hangs_so_that_the_bot_ends_in_time(
    platform: FaultyPlatform, says: Says, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.service.DRAIN_SECONDS", 0.1)
    ledger = FakeLedger()
    platform.seconds = 3600.0
    await ledger.owe([owed_to(ALICE)])

    async with asyncio.timeout(30):
        async with running(ledger, platform, says, clock):
            await until(lambda: platform.most_at_once)

    [left] = await ledger.recent(ACME)
    assert (left.state, left.reason) == (DeliveryState.SENDING, None)
