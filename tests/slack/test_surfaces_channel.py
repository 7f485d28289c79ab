"""What stands in the channel: checks, roll-ups, reminders, invitations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.checks import CheckState
from bot.domain.notices import (
    CheckNotice,
    InvitationNotice,
    ReminderNotice,
    RollupNotice,
)
from handlers.slack.surfaces import names
from handlers.slack.surfaces.table import render
from tests.slack.limits import message_problems
from tests.slack.samples import (
    NOW,
    TEAM,
    WEEK,
    actions_in,
    check,
    week,
    words_in,
)


def test_a_check_says_who_asks_what_and_until_when() -> None:
    blocks = render(CheckNotice(check(), TEAM, 0)).blocks

    seen = words_in(blocks)
    assert "<@UMAY> asks:" in seen
    assert "Who at Initech will notice the difference first?" in seen
    assert "Share your story" in seen
    assert "Close check" in seen
    assert "#small-business (public: everyone at Acme)" in seen
    assert f"<!date^{int((NOW + timedelta(hours=4)).timestamp())}^" in seen


@pytest.mark.parametrize(
    ("answers", "words"), [(0, "No answers yet."), (1, "1 person answered."), (3, "3 people answered.")]
)
def test_a_checks_count_is_people(answers: int, words: str) -> None:
    message = render(CheckNotice(check(), TEAM, answers))

    assert words in words_in(message.blocks)
    assert words in message.text


def test_a_closed_check_has_nothing_to_click() -> None:
    message = render(CheckNotice(check(state=CheckState.CLOSED, closed_by="UNOA"), TEAM, 3))

    assert actions_in(message.blocks) == {}
    assert "Closed by <@UNOA>" in words_in(message.blocks)


def test_a_rollup_shows_each_answer_word_for_word_with_its_teller_and_pings_nobody() -> None:
    stories = tuple(week(8))
    message = render(RollupNotice(check(), TEAM, stories, 9, {"UALICE": "Alice", "UBOB": "Bob"}))

    seen = words_in(message.blocks)
    for _, _, text in WEEK:
        assert seen.count(text) == 1
    assert "Alice" in seen
    assert "<@" not in seen
    assert '"user_id"' not in str(message.blocks)
    assert "9" not in re.sub(r"\d{2,}", "", seen)


def test_three_hundred_answers_fit_and_the_rest_is_a_click_away() -> None:
    message = render(RollupNotice(check(), TEAM, tuple(week(300)), 300))

    assert message_problems(message.text, message.blocks) == []
    assert "and 275 stories more" in words_in(message.blocks)
    assert names.CHECK_ALL in actions_in(message.blocks)


@pytest.mark.parametrize("answers", [0, 2])
def test_a_rollup_without_anything_to_show_is_kind(answers: int) -> None:
    message = render(RollupNotice(check(), TEAM, (), answers))

    assert message_problems(message.text, message.blocks) == []
    assert str(answers) not in message.text


def test_a_reminder_is_the_purpose_and_one_line() -> None:
    message = render(ReminderNotice(TEAM, "One question more, one slide less."))

    assert words_in(message.blocks).splitlines() == [
        "We help small businesses be more successful.",
        "One question more, one slide less.",
    ]


def test_a_reminder_whose_story_was_taken_back_still_stands() -> None:
    message = render(ReminderNotice(TEAM, ""))

    assert message_problems(message.text, message.blocks) == []


def test_the_bot_offers_to_be_set_up_and_a_team_invites() -> None:
    offer = render(InvitationNotice("C1", None, "UMAY")).blocks
    invite = render(InvitationNotice("C1", TEAM)).blocks

    assert {key: value["value"] for key, value in actions_in(offer).items()} == {
        names.SETUP_OPEN: "C1",
        names.SETUP_DEFAULTS: "C1",
    }
    assert "Use the defaults" in words_in(offer)
    assert "Count me in" in words_in(invite)
    assert actions_in(invite)[names.JOIN_COUNT_ME_IN]["value"] == "T1"
