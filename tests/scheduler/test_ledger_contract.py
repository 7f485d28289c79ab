"""What every ledger promises: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery, Priority
from bot.ports.ledger import Lane, Ledger
from tests.scheduler.world import ACME, ALICE, BOB, CHARLIE, MONDAY, UMBRELLA, owed_to, until

SECOND = timedelta(seconds=1)
QUEUED, SENDING, SENT = DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT


async def lane_of(ledger: Ledger, owner: str = "alpha", *, seconds: float = 30.0) -> Lane:
    lane = await ledger.lease(ACME, owner, seconds=seconds)
    assert lane is not None
    return lane


async def claimed(ledger: Ledger, lane: Lane, *, per_minute: int = 0, limit: int = 5) -> Sequence[Delivery]:
    claim = await ledger.claim(lane, now=MONDAY, per_minute=per_minute, limit=limit)
    return [delivery for delivery, _ in claim.slots]


async def leased_by_somebody_new(ledger: Ledger, owner: str) -> Lane:
    lanes: list[Lane] = []

    async def leased() -> bool:
        lane = await ledger.lease(ACME, owner, seconds=30)
        lanes.extend([lane] if lane else [])
        return lane is not None

    await until(leased)
    return lanes[0]


async def test_a_message_is_owed_once_whatever_asks_for_it_again(ledger: Ledger) -> None:
    first = await ledger.owe([owed_to(ALICE), owed_to(BOB)])

    again = await ledger.owe([owed_to(ALICE, due_at=MONDAY + SECOND), owed_to(BOB), owed_to(CHARLIE)])

    assert (first, again) == (2, 1)
    assert [it.due_at for it in await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])] == [MONDAY]


async def test_the_same_person_may_be_owed_another_date_number_kind_or_subject(ledger: Ledger) -> None:
    others = [
        owed_to(ALICE, local_date=date(2026, 11, 24)),
        owed_to(ALICE, local_date=None),
        owed_to(ALICE, number=1),
        owed_to(ALICE, kind=Kind.NUDGE),
        owed_to(ALICE, subject="team2:prompt"),
        owed_to(ALICE, workspace=UMBRELLA),
    ]

    new = await ledger.owe([owed_to(ALICE), *others])

    assert new == 7


async def test_nothing_is_lost_between_what_is_owed_and_what_is_claimed(ledger: Ledger) -> None:
    new = owed_to(
        ALICE,
        thread="1.2",
        channel="C1",
        team="team1",
        data={"code": "späť", "facts": {"a": 1}},
        expires_at=MONDAY + timedelta(days=1),
    )
    await ledger.owe([new])

    (delivery,) = await claimed(ledger, await lane_of(ledger))

    fields = [field.name for field in dataclasses.fields(NewDelivery)]
    assert [getattr(delivery, name) for name in fields] == [getattr(new, name) for name in fields]
    assert delivery == await ledger.get(ACME, delivery.id)
    assert (delivery.state, delivery.attempts, delivery.claimed_at) == (SENDING, 1, MONDAY)


async def test_what_is_owed_for_later_is_brought_forward_and_what_was_never_owed_is_owed(
    ledger: Ledger,
) -> None:
    await ledger.owe([owed_to(ALICE, due_at=MONDAY + 60 * SECOND)])

    await ledger.hasten([owed_to(ALICE), owed_to(BOB)])

    taken = await claimed(ledger, await lane_of(ledger))
    assert {(it.recipient, it.due_at) for it in taken} == {(ALICE, MONDAY), (BOB, MONDAY)}


async def test_bringing_forward_never_puts_off_and_never_sends_again(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    await ledger.hasten([owed_to(ALICE, due_at=MONDAY + SECOND)])
    lane = await lane_of(ledger)
    [taken] = await claimed(ledger, lane)
    await ledger.record(lane, taken.id, SENT, now=MONDAY, ts="1.1")

    await ledger.hasten([owed_to(ALICE, due_at=MONDAY - SECOND)])

    assert taken.due_at == MONDAY
    assert not await claimed(ledger, lane)


async def test_another_workspace_sees_nothing_of_it(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    (delivery,) = await ledger.recent(ACME)

    assert await ledger.get(UMBRELLA, delivery.id) is None
    assert await ledger.recent(UMBRELLA) == []
    assert await ledger.about(UMBRELLA, "team1:prompt") == []


async def test_a_lane_has_one_owner_until_it_is_given_back(ledger: Ledger) -> None:
    alpha = await lane_of(ledger, "alpha")

    refused = await ledger.lease(ACME, "beta", seconds=30)
    await ledger.release(alpha)
    beta = await ledger.lease(ACME, "beta", seconds=30)

    assert refused is None
    assert beta is not None
    assert beta.fence == alpha.fence + 1


async def test_its_owner_prolongs_a_lane_and_keeps_the_fence(ledger: Ledger) -> None:
    alpha = await lane_of(ledger, "alpha")

    again = await lane_of(ledger, "alpha")

    assert again.fence == alpha.fence


async def test_a_lane_is_taken_over_when_its_lease_is_over(ledger: Ledger) -> None:
    alpha = await lane_of(ledger, "alpha", seconds=0.2)
    await ledger.owe([owed_to(ALICE)])

    beta = await leased_by_somebody_new(ledger, "beta")

    assert beta.fence > alpha.fence
    assert await claimed(ledger, alpha) == []
    assert len(await claimed(ledger, beta)) == 1


async def test_giving_back_a_lane_that_was_taken_over_does_nothing(ledger: Ledger) -> None:
    alpha = await lane_of(ledger, "alpha", seconds=0.05)
    await leased_by_somebody_new(ledger, "beta")

    await ledger.release(alpha)

    assert await ledger.lease(ACME, "gamma", seconds=30) is None


async def test_the_lane_of_a_process_that_is_surely_gone_is_free_at_once(ledger: Ledger) -> None:
    first = await ledger.lease("slack:T1", "here:1:a/x", seconds=30)
    await ledger.lease("slack:T2", "there:2:b/x", seconds=30)

    freed = await ledger.free(lambda owner: owner.startswith("here:"))

    assert first is not None
    assert freed == 1
    taken = await ledger.lease("slack:T1", "here:3:c/x", seconds=30)
    assert taken is not None
    assert taken.fence > first.fence
    assert await ledger.lease("slack:T2", "here:3:c/x", seconds=30) is None


async def test_of_many_who_ask_at_once_one_gets_the_lane(ledger: Ledger) -> None:
    lanes = await asyncio.gather(*(ledger.lease(ACME, f"owner{number}", seconds=30) for number in range(8)))

    assert sum(lane is not None for lane in lanes) == 1


async def test_a_row_is_claimed_once(ledger: Ledger) -> None:
    await ledger.owe([owed_to(f"U{number}") for number in range(10)])
    lane = await lane_of(ledger)

    found = await asyncio.gather(*(claimed(ledger, lane, limit=3) for _ in range(5)))

    ids = [delivery.id for some in found for delivery in some]
    assert len(ids) == len(set(ids)) == 10


async def test_waiting_people_come_first_then_what_is_due_longest(ledger: Ledger) -> None:
    crowd = [owed_to(f"U{number}", due_at=MONDAY - number * SECOND) for number in range(3)]
    await ledger.owe([*crowd, owed_to(ALICE, priority=Priority.WAITING)])

    found = await claimed(ledger, await lane_of(ledger))

    assert [delivery.recipient for delivery in found] == [ALICE, "U2", "U1", "U0"]


async def test_one_recipient_gets_one_message_at_a_time_in_order(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE, number=number) for number in range(3)])
    lane = await lane_of(ledger)

    (first,) = await claimed(ledger, lane)
    meanwhile = await claimed(ledger, lane)
    await ledger.record(lane, first.id, SENT, now=MONDAY, ts="1.0", channel="D1")
    too_soon = await claimed(ledger, lane, per_minute=6000)
    late = await ledger.claim(lane, now=MONDAY + SECOND, per_minute=6000)

    assert (first.number, meanwhile, too_soon) == (0, [], [])
    assert [delivery.number for delivery, _ in late.slots] == [1]


async def test_the_rate_gives_out_evenly_spaced_slots_and_then_asks_to_wait(ledger: Ledger) -> None:
    await ledger.owe([owed_to(f"U{number:02}") for number in range(20)])
    lane = await lane_of(ledger)

    first = await ledger.claim(lane, now=MONDAY, per_minute=600, limit=20)
    held = await ledger.claim(lane, now=MONDAY, per_minute=600, limit=20)
    later = await ledger.claim(lane, now=MONDAY + held.wait, per_minute=600, limit=20)

    assert [after / timedelta(milliseconds=100) for _, after in first.slots] == [0, 1, 2, 3, 4, 5]
    assert held.slots == ()
    assert timedelta() < held.wait <= timedelta(milliseconds=600)
    starts = [held.wait + after for _, after in later.slots]
    assert starts[0] == timedelta(milliseconds=600)


async def test_a_pause_holds_claims_until_its_end_and_the_later_of_two_counts(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    lane = await lane_of(ledger)
    await ledger.pause(ACME, until=MONDAY + 30 * SECOND)
    await ledger.pause(ACME, until=MONDAY + 10 * SECOND)

    held = await ledger.claim(lane, now=MONDAY, per_minute=0)
    free = await ledger.claim(lane, now=MONDAY + 30 * SECOND, per_minute=0)

    assert held.wait == 30 * SECOND
    assert len(free.slots) == 1


async def test_a_pause_or_rate_noted_by_a_clock_two_hours_ahead_is_not_believed(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(BOB)])
    lane = await lane_of(ledger)
    ahead = MONDAY + timedelta(hours=2)
    await ledger.claim(lane, now=ahead, per_minute=1, limit=1)
    await ledger.pause(ACME, until=ahead)

    found = await claimed(ledger, lane, per_minute=1)

    assert len(found) == 1


async def test_an_outcome_is_written_once_and_only_by_whoever_claimed(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    alpha = await lane_of(ledger, "alpha")
    (delivery,) = await claimed(ledger, alpha)
    await lane_of(ledger, "alpha", seconds=0.05)
    beta = await leased_by_somebody_new(ledger, "beta")

    (adopted,) = await ledger.unresolved(beta, now=MONDAY)
    late = await ledger.record(alpha, delivery.id, SENT, now=MONDAY, ts="1.0")
    rightly = await ledger.record(beta, delivery.id, QUEUED, now=MONDAY)
    again = await ledger.record(beta, delivery.id, SENT, now=MONDAY, ts="2.0")

    assert (adopted.id, adopted.fence) == (delivery.id, beta.fence)
    assert (late, rightly, again) == (False, True, False)


async def test_an_owner_who_was_replaced_may_still_say_that_it_sent_what_nobody_adopted(
    ledger: Ledger,
) -> None:
    await ledger.owe([owed_to(ALICE)])
    alpha = await lane_of(ledger, "alpha")
    (delivery,) = await claimed(ledger, alpha)
    await lane_of(ledger, "alpha", seconds=0.05)
    beta = await leased_by_somebody_new(ledger, "beta")

    told = await ledger.record(alpha, delivery.id, SENT, now=MONDAY, ts="1.0")

    assert told
    assert await ledger.unresolved(beta, now=MONDAY) == []


async def test_what_is_on_its_way_is_not_taken_for_lost(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    lane = await lane_of(ledger)
    (delivery,) = await claimed(ledger, lane)

    on_its_way = await ledger.unresolved(lane, now=MONDAY)
    await ledger.record(
        lane, delivery.id, SENDING, now=MONDAY, reason="timeout", again_at=MONDAY + 5 * SECOND
    )
    too_soon = await ledger.unresolved(lane, now=MONDAY)
    lost = await ledger.unresolved(lane, now=MONDAY + 5 * SECOND)

    assert (on_its_way, too_soon) == ([], [])
    assert [(it.id, it.reason) for it in lost] == [(delivery.id, "timeout")]


async def test_outcomes_that_wait_together_are_all_written(ledger: Ledger) -> None:
    await ledger.owe([owed_to(f"U{number:03}") for number in range(300)])
    lane = await lane_of(ledger)
    found = await claimed(ledger, lane, limit=300)

    written = await asyncio.gather(
        *(ledger.record(lane, it.id, SENT, now=MONDAY, ts=it.recipient) for it in found)
    )

    assert all(written)
    assert await ledger.states() == {(Kind.PROMPT, SENT): 300}


async def test_a_caller_who_gave_up_waiting_takes_nobody_else_s_outcome_along(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(BOB)])
    lane = await lane_of(ledger)
    alice, bob = await claimed(ledger, lane)

    waiting = [
        asyncio.create_task(ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")) for it in (alice, bob)
    ]
    await asyncio.sleep(0)
    waiting[0].cancel()

    assert await waiting[1]


async def test_a_workspace_is_rung_only_for_what_can_be_done_now(ledger: Ledger) -> None:
    nothing = await ledger.ring(now=MONDAY)
    await ledger.owe([owed_to(ALICE), owed_to(BOB, workspace=UMBRELLA, due_at=MONDAY + SECOND)])
    due = await ledger.ring(now=MONDAY)
    lane = await lane_of(ledger)
    held = await ledger.ring(now=MONDAY)
    (delivery,) = await claimed(ledger, lane)
    await ledger.record(lane, delivery.id, SENT, now=MONDAY, ts="1.0", again_at=MONDAY)
    await ledger.release(lane)
    done = await ledger.ring(now=MONDAY)
    await ledger.show_anew(ACME, "team1:prompt")
    stale = await ledger.ring(now=MONDAY)
    await ledger.pause(ACME, until=MONDAY + SECOND)
    paused = await ledger.ring(now=MONDAY)

    assert (nothing, due, held, done) == ([], [ACME], [], [])
    assert (stale, paused) == ([ACME], [])


async def test_a_workspace_whose_owner_died_is_rung_when_its_lease_is_over(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    await claimed(ledger, await lane_of(ledger))
    await lane_of(ledger, seconds=0.2)

    async def rung() -> bool:
        return await ledger.ring(now=MONDAY) == [ACME]

    await until(rung)


async def test_the_next_due_is_the_earliest_of_all(ledger: Ledger) -> None:
    assert await ledger.next_due() is None

    await ledger.owe([owed_to(ALICE, due_at=MONDAY + SECOND), owed_to(BOB, workspace=UMBRELLA)])

    assert await ledger.next_due() == MONDAY


async def test_words_that_change_while_a_message_is_sent_are_shown_afterwards(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(BOB, subject="team2:prompt")])
    await ledger.show_anew(ACME, "team1:prompt")
    lane = await lane_of(ledger)
    alice, bob = await claimed(ledger, lane)
    await ledger.show_anew(ACME, "team1:prompt")
    for it in (alice, bob):
        await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0", again_at=MONDAY + SECOND)

    too_soon = await ledger.stale(lane, now=MONDAY)
    (stale,) = await ledger.stale(lane, now=MONDAY + SECOND)
    await ledger.shown(lane, stale.id, stale.wanted, again_at=MONDAY + 2 * SECOND)

    assert too_soon == []
    assert (stale.id, stale.wanted, stale.shown) == (alice.id, 2, 1)
    assert await ledger.stale(lane, now=MONDAY + timedelta(hours=1)) == []


async def test_an_update_that_was_overtaken_stays_wanted(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    lane = await lane_of(ledger)
    (it,) = await claimed(ledger, lane)
    await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")
    await ledger.show_anew(ACME, "team1:prompt")
    (seen,) = await ledger.stale(lane, now=MONDAY)

    await ledger.show_anew(ACME, "team1:prompt")
    await ledger.shown(lane, it.id, seen.wanted, again_at=MONDAY)

    assert [again.wanted for again in await ledger.stale(lane, now=MONDAY)] == [2]


async def test_a_failed_update_waits_its_turn_and_counts(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE)])
    lane = await lane_of(ledger)
    (it,) = await claimed(ledger, lane)
    await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")
    await ledger.show_anew(ACME, "team1:prompt", [Kind.PROMPT])

    await ledger.not_shown(lane, it.id, again_at=MONDAY + SECOND, reason="is_archived")

    assert await ledger.stale(lane, now=MONDAY) == []
    (again,) = await ledger.stale(lane, now=MONDAY + SECOND)
    assert (again.misses, again.reason) == (1, "is_archived")


async def test_what_could_not_be_changed_is_tried_again_once_the_bot_is_back_there(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(BOB), owed_to(CHARLIE)])
    lane = await lane_of(ledger)
    alice, bob, charlie = await claimed(ledger, lane)
    for it in (alice, bob, charlie):
        await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")
    await ledger.show_anew(ACME, "team1:prompt")
    later = MONDAY + timedelta(hours=1)
    for it in await ledger.stale(lane, now=MONDAY):
        if it.id == charlie.id:
            await ledger.shown(lane, it.id, it.wanted, again_at=MONDAY)
        elif it.id == alice.id:
            await ledger.shown(lane, it.id, it.wanted, again_at=later, reason="is_archived")
        else:
            await ledger.not_shown(lane, it.id, again_at=later, reason="is_archived")
    given_up = await ledger.stale(lane, now=MONDAY)

    await ledger.unpark(ACME, ALICE, now=MONDAY)
    hers = await ledger.stale(lane, now=MONDAY)
    await ledger.unpark(ACME, None, now=MONDAY)
    all_of_them = await ledger.stale(lane, now=MONDAY)

    assert given_up == []
    assert [(it.id, it.misses) for it in hers] == [(alice.id, 0)]
    assert {it.id for it in all_of_them} == {alice.id, bob.id}


async def test_only_the_kinds_asked_for_are_shown_anew(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(ALICE, kind=Kind.NUDGE)])

    assert await ledger.show_anew(ACME, "team1:prompt", [Kind.NUDGE]) == 1
    assert await ledger.show_anew(ACME, "team1:prompt") == 2
    assert await ledger.show_anew(UMBRELLA, "team1:prompt") == 0


async def test_only_what_stands_in_that_channel_is_shown_anew_there(ledger: Ledger) -> None:
    await ledger.owe([owed_to("C1", kind=Kind.DIGEST), owed_to("C1"), owed_to("C2", kind=Kind.DIGEST)])

    assert await ledger.show_channel_anew(ACME, "C1", [Kind.DIGEST, Kind.ROLLUP]) == 1
    assert await ledger.show_channel_anew(UMBRELLA, "C1", [Kind.DIGEST]) == 0
    marked = [it for it in await ledger.recent(ACME) if it.wanted]
    assert [(it.recipient, it.kind) for it in marked] == [("C1", Kind.DIGEST)]


async def test_settling_skips_what_is_still_queued_and_nothing_else(ledger: Ledger) -> None:
    await ledger.owe(
        [owed_to(ALICE), owed_to(ALICE, number=1), owed_to(ALICE, kind=Kind.RECEIPT), owed_to(BOB)]
    )
    lane = await lane_of(ledger)
    await claimed(ledger, lane, limit=1)

    settled = await ledger.settle(ACME, ALICE, kinds=[Kind.PROMPT], reason="paused", now=MONDAY)

    prompts = await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])
    assert settled == 1
    assert {(it.number, it.state, it.reason) for it in prompts} == {
        (0, SENDING, None),
        (1, DeliveryState.SKIPPED, "paused"),
    }


async def test_the_open_prompt_is_the_newest_of_the_last_day_even_while_it_is_being_sent(
    ledger: Ledger,
) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(ALICE, number=1), owed_to(ALICE, number=2)])
    lane = await lane_of(ledger)
    (first,) = await claimed(ledger, lane)
    sending = await ledger.open_prompt(ACME, ALICE, now=MONDAY)
    await ledger.record(lane, first.id, SENT, now=MONDAY, ts="1.0")
    later = MONDAY + timedelta(hours=1)
    claim = await ledger.claim(lane, now=later, per_minute=0)
    ((second, _),) = claim.slots
    await ledger.record(lane, second.id, SENT, now=later, ts="2.0")

    newest = await ledger.open_prompt(ACME, ALICE, now=later)
    tomorrow = await ledger.open_prompt(ACME, ALICE, now=later + timedelta(hours=24))

    assert sending is not None
    assert sending.id == first.id
    assert newest is not None
    assert newest.id == second.id
    assert tomorrow is None
    assert await ledger.open_prompt(ACME, BOB, now=later) is None


async def test_a_day_is_taken_once_and_free_again_when_its_message_never_went_out(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE, number=number) for number in range(2)])
    first, second = sorted(await ledger.recent(ACME), key=lambda it: it.number)
    day = MONDAY.date()

    taken = await ledger.claim_day(ACME, ALICE, day, first.id)
    again = await ledger.claim_day(ACME, ALICE, day, first.id)
    refused = await ledger.claim_day(ACME, ALICE, day, second.id)
    others = await ledger.claim_day(ACME, BOB, day, second.id)
    lane = await lane_of(ledger)
    (it,) = await claimed(ledger, lane)
    await ledger.record(lane, it.id, DeliveryState.SKIPPED, now=MONDAY, reason="away")
    freed = await ledger.claim_day(ACME, ALICE, day, second.id)

    assert it.id == first.id
    assert (taken, again, refused, others, freed) == (True, True, False, True, True)


async def test_reaping_skips_what_no_lane_came_to(ledger: Ledger) -> None:
    late = owed_to(ALICE, expires_at=MONDAY)
    await ledger.owe([late, owed_to(BOB, expires_at=MONDAY + SECOND), owed_to(CHARLIE)])

    assert await ledger.reap(now=MONDAY) == 1
    assert await ledger.reap(now=MONDAY) == 0
    (skipped,) = await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "expired")


async def test_a_message_that_shows_stories_is_known_as_long_as_they_are(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE), dataclasses.replace(owed_to(BOB), kind=Kind.RECEIPT, subject="story1")])
    lane = await lane_of(ledger)
    for it in await claimed(ledger, lane):
        await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")

    purged = await ledger.purge(before=MONDAY + SECOND, stories_before=MONDAY)

    assert purged == 1
    assert await ledger.states() == {(Kind.RECEIPT, DeliveryState.SENT): 1}


async def test_purging_takes_old_ends_and_leaves_what_is_still_owed(ledger: Ledger) -> None:
    await ledger.owe([owed_to(f"U{number}") for number in range(5)])
    lane = await lane_of(ledger)
    for it in await claimed(ledger, lane, limit=3):
        await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")
        await ledger.shows(ACME, it.id, ["story1"])

    early = await ledger.purge(before=MONDAY, stories_before=MONDAY)
    purged = await ledger.purge(before=MONDAY + SECOND, stories_before=MONDAY + SECOND)

    assert (early, purged) == (0, 3)
    assert await ledger.states() == {(Kind.PROMPT, QUEUED): 2}


async def test_a_refusal_parks_what_is_owed_there_and_is_new_only_once(ledger: Ledger) -> None:
    await ledger.owe([owed_to("C1"), owed_to(ALICE)])

    first = await ledger.park(ACME, "C1", "is_archived", now=MONDAY)
    again = await ledger.park(ACME, "C1", "is_archived", now=MONDAY)
    await ledger.owe([owed_to("C1", number=1)])
    found = await claimed(ledger, await lane_of(ledger))

    assert (first, again) == (True, False)
    assert [it.recipient for it in found] == [ALICE]
    parked = [it for it in await ledger.recent(ACME) if it.recipient == "C1"]
    assert {(it.state, it.reason) for it in parked} == {(DeliveryState.PARKED, "is_archived")}


async def test_a_mended_channel_does_not_mend_another_but_a_mended_workspace_mends_all(
    ledger: Ledger,
) -> None:
    await ledger.owe([owed_to("C1"), owed_to("C2")])
    for channel in ("C1", "C2"):
        await ledger.park(ACME, channel, "is_archived", now=MONDAY)

    one = await ledger.unpark(ACME, "C1", now=MONDAY)
    none = await ledger.unpark(ACME, "C1", now=MONDAY)
    rest = await ledger.unpark(ACME, None, now=MONDAY)

    assert (one, none, rest) == (1, 0, 1)


async def test_a_message_that_arrives_mends_what_was_parked_for_its_recipient(ledger: Ledger) -> None:
    await ledger.owe([owed_to("C1"), owed_to("C1", number=1)])
    await ledger.park(ACME, "C1", "not_in_channel", now=MONDAY)
    later = MONDAY + timedelta(hours=6)
    await ledger.owe([owed_to("C1", number=2, due_at=later)])
    lane = await lane_of(ledger)

    claim = await ledger.claim(lane, now=later, per_minute=0)
    ((tried, _),) = claim.slots
    await ledger.record(lane, tried.id, SENT, now=later, ts="1.0")

    assert tried.number == 2
    assert (await ledger.states())[Kind.PROMPT, QUEUED] == 2


async def test_an_answer_is_noted_and_shown_and_a_story_outlasts_any_other_answer(ledger: Ledger) -> None:
    await ledger.owe([owed_to(ALICE, data={"zone": "Europe/Berlin"})])
    lane = await lane_of(ledger)
    (it,) = await claimed(ledger, lane)
    await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")

    for how in ("later", "nothing", "told", "nothing"):
        await ledger.answer(ACME, it.id, how)
    await ledger.answer(UMBRELLA, it.id, "nothing")
    await ledger.answer(ACME, "nobody", "told")

    (answered,) = await ledger.stale(lane, now=MONDAY)
    assert answered.data == {"zone": "Europe/Berlin", "answered": "told"}
    assert answered.wanted == 3


async def test_what_rides_in_a_message_is_noted_beside_the_rest_and_shown_anew_only_where_that_is_wanted(
    ledger: Ledger,
) -> None:
    await ledger.owe([owed_to(ALICE, data={"zone": "Europe/Berlin"})])
    lane = await lane_of(ledger)
    (it,) = await claimed(ledger, lane)
    await ledger.record(lane, it.id, SENT, now=MONDAY, ts="1.0")

    await ledger.carry(ACME, it.id, {"pulse": "P1"})
    assert await ledger.stale(lane, now=MONDAY) == []
    await ledger.carry(ACME, it.id, {"pulse": "P2", "extra": None}, anew=True)
    await ledger.carry(UMBRELLA, it.id, {"pulse": "P3"}, anew=True)
    await ledger.carry(ACME, "nobody", {"pulse": "P3"})

    (carrying,) = await ledger.stale(lane, now=MONDAY)
    assert carrying.data == {"zone": "Europe/Berlin", "pulse": "P2", "extra": None}
    assert carrying.wanted == 1
