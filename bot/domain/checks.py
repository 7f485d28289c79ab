"""A purpose check: one question in a channel, answered in its thread or its modal, open for some hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.identity import ChannelId, CheckId, TeamId, UserId, Workspace

MOST_QUESTION_CHARACTERS = 1_000


class CheckState(StrEnum):
    """A check is open until its time or a manager closes it."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `ts` is the message's id in the channel once it was posted."""

    id: CheckId
    workspace: Workspace
    team: TeamId
    channel: ChannelId
    question: str
    asked_by: UserId
    opened_at: datetime
    closes_at: datetime
    state: CheckState = CheckState.OPEN
    closed_at: datetime | None = None
    closed_by: UserId | None = None
    ts: str | None = None
    origin: str = ""
