"""Notices: what a message is to say, as values. Each platform has one surface for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.checks import Check
from bot.domain.digests import Digest
from bot.domain.hopes import Hope
from bot.domain.huddles import Huddle
from bot.domain.identity import UserId
from bot.domain.pulses import Pulse
from bot.domain.reasons import Asked, WhyBack
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from bot.domain.thanks import Thanks


@dataclass(frozen=True, slots=True)
class DueHope:
    """A hope that its owner is, or was, asked about: `asks` while its day has come and nothing was said."""

    hope: Hope
    asks: bool


@dataclass(frozen=True, slots=True)
class OutcomeNotice:
    """The question what came of a hope, alone in a DM; `due` None: it was let go."""

    due: DueHope | None


@dataclass(frozen=True, slots=True)
class LaterOn:
    """A story that was told before, and what came of it, as its teller lets the team hear: `on` is when they said."""

    story: Story
    hope: Hope
    teller: str
    on: date


@dataclass(frozen=True, slots=True)
class PromptNotice:
    """The daily DM. `others` are the names of the person's other teams; `first` adds the introduction and Stop."""

    team: Team
    question: str
    second: str | None
    default_visibility: Visibility
    first: bool = False
    others: tuple[str, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    asks_rhythm: bool = False
    nudge: bool = False
    due: DueHope | None = None
    """The one hope whose day has come and that is asked about along with it."""
    answered: str | None = None
    """How it ended, once it did ("told", "nothing", "later"): the buttons then give way to a line."""
    pulse: Pulse | None = None
    asks_why: Asked | None = None
    why_back: WhyBack | None = None
    """Below "Nothing today", on a hard day."""


@dataclass(frozen=True, slots=True)
class ReceiptNotice:
    """What was kept, who sees it, and what can be done with it. A withdrawn story says only that it is gone."""

    story: Story
    team: Team | None
    first: bool = False
    until: date | None = None
    coach: tuple[str, str] | None = None
    """(code, words) of the one coaching question, or None."""
    others: tuple[tuple[str, str], ...] = ()
    """(team id, name) of other teams it could also be shared with."""
    ai_next: bool = False
    """Told before its teller heard that the team lets AI read stories: not this one, but from the next one on."""
    thanks: tuple[Thanks, ...] = ()
    hopes: tuple[Hope, ...] = ()
    """What its teller hopes will be different, and what came of that."""


@dataclass(frozen=True, slots=True)
class DraftNotice:
    """In doubt: "Save as a story" or "Not a story". `why` is "no_prompt", "unclear" or "which_team"."""

    story: Story
    why: str
    teams: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckNotice:
    """A purpose check in its channel; `answers` counts people."""

    check: Check
    team: Team
    answers: int


@dataclass(frozen=True, slots=True)
class RollupNotice:
    """The answers of a closed check that may be shown, in the order they came; `names` of their tellers."""

    check: Check
    team: Team
    stories: tuple[Story, ...]
    answers: int
    names: Mapping[UserId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReminderNotice:
    """The purpose, and one line."""

    team: Team
    line: str


@dataclass(frozen=True, slots=True)
class ChartData:
    """Kinds of difference told and outcomes come true, by week; never answers a head."""

    weeks: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A story of another team, shared with the whole company, that stands beside one of a digest's."""

    story: Story
    teller: str
    team: str


@dataclass(frozen=True, slots=True)
class DigestNotice:
    """A digest as it stands now: `stories` holds those of its picks that may be shown here.

    `names` are those of their tellers, `former` are the tellers who left; `likes` counts, by story, the shown stories
    folded beneath it.
    """

    digest: Digest
    team: Team
    stories: Mapping[str, Story]
    names: Mapping[UserId, str]
    former: frozenset[UserId] = frozenset()
    chart: ChartData | None = None
    preview: bool = False
    likes: Mapping[str, int] | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)
    """By the id of the highlight that it stands beside."""
    later: tuple[LaterOn, ...] = ()
    held: tuple[Story, ...] = ()
    """Only in a preview: what waits for a manager's look."""


@dataclass(frozen=True, slots=True)
class InvitationNotice:
    """The one post in a channel: set up (no team yet), or "Count me in" (a team that invites)."""

    channel: str
    team: Team | None
    inviter: UserId | None = None


@dataclass(frozen=True, slots=True)
class PlainNotice:
    """A few words by a stable `code`, filled with `facts`; each platform has the words."""

    code: str
    facts: Mapping[str, str]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BuildNotice:
    """A reply below a digest that builds on one of its stories. `story` None: it was taken back; `words` empty: they
    were."""

    writer: str
    words: str
    story: Story | None
    teller: str


@dataclass(frozen=True, slots=True)
class AskNotice:
    """A question with buttons in a DM, by `code` ("held", "wider"); `about` is what its buttons carry. `answered`
    ("yes", "no", "gone"): a line stands in place of the buttons."""

    code: str
    about: str
    facts: Mapping[str, str]
    story: Story | None = None
    answered: str | None = None


@dataclass(frozen=True, slots=True)
class HuddleAskNotice:
    """To a teller: may this story be told in the huddle? `story` None: taken back. `any_time`: they said always."""

    huddle: Huddle
    team: Team
    story: Story | None
    asked_by: str
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class HuddleCardNotice:
    """To a manager: one story to tell in 90 seconds; `story` None: taken back."""

    huddle: Huddle
    team: Team
    story: Story | None
    teller: str


Notice: TypeAlias = (
    PromptNotice
    | ReceiptNotice
    | DraftNotice
    | CheckNotice
    | RollupNotice
    | ReminderNotice
    | DigestNotice
    | InvitationNotice
    | PlainNotice
    | BuildNotice
    | AskNotice
    | HuddleAskNotice
    | HuddleCardNotice
    | OutcomeNotice
)
