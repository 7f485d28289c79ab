"""Whole sentences, and quotes from them: half a sentence can say the opposite of the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quoting import find, whole_quote
from bot.domain.sentences import is_whole, sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("They opened early. It worked!", ["They opened early.", "It worked!"]),
        ("Did it work? Yes. 🎉 Great.", ["Did it work?", "Yes.", "🎉 Great."]),
        ('She said "fine." Then she left.', ['She said "fine."', "Then she left."]),
        ("朝早く開店。みんな喜んだ！", ["朝早く開店。", "みんな喜んだ！"]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("no stop at all", ["no stop at all"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert _split(text) == parts


@pytest.mark.parametrize(
    "one",
    [
        "I doubt Mr. Smith will be happy.",
        "We met J. Smith and Dr. Jones of the U.S. office at 9 a.m. Friday.",
        "They saved $4.5 million on order No. 5 of approx. 40.",
        "Am 3. Mai ging es los.",
        "We helped e.g. Initech Inc. Tomorrow too.",
        "It was fun... or so they said.",
        "I doubt\nThey will be happy.",
        "They told me this:\n\nAll is well.",
        'I doubt that "they love it. All of it." is what they meant.',
        "Hardly (they said so. Twice.) a success.",
    ],
)
def test_in_doubt_two_sentences_count_as_one(one: str) -> None:
    assert _split(one) == [one]


@pytest.mark.parametrize(
    ("text", "quote", "shown"),
    [
        ("I doubt they will be happy.", "they will be happy", "I doubt they will be happy."),
        (
            "I doubt Mr. Smith will be happy. Next.",
            "Smith will be happy.",
            "I doubt Mr. Smith will be happy.",
        ),
        ("They loved it. I doubt it. Later more.", "They loved it.", "They loved it. I doubt it."),
        ("They love it. Not.", "They love it.", "They love it. Not."),
        ("They stay. But only until May. Fine.", "They stay.", "They stay. But only until May."),
        ("One stays here. Two there. Three.", "stays here. Two", "One stays here. Two there."),
        ("It’s “fine” – really.", 'It\'s "fine" - really.', "It’s “fine” – really."),
        ("It's fine, really.", "It’s fine, really", "It's fine, really."),
        ("Two\n\nlines, one sentence.", "Two lines, one", "Two\n\nlines, one sentence."),
        ("Le cafe\u0301 ouvre.", "Le caf\u00e9 ouvre", "Le cafe\u0301 ouvre."),
        ("Wait…\nIt works now.", "Wait... It works", "Wait…\nIt works now."),
        ("Ja.", "Ja.", "Ja."),
    ],
)
def test_a_quote_is_shown_as_the_whole_sentences_it_comes_from(text: str, quote: str, shown: str) -> None:
    assert whole_quote(text, quote) == shown


@pytest.mark.parametrize(
    "altered",
    [
        "They will be very happy",
        "they will be happy",
        "They will be happy!!",
        "hey will be hap",
        "They",
        "",
        "  ",
        "[CUSTOMER_1] will be happy",
    ],
)
def test_an_altered_or_meaningless_quote_is_none(altered: str) -> None:
    assert whole_quote("They will be happy. Soon, I hope.", altered) is None


@given(st.text("abC .!?\n\"'(”“…é", max_size=60))
def test_sentences_hold_every_character_that_is_not_space(text: str) -> None:
    told = "".join("".join(text[start:end].split()) for start, end in sentences(text))

    assert told == "".join(text.split())


@given(st.text('ab C.!?\n"(é', min_size=1, max_size=60), st.data())
def test_whatever_is_quoted_stands_there_in_whole_sentences(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))

    shown = whole_quote(text, text[start:end])

    assert shown is None or (shown in text and is_whole(text, shown))


@given(st.text(max_size=40), st.text(max_size=12))
def test_looking_for_a_quote_bears_any_text(text: str, quote: str) -> None:
    found = find(text, quote)

    assert found is None or 0 <= found[0] < found[1] <= len(text)


@pytest.mark.parametrize("flood", [". ", ".", '".', "(. ", "a. ", "!?"])
def test_a_long_hostile_text_is_taken_apart_in_no_time(flood: str) -> None:
    text = flood * (40_000 // len(flood))

    assert sentences(text)
