"""What a manager filled in when setting a team up: read, and what is wrong with it said below each input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from bot.domain.folding import clean, is_blank
from bot.domain.public_holidays import parse_holidays
from bot.domain.purposes import MOST_CHARACTERS
from bot.domain.refusals import Refusal, Why
from bot.domain.reminders import LONGEST_OWN, MOST_OWN
from bot.domain.schedules import Problem, Schedule, parse_at, parse_days
from bot.domain.teams import Join, Team
from bot.domain.zones import parse_zone
from handlers.slack.incoming import Incoming
from handlers.slack.surfaces.names import VALUE, unpaired
from handlers.slack.surfaces.refusals import words_of

PURPOSE = "setup.purpose"
PEOPLE = "setup.people"
PROMPT_DAYS = "setup.prompt_days"
PROMPT_AT = "setup.prompt_at"
REMINDER_DAYS = "setup.reminder_days"
REMINDER_AT = "setup.reminder_at"
REMINDER_LINES = "setup.reminder_lines"
DIGEST_DAYS = "setup.digest_days"
DIGEST_AT = "setup.digest_at"
ZONE = "setup.zone"
HOLIDAYS = "setup.holidays"
QUESTIONS = "setup.questions"
JOIN = "setup.join"
MANAGERS = "setup.managers"
LARGE = "large"
"""Beside the team's id in what the form carries: the channel has so many people that it asked whom."""

MOST_QUESTIONS = 20
_LONGEST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class SetupForm:
    """What a manager filled in, read and found good. `people` None: everyone in the channel; `questions` and
    `reminder_lines` None: not in the form, so they stay."""

    purpose: str
    people: tuple[str, ...] | None
    prompt: Schedule
    reminder: Schedule
    digest: Schedule
    zone: str
    holidays: str | None
    join: Join
    managers: tuple[str, ...]
    questions: tuple[str, ...] | None
    reminder_lines: tuple[str, ...] | None

    def applied_to(self, team: Team) -> Team:
        """The team with these settings (its purpose is set apart, since it is versioned)."""
        return replace(
            team,
            prompt=self.prompt,
            reminder=self.reminder,
            digest=self.digest,
            zone=self.zone,
            holidays=self.holidays,
            join=self.join,
            managers=self.managers,
            questions=team.questions if self.questions is None else self.questions,
            reminder_lines=team.reminder_lines if self.reminder_lines is None else self.reminder_lines,
        )


def setup_errors(incoming: Incoming) -> dict[str, str]:
    """What is wrong with a filled form, by block: the words stand below the input."""
    read = _read(incoming.view)
    found = {block: _complaint(value) for block, value in read.items()}
    return {block: words for block, words in found.items() if words}


def _complaint(value: object) -> str:
    if isinstance(value, Problem):
        return f"I expected {value.expected}."
    # Words below an input are plain text: no code marks there.
    return words_of(value).replace("`", "") if isinstance(value, Refusal) else ""


def team_of_form(view: Mapping[str, Any]) -> str:
    """The id of the team that a form is about; only a claim, to be checked."""
    return unpaired(str(view.get("private_metadata") or ""))[0]


def typed_purpose(view: Mapping[str, Any]) -> str:
    """What stands in the purpose's input of an open form."""
    return _typed(_values(view), PURPOSE)


def read_setup(view: Mapping[str, Any]) -> SetupForm:
    """A form without errors as a value; raises ValueError for one with errors (the door lets none through)."""
    read = _read(view)
    if any(_complaint(value) for value in read.values()):
        raise ValueError("a form with errors was let through")
    return SetupForm(
        purpose=read[PURPOSE],
        people=read[PEOPLE],
        prompt=Schedule(read[PROMPT_DAYS], read[PROMPT_AT]),
        reminder=Schedule(read[REMINDER_DAYS], read[REMINDER_AT]),
        digest=Schedule(read[DIGEST_DAYS], read[DIGEST_AT]),
        zone=read[ZONE],
        holidays=read[HOLIDAYS],
        join=Join(read[JOIN]),
        managers=read[MANAGERS],
        questions=read[QUESTIONS],
        reminder_lines=read[REMINDER_LINES],
    )


