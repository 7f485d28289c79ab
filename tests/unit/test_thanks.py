"""Which thanks is said, and in which words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.thanks import Echo, Loop, Thanks, best
from handlers.slack.surfaces.thanks import thanks_words

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
ECHOES = st.builds(
    Echo,
    st.sampled_from(Loop),
    st.integers(0, 100).map(lambda hours: NOW + timedelta(hours=hours)),
    st.sampled_from("ABC"),
    opened=st.booleans(),
)


@given(st.lists(ECHOES, min_size=1))
def test_the_weightiest_is_said_whatever_came_first(echoes: list[Echo]) -> None:
    said = best(echoes)

    assert said is not None
    assert said == best(echoes[::-1])
    assert said.loop is min(echo.loop for echo in echoes)


def test_a_story_that_led_a_digest_goes_before_one_that_stood_in_it_and_nothing_before_nothing() -> None:
    led = Echo(Loop.DIGEST, NOW, "A", opened=True)
    stood = Echo(Loop.DIGEST, NOW + timedelta(days=1), "B")

    assert best([stood, led]) == led
    assert best([]) is None


@pytest.mark.parametrize(
    ("thanks", "words"),
    [
        (Thanks(Loop.READ, customer="Maria's books"), "A colleague read your story about Maria's books."),
        (Thanks(Loop.READ, told_on=date(2026, 11, 20)), "A colleague read your story of 20 November 2026."),
        (
            Thanks(Loop.BUILT_ON, customer="Maria", name="Charlie"),
            "Charlie built on your story about Maria. Thank you for telling it.",
        ),
        (
            Thanks(Loop.BUILT_ON, customer="Maria", name="a colleague"),
            "A colleague built on your story about Maria. Thank you for telling it.",
        ),
        (
            Thanks(Loop.HUDDLE, customer="Maria", team="Small business"),
            "Your story about Maria was told in Small business's huddle. Thank you for it.",
        ),
        (
            Thanks(Loop.DIGEST, team="Small business", day="Friday", opened=True),
            "Your story opened Friday's digest of Small business. Thank you for telling it.",
        ),
        (Thanks(Loop.TRIAL), "A colleague is trying what you try, too. Thank you for sharing it."),
    ],
)
def test_each_kind_has_its_line(thanks: Thanks, words: str) -> None:
    assert thanks_words(thanks) == words


@pytest.mark.parametrize("loop", Loop)
def test_no_line_holds_a_number_of_people(loop: Loop) -> None:
    assert not re.search(r"\d", thanks_words(Thanks(loop, customer="Maria", name="Bob", day="Friday")))
