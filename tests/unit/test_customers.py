"""What somebody calls a customer: read from what they typed, and which one of those they know is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customer_cards import (
    ABOUT_A_MONTH,
    ABOUT_CHANGE,
    ABOUT_GOALS,
    ABOUT_MORE,
    ABOUT_PEOPLE,
    ABOUT_SURENESS,
    card,
)
from bot.domain.customers import MOST_HINT, MOST_NAME, Customer, Naming, masking, meant, naming
from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.stories import Source, Story, Viewer, Visibility, knows_customer, seen_by, seen_in
from bot.domain.teams import ChannelKind
from tests.slack.samples import TEAM

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def known(*labels: str) -> list[Customer]:
    found = []
    for number, label in enumerate(labels):
        called = naming(label)
        assert called is not None
        found.append(Customer(f"K{number}", "slack:T1", "alice", called))
    return found


@pytest.mark.parametrize(
    ("typed", "name", "hint"),
    [
        ("Acme", "Acme", ""),
        ("  Acme \n  GmbH ", "Acme GmbH", ""),
        ("Acme (Lyon)", "Acme", "Lyon"),
        ("Acme(Lyon )", "Acme", "Lyon"),
        ("Acme (old) (Lyon)", "Acme (old)", "Lyon"),
        ("(Lyon)", "(Lyon)", ""),
        ("Acme ()", "Acme ()", ""),
        ("Acme (\u200b)", "Acme (\u200b)", ""),
        ("'; DROP TABLE story; --", "'; DROP TABLE story; --", ""),
        ("🍞🥐", "🍞🥐", ""),
    ],
)
def test_a_name_may_have_a_hint_in_brackets_at_its_end(typed: str, name: str, hint: str) -> None:
    assert naming(typed) == Naming(name, hint)


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u200b\u2063", "\u3164"])
def test_what_nobody_can_see_is_no_name_and_no_mask(typed: str) -> None:
    assert naming(typed) is None
    assert masking(typed) == ""


@given(st.text(max_size=700))
def test_a_name_is_short_on_one_line_and_reads_back_as_itself(typed: str) -> None:
    called = naming(typed)

    if called is not None:
        assert 0 < len(called.name) <= MOST_NAME
        assert len(called.hint) <= MOST_HINT
        assert called.label.splitlines() == [called.label]
        again = naming(called.label)
        assert again is not None
        assert again.folded == called.folded


@pytest.mark.parametrize(
    ("typed", "before", "found"),
    [
        ("acmé", ["Acme"], 0),
        ("Acme", ["Acme (Lyon)"], 0),
        ("Acme (Lyon)", ["Acme"], None),
        ("Acme (LYON)", ["Acme", "Acme (Lyon)"], 1),
        ("Acme", ["Acme (Lyon)", "Acme (Paris)"], None),
        ("Acme", ["Acme (Lyon)", "Acme"], 1),
        ("Acme", ["Acmeworks"], None),
    ],
)
def test_the_one_that_is_meant(typed: str, before: list[str], found: int | None) -> None:
    [called] = known(typed)

    which = meant(called.naming, known(*before))

    assert which == (None if found is None else known(*before)[found])


def told(**more: object) -> Story:
    values: dict[str, object] = {
        "id": "S1",
        "workspace": "slack:T1",
        "team": "T1",
        "teller": "alice",
        "text": "They sleep.",
        "told_at": NOW,
        "told_on": NOW.date(),
        "source": Source.DM,
        "origin": "o",
        "customer": "Krause",
        "customer_id": "K1",
        "masked": "a clinic",
        "visibility": Visibility.COMPANY,
    }
    return Story(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("viewer", "name"),
    [
        (Viewer("alice"), "Krause"),
        (Viewer("bob", teams=frozenset({"T1"})), "Krause"),
        (Viewer("may", managed=frozenset({"T1"})), "Krause"),
        (Viewer("charlie", teams=frozenset({"T2"}), managed=frozenset({"T2"})), "a clinic"),
    ],
)
def test_whoever_is_not_of_the_team_reads_the_mask(viewer: Viewer, name: str) -> None:
    seen = seen_by(told(), viewer)

    assert seen.customer == name
    assert knows_customer(told(), viewer) is (name == "Krause")
    assert (seen.customer_id is None) is (name != "Krause")
    assert seen_by(told(masked=""), viewer).customer == "Krause"


@pytest.mark.parametrize(
    ("team", "kind", "name"),
    [
        ("T1", ChannelKind.PUBLIC, "Krause"),
        ("T1", ChannelKind.PRIVATE, "Krause"),
        ("T1", ChannelKind.SHARED, "a clinic"),
        ("T2", ChannelKind.PUBLIC, "a clinic"),
    ],
)
def test_a_channel_reads_the_name_where_it_is_the_teams_own_and_no_other_company_reads_along(
    team: str, kind: ChannelKind, name: str
) -> None:
    assert seen_in(told(), replace(TEAM, id=team, channel_kind=kind)).customer == name


def hope(state: HopeState, outcome: Outcome | None = None, **more: object) -> Hope:
    values: dict[str, object] = {
        "id": "H1",
        "workspace": "slack:T1",
        "kind": HopeKind.PROMISE,
        "person": "alice",
        "words": "No queue.",
        "due_on": date(2027, 3, 1),
        "origin": "o",
        "created_at": NOW,
        "story": "S1",
        "state": state,
        "outcome": outcome,
    }
    return Hope(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("story", "hopes", "question"),
    [
        (told(), [], ABOUT_GOALS),
        (told(goal="Sleep"), [], ABOUT_CHANGE),
        (told(goal="Sleep", change="Sleeps"), [], ABOUT_PEOPLE),
        (told(goal="Sleep"), [hope(HopeState.OPEN)], ABOUT_SURENESS),
        (told(goal="Sleep"), [hope(HopeState.ANSWERED, Outcome.CAME_TRUE)], ABOUT_A_MONTH),
        (told(goal="Sleep"), [hope(HopeState.ANSWERED, Outcome.NO)], ABOUT_MORE),
    ],
)
def test_the_one_question_is_about_what_is_known_least(
    story: Story, hopes: list[Hope], question: str
) -> None:
    assert card("alice", [story], {"S1": hopes}).question == question


def test_a_colleague_reads_what_was_hoped_and_only_what_others_may_hear_of_what_came_of_it() -> None:
    hopes = [
        hope(HopeState.OPEN),
        hope(HopeState.ANSWERED, Outcome.NO, line="Mine alone."),
        hope(HopeState.ANSWERED, Outcome.CAME_TRUE, line="For all.", shared=True),
    ]

    mine, theirs = (card(reader, [told()], {"S1": hopes}) for reader in ("alice", "bob"))

    assert (len(mine.hoped), len(theirs.hoped)) == (1, 1)
    assert {each.line for each in mine.came_of} == {"Mine alone.", "For all."}
    assert [each.line for each in theirs.came_of] == ["For all."]
