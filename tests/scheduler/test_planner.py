"""Who is owed what and when: on their own clock, once a local date, after downtime too."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.people import Standing
from bot.domain.schedules import Schedule
from bot.ports.ledger import Ledger
from scheduler.planner import Planner
from tests.fake_ledger import FakeLedger
from tests.scheduler.crew import NEW_YORK, Crew, FakeCrew, a_team
from tests.scheduler.world import ACME, ALICE, BOB, CHARLIE, MONDAY

BERLIN, KOLKATA = "Europe/Berlin", "Asia/Kolkata"
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def plan_until(planner: Planner, start: datetime, end: datetime, step: timedelta) -> None:
    """Let the planner tick from `start` to `end`."""
    now = start
    while now <= end:
        await planner.plan(now)
        now += step


async def prompts(ledger: Ledger, user: str) -> list[Delivery]:
    found = await ledger.to_person(ACME, user, kinds=[Kind.PROMPT])
    return sorted(found, key=lambda delivery: delivery.due_at)


async def test_each_is_owed_a_prompt_at_the_hour_of_their_own_clock(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(), MORNING)
    for user, zone in ((ALICE, NEW_YORK), (BOB, BERLIN), (CHARLIE, KOLKATA)):
        await crew.person(team, user, zone=zone)

    await plan_until(Planner(ledger), MORNING, MORNING + DAY, timedelta(hours=1))

    due = {
        user: [it.due_at.strftime("%a %H:%M") for it in await prompts(ledger, user)] for user in (ALICE, BOB)
    }
    assert due == {ALICE: ["Mon 21:30"], BOB: ["Mon 15:30"]}
    (charlie,) = await prompts(ledger, CHARLIE)
    assert charlie.due_at.strftime("%H:%M") == "11:00"
    assert charlie.expires_at == datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    assert (charlie.local_date, charlie.team, charlie.data) == (MONDAY.date(), team, {"zone": KOLKATA})


async def test_a_person_without_a_zone_or_with_an_unknown_one_lives_by_the_team_s(
    ledger: Ledger, crew: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    team = await crew.team(a_team(), MORNING)
    await crew.person(team, ALICE, zone=None)
    await crew.person(team, BOB, zone="Mars/Olympus")

    with caplog.at_level(logging.WARNING):
        await plan_until(Planner(ledger), MORNING, MORNING + DAY, timedelta(hours=1))

    assert [(await prompts(ledger, user))[0].due_at.hour for user in (ALICE, BOB)] == [21, 21]
    assert caplog.text.count("Mars/Olympus") == 1


async def test_own_days_and_hours_come_before_the_team_s(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(), MORNING)
    await crew.person(team, ALICE, zone=BERLIN, own_days="tue,wed", own_at="09:15")

    await plan_until(Planner(ledger), MORNING, MORNING + 7 * DAY, timedelta(hours=1))

    found = [it.due_at.strftime("%a %H:%M") for it in await prompts(ledger, ALICE)]
    assert found == ["Tue 08:15", "Wed 08:15"]


async def test_the_channel_gets_its_reminder_and_digest_on_its_own_clock(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(), MORNING)

    await plan_until(Planner(ledger), MORNING, MORNING + 6 * DAY, timedelta(hours=1))

    found = [it for it in await ledger.recent(ACME) if it.kind is not Kind.PROMPT]
    expected = {
        (Kind.REMINDER, "C0SMALL", "Mon 14:00", "Tue 05:00"),
        (Kind.PREVIEW, ALICE, "Fri 19:00", "Fri 20:00"),
        (Kind.DIGEST, "C0SMALL", "Fri 20:00", "Mon 20:00"),
    }
    hours = "%a %H:%M"
    assert {
        (
            it.kind,
            it.recipient,
            it.due_at.strftime(hours),
            it.expires_at.strftime(hours) if it.expires_at else "",
        )
        for it in found
    } == expected
    assert {it.team for it in found} == {team}


@pytest.mark.parametrize(
    "unwilling",
    [
        {"stopped_at": MORNING},
        {"forgotten_at": MORNING},
        {"standing": Standing.DEACTIVATED},
        {"standing": Standing.GUEST},
    ],
)
async def test_who_stopped_left_or_may_not_take_part_is_owed_nothing(
    ledger: Ledger, crew: Crew, unwilling: dict[str, Any]
) -> None:
    team = await crew.team(a_team(), MORNING)
    await crew.person(team, ALICE, **unwilling)

    await plan_until(Planner(ledger), MORNING, MORNING + DAY, timedelta(hours=1))

    assert await prompts(ledger, ALICE) == []


async def test_pauses_and_holidays_leave_a_reason(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(holidays="US"), MORNING)
    await crew.person(team, ALICE, paused_until=date(2026, 11, 25))
    await crew.person(team, BOB, own_holidays="DE")

    await plan_until(Planner(ledger), MORNING, MORNING + 4 * DAY, timedelta(hours=1))

    alice = {it.local_date.day: it.reason for it in await prompts(ledger, ALICE) if it.local_date}
    bob = {it.local_date.day: it.reason for it in await prompts(ledger, BOB) if it.local_date}
    assert alice == {23: "paused", 24: "paused", 25: None, 26: "holiday"}
    assert bob == {23: None, 24: None, 25: None, 26: None}


async def test_after_downtime_one_prompt_is_owed_and_the_others_say_why_not(
    ledger: Ledger, crew: Crew
) -> None:
    team = await crew.team(a_team(prompt=Schedule(frozenset(range(7)), time(9))), MORNING)
    await crew.person(team, ALICE, zone=BERLIN)
    await Planner(ledger).plan(MORNING)

    friday_noon = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    await Planner(ledger).plan(friday_noon)

    found = await prompts(ledger, ALICE)
    assert [(it.local_date.day, it.state, it.reason) for it in found if it.local_date] == [
        *((day, DeliveryState.SKIPPED, "expired") for day in (23, 24, 25, 26)),
        (27, DeliveryState.QUEUED, None),
    ]


async def test_of_several_digests_that_are_not_too_late_the_last_is_owed(ledger: Ledger, crew: Crew) -> None:
    await crew.team(a_team(digest=Schedule(frozenset(range(7)), time(15)), zone="UTC"), MORNING)

    await Planner(ledger).plan(MORNING + 3 * DAY)

    found = sorted(
        (it for it in await ledger.recent(ACME) if it.kind is Kind.DIGEST), key=lambda it: it.due_at
    )
    assert [it.state for it in found] == [DeliveryState.SKIPPED, DeliveryState.SKIPPED, DeliveryState.QUEUED]


async def test_a_bot_that_was_away_for_months_does_not_tell_every_day_of_it(
    ledger: Ledger, crew: Crew
) -> None:
    team = await crew.team(a_team(), MORNING)
    await crew.person(team, ALICE)

    await Planner(ledger).plan(MORNING + 90 * DAY)

    assert len(await prompts(ledger, ALICE)) <= 6


async def test_a_new_schedule_owes_nothing_past(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(zone="UTC"), datetime(2026, 11, 23, 16, 31, tzinfo=UTC))
    await crew.person(team, ALICE)

    await Planner(ledger).plan(datetime(2026, 11, 23, 17, 0, tzinfo=UTC))

    assert await prompts(ledger, ALICE) == []


async def test_who_joins_after_the_hour_is_not_prompted_that_day(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(zone="UTC"), MORNING)
    await crew.person(team, ALICE, since=datetime(2026, 11, 23, 16, 31, tzinfo=UTC))

    await Planner(ledger).plan(datetime(2026, 11, 23, 17, 0, tzinfo=UTC))

    assert await prompts(ledger, ALICE) == []


async def test_a_later_hour_replaces_todays_old_one_that_is_still_ahead(ledger: Ledger, crew: Crew) -> None:
    before = datetime(2026, 11, 23, 16, 25, tzinfo=UTC)
    team = a_team(zone="UTC")
    saved = await crew.team(team, MORNING)
    await crew.person(saved, ALICE)
    await plan_until(Planner(ledger), MORNING, before, timedelta(minutes=5))

    await crew.team(replace(team, prompt=Schedule(frozenset(range(5)), time(17))), before)
    await plan_until(Planner(ledger), before, before + DAY / 2, timedelta(hours=1))

    assert [it.due_at.hour for it in await prompts(ledger, ALICE)] == [17]


async def test_a_schedule_changed_after_its_hour_does_not_prompt_twice_on_that_date(
    ledger: Ledger, crew: Crew, pump: object
) -> None:
    after = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
    team = a_team(zone="UTC")
    saved = await crew.team(team, MORNING)
    await crew.person(saved, ALICE)
    await plan_until(Planner(ledger), MORNING, after, timedelta(minutes=5))

    await crew.team(replace(team, prompt=Schedule(frozenset(range(5)), time(17))), after)
    await plan_until(Planner(ledger), after, after + DAY / 2, timedelta(hours=1))

    assert [it.due_at.strftime("%H:%M") for it in await prompts(ledger, ALICE)] == ["16:30"]


async def test_saving_the_same_team_again_changes_nothing(ledger: Ledger, crew: Crew) -> None:
    team = a_team(zone="UTC")
    saved = await crew.team(team, MORNING)
    await crew.person(saved, ALICE)
    await plan_until(
        Planner(ledger), MORNING, datetime(2026, 11, 23, 16, 25, tzinfo=UTC), timedelta(minutes=5)
    )
    planned = await prompts(ledger, ALICE)

    await crew.team(team, datetime(2026, 11, 23, 16, 26, tzinfo=UTC))

    assert await prompts(ledger, ALICE) == planned


async def test_who_changes_zone_in_the_middle_of_the_day_is_prompted_once_that_date(
    ledger: Ledger, crew: Crew
) -> None:
    team = await crew.team(a_team(), MORNING)
    await crew.person(team, ALICE, zone=BERLIN)
    landed = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    await plan_until(Planner(ledger), MORNING, landed, timedelta(hours=1))

    await crew.person(team, ALICE, zone=NEW_YORK)
    await plan_until(Planner(ledger), landed, landed + DAY, timedelta(hours=1))

    found = [(it.local_date, it.due_at.hour) for it in await prompts(ledger, ALICE)]
    assert found == [(MONDAY.date(), 15)]


async def test_an_earlier_hour_of_ones_own_counts_today_once_the_day_is_planned_anew(
    ledger: Ledger, crew: Crew
) -> None:
    team = await crew.team(a_team(zone="UTC"), MORNING)
    await crew.person(team, ALICE)
    now = datetime(2026, 11, 23, 15, 58, tzinfo=UTC)
    await plan_until(Planner(ledger), MORNING, now, timedelta(minutes=4))

    await crew.person(team, ALICE, own_at="16:01")
    await ledger.plan_anew(ACME, ALICE, now=now)
    await Planner(ledger).plan(now)

    assert [it.due_at.strftime("%H:%M") for it in await prompts(ledger, ALICE)] == ["16:01"]


async def test_planning_twice_at_once_owes_nothing_twice(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(zone="UTC"), MORNING)
    await crew.person(team, ALICE)
    now = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    (*_, item) = [it for it in await ledger.to_plan(until=now) if it.kind is Kind.PROMPT]

    for planner in (Planner(ledger), Planner(ledger)):
        await planner._plan(item, now)

    assert len(await prompts(ledger, ALICE)) == 1


async def test_a_clock_that_was_forty_days_ahead_does_not_silence_the_bot_for_forty_days(
    ledger: Ledger, crew: Crew
) -> None:
    team = await crew.team(a_team(zone="UTC"), MORNING)
    await crew.person(team, ALICE)
    await Planner(ledger).plan(MORNING + 40 * DAY)

    await plan_until(Planner(ledger), MORNING, MORNING + DAY / 2, timedelta(hours=1))

    assert MONDAY.date() in {it.local_date for it in await prompts(ledger, ALICE)}


async def test_large_teams_are_planned_in_chunks(ledger: Ledger, crew: Crew) -> None:
    team = await crew.team(a_team(zone="UTC"), MORNING)
    people = [f"U{number:04}" for number in range(520)]
    for user in people:
        await crew.person(team, user)

    await Planner(ledger).plan(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))

    states = await ledger.states()
    assert states[Kind.PROMPT, DeliveryState.QUEUED] == len(people)


@given(
    ticks=st.lists(st.integers(1, 60 * 24 * 3), min_size=1, max_size=25),
    zones=st.lists(
        st.sampled_from(["Africa/Cairo", "America/Santiago", BERLIN, NEW_YORK, KOLKATA]), min_size=1
    ),
    at=st.sampled_from([time(0), time(1, 30), time(2, 30), time(16, 30)]),
)
async def test_however_the_ticks_fall_each_date_has_one_row_and_one_prompt_at_most_is_owed_after_a_gap(
    ticks: list[int], zones: list[str], at: time
) -> None:
    ledger = FakeLedger()
    crew = FakeCrew(ledger)
    now = datetime(2026, 3, 20, tzinfo=UTC)
    team = await crew.team(a_team(prompt=Schedule(frozenset(range(7)), at)), now)

    for turn, minutes in enumerate(ticks):
        await crew.person(team, ALICE, zone=zones[turn % len(zones)])
        before = {it.id for it in await prompts(ledger, ALICE)}
        now += timedelta(minutes=minutes)
        await Planner(ledger).plan(now)
        new = [it for it in await prompts(ledger, ALICE) if it.id not in before]
        overdue = [it for it in new if it.state is DeliveryState.QUEUED and it.due_at <= now]
        assert len(overdue) <= 1

    dates = Counter(it.local_date for it in await ledger.recent(ACME, limit=1000) if it.recipient == ALICE)
    assert set(dates.values()) <= {1}


async def test_a_preview_comes_once_an_hour_before_each_digest_and_not_at_all_once_the_digest_is_due(
    ledger: Ledger, crew: Crew
) -> None:
    friday_half_past_two = MORNING + 4 * DAY + timedelta(hours=13, minutes=30)
    await crew.team(a_team(), friday_half_past_two)

    await plan_until(Planner(ledger), friday_half_past_two, MORNING + 20 * DAY, timedelta(minutes=45))

    previews = [it for it in await ledger.recent(ACME) if it.kind is Kind.PREVIEW]
    assert sorted(it.due_at.strftime("%d %H:%M") for it in previews) == ["04 19:00", "11 19:00"]
    assert {(it.recipient, it.channel, it.local_date and it.local_date.weekday()) for it in previews} == {
        (ALICE, None, 4)
    }


async def test_a_team_without_managers_has_no_preview_and_its_digest_all_the_same(
    ledger: Ledger, crew: Crew
) -> None:
    await crew.team(a_team(managers=()), MORNING)

    await plan_until(Planner(ledger), MORNING, MORNING + 6 * DAY, timedelta(hours=1))

    kinds = [it.kind for it in await ledger.recent(ACME)]
    assert Kind.PREVIEW not in kinds
    assert kinds.count(Kind.DIGEST) == 1
