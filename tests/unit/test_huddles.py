"""Whose story comes next: each story once, tellers in turn, nobody pestered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.huddles import LONGEST, RESTS, WAITS, Huddle, HuddleState, choose, is_waiting, ready
from bot.domain.stories import Source, Story, StoryState, Visibility

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
TELLERS = ("alice", "bob", "charlie")


def told(teller: str, number: int = 0, **changes: object) -> Story:
    story = Story(
        id=f"{teller}-{number}",
        workspace="slack:T1",
        team="T1",
        teller=teller,
        text="Rosa slept.",
        told_at=NOW - timedelta(days=10 - number),
        told_on=NOW.date(),
        source=Source.DM,
        origin="o",
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def up(story: Story, days: float, state: HuddleState = HuddleState.TOLD) -> Huddle:
    return Huddle(
        f"H{story.id}", "slack:T1", "T1", story.id, story.teller, "may", NOW - timedelta(days=days), state
    )


def next_of(stories: list[Story], huddles: list[Huddle], **more: set[str]) -> Story | None:
    nobody: dict[str, set[str]] = {"any_time": set(), "not_now": set()}
    return choose(stories, huddles, now=NOW, **(nobody | more))


def test_whoever_was_never_up_comes_first_then_whoever_was_longest_ago() -> None:
    stories = [told(name, number) for name in TELLERS for number in (0, 1)]
    alice, bob = up(told("alice"), 20), up(told("bob"), 30)

    assert next_of(stories, [alice, bob]) == told("charlie", 1)
    assert next_of(stories, [alice, bob], not_now={"charlie"}) == told("bob", 1)


def test_among_equals_those_who_said_any_time_come_first_and_the_newest_of_their_stories() -> None:
    stories = [told(name, number) for name in TELLERS for number in (0, 1)]

    assert next_of(stories, [], any_time={"bob"}) == told("bob", 1)


def test_what_may_not_be_told_is_never_chosen() -> None:
    for hidden in (
        told("bob", visibility=Visibility.MANAGERS),
        told("bob", state=StoryState.WITHDRAWN, text=""),
        told("bob", text="x" * (LONGEST + 1)),
        told("bob", text="  "),
    ):
        assert next_of([hidden], []) is None


def test_nobody_is_asked_twice_in_a_week_unless_they_said_any_time() -> None:
    stories = [told("bob", 0), told("bob", 1)]
    lately = [up(stories[0], RESTS / timedelta(days=1) - 0.1, HuddleState.DECLINED)]

    assert next_of(stories, lately) is None
    assert next_of(stories, lately, any_time={"bob"}) == stories[1]


def test_a_question_holds_up_the_next_one_for_a_day_and_an_agreed_story_is_ready_first() -> None:
    asked = replace(up(told("bob"), 0, HuddleState.ASKED), at=NOW - WAITS / 2)
    old = replace(asked, at=NOW - WAITS)
    agreed = up(told("charlie"), 3, HuddleState.AGREED)
    stories = {"charlie-0": told("charlie")}

    assert is_waiting([asked], NOW)
    assert not is_waiting([old], NOW)
    assert ready([asked, agreed], stories) == agreed
    assert ready([agreed], stories, skip={agreed.id}) is None
    assert ready([agreed], {}) is None


@given(st.lists(st.sampled_from(TELLERS), min_size=1, max_size=12))
@settings(max_examples=60)
def test_over_a_quarter_no_story_comes_twice_and_turns_are_even(tellers: list[str]) -> None:
    stories = [told(teller, number) for number, teller in enumerate(tellers)]
    huddles: list[Huddle] = []

    for week in range(len(stories)):
        now = NOW + timedelta(weeks=week)
        chosen = choose(stories, huddles, now=now, any_time=(), not_now=())
        assert chosen is not None
        huddles.append(replace(up(chosen, 0), at=now))

    assert len({each.story for each in huddles}) == len(stories)
    first_round = [each.teller for each in huddles[: len(set(tellers))]]
    assert len(set(first_round)) == len(first_round)
