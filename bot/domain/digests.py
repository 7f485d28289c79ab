"""A week's digest: which stories stand in it, chosen once, shown as they read now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.identity import DigestId, StoryId, TeamId, UserId, Workspace

LABEL_LOCAL = "compiled without AI"
LABEL_AI = "arranged with AI, every quote checked"


class DigestState(StrEnum):
    """`planned` can still be previewed and left; `posted` follows its stories; `dropped` is a manager's choice."""

    PLANNED = "planned"
    POSTED = "posted"
    DROPPED = "dropped"
    EMPTY = "empty"


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
    """One team's digest of what was told in [since, until); `week` is the ISO week of `until` ("2026-W47")."""

    id: DigestId
    workspace: Workspace
    team: TeamId
    week: str
    since: datetime
    until: datetime
    state: DigestState = DigestState.PLANNED
    headline: str | None = None
    question: str = ""
    label: str = LABEL_LOCAL
    picks: tuple[Pick, ...] = ()
    left_out: tuple[StoryId, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """One teller's featured story in a posted digest of the hour `until`; `opened` where it stood first."""

    team: TeamId
    until: datetime
    story: StoryId
    opened: bool
