"""A delivery: one visible message that the bot owes, from being planned to a named end.

The row is the truth; the HTTP call is only its consequence. What a message says is composed at the moment of
sending, so that a story withdrawn meanwhile is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from bot.domain.identity import ChannelId, DeliveryId, UserId, Workspace


class Kind(StrEnum):
    """Every message the bot posts by itself or in answer to a click."""

    PROMPT = "prompt"
    NUDGE = "nudge"
    REMINDER = "reminder"
    DIGEST = "digest"
    PREVIEW = "preview"
    REPLY = "reply"
    CHECK = "check"
    ROLLUP = "rollup"
    RECEIPT = "receipt"
    DRAFT = "draft"
    INVITATION = "invitation"
    NOTICE = "notice"
    HUDDLE_ASK = "huddle_ask"
    HUDDLE = "huddle"
    OUTCOME = "outcome"


SHOWS_STORIES = frozenset(
    {Kind.RECEIPT, Kind.DRAFT, Kind.CHECK, Kind.ROLLUP, Kind.DIGEST, Kind.PREVIEW, Kind.REPLY}
)
"""Messages that must be changed when a story is, for as long as the story is kept."""


class Priority(IntEnum):
    """Lower goes first: a person who is waiting before a crowd that is not."""

    WAITING = 0
    PERSON = 5
    CROWD = 9


class DeliveryState(StrEnum):
    """Where a delivery stands; all but the first two are ends, `parked` until somebody mends the cause."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to be owed. Unique by (workspace, subject, local_date, recipient, kind, number).

    `subject` is the schedule's id for what time causes, else the id of the story, check or digest it is about.
    `recipient` is a person (sent to their DM) or, for messages to a channel, the channel itself.
    `data` is small and JSON: what composing needs beyond the subject (never a story's text).
    """

    workspace: Workspace
    subject: str
    kind: Kind
    recipient: UserId | ChannelId
    due_at: datetime
    local_date: date | None = None
    number: int = 0
    channel: ChannelId | None = None
    thread: str | None = None
    expires_at: datetime | None = None
    priority: Priority = Priority.PERSON
    team: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery(NewDelivery):
    """A delivery as the ledger holds it. `ts` is the message's id once sent.

    `wanted` counts the times its words changed, `shown` the one on display: wanted > shown owes an update. `misses`
    counts what failed so far: looks for one whose reply was lost, updates of one that stands. `claimed_at` is when it
    was last set to `sending`.
    """

    id: DeliveryId = ""
    state: DeliveryState = DeliveryState.QUEUED
    reason: str | None = None
    attempts: int = 0
    fence: int = 0
    ts: str | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    wanted: int = 0
    shown: int = 0
    misses: int = 0


REPLY_PREFIX = "build:"
"""A reply's subject begins with this and its writer's id, so that it can be forgotten with them."""


def schedule_id(team: str, kind: Kind) -> str:
    """The id of a team's one schedule of a kind, also known before the schedule is stored."""
    return f"{team}:{kind.value}"
