"""The small form for days, an hour and holidays of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from bot.domain.public_holidays import parse_holidays
from bot.domain.schedules import DAY_NAMES, Problem, Schedule, format_at, parse_at
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces.blocks import context, option
from handlers.slack.surfaces.forms import FROM_HOME, text_of, value_of
from handlers.slack.surfaces.inputs import form, input_block, text_input
from handlers.slack.surfaces.rendered import Block, Element, View

HOME_RHYTHM = "home.rhythm"
VIEW_RHYTHM = "person.rhythm"
_DAYS, _AT, _HOLIDAYS = "rhythm.days", "rhythm.at", "rhythm.holidays"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days and hour as chosen; `holidays` is a code, None where none was given."""

    schedule: Schedule
    holidays: str | None


def rhythm_modal(now: Schedule, holidays: str | None) -> View:
    """The form with what counts now filled in; `holidays` are the person's own."""
    days = [option(name, str(number)) for number, name in enumerate(DAY_NAMES)]
    boxes: Element = {
        "type": "checkboxes",
        "options": days,
        "initial_options": [days[number] for number in sorted(now.days)],
    }
    clock: Element = {"type": "timepicker", "initial_time": format_at(now.at)}
    code = text_input(20, "A country, such as US or DE-BY", holidays or "")
    blocks: list[Block] = [
        input_block(_DAYS, "On which days may I ask you?", boxes),
        input_block(_AT, "At what time?", clock),
        input_block(_HOLIDAYS, "Whose public holidays are days off?", code, optional=True),
        context("On your own clock. Left empty, your team's holidays count."),
    ]
    return form(VIEW_RHYTHM, "My days and time", "Save", blocks, {FROM_HOME: "yes"})


def read_rhythm(view: Mapping[str, Any]) -> Rhythm | None:
    """What was chosen; None where it says nothing that can be kept (`rhythm_errors` has the words)."""
    days, at, holidays = _days(view), _at(view), _holidays(view)
    if not days or at is None or isinstance(holidays, Problem):
        return None
    return Rhythm(Schedule(days, at), holidays)


def rhythm_errors(incoming: Incoming) -> dict[str, str]:
    """What to say beneath an input before the form closes."""
    if not _days(incoming.view):
        return {_DAYS: "Choose at least one day. To end it for a while, there is Pause."}
    if _at(incoming.view) is None:
        return {_AT: "I expected a time between 00:00 and 23:59."}
    holidays = _holidays(incoming.view)
    return {_HOLIDAYS: f"I expected {holidays.expected}."} if isinstance(holidays, Problem) else {}


def _days(view: Mapping[str, Any]) -> frozenset[int]:
    chosen = value_of(view, _DAYS).get("selected_options") or []
    words = {str(each.get("value")) for each in chosen}
    return frozenset(number for number in range(len(DAY_NAMES)) if str(number) in words)


def _at(view: Mapping[str, Any]) -> time | None:
    read = parse_at(str(value_of(view, _AT).get("selected_time") or ""))
    return None if isinstance(read, Problem) else read


def _holidays(view: Mapping[str, Any]) -> str | Problem | None:
    typed = text_of(view, _HOLIDAYS).strip()
    return parse_holidays(typed) if typed else None
