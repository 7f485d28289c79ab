"""The demo is always a month of believable stories before now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hopes import Outcome
from bot.domain.purpose_wording import look_at
from bot.domain.stories import MOST_CHARACTERS, Source, Visibility
from bot.domain.tags import HONEST_NO, LEARNED, TAGS
from bot.sandbox.demo import NEIGHBOUR, DemoProblem, load_demo, packaged_demo

DEMO = packaged_demo()
FRIDAY = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def test_a_team_of_eight_in_three_zones_with_a_manager_and_a_guest_beside_it() -> None:
    members = DEMO.members()

    assert len(members) == 8
    assert len({member.zone for member in members}) == 3
    assert DEMO.person(DEMO.team.manager) in members
    assert [person.role for person in DEMO.people if person not in members] == ["guest"]
    assert len({person.colour for person in DEMO.people}) == len(DEMO.people)
    assert {channel.name for channel in DEMO.channels} >= {"small-business", "general"}
    assert any(channel.private for channel in DEMO.channels)


def test_the_purpose_is_one_the_bot_would_not_question() -> None:
    assert look_at(DEMO.team.purpose) == ()


@given(st.integers(0, 90_000))
def test_at_any_moment_there_is_a_month_of_stories_and_none_from_the_future(hours: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)

    told = DEMO.stories(now)

    assert len(told) >= 60
    assert all(now - timedelta(weeks=5) < one.told_at < now for one in told)
    assert [one.told_at for one in told] == sorted(one.told_at for one in told)


def test_every_one_of_the_last_four_weeks_is_told_of_and_every_member_tells() -> None:
    told = DEMO.stories(FRIDAY)

    for week in range(4):
        until = FRIDAY - timedelta(weeks=week)
        assert len([one for one in told if until - timedelta(weeks=1) <= one.told_at < until]) >= 6
    assert {one.teller for one in told} == set(DEMO.members())


def test_a_story_is_told_on_its_tellers_own_clock() -> None:
    rosa = next(one for one in DEMO.stories(FRIDAY) if "feet on the sofa" in one.story.text)

    assert rosa.told_at == datetime(2026, 10, 19, 20, 34, tzinfo=UTC)
    assert rosa.told_on.isoformat() == "2026-10-19"


def test_the_stories_are_as_varied_as_people_are() -> None:
    scripts = DEMO.scripts
    lengths = [len(story.text) for story in scripts]

    assert len({story.text for story in scripts}) == len(scripts) >= 60
    assert min(lengths) < 90
    assert max(lengths) > 600
    assert max(lengths) < MOST_CHARACTERS
    assert {story.visibility for story in scripts} == set(Visibility)
    assert {Source.DM, Source.MODAL, Source.COMMAND} <= {story.source for story in scripts}
    assert {tag for story in scripts for tag in story.tags} == {tag.key for tag in TAGS}
    assert sum(HONEST_NO in story.tags for story in scripts) >= 4
    assert sum(LEARNED in story.tags for story in scripts) >= 4
    assert sum(bool(story.goal) for story in scripts) >= 6
    assert any(not story.customer for story in scripts)


def test_some_hoped_for_more_and_what_came_of_it_is_told_whatever_it_was() -> None:
    hopes = [story.hope for story in DEMO.scripts if story.hope is not None]
    due = [one for one in DEMO.stories(FRIDAY) if one.story.hope and not one.story.hope.outcome]

    assert {hope.outcome for hope in hopes} >= {Outcome.CAME_TRUE, Outcome.PARTLY, Outcome.NO, None}
    assert all(hope.line for hope in hopes if hope.outcome)
    assert any(
        one.told_on + timedelta(days=one.story.hope.after) <= FRIDAY.date() for one in due if one.story.hope
    )
    assert any(trial.week > 0 for trial in DEMO.trials)
    assert any(person.why and not person.why_shared for person in DEMO.people)


BASE = """
[team]
name = "T"
channel = "c"
manager = "a"
zone = "UTC"
purpose = "We help bakers sleep."
[[person]]
key = "a"
name = "A"
title = ""
zone = "UTC"
colour = "000000"
[[channel]]
name = "c"
topic = ""
members = ["a"]
[[story]]
teller = "a"
week = -1
day = "mon"
at = "10:00"
text = "Hello"
"""


def test_the_smallest_demo_has_one_story() -> None:
    assert [one.story.text for one in load_demo(BASE).stories(FRIDAY)] == ["Hello"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("[team]", "[team", "TOML"),
        ('name = "T"\n', "", "team"),
        ('teller = "a"', 'teller = "z"', "z"),
        ('channel = "c"', 'channel = "d"', "d"),
        ('day = "mon"', 'day = "someday"', "someday"),
        ('at = "10:00"', 'at = "25:00"', "story 1"),
        ('text = "Hello"', 'text = "Hello"\ntags = ["boats"]', "boats"),
        ('text = "Hello"', 'text = "Hello"\nvisibility = "world"', "visibility"),
        ('text = "Hello"', 'text = "Hello"\nsource = "pigeon"', "pigeon"),
        ('text = "Hello"', 'text = "Hello"\nmood = "good"', "mood"),
        ('text = "Hello"', 'text = "Hello"\nhope = { words = "x", after = 3, outcome = "won" }', "won"),
        ("[[story]]", '[[trial]]\nperson = "z"\nweek = 1\nday = "mon"\nwords = "x"\n[[story]]', "z"),
    ],
)
def test_a_broken_demo_file_says_what_was_expected(before: str, after: str, expected: str) -> None:
    with pytest.raises(DemoProblem, match=expected):
        load_demo(BASE.replace(before, after, 1))


def test_the_company_next_door_has_people_customers_and_a_purpose_of_its_own() -> None:
    other = packaged_demo(NEIGHBOUR)

    assert look_at(other.team.purpose) == ()
    assert len(other.members()) >= 4
    assert not {person.name for person in other.people} & {person.name for person in DEMO.people}
    assert not {story.customer for story in other.scripts} & {story.customer for story in DEMO.scripts}
    assert len(other.stories(FRIDAY)) == len(other.scripts)
