"""What installing needs remembered, over every store: states good once, tokens renewed by one, workspaces deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.db.engine import Database
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.domain.deliveries import DeliveryState
from bot.domain.stories import Source, Story
from bot.domain.teams import Team
from bot.ports.installing import Tokens
from bot.ports.stores import Store
from bot.ports.workspaces import Installation
from bot.usecases.noticing import notice

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=2)
KEY = Fernet.generate_key().decode()
ACME = Installation(
    "slack:T1",
    "Acme",
    "B1",
    token="xoxe.first",
    refresh_token="xoxe-1-first",
    expires_at=NOW + timedelta(hours=1),
)
NEXT = Tokens("xoxe.second", "xoxe-1-second", NOW + timedelta(hours=12))


# states -----------------------------------------------------------------------------------------------------------


async def test_a_state_is_good_once_for_the_browser_that_began(store: Store) -> None:
    await store.install_states.keep("state", "alices", expires_at=SOON, now=NOW)

    strange = await store.install_states.use("state", "bobs", now=NOW)
    unknown = await store.install_states.use("forged", "alices", now=NOW)
    at_once = await asyncio.gather(*(store.install_states.use("state", "alices", now=NOW) for _ in range(5)))

    assert (strange, unknown, sorted(at_once)) == (False, False, [False] * 4 + [True])


async def test_a_state_runs_out(store: Store) -> None:
    await store.install_states.keep("state", "alices", expires_at=SOON, now=NOW)

    assert not await store.install_states.use("state", "alices", now=SOON)


async def test_only_hashes_of_states_are_kept_and_old_ones_go(database: Database) -> None:
    states = SqlStore(database).install_states
    await states.keep("old-state", "alices", expires_at=NOW, now=NOW - timedelta(minutes=10))

    await states.keep("new-state", "alices", expires_at=SOON, now=NOW)

    async with database.reading() as connection:
        rows = (await connection.execute(text("SELECT state, browser FROM install_state"))).all()
    assert len(rows) == 1
    assert "state" not in rows[0].state + rows[0].browser
    assert "alices" not in rows[0].browser


# renewing ---------------------------------------------------------------------------------------------------------


async def test_one_of_two_replicas_renews_and_the_used_refresh_token_stays_until_its_successor_is_kept(
    store: Store,
) -> None:
    await store.workspaces.save(ACME, now=NOW)

    due = await store.renewals.due(before=SOON)
    taken = await asyncio.gather(
        *(store.renewals.take("slack:T1", name, before=SOON, seconds=30) for name in ("one", "two"))
    )
    between = await store.workspaces.get("slack:T1")
    kept = await store.renewals.keep("slack:T1", "one", "xoxe-1-first", NEXT)
    after = await store.workspaces.get("slack:T1")
    late = await store.renewals.keep("slack:T1", "two", "xoxe-1-first", replace(NEXT, token="xoxe.late"))

    assert list(due) == ["slack:T1"]
    assert sorted(taken, key=str) == [None, "xoxe-1-first"]
    assert between is not None
    assert between.refresh_token == "xoxe-1-first"
    assert after is not None
    assert (kept, late, after.token, after.refresh_token) == (True, False, "xoxe.second", "xoxe-1-second")
    assert list(await store.renewals.due(before=SOON)) == []


async def test_whoever_could_not_renew_lets_another_try(store: Store) -> None:
    await store.workspaces.save(ACME, now=NOW)
    await store.renewals.take("slack:T1", "one", before=SOON, seconds=30)

    await store.renewals.give_back("slack:T1", "one")

    assert await store.renewals.take("slack:T1", "two", before=SOON, seconds=30) == "xoxe-1-first"


async def test_a_lease_ends_by_itself(database: Database) -> None:
    store = SqlStore(database, token_keys=[KEY])
    await store.workspaces.save(ACME, now=NOW)
    await store.renewals.take("slack:T1", "one", before=SOON, seconds=0)

    assert await store.renewals.take("slack:T1", "two", before=SOON, seconds=30) == "xoxe-1-first"


@pytest.mark.parametrize("again", [True, False])
async def test_what_was_renewed_does_not_touch_a_workspace_that_was_revoked_or_installed_again(
    store: Store, again: bool
) -> None:
    await store.workspaces.save(ACME, now=NOW)
    await store.renewals.take("slack:T1", "one", before=SOON, seconds=30)
    await store.workspaces.revoke("slack:T1", now=NOW)
    if again:
        await store.workspaces.save(replace(ACME, token="xoxe.again", refresh_token="xoxe-1-again"), now=NOW)

    kept = await store.renewals.keep("slack:T1", "one", "xoxe-1-first", NEXT)
    found = await store.workspaces.get("slack:T1")

    assert found is not None
    assert (kept, found.token) == (False, "xoxe.again" if again else None)


async def test_rotating_keys_takes_refresh_tokens_along_and_no_repr_shows_either(database: Database) -> None:
    new = Fernet.generate_key().decode()
    await SqlStore(database, token_keys=[KEY]).workspaces.save(ACME, now=NOW)

    await SqlStore(database, token_keys=[new, KEY]).workspaces.rotate_keys()
    found = await SqlStore(database, token_keys=[new]).workspaces.get("slack:T1")

    assert found is not None
    assert (found.token, found.refresh_token) == (ACME.token, ACME.refresh_token)
    assert "xoxe" not in repr(found) + repr(NEXT)


# deleting ---------------------------------------------------------------------------------------------------------


async def test_a_workspace_that_stays_away_is_deleted_with_everything_and_no_other_is(
    database: Database,
) -> None:
    store = SqlStore(database, token_keys=[KEY])
    for key in ("slack:T1", "slack:T2", "slack:T3"):
        await store.workspaces.save(replace(ACME, workspace=key), now=NOW)
        team = await store.teams.save(
            Team("", key, "C1", "Sales", "Europe/Berlin", ("U1",)), by="U1", now=NOW
        )
        words = "Maria slept through the night."
        await store.stories.keep(Story("", key, team.id, "U1", words, NOW, NOW.date(), Source.DM, "D1:1"))
        await store.audit.note(key, actor="U1", action="installed", about=key, at=NOW)
    for key in ("slack:T1", "slack:T2"):
        await store.workspaces.revoke(key, now=NOW)
    await store.workspaces.save(replace(ACME, workspace="slack:T2"), now=NOW + timedelta(days=29))

    early = await store.workspaces.purge(before=NOW)
    gone = await store.workspaces.purge(before=NOW + timedelta(seconds=1))

    assert (list(early), list(gone)) == ([], ["slack:T1"])
    assert [each.workspace for each in await store.workspaces.all()] == ["slack:T2", "slack:T3"]
    for key, left in (("slack:T1", False), ("slack:T2", True), ("slack:T3", True)):
        async with database.reading(key) as connection:
            for table in metadata.sorted_tables:
                if "workspace" in table.columns:
                    asked = text(f"SELECT COUNT(*) FROM {table.name} WHERE workspace = :key")
                    count = (await connection.execute(asked, {"key": key})).scalar_one()
                    if table.name in ("story", "team", "audit", "story_words"):
                        assert bool(count) is left, (key, table.name)
                    elif not left:
                        assert count == 0, (key, table.name)


# taken out ----------------------------------------------------------------------------------------------------------


async def owed(store: Store) -> str:
    """A message that waits; its id."""
    await store.ledger.owe([notice("slack:T1", "UBOB", "resumed", "tomorrow", NOW + timedelta(hours=20))])
    [waits] = await store.ledger.recent("slack:T1")
    return waits.id


async def test_taken_out_a_workspace_has_no_token_and_all_that_it_is_owed_is_parked(store: Store) -> None:
    await store.workspaces.save(ACME, now=NOW)
    delivery = await owed(store)

    gone = [
        await store.workspaces.revoke("slack:T1", now=NOW, told=NOW, reason="tokens_revoked"),
        await store.workspaces.revoke("slack:T1", now=NOW, told=NOW, reason="app_uninstalled"),
        await store.workspaces.revoke("slack:T2", now=NOW, told=NOW),
    ]
    parked = await store.ledger.get("slack:T1", delivery)

    assert gone == [True, True, False]
    assert parked is not None
    assert (parked.state, parked.reason) == (DeliveryState.PARKED, "tokens_revoked")


async def test_news_older_than_the_installation_change_nothing(store: Store) -> None:
    await store.workspaces.save(ACME, now=NOW)
    delivery = await owed(store)

    gone = await store.workspaces.revoke(
        "slack:T1", now=NOW + timedelta(minutes=5), told=NOW - timedelta(seconds=1)
    )
    found = await store.workspaces.get("slack:T1")
    waits = await store.ledger.get("slack:T1", delivery)

    assert found is not None
    assert waits is not None
    assert (gone, found.revoked_at, found.token) == (False, None, ACME.token)
    assert waits.state is DeliveryState.QUEUED


async def test_who_comes_back_by_the_settings_is_installed_anew(store: Store) -> None:
    await store.workspaces.save(ACME, now=NOW)
    await store.workspaces.revoke("slack:T1", now=NOW, told=NOW)
    back = NOW + timedelta(days=1)

    await store.workspaces.save(replace(ACME, token=None), now=back)
    found = await store.workspaces.get("slack:T1")

    assert found is not None
    assert (found.installed_at, found.revoked_at) == (back, None)


async def test_removed_and_installed_again_at_the_same_instant_nothing_stays_parked(
    database: Database,
) -> None:
    store = SqlStore(database, token_keys=[KEY])
    await store.workspaces.save(replace(ACME, installed_at=NOW), now=NOW)
    delivery = await owed(store)
    removed = NOW + timedelta(minutes=1)

    async def news_of_the_removal() -> None:
        await store.workspaces.revoke("slack:T1", now=removed, told=removed)

    async def installed_again(at: datetime) -> None:
        await store.workspaces.save(replace(ACME, installed_at=at), now=at)
        await store.ledger.unpark("slack:T1", None, now=at)

    for _ in range(20):
        again = removed + timedelta(seconds=5)
        await asyncio.gather(news_of_the_removal(), installed_again(again), news_of_the_removal())
        removed = again + timedelta(minutes=1)

        found = await store.workspaces.get("slack:T1")
        waits = await store.ledger.get("slack:T1", delivery)
        assert found is not None
        assert waits is not None
        assert (found.revoked_at, found.token, waits.state) == (None, ACME.token, DeliveryState.QUEUED)
