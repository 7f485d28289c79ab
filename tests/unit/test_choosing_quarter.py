"""A quarter of weeks with one loud teller, against plain lots and newest first."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.choosing import choose, weeks_since_featured
from bot.domain.digests import Digest, Pick
from bot.domain.stories import Story
from tests.unit.stories_told import FRIDAY, PEOPLE, story, words

# A quarter of weeks with one loud teller -------------------------------------------------------------------------

SHARES = (39, 13, 12, 10, 9, 8, 5, 4)
WEEKS = 13


def _quarter(lot: random.Random) -> list[list[Story]]:
    weeks = []
    for week in range(WEEKS):
        at = FRIDAY + timedelta(weeks=week, hours=-30)
        tellers = lot.choices(PEOPLE, weights=SHARES, k=28)
        weeks.append(
            [story(teller, words(lot), 100 * week + number, at) for number, teller in enumerate(tellers)]
        )
    return weeks


def _digest(week: int, picks: tuple[Pick, ...]) -> Digest:
    until = FRIDAY + timedelta(weeks=week)
    return Digest(f"G{week}", "slack:T1", "T", until.date(), until - timedelta(weeks=1), until, picks=picks)


def _ours(weeks: list[list[Story]], seed: int) -> list[list[str]]:
    digests: list[Digest] = []
    for week, stories in enumerate(weeks):
        featured = weeks_since_featured(digests, FRIDAY + timedelta(weeks=week))
        digests.append(_digest(week, choose(stories, featured, seed=f"{seed} {week}")))
    return [[pick.teller for pick in digest.picks if pick.featured] for digest in digests]


def _random(weeks: list[list[Story]], seed: int) -> list[list[str]]:
    lot = random.Random(seed)
    return [[story.teller for story in lot.sample(stories, 5)] for stories in weeks]


def _newest(weeks: list[list[Story]], seed: int) -> list[list[str]]:
    return [
        [story.teller for story in sorted(stories, key=lambda story: story.told_at)[-5:]] for stories in weeks
    ]


def _share(featured: list[list[str]], teller: str) -> float:
    count = Counter(name for week in featured for name in week)
    return count[teller] / sum(count.values())


def _unheard(weeks: list[list[Story]], featured: list[list[str]]) -> int:
    """People who told something in four weeks and were not featured within the eight that begin with those."""
    missed = 0
    for start in range(WEEKS - 7):
        told = {story.teller for week in weeks[start : start + 4] for story in week}
        missed += len(told - {name for week in featured[start : start + 8] for name in week})
    return missed


@pytest.mark.parametrize("seed", range(6))
def test_over_a_quarter_a_loud_teller_gets_no_more_than_her_turn_and_everyone_is_heard(seed: int) -> None:
    weeks = _quarter(random.Random(seed))

    ours, by_lot, newest = (way(weeks, seed) for way in (_ours, _random, _newest))

    assert _share(ours, "UALICE") <= 0.15
    assert _share(by_lot, "UALICE") > 0.25
    assert _share(newest, "UALICE") > 0.25
    assert _unheard(weeks, ours) == 0
