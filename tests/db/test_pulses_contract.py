"""What every store promises about pulses: counts without people, and hashes that go."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.db.store import SqlStore
from bot.domain.pulses import CUSTOMERS, MEANING, OPEN_FOR, Pulse
from bot.ports.pulses import Vote
from bot.ports.stores import Store

NOW = datetime(2026, 12, 7, 15, tzinfo=UTC)
ACME, UMBRELLA = "slack:T1", "slack:T2"
WINTER = Pulse("", ACME, "sales", "2026-Q4", NOW, NOW + OPEN_FOR)
FINE = {CUSTOMERS: 4, MEANING: 5}
AFTER = NOW + OPEN_FOR


async def test_a_team_has_one_pulse_a_quarter_even_if_two_prompts_open_it_at_once(store: Store) -> None:
    one, other = await asyncio.gather(store.pulses.open(WINTER), store.pulses.open(WINTER))

    assert one == other
    assert one.id
    assert await store.pulses.of_quarter(ACME, "sales", "2026-Q4") == one
    assert await store.pulses.get(ACME, one.id) == one
    assert await store.pulses.get(UMBRELLA, one.id) is None
    assert await store.pulses.of_quarter(ACME, "sales", "2026-Q3") is None


async def test_answers_become_counts_and_each_person_counts_once(store: Store) -> None:
    pulse = await store.pulses.open(WINTER)

    first = await store.pulses.answer(ACME, pulse.id, "alice", FINE, now=NOW)
    both = await asyncio.gather(
        *(store.pulses.answer(ACME, pulse.id, "bob", {CUSTOMERS: 2, MEANING: 5}, now=NOW) for _ in range(2))
    )

    assert first is Vote.COUNTED
    assert sorted(vote.value for vote in both) == ["already", "counted"]
    counted = await store.pulses.get(ACME, pulse.id)
    assert counted is not None
    assert dict(counted.counts) == {CUSTOMERS: (0, 1, 0, 1, 0), MEANING: (0, 0, 0, 0, 2)}
    assert await store.pulses.answered(ACME, pulse.id, "bob")
    assert not await store.pulses.answered(ACME, pulse.id, "charlie")


async def test_too_early_too_late_and_in_another_workspace_nothing_is_counted(store: Store) -> None:
    pulse = await store.pulses.open(WINTER)

    votes = [
        await store.pulses.answer(ACME, pulse.id, "alice", FINE, now=NOW - timedelta(seconds=1)),
        await store.pulses.answer(ACME, pulse.id, "alice", FINE, now=AFTER),
        await store.pulses.answer(UMBRELLA, pulse.id, "alice", FINE, now=NOW),
        await store.pulses.answer(ACME, "nothing", "alice", FINE, now=NOW),
    ]

    assert votes == [Vote.CLOSED] * 4
    counted = await store.pulses.get(ACME, pulse.id)
    assert counted is not None
    assert counted.answers == 0


async def test_closing_keeps_the_counts_and_lets_go_of_who_answered(store: Store) -> None:
    pulse = await store.pulses.open(WINTER)
    await store.pulses.answer(ACME, pulse.id, "alice", FINE, now=NOW)
    assert await store.pulses.past(ACME, "sales", now=NOW) == []

    early = await store.pulses.close_due(now=AFTER - timedelta(seconds=1))
    closed = await store.pulses.close_due(now=AFTER)
    again = await store.pulses.close_due(now=AFTER)

    assert (early, closed, again) == (0, 1, 0)
    assert not await store.pulses.answered(ACME, pulse.id, "alice")
    [past] = await store.pulses.past(ACME, "sales", now=AFTER)
    assert (past.closed_at, past.answers) == (AFTER, 1)
    assert await store.pulses.answer(ACME, pulse.id, "bob", FINE, now=NOW) is Vote.CLOSED


async def test_whoever_is_forgotten_is_gone_from_the_open_pulse_and_their_answer_stays_nobodys(
    store: Store,
) -> None:
    pulse = await store.pulses.open(WINTER)
    await store.pulses.answer(ACME, pulse.id, "alice", FINE, now=NOW)
    await store.pulses.answer(ACME, pulse.id, "bob", FINE, now=NOW)

    await store.forgetting.person(ACME, "alice", at=NOW)

    assert not await store.pulses.answered(ACME, pulse.id, "alice")
    assert await store.pulses.answered(ACME, pulse.id, "bob")
    counted = await store.pulses.get(ACME, pulse.id)
    assert counted is not None
    assert counted.answers == 2


async def test_no_row_of_a_pulse_holds_a_person_and_a_closed_one_not_even_a_trace(
    sql_store: SqlStore,
) -> None:
    pulse = await sql_store.pulses.open(WINTER)
    await sql_store.pulses.answer(ACME, pulse.id, "UALICE", FINE, now=NOW)

    while_open = await _rows(sql_store)
    mine = await sql_store.forgetting.everything_of(ACME, "UALICE")
    await sql_store.pulses.close_due(now=AFTER)
    closed = await _rows(sql_store)

    assert "pulse_voter" in while_open
    assert "UALICE" not in while_open
    assert mine["pulses_answered"] == [{"team": "sales", "quarter": "2026-Q4"}]
    assert "pulse_voter" not in closed
    assert "salt=''" in closed
    assert (await sql_store.forgetting.everything_of(ACME, "UALICE"))["pulses_answered"] == []


async def _rows(store: SqlStore) -> str:
    found = []
    async with store.database.reading() as connection:
        for table in ("pulse", "pulse_voter"):
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).mappings()
            found += [f"{table}: " + " ".join(f"{name}={row[name]!r}" for name in row) for row in rows]
    return "\n".join(found)
