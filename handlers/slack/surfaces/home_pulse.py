"""Home's part on the pulse: what each team's newest one says, the same for its members and its managers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.pulses import QUESTIONS, Change, Reading
from bot.usecases.pulsing import TeamPulse
from handlers.slack.surfaces.blocks import context, line, rich, run, section
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.text import cut, plain_line

_MOST_TEAMS = 3
_NAME = 100
_STEP = 5
_PROMISE = (
    "Everybody in the team reads the same, from five answers on; nobody's answer is kept with a name. A change is only "
    "called one where chance would hardly ever look like it."
)
_TOO_FEW = "Too few answered to show anything, by design. The next one comes next quarter."


@dataclass(frozen=True, slots=True)
class PulsesAtHome:
    """What the newest pulses of a person's teams say."""

    pulses: Sequence[TeamPulse] = ()


def home_section(told: PulsesAtHome) -> list[Block]:
    """At most five blocks."""
    if not told.pulses:
        return []
    return [
        section("*Is it working?*"),
        *(rich(*_team(pulse)) for pulse in told.pulses[:_MOST_TEAMS]),
        context(_PROMISE),
    ]


def _team(pulse: TeamPulse) -> list[Element]:
    name = cut(plain_line(pulse.team.name), _NAME)
    lines = [line(run(f"{name}, {_quarter(pulse.quarter)}", bold=True))]
    if not pulse.readings:
        return [*lines, line(run(_TOO_FEW))]
    for reading in pulse.readings:
        lines.append(line(run(QUESTIONS[reading.question], italic=True)))
        lines.append(line(run(reading_words(reading))))
    return lines


def reading_words(reading: Reading) -> str:
    """The share, how sure it is, and the change, in plain words."""
    low, high = math.floor(100 * reading.low / _STEP) * _STEP, math.ceil(100 * reading.high / _STEP) * _STEP
    share = f"{_about(reading)} said “mostly” or “very much”: likely between {low} % and {high} %."
    return f"{share} {_change(reading)}"


def _about(reading: Reading) -> str:
    if reading.low > 1 / 2:
        return "More than half"
    if reading.high < 1 / 2:
        return "Fewer than half"
    return f"About {round(100 * reading.share / 10) * 10} %"


def _change(reading: Reading) -> str:
    if not reading.before:
        return "It is the first one, so there is nothing to compare it with."
    before = _quarter(reading.before[-1]) if len(reading.before) == 1 else "the quarters before"
    match reading.change:
        case Change.UP:
            return f"More than in {before}."
        case Change.DOWN:
            return f"Less than in {before}."
        case Change.CANNOT_TELL:
            return f"Whether that is more or less than in {before}: cannot tell yet."


def _quarter(quarter: str) -> str:
    """ "2026-Q4" as people say it: "the last quarter of 2026"."""
    year, _, number = quarter.partition("-Q")
    return f"the {_ORDER[number]} quarter of {year}"


_ORDER = {"1": "first", "2": "second", "3": "third", "4": "last"}
