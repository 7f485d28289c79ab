"""Coach rules in memory: what `bot.db.coach_rules` is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.folding import clean
from bot.domain.identity import Workspace


@dataclass
class FakeCoachRules:
    """See `bot.ports.coach_rules.CoachRules`."""

    known: dict[Workspace, str] = field(default_factory=dict)

    async def get(self, workspace: Workspace) -> str | None:
        return self.known.get(workspace)

    async def save(self, workspace: Workspace, rules: str | None) -> None:
        if rules is None:
            self.known.pop(workspace, None)
        else:
            self.known[workspace] = clean(rules)
