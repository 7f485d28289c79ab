"""What a manager reads when a question is number talk."""

from __future__ import annotations

import pytest

from bot.domain.coaching import advise
from bot.domain.coaching_file import load_rules
from bot.usecases.packaged import packaged_text
from handlers.slack.surfaces.coaching import offer

RULES = load_rules(packaged_text("coaching_rules.toml"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the deal size?", "“deal size” asks about our side of the deal."),
        ("What are deal size and discount?", "“deal size” and “discount” ask about our side of the deal."),
    ],
)
def test_it_says_in_good_english_which_words_it_saw(question: str, said: str) -> None:
    shown = str(offer(question, advise(question, RULES)).blocks)

    assert said in shown
