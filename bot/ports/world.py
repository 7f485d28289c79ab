"""The outside: the platform's messages and directory, and the optional writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.deliveries import Delivery
from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.notices import Notice
from bot.domain.people import Person
from bot.domain.teams import Channel


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands."""

    channel: ChannelId
    ts: str


class Trouble(StrEnum):
    """What a failed call means for whoever sends."""

    RETRY = "retry"
    """Certainly not taken: try again later."""
    LOST = "lost"
    """Perhaps taken: look before trying again."""
    WAIT = "wait"
    """Rate limited: not before `wait`."""
    CHANNEL = "channel"
    """This channel refuses (gone, archived, not in it, restricted): park the team."""
    PERSON = "person"
    """This person cannot be reached: park what is for them."""
    WORKSPACE = "workspace"
    """The token no longer works or lacks a scope: park the workspace."""
    INVALID = "invalid"
    """Our message is wrong: a bug, never retried."""


class MessengerProblem(Exception):
    """A call that did not do what was asked. `code` is the platform's own name for it."""

    def __init__(self, trouble: Trouble, code: str, wait: timedelta = timedelta()) -> None:
        """Keep what the caller decides on."""
        super().__init__(f"{trouble}: {code}")
        self.trouble = trouble
        self.code = code
        self.wait = wait


class Messenger(Protocol):
    """Posts and changes messages. Never retries by itself."""

    async def post(
        self,
        workspace: Workspace,
        recipient: UserId | ChannelId,
        notice: Notice,
        *,
        delivery: str,
        thread: str | None = None,
    ) -> MessageRef:
        """Post to a channel, or to a person's DM (a user id). `delivery` goes along as opaque metadata."""

    async def update(self, workspace: Workspace, ref: MessageRef, notice: Notice) -> None:
        """Change a message that the bot posted."""

    async def find(
        self,
        workspace: Workspace,
        recipient: UserId | ChannelId,
        delivery: str,
        *,
        since: datetime,
        thread: str | None = None,
    ) -> MessageRef | None:
        """Look in the conversation's history for the message with that delivery id; raises where it cannot look."""


class Directory(Protocol):
    """People and channels as the platform knows them."""

    async def person(self, workspace: Workspace, user: UserId) -> Person | None:
        """Profile fields only (see `People.save_profile`), or None where there is no such person."""

    async def channel(self, workspace: Workspace, channel: ChannelId) -> Channel | None:
        """The channel, or None where the bot cannot see it."""

    async def channel_members(self, workspace: Workspace, channel: ChannelId) -> Sequence[UserId]:
        """Everyone in the channel, bots included."""

    async def away(self, workspace: Workspace, user: UserId) -> bool:
        """True where the person's status now says vacation or sick; raises MessengerProblem where nobody can say."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not send this delivery after all; `reason` is a stable code that `/purpose why` has words for."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: ask again at `due_at` (the person moved to another zone, the preview is still open)."""

    due_at: datetime


class Composer(Protocol):
    """Decides at the moment of sending what a delivery says, if anything."""

    async def compose(self, delivery: Delivery, now: datetime) -> Notice | Skip | Later:
        """The message as it must read now; for a sent delivery (an update) never `Later`."""

    async def sent(self, delivery: Delivery, ref: MessageRef, now: datetime) -> None:
        """The message stands: note what follows from it (a check's message id, an introduction made). Called before
        the ledger records it and again after a crash, so it must bear being called twice."""

    async def refused(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
        """The platform refuses this channel, person or workspace, told for the first time: tell a manager once; where
        it refuses to change a message, tell whoever changed its words. For a message that stands it is called before
        the ledger records it and again after a crash, so it must bear being called twice."""
