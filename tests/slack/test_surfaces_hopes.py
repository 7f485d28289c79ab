"""The forms of hopes and outcomes: their words and buttons, Slack's limits, and what comes back from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome, seen_by
from bot.domain.notices import DueHope, OutcomeNotice
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Visibility
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import names
from handlers.slack.surfaces.hope_forms import (
    Days,
    change_modal,
    hope_errors,
    outcome_modal,
    promise_modal,
    read_hope_form,
    tell_errors,
    trial_modal,
)
from handlers.slack.surfaces.modals import read_modal, story_modal, with_detail
from handlers.slack.surfaces.rendered import View
from handlers.slack.surfaces.table import render
from tests.slack.limits import view_problems
from tests.slack.samples import HOSTILE, NOW, TEAM, actions_in, markup_in, story, words_in

TODAY = date(2026, 11, 20)
DAYS = Days(TODAY, TODAY + timedelta(days=365))
PROMISE = Hope(
    "H1", "slack:T1", HopeKind.PROMISE, "UBOB", "Books in two days", date(2027, 2, 18), "view:1", NOW,
    team="T1", story="S1", customer="Maria's",
)  # fmt: skip
TRIAL = replace(PROMISE, id="H2", kind=HopeKind.TRIAL, story=None, customer="", words="Ask about a good year")


def submitted(view: View, values: dict[str, Any]) -> Incoming:
    """The form as it comes back: a text, a menu's or a picker's choice by block."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        kind, given = block["element"]["type"], values.get(block["block_id"])
        element = block["element"]
        if kind == "static_select":
            given = given or element.get("initial_option", {}).get("value")
            value: Any = {"selected_option": {"value": given} if given else None}
        elif kind == "datepicker":
            value = {"selected_date": given}
        elif kind == "checkboxes":
            value = {"selected_options": [{"value": each} for each in given or []]}
        else:
            value = {"value": given if given is not None else element.get("initial_value")}
        state[block["block_id"]] = {names.VALUE: value}
    body = {"view": {**view, "id": "V1", "state": {"values": state}}}
    return Incoming("view", str(view["callback_id"]), "slack:T1", "UBOB", "key", body)


def labels_in(view: View) -> list[str]:
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def forms(words: str, place: str) -> Iterator[View]:
    """Every form there is, with these words wherever people's words go."""
    yield promise_modal("S1", DAYS)
    yield trial_modal(DAYS, team="T1", place=place, words=words, taken_from="H1", home=True)
    yield trial_modal(DAYS, team=None, place=None)
    for hope in (PROMISE, TRIAL):
        said = replace(hope, words=words, customer=words, line=words)
        yield change_modal(said, DAYS, place=place, home=True)
        yield change_modal(replace(said, state=HopeState.ANSWERED, outcome=Outcome.NO), DAYS, place=None)
        for outcome in Outcome:
            yield outcome_modal(said, outcome, DAYS, place=place)
    yield with_detail(
        story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM, text=words),
        promise_modal("S1", DAYS)["blocks"],
        DAYS.meta,
    )


@pytest.mark.parametrize("words", ["Short", "&" * 1_000, "🧑‍🤝‍🧑" * 200, HOSTILE])
def test_every_form_keeps_to_slacks_limits_and_shows_words_as_they_are(words: str) -> None:
    for view in forms(words, f"#{'a' * 78} (public: everyone at {'&' * 80})"):
        assert view_problems(view) == []
        assert not any("<!channel>" in each or "<https" in each for each in markup_in(view))


def test_a_hope_is_asked_for_in_the_contracts_words() -> None:
    assert labels_in(promise_modal("S1", DAYS))[0] == "What do you hope will be different?"
    choices = words_in(promise_modal("S1", DAYS)["blocks"])
    for words in ("In 30 days (20 December 2026)", "In 60 days", "In 90 days"):
        assert words in choices


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        (Outcome.CAME_TRUE, "What is different now?"),
        (Outcome.PARTLY, "What did we learn?"),
        (Outcome.NOT_YET, "What is it waiting for?"),
        (Outcome.NO, "What did we learn?"),
    ],
)
def test_each_outcome_asks_its_own_question_and_only_not_yet_for_a_day(outcome: Outcome, label: str) -> None:
    view = outcome_modal(PROMISE, outcome, DAYS, place="#sales")

    assert labels_in(view)[0] == label
    assert (names.BLOCK_DAY in str(view)) == (outcome is Outcome.NOT_YET)
    assert (names.BLOCK_TOLD in str(view)) == (outcome is not Outcome.NOT_YET)


