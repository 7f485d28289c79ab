"""Companies in memory: what `bot.db.companies` is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.identity import Workspace
from bot.domain.teams import Team
from tests.fake_ledger import FakeLedger


@dataclass
class FakeCompanies:
    """See `bot.ports.companies.Companies`."""

    ledger: FakeLedger
    known: dict[Workspace, Team] = field(default_factory=dict)

    async def get(self, workspace: Workspace) -> Team | None:
        return self.known.get(workspace)

    async def save(self, company: Team, *, now: datetime) -> Team:
        self.known[company.workspace] = company
        self.ledger.save_schedules(company, now)
        return company

    async def remove(self, workspace: Workspace) -> bool:
        gone = self.known.pop(workspace, None)
        if gone is not None:
            self.ledger.drop_schedules(gone)
        return gone is not None
