"""What every store promises about huddles, in memory and on databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.deliveries import Kind, NewDelivery
from bot.domain.huddles import Huddle, HuddleState
from bot.ports.stores import Store

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME = "slack:T1"
MAY = Huddle("", ACME, "T1", "S1", "bob", "alice", NOW)
QUESTION = NewDelivery(workspace=ACME, subject="", kind=Kind.HUDDLE_ASK, recipient="bob", due_at=NOW)


async def test_a_huddle_comes_back_with_its_question_owed(store: Store) -> None:
    opened = await store.huddles.open(MAY, enqueue=[QUESTION])

    assert opened is not None
    assert opened == replace(MAY, id=opened.id)
    assert await store.huddles.get(ACME, opened.id) == opened
    assert await store.huddles.of_team(ACME, "T1") == [opened]
    assert [each.recipient for each in await store.ledger.about(ACME, opened.id)] == ["bob"]
    assert await store.huddles.get("slack:T2", opened.id) is None


async def test_a_story_is_up_once_in_a_team_even_if_two_ask_at_once(store: Store) -> None:
    both = await asyncio.gather(
        store.huddles.open(MAY, enqueue=[QUESTION]),
        store.huddles.open(replace(MAY, asked_by="charlie"), enqueue=[QUESTION]),
    )

    assert sorted(each is None for each in both) == [False, True]
    assert await store.huddles.open(replace(MAY, team="T2")) is not None


async def test_only_one_of_two_decisions_counts(store: Store) -> None:
    opened = await store.huddles.open(MAY)
    assert opened is not None

    both = await asyncio.gather(
        store.huddles.decide(ACME, opened.id, HuddleState.AGREED, before=HuddleState.ASKED, at=NOW),
        store.huddles.decide(ACME, opened.id, HuddleState.DECLINED, before=HuddleState.ASKED, at=NOW),
    )

    assert sorted(both) == [False, True]


async def test_telling_is_dated_and_cannot_come_before_the_yes(store: Store) -> None:
    opened = await store.huddles.open(MAY)
    assert opened is not None
    later = NOW + timedelta(hours=1)

    early = await store.huddles.decide(ACME, opened.id, HuddleState.TOLD, before=HuddleState.AGREED, at=later)
    await store.huddles.decide(ACME, opened.id, HuddleState.AGREED, before=HuddleState.ASKED, at=NOW)
    await store.huddles.decide(ACME, opened.id, HuddleState.TOLD, before=HuddleState.AGREED, at=later)

    told = await store.huddles.get(ACME, opened.id)
    assert not early
    assert told is not None
    assert (told.state, told.told_at) == (HuddleState.TOLD, later)


async def test_any_time_is_said_and_taken_back(store: Store) -> None:
    await store.huddles.set_any_time(ACME, "bob", yes=True, now=NOW)
    await store.huddles.set_any_time(ACME, "bob", yes=True, now=NOW)
    said = await store.huddles.any_time(ACME, ["alice", "bob"])
    await store.huddles.set_any_time(ACME, "bob", yes=False, now=NOW)

    assert said == {"bob"}
    assert await store.huddles.any_time(ACME, ["alice", "bob"]) == frozenset()
    assert await store.huddles.any_time(ACME, []) == frozenset()


async def test_forgetting_a_person_leaves_no_trace_of_them_in_huddles(store: Store) -> None:
    told = await store.huddles.open(MAY)
    asked = await store.huddles.open(replace(MAY, story="S2", teller="charlie", asked_by="bob"))
    await store.huddles.set_any_time(ACME, "bob", yes=True, now=NOW)
    assert told is not None
    assert asked is not None

    await store.forgetting.person(ACME, "bob", at=NOW)

    assert await store.huddles.of_team(ACME, "T1") == [replace(asked, asked_by="")]
    assert await store.huddles.any_time(ACME, ["bob"]) == frozenset()
