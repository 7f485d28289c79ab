"""A person in a workspace: who they are to the platform, and what they asked of the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.stories import Visibility


class Standing(StrEnum):
    """What a person is in the workspace; only full members take part."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Person:
    """One person of one workspace; `zone` is an IANA name or None while unknown."""

    workspace: Workspace
    id: UserId
    name: str = ""
    zone: str | None = None
    locale: str | None = None
    standing: Standing = Standing.MEMBER
    is_admin: bool = False
    dm: ChannelId | None = None
    default_visibility: Visibility = Visibility.TEAM
    coach: bool = True
    nudge: bool = False
    ai_refused: bool = False
    stopped_at: datetime | None = None
    paused_until: date | None = None
    own_days: str | None = None
    own_at: str | None = None
    own_holidays: str | None = None
    unanswered: int = 0
    rhythm_asked_at: datetime | None = None
    introduced_at: datetime | None = None
    forgotten_at: datetime | None = None
    refreshed_at: datetime | None = None
    left_at: datetime | None = None
    """Since when the platform says that they are deactivated, or None."""
    why: str = ""
    """Why they sell, in their own words; theirs alone unless `why_shared`."""
    why_shared: bool = False
    why_asked_at: datetime | None = None
    why_returns: bool = True
    """Whether it may come back to them on a hard day; `why_returned_at` is when it last did."""
    why_returned_at: datetime | None = None

    @property
    def may_take_part(self) -> bool:
        """Full members only: no guests, strangers, bots or people who left."""
        return self.standing is Standing.MEMBER and self.forgotten_at is None
