"""A schedule may name several days: each digest of a week holds what was told since the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import cast

import pytest

from bot.domain.notices import DigestNotice
from bot.domain.schedules import Schedule
from bot.domain.weeks import Week
from bot.ports.stores import Store
from bot.ports.world import Skip
from bot.usecases.digesting import Digesting
from tests.unit.digest_store import FRIDAY, TEAM, FakeStore, W, posted_at, tell

TUESDAY = FRIDAY - timedelta(days=3)
TWICE = replace(TEAM, digest=Schedule(frozenset({1, 4}), time(15)))


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(team=TWICE)


@pytest.fixture
def digesting(store: FakeStore) -> Digesting:
    return Digesting(cast(Store, store))


async def test_two_digests_a_week_each_hold_what_was_told_since_the_one_before(
    store: FakeStore, digesting: Digesting
) -> None:
    monday = tell(store, "UALICE", "On Monday, about the bakery.", at=TUESDAY)
    tuesday = await posted_at(digesting, TUESDAY)
    thursday = tell(store, "UBOB", "On Thursday, about the clinic.")

    friday = await posted_at(digesting, FRIDAY)

    assert isinstance(tuesday, DigestNotice)
    assert isinstance(friday, DigestNotice)
    assert [list(tuesday.stories), list(friday.stories)] == [[monday.id], [thursday.id]]
    assert tuesday.digest.week == friday.digest.week == "2026-W47"
    assert friday.digest.since == TUESDAY


async def test_looking_at_such_a_week_shows_all_of_it_planned_or_not(
    store: FakeStore, digesting: Digesting
) -> None:
    monday = tell(store, "UALICE", "On Monday, about the bakery.", at=TUESDAY)
    thursday = tell(store, "UBOB", "On Thursday, about the clinic.")
    looked = [await digesting.of_week(W, "T", Week(2026, 47), FRIDAY)]
    assert store.kept == {}

    await posted_at(digesting, TUESDAY)
    looked.append(await digesting.of_week(W, "T", Week(2026, 47), FRIDAY))
    await posted_at(digesting, FRIDAY)
    looked.append(await digesting.of_week(W, "T", Week(2026, 47), FRIDAY))

    for notice in looked:
        assert notice is not None
        assert [pick.story for pick in notice.digest.picks] == [monday.id, thursday.id]
        assert notice.digest.until == FRIDAY


async def test_a_week_has_no_more_digests_than_its_schedule_names_days(
    store: FakeStore, digesting: Digesting
) -> None:
    tell(store, "UALICE", "On Monday, about the bakery.", at=TUESDAY)
    await posted_at(digesting, TUESDAY)
    await posted_at(digesting, FRIDAY)
    late = tell(store, "UBOB", "On Saturday morning.", at=FRIDAY + timedelta(days=2))
    store.team = replace(TEAM, digest=Schedule(frozenset({1, 5}), time(15)))

    saturday = await posted_at(digesting, FRIDAY + timedelta(days=1))
    following = await posted_at(digesting, TUESDAY + timedelta(weeks=1))

    assert saturday == Skip("posted_this_week")
    assert isinstance(following, DigestNotice)
    assert list(following.stories) == [late.id]
