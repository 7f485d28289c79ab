"""The quarterly pulse: answers go in as counts, and who answered is known only as long as it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.pulses import Pulse


class Vote(Enum):
    """What became of an answer."""

    COUNTED = "counted"
    ALREADY = "already"
    """This person had answered; nothing was changed."""
    CLOSED = "closed"


class Pulses(Protocol):
    """Who answered is kept as a keyed hash, apart from the answers; the key and the hashes go when it closes."""

    async def open(self, pulse: Pulse) -> Pulse:
        """Insert the pulse of a team's quarter (an empty id gets one), or return the one that exists."""

    async def of_quarter(self, workspace: Workspace, team: TeamId, quarter: str) -> Pulse | None:
        """A team's pulse of that quarter."""

    async def get(self, workspace: Workspace, pulse: str) -> Pulse | None:
        """One pulse."""

    async def answer(
        self, workspace: Workspace, pulse: str, user: UserId, answers: Mapping[str, int], *, now: datetime
    ) -> Vote:
        """Count one person's answers (1 to 5 by question), once. Which answer was whose is written nowhere."""

    async def answered(self, workspace: Workspace, pulse: str, user: UserId) -> bool:
        """Whether this person answered, as long as it is open; False afterwards."""

    async def past(self, workspace: Workspace, team: TeamId, *, now: datetime) -> Sequence[Pulse]:
        """A team's pulses that take no more answers, oldest first."""

    async def close_due(self, *, now: datetime) -> int:
        """Close every workspace's pulses whose time is over, and let go of who answered. How many."""
