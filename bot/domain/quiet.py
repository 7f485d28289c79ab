"""When the bot keeps quiet: whether a message that fell due is sent now, and if not, the reason people can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Kind
from bot.domain.identity import TeamId
from bot.domain.occurrences import Occurrence, end_of_date

PATIENCE = 5
"""Prompts in a row without any answer, before the bot asks once about the rhythm and then is quiet."""
LATER = timedelta(hours=1)
"""What "Remind me in an hour" promises."""
NUDGE_AFTER = timedelta(hours=2)
"""How long after an unanswered prompt the nudge comes, for a person who switched it on."""

BUDGETED = frozenset({Kind.PROMPT})
"""Kinds that use up a person's one unasked DM a day; invitations, previews and a chosen nudge do not."""


class Reason(StrEnum):
    """Why a message was not sent; the value is what the ledger keeps."""

    ZONE = "zone"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    STOPPED = "stopped"
    ALREADY_TOLD = "already_told"
    OTHER_TEAM = "other_team"
    BUDGET = "budget"
    QUIET = "quiet"
    EXPIRED = "expired"
    AWAY = "away"
    TEAM_PAUSED = "team_paused"
    NO_PURPOSE = "no_purpose"
    LEFT = "left"
    JOINED_LATER = "joined_later"
    NOTHING_TODAY = "nothing_today"
    NUDGE_OFF = "nudge_off"
    ALREADY_NUDGED = "already_nudged"
    DAY_OVER = "day_over"
    SAID_ALREADY = "said_already"

    @property
    def words(self) -> str:
        """The reason in words for the person concerned, a clause that can follow "Not sent: "."""
        return _WORDS[self]


_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.ZONE: "your clock changed that day, and that date had its prompt already or the hour was past",
        Reason.HOLIDAY: "it was a public holiday",
        Reason.PAUSED: "you had paused prompts",
        Reason.STOPPED: "you had stopped prompts; `resume` brings them back",
        Reason.ALREADY_TOLD: "you had already told a story that day",
        Reason.OTHER_TEAM: "another of your teams had already asked that day",
        Reason.BUDGET: "you get one unasked message a day, and had had it",
        Reason.QUIET: "I had asked five times without hearing from you, so I wait until you write",
        Reason.EXPIRED: "I was not running at that hour, and it was too late afterwards",
        Reason.AWAY: "your status said that you were away",
        Reason.TEAM_PAUSED: "the team's messages were waiting for a manager",
        Reason.NO_PURPOSE: "the team has no purpose yet, and reminders wait for one",
        Reason.LEFT: "you had left the team",
        Reason.JOINED_LATER: "you joined the team after that hour",
        Reason.NOTHING_TODAY: "you had said that there was nothing that day",
        Reason.NUDGE_OFF: "nudges are off",
        Reason.ALREADY_NUDGED: "one nudge a day is enough",
        Reason.DAY_OVER: "the day would have been over by then",
        Reason.SAID_ALREADY: "you had said what came of it, or let it go",
    }
)


def reason_words(code: str | None) -> str:
    """The words for a reason the ledger holds; a code of another version of the bot is shown as it stands."""
    if code is None:
        return "no reason was kept"
    return Reason(code).words if code in Reason.__members__.values() else code.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Send:
    """It is sent now; `asks_rhythm` adds the one question whether another rhythm suits."""

    asks_rhythm: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """It is not sent, today or later."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """What decides about one person's prompt of one team and local date, as known at `now`."""

    now: datetime
    occurrence: Occurrence
    expires_at: datetime
    member_since: datetime | None = None
    left: bool = False
    stopped: bool = False
    paused_until: date | None = None
    team_paused: bool = False
    holiday: bool = False
    away: bool = False
    told_today: bool = False
    """A story told on that local date, to any team and on any way."""
    asked_here: bool = False
    """This team's prompt of that local date went out already, on another clock or hour."""
    asked_elsewhere: bool = False
    """Another team's prompt went out on that local date."""
    unasked_today: int = 0
    """Other `BUDGETED` messages the person got on that local date."""
    unanswered: int = 0
    """Prompts in a row without any answer ("Nothing today" is one)."""
    rhythm_asked: bool = False
    """Whether the bot asked about the rhythm since it last heard from them."""


