"""What installing needs remembered: who began to install, and which process renews a token that ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.identity import Workspace


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the platform gave: a token in the clear and, where tokens end, when it does and how to get the next."""

    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


class NotRenewed(Exception):
    """The platform gave no new token. `final`: with this refresh token it never will."""

    def __init__(self, code: str, *, final: bool) -> None:
        """`code` is the platform's name for the reason."""
        super().__init__(code)
        self.code = code
        self.final = final


class InstallStates(Protocol):
    """States of installations that were begun: each is good once, for a while, for the browser that began."""

    async def keep(self, state: str, browser: str, *, expires_at: datetime, now: datetime) -> None:
        """Keep hashes of both until `expires_at`; what had expired by `now` goes."""

    async def use(self, state: str, browser: str, *, now: datetime) -> bool:
        """True once for a state that this browser began and that has not expired."""


class Renewals(Protocol):
    """Tokens that end, renewed by one process at a time: a refresh token is good once."""

    async def due(self, *, before: datetime) -> Sequence[Workspace]:
        """Installed workspaces whose token ends before that instant."""

    async def take(
        self, workspace: Workspace, renewer: str, *, before: datetime, seconds: float
    ) -> str | None:
        """The refresh token of a workspace whose token ends before that instant, for whoever comes first and for so
        many seconds of the database's clock; else None. It stays kept until `keep` has its successor."""

    async def keep(self, workspace: Workspace, renewer: str, used: str, tokens: Tokens) -> bool:
        """Put `tokens` in place of those renewed with the refresh token `used`; False where these are past (revoked,
        or installed again meanwhile)."""

    async def give_back(self, workspace: Workspace, renewer: str) -> None:
        """Let another process try."""
