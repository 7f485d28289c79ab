"""Home as people see it: every part within its number of blocks, all of them within the hundred, whatever they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.customer_cards import card
from bot.domain.customers import Customer, Naming
from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.people import Person
from bot.domain.pulses import QUESTIONS, Change, Reading
from bot.domain.reasons import SharedReason
from bot.domain.schedules import Schedule
from bot.domain.stories import Story, Visibility
from bot.domain.whentext import ENDLESS
from bot.ports.customers import Namesake
from bot.ports.own_stories import Group, Month
from bot.sandbox.block_kit import message_blocks
from bot.sandbox.block_kit import view as strictly
from bot.usecases.pulsing import TeamPulse
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces import (
    home_asking,
    home_hopes,
    home_kept,
    home_pulse,
    home_reasons,
    home_stories,
    home_year,
    names,
)
from handlers.slack.surfaces.customers import (
    Told,
    card_message,
    choice_message,
    customer_modal,
    gone_modal,
    naming_modal,
)
from handlers.slack.surfaces.home import HomePage, home_view, not_for_guests, unavailable
from handlers.slack.surfaces.home_asking import AskedAtHome
from handlers.slack.surfaces.home_hopes import HopesAtHome
from handlers.slack.surfaces.home_kept import KeptAtHome
from handlers.slack.surfaces.home_pulse import PulsesAtHome
from handlers.slack.surfaces.home_reasons import ReasonsAtHome
from handlers.slack.surfaces.home_stories import StoriesAtHome
from handlers.slack.surfaces.home_year import YearAtHome, came_of_year
from handlers.slack.surfaces.rhythm import VIEW_RHYTHM, read_rhythm, rhythm_errors, rhythm_modal
from tests.slack.limits import view_problems
from tests.slack.samples import HOSTILE, LARGE_TEAM, NOW, TEAM, markup_in, story, words_in

TODAY = date(2026, 11, 22)
ALICE = Person("slack:T1", "UALICE", name="Alice")
TEXTS = st.sampled_from(["Maria sleeps again.", HOSTILE, "🧑‍🤝‍🧑&<" * 9_000, "a", "x\ny " * 500])
NAMES = st.sampled_from(["", "Maria", HOSTILE, "&<>" * 70, "🍞 (Lyon)"])


def _team(number: int) -> Any:
    return replace(LARGE_TEAM if number % 2 else TEAM, id=f"T{number}")


TEAMS = st.integers(0, 7).map(lambda count: [_team(number) for number in range(count)])


@st.composite
def stories(draw: st.DrawFn, number: int = 0) -> Story:
    """A story as it may be, of a team of theirs, of another, or of none."""
    name = draw(NAMES)
    return story(
        draw(TEXTS),
        number=number,
        team=draw(st.sampled_from(["T0", "T1", "T9", None])),
        visibility=draw(st.sampled_from(list(Visibility))),
        customer=name,
        customer_id="K1" if name else None,
        tags=draw(st.sampled_from([(), ("honest_no", "learned", "people")])),
    )


@st.composite
def hopes(draw: st.DrawFn) -> Hope:
    """A hope or trial, due, to come or answered."""
    state = draw(st.sampled_from([HopeState.OPEN, HopeState.ANSWERED]))
    return Hope(
        id="H1",
        workspace="slack:T1",
        kind=draw(st.sampled_from(list(HopeKind))),
        person="UALICE",
        words=draw(TEXTS)[:1_000],
        due_on=draw(st.dates(date(2026, 1, 1), date(2029, 1, 1))),
        origin="o",
        created_at=NOW,
        customer=draw(NAMES),
        state=state,
        outcome=draw(st.sampled_from([each for each in Outcome if each is not Outcome.NOT_YET]))
        if state is HopeState.ANSWERED
        else draw(st.sampled_from([None, Outcome.NOT_YET])),
        line=draw(TEXTS)[:1_000],
        answered_at=NOW if state is HopeState.ANSWERED else None,
    )


def _pulse(number: int) -> TeamPulse:
    reading = Reading("", 0.7, 0.4, 0.9, Change.UP, ("2026-Q3",))
    asked = tuple(replace(reading, question=question) for question in QUESTIONS)
    return TeamPulse(_team(number), "2026-Q4", asked if number % 3 else ())


@st.composite
def pages(draw: st.DrawFn) -> HomePage:
    """Any Home: as little and as much in each part as can be."""
    person = replace(
        ALICE,
        why=draw(st.sampled_from(["", "For the look on their faces.", "&<" * 250])),
        nudge=draw(st.booleans()),
        stopped_at=draw(st.sampled_from([None, NOW])),
        paused_until=draw(st.sampled_from([None, TODAY, ENDLESS])),
    )
    teams, count = draw(TEAMS), draw(st.integers(0, home_stories.PAGE))
    groups = [Group(draw(stories(number)), draw(st.integers(1, 2_000))) for number in range(count)]
    months = [
        Month(date(2026 - number // 12, 12 - number % 12, 1), draw(st.integers(1, 999)), NOW)
        for number in range(draw(st.integers(0, 30)))
    ]
    mine = draw(st.lists(hopes(), max_size=14))
    seen = [replace(hope, person="UBOB", state=HopeState.OPEN) for hope in mine[:5]]
    colleague = SharedReason("UBOB", draw(NAMES), "Because it matters.")
    return HomePage(
        asked=AskedAtHome(person, teams, draw(st.sampled_from([None, NOW]))),
        kept=KeptAtHome(person, 365, months),
        stories=StoriesAtHome(groups, teams, draw(st.sampled_from([None, "1:S1"])), draw(st.booleans())),
        hopes=HopesAtHome(TODAY, mine, seen, {"UBOB": draw(NAMES)}),
        year=YearAtHome(TODAY, months, came_of_year(mine, TODAY)),
        managed=draw(TEAMS),
        reasons=ReasonsAtHome(person, [colleague] * draw(st.integers(0, 5))),
        pulses=PulsesAtHome([_pulse(number) for number in range(draw(st.integers(0, 5)))]),
    )


@settings(max_examples=20, deadline=None)
@given(pages())
def test_no_home_is_ever_more_than_slack_takes(page: HomePage) -> None:
    view = home_view(page)

    strictly(view, lambda _: True, wanted="home")
    assert view_problems(view) == []
    assert len(view["blocks"]) <= 100
    assert not any("<!channel>" in each or "<https" in each for each in markup_in(view))
    # What each part says of itself at most, beside ten blocks of our own.
    for part, most in (
        (home_reasons.home_section(page.reasons), 5),
        (home_asking.home_section(page.asked), 2),
        (home_stories.home_section(page.stories), 26),
        (home_hopes.home_section(page.hopes), 24),
        (home_year.home_section(page.year), 3),
        (home_pulse.home_section(page.pulses), 5),
        (home_kept.home_section(page.kept), 3),
    ):
        assert len(part) <= most


def test_the_fullest_home_is_not_near_the_limit() -> None:
    told = [Group(story(number=number, customer="Maria", customer_id="K"), 3) for number in range(8)]
    open_hope = Hope("H", "slack:T1", HopeKind.TRIAL, "UALICE", "Ask.", TODAY, "o", NOW)
    answered = replace(open_hope, state=HopeState.ANSWERED, outcome=Outcome.NO, answered_at=NOW)
    later = replace(open_hope, due_on=TODAY + timedelta(days=9))
    person = replace(ALICE, why="For their faces.")
    months = [Month(date(2026, 11, 1), 3, NOW)]
    page = HomePage(
        asked=AskedAtHome(person, [_team(number) for number in range(9)], NOW),
        kept=KeptAtHome(person, 365, months),
        stories=StoriesAtHome(told, [TEAM], "1:S", paged=True),
        hopes=HopesAtHome(TODAY, [open_hope] * 9 + [later] * 9 + [answered] * 9, [later] * 9, {}),
        year=YearAtHome(TODAY, months, {Outcome.NO: 1}),
        managed=[_team(number) for number in range(9)],
        reasons=ReasonsAtHome(person, [SharedReason("UBOB", "Bob", "It matters.")] * 9),
        pulses=PulsesAtHome([_pulse(1)] * 9),
    )

    assert 60 < len(home_view(page)["blocks"]) <= 90


@pytest.mark.parametrize("view", [unavailable(), not_for_guests()])
def test_the_other_homes_are_views_too(view: dict[str, Any]) -> None:
    strictly(view, lambda _: True, wanted="home")
    assert view_problems(view) == []


def test_stories_stand_by_customer_with_the_way_to_the_rest() -> None:
    groups = [
        Group(story("They sleep.", number=1, customer="Maria", customer_id="K1"), 4),
        Group(story("Nobody by name.", number=2), 1),
    ]

    words = words_in(home_stories.home_section(StoriesAtHome(groups, [TEAM])))

    assert "About Maria (4 stories)" in words
    assert words.count("About") == 1
    assert words.index("Maria") < words.index("They sleep.") < words.index("Nobody by name.")


def test_ones_year_has_a_number_beside_each_bar_and_nothing_where_nothing_was_told() -> None:
    months = [
        Month(date(2025, 11, 1), 9, NOW),
        Month(date(2026, 9, 1), 1, NOW),
        Month(date(2026, 11, 1), 12, NOW),
    ]

    [_, chart, came_of] = home_year.home_section(YearAtHome(TODAY, months, {Outcome.CAME_TRUE: 2}))

    rows = words_in(chart).splitlines()
    assert rows == ["Sep 2026    1 █", "Oct 2026", f"Nov 2026   12 {'█' * 12}"]
    assert "It came true: 2" in words_in(came_of)
    assert home_year.home_section(YearAtHome(TODAY, months[:1])) == []


def test_what_is_kept_is_counted_and_dated() -> None:
    months = [
        Month(date(2026, 3, 1), 2, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        Month(date(2026, 5, 1), 1, NOW),
    ]

    words = words_in(home_kept.home_section(KeptAtHome(ALICE, 365, months)))

    assert "3 stories, the oldest from 3 March 2026" in words
    assert "goes on 3 March 2027" in words
    assert "AI reads as far as your team" in words
    assert "No story yet" in words_in(home_kept.home_section(KeptAtHome(ALICE, 365)))


@settings(max_examples=12, deadline=None)
@given(st.lists(stories(), min_size=1, max_size=10), st.lists(hopes(), max_size=9), NAMES, NAMES)
def test_a_customers_card_modal_and_forms_are_within_slacks_limits(
    told: list[Story], hoped: list[Hope], name: str, masked: str
) -> None:
    customer = Customer("K1", "slack:T1", "UALICE", Naming(name or "M", masked[:60].strip()), masked)
    first = replace(told[0], goal=name * 5, customer=name or "M")
    before = card("UALICE", [first, *told[1:]], {first.id: hoped})
    message = card_message(before, {"UALICE": name}, customer)
    choice = choice_message(name, [Namesake(name or "M", "m", "K1")] * 10)
    page = Told(customer, told, {TEAM.id: TEAM}, "1:S1", "2:S2")

    for blocks in (message.blocks, choice.blocks):
        message_blocks(blocks, lambda _: True)
    for view in (
        customer_modal(page, before, {}, home=True),
        customer_modal(page, None, {}, home=False),
        naming_modal(customer, {"home": "yes", "customer": "K1", "before": "1:S1"}),
        gone_modal(),
        rhythm_modal(Schedule(frozenset({0, 6}), TEAM.prompt.at), "DE-BY"),
    ):
        strictly(view, lambda _: True, wanted="modal")
        assert view_problems(view) == []


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, "rhythm.days"),
        ({"rhythm.days": {"selected_options": [{"value": "7"}]}}, "rhythm.days"),
        ({"rhythm.days": {"selected_options": [{"value": "0"}]}}, "rhythm.at"),
    ],
)
def test_a_rhythm_that_would_never_ask_is_sent_back(values: dict[str, Any], wrong: str) -> None:
    view = {"state": {"values": {block: {names.VALUE: value} for block, value in values.items()}}}

    assert list(rhythm_errors(Incoming("view", VIEW_RHYTHM, "slack:T1", "UALICE", "k", {"view": view}))) == [
        wrong
    ]
    assert read_rhythm(view) is None
