"""The quarterly pulse: the form, and an answer that becomes part of a count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.refusals import Refusal
from bot.domain.teams import Team
from bot.ports.problems import StoreProblem
from handlers.slack.incoming import Incoming
from handlers.slack.services import Postponed, Services
from handlers.slack.surfaces.home_pulse import PulsesAtHome
from handlers.slack.surfaces.pulse_form import COUNTED, pulse_modal, read_pulse
from handlers.slack.surfaces.refusals import words_of


async def open_form(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Answer (10 seconds)"; the value names the pulse, which is only a claim."""
    found = await services.pulsing.look(incoming.workspace, incoming.value, incoming.user, now)
    if isinstance(found, Refusal):
        await services.whisper(incoming, words_of(found))
        return
    await services.open_view(incoming, pulse_modal(found))


async def answered(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form came back. Its payload is never on disk, nor is the reply in the ledger: both would say who answered."""
    pulse, answers = read_pulse(incoming.view)
    try:
        refusal = await services.pulsing.answer(incoming.workspace, pulse, incoming.user, answers, now)
    except StoreProblem as problem:
        # What is on no disk is asked for again from memory, until the store is back.
        raise Postponed from problem
    await services.whisper(incoming, words_of(refusal) if refusal is not None else COUNTED)


async def at_home(services: Services, teams: Sequence[Team], now: datetime) -> PulsesAtHome:
    """Home's part: of the teams that a person is in or manages."""
    return PulsesAtHome(await services.pulsing.results(teams, now))
