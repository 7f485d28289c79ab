"""A team's purpose: one definite sentence about customers, versioned so that stories remember their wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.identity import TeamId, UserId

MOST_CHARACTERS = 500
"""Longer statements are refused with a kind line: nobody can say them aloud."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One wording of a team's purpose; `version` counts from 1 within the team."""

    team: TeamId
    version: int
    text: str
    set_by: UserId
    set_at: datetime
