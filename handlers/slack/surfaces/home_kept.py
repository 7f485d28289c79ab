"""Home's part on what the bot keeps about a person, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.people import Person
from bot.ports.own_stories import Month
from handlers.slack.surfaces.audience import choice
from handlers.slack.surfaces.blocks import actions, button, context, section
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.text import day

HOME_MYDATA = "home.mydata"
HOME_FORGET = "home.forget"


@dataclass(frozen=True, slots=True)
class KeptAtHome:
    """What is kept about one person: `months` in which they told what is still kept."""

    person: Person
    retention_days: int
    months: Sequence[Month] = ()


def home_section(kept: KeptAtHome) -> list[Block]:
    """At most three blocks."""
    return [
        section("*What I keep about you*"),
        context(
            f"{_stories(kept)}\n{_settings(kept.person)}\nBesides: your days and hour, and when I asked you."
        ),
        actions(
            button("Give me all of it", HOME_MYDATA, "mydata"),
            button("Delete everything about me", HOME_FORGET, "forget"),
        ),
    ]


def _stories(kept: KeptAtHome) -> str:
    count = sum(month.stories for month in kept.months)
    if not count:
        return f"No story yet. Each is kept for {kept.retention_days} days."
    oldest = min(month.oldest for month in kept.months)
    goes = (oldest + timedelta(days=kept.retention_days)).date()
    told = "One story" if count == 1 else f"{count:,} stories"
    return (
        f"{told}, the oldest from {day(oldest.date())}. Each is kept for {kept.retention_days} days: that one goes on "
        f"{day(goes)}."
    )


def _settings(person: Person) -> str:
    """What I remember besides, as it counts now."""
    seen_by = choice(person.default_visibility, None)
    return (
        f"Your settings: new stories start as seen by “{seen_by}”; "
        f"I {'ask once' if person.coach else 'do not ask'} about what a story leaves out; "
        f"AI {'reads nothing of yours' if person.ai_refused else 'reads as far as your team and each receipt say'}."
    )
