"""The form of the quarterly pulse: two questions, five answers each."""

from __future__ import annotations

import json
from typing import Any, Final

from bot.domain.pulses import QUESTIONS, STEPS, Pulse
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces.blocks import context, option, plain
from handlers.slack.surfaces.forms import read_meta
from handlers.slack.surfaces.names import VALUE
from handlers.slack.surfaces.rendered import Block, View

VIEW_PULSE: Final = "pulse.form"
PULSE: Final = "pulse"
COUNTED = "Counted, thank you. Once the pulse closes, what it says stands in Home, the same for everybody."
_BLOCK = "pulse."
_STEPS = ("Hardly", "A little", "Partly", "Mostly", "Very much")
_PROMISE = (
    "Your answers go into a count, and your name isn't kept with them. That you answered is remembered only as long as "
    "the pulse is open, so that nobody counts twice. Nothing is shown unless five people answered."
)


def pulse_modal(pulse: Pulse) -> View:
    """The two questions."""
    return {
        "type": "modal",
        "callback_id": VIEW_PULSE,
        "title": plain("How is it going?", 24),
        "submit": plain("Answer", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps({PULSE: pulse.id}),
        "blocks": [*(_question(name, words) for name, words in QUESTIONS.items()), context(_PROMISE)],
    }


def _question(name: str, words: str) -> Block:
    options = [option(step, str(number)) for number, step in enumerate(_STEPS, start=1)]
    return {
        "type": "input",
        "block_id": f"{_BLOCK}{name}",
        "label": plain(words),
        "element": {"type": "radio_buttons", "action_id": VALUE, "options": options},
        "optional": False,
    }


def read_pulse(view: Any) -> tuple[str, dict[str, int]]:
    """The pulse's id and the answers by question; what is missing or is no answer is left out."""
    values = (view.get("state") or {}).get("values") or {}
    answers = {}
    for name in QUESTIONS:
        chosen = ((values.get(f"{_BLOCK}{name}") or {}).get(VALUE) or {}).get("selected_option") or {}
        step = str(chosen.get("value") or "")
        if step in [str(number) for number in range(1, STEPS + 1)]:
            answers[name] = int(step)
    return read_meta(view).get(PULSE, ""), answers


def pulse_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath a question without an answer."""
    _, answers = read_pulse(incoming.view)
    return {f"{_BLOCK}{name}": "Choose what comes closest." for name in QUESTIONS if name not in answers}
