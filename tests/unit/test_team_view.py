"""The team view counts what four people stand behind, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.domain.team_view import DAILY, LEAST_PEOPLE, TeamView, team_view

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
FOUR = ("alice", "bob", "charlie", "dora")


def told(teller: str, *tags: str, days: float = 1, **changes: object) -> Story:
    story = Story(
        id=f"{teller}-{days}-{tags}",
        workspace="slack:T1",
        team="T1",
        teller=teller,
        text="Rosa slept.",
        told_at=NOW - timedelta(days=days),
        told_on=NOW.date(),
        source=Source.DM,
        origin="o",
        tags=tags,
        prompt="P1",
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def view_of(*stories: Story, questions: dict[str, str] | None = None) -> TeamView:
    return team_view(stories, questions or {}, until=NOW, zone=LONDON)


def test_four_people_make_numbers_and_three_make_none() -> None:
    four = view_of(*(told(name, "time_saved") for name in FOUR))
    three = view_of(*(told(name, "time_saved", days=day) for name in FOUR[:3] for day in (1, 2, 3)))

    assert four.stories == (("W47", 4),)
    assert [(row.name, row.total, row.weeks) for row in four.kinds] == [("time saved", 4, (("W47", 4),))]
    assert [(row.name, row.total) for row in four.questions] == [(DAILY, 4)]
    assert three.empty


def test_a_week_with_too_few_people_is_left_out_of_a_row_that_has_enough() -> None:
    stories = [told(name, "growth", days=10 * place) for place, name in enumerate(FOUR)]

    [row] = view_of(*stories).kinds

    assert (row.total, row.weeks) == (4, ())


def test_private_withdrawn_and_old_stories_are_not_counted() -> None:
    shown = [told(name, "growth") for name in FOUR[:3]]

    for hidden in (
        told("dora", "growth", visibility=Visibility.PRIVATE),
        told("dora", "growth", state=StoryState.WITHDRAWN),
        told("dora", "growth", state=StoryState.DRAFT),
        told("dora", "growth", days=85),
    ):
        assert view_of(*shown, hidden).empty


def test_questions_are_listed_by_what_they_brought() -> None:
    asked = [told(name, days=day, check="K1", prompt=None) for name in FOUR for day in (1, 2)]
    few = [told(name, check="K2", prompt=None) for name in FOUR[:3]]
    daily = [told(name) for name in FOUR]

    view = view_of(*asked, *few, *daily, questions={"K1": "Who slept better?", "K2": "Who left?"})

    assert [(row.name, row.total) for row in view.questions] == [("Who slept better?", 8), (DAILY, 4)]


def test_outcomes_are_totals_too() -> None:
    came = [("It came true", name, NOW - timedelta(days=1)) for name in FOUR]
    few = [("Not yet", name, NOW - timedelta(days=1)) for name in FOUR[:2]]

    view = team_view((), {}, until=NOW, zone=LONDON, outcomes=[*came, *few])

    assert [(row.name, row.total) for row in view.outcomes] == [("It came true", 4)]


@given(
    st.lists(
        st.builds(
            told,
            st.sampled_from(("alice", "bob", "charlie", "dora", "eve")),
            st.sampled_from(("growth", "people", "learned")),
            days=st.floats(0, 90),
        ),
        max_size=60,
    )
)
@settings(max_examples=60)
def test_no_number_ever_has_fewer_than_four_people_behind_it_and_no_name_is_in_it(
    stories: list[Story],
) -> None:
    view = view_of(*stories)

    flat = json.dumps(asdict(view))
    assert not re.search("|".join((*FOUR, "eve")), flat)
    for row in view.kinds:
        tag = {"helped them grow": "growth", "good for their team": "people"}.get(row.name, "learned")
        assert len({story.teller for story in stories if tag in story.tags}) >= LEAST_PEOPLE
        for _, count in row.weeks:
            assert count >= LEAST_PEOPLE
    for _, count in view.stories:
        assert count >= LEAST_PEOPLE
