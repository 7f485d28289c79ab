"""Installing in memory: see `bot.ports.installing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.identity import Workspace
from bot.ports.installing import Tokens
from bot.ports.workspaces import Installation


@dataclass
class FakeInstallStates:
    """See the port."""

    kept: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def keep(self, state: str, browser: str, *, expires_at: datetime, now: datetime) -> None:
        self.kept = {key: until for key, until in self.kept.items() if until > now}
        self.kept[state, browser] = expires_at

    async def use(self, state: str, browser: str, *, now: datetime) -> bool:
        if self.kept.get((state, browser), now) <= now:
            return False
        del self.kept[state, browser]
        return True


@dataclass
class FakeRenewals:
    """See the port; leases last until they are given back."""

    known: dict[Workspace, Installation]
    renewers: dict[Workspace, str] = field(default_factory=dict)

    async def due(self, *, before: datetime) -> Sequence[Workspace]:
        return sorted(key for key in self.known if self._refresh_token(key, before))

    async def take(
        self, workspace: Workspace, renewer: str, *, before: datetime, seconds: float
    ) -> str | None:
        if workspace in self.renewers or not self._refresh_token(workspace, before):
            return None
        self.renewers[workspace] = renewer
        return self._refresh_token(workspace, before)

    async def keep(self, workspace: Workspace, renewer: str, used: str, tokens: Tokens) -> bool:
        known = self.known.get(workspace)
        if known is None or known.refresh_token != used:
            return False
        self.known[workspace] = replace(
            known, token=tokens.token, refresh_token=tokens.refresh_token, expires_at=tokens.expires_at
        )
        self.renewers.pop(workspace, None)
        return True

    async def give_back(self, workspace: Workspace, renewer: str) -> None:
        if self.renewers.get(workspace) == renewer:
            del self.renewers[workspace]

    def _refresh_token(self, workspace: Workspace, before: datetime) -> str | None:
        known = self.known.get(workspace)
        if known is None or known.expires_at is None or known.expires_at >= before:
            return None
        return known.refresh_token
