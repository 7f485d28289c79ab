"""The ledger three times: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

import pytest

from bot.db.ledger import SqlLedger
from bot.ports.ledger import Ledger
from scheduler.pump import Pace, Pump
from tests.fake_ledger import FakeLedger
from tests.scheduler.crew import Crew, FakeCrew, SqlCrew
from tests.scheduler.world import Clock, FaultyPlatform, Says


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> FaultyPlatform:
    return FaultyPlatform(clock)


@pytest.fixture
def says() -> Says:
    return Says()


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "fake":
        return FakeLedger()
    return SqlLedger(request.getfixturevalue(request.param))


@pytest.fixture
def crew(ledger: Ledger) -> Crew:
    """Teams and people in the same place as the ledger."""
    return FakeCrew(ledger) if isinstance(ledger, FakeLedger) else SqlCrew(ledger)


@pytest.fixture
def pump(ledger: Ledger, platform: FaultyPlatform, says: Says, clock: Clock) -> Pump:
    pace = Pace(per_minute=0, slice_seconds=1.0, post_seconds=1.0)
    return Pump(ledger, platform, says, clock, owner="replica-1", pace=pace)
