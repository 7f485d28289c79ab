"""Where a company's own digest goes: one channel a workspace, or none."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.identity import Workspace
from bot.domain.teams import Team


class Companies(Protocol):
    """The company's digest has a channel, a clock and a rhythm as a team has, and neither members nor managers: it is
    kept as such a `Team`, whose id is `company_id(workspace)`. `Teams` does not know it."""

    async def get(self, workspace: Workspace) -> Team | None:
        """The company of a workspace, where its digest is switched on."""

    async def save(self, company: Team, *, now: datetime) -> Team:
        """Switch its digest on, or change it; a digest's schedule that is new or changed owes nothing before `now`."""

    async def remove(self, workspace: Workspace) -> bool:
        """Switch it off: nothing more is owed. False where it was off."""
