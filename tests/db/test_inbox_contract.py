"""What every store promises about the inbox: once, on disk, and only what may be kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.db.store import SqlStore
from bot.domain.checks import Check
from bot.domain.stories import Source, Story
from bot.ports.inbox import InboxEntry, OnlyIfCheckOpen
from bot.ports.stores import Store
from bot.ports.workspaces import Installation

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
ACME, OTHER = "slack:T1", "slack:T2"
THREAD = OnlyIfCheckOpen("C1", "171.5")


def arrived(key: str = "Ev1", **changes: Any) -> InboxEntry:
    entry = InboxEntry(ACME, key, "event", '{"text": "Saved an hour."}', NOW, sender="alice")
    return replace(entry, **changes)


async def open_check(store: Store, workspace: str = ACME) -> Check:
    check = Check("", workspace, "sales", "C1", "What?", "charlie", NOW, SOON)
    opened = await store.checks.open(check)
    await store.checks.posted(workspace, opened.id, channel="C1", ts="171.5")
    return opened


async def pending(store: Store) -> list[str]:
    return [entry.key for entry in await store.inbox.pending(older_than=SOON)]


async def test_an_entry_is_new_once(store: Store) -> None:
    first = await store.inbox.keep(arrived())
    again = await store.inbox.keep(arrived(payload="{}"))
    elsewhere = await store.inbox.keep(arrived(workspace=OTHER))

    assert (first, again, elsewhere) == (True, False, True)
    assert (await store.inbox.pending(older_than=SOON))[0] == arrived()
    assert list(await store.inbox.pending(older_than=NOW)) == []


async def test_of_many_who_bring_the_same_key_at_once_one_is_new(store: Store) -> None:
    keys = [f"Ev{number % 10}" for number in range(60)]

    outcomes = await asyncio.gather(*(store.inbox.keep(arrived(key)) for key in keys))

    assert sum(outcomes) == 10
    assert sorted(await pending(store)) == sorted(set(keys))


async def test_channel_messages_are_kept_only_while_their_check_is_open(store: Store) -> None:
    before = await store.inbox.keep(arrived("1"), only_if=THREAD)
    check = await open_check(store)
    during = await store.inbox.keep(arrived("2"), only_if=THREAD)
    elsewhere = await store.inbox.keep(arrived("3", workspace=OTHER), only_if=THREAD)
    other_thread = await store.inbox.keep(arrived("4"), only_if=OnlyIfCheckOpen("C1", "999.9"))
    await store.checks.close(ACME, check.id, by=None, at=NOW)
    after = await store.inbox.keep(arrived("5"), only_if=THREAD)

    assert (before, during, elsewhere, other_thread, after) == (False, True, False, False, False)
    assert await pending(store) == ["2"]


async def test_an_answer_below_the_bots_own_message_is_kept_before_that_message_is_noted(
    store: Store,
) -> None:
    await store.workspaces.save(Installation(ACME, "Acme", "B1"), now=NOW)
    await store.checks.open(Check("", ACME, "sales", "C1", "What?", "charlie", NOW, SOON))

    below_bot = await store.inbox.keep(arrived("1"), only_if=replace(THREAD, starter="B1"))
    below_bob = await store.inbox.keep(arrived("2"), only_if=replace(THREAD, starter="bob"))
    elsewhere = await store.inbox.keep(arrived("3"), only_if=replace(THREAD, channel="C2", starter="B1"))

    assert (below_bot, below_bob, elsewhere) == (True, False, False)


async def test_an_edit_of_a_story_counts_after_its_check_was_closed(store: Store) -> None:
    told = Story("", ACME, "sales", "alice", "An hour.", NOW, NOW.date(), Source.CHECK, "C1:171.6")
    await store.stories.keep(told)
    await store.stories.edit_message(ACME, "C1:171.7", "Nobody's.", edited="1", at=NOW)

    mine = await store.inbox.keep(arrived("1"), only_if=replace(THREAD, origin="C1:171.6"))
    unknown = await store.inbox.keep(arrived("2"), only_if=replace(THREAD, origin="C1:171.7"))
    elsewhere = await store.inbox.keep(
        arrived("3", workspace=OTHER), only_if=replace(THREAD, origin="C1:171.6")
    )

    assert (mine, unknown, elsewhere) == (True, False, False)


async def test_what_was_worked_off_keeps_its_key_and_loses_its_words(store: Store) -> None:
    await store.inbox.keep(arrived())

    await store.inbox.done(ACME, "Ev1", at=SOON)

    assert await pending(store) == []
    assert not await store.inbox.keep(arrived())


async def test_after_five_attempts_an_entry_rests(store: Store) -> None:
    await store.inbox.keep(arrived())

    for _ in range(4):
        await store.inbox.failed(ACME, "Ev1", reason="KeyError", at=SOON)
    attempted = (await store.inbox.pending(older_than=SOON))[0].attempts
    await store.inbox.failed(ACME, "Ev1", reason="KeyError", at=SOON)

    assert attempted == 4
    assert await pending(store) == []
    assert not await store.inbox.keep(arrived())


async def test_pending_reads_oldest_first_and_stops_at_the_limit(store: Store) -> None:
    for minutes in (3, 1, 2):
        await store.inbox.keep(arrived(f"{minutes}", received_at=NOW - timedelta(minutes=minutes)))

    found = await store.inbox.pending(older_than=NOW, limit=2)

    assert [entry.key for entry in found] == ["3", "2"]


async def test_purging_takes_only_what_was_worked_off_and_is_old(store: Store) -> None:
    for key, received_at in (("old", NOW), ("young", SOON), ("waiting", NOW)):
        await store.inbox.keep(arrived(key, received_at=received_at))
    for key in ("old", "young"):
        await store.inbox.done(ACME, key, at=SOON)

    gone = await store.inbox.purge(before=SOON)

    assert gone == 1
    assert await store.inbox.keep(arrived("old"))
    assert not await store.inbox.keep(arrived("young"))


async def test_purging_takes_early_edits_whose_message_never_came(store: Store) -> None:
    await store.stories.edit_message(ACME, "D1:1", "Newest.", edited="1", at=NOW)

    await store.inbox.purge(before=SOON)
    kept = await store.stories.keep(
        Story("", ACME, "sales", "alice", "First.", NOW, NOW.date(), Source.DM, "D1:1")
    )

    assert kept.story.text == "First."


async def test_whoever_stops_waiting_takes_nobody_with_them(sql_store: SqlStore) -> None:
    waiting = [asyncio.create_task(sql_store.inbox.keep(arrived(f"Ev{number}"))) for number in range(30)]
    await asyncio.sleep(0)

    for impatient in waiting[::3]:
        impatient.cancel()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await sql_store.inbox.flush()

    assert outcomes.count(True) == 20
    assert len(await pending(sql_store)) == 30


async def test_when_nothing_can_be_written_everyone_who_waits_is_told(sql_store: SqlStore) -> None:
    async with sql_store.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")

    outcomes = await asyncio.gather(
        *(sql_store.inbox.keep(arrived(f"Ev{number}")) for number in range(3)), return_exceptions=True
    )
    async with sql_store.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    afterwards = await sql_store.inbox.keep(arrived("Ev9"))

    assert all(isinstance(outcome, Exception) for outcome in outcomes)
    assert afterwards
