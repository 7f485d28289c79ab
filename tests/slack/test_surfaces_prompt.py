"""The prompt and who sees it: the contract's words and buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.prompts import FIRST_QUESTION
from bot.domain.stories import Visibility
from bot.domain.teams import ChannelKind
from handlers.slack.surfaces import names
from handlers.slack.surfaces.prompt import sample_prompt
from handlers.slack.surfaces.table import render
from tests.slack.limits import message_problems
from tests.slack.samples import (
    TEAM,
    actions_in,
    prompt,
    receipt,
    story,
    words_in,
)


def test_a_prompt_says_purpose_question_buttons_and_who_sees_it() -> None:
    blocks = render(prompt()).blocks

    seen = words_in(blocks)
    assert "We help small businesses be more successful." in seen
    assert seen.index(FIRST_QUESTION) < seen.index("Whose day was easier because of you?")
    for words in ("Share a story", "Nothing today", "Remind me in an hour"):
        assert words in seen
    assert "#small-business (public: everyone at Acme)" in seen
    assert {names.PROMPT_SHARE, names.PROMPT_NOTHING, names.PROMPT_LATER} <= set(actions_in(blocks))
    assert names.PERSON_STOP not in actions_in(blocks)


def test_the_first_prompt_introduces_the_bot_and_stop() -> None:
    blocks = render(prompt(first=True)).blocks

    assert actions_in(blocks)[names.PERSON_STOP]["text"]["text"] == "Stop"
    assert "nobody is told" in words_in(blocks)


def test_without_a_purpose_the_question_stands_alone() -> None:
    message = render(prompt(team=replace(TEAM, purpose=None)))

    assert message.blocks[0]["text"]["text"] == FIRST_QUESTION
    assert message_problems(message.text, message.blocks) == []


@pytest.mark.parametrize("how", ["told", "nothing", "later"])
def test_an_answered_prompt_has_a_line_in_place_of_its_buttons(how: str) -> None:
    message = render(prompt(answered=how, first=True, asks_rhythm=True))

    assert actions_in(message.blocks) == {}
    assert FIRST_QUESTION in words_in(message.blocks)


def test_with_several_teams_a_prompt_says_where_a_plain_answer_goes() -> None:
    seen = words_in(render(prompt(others=("Enterprise", "Schools"))).blocks)

    assert "A plain answer goes to Small business." in seen
    assert "Enterprise and Schools" in seen


def test_where_ai_is_on_the_prompt_says_so_and_one_click_refuses() -> None:
    on, off = render(prompt(team=replace(TEAM, ai=True))), render(prompt())

    assert names.AI_REFUSE in actions_in(on.blocks)
    assert "AI" in words_in(on.blocks)
    assert "AI" not in words_in(off.blocks)


@pytest.mark.parametrize(
    ("kind", "visibility", "words"),
    [
        (ChannelKind.PUBLIC, Visibility.TEAM, "#small-business (public: everyone at Acme)"),
        (ChannelKind.PRIVATE, Visibility.TEAM, "#small-business (private: its members)"),
        (ChannelKind.SHARED, Visibility.TEAM, "other companies"),
        (ChannelKind.PUBLIC, Visibility.MANAGERS, "the managers of Small business"),
        (ChannelKind.PUBLIC, Visibility.PRIVATE, "only you"),
        (ChannelKind.PUBLIC, Visibility.COMPANY, "everyone at Acme"),
    ],
)
def test_who_sees_it_is_said_by_place(kind: ChannelKind, visibility: Visibility, words: str) -> None:
    team = replace(TEAM, channel_kind=kind)

    asked = words_in(render(prompt(team=team, default_visibility=visibility)).blocks)
    kept = words_in(render(receipt(team=team, story=story(visibility=visibility))).blocks)

    assert words in asked
    assert words in kept


def test_the_rhythm_question_offers_days_and_a_way_out() -> None:
    found = actions_in(render(prompt(asks_rhythm=True)).blocks)

    assert found[names.RHYTHM_TWICE]["value"] == "tue,thu"
    assert {names.RHYTHM_WEEKLY, names.RHYTHM_SAME, names.RHYTHM_STOP} <= set(found)


def test_a_sample_prompt_has_nothing_to_click() -> None:
    message = sample_prompt(TEAM, "Whose day was easier because of you?")

    assert actions_in(message.blocks) == {}
    assert message_problems(message.text, message.blocks) == []
