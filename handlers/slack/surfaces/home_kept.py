"""Home's part on what the bot keeps about a person, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.slack.surfaces.blocks import context, section
from handlers.slack.surfaces.rendered import Block


@dataclass(frozen=True, slots=True)
class KeptAtHome:
    """What is kept about one person."""

    retention_days: int


def home_section(kept: KeptAtHome) -> list[Block]:
    """At most three blocks."""
    return [
        section("*What I keep about you*"),
        context(
            f"Your stories for {kept.retention_days} days, your settings, and when I asked you. "
            "`/purpose mydata` gives you all of it, `/purpose forget` deletes it."
        ),
    ]
