"""What every store promises of a company's own coach rules: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

from bot.ports.stores import Store

ACME, UMBRELLA = "slack:TACME", "slack:TUMBRELLA"


async def test_a_company_has_rules_of_its_own_until_it_goes_back_to_the_packaged_ones(store: Store) -> None:
    found = [await store.coach_rules.get(ACME)]
    for rules in ("fallback = []", 'fallback = ["Who?"] # “Wer?”', None, None):
        await store.coach_rules.save(ACME, rules)
        found.append(await store.coach_rules.get(ACME))

    assert found == [None, "fallback = []", 'fallback = ["Who?"] # “Wer?”', None, None]


async def test_one_companys_rules_are_no_others(store: Store) -> None:
    await store.coach_rules.save(ACME, "fallback = []")

    assert await store.coach_rules.get(UMBRELLA) is None
