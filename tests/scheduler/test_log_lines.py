"""Whatever goes wrong with a message, its log line says where to look: workspace and delivery, as fields."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot import logs
from bot.domain.deliveries import DeliveryState
from bot.ports.ledger import Ledger
from bot.ports.world import Trouble
from scheduler.pump import Pump
from tests.fake_ledger import FakeLedger
from tests.scheduler.world import ACME, BOB, Clock, Fault, FaultyPlatform, owed_to, refused


@pytest.fixture
def ledger() -> Ledger:
    return FakeLedger()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as it is away from a terminal."""
    root, names = logging.getLogger(), ("", "bot", "handlers", "scheduler", "apscheduler.scheduler")
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("INFO", "json")
    yield stream
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def test_a_message_that_slack_will_not_have_and_one_that_met_a_bug_are_named_by_their_fields(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock, written: io.StringIO
) -> None:
    await ledger.owe([owed_to(BOB, number=number) for number in range(2)])
    platform.faults.extend([refused(Trouble.INVALID, "invalid_blocks"), Fault(KeyError("bug"))])

    await pump.turn(ACME)
    clock.forward(timedelta(seconds=2))
    await pump.turn(ACME)

    owed = {each.id for each in await ledger.recent(ACME)}
    told = [line for line in lines(written) if line["level"] == "error"]
    assert {(line["workspace"], line["recipient"], line["kind"]) for line in told} == {(ACME, BOB, "prompt")}
    assert {line["delivery"] for line in told} == owed


async def test_an_update_that_is_given_up_is_named_too_and_nothing_is_bound_afterwards(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock, written: io.StringIO
) -> None:
    await ledger.owe([owed_to(BOB)])
    await pump.turn(ACME)
    await ledger.show_anew(ACME, "team1:prompt")
    platform.update_faults.append(refused(Trouble.INVALID, "invalid_blocks"))

    clock.forward(timedelta(minutes=1))
    await pump.turn(ACME)
    logging.getLogger("scheduler").warning("the lane is empty")

    [delivery] = await ledger.recent(ACME)
    given_up, after = lines(written)[-2:]
    assert delivery.state is DeliveryState.SENT
    assert (given_up["workspace"], given_up["delivery"]) == (ACME, delivery.id)
    assert "delivery" not in after
