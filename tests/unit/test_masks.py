"""Whether a story's own words give a masked customer away, and to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.masks import gives_away
from bot.domain.teams import ChannelKind, Team
from tests.slack.samples import TEAM, story

COMPANY = replace(TEAM, id="company")
SHARED = replace(TEAM, channel_kind=ChannelKind.SHARED)
MASKED: dict[str, Any] = {"customer": "Zahnarzt Krause (Lyon)", "masked": "a clinic in Lyon"}


@pytest.mark.parametrize(
    "said",
    [
        "Nobody waits at Zahnarzt Krause any more.",
        "ZAHNARZT  KRAUSE's people went home at five.",
        "zahnarzt krause, all smiles.",
    ],
)
@pytest.mark.parametrize("place", [COMPANY, SHARED], ids=["the company's", "shared"])
def test_the_name_in_any_writing_gives_it_away_to_who_reads_the_mask(said: str, place: Team) -> None:
    assert gives_away(story(said, **MASKED), place)


@pytest.mark.parametrize("field", ["goal", "change"])
def test_it_does_in_what_they_were_after_and_what_is_different_too(field: str) -> None:
    told: dict[str, Any] = MASKED | {field: "Zahnarzt Krause opens early."}

    assert gives_away(story("A good day.", **told), COMPANY)


def test_its_own_team_reads_the_name_anyway() -> None:
    assert not gives_away(story("At Zahnarzt Krause nobody waits.", **MASKED), TEAM)


@pytest.mark.parametrize(
    ("said", "customer"),
    [
        ("Nobody waits there any more.", MASKED),
        ("The krausened beer was a gift.", MASKED),
        ("At Zahnarzt Krause nobody waits.", {"customer": "Zahnarzt Krause"}),
    ],
    ids=["silent", "another word", "no mask"],
)
def test_nothing_is_given_away_where_nothing_is_said_or_hidden(said: str, customer: dict[str, Any]) -> None:
    assert not gives_away(story(said, **customer), COMPANY)
