"""Home's part on why people sell: one's own reason, and what a few colleagues share of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.people import Person
from bot.domain.reasons import MOST_SHOWN, SharedReason
from handlers.slack.surfaces.blocks import button, context, line, quote, rich, run, section
from handlers.slack.surfaces.reasons import HOME, WHY_WRITE
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.text import cut, plain_line

_NAME = 100
_COLLEAGUE = "A colleague"


@dataclass(frozen=True, slots=True)
class ReasonsAtHome:
    """Whose Home it is, and the colleagues' reasons of today."""

    person: Person
    colleagues: Sequence[SharedReason] = ()


def home_section(reasons: ReasonsAtHome | None) -> list[Block]:
    """At most five blocks."""
    if reasons is None:
        return []
    return [*_mine(reasons.person), *_theirs(reasons.colleagues)]


def _mine(person: Person) -> list[Block]:
    if not person.why:
        write = button("Write it down", WHY_WRITE, HOME)
        return [
            section(
                "*Why I sell*\nOne sentence in your own words, for nobody but you unless you share it.", write
            )
        ]
    seen = "Your teams may see it, with your name." if person.why_shared else "Only you see this."
    back = " On a hard day I bring it back to you." if person.why_returns else ""
    return [
        section("*Why I sell*", button("Change", WHY_WRITE, HOME)),
        rich(quote(run(person.why))),
        context(f"{seen}{back}"),
    ]


def _theirs(colleagues: Sequence[SharedReason]) -> list[Block]:
    if not colleagues:
        return []
    parts = []
    for each in colleagues[:MOST_SHOWN]:
        name = cut(plain_line(each.name), _NAME) or _COLLEAGUE
        parts += [line(run(name, bold=True)), quote(run(each.why))]
    return [section("*Why colleagues sell*"), rich(*parts)]
