"""Who sees a story, in words and by place."""

from __future__ import annotations

from bot.domain.schedules import DAY_NAMES
from bot.domain.stories import Visibility
from bot.domain.teams import ChannelKind, Team
from handlers.slack.surfaces.text import cut, plain_line

_MOST_NAME = 80


def place(team: Team) -> str:
    """The team's channel and who can read it: "#small-business (public: everyone at Acme)"."""
    name = f"#{team.channel_name}" if team.channel_name else _short(team.name)
    match team.channel_kind:
        case ChannelKind.PUBLIC:
            return f"{name} (public: everyone {at(team)})"
        case ChannelKind.PRIVATE:
            return f"{name} (private: its members)"
        case ChannelKind.SHARED:
            return f"{name} (shared: its members, other companies' too)"


def at(team: Team) -> str:
    """ "at Acme", or "in this workspace" where the company's name is not known."""
    return f"at {_short(team.company)}" if team.company else "in this workspace"


def _short(name: str) -> str:
    return cut(plain_line(name), _MOST_NAME)


def audience(visibility: Visibility, team: Team | None) -> str:
    """Who sees a story of that visibility, as the end of "Seen by …"."""
    if team is None or visibility is Visibility.PRIVATE:
        return "only you"
    match visibility:
        case Visibility.MANAGERS:
            return f"only you and the managers of {_short(team.name)}"
        case Visibility.TEAM:
            return place(team)
        case _:
            return f"everyone {at(team)}"


def choice(visibility: Visibility, team: Team | None) -> str:
    """A visibility as a choice in a menu; without a team (several are possible) in general words."""
    match visibility:
        case Visibility.PRIVATE:
            return "Only me"
        case Visibility.MANAGERS:
            return "The managers and me"
        case Visibility.TEAM:
            return place(team) if team is not None else "My team's channel"
        case Visibility.COMPANY:
            return f"Everyone {at(team)}" if team is not None else "Everyone in the company"


def digest_day(team: Team) -> str:
    """The weekday on which the team's digest comes: "Friday"."""
    return DAY_NAMES[max(team.digest.days)]
