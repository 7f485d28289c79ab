"""What becomes of a delivery when the platform answers, refuses, stays silent or takes it and says nothing."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.deliveries import Delivery, DeliveryState, Kind, Priority
from bot.ports.ledger import Ledger
from bot.ports.world import Later, Skip, Trouble
from scheduler.pump import Pace, Pump, Slice
from tests.fake_ledger import FakeLedger
from tests.scheduler.world import (
    ACME,
    ALICE,
    BOB,
    CHARLIE,
    MONDAY,
    Clock,
    Fault,
    FaultyPlatform,
    Says,
    owed_to,
    refused,
)


async def only(ledger: Ledger) -> Delivery:
    (delivery,) = await ledger.recent(ACME)
    return delivery


async def test_each_of_three_people_gets_their_prompt_once(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform
) -> None:
    await ledger.owe([owed_to(ALICE), owed_to(BOB), owed_to(CHARLIE)])

    await pump.turn(ACME)
    await pump.turn(ACME)

    assert [platform.to(who) for who in (ALICE, BOB, CHARLIE)] == [["hello"]] * 3
    assert await ledger.states() == {(Kind.PROMPT, DeliveryState.SENT): 3}


async def test_what_is_sent_knows_its_message(ledger: Ledger, pump: Pump, says: Says) -> None:
    await ledger.owe([owed_to(ALICE)])

    await pump.turn(ACME)

    sent = await only(ledger)
    assert (sent.state, sent.channel, sent.ts, sent.sent_at) == (
        DeliveryState.SENT,
        f"D{ALICE}",
        "000001.0",
        MONDAY,
    )
    assert await ledger.by_message(ACME, f"D{ALICE}", "000001.0") == sent
    assert says.sent_ids == [sent.id]


async def test_nothing_is_sent_before_it_is_due(ledger: Ledger, pump: Pump, platform: FaultyPlatform) -> None:
    await ledger.owe([owed_to(ALICE, due_at=MONDAY + timedelta(seconds=1))])

    await pump.turn(ACME)

    assert platform.posts == []


async def test_what_is_too_late_is_skipped_with_its_reason(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform
) -> None:
    await ledger.owe([owed_to(ALICE, expires_at=MONDAY), owed_to(BOB)])

    await pump.turn(ACME)

    assert platform.to(ALICE) == []
    assert platform.to(BOB) == ["hello"]
    (skipped,) = await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "expired")


async def test_a_lost_reply_is_looked_for_and_not_sent_again(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock, says: Says
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.LOST, "connection_cut", taken=True))

    await pump.turn(ACME)
    lost = await only(ledger)
    clock.forward(timedelta(seconds=6))
    await pump.turn(ACME)

    assert (lost.state, lost.reason) == (DeliveryState.SENDING, "connection_cut")
    assert (await only(ledger)).state is DeliveryState.SENT
    assert platform.to(ALICE) == ["hello"]
    assert says.sent_ids == [lost.id]


async def test_a_lost_request_is_sent_again_once_the_conversation_shows_that_it_is_not_there(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.LOST, "connection_cut"))

    for _ in range(3):
        await pump.turn(ACME)
        clock.forward(timedelta(seconds=6))

    assert platform.to(ALICE) == ["hello"]
    assert len(platform.posts) == 2


async def test_where_nobody_can_look_it_is_unknown_and_never_guessed(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.LOST, "connection_cut", taken=True))
    platform.look_faults.append(refused(Trouble.WORKSPACE, "missing_scope").problem)  # type: ignore[arg-type]

    await pump.turn(ACME)
    clock.forward(timedelta(seconds=6))
    await pump.turn(ACME)

    assert (await only(ledger)).state is DeliveryState.UNKNOWN
    assert len(platform.posts) == 1


async def test_looking_waits_for_the_platform_and_gives_up_in_the_end(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.LOST, "connection_cut", taken=True))
    wait = refused(Trouble.WAIT, "ratelimited", 60).problem
    platform.look_faults.extend([wait] * 200)  # type: ignore[list-item]

    for _ in range(130):
        await pump.turn(ACME)
        clock.forward(timedelta(seconds=61))

    assert (await only(ledger)).state is DeliveryState.UNKNOWN
    assert len(platform.posts) == 1


async def test_a_rate_limit_pauses_the_lane_for_as_long_as_the_platform_says(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.WAIT, "ratelimited", 30))

    await pump.turn(ACME)
    clock.forward(timedelta(seconds=29))
    still = await pump.turn(ACME)
    clock.forward(timedelta(seconds=2))
    await pump.turn(ACME)

    assert still == Slice(wait=1.0)
    assert platform.to(ALICE) == ["hello"]
    assert (await only(ledger)).attempts == 1


async def test_what_was_claimed_before_a_rate_limit_waits_as_well(
    platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    # In memory, as a database on a busy machine takes longer to claim than lies between two messages.
    ledger, pace = FakeLedger(), Pace(per_minute=1200, slice_seconds=0.5)
    pump = Pump(ledger, platform, says, clock, owner="replica-1", pace=pace)
    await ledger.owe([owed_to(each) for each in (ALICE, BOB, CHARLIE)])
    platform.faults.append(refused(Trouble.WAIT, "ratelimited", 30))

    await pump.turn(ACME)
    tried = len(platform.posts)
    clock.forward(timedelta(seconds=31))
    await pump.turn(ACME)

    assert tried == 1
    assert [platform.to(who) for who in (ALICE, BOB, CHARLIE)] == [["hello"]] * 3


async def test_a_request_that_was_not_taken_is_tried_again_later_and_later(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.extend([refused(Trouble.RETRY, "service_unavailable")] * 3)

    tries = []
    for _ in range(12):
        await pump.turn(ACME)
        tries.append(len(platform.posts))
        clock.forward(timedelta(seconds=1))

    assert tries == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]
    assert platform.to(ALICE) == ["hello"]


async def test_an_invalid_message_fails_at_once_with_its_name(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.INVALID, "invalid_blocks"))

    for _ in range(3):
        await pump.turn(ACME)
        clock.forward(timedelta(hours=1))

    failed = await only(ledger)
    assert (failed.state, failed.reason, len(platform.posts)) == (DeliveryState.FAILED, "invalid_blocks", 1)


async def test_a_channel_that_refuses_is_parked_and_one_manager_told_once(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    general = [owed_to("C0GENERAL", number=number, due_at=MONDAY - timedelta(hours=1)) for number in range(3)]
    await ledger.owe([*general, owed_to(ALICE)])
    platform.faults.append(refused(Trouble.CHANNEL, "is_archived"))

    for _ in range(5):
        await pump.turn(ACME)
        clock.forward(timedelta(seconds=2))

    assert says.told == [("C0GENERAL", "is_archived")]
    assert len(platform.posts) == 2
    assert platform.to(ALICE) == ["hello"]
    assert (await ledger.states())[Kind.PROMPT, DeliveryState.PARKED] == 3


async def test_what_was_parked_is_sent_once_its_cause_is_mended_unless_it_is_too_late(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    soon = owed_to("C0GENERAL", number=1, expires_at=MONDAY + timedelta(hours=1))
    await ledger.owe([owed_to("C0GENERAL"), soon])
    platform.faults.append(refused(Trouble.CHANNEL, "is_archived"))
    await pump.turn(ACME)
    clock.forward(timedelta(hours=2))

    back = await ledger.unpark(ACME, "C0GENERAL", now=clock())
    await pump.turn(ACME)

    assert back == 1
    assert platform.to("C0GENERAL") == ["hello"]
    assert (await ledger.states())[Kind.PROMPT, DeliveryState.SKIPPED] == 1


async def test_a_refused_workspace_is_left_alone_for_hours_and_then_tried_with_little(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(refused(Trouble.WORKSPACE, "token_revoked"))
    await pump.turn(ACME)
    await ledger.owe([owed_to(BOB)])

    rung_early = await ledger.ring(now=clock())
    clock.forward(timedelta(hours=7))
    rung_late = await ledger.ring(now=clock())
    await pump.turn(ACME)
    await pump.turn(ACME)

    assert (rung_early, rung_late) == ([], [ACME])
    assert platform.to(BOB) == ["hello"]
    assert platform.to(ALICE) == ["hello"]


async def test_the_composer_may_decide_against_it(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    says.verdicts = {ALICE: Skip("holiday"), BOB: Later(MONDAY + timedelta(hours=1))}
    await ledger.owe([owed_to(ALICE), owed_to(BOB)])

    await pump.turn(ACME)
    del says.verdicts[BOB]
    clock.forward(timedelta(hours=1))
    await pump.turn(ACME)

    (alice,) = await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])
    (bob,) = await ledger.to_person(ACME, BOB, kinds=[Kind.PROMPT])
    assert (alice.state, alice.reason) == (DeliveryState.SKIPPED, "holiday")
    assert (bob.state, bob.due_at, bob.attempts) == (DeliveryState.SENT, MONDAY + timedelta(hours=1), 1)


async def test_a_bug_in_composing_fails_that_message_and_holds_up_nobody(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    says.verdicts = {ALICE: ZeroDivisionError()}
    await ledger.owe([owed_to(ALICE), owed_to(BOB)])

    for _ in range(6):
        await pump.turn(ACME)
        clock.forward(timedelta(minutes=1))

    assert platform.to(BOB) == ["hello"]
    (alice,) = await ledger.to_person(ACME, ALICE, kinds=[Kind.PROMPT])
    assert (alice.state, alice.reason, alice.attempts) == (DeliveryState.FAILED, "composing", 5)


async def test_a_bug_after_the_post_doubles_nothing(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, clock: Clock
) -> None:
    await ledger.owe([owed_to(ALICE)])
    platform.faults.append(Fault(KeyError("ts"), taken=True))

    for _ in range(3):
        await pump.turn(ACME)
        clock.forward(timedelta(seconds=6))

    assert platform.to(ALICE) == ["hello"]
    assert (await only(ledger)).state is DeliveryState.SENT


async def test_what_follows_from_a_message_is_noted_even_if_the_first_try_fails(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    says.after_sending.append(OSError("disk"))
    await ledger.owe([owed_to(ALICE)])

    for _ in range(2):
        await pump.turn(ACME)
        clock.forward(timedelta(seconds=6))

    assert platform.to(ALICE) == ["hello"]
    assert says.sent_ids == [(await only(ledger)).id]
    assert (await only(ledger)).state is DeliveryState.SENT


async def test_a_post_that_hangs_is_given_up_and_looked_for(
    ledger: Ledger, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    pump = Pump(ledger, platform, says, clock, owner="replica-1", pace=Pace(per_minute=0, post_seconds=0.05))
    platform.seconds = 5.0
    await ledger.owe([owed_to(ALICE)])

    await pump.turn(ACME)

    lost = await only(ledger)
    assert (lost.state, lost.reason) == (DeliveryState.SENDING, "timeout")


async def test_a_person_who_waits_goes_before_the_crowd(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform
) -> None:
    crowd = [owed_to(f"U{number:04d}") for number in range(40)]
    receipt = owed_to(ALICE, kind=Kind.RECEIPT, subject="story1", priority=Priority.WAITING)
    await ledger.owe([*crowd, receipt])

    await pump.turn(ACME)

    assert platform.messages[0].recipient == ALICE


async def test_a_lane_sends_a_bounded_number_at_once(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform
) -> None:
    platform.seconds = 0.01
    await ledger.owe([owed_to(f"U{number:04d}") for number in range(60)])

    await pump.turn(ACME)

    assert platform.most_at_once == Pace().at_once
    assert len(platform.messages) == 60


async def test_a_message_whose_words_changed_is_shown_anew_and_many_changes_make_one_update(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to("C0GENERAL", kind=Kind.CHECK, subject="check1")])
    await pump.turn(ACME)
    for answers in range(5):
        says.words = f"{answers + 1} people answered"
        await ledger.show_anew(ACME, "check1")

    clock.forward(timedelta(seconds=2))
    await pump.turn(ACME)

    assert platform.to("C0GENERAL") == ["5 people answered"]
    assert sum(platform.updates.values()) == 1


async def test_an_update_that_fails_is_tried_again_until_it_is_true(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to("C0GENERAL", subject="digest1", kind=Kind.DIGEST)])
    await pump.turn(ACME)
    says.words = "without the story that was withdrawn"
    await ledger.show_anew(ACME, "digest1")
    platform.update_faults.extend(
        [refused(Trouble.LOST), refused(Trouble.RETRY), refused(Trouble.CHANNEL, "is_archived")]
    )

    for _ in range(10):
        clock.forward(timedelta(seconds=2))
        await pump.turn(ACME)

    assert platform.to("C0GENERAL") == ["without the story that was withdrawn"]


async def test_an_update_that_cannot_be_is_given_up_and_told(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to("C0GENERAL", subject="digest1", kind=Kind.DIGEST)])
    await pump.turn(ACME)
    await ledger.show_anew(ACME, "digest1")
    platform.update_faults.append(refused(Trouble.INVALID, "cant_update_message"))

    for _ in range(3):
        clock.forward(timedelta(hours=1))
        await pump.turn(ACME)

    given_up = await only(ledger)
    assert says.told == [("C0GENERAL", "cant_update_message")]
    assert (given_up.state, given_up.shown, given_up.reason) == (DeliveryState.SENT, 1, "cant_update_message")
    assert sum(platform.updates.values()) == 1


async def test_a_refused_update_is_told_although_something_else_failed_before_and_told_once(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to("C0GENERAL", subject="digest1", kind=Kind.DIGEST)])
    await pump.turn(ACME)
    await ledger.show_anew(ACME, "digest1")
    platform.update_faults.extend([refused(Trouble.LOST), *[refused(Trouble.CHANNEL, "is_archived")] * 3])

    for _ in range(4):
        clock.forward(timedelta(hours=1))
        await pump.turn(ACME)

    assert says.told == [("C0GENERAL", "is_archived")]


async def test_where_telling_of_a_refused_update_fails_it_is_told_later_and_the_lane_goes_on(
    ledger: Ledger, pump: Pump, platform: FaultyPlatform, says: Says, clock: Clock
) -> None:
    await ledger.owe([owed_to("C0GENERAL", subject="digest1", kind=Kind.DIGEST)])
    await pump.turn(ACME)
    await ledger.show_anew(ACME, "digest1")
    await ledger.owe([owed_to("C0OTHER", subject="digest2", kind=Kind.DIGEST)])
    platform.update_faults.extend([refused(Trouble.INVALID, "cant_update_message")] * 2)
    says.telling.append(KeyError("bug"))

    for _ in range(3):
        clock.forward(timedelta(hours=1))
        await pump.turn(ACME)

    assert platform.to("C0OTHER") == ["hello"]
    assert says.told == [("C0GENERAL", "cant_update_message")]
    assert sum(platform.updates.values()) == 2
