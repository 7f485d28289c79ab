"""The workspaces that the bot serves, and what is kept of each installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.identity import UserId, Workspace


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace the bot serves. `token` is the bot token in the clear; the store keeps it encrypted, or not at all
    where it comes from the settings (then it is None here)."""

    workspace: Workspace
    name: str
    bot_user: UserId
    token: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset()
    installed_at: datetime | None = None
    """When it was installed first, or again after it was revoked; a save that names it wins."""
    revoked_at: datetime | None = None
    refresh_token: str | None = field(default=None, repr=False)
    """Good for one new token, where the platform lets tokens end (at `expires_at`); kept encrypted, too."""
    expires_at: datetime | None = None


class Workspaces(Protocol):
    """Which workspaces there are."""

    async def save(self, installation: Installation, *, now: datetime) -> None:
        """Insert or update one workspace; a save brings a revoked one back."""

    async def get(self, workspace: Workspace) -> Installation | None:
        """The workspace, revoked or not."""

    async def all(self) -> Sequence[Installation]:
        """Every workspace, revoked ones included, by key."""

    async def revoke(
        self,
        workspace: Workspace,
        *,
        now: datetime,
        told: datetime | None = None,
        reason: str = "app_uninstalled",
    ) -> bool:
        """Note that the platform took the token back, and park what is owed there for `reason`, in one transaction.
        `told` is when the platform said so, to the second: where it was installed in a later one, nothing
        changes. Whether the workspace is without the app now."""

    async def purge(self, *, before: datetime) -> Sequence[Workspace]:
        """Delete everything of the workspaces that were revoked before that instant and are still; which."""

    async def note_heard(self, workspace: Workspace, *, now: datetime) -> None:
        """Note that up to `now` everything the platform had to say was heard."""

    async def heard_at(self, workspace: Workspace) -> datetime | None:
        """Up to when everything was heard, or None where that was never noted."""
