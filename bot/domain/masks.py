"""A customer's mask: where people read "a clinic in Lyon", a story's own words must not give the name away."""

from __future__ import annotations

from bot.domain.masking import CUSTOMER, mask
from bot.domain.stories import Story, reads_the_name
from bot.domain.teams import Team


def gives_away(story: Story, place: Team) -> bool:
    """True where the words of `story` name its customer, and those who read the channel of `place` read a mask."""
    if not story.masked or reads_the_name(story, place):
        return False
    words = f"{story.text}\n{story.goal}\n{story.change}"
    return CUSTOMER in mask([words], customers=[story.customer]).kinds[0]
