"""Days, an hour and holidays of one's own, in a form; `/purpose days` and `/purpose holidays` say the same in words."""

from __future__ import annotations

from datetime import datetime, time

from bot.domain.schedules import WORKING_DAYS, Schedule, own_schedule
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces.rhythm import read_rhythm, rhythm_modal

_USUAL = Schedule(WORKING_DAYS, time(16, 30))
"""What stands in the form of somebody in no team yet."""


async def open_form(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "My days and time"."""
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    base = teams[0].prompt if teams else _USUAL
    schedule = own_schedule(base, person.own_days, person.own_at)
    await services.open_view(incoming, rhythm_modal(schedule, person.own_holidays))


async def chosen(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form came back."""
    rhythm = read_rhythm(incoming.view)
    if rhythm is not None:
        await services.quieting.choose_rhythm(
            incoming.workspace, incoming.user, rhythm.schedule, rhythm.holidays, now
        )
