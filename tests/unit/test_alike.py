"""Folding near-duplicates: what a comparison of all pairs would find, and never two customers in one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alike import ALIKE, fold_alike, jaccard, shingles
from tests.unit.stories_told import words


@given(st.text(max_size=200))
def test_a_story_that_is_told_again_is_always_folded(text: str) -> None:
    assert fold_alike([text, text]) == {1: 0}


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_folding_finds_what_comparing_all_pairs_would_find(lot: random.Random) -> None:
    texts = [words(lot, lot.randint(6, 30)) for _ in range(12)]
    texts += [_changed(lot.choice(texts), lot) for _ in range(12)]
    lot.shuffle(texts)

    folded = fold_alike(texts)

    own: list[int] = []
    for place, text in enumerate(texts):
        near = [
            earlier for earlier in own if jaccard(shingles(text), shingles(texts[earlier])) >= ALIKE + 0.05
        ]
        assert place in folded or not near
        if place not in folded:
            own.append(place)
    assert all(
        jaccard(shingles(texts[later]), shingles(texts[first])) >= ALIKE for later, first in folded.items()
    )


def _changed(text: str, lot: random.Random) -> str:
    words = text.split()
    for _ in range(max(len(words) // 8, 1)):
        words[lot.randrange(len(words))] = "new" + "".join(lot.choices("aeioubdgklmn", k=4))
    return " ".join(words)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "We gave Rosa her mornings back at the bakery",
            "We gave Jon his mornings back at the bakery",
            False,
        ),
        ("Helped customer 12 with the invoices today", "Helped customer 13 with the invoices today", False),
        ("Helped the clinic with its invoices today", "Helped the clinic with its invoices today (2)", True),
        ("Today Rosa slept through the whole night", "rosa slept through the whole night today", True),
    ],
)
def test_stories_that_name_different_people_or_numbers_are_two_stories(
    one: str, other: str, same: bool
) -> None:
    assert (fold_alike([one, other]) == {1: 0}) is same


def test_scripts_without_spaces_are_folded_too() -> None:
    text = "田中さんの工場では在庫の数え直しがなくなり、みんな定時に帰れるようになったそうです。"

    assert fold_alike([text, text + "本当に。", "まったく別の話です、病院の受付が静かになりました。"]) == {
        1: 0
    }
