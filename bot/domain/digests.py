"""A week's digest: which stories stand in it, chosen once, shown as they read now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.identity import DigestId, StoryId, TeamId, UserId, Workspace
from bot.domain.weeks import week_of_date

LABEL_LOCAL = "compiled without AI"
LABEL_AI = "arranged with AI, every quote checked"


class DigestState(StrEnum):
    """`planned` can still be previewed and left; `posted` follows its stories; `dropped` is a manager's choice."""

    PLANNED = "planned"
    POSTED = "posted"
    DROPPED = "dropped"
    EMPTY = "empty"


AS_POSTED = (DigestState.POSTED, DigestState.EMPTY)
"""The states of what the channel got, an empty week's words included."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One story's place in a digest: its quote is a contiguous part of the story's text (None: the whole of it).

    `like` names the story that this one is folded beneath, being nearly the same; `alike` counts those beneath it.
    """

    story: StoryId
    teller: UserId
    featured: bool
    position: int
    alike: int = 0
    theme: str | None = None
    quote: str | None = None
    like: StoryId | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """One team's digest of what was told in [since, until); `day` is the local date of its hour.

    `held` are stories that wait for a manager's look, `put_in` those that a manager looked at and put in.
    """

    id: DigestId
    workspace: Workspace
    team: TeamId
    day: date
    since: datetime
    until: datetime
    state: DigestState = DigestState.PLANNED
    headline: str | None = None
    question: str = ""
    label: str = LABEL_LOCAL
    picks: tuple[Pick, ...] = ()
    left_out: tuple[StoryId, ...] = ()
    held: tuple[StoryId, ...] = ()
    put_in: tuple[StoryId, ...] = ()

    @property
    def week(self) -> str:
        """The ISO week of its hour: "2026-W47"."""
        return str(week_of_date(self.day))


@dataclass(frozen=True, slots=True)
class Voice:
    """One teller's featured story in a posted digest of the hour `until`; `opened` where it stood first."""

    team: TeamId
    until: datetime
    story: StoryId
    opened: bool
