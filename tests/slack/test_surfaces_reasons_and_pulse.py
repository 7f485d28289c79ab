"""The forms of one's own reason and of the pulse, and how a pulse's result reads."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.people import Person
from bot.domain.pulses import CUSTOMERS, MEANING, QUESTIONS, Change, Pulse, Reading, readings
from bot.domain.reasons import MOST_CHARACTERS
from bot.sandbox.block_kit import view as strictly
from bot.usecases.pulsing import TeamPulse
from handlers.slack.surfaces.home_pulse import PulsesAtHome, home_section, reading_words
from handlers.slack.surfaces.pulse_form import pulse_modal, read_pulse
from handlers.slack.surfaces.reason_form import asked_in, read_why, why_modal
from tests.slack.limits import view_problems
from tests.slack.samples import HOSTILE, NOW, TEAM, words_in

BOB = Person("slack:T1", "UBOB", name="Bob")
PULSE = Pulse("P1", "slack:T1", "T1", "2026-Q4", NOW, NOW)
SIXTY = Reading(CUSTOMERS, 0.6, 0.31, 0.83)


def filled(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The form as it comes back: `values` by block."""
    return {**view, "state": {"values": {block: {"value": value} for block, value in values.items()}}}


@pytest.mark.parametrize("why", ["", "For the look on their faces.", HOSTILE, "🌍&<" * 125])
def test_the_form_keeps_to_slacks_limits_and_gives_back_what_was_written(why: str) -> None:
    bob = replace(BOB, why=why[:MOST_CHARACTERS], why_shared=bool(why))

    view = why_modal(bob, home=False, message=("D1", "1.2"))

    assert view_problems(view) == []
    assert strictly(view, lambda file: True)
    back = filled(
        view,
        {
            "why.words": {"value": bob.why},
            "why.wishes": {"selected_options": [{"value": "share"}]},
        },
    )
    assert read_why(back) == (bob.why, True, False)
    assert asked_in(back) == ("D1", "1.2")


def test_sharing_is_off_and_coming_back_is_on_until_somebody_says_otherwise() -> None:
    chosen = why_modal(BOB, home=True, message=("", ""))["blocks"][1]["element"]["initial_options"]

    assert [each["value"] for each in chosen] == ["return"]


def test_the_pulse_asks_two_questions_with_five_answers_each_and_says_what_is_kept() -> None:
    view = pulse_modal(PULSE)

    assert view_problems(view) == []
    assert strictly(view, lambda file: True)
    said = words_in(view)
    for words in (*QUESTIONS.values(), "Hardly", "Very much", "your name isn't kept"):
        assert words in said
    answers = {
        "pulse.customers": {"selected_option": {"value": "4"}},
        "pulse.meaning": {"selected_option": {"value": "9"}},
    }
    assert read_pulse(filled(view, answers)) == ("P1", {CUSTOMERS: 4})


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (
            SIXTY,
            (
                "About 60 % said “mostly” or “very much”: likely between 30 % and 85 %. "
                "It is the first one, so there is nothing to compare it with."
            ),
        ),
        (
            replace(SIXTY, low=0.55, high=0.91, before=("2026-Q3",)),
            (
                "More than half said “mostly” or “very much”: likely between 55 % and 95 %. "
                "Whether that is more or less than in the third quarter of 2026: cannot tell yet."
            ),
        ),
        (
            replace(SIXTY, low=0.1, high=0.4, change=Change.DOWN, before=("2026-Q2", "2026-Q3")),
            (
                "Fewer than half said “mostly” or “very much”: likely between 10 % and 40 %. "
                "Less than in the quarters before."
            ),
        ),
    ],
)
def test_a_result_says_share_range_and_change_in_plain_words(reading: Reading, words: str) -> None:
    assert reading_words(reading) == words


def test_no_result_counts_people_out_of_people() -> None:
    counted = replace(PULSE, counts={CUSTOMERS: (0, 1, 2, 3, 4), MEANING: (5, 0, 0, 0, 5)})
    blocks = home_section(PulsesAtHome([TeamPulse(TEAM, "2026-Q4", readings([counted]))]))

    assert not re.search(r"\b\d+ (of|out of|/) ?\d+\b", words_in(blocks))
    assert not re.search(r"\b10\b", words_in(blocks))
