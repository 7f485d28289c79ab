"""/purpose huddle, the teller's answer to being asked, and the card's buttons."""

from __future__ import annotations

from datetime import datetime

from bot.domain.refusals import Refusal, Why
from bot.usecases.huddling import Picked
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import names
from handlers.slack.surfaces.refusals import words_of

_ANSWERS = {names.HUDDLE_YES: "yes", names.HUDDLE_ANY_TIME: "any", names.HUDDLE_NO: "no"}
_WORDS = {
    Picked.CARD: "A story for your huddle is in our direct messages now.",
    Picked.ASKED: (
        "I asked somebody whether their story may be told. With their yes the card comes into our direct messages; "
        "for a huddle tomorrow, ask me today."
    ),
}


async def wish(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """`/purpose huddle`: one true story for the opening 90 seconds, for the team's managers."""
    team = await services.store.teams.by_channel(incoming.workspace, incoming.channel)
    if team is None:
        managed = await services.store.teams.managed_by(incoming.workspace, incoming.user)
        team = managed[0] if len(managed) == 1 else None
    if team is None:
        await services.whisper(incoming, words_of(Refusal(Why.NO_TEAM_HERE)))
        return
    outcome = await services.huddling.wish(team, incoming.user, now, cause=incoming.key)
    await _say(incoming, services, outcome)


async def answered(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Yes", "Yes, any time" or "Not this one": only the teller's counts."""
    refusal = await services.huddling.answer(
        incoming.workspace, incoming.value, incoming.user, now, how=_ANSWERS[incoming.name]
    )
    await _refuse(incoming, services, refusal)


async def ask_first(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Ask me first again"."""
    refusal = await services.huddling.ask_first_again(incoming.workspace, incoming.value, incoming.user, now)
    await _refuse(incoming, services, refusal)


async def told(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "We told it"."""
    refusal = await services.huddling.told(incoming.workspace, incoming.value, incoming.user, now)
    await _refuse(incoming, services, refusal)


async def another(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Another one"."""
    outcome = await services.huddling.another(
        incoming.workspace, incoming.value, incoming.user, now, cause=incoming.key
    )
    await _say(incoming, services, outcome)


async def _say(incoming: Incoming, services: Services, outcome: Picked | Refusal) -> None:
    words = words_of(outcome) if isinstance(outcome, Refusal) else _WORDS[outcome]
    await services.whisper(incoming, words)


async def _refuse(incoming: Incoming, services: Services, refusal: Refusal | None) -> None:
    if refusal is not None:
        await services.whisper(incoming, words_of(refusal))
