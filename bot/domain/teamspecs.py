"""What a team file asks for: values that say what to change and leave the rest as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import Enum
from typing import Any

from bot.domain.identity import ChannelId, UserId
from bot.domain.schedules import Schedule
from bot.domain.teams import Join, Team


class Unset(Enum):
    """The one value of a key that the file does not hold: what is there stays, what is new gets its default."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing to mend: its line (from 1), its key ("prompt.at"; empty for the file's form), what was expected."""

    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"line {self.line}: {self.key + ': ' if self.key else ''}expected {self.expected}"


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """The days, the hour or both of a schedule; None leaves that half as it is."""

    days: frozenset[int] | None = None
    at: time | None = None

    def onto(self, schedule: Schedule) -> Schedule:
        """That schedule with this change."""
        return Schedule(days=self.days or schedule.days, at=schedule.at if self.at is None else self.at)


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """What a file asks of one team. `holidays` of None means none, `line` is where its table begins."""

    channel: ChannelId
    name: str | Unset = UNSET
    purpose: str | Unset = UNSET
    managers: tuple[UserId, ...] | Unset = UNSET
    members: tuple[UserId, ...] | Unset = UNSET
    timezone: str | Unset = UNSET
    holidays: str | Unset | None = UNSET
    join: Join | Unset = UNSET
    prompt: ScheduleChange | Unset = UNSET
    reminder: ScheduleChange | Unset = UNSET
    digest: ScheduleChange | Unset = UNSET
    check_closes_after: timedelta | Unset = UNSET
    questions: tuple[str, ...] | Unset = UNSET
    ai: bool | Unset = UNSET
    line: int = field(default=1, compare=False)

    def onto(self, team: Team) -> Team:
        """That team as the file asks for it, all but its purpose and members, which have histories of their own."""
        plain: dict[str, object] = {
            "name": self.name,
            "zone": self.timezone,
            "managers": self.managers,
            "holidays": self.holidays,
        }
        plain |= {"join": self.join, "questions": self.questions, "ai": self.ai}
        plain |= {"check_closes_after": self.check_closes_after}
        changes: dict[str, Any] = {key: value for key, value in plain.items() if value is not UNSET}
        for key in ("prompt", "reminder", "digest"):
            change = getattr(self, key)
            if change is not UNSET:
                changes[key] = change.onto(getattr(team, key))
        return replace(team, **changes)


@dataclass(frozen=True, slots=True)
class CompanySpec:
    """The channel of the company's own digest; None switches it off."""

    channel: ChannelId | None
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class CoachSpec:
    """The file with a company's own rules for the coach, beside the team file; None for the packaged ones."""

    rules: str | None
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class TeamFile:
    """A file without problems."""

    teams: tuple[TeamSpec, ...]
    company: CompanySpec | None = None
    coach: CoachSpec | None = None
