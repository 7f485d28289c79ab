"""`/purpose why`: when I wrote, when I didn't and why, and what comes next; for the person concerned alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.people import Person
from bot.domain.quiet import reason_words
from bot.domain.schedules import format_schedule, own_schedule
from bot.domain.teams import Team
from bot.domain.whentext import ENDLESS
from handlers.slack.surfaces.text import day, escape, moment, plain_line

_FORM = "{date_short_pretty}, {time}"
_KINDS: Mapping[Kind, str] = {
    Kind.PROMPT: "question",
    Kind.NUDGE: "reminder",
    Kind.REMINDER: "purpose reminder",
    Kind.DIGEST: "digest",
    Kind.PREVIEW: "preview",
    Kind.OUTCOME: "question on what came of a hope",
}


def why_text(*, person: Person, teams: Sequence[Team], recent: Sequence[Delivery], now: datetime) -> str:
    """The list, newest first, in mrkdwn; times show on the reader's own clock."""
    names = {team.id: team.name for team in teams}
    lines = [_standing(person, teams), *(_line(delivery, names, now) for delivery in recent)]
    if not recent:
        lines.append("Nothing was due for you so far.")
    lines.append("`/purpose days`, `pause`, `stop` and `resume` change it.")
    lines.append("Why *you* sell has its place in my Home tab: yours alone, unless you share it there.")
    return "\n".join(lines)


def _standing(person: Person, teams: Sequence[Team]) -> str:
    if person.stopped_at is not None:
        return "You stopped all questions. `/purpose resume` brings them back."
    if person.paused_until is not None:
        until = "" if person.paused_until == ENDLESS else f" until {day(person.paused_until)}"
        return f"You are on a break{until}. `/purpose resume` ends it."
    if not teams:
        return "You aren't in a team, so I don't ask. *Count me in* in a team's channel changes that."
    when = "; ".join(_rhythm(person, team) for team in teams)
    return f"When I ask, on your own clock: {when}. One question a day at most."


def _rhythm(person: Person, team: Team) -> str:
    mine = own_schedule(team.prompt, person.own_days, person.own_at)
    return f"*{escape(plain_line(team.name))}* {format_schedule(mine)}"


def _line(delivery: Delivery, names: Mapping[str, str], now: datetime) -> str:
    what = _KINDS.get(delivery.kind, "message")
    team = names.get(delivery.team or "")
    about = f"{what} of {escape(plain_line(team))}" if team else what
    at = moment(delivery.sent_at or delivery.due_at, _FORM)
    return f"• {at}: {about}, {_became(delivery, now)}"


def _became(delivery: Delivery, now: datetime) -> str:
    match delivery.state:
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.QUEUED | DeliveryState.SENDING:
            return "on its way" if delivery.due_at <= now else "comes then"
        case DeliveryState.UNKNOWN:
            return "perhaps sent: Slack took it and never said what became of it"
        case DeliveryState.PARKED:
            return f"waits, because Slack refuses it ({escape(delivery.reason or 'no reason given')})"
        case DeliveryState.FAILED:
            return f"could not be sent ({escape(delivery.reason or 'no reason given')})"
        case _:
            return f"not sent: {escape(reason_words(delivery.reason))}"