def _read(view: Mapping[str, Any]) -> dict[str, Any]:
    values = _values(view)
    join = _joining(values)
    holidays = _typed(values, HOLIDAYS)
    prompt_days = _typed(values, PROMPT_DAYS)
    managers = _users(values, MANAGERS)
    return {
        PURPOSE: _purpose(_typed(values, PURPOSE)),
        PEOPLE: _people(_users(values, PEOPLE), join, large=_is_large(view)),
        PROMPT_DAYS: parse_days(prompt_days) if prompt_days else Refusal(Why.NO_PROMPT_EVER),
        PROMPT_AT: _at(values, PROMPT_AT),
        REMINDER_DAYS: parse_days(_typed(values, REMINDER_DAYS)),
        REMINDER_AT: _at(values, REMINDER_AT),
        REMINDER_LINES: _lines(values, REMINDER_LINES, MOST_OWN, LONGEST_OWN),
        DIGEST_DAYS: parse_days(_typed(values, DIGEST_DAYS)),
        DIGEST_AT: _at(values, DIGEST_AT),
        ZONE: parse_zone(_typed(values, ZONE)),
        HOLIDAYS: parse_holidays(holidays) if holidays else None,
        QUESTIONS: _lines(values, QUESTIONS, MOST_QUESTIONS, _LONGEST_QUESTION),
        JOIN: join.value,
        MANAGERS: managers or Refusal(Why.LAST_MANAGER),
    }


def _values(view: Mapping[str, Any]) -> Mapping[str, Any]:
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return values


def _typed(values: Mapping[str, Any], block: str) -> str:
    return clean(str((values.get(block) or {}).get(VALUE, {}).get("value") or "")).strip()


def _at(values: Mapping[str, Any], block: str) -> time | Problem:
    return parse_at(str((values.get(block) or {}).get(VALUE, {}).get("selected_time") or ""))


def _users(values: Mapping[str, Any], block: str) -> tuple[str, ...]:
    chosen = (values.get(block) or {}).get(VALUE, {}).get("selected_users") or []
    return tuple(dict.fromkeys(str(user) for user in chosen))


def _joining(values: Mapping[str, Any]) -> Join:
    chosen = (values.get(JOIN) or {}).get(VALUE, {}).get("selected_option") or {}
    return Join(chosen["value"]) if chosen.get("value") in list(Join) else Join.INVITE


def _is_large(view: Mapping[str, Any]) -> bool:
    return unpaired(str(view.get("private_metadata") or ""))[1] == LARGE


def _purpose(text: str) -> str | Refusal:
    """Empty leaves it as it is; a purpose without a word, or one that nobody can say aloud, is asked again."""
    if text and not any(character.isalnum() for character in text):
        return Refusal(Why.PURPOSE_EMPTY)
    if len(text) > MOST_CHARACTERS:
        return Refusal(Why.PURPOSE_TOO_LONG, {"most": str(MOST_CHARACTERS)})
    return text


def _people(chosen: tuple[str, ...], join: Join, *, large: bool) -> tuple[str, ...] | Problem | None:
    if not large:
        return None
    if not chosen and join is Join.ENROL:
        return Problem("the people to ask: this channel is large, and nobody is enrolled by accident")
    return chosen


def _lines(
    values: Mapping[str, Any], block: str, most: int, longest: int
) -> tuple[str, ...] | Problem | None:
    """One entry a line, blank ones left out; None where the form did not ask."""
    if block not in values:
        return None
    typed = _typed(values, block).splitlines()
    lines = tuple(dict.fromkeys(" ".join(line.split()) for line in typed if not is_blank(line)))
    if len(lines) > most:
        return Problem(f"at most {most} lines")
    if any(len(line) > longest for line in lines):
        return Problem(f"lines of at most {longest} characters: one thought each")
    return lines
