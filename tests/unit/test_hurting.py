"""What is said of a colleague beside hard words is found; thanks, customers' troubles and namesakes are left alone."""

from __future__ import annotations

import pytest

from bot.domain.hurting import has_hard_words, may_hurt

COLLEAGUES = ("Bob Miller", "Charlie", "Will Jones")


@pytest.mark.parametrize(
    "text",
    [
        "Bob is useless and lost us the deal again.",
        "Charlie dropped the ball on the Initech order, so I stayed late.",
        "Rosa's order was late. It was Bob's fault.",
        "Somebody ruined the order again. It was Bob.",
        "<@U0BOB> never listens to customers.",
        "My manager can’t be bothered to visit the clinic.",
        "I saved the account that BOB MILLER messed up.",
        "“Lazy”, that is what I call Bob.",
        "Bob war faul, also rief ich die Bäckerei selbst an.",
        "Charlie let the customer down, I drove there at night.",
    ],
)
def test_hard_words_beside_a_colleagues_name_wait_for_a_look(text: str) -> None:
    assert has_hard_words(text)
    assert may_hurt(text, COLLEAGUES)


@pytest.mark.parametrize(
    "text",
    [
        "Bob helped Rosa get her mornings back.",
        "Rosa's oven failed; Bob fixed it before six.",
        "The owner was rude at first, and hugged us at the end.",
        "We will be useless to them if we only talk about price.",
        "Thanks to Charlie the clinic answers its phone again.",
        "I said an honest no to the bakery. They will remember who said so.",
        "It was a bad day for the harbour office, until Bob called.",
        "",
    ],
)
def test_thanks_and_a_customers_troubles_are_left_alone(text: str) -> None:
    assert not may_hurt(text, COLLEAGUES)


def test_a_customer_of_the_same_name_is_no_colleague() -> None:
    text = "Bob's Bakery called its old supplier useless. Now the flour comes at five."

    assert has_hard_words(text)
    assert not may_hurt(text, COLLEAGUES, customers=("Bob's Bakery",))
