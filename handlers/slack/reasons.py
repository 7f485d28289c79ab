"""Why do you sell? The form, "Not now", and "Don't bring it back"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.teams import Team
from bot.usecases.telling import local_date
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces.home_reasons import ReasonsAtHome
from handlers.slack.surfaces.reason_form import asked_in, read_why, why_modal
from handlers.slack.surfaces.reasons import HOME
from handlers.slack.surfaces.refusals import words_of


async def open_form(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Write it down" or "Change"; the value says where."""
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await services.whisper(incoming, words_of(person))
        return
    home = incoming.value == HOME
    await services.open_view(incoming, why_modal(person, home=home, message=incoming.message))


async def written(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form came back; the prompt that asked says that it is kept."""
    why, shared, returns = read_why(incoming.view)
    refusal = await services.own_reasons.write(
        incoming.workspace, incoming.user, why, shared=shared, returns=returns, now=now
    )
    if refusal is not None:
        await services.noticing.refuse(incoming.workspace, incoming.user, refusal, incoming.key, now)
        return
    await services.own_reasons.answered_in(incoming.workspace, incoming.user, asked_in(incoming.view))


async def not_now(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Not now": it is never asked again."""
    await services.own_reasons.not_now(incoming.workspace, incoming.user, incoming.message)


async def keep_away(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Don't bring it back"."""
    await services.own_reasons.keep_away(incoming.workspace, incoming.user)


async def at_home(services: Services, person: Person, teams: Sequence[Team], now: datetime) -> ReasonsAtHome:
    """Home's part."""
    today = local_date(person, teams[0] if teams else None, now)
    return ReasonsAtHome(person, await services.own_reasons.of_colleagues(person, teams, today))
