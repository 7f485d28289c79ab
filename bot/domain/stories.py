"""A story: what a person told about one customer, who may see it, and how it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum

from bot.domain.identity import CheckId, CustomerId, StoryId, TeamId, UserId, Workspace
from bot.domain.teams import ChannelKind, Team

MOST_CHARACTERS = 40_000
"""Slack's hard limit for one message; a story is kept whole up to here."""


class Visibility(IntEnum):
    """Who may see a story, narrowest first; comparing two of them says which is wider."""

    PRIVATE = 0
    MANAGERS = 1
    TEAM = 2
    COMPANY = 3

    @property
    def word(self) -> str:
        """The lower-case word used in exports, button values and the database."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Visibility | None:
        """The visibility that `word` names, or None for anything else."""
        return cls.__members__.get(word.upper())


class Source(StrEnum):
    """By which way a story came in."""

    DM = "dm"
    MODAL = "modal"
    CHECK = "check"
    SHORTCUT = "shortcut"
    COMMAND = "command"


class StoryState(StrEnum):
    """A draft waits for its teller's word; a withdrawn story keeps its id and loses its text."""

    DRAFT = "draft"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Story:
    """One story as it stands now. `told_on` is the date on the teller's clock when it came in.

    `origin` is unique in its workspace and says where it came from ("D1:171.2", "view:V1"): the same origin never
    makes a second story.
    """

    id: StoryId
    workspace: Workspace
    team: TeamId | None
    teller: UserId
    text: str
    told_at: datetime
    told_on: date
    source: Source
    origin: str
    visibility: Visibility = Visibility.TEAM
    customer: str = ""
    goal: str = ""
    change: str = ""
    tags: tuple[str, ...] = ()
    state: StoryState = StoryState.KEPT
    revision: int = 1
    purpose_version: int | None = None
    check: CheckId | None = None
    prompt: str | None = None
    ai_allowed: bool = False
    coached: bool = False
    customer_id: CustomerId | None = None
    """The teller's record of the customer; `customer` and `masked` are what it says."""
    masked: str = ""
    """What whoever is not of the story's team reads in place of `customer`; empty: the same."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: what decides whether a story may be shown to them.

    `teams` holds the teams whose channel they can read, `managed` those they manage; `full_member` is False for
    guests and strangers.
    """

    user: UserId
    teams: frozenset[TeamId] = frozenset()
    managed: frozenset[TeamId] = frozenset()
    full_member: bool = True


def may_see(story: Story, viewer: Viewer) -> bool:
    """True where `viewer` may read `story`: the teller always, others as far as it was shared and never a draft."""
    if story.state is StoryState.WITHDRAWN:
        return False
    if story.teller == viewer.user:
        return True
    if story.state is not StoryState.KEPT or not viewer.full_member or story.team is None:
        return False
    match story.visibility:
        case Visibility.PRIVATE:
            return False
        case Visibility.MANAGERS:
            return story.team in viewer.managed
        case Visibility.TEAM:
            return story.team in viewer.teams or story.team in viewer.managed
        case Visibility.COMPANY:
            return True


def wiped(story: Story) -> Story:
    """`story` withdrawn: its id stays, its words do not."""
    bare = replace(story, text="", customer="", goal="", change="", tags=(), ai_allowed=False)
    return replace(bare, state=StoryState.WITHDRAWN, customer_id=None, masked="")


def knows_customer(story: Story, viewer: Viewer) -> bool:
    """True where `viewer`, who may read `story`, reads its customer's own name: everyone where it has no mask, else the
    teller and whoever is of its team."""
    return (
        not story.masked
        or story.teller == viewer.user
        or story.team in viewer.teams
        or story.team in viewer.managed
    )


def seen_by(story: Story, viewer: Viewer) -> Story:
    """`story`, which `viewer` may read, as they read it."""
    return story if knows_customer(story, viewer) else seen_outside(story)


def seen_outside(story: Story) -> Story:
    """`story` as people outside its team read it: under its customer's mask, where there is one."""
    return replace(story, customer=story.masked, customer_id=None) if story.masked else story


def seen_in(story: Story, place: Team) -> Story:
    """`story` as those who read a team's channel read it: its customer's own name stands in its own team's only, and
    there only where no other company reads along."""
    return story if reads_the_name(story, place) else seen_outside(story)


def reads_the_name(story: Story, place: Team) -> bool:
    """True where those who read a team's channel may read the name of the story's customer, masked or not."""
    return story.team == place.id and place.channel_kind is not ChannelKind.SHARED


def shown_in_channel(story: Story) -> bool:
    """True where a story may stand in its team's channel."""
    return story.state is StoryState.KEPT and story.team is not None and story.visibility >= Visibility.TEAM
