"""What came of it: the four answers, their form, and the menu beside a hope in Home."""

from __future__ import annotations

from datetime import datetime

from bot.domain.hopes import Answer, Hope, HopeKind, Outcome
from bot.domain.refusals import Refusal
from handlers.slack.hoping import days_of, is_at_home, place_of, refuse, show, tell_refusal
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import hope_forms
from handlers.slack.surfaces.home_hopes import CHANGE, DROP
from handlers.slack.surfaces.hope_forms import read_hope_form
from handlers.slack.surfaces.hopes import OUTCOMES
from handlers.slack.surfaces.names import unpaired


async def chosen(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on one of the four outcomes: a form with room for a line, and the new day of a "Not yet"."""
    await _open_outcome(incoming, services, incoming.value, OUTCOMES[incoming.name.partition("#")[0]], now)


async def from_menu(incoming: Incoming, services: Services, now: datetime) -> None:
    """A choice in the menu beside a hope: "hope:what"."""
    hope_id, what = unpaired(incoming.value)
    if what == DROP:
        outcome = await services.hoping.drop(incoming.workspace, incoming.user, hope_id)
        if isinstance(outcome, Refusal):
            await refuse(incoming, services, outcome)
    elif what == CHANGE:
        await _open_change(incoming, services, hope_id, now)
    elif what in list(Outcome):
        await _open_outcome(incoming, services, hope_id, Outcome(what), now)


async def answered(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form of an outcome came back."""
    form = read_hope_form(incoming.view)
    if form.hope is None or form.outcome is None:
        return
    again_on = None if isinstance(form.due_on, Refusal) else form.due_on
    answer = Answer(form.outcome, form.line, form.told, again_on)
    outcome: Hope | Refusal = (
        form.due_on
        if form.outcome is Outcome.NOT_YET and isinstance(form.due_on, Refusal)
        else await services.hoping.answer(incoming.workspace, incoming.user, form.hope, answer, now)
    )
    await tell_refusal(incoming, services, outcome, now)


async def _open_outcome(
    incoming: Incoming, services: Services, hope_id: str, outcome: Outcome, now: datetime
) -> None:
    hope = await services.hoping.own(incoming.workspace, incoming.user, hope_id)
    if isinstance(hope, Refusal):
        await refuse(incoming, services, hope)
        return
    where = await place_of(incoming, services, hope) if await services.hoping.may_be_told(hope) else None
    days = await days_of(incoming, services, now)
    home = is_at_home(incoming)
    view = hope_forms.outcome_modal(hope, outcome, days, place=where, home=home)
    await show(incoming, services, view)


async def _open_change(incoming: Incoming, services: Services, hope_id: str, now: datetime) -> None:
    hope = await services.hoping.own(incoming.workspace, incoming.user, hope_id)
    if isinstance(hope, Refusal):
        await refuse(incoming, services, hope)
        return
    where = await place_of(incoming, services, hope) if hope.kind is HopeKind.TRIAL else None
    days = await days_of(incoming, services, now)
    view = hope_forms.change_modal(hope, days, place=where, home=is_at_home(incoming))
    await show(incoming, services, view)
