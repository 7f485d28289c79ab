"""A team: a channel, its managers, its purpose and the rhythm it chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.identity import ChannelId, TeamId, UserId, Workspace
from bot.domain.purposes import Purpose
from bot.domain.schedules import Schedule

WEEKDAYS = frozenset(range(5))
DEFAULT_PROMPT = Schedule(days=WEEKDAYS, at=time(16, 30))
DEFAULT_REMINDER = Schedule(days=frozenset({0}), at=time(9, 0))
DEFAULT_DIGEST = Schedule(days=frozenset({4}), at=time(15, 0))
LARGE_FROM = 30
"""A channel with more people than this asks whom, and nobody in it is enrolled by accident."""
DEFAULT_CHECK_CLOSES_AFTER = timedelta(hours=4)


class ChannelKind(StrEnum):
    """Who can read the channel, which decides who sees what is shared with the team."""

    PUBLIC = "public"
    PRIVATE = "private"
    SHARED = "shared"


class Join(StrEnum):
    """How people come in: asked by one post, or enrolled by a manager's explicit choice."""

    INVITE = "invite"
    ENROL = "enrol"


class Membership(StrEnum):
    """Where a person stands in a team."""

    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Channel:
    """The place a team lives in, as the platform last told it."""

    id: ChannelId
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    creator: UserId | None = None
    archived: bool = False
    bot_is_member: bool = True
    people: int | None = None
    """How many are in it, bots included, or None where the platform did not tell."""


@dataclass(frozen=True, slots=True)
class Team:
    """One team of one workspace. `zone` is the channel's own clock, an IANA name."""

    id: TeamId
    workspace: Workspace
    channel: ChannelId
    name: str
    zone: str
    managers: tuple[UserId, ...]
    channel_name: str = ""
    channel_kind: ChannelKind = ChannelKind.PUBLIC
    company: str = ""
    purpose: Purpose | None = None
    holidays: str | None = None
    join: Join = Join.INVITE
    prompt: Schedule = DEFAULT_PROMPT
    reminder: Schedule = DEFAULT_REMINDER
    digest: Schedule = DEFAULT_DIGEST
    check_closes_after: timedelta = DEFAULT_CHECK_CLOSES_AFTER
    questions: tuple[str, ...] = ()
    reminder_lines: tuple[str, ...] = ()
    ai: bool = False
    ai_since: datetime | None = None
    created_at: datetime | None = None
    held: str | None = None
    """Why its digests wait for a manager ("channel_public", "channel_shared", "made_shared"), or None."""

    @property
    def company_wide(self) -> bool:
        """Whether this stands for the whole company: its digest alone, of what is shared with everyone."""
        return self.id == company_id(self.workspace)

    def is_manager(self, user: UserId) -> bool:
        """True where `user` manages this team."""
        return user in self.managers


def held_from_the_start(kind: ChannelKind) -> str | None:
    """Why the digests of a team that is made in such a channel wait for a manager, or None: people of other companies
    read there, and nobody has said yet that they may read its stories."""
    return "made_shared" if kind is ChannelKind.SHARED else None


def company_id(workspace: Workspace) -> TeamId:
    """The id under which a workspace's own digest is planned and kept."""
    return f"{workspace}/company"


@dataclass(frozen=True, slots=True)
class Member:
    """One person's place in one team."""

    team: TeamId
    user: UserId
    state: Membership
    since: datetime
    ai_told_at: datetime | None = None
    """When a prompt or receipt last told them, after the team turned AI on, that it may read their stories."""
