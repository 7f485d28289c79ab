"""The story forms: what they ask, what they keep when detail opens, and what is read when they come back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.stories import Source, Visibility
from bot.sandbox.block_kit import view as strictly
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import names
from handlers.slack.surfaces.modals import (
    answer_modal,
    edit_modal,
    form_errors,
    read_story_form,
    story_modal,
    with_detail,
)
from tests.slack.limits import view_problems
from tests.slack.samples import HOSTILE, LARGE_TEAM, TEAM, actions_in, check, story, words_in

OTHER = replace(TEAM, id="T2", name="Schools")


def _blocks(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if "block_id" in block]


def _submitted(view: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The view as Slack sends it back: what it opened with, and what somebody typed or chose."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        values[block["block_id"]] = {
            element["action_id"]: {
                "type": element["type"],
                "value": element.get("initial_value"),
                "selected_option": element.get("initial_option"),
                "selected_options": element.get("initial_options", []),
            }
        }
    for block_id, value in typed.items():
        values[block_id.replace("_", ".")][names.VALUE] = value
    return {**view, "state": {"values": values}}


@pytest.mark.parametrize(
    "view",
    [
        story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM),
        story_modal(team=None, teams=[], default=Visibility.TEAM),
        story_modal(
            team=LARGE_TEAM, teams=[LARGE_TEAM, OTHER], default=Visibility.PRIVATE, text="&🧑‍🤝‍🧑" * 9_000
        ),
        with_detail(story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM)),
        edit_modal(
            story=story(HOSTILE * 100, customer=HOSTILE, goal="&" * 2_000, tags=("learned", "gone")),
            team=TEAM,
        ),
        edit_modal(story=story("short"), team=None),
        answer_modal(check=check(question="&" * 1_000), team=LARGE_TEAM, default=Visibility.TEAM),
    ],
)
def test_a_form_keeps_to_slacks_limits(view: dict[str, Any]) -> None:
    assert view_problems(view) == []
    assert strictly(view, lambda file: True, wanted="modal")
    assert set(json.loads(view["private_metadata"])) <= {"team", "source", "story", "check"}


def test_the_form_asks_for_a_story_and_who_may_see_it_the_rest_behind_a_button() -> None:
    view = story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM)

    assert _blocks(view) == [names.BLOCK_TEXT, names.BLOCK_AUDIENCE, names.BLOCK_DETAIL]
    assert "#small-business (public: everyone at Acme)" in words_in(view)
    assert actions_in(view)[names.MODAL_DETAIL]["text"]["text"] == "Add detail"


def test_opening_detail_keeps_every_input_in_its_place() -> None:
    view = story_modal(team=TEAM, teams=[TEAM, OTHER], default=Visibility.MANAGERS, text="So far")

    opened = with_detail({**view, "id": "V1", "hash": "1", "state": {}})

    assert _blocks(opened) == [
        names.BLOCK_TEXT,
        names.BLOCK_TEAM,
        names.BLOCK_AUDIENCE,
        names.BLOCK_CUSTOMER,
        names.BLOCK_GOAL,
        names.BLOCK_CHANGE,
        names.BLOCK_TAGS,
    ]
    assert opened["private_metadata"] == view["private_metadata"]
    assert {"id", "hash", "state"}.isdisjoint(opened)


def test_what_was_typed_is_read_back() -> None:
    view = with_detail(
        story_modal(team=TEAM, teams=[TEAM, OTHER], default=Visibility.TEAM, source=Source.SHORTCUT)
    )

    form = read_story_form(
        _submitted(
            view,
            story_text={"value": "Rosa slept.\x00"},
            story_team={"selected_option": {"value": "T2"}},
            story_audience={"selected_option": {"value": "managers"}},
            story_customer={"value": "Initech"},
            story_tags={
                "selected_options": [{"value": "learned"}, {"value": "honest_no"}, {"value": "nonsense"}]
            },
        )
    )

    assert form.text == "Rosa slept.\ufffd"
    assert (form.team, form.visibility, form.customer) == ("T2", Visibility.MANAGERS, "Initech")
    assert form.tags == ("honest_no", "learned")
    assert form.source is Source.SHORTCUT


def test_an_untouched_edit_gives_back_the_story() -> None:
    mine = story("Rosa slept.", customer="Initech", goal="Sleep", change="She sleeps", tags=("worry_gone",))

    form = read_story_form(_submitted(edit_modal(story=mine, team=TEAM)))

    assert (form.story, form.text, form.customer, form.goal, form.change, form.tags, form.visibility) == (
        "S0",
        mine.text,
        mine.customer,
        mine.goal,
        mine.change,
        mine.tags,
        mine.visibility,
    )


def test_a_story_longer_than_a_form_is_edited_where_it_was_written() -> None:
    view = edit_modal(story=story("word " * 1_000), team=TEAM)

    assert names.BLOCK_TEXT not in _blocks(view)
    assert "edit your own message" in words_in(view)
    assert read_story_form(_submitted(view)).text == ""


def test_the_checks_form_shows_its_question_and_remembers_the_check() -> None:
    view = answer_modal(check=check(), team=TEAM, default=Visibility.TEAM)

    assert "Who at Initech will notice the difference first?" in words_in(view)
    assert read_story_form(_submitted(view)).check == "K1"
    assert view["callback_id"] == names.VIEW_CHECK


@pytest.mark.parametrize(("typed", "wrong"), [("  \n ", True), ("A word.", False)])
def test_a_form_without_words_says_so_beneath_the_input(typed: str, wrong: bool) -> None:
    view = _submitted(
        story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM), story_text={"value": typed}
    )
    incoming = Incoming("view", names.VIEW_TELL, "slack:T1", "UALICE", "k", {"view": view})

    assert (names.BLOCK_TEXT in form_errors(incoming)) is wrong


@pytest.mark.parametrize("meta", ["", "not json", "[1]", '{"source": "elsewhere", "team": 7}'])
def test_a_forged_or_missing_carry_is_read_as_plain_text(meta: str) -> None:
    form = read_story_form({"private_metadata": meta, "state": None})

    assert (form.text, form.source, form.story) == ("", None, None)
    assert form.team in (None, "7")
