"""What arrived and is not worked off yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.identity import ChannelId, UserId, Workspace


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One thing the platform told us, kept before it was acked. `payload` is JSON text; `sender` is whose doing it
    was, so that it can be forgotten with them."""

    workspace: Workspace
    key: str
    kind: str
    payload: str
    received_at: datetime
    attempts: int = 0
    sender: UserId = ""


@dataclass(frozen=True, slots=True)
class OnlyIfCheckOpen:
    """Keep an entry only where this message belongs to the thread of an open check, or where `origin` (set for edits
    and deletions) is a message that is part of a story already: those count after the check was closed, too.

    `starter` began the thread: below a message of the bot itself, an open check of that channel whose message is
    not noted yet counts as well (somebody answers before Slack's reply is on disk, or a crash came in between)."""

    channel: ChannelId
    thread: str
    origin: str = ""
    starter: UserId = ""


class Inbox(Protocol):
    """What arrived and is not worked off yet."""

    async def keep(self, entry: InboxEntry, *, only_if: OnlyIfCheckOpen | None = None) -> bool:
        """On disk when this returns; False where the key was there already, or `only_if` did not hold (then
        nothing was written). Callers who wait at the same time share one transaction."""

    async def done(self, workspace: Workspace, key: str, *, at: datetime) -> None:
        """Worked off: the payload is wiped, the key stays until it is purged."""

    async def failed(self, workspace: Workspace, key: str, *, reason: str, at: datetime) -> None:
        """Counts an attempt; after five the entry rests and is reported, its payload kept."""

    async def pending(self, *, older_than: datetime, limit: int = 500) -> Sequence[InboxEntry]:
        """Entries received before that instant and not worked off, oldest first."""

    async def depth(self) -> Mapping[str, int]:
        """How many entries of every workspace are "pending", and how many are "resting" after too many attempts."""

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete worked-off keys received before that instant; the number deleted."""
