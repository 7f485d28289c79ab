"""The story coach asks once, and only about what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.story_coach import WORDS, Missing, one_question


@pytest.mark.parametrize(
    "text",
    [
        "Helped Maria at Kranz stop the double billing, she has her Fridays back",
        "The bakery closes its books in an hour now",
        "Maria slept through the night for the first time",
        "Told Joe we are not right for him and sent him to the credit union",
        "Frau Kühn macht jetzt um fünf Feierabend",
        "La boulangère a enfin fermé à 18 h",
        "Lucía ya no firma a mano",
        "Der Verein hat endlich seine Spendenquittungen raus",
        "今日はお客様の仕事が楽になりました",
        "Learned that the nurses at St. Anne count stock by hand",
    ],
)
def test_a_whole_story_is_left_alone(text: str) -> None:
    assert one_question(text, "", "") is None


@pytest.mark.parametrize(
    ("text", "customer", "change", "code"),
    [
        ("helped someone stop the double billing", "", "", Missing.CUSTOMER),
        ("Fixed the import, it works again", "", "", Missing.CUSTOMER),
        ("Had a long call with Bob about his rota", "", "", Missing.CHANGE),
        ("Visited the bakery with our trainer", "", "", Missing.CHANGE),
        ("Had a long call about the rota", "", "", Missing.BOTH),
        ("Had a long call about the rota", "Kranz", "", Missing.CHANGE),
        ("Had a long call about the rota", "", "no more night shifts", Missing.CUSTOMER),
    ],
)
def test_what_is_missing_is_asked_for(text: str, customer: str, change: str, code: Missing) -> None:
    question = one_question(text, customer, change)

    assert question is not None
    assert question.code == code


@given(st.text(max_size=300))
def test_with_both_fields_filled_nothing_is_asked(text: str) -> None:
    assert one_question(text, "Kranz", "no more night shifts") is None


@given(st.text(max_size=300), st.sampled_from(["", "Kranz"]), st.sampled_from(["", "calmer"]))
def test_there_is_at_most_one_question_and_it_never_asks_for_what_is_there(
    text: str, customer: str, change: str
) -> None:
    question = one_question(text, customer, change)

    if question is not None:
        assert question.words == WORDS[Missing(question.code)]
        assert not (customer and question.code != Missing.CHANGE)
        assert not (change and question.code != Missing.CUSTOMER)


def test_emoji_and_long_letters_are_not_questioned() -> None:
    assert one_question("🎉🎉", "", "") is None
    assert one_question("had a call about the rota " * 40, "", "") is None


def test_every_question_is_one_short_line() -> None:
    assert set(WORDS) == set(Missing)
    assert all(len(words) <= 80 and words.count("?") == 1 for words in WORDS.values())
