"""Setting a team up: one modal, filled with what is so now, and what its answers mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from bot.domain.schedules import format_at, format_schedule, short_days
from bot.domain.teams import LARGE_FROM, Join, Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces import setup_form as form
from handlers.slack.surfaces.blocks import actions, button, context, option, plain
from handlers.slack.surfaces.names import VALUE, paired
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.setup_form import SetupForm, read_setup, setup_errors
from handlers.slack.surfaces.text import size

__all__ = ["VIEW_SETUP", "SetupForm", "now_happens", "read_setup", "setup_errors", "setup_view"]

VIEW_SETUP = "team.setup"

_JOINS = {
    Join.INVITE: "Ask them once in the channel (Count me in)",
    Join.ENROL: "Everyone in the channel, from today",
}
_MOST_INPUT = 3_000
"""What an input holds; the reading side has the last word, since Slack counts an emoji as two."""
_HELPERS = "Whom do we help? How are they better off? What would they miss without us?"


def setup_view(team: Team, people: int | None = None) -> dict[str, Any]:
    """The modal, filled with how the team is set up now; `people` is how many are in the channel."""
    large = people is not None and people > LARGE_FROM
    blocks: list[Block] = [
        *_purpose(team),
        *([_whom(people)] if large and people is not None else []),
        _joining(team.join),
        _text(form.PROMPT_DAYS, "Prompt: days", short_days(team.prompt.days), "mon-fri", 60, True),
        _time(form.PROMPT_AT, "Prompt: time, on each person's own clock", team.prompt.at),
        _text(form.DIGEST_DAYS, "Digest: day", short_days(team.digest.days), "fri", 60),
        _time(form.DIGEST_AT, "Digest: time", team.digest.at),
        _text(form.REMINDER_DAYS, "Purpose reminder: day", short_days(team.reminder.days), "mon", 60),
        _time(form.REMINDER_AT, "Purpose reminder: time", team.reminder.at),
        _text(form.ZONE, "The channel's own clock", team.zone, "America/New_York", 60),
        _text(
            form.HOLIDAYS, "No prompts on public holidays of", team.holidays or "", "US, or DE-BY", 40, True
        ),
        *_lines(form.QUESTIONS, "Questions of your own, one a line", team.questions, "Who slept better?"),
        *_lines(
            form.REMINDER_LINES,
            "Reminder lines of your own, one a line",
            team.reminder_lines,
            "Ask about their Monday.",
        ),
        _managers(team.managers),
        actions(button("Try it now", names.SETUP_TRY, team.id)),
    ]
    return {
        "type": "modal",
        "callback_id": VIEW_SETUP,
        "title": plain("Set up", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "private_metadata": paired(team.id, form.LARGE if large else ""),
        "blocks": blocks,
    }


def _purpose(team: Team) -> list[Block]:
    purpose = team.purpose.text if team.purpose is not None else ""
    example = "We help small businesses be more successful."
    return [_text(form.PURPOSE, "Purpose", purpose, example, _MOST_INPUT, True), context(_HELPERS)]


def _text(block: str, label: str, value: str, placeholder: str, most: int, optional: bool = False) -> Block:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "placeholder": plain(placeholder, 150),
        "max_length": most,
    }
    if value:
        element["initial_value"] = value
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }


def _lines(block: str, label: str, lines: Sequence[str], placeholder: str) -> list[Block]:
    """One input; more than it holds was set in a file, and stays as it is."""
    if size("\n".join(lines)) > _MOST_INPUT:
        return []
    made = _text(block, label, "\n".join(lines), placeholder, _MOST_INPUT, True)
    made["element"]["multiline"] = True
    return [made]


def _time(block: str, label: str, at: time) -> Block:
    element = {"type": "timepicker", "action_id": VALUE, "initial_time": format_at(at)}
    return {"type": "input", "block_id": block, "label": plain(label), "element": element}


def _joining(join: Join) -> Block:
    options = {each: option(words, each.value) for each, words in _JOINS.items()}
    element = {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": list(options.values()),
        "initial_option": options[join],
    }
    return {"type": "input", "block_id": form.JOIN, "label": plain("How people come in"), "element": element}


def _whom(people: int) -> Block:
    return {
        "type": "input",
        "block_id": form.PEOPLE,
        "label": plain(f"{people} people are in this channel: whom shall I ask?"),
        "hint": plain("Left empty, one post asks whoever would like to join in; nobody is enrolled."),
        "element": {"type": "multi_users_select", "action_id": VALUE},
        "optional": True,
    }


def _managers(managers: tuple[str, ...]) -> Block:
    element: dict[str, Any] = {"type": "multi_users_select", "action_id": VALUE}
    if managers:
        element["initial_users"] = list(managers)
    return {
        "type": "input",
        "block_id": form.MANAGERS,
        "label": plain("Managers"),
        "element": element,
        "optional": True,
    }


def now_happens(team: Team) -> str:
    """What will now happen, when, for whom; plain text, to be escaped where it is shown."""
    people = "everyone in the channel" if team.join is Join.ENROL else "everyone who clicks Count me in"
    words = (
        f"{team.name}: {people} is asked {format_schedule(team.prompt)}, on their own clock. "
        f"The reminder comes {format_schedule(team.reminder)}, the digest {format_schedule(team.digest)} ({team.zone})."
    )
    if team.purpose is None:
        words += " There is no purpose yet, and reminders wait for one: `/purpose set <statement>` sets it."
    return words
