"""Whatever fails and whoever dies when: never two visible messages for one key, and every row comes to a named end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deliveries import DeliveryState
from bot.ports.ledger import Lane, Ledger
from bot.ports.world import Trouble
from scheduler.pump import Pace, Pump
from tests.fake_ledger import FakeLedger
from tests.scheduler.world import ACME, Clock, Fault, FaultyPlatform, Says, owed_to, refused

ENDS = {
    DeliveryState.SENT,
    DeliveryState.SKIPPED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.PARKED,
}


TURNS = 40
# A turn ends with its slice, which is real time: where the machine stands still for half a second, it does nothing.
TURNS_ON_A_BUSY_MACHINE = 10 * TURNS


class Died(BaseException):
    """The process is gone: nothing after this line happens."""


class MortalLedger:
    """A ledger whose process dies at the n-th question, before or after the database took the change."""

    def __init__(self, ledger: FakeLedger, dies_at: int, *, after: bool) -> None:
        self._ledger = ledger
        self._left = dies_at
        self._after = after
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)

        async def ask(*args: Any, **kwargs: Any) -> Any:
            if self.dead:
                raise Died
            self._left -= 1
            self.dead = self._left == 0
            if self.dead and not self._after:
                raise Died
            answer = await method(*args, **kwargs)
            if self.dead:
                raise Died
            return answer

        return ask


def expire_leases(ledger: FakeLedger) -> None:
    """What thirty seconds do."""
    for lane in ledger._lanes.values():
        lane.until = 0.0


FAULTS = st.sampled_from(
    [
        None,
        None,
        refused(Trouble.LOST, "cut", taken=True),
        refused(Trouble.LOST, "cut"),
        refused(Trouble.RETRY, "busy"),
        refused(Trouble.WAIT, "ratelimited", 3),
        refused(Trouble.PERSON, "user_disabled"),
        Fault(KeyError("bug"), taken=True),
        Fault(KeyError("bug")),
    ]
)


async def live_and_die(
    ledger: Ledger, platform: FaultyPlatform, clock: Clock, lives: Sequence[tuple[int, bool]]
) -> None:
    """One process after another pumps until it dies; the last one lives."""
    assert isinstance(ledger, FakeLedger)
    pace = Pace(per_minute=0, slice_seconds=0.5, post_seconds=0.5, at_once=3)
    for number, (dies_at, after) in enumerate(lives):
        mortal: Any = MortalLedger(ledger, dies_at, after=after)
        pump = Pump(mortal, platform, Says(), clock, owner=f"life{number}", pace=pace)
        try:
            for _ in range(3):
                await pump.turn(ACME)
                clock.forward(timedelta(seconds=7))
        except (Died, BaseExceptionGroup):
            await asyncio.sleep(0)
        expire_leases(ledger)
    last = Pump(ledger, platform, Says(), clock, owner="last", pace=pace)
    for turn in range(TURNS_ON_A_BUSY_MACHINE):
        await last.turn(ACME)
        clock.forward(timedelta(minutes=7))
        if turn >= TURNS and {row.state for row in await ledger.recent(ACME)} <= ENDS:
            return


@settings(max_examples=150)
@given(
    faults=st.lists(FAULTS, max_size=15),
    lives=st.lists(st.tuples(st.integers(1, 25), st.booleans()), max_size=4),
    people=st.integers(1, 6),
)
async def test_never_two_messages_for_one_key_and_every_row_has_an_end(
    faults: list[Fault | None], lives: list[tuple[int, bool]], people: int
) -> None:
    clock = Clock()
    ledger, platform = FakeLedger(), FaultyPlatform(clock)
    platform.faults.extend(faults)
    await ledger.owe([owed_to(f"U{number}") for number in range(people)])

    await live_and_die(ledger, platform, clock, lives)

    assert set(platform.visible().values()) <= {1}
    rows = await ledger.recent(ACME)
    assert {row.state for row in rows} <= ENDS
    for row in rows:
        assert (row.id in platform.visible()) == (row.state is DeliveryState.SENT)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("trouble", "code"),
    [(Trouble.INVALID, "cant_update_message"), (Trouble.CHANNEL, "is_archived")],
    ids=["for good", "for now"],
)
async def test_whoever_took_words_back_hears_that_they_stand_whenever_the_process_dies(
    trouble: Trouble, code: str, after: bool
) -> None:
    pace = Pace(per_minute=0, slice_seconds=0.5, post_seconds=0.5)
    for dies_at in range(1, 12):
        clock = Clock()
        ledger, platform, says = FakeLedger(), FaultyPlatform(clock), Says()
        await ledger.owe([owed_to("C0GENERAL", subject="digest1")])
        first = Pump(ledger, platform, says, clock, owner="first", pace=pace)
        while {row.state for row in await ledger.recent(ACME)} != {DeliveryState.SENT}:
            await first.turn(ACME)
        await ledger.show_anew(ACME, "digest1")
        platform.update_faults.extend([refused(trouble, code)] * 20)
        clock.forward(timedelta(seconds=5))

        mortal: Any = MortalLedger(ledger, dies_at, after=after)
        with suppress(Died):
            await Pump(mortal, platform, says, clock, owner="mortal", pace=pace).turn(ACME)
        for turn in range(TURNS_ON_A_BUSY_MACHINE):
            expire_leases(ledger)
            clock.forward(timedelta(minutes=1))
            await Pump(ledger, platform, says, clock, owner="last", pace=pace).turn(ACME)
            if turn >= 2 and says.told:
                break

        assert set(says.told) == {("C0GENERAL", code)}, f"died at question {dies_at}"


async def test_a_frozen_process_that_wakes_after_its_lease_sends_nothing_more(
    ledger: Ledger, platform: FaultyPlatform, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ledger.owe([owed_to(f"U{number}") for number in range(5)])
    pace = Pace(per_minute=0, lease_seconds=0.3, post_seconds=5.0, slice_seconds=2.0)
    frozen = Pump(ledger, platform, Says(), clock, owner="frozen", pace=pace)
    lane_seconds: list[float] = []

    async def compose(delivery: object, now: object) -> Any:
        # What SIGSTOP does: the whole process stands still past its lease, between claiming and posting.
        await asyncio.sleep(0.5)
        lane_seconds.append(0.5)
        return await Says().compose(owed_to("U"), clock())  # type: ignore[arg-type]

    monkeypatch.setattr(frozen._composer, "compose", compose)
    awake = Pump(ledger, platform, Says(), clock, owner="awake", pace=replace(pace, lease_seconds=30.0))

    stopped = asyncio.create_task(frozen.turn(ACME))
    await asyncio.sleep(0.35)
    while not platform.messages:
        await awake.turn(ACME)
        clock.forward(timedelta(seconds=6))
        await asyncio.sleep(0.01)
    await stopped
    for _ in range(5):
        await awake.turn(ACME)
        clock.forward(timedelta(seconds=6))

    assert set(platform.visible().values()) == {1}
    assert len(platform.visible()) == 5


async def test_a_replaced_owner_cannot_write_over_what_its_successor_did(
    ledger: Ledger, clock: Clock
) -> None:
    await ledger.owe([owed_to("U1")])
    old = await ledger.lease(ACME, "old", seconds=30)
    assert old is not None
    claim = await ledger.claim(old, now=clock(), per_minute=0)
    ((delivery, _),) = claim.slots
    await ledger.lease(ACME, "old", seconds=0.05)
    new: Lane | None = None
    while new is None:
        await asyncio.sleep(0.02)
        new = await ledger.lease(ACME, "new", seconds=30)
    await ledger.unresolved(new, now=clock())
    await ledger.record(new, delivery.id, DeliveryState.SENT, now=clock(), ts="found")

    overwritten = await ledger.record(old, delivery.id, DeliveryState.QUEUED, now=clock())

    assert not overwritten
    kept = await ledger.get(ACME, delivery.id)
    assert kept is not None
    assert (kept.state, kept.ts) == (DeliveryState.SENT, "found")
