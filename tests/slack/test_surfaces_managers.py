"""What managers alone see keeps to Slack's limits and to people's exact words, whatever people type."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.huddles import Huddle, HuddleState
from bot.domain.notices import HuddleAskNotice, HuddleCardNotice
from bot.domain.team_view import Row, TeamView
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.answers import team_made
from handlers.slack.surfaces.huddle import render_huddle_ask, render_huddle_card
from handlers.slack.surfaces.sample import sample_view
from handlers.slack.surfaces.setup import read_setup, setup_view
from handlers.slack.surfaces.team_view import team_view_modal
from tests.slack.limits import message_problems, view_problems
from tests.slack.samples import HOSTILE, LARGE_TEAM, NOW, TEAM, markup_in, story, words_in

LARGEST = replace(
    LARGE_TEAM,
    questions=tuple(f"{'Who slept? ' * 15}{number}" for number in range(20)),
    reminder_lines=tuple(f"{'x' * 150}{number}" for number in range(50)),
    managers=tuple(f"U{number:04d}" for number in range(40)),
)
HUDDLE = Huddle("H1", "slack:T1", "T1", "S0", "UALICE", "UMAY", NOW)


@pytest.mark.parametrize("team", [TEAM, LARGEST], ids=["usual", "largest"])
@pytest.mark.parametrize("people", [None, 7, 30, 31, 4_000])
def test_the_setup_form_keeps_to_the_limits_and_asks_whom_above_thirty(
    team: Team, people: int | None
) -> None:
    view = setup_view(team, people)

    assert view_problems(view) == []
    assert ("whom shall I ask?" in words_in(view)) is (people in (31, 4_000))


def test_what_a_file_set_and_a_form_cannot_hold_stays_as_it_is() -> None:
    inputs = [block["block_id"] for block in setup_view(LARGEST)["blocks"] if block["type"] == "input"]
    chosen = {"prompt_at": "16:30", "digest_at": "15:00", "reminder_at": "09:00"}
    typed = {"prompt_days": "mon", "digest_days": "fri", "reminder_days": "mon", "zone": "Europe/London"}
    values: dict[str, Any] = {f"setup.{name}": {"value": {"value": text}} for name, text in typed.items()}
    values |= {f"setup.{name}": {"value": {"selected_time": at}} for name, at in chosen.items()}
    values["setup.managers"] = {"value": {"selected_users": ["UMAY"]}}

    saved = read_setup({"state": {"values": values}}).applied_to(LARGEST)

    assert "setup.questions" not in inputs
    assert (saved.questions, saved.reminder_lines) == (LARGEST.questions, LARGEST.reminder_lines)


@pytest.mark.parametrize("team", [TEAM, LARGEST], ids=["usual", "largest"])
@pytest.mark.parametrize("purpose", ["", HOSTILE, "x" * 500])
def test_try_it_now_shows_nothing_to_click_and_says_that_it_is_made_up(team: Team, purpose: str) -> None:
    view = sample_view(team, purpose, NOW)

    assert view_problems(view) == []
    assert "made up" in words_in(view)
    assert not any("accessory" in block or block["type"] == "actions" for block in view["blocks"])
    assert (purpose or team.purpose.text if team.purpose else "") in words_in(view)


@pytest.mark.parametrize("state", HuddleState)
@pytest.mark.parametrize("text", [HOSTILE, "Rosa slept. " * 100, "🧑‍🤝‍🧑" * 149])
def test_huddle_messages_show_a_story_whole_and_word_for_word(state: HuddleState, text: str) -> None:
    told = story(text)
    huddle = replace(HUDDLE, state=state)

    ask = render_huddle_ask(HuddleAskNotice(huddle, LARGEST, told, HOSTILE, any_time=True))
    card = render_huddle_card(HuddleCardNotice(huddle, LARGEST, told, HOSTILE))

    for message in (ask, card):
        assert message_problems(message.text, message.blocks) == []
        assert text in words_in(message.blocks)
        assert "<!channel>" not in message.text + "".join(markup_in(message.blocks))
    assert (names.HUDDLE_YES in str(ask.blocks)) is (state is HuddleState.ASKED)
    assert (names.HUDDLE_TOLD in str(card.blocks)) is (state is not HuddleState.TOLD)


def test_a_story_taken_back_leaves_both_huddle_messages_without_a_word_of_it() -> None:
    ask = render_huddle_ask(HuddleAskNotice(HUDDLE, TEAM, None, "May"))
    card = render_huddle_card(HuddleCardNotice(HUDDLE, TEAM, None, "Alice"))

    for message in (ask, card):
        assert "taken back" in message.text
        assert "'button'" not in str(message.blocks)


@pytest.mark.parametrize("team", [TEAM, LARGEST], ids=["usual", "largest"])
def test_the_team_view_keeps_to_the_limits_and_shows_no_share_of_anything(team: Team) -> None:
    weeks = tuple((f"W{week:02d}", 99_999) for week in range(12))
    rows = tuple(Row(f"{HOSTILE} {'q' * 900} {number}", 99_999, weeks) for number in range(40))

    full = team_view_modal(team, TeamView(stories=weeks, kinds=rows, questions=rows, outcomes=rows))
    empty = team_view_modal(team, TeamView())

    for view in (full, empty):
        assert view_problems(view) == []
        assert "at least four people" in words_in(view)
    assert "There is nothing to count yet" in words_in(empty)


def test_the_defaults_say_what_happens_and_keep_to_the_limits() -> None:
    message = team_made(LARGEST)

    assert message_problems(message.text, message.blocks) == []
    assert "Try it now" in str(message.blocks)
