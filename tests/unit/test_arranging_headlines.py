"""A headline says nothing that the stories do not: no number, no name, no half sentence, nothing that pings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import fold
from bot.domain.headlines import is_harmless, is_supported

TOLD = (
    "The bakery opens an hour earlier now. I doubt they will be happy.",
    "We saved 40 million euros for a hospital, and nobody noticed. Waiting times fell by 12%.",
    "Did the school reopen? They thanked us on Friday.",
    "The outage cost ~40 hours and -5% revenue.",
)
KINDS = ("time saved", "a worry gone", "an honest no")


@pytest.mark.parametrize(
    "headline",
    [
        "The bakery opens an hour earlier now",
        "Bakery opens earlier",
        "bakery opens earlier, time saved",
        "Time saved, a worry gone and an honest no",
        "Honest no",
        "Waiting times fell by 12%",
        "Waiting times fell by 12% and the bakery opens earlier",
        "They thanked us",
    ],
)
def test_words_of_one_sentence_in_their_order_and_kinds_make_a_headline(headline: str) -> None:
    assert is_supported(headline, TOLD, KINDS)


@pytest.mark.parametrize(
    "headline",
    [
        "they will be happy",
        "I doubt they will be happy about hospitals",
        "nobody noticed",
        "We saved 40",
        "Saved 40 million euros",
        "40",
        "12%",
        "12 bakeries",
        "fell by 12",
        "Waiting times fell by 13%",
        "saved two hospitals",
        "earlier opens bakery",
        "The bakery saved a hospital",
        "The school reopen",
        "cost 40 hours",
        "5% revenue",
        "Wonderful week",
        "money saved",
        "They hospital",
        "",
        "...",
        ", ,",
    ],
)
def test_a_headline_that_says_more_or_less_than_one_sentence_falls(headline: str) -> None:
    assert not is_supported(headline, TOLD, KINDS)


@pytest.mark.parametrize(
    "headline",
    [
        "<!channel> time saved",
        "@here time saved",
        "#sales time saved",
        "time saved https://example.com",
        "time saved example.com",
        "*time saved*",
        "`time saved`",
        "time_saved",
        "~time saved~",
        "[CUSTOMER_1] time saved",
        ":tada: time saved",
        "time saved\na worry gone",
        " time saved",
        "time saved\u202e",
        "time\u200b saved",
        "🎉 time saved",
        "t\u0336i\u0336m\u0336e saved",
        "time saved " * 12,
    ],
)
def test_nothing_that_pings_links_hides_or_formats_stands_in_a_headline(headline: str) -> None:
    assert not is_harmless(headline)
    assert not is_supported(headline, (*TOLD, headline), KINDS)


def test_without_stories_there_is_no_headline() -> None:
    assert not is_supported("time saved", [], [])


WORDS = sorted(set(re.findall(r"\S+", " ".join((*TOLD, *KINDS)))))


@given(
    st.lists(st.sampled_from([*WORDS, ",", "and", "13", "twelve", "Acme", "not"]), max_size=8).map(" ".join)
)
def test_every_word_and_every_number_of_a_headline_was_told(headline: str) -> None:
    told = {word.strip(".,?\"'()") for word in fold(" ".join((*TOLD, *KINDS))).split()} | {"and"}

    if is_supported(headline, TOLD, KINDS):
        assert {word.strip(".,?\"'()") for word in fold(headline).split()} - {""} <= told


@given(st.text(max_size=30))
def test_any_text_at_all_can_be_asked_about(headline: str) -> None:
    if is_supported(headline, TOLD, KINDS):
        assert not set(headline) & set("@#<>*_`~|[]{}\\\n")
