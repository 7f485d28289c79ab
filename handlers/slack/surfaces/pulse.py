"""The quarterly pulse in a prompt: one line with a button."""

from __future__ import annotations

from typing import Final

from bot.domain.pulses import Pulse
from handlers.slack.surfaces.blocks import button, divider, paragraph
from handlers.slack.surfaces.rendered import Block

PULSE_ANSWER: Final = "pulse.answer"
_RIDES = "Once a quarter: two questions to everybody in the team, without names."


def asks_pulse(pulse: Pulse | None) -> list[Block]:
    """The line beneath a prompt."""
    if pulse is None:
        return []
    return [divider(), paragraph(_RIDES, button("Answer (10 seconds)", PULSE_ANSWER, pulse.id))]