def may_prompt(facts: PromptFacts) -> Send | Quiet:
    """Whether a prompt is sent now. The reason given is the one the person can do most about."""
    for holds, reason in (
        (facts.left, Reason.LEFT),
        (_joined_later(facts), Reason.JOINED_LATER),
        (facts.stopped, Reason.STOPPED),
        (_paused(facts.paused_until, facts.occurrence.local_date), Reason.PAUSED),
        (facts.team_paused, Reason.TEAM_PAUSED),
        (facts.holiday, Reason.HOLIDAY),
        (facts.told_today, Reason.ALREADY_TOLD),
        (facts.asked_here, Reason.ZONE),
        (facts.asked_elsewhere, Reason.OTHER_TEAM),
        (facts.unasked_today > 0, Reason.BUDGET),
        (facts.now >= facts.expires_at, Reason.EXPIRED),
        (facts.away, Reason.AWAY),
        (facts.unanswered >= PATIENCE and facts.rhythm_asked, Reason.QUIET),
    ):
        if holds:
            return Quiet(reason)
    return Send(asks_rhythm=facts.unanswered >= PATIENCE)


def _joined_later(facts: PromptFacts) -> bool:
    return facts.member_since is not None and facts.member_since > facts.occurrence.at_utc


def _paused(paused_until: date | None, day: date) -> bool:
    return paused_until is not None and day < paused_until


def whose_turn(last_asked: Mapping[TeamId, date | None]) -> TeamId:
    """Of a person's teams whose prompts fall due together, the one that asked longest ago (or never).

    Raises ValueError where there is no team.
    """
    return min(last_asked, key=lambda team: (last_asked[team] or date.min, team))


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """What decides about a second message after a prompt of `local_date`, as known at `now`."""

    now: datetime
    local_date: date
    expires_at: datetime
    """The end of the prompt's local date, on the person's clock."""
    asked_for: bool = False
    """True for "Remind me in an hour", False for the bot's own nudge."""
    told_today: bool = False
    nothing_today: bool = False
    nudge_on: bool = False
    nudges_today: int = 0
    stopped: bool = False
    paused_until: date | None = None
    left: bool = False
    away: bool = False


def may_follow_up(facts: FollowUpFacts) -> Send | Quiet:
    """Whether a reminder that was asked for, or the one nudge of a person who switched it on, is sent now."""
    unasked = not facts.asked_for
    for holds, reason in (
        (facts.left, Reason.LEFT),
        (facts.stopped, Reason.STOPPED),
        (_paused(facts.paused_until, facts.local_date), Reason.PAUSED),
        (facts.told_today, Reason.ALREADY_TOLD),
        (facts.nothing_today, Reason.NOTHING_TODAY),
        (unasked and not facts.nudge_on, Reason.NUDGE_OFF),
        (unasked and facts.nudges_today > 0, Reason.ALREADY_NUDGED),
        (facts.now >= facts.expires_at, Reason.DAY_OVER),
        (unasked and facts.away, Reason.AWAY),
    ):
        if holds:
            return Quiet(reason)
    return Send()


def follow_up_at(
    start: datetime, prompt_date: date, zone: ZoneInfo, after: timedelta = LATER
) -> datetime | Quiet:
    """When a follow-up is due (`after` the click, or with NUDGE_AFTER the prompt); quiet where the day is over then."""
    due = start + after
    return due if due < end_of_date(prompt_date, zone) else Quiet(Reason.DAY_OVER)


def may_remind(
    now: datetime, expires_at: datetime, *, has_purpose: bool, team_paused: bool = False
) -> Send | Quiet:
    """Whether a team's reminder is posted in its channel."""
    return Quiet(Reason.NO_PURPOSE) if not has_purpose else may_post(now, expires_at, team_paused=team_paused)


def may_post(now: datetime, expires_at: datetime, *, team_paused: bool = False) -> Send | Quiet:
    """Whether what a team's schedule owes its channel, a digest for one, is still posted."""
    if team_paused:
        return Quiet(Reason.TEAM_PAUSED)
    return Quiet(Reason.EXPIRED) if now >= expires_at else Send()
