"""What every store promises about purpose checks and digests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.checks import Check, CheckState
from bot.domain.deliveries import Kind, NewDelivery, schedule_id
from bot.domain.digests import Digest, DigestState, Pick
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.ports.stores import Store
from bot.ports.stories import StoryChange

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"


def asked(**changes: Any) -> Check:
    check = Check(
        id="",
        workspace=ACME,
        team="sales",
        channel="C1",
        question="What difference did you make?",
        asked_by="charlie",
        opened_at=NOW,
        closes_at=NOW + timedelta(hours=4),
        origin="command:1",
    )
    return replace(check, **changes)


def message(kind: Kind = Kind.CHECK, subject: str = "") -> NewDelivery:
    return NewDelivery(ACME, subject, kind, "C1", NOW)


async def answer(store: Store, check: str, teller: str, origin: str, **changes: Any) -> Story:
    told = Story(
        id="",
        workspace=ACME,
        team="sales",
        teller=teller,
        text="Saved an hour.",
        told_at=NOW,
        told_on=NOW.date(),
        source=Source.CHECK,
        origin=origin,
        check=check,
    )
    return (await store.stories.keep(replace(told, **changes))).story


def week(number: int = 47, **changes: Any) -> Digest:
    until = datetime.fromisocalendar(2026, number, 5).replace(hour=14, tzinfo=UTC)
    return replace(Digest("", ACME, "sales", until.date(), until - timedelta(days=7), until), **changes)


async def test_a_check_is_opened_once_however_often_its_command_arrives(store: Store) -> None:
    first = await store.checks.open(asked(), enqueue=[message()])

    again = await store.checks.open(asked(question="Another?"), enqueue=[message(subject="other")])

    assert first.id
    assert again == first
    assert await store.checks.get(ACME, first.id) == first
    assert await store.checks.get(OTHER, first.id) is None
    assert len(await store.ledger.about(ACME, first.id)) == 1
    assert list(await store.ledger.about(ACME, "other")) == []


async def test_checks_without_an_origin_are_each_their_own(store: Store) -> None:
    first = await store.checks.open(asked(origin=""))
    second = await store.checks.open(asked(origin=""))

    assert first.id != second.id


async def test_a_check_is_found_by_its_message_once_that_stands(store: Store) -> None:
    check = await store.checks.open(asked())

    before = await store.checks.by_message(ACME, "C1", "171.5")
    await store.checks.posted(ACME, check.id, channel="C1", ts="171.5")
    after = await store.checks.by_message(ACME, "C1", "171.5")

    assert before is None
    assert after == replace(check, ts="171.5")
    assert await store.checks.by_message(OTHER, "C1", "171.5") is None


async def test_of_two_who_close_a_check_one_does_and_its_message_is_shown_anew(store: Store) -> None:
    check = await store.checks.open(asked(), enqueue=[message()])
    rollup = message(Kind.ROLLUP, check.id)

    outcomes = await asyncio.gather(
        *(store.checks.close(ACME, check.id, by=by, at=NOW, enqueue=[rollup]) for by in ("charlie", None))
    )
    closed = await store.checks.get(ACME, check.id)

    assert sorted(outcomes) == [False, True]
    assert closed is not None
    assert (closed.state, closed.closed_at) == (CheckState.CLOSED, NOW)
    assert (await store.ledger.about(ACME, check.id, Kind.CHECK))[0].wanted == 1
    assert len(await store.ledger.about(ACME, check.id, Kind.ROLLUP)) == 1


async def test_checks_fall_due_in_every_workspace_and_closed_ones_do_not(store: Store) -> None:
    late = await store.checks.open(asked(origin="1"))
    early = await store.checks.open(asked(origin="2", workspace=OTHER, closes_at=NOW + timedelta(hours=1)))
    gone = await store.checks.open(asked(origin="3"))
    await store.checks.close(ACME, gone.id, by=None, at=NOW)

    due = await store.checks.due(now=NOW + timedelta(hours=4))

    assert list(due) == [early, late]
    assert list(await store.checks.due(now=NOW + timedelta(hours=2))) == [early]
    assert list(await store.checks.due(now=NOW)) == []
    assert [check.id for check in await store.checks.open_in(ACME)] == [late.id]


async def test_people_who_answered_are_counted_not_their_messages(store: Store) -> None:
    await answer(store, "check-1", "alice", "1")
    await answer(store, "check-1", "alice", "2")
    await answer(store, "check-1", "bob", "3", visibility=Visibility.PRIVATE)
    await answer(store, "check-1", "charlie", "4", state=StoryState.DRAFT)
    gone = await answer(store, "check-1", "dora", "5")
    await store.stories.change(ACME, gone.id, StoryChange(state=StoryState.WITHDRAWN), by="dora", at=NOW)

    assert await store.checks.answered_by(ACME, "check-1") == 2
    assert await store.checks.answered_by(OTHER, "check-1") == 0


async def test_a_day_has_one_digest(store: Store) -> None:
    first = await store.digests.plan(week(question="And Monday?"), enqueue=[message(Kind.PREVIEW)])

    again = await store.digests.plan(week(question="Another?"), enqueue=[message(Kind.PREVIEW, "other")])

    assert again == first
    assert await store.digests.get(ACME, first.id) == first
    assert await store.digests.of_day(ACME, "sales", first.day) == first
    assert await store.digests.of_day(OTHER, "sales", first.day) is None
    assert len(await store.ledger.about(ACME, first.id)) == 1
    assert list(await store.ledger.about(ACME, "other")) == []


async def test_a_digest_comes_back_with_its_picks_in_order(store: Store) -> None:
    picks = (
        Pick("story-b", "bob", featured=False, position=2, like="story-a"),
        Pick("story-a", "alice", featured=True, position=1, alike=1, theme="learned", quote="an “hour”"),
    )

    planned = await store.digests.plan(week(picks=picks, left_out=("story-c",), headline="Hours"))

    assert planned.picks == (picks[1], picks[0])
    assert (planned.left_out, planned.headline) == (("story-c",), "Hours")
    assert list(await store.digests.showing(ACME, "story-b")) == [planned]
    assert list(await store.digests.showing(ACME, "story-c")) == []
    assert list(await store.digests.showing(OTHER, "story-b")) == []


async def shown_by_date(store: Store) -> dict[date | None, int]:
    owed = await store.ledger.about(ACME, schedule_id("sales", Kind.DIGEST))
    return {delivery.local_date: delivery.wanted for delivery in owed}


async def test_a_changed_digest_is_shown_anew_and_only_that_one(store: Store) -> None:
    digest = await store.digests.plan(week(picks=(Pick("story-a", "alice", True, 0),)))
    mine, following = date(2026, 11, 20), date(2026, 11, 27)
    owed = message(Kind.DIGEST, schedule_id("sales", Kind.DIGEST))
    await store.ledger.owe([replace(owed, local_date=mine), replace(owed, local_date=following)])
    await store.ledger.owe([message(Kind.PREVIEW, digest.id)])

    changed = replace(digest, picks=(), left_out=("story-a",), question="So?")
    done = await store.digests.change(changed)

    assert done
    assert await store.digests.get(ACME, digest.id) == changed
    assert await shown_by_date(store) == {mine: 1, following: 0}
    assert (await store.ledger.about(ACME, digest.id))[0].wanted == 1


async def test_posting_a_digest_does_not_update_it_right_afterwards(store: Store) -> None:
    digest = await store.digests.plan(week())
    owed = message(Kind.DIGEST, schedule_id("sales", Kind.DIGEST))
    await store.ledger.owe([replace(owed, local_date=date(2026, 11, 20))])

    posted = replace(digest, state=DigestState.POSTED)
    await store.digests.change(posted)

    assert await store.digests.get(ACME, digest.id) == posted
    assert await shown_by_date(store) == {date(2026, 11, 20): 0}


async def test_a_digest_is_changed_only_where_nobody_else_decided_meanwhile(store: Store) -> None:
    digest = await store.digests.plan(week(question="One?", headline="Hours"))
    other = replace(digest, question="Two?")

    first = await store.digests.change(other, before=digest)
    late = await store.digests.change(replace(digest, question="Three?"), before=digest)
    nowhere = await store.digests.change(replace(digest, id="nowhere"), before=digest)

    assert (first, late, nowhere) == (True, False, False)
    assert await store.digests.get(ACME, digest.id) == other


async def test_earlier_digests_are_found_by_their_hour(store: Store) -> None:
    planned = {number: await store.digests.plan(week(number)) for number in (46, 45, 47)}
    await store.digests.plan(week(48, team="shops"))

    assert await store.digests.latest(ACME, "sales") == planned[47]
    assert await store.digests.latest(ACME, "sales", before=planned[47].until) == planned[46]
    assert await store.digests.latest(ACME, "sales", before=planned[45].until) is None
    since = await store.digests.featured_since(ACME, "sales", planned[45].until)
    assert list(since) == [planned[46], planned[47]]


async def test_who_had_a_voice_is_told_without_the_other_stories(store: Store) -> None:
    opened, stood = Pick("story-a", "alice", True, 0), Pick("story-b", "bob", False, 1)
    planned = await store.digests.plan(week(picks=(opened, stood)))

    [found] = await store.digests.featured_since(ACME, "sales", NOW - timedelta(days=30))

    assert found == replace(planned, picks=(opened,))
