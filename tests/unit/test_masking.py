"""What leaves the house: no address, number, secret or name, and every placeholder leads back to what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.masking import CUSTOMER, PERSON, mask, unmask, without_placeholders

PIECES = (
    "alice@example.com",
    "https://example.com/a?b=c",
    "+49 30 1234567",
    "4111 1111 1111 1111",
    "Initech",
    "Bob",
    "[CUSTOMER_1]",
    "[EMAIL_2]",
    "password: hunter2",
    "Ünïcödé",
    "e\u0301te\u0301",
    "straße",
    "\u200b",
    "\n",
    "[",
    "_1]",
)


def _masked(text: str) -> str:
    return mask([text], customers=["Initech GmbH", "Café Zoë"], people=["Bob Miller", "Will Jones"]).texts[0]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("alice.o'hara+sales@mail.example.co.uk", "EMAIL"),
        ("ALICE@EXAMPLE.COM", "EMAIL"),
        ("https://example.com/path?token=1#x", "LINK"),
        ("www.example.com", "LINK"),
        ("example.com/pricing", "LINK"),
        ("shop.example.de", "LINK"),
        ("10.0.0.12:8080", "LINK"),
        ("<#C024BE7LH|sales>", "LINK"),
        ("<!channel>", "LINK"),
        ("<@U024BE7LH>", "PERSON"),
        ("+1 (555) 010-9999", "PHONE"),
        ("0171/2345678", "PHONE"),
        ("555-010-9999", "PHONE"),
        ("4111 1111 1111 1111", "CARD"),
        ("4111-1111-1111-1111", "CARD"),
        ("４１１１１１１１１１１１１１１１", "CARD"),
        ("DE89 3704 0044 0532 0130 00", "ACCOUNT"),
        ("xoxb-1234567890-abcdef", "SECRET"),
        ("sk-proj-abcdefghij1234567890", "SECRET"),
        ("AKIAIOSFODNN7EXAMPLE", "SECRET"),
        ("password: hunter2", "SECRET"),
        ("the PIN is 4711", "SECRET"),
        ("9f86d081884c7d659a2feaa0c55ad015", "SECRET"),
        ("Initech", "CUSTOMER"),
        ("INITECH GmbH", "CUSTOMER"),
        ("Initech's", "CUSTOMER"),
        ("cafe zoe", "CUSTOMER"),
        ("Bob Miller", "PERSON"),
        ("bob  miller", "PERSON"),
        ("Miller", "PERSON"),
        ("[PHONE_7]", "TYPED"),
        ("[customer_1]", "TYPED"),
    ],
)
def test_what_points_at_somebody_is_masked(typed: str, kind: str) -> None:
    masked = _masked(f"Yesterday {typed} made it.")

    assert f"[{kind}_" in masked
    assert typed not in masked


@pytest.mark.parametrize(
    "harmless",
    [
        "We saved them 40 hours and 1,500 euros.",
        "They will call back, and the bobbin fits.",
        "Version 2.0 at 09:30, room 12.",
        "A 50/50 split. Then lunch.",
        "They said a secret handshake helps.",
    ],
)
def test_plain_words_and_amounts_stay(harmless: str) -> None:
    assert _masked(harmless) == harmless


def test_a_first_name_is_masked_and_the_same_word_in_lower_case_is_not() -> None:
    masked = mask(["Will said they will be fine."], people=["Will Jones"])

    assert masked.texts == ("[PERSON_1] said they will be fine.",)


def test_the_same_words_get_the_same_placeholder_in_all_texts() -> None:
    masked = mask(["Initech called.", "We called Initech and Globex."], customers=["Initech", "Globex"])

    assert masked.texts == ("[CUSTOMER_1] called.", "We called [CUSTOMER_1] and [CUSTOMER_2].")
    assert masked.kinds == (frozenset({CUSTOMER}), frozenset({CUSTOMER}))


def test_a_customer_is_masked_without_what_tells_it_from_another_of_its_name() -> None:
    masked = mask(["Initech called, from (Lyon)."], customers=["Initech GmbH (Lyon)"])

    assert masked.texts == ("[CUSTOMER_1] called, from (Lyon).",)


def test_a_placeholder_that_somebody_typed_does_not_unmask_into_anothers_data() -> None:
    masked = mask(["Mail alice@example.com.", "I type [EMAIL_1] here."])

    assert masked.texts[1] == "I type [TYPED_2] here."
    assert unmask(masked.texts[1], masked.values) == "I type [EMAIL_1] here."


def test_what_was_put_in_is_not_looked_at_again() -> None:
    values = {"[CUSTOMER_1]": "[EMAIL_2]", "[EMAIL_2]": "alice@example.com"}

    assert unmask("[CUSTOMER_1] and [PHONE_9]", values) == "[EMAIL_2] and [PHONE_9]"


def test_names_in_scripts_without_spaces_are_masked() -> None:
    masked = mask(["昨日株式会社山田さんに会いました。"], customers=["株式会社山田"])

    assert "山田" not in masked.texts[0]


def test_people_named_in_a_text_are_noted() -> None:
    masked = mask(["Bob was late again.", "All fine."], people=["Bob Miller"])

    assert [PERSON in kinds for kinds in masked.kinds] == [True, False]


def test_placeholders_can_be_taken_out() -> None:
    assert without_placeholders("For [CUSTOMER_12] it works.") == "For | it works."


@given(
    st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=8).map(" ".join), max_size=4)
)
def test_unmasking_gives_back_exactly_what_was_typed(texts: list[str]) -> None:
    masked = mask(texts, customers=["Initech"], people=["Bob Miller"])

    assert [unmask(text, masked.values) for text in masked.texts] == texts


@given(st.lists(st.sampled_from(PIECES[:6]), min_size=1, max_size=5), st.text("abc ,.\n", max_size=10))
def test_no_secret_survives_between_other_words(secrets: list[str], between: str) -> None:
    text = f" {between} ".join(secrets)

    (masked,) = mask([text], customers=["Initech"], people=["Bob Miller"]).texts

    for secret in secrets:
        assert secret not in masked


@pytest.mark.parametrize("flood", ["a-", "1-", "a@", "ab12", "1 ", "[email_", "+", "a.", "w1/", "is "])
def test_a_hostile_text_is_masked_in_no_time(flood: str) -> None:
    text = flood * (1200 // len(flood))

    masked = mask([text] * 20)

    assert unmask(masked.texts[0], masked.values) == text
