"""The digest's glance back: a story told a while ago, and what came of it, in its teller's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.hopes import Hope, Outcome
from bot.domain.notices import LaterOn
from handlers.slack.surfaces.blocks import divider, line, quote, rich, run
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.storyline import LISTED, MOST_LISTED, plain_story, teller_line, words
from handlers.slack.surfaces.text import cut, plain_line

_MOST_WORDS = 1_000
_NUMBERS = (
    "no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
)  # fmt: skip
_WEEK, _MONTH, _YEAR = 7, 30.44, 365.25
_WEEKS_UNTIL = 59
"""Up to two months people count in weeks."""
_CAME = {
    Outcome.CAME_TRUE: ("It came true.", "It came true: "),
    Outcome.PARTLY: ("It came true in part.", "It came true in part. What we learned: "),
    Outcome.NO: ("It didn't come true.", "It didn't come true. What we learned: "),
}


def later_blocks(later: Sequence[LaterOn]) -> list[Block]:
    """A block for each; nothing without any."""
    return [block for each in later for block in (divider(), _block(each))]


def later_words(later: LaterOn) -> str:
    """The same on one line of plain text, not escaped yet."""
    story = plain_story(later.story, later.teller)
    return f"{how_much_later(later.story.told_on, later.on)}: {story} {_came(later.hope)}"


def how_much_later(since: date, until: date) -> str:
    """How much later something was said, as people count: "Two weeks later", "Three months later", "A year later"."""
    days = max((until - since).days, 0)
    if days < _WEEK:
        return "A few days later"
    if days <= _WEEKS_UNTIL:
        return _counted(round(days / _WEEK), "week")
    months = round(days / _MONTH)
    return _counted(months, "month") if months < len(_NUMBERS) else _counted(round(days / _YEAR), "year")


def _counted(count: int, what: str) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number.capitalize()} {what}{'' if count == 1 else 's'} later"


def _block(later: LaterOn) -> Block:
    told, _ = words(later.story.text, LISTED, MOST_LISTED)
    elements: list[Element] = [
        line(run(f"{how_much_later(later.story.told_on, later.on)}…", bold=True)),
        teller_line(later.teller, later.story.customer),
        quote(*told),
        line(run("The hope was:")),
        quote(run(cut(later.hope.words, _MOST_WORDS))),
    ]
    alone, before = _words_of(later.hope)
    if not later.hope.line.strip():
        return rich(*elements, line(run(alone)))
    return rich(*elements, line(run(before.strip())), quote(run(cut(later.hope.line, _MOST_WORDS))))


def _came(hope: Hope) -> str:
    alone, before = _words_of(hope)
    learned = plain_line(hope.line)
    return f"{before}“{learned}”" if learned else alone


def _words_of(hope: Hope) -> tuple[str, str]:
    if hope.outcome is None or hope.outcome is Outcome.NOT_YET:
        raise ValueError("only what ended is told")
    return _CAME[hope.outcome]
