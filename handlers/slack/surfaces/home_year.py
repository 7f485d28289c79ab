"""Home's part with one's own year: stories by month, and what came of them; no streaks, and nobody to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.ports.own_stories import Month
from handlers.slack.surfaces.blocks import context, rich, run, section
from handlers.slack.surfaces.hopes import outcome_words
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.text import month

MONTHS = 12
_BAR = "█"
_LONGEST = 12
"""As wide as a telephone shows without breaking the line."""


@dataclass(frozen=True, slots=True)
class YearAtHome:
    """`months` are those in which something was told, `came_of` counts what was answered since a year ago."""

    today: date
    months: Sequence[Month] = ()
    came_of: Mapping[Outcome, int] = field(default_factory=dict)


def came_of_year(hopes: Sequence[Hope], today: date) -> Mapping[Outcome, int]:
    """How often what came of it in the year up to `today`."""
    begin = _months_up_to(today)[0]
    found: dict[Outcome, int] = {}
    for hope in hopes:
        on = hope.answered_at.date() if hope.answered_at is not None else None
        if hope.state is HopeState.ANSWERED and hope.outcome is not None and on is not None and on >= begin:
            found[hope.outcome] = found.get(hope.outcome, 0) + 1
    return found


def home_section(year: YearAtHome | None) -> list[Block]:
    """At most three blocks; none before the first story. Drawn with letters, because Home takes no chart and a picture
    would be late: it follows the reader's theme and size, and every bar has its number in words."""
    if year is None:
        return []
    months = _months_up_to(year.today)
    told = {each.month: each.stories for each in year.months}
    counts = [told.get(on, 0) for on in months]
    if not any(counts):
        return []
    most, first = max(counts), next(place for place, count in enumerate(counts) if count)
    rows = [_row(on, count, most) for on, count in zip(months[first:], counts[first:], strict=True)]
    chart = {"type": "rich_text_preformatted", "elements": [run("\n".join(rows))]}
    blocks: list[Block] = [section("*My year*, in stories"), rich(chart)]
    if year.came_of:
        said = [
            f"{outcome_words(HopeKind.PROMISE, outcome)}: {year.came_of[outcome]}"
            for outcome in Outcome
            if outcome in year.came_of
        ]
        blocks.append(context(f"What came of it · {' · '.join(said)}"))
    return blocks


def _row(on: date, count: int, most: int) -> str:
    """ "Nov 2026   3 ████": a bar is never nothing where something was told."""
    bar = _BAR * max(round(count * _LONGEST / most), 1) if count else ""
    name, _, year = month(on).partition(" ")
    return f"{name[:3]} {year} {count or '':>4} {bar}".rstrip()


def _months_up_to(today: date) -> list[date]:
    """The first days of twelve months, the last one that of `today`."""
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
