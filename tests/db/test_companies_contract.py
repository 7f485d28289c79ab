"""What every store promises of a company's own digest: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.deliveries import Kind
from bot.domain.teams import Team, company_id
from bot.ports.stores import Store

ACME, UMBRELLA = "slack:TACME", "slack:TUMBRELLA"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
COMPANY = Team(
    id=company_id(ACME),
    workspace=ACME,
    channel="C0ALL",
    name="Acme",
    zone="Europe/Berlin",
    managers=(),
    channel_name="all-hands",
    company="Acme",
)


async def test_a_company_has_a_digest_and_nothing_else_and_is_no_team(store: Store) -> None:
    saved = await store.companies.save(COMPANY, now=NOW)

    assert saved == await store.companies.get(ACME) == COMPANY
    assert await store.companies.get(UMBRELLA) is None
    assert await store.teams.all(ACME) == []
    assert await store.teams.by_channel(ACME, "C0ALL") is None
    planned = await store.ledger.to_plan(until=NOW + timedelta(hours=1))
    assert [(item.kind, item.channel, item.manager) for item in planned] == [(Kind.DIGEST, "C0ALL", None)]


async def test_saved_again_it_moves_and_removed_it_owes_nothing_more(store: Store) -> None:
    await store.companies.save(COMPANY, now=NOW)

    moved = await store.companies.save(replace(COMPANY, channel="C0NEW"), now=NOW)
    removed = [await store.companies.remove(ACME), await store.companies.remove(ACME)]

    assert moved.channel == "C0NEW"
    assert removed == [True, False]
    assert await store.companies.get(ACME) is None
    assert await store.ledger.to_plan(until=NOW + timedelta(hours=1)) == []
