"""Home's part on being asked: the next prompt, the way to a story, and the rhythm that a person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Person
from bot.domain.teams import Team
from bot.domain.whentext import ENDLESS
from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import actions, button, context_mrkdwn
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.rhythm import HOME_RHYTHM
from handlers.slack.surfaces.text import day, moment

HOME_PAUSE = "home.pause"
HOME_RESUME = "home.resume"
HOME_NUDGE = "home.nudge"


@dataclass(frozen=True, slots=True)
class AskedAtHome:
    """Whose Home it is, their teams, and when they are asked next (None: not at all as things stand)."""

    person: Person
    teams: Sequence[Team]
    next_prompt: datetime | None


def home_section(asked: AskedAtHome) -> list[Block]:
    """At most two blocks."""
    person = asked.person
    tell = button(
        "Share a story", names.PROMPT_SHARE, asked.teams[0].id if asked.teams else "", style="primary"
    )
    if person.stopped_at is not None:
        words, click = "You stopped all prompts.", button("Resume", HOME_RESUME, "resume")
    elif person.paused_until is not None:
        until = "" if person.paused_until == ENDLESS else f" until {day(person.paused_until)}"
        words, click = f"You are paused{until}.", button("Resume", HOME_RESUME, "resume")
    elif asked.next_prompt is not None:
        when = moment(asked.next_prompt, "{date_long_pretty} at {time}")
        words, click = f"Your next prompt: {when}.", button("Pause", HOME_PAUSE, "pause")
    else:
        words, click = "No prompt is planned for you.", button("Pause", HOME_PAUSE, "pause")
    rhythm = button("My days and time", HOME_RHYTHM, "rhythm")
    return [context_mrkdwn(words), actions(tell, click, rhythm, _nudge(person))]


def _nudge(person: Person) -> Element:
    """Off unless the person switches it on: one more line two hours after a prompt that got no answer."""
    if person.nudge:
        return button("Stop nudging me", HOME_NUDGE, "off")
    return button("Nudge me once if I forget", HOME_NUDGE, "on")
