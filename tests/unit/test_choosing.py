"""Choosing: voices rotate, nothing stands twice, the same week gives the same digest."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from bot.domain.choosing import choose, standing, weight
from bot.domain.digests import Pick
from bot.domain.stories import Story
from tests.unit.stories_told import FRIDAY, PEOPLE, story, words


def test_a_teller_has_one_highlight_and_the_other_stories_follow() -> None:
    lot = random.Random(1)
    stories = [story("UALICE", words(lot), number) for number in range(4)] + [story("UBOB", words(lot))]

    picks = choose(stories, {}, seed="T 2026-W47")

    assert Counter(pick.teller for pick in picks if pick.featured) == {"UALICE": 1, "UBOB": 1}
    assert sorted(pick.story for pick in picks) == sorted(story.id for story in stories)
    assert [pick.position for pick in picks] == list(range(5))


def test_the_same_week_gives_the_same_digest_whatever_order_the_stories_come_in() -> None:
    lot = random.Random(2)
    stories = [story(teller, words(lot), number) for teller in PEOPLE for number in range(3)]

    chosen = choose(stories, {}, seed="T 2026-W47")

    assert choose(list(reversed(stories)), {}, seed="T 2026-W47") == chosen
    assert choose(stories, {}, seed="T 2026-W48") != chosen


def test_who_was_featured_last_week_lets_others_go_first() -> None:
    lot = random.Random(3)
    stories = [story(teller, words(lot)) for teller in PEOPLE]
    lately = dict.fromkeys(PEOPLE[:3], 1.0)

    picks = choose(stories, lately, seed="T 2026-W47")

    assert {pick.teller for pick in picks if pick.featured} == set(PEOPLE[3:])


def test_of_one_tellers_stories_the_one_about_a_customer_opens() -> None:
    lot = random.Random(4)
    plain = [story("UALICE", words(lot), number) for number in range(5)]
    about = story("UALICE", words(lot), 9, customer="Initech", change="They close on time now")

    picks = choose([*plain, about], {}, seed="T 2026-W47")

    assert [pick.story for pick in picks if pick.featured] == [about.id]


def test_near_duplicates_stand_beneath_the_first_and_are_counted() -> None:
    text = (
        "The bakery on Mill Road gets its flour order right every morning now, Rosa slept through the night."
    )
    first = story("UALICE", text)
    copies = [story("UBOB", f"{text} Really{'!' * number}", number, at=FRIDAY) for number in range(3)]
    other = story("UCHARLIE", "An honest no: the clinic is better off with its old printers until spring.")

    picks = {pick.story: pick for pick in choose([*copies, other, first], {}, seed="x")}

    assert picks[first.id].alike == 3
    assert {picks[copy.id].like for copy in copies} == {first.id}
    assert not any(picks[copy.id].featured for copy in copies)
    assert picks[other.id].featured


def test_who_left_is_not_featured_but_stays_among_the_others() -> None:
    lot = random.Random(5)
    stories = [story("UALICE", words(lot)), story("UBOB", words(lot))]

    picks = choose(stories, {}, seed="x", not_featured={"UALICE"})

    assert {pick.teller: pick.featured for pick in picks} == {"UALICE": False, "UBOB": True}


def test_the_others_come_in_turns_so_that_a_loud_voice_does_not_fill_the_page() -> None:
    lot = random.Random(6)
    loud = [story("UALICE", words(lot), number) for number in range(50)]
    quiet = [story(teller, words(lot), number) for teller in PEOPLE[1:] for number in range(2)]

    picks = choose([*loud, *quiet], {}, seed="x")

    first_twelve = Counter(pick.teller for pick in picks[:12])
    assert max(first_twelve.values()) <= 2


def test_a_theme_is_only_ever_a_tag_of_the_teller() -> None:
    lot = random.Random(7)
    tagged = story("UALICE", words(lot), tags=("time_saved", "people"))
    more = story("UBOB", words(lot), tags=("people",))
    bare = story("UCHARLIE", words(lot))

    themes = {pick.teller: pick.theme for pick in choose([tagged, more, bare], {}, seed="x")}

    assert themes == {"UALICE": "people", "UBOB": "people", "UCHARLIE": None}


def test_when_the_first_of_several_alike_is_taken_back_the_next_stands_for_it() -> None:
    picks = (
        Pick("S1", "UALICE", featured=True, position=0, alike=2),
        Pick("S4", "UDORA", featured=False, position=1),
        Pick("S2", "UBOB", featured=False, position=2, like="S1"),
        Pick("S3", "UCHARLIE", featured=False, position=3, like="S1"),
    )

    left = standing(picks, {"S2", "S3", "S4"})

    assert [(pick.story, pick.featured, pick.like) for pick in left] == [
        ("S2", True, None),
        ("S4", False, None),
        ("S3", False, "S2"),
    ]


def test_an_heir_never_gives_a_teller_a_second_highlight() -> None:
    picks = (
        Pick("S1", "UALICE", featured=True, position=0, alike=1),
        Pick("S2", "UBOB", featured=True, position=1),
        Pick("S3", "UBOB", featured=False, position=2, like="S1"),
    )

    left = standing(picks, {"S2", "S3"})

    assert [pick.story for pick in left if pick.featured] == ["S2"]


def test_a_weeks_choice_is_quick() -> None:
    lot = random.Random(8)
    week = [story(lot.choice(PEOPLE), words(lot), number) for number in range(500)]

    assert _quickest(week) < 0.25


@pytest.mark.parametrize(
    ("flood", "own"),
    [
        (lambda number: f"We helped the clinic today{'!' * (number % 60)}{'?' * (number // 60)}", 1),
        (lambda number: f"We helped clinic {number} with printers", 2000),
    ],
    ids=["alike", "each about another"],
)
def test_a_flood_costs_no_more_than_its_number(flood: Callable[[int], str], own: int) -> None:
    many = [story("UALICE", flood(number), number) for number in range(2000)]

    picks = choose(many, {}, seed="x")

    assert sum(pick.like is None for pick in picks) == own
    # Sixteen times as many: comparing each with each would take 256 times as long.
    assert _quickest(many) < 100 * _quickest(many[:125])


def _quickest(week: Sequence[Story]) -> float:
    """Seconds of the processor's time, the least of a few tries: on a busy machine the others count in as well."""
    took = []
    for _ in range(5):
        start = time.process_time()
        choose(week, {}, seed="x")
        took.append(time.process_time() - start)
    return min(took)


def test_the_weight_halves_the_wait_each_week() -> None:
    assert weight(None) == 1.0
    assert [weight(weeks) for weeks in (0, 1, 2, 3)] == [0.0, 0.5, 0.75, 0.875]
