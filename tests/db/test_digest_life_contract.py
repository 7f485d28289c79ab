"""What every store promises about a digest that changes until it is posted: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.deliveries import DeliveryState, Kind, NewDelivery, schedule_id
from bot.domain.digests import Digest, DigestState, Pick, Voice
from bot.ports.stores import Store

ACME = "slack:TACME"
FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
WEEK = timedelta(weeks=1)
PICKS = (
    Pick(story="s-alice", teller="alice", featured=True, position=0),
    Pick(story="s-bob", teller="bob", featured=True, position=1),
    Pick(story="s-charlie", teller="charlie", featured=False, position=2),
)
DIGEST = Digest("", ACME, "team1", FRIDAY.date(), FRIDAY - WEEK, FRIDAY, question="Why?", picks=PICKS)


async def _message(store: Store, kind: Kind, recipient: str) -> None:
    await store.ledger.owe(
        [
            NewDelivery(
                workspace=ACME,
                subject=schedule_id("team1", Kind.DIGEST),
                kind=kind,
                recipient=recipient,
                due_at=FRIDAY,
                local_date=date(2026, 11, 20),
                team="team1",
            )
        ]
    )


async def _wanted(store: Store) -> dict[Kind, int]:
    found = await store.ledger.about(ACME, schedule_id("team1", Kind.DIGEST))
    return {each.kind: each.wanted for each in found}


async def test_posted_early_a_digest_ends_at_that_moment(store: Store) -> None:
    planned = await store.digests.plan(DIGEST)
    early = FRIDAY - timedelta(minutes=40)

    changed = await store.digests.change(replace(planned, until=early), before=planned)

    found = await store.digests.get(ACME, planned.id)
    assert changed
    assert found == replace(planned, until=early)
    assert await store.digests.latest(ACME, "team1", before=FRIDAY) == found


async def test_a_decision_shows_the_message_and_its_preview_anew_being_posted_the_preview_alone(
    store: Store,
) -> None:
    await _message(store, Kind.DIGEST, "C1")
    await _message(store, Kind.PREVIEW, "alice")
    planned = await store.digests.plan(DIGEST)

    left_out = replace(planned, left_out=("s-bob",), picks=PICKS[:1])
    await store.digests.change(left_out, before=planned)
    decided = await _wanted(store)
    await store.digests.change(replace(left_out, state=DigestState.POSTED), before=left_out)
    posted = await _wanted(store)

    assert decided == {Kind.DIGEST: 1, Kind.PREVIEW: 1}
    assert posted == {Kind.DIGEST: 1, Kind.PREVIEW: 2}


async def test_voices_are_a_tellers_highlights_in_posted_digests_of_that_time(store: Store) -> None:
    first = await store.digests.plan(DIGEST)
    later = replace(DIGEST, day=(FRIDAY + WEEK).date(), since=FRIDAY, until=FRIDAY + WEEK)
    await store.digests.plan(later)
    before = await store.digests.voices(ACME, "alice", FRIDAY - WEEK, FRIDAY + 2 * WEEK)

    await store.digests.change(replace(first, state=DigestState.POSTED))

    assert before == []
    alice = await store.digests.voices(ACME, "alice", FRIDAY - WEEK, FRIDAY + 2 * WEEK)
    assert alice == [Voice("team1", FRIDAY, "s-alice", opened=True)]
    assert await store.digests.voices(ACME, "bob", FRIDAY - WEEK, FRIDAY) == [
        Voice("team1", FRIDAY, "s-bob", opened=False)
    ]
    assert await store.digests.voices(ACME, "charlie", FRIDAY - WEEK, FRIDAY) == []
    assert await store.digests.voices(ACME, "alice", FRIDAY, FRIDAY + WEEK) == []


async def test_a_message_knows_which_stories_it_was_noted_to_show(store: Store) -> None:
    await _message(store, Kind.DIGEST, "C1")
    [message] = await store.ledger.about(ACME, schedule_id("team1", Kind.DIGEST))

    await store.ledger.shows(ACME, message.id, ["s-alice", "s-bob"])
    await store.ledger.shows(ACME, message.id, ["s-bob"])

    assert message.state is DeliveryState.QUEUED
    assert list(await store.ledger.shown_in(ACME, message.id)) == ["s-alice", "s-bob"]
    assert list(await store.ledger.shown_in("slack:TOTHER", message.id)) == []
