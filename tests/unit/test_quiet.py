"""Keeping quiet: the promises under "Times", decided from facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.occurrences import Occurrence
from bot.domain.quiet import (
    NUDGE_AFTER,
    PATIENCE,
    FollowUpFacts,
    PromptFacts,
    Quiet,
    Reason,
    Send,
    follow_up_at,
    may_follow_up,
    may_post,
    may_prompt,
    may_remind,
    reason_words,
    whose_turn,
)

TODAY = date(2026, 11, 23)
HOUR = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
ALICE = PromptFacts(now=HOUR, occurrence=Occurrence(TODAY, HOUR), expires_at=MIDNIGHT)
BOB = FollowUpFacts(now=HOUR + timedelta(hours=1), local_date=TODAY, expires_at=MIDNIGHT)


def test_alice_gets_her_prompt_on_an_ordinary_day() -> None:
    assert may_prompt(ALICE) == Send()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"left": True}, Reason.LEFT),
        ({"member_since": HOUR + timedelta(minutes=1)}, Reason.JOINED_LATER),
        ({"stopped": True}, Reason.STOPPED),
        ({"paused_until": TODAY + timedelta(days=1)}, Reason.PAUSED),
        ({"paused_until": date.max}, Reason.PAUSED),
        ({"team_paused": True}, Reason.TEAM_PAUSED),
        ({"holiday": True}, Reason.HOLIDAY),
        ({"told_today": True}, Reason.ALREADY_TOLD),
        ({"asked_here": True}, Reason.ZONE),
        ({"asked_elsewhere": True}, Reason.OTHER_TEAM),
        ({"unasked_today": 1}, Reason.BUDGET),
        ({"now": MIDNIGHT}, Reason.EXPIRED),
        ({"away": True}, Reason.AWAY),
        ({"unanswered": PATIENCE, "rhythm_asked": True}, Reason.QUIET),
    ],
)
def test_one_fact_is_enough_to_keep_quiet_and_it_is_the_reason_given(
    facts: dict[str, Any], reason: Reason
) -> None:
    assert may_prompt(replace(ALICE, **facts)) == Quiet(reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"paused_until": TODAY},
        {"member_since": HOUR},
        {"now": MIDNIGHT - timedelta(seconds=1)},
        {"unanswered": PATIENCE - 1},
        {"rhythm_asked": True},
    ],
)
def test_prompts_go_on_right_up_to_each_limit(facts: dict[str, Any]) -> None:
    assert may_prompt(replace(ALICE, **facts)) == Send()


def test_what_a_person_chose_is_named_before_what_happened_to_be() -> None:
    facts = replace(ALICE, stopped=True, holiday=True, now=MIDNIGHT, away=True)

    assert may_prompt(facts) == Quiet(Reason.STOPPED)


def test_after_five_prompts_without_an_answer_it_asks_once_and_then_is_quiet() -> None:
    unanswered, rhythm_asked, seen = 0, False, []

    for _ in range(10):
        decision = may_prompt(replace(ALICE, unanswered=unanswered, rhythm_asked=rhythm_asked))
        seen.append(decision)
        if isinstance(decision, Send):
            unanswered, rhythm_asked = unanswered + 1, rhythm_asked or decision.asks_rhythm

    assert seen == [Send()] * 5 + [Send(asks_rhythm=True)] + [Quiet(Reason.QUIET)] * 4


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ABC"), st.booleans()), max_size=40))
def test_over_all_her_teams_alice_gets_at_most_one_prompt_a_day(due: list[tuple[int, str, bool]]) -> None:
    asked: dict[int, list[str]] = {}
    told: set[int] = set()

    for day, team, tells in due:
        teams = asked.setdefault(day, [])
        facts = replace(
            ALICE,
            told_today=day in told,
            asked_here=team in teams,
            asked_elsewhere=any(other != team for other in teams),
        )
        if may_prompt(facts) == Send():
            teams.append(team)
        if tells:
            told.add(day)

    assert all(len(teams) <= 1 for teams in asked.values())


def test_teams_that_ask_at_the_same_hour_take_turns() -> None:
    last_asked: dict[str, date | None] = {"T1": None, "T2": None, "T3": None}
    turns = []

    for step in range(6):
        team = whose_turn(last_asked)
        last_asked[team] = TODAY + timedelta(days=step)
        turns.append(team)

    assert turns == ["T1", "T2", "T3", "T1", "T2", "T3"]


def test_a_reminder_that_bob_asked_for_comes_while_it_is_still_the_same_day() -> None:
    assert may_follow_up(replace(BOB, asked_for=True)) == Send()
    assert may_follow_up(replace(BOB, asked_for=True, away=True)) == Send()
    assert may_follow_up(replace(BOB, asked_for=True, now=MIDNIGHT)) == Quiet(Reason.DAY_OVER)


def test_a_nudge_comes_once_and_only_to_who_switched_it_on() -> None:
    assert may_follow_up(BOB) == Quiet(Reason.NUDGE_OFF)
    assert may_follow_up(replace(BOB, nudge_on=True)) == Send()
    assert may_follow_up(replace(BOB, nudge_on=True, nudges_today=1)) == Quiet(Reason.ALREADY_NUDGED)
    assert may_follow_up(replace(BOB, nudge_on=True, away=True)) == Quiet(Reason.AWAY)


@pytest.mark.parametrize("asked_for", [True, False])
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"told_today": True}, Reason.ALREADY_TOLD),
        ({"nothing_today": True}, Reason.NOTHING_TODAY),
        ({"stopped": True}, Reason.STOPPED),
        ({"paused_until": date.max}, Reason.PAUSED),
        ({"left": True}, Reason.LEFT),
    ],
)
def test_nothing_follows_an_answer_or_a_word_to_be_left_alone(
    asked_for: bool, facts: dict[str, Any], reason: Reason
) -> None:
    follow_up = replace(BOB, asked_for=asked_for, nudge_on=True, **facts)

    assert may_follow_up(follow_up) == Quiet(reason)


def test_in_an_hour_is_an_hour_after_the_click() -> None:
    clicked = datetime(2026, 11, 23, 21, 40, tzinfo=UTC)

    assert follow_up_at(clicked, TODAY, ZoneInfo("America/New_York")) == clicked + timedelta(hours=1)


@pytest.mark.parametrize(
    ("clicked", "after"),
    [
        ("2026-11-24T04:00", timedelta(hours=1)),
        ("2026-11-24T03:00", NUDGE_AFTER),
        ("2026-11-24T14:00", timedelta()),
    ],
)
def test_a_follow_up_that_would_come_after_the_day_is_not_promised(clicked: str, after: timedelta) -> None:
    start = datetime.fromisoformat(clicked).replace(tzinfo=UTC)

    assert follow_up_at(start, TODAY, ZoneInfo("America/New_York"), after) == Quiet(Reason.DAY_OVER)


def test_a_reminder_waits_for_a_purpose() -> None:
    assert may_remind(HOUR, MIDNIGHT, has_purpose=False) == Quiet(Reason.NO_PURPOSE)
    assert may_remind(HOUR, MIDNIGHT, has_purpose=True) == Send()


def test_a_channel_post_waits_for_its_manager_and_not_for_ever() -> None:
    assert may_post(HOUR, MIDNIGHT, team_paused=True) == Quiet(Reason.TEAM_PAUSED)
    assert may_post(MIDNIGHT, MIDNIGHT) == Quiet(Reason.EXPIRED)
    assert may_remind(MIDNIGHT, MIDNIGHT, has_purpose=True) == Quiet(Reason.EXPIRED)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_that_blame_nobody(reason: Reason) -> None:
    words = reason_words(reason.value)

    assert words == reason.words
    assert 10 < len(words) < 100
    assert not any(word in words for word in ("must", "should", "failed", "ignored", "forgot"))


def test_a_reason_of_another_version_is_shown_as_it_stands() -> None:
    assert reason_words("solar_eclipse") == "solar eclipse"
    assert reason_words(None) == "no reason was kept"
