"""What every store promises of a channel that gets another id: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.checks import Check
from bot.domain.deliveries import Kind, NewDelivery
from bot.domain.stories import Source, Story
from bot.ports.stores import Store

ACME, OTHER = "slack:TACME", "slack:TOTHER"
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


async def _check(store: Store, workspace: str) -> tuple[Check, Story]:
    """A check in C1 with its message and one answer in its thread, and a story told elsewhere."""
    asked = Check("", workspace, "sales", "C1", "Who?", "alice", NOW, NOW + timedelta(hours=4))
    check = await store.checks.open(asked)
    await store.checks.posted(workspace, check.id, channel="C1", ts="1.1")
    await store.ledger.owe([NewDelivery(workspace, check.id, Kind.CHECK, "C1", NOW, channel="C1")])
    told = Story(
        "", workspace, "sales", "bob", "Maria.", NOW, NOW.date(), Source.CHECK, "C1:1.2", check=check.id
    )
    await store.stories.keep(
        Story("", workspace, "sales", "bob", "Rosa.", NOW, NOW.date(), Source.DM, "C12:1")
    )
    return check, (await store.stories.keep(told)).story


async def test_messages_checks_and_answers_are_found_in_the_new_place(store: Store) -> None:
    check, answer = await _check(store, ACME)

    for _ in range(2):
        await store.moving.channel(ACME, "C1", "C9")

    found = await store.checks.by_message(ACME, "C9", "1.1")
    assert found is not None
    assert found.id == check.id
    assert await store.checks.by_message(ACME, "C1", "1.1") is None
    [message] = await store.ledger.about(ACME, check.id)
    assert (message.recipient, message.channel) == ("C9", "C9")
    edited = await store.stories.edit_message(ACME, "C9:1.2", "Maria slept.", edited="2", at=NOW)
    assert edited is not None
    assert (edited.id, edited.text, edited.origin) == (answer.id, "Maria slept.", "C9:1.2")
    assert await store.stories.by_origin(ACME, "C12:1") is not None


async def test_the_same_channel_of_another_workspace_stays(store: Store) -> None:
    await _check(store, ACME)
    await _check(store, OTHER)

    await store.moving.channel(ACME, "C1", "C9")

    assert await store.checks.by_message(OTHER, "C1", "1.1") is not None
    assert await store.stories.by_origin(OTHER, "C1:1.2") is not None