def test_nobody_hears_of_it_unless_its_owner_ticks_the_box() -> None:
    view = outcome_modal(PROMISE, Outcome.NO, DAYS, place="#sales")
    shared = replace(PROMISE, state=HopeState.ANSWERED, outcome=Outcome.NO, shared=True)

    assert not read_hope_form(submitted(view, {}).view).told
    assert read_hope_form(submitted(view, {names.BLOCK_TOLD: ["yes"]}).view).told
    assert "initial_options" not in str(view)
    assert "initial_options" in str(outcome_modal(shared, Outcome.NO, DAYS, place="#sales"))
    assert names.BLOCK_TOLD not in str(outcome_modal(PROMISE, Outcome.NO, DAYS, place=None))


@pytest.mark.parametrize(
    ("values", "due_on"),
    [
        ({}, TODAY + timedelta(days=90)),
        ({names.BLOCK_AGAIN: "30"}, TODAY + timedelta(days=30)),
        ({names.BLOCK_AGAIN: "30", names.BLOCK_DAY: "2027-03-01"}, date(2027, 3, 1)),
    ],
)
def test_a_picked_day_wins_over_a_distance(values: dict[str, str], due_on: date) -> None:
    form = read_hope_form(submitted(promise_modal("S1", DAYS), values).view)

    assert (form.due_on, form.story) == (due_on, "S1")


def test_an_unchanged_form_keeps_the_day_and_a_past_one_asks_for_another() -> None:
    same = submitted(change_modal(PROMISE, DAYS, place=None), {})
    past = replace(PROMISE, due_on=TODAY - timedelta(days=3))

    assert read_hope_form(same.view).due_on == PROMISE.due_on
    assert hope_errors(same) == {}
    assert read_hope_form(submitted(change_modal(past, DAYS, place=None), {}).view).due_on > TODAY  # type: ignore[operator]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-20", "isn't ahead of us"),
        ("2027-11-21", "latest day I can ask on is 2027-11-20"),
        ("2036-11-20", "further ahead"),
    ],
)
def test_a_day_that_cannot_be_is_said_beneath_its_field(day: str, words: str) -> None:
    errors = hope_errors(submitted(promise_modal("S1", DAYS), {names.BLOCK_HOPE: "x", names.BLOCK_DAY: day}))

    assert words in errors[names.BLOCK_DAY]


def test_forty_thousand_characters_are_refused_kindly_in_either_field() -> None:
    long = "x" * 40_000

    hope = hope_errors(submitted(promise_modal("S1", DAYS), {names.BLOCK_HOPE: long}))
    line = hope_errors(
        submitted(outcome_modal(PROMISE, Outcome.NO, DAYS, place=None), {names.BLOCK_LINE: long})
    )

    assert "1,000 characters" in hope[names.BLOCK_HOPE]
    assert "1,000 characters" in line[names.BLOCK_LINE]


def test_an_empty_hope_beside_a_story_is_no_mistake_whatever_day_stands_there() -> None:
    view = with_detail(
        story_modal(team=TEAM, teams=[TEAM], default=Visibility.TEAM),
        promise_modal("S1", DAYS)["blocks"],
        DAYS.meta,
    )
    told = {names.BLOCK_TEXT: "Told.", names.BLOCK_DAY: "2020-01-01"}

    assert tell_errors(submitted(view, told)) == {}
    assert names.BLOCK_DAY in tell_errors(submitted(view, told | {names.BLOCK_HOPE: "Hoped"}))


def test_a_form_with_nothing_in_it_is_read_as_empty() -> None:
    form = read_hope_form({})

    assert (form.words, form.story, form.outcome) == ("", None, None)
    assert form.due_on == Refusal(Why.DAY_NOT_CLEAR)


def test_the_question_has_exactly_the_four_answers_in_order() -> None:
    promise = render(OutcomeNotice(DueHope(PROMISE, asks=True))).blocks
    trial = render(OutcomeNotice(DueHope(TRIAL, asks=True))).blocks

    assert [each["text"]["text"] for each in actions_in(promise).values()] == [
        "It came true",
        "Partly",
        "Not yet",
        "No",
    ]
    assert [each["text"]["text"] for each in actions_in(trial).values()] == [
        "It worked",
        "Partly",
        "Not yet",
        "No",
    ]
    assert "What happened?" in words_in(trial)
    assert {each["value"] for each in actions_in(promise).values()} == {"H1"}


@pytest.mark.parametrize("words", ["Books in two days", "&" * 1_000, HOSTILE])
def test_whoever_reads_the_whole_story_reads_what_is_hoped_for_with_it(words: str) -> None:
    told = replace(
        PROMISE, words=words, line=words, state=HopeState.ANSWERED, outcome=Outcome.NO, shared=True
    )
    hopes = [told, seen_by(replace(told, shared=False), "UALICE"), told, told]

    view = read_modal(story(), "Bob", hopes=hopes)

    assert view_problems(view) == []
    assert words in words_in(view["blocks"])
    assert words_in(view["blocks"]).count("💡 No") == 2
    assert not any("<!channel>" in each for each in markup_in(view))
