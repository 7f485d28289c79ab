"""Setting a team up: `/purpose setup`, the **Set up** button, and what comes back from the modal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.purpose_wording import look_at
from bot.domain.refusals import Refusal, Why
from bot.domain.teams import Team
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.sample import sample_view
from handlers.slack.surfaces.setup import SetupForm, now_happens, read_setup, setup_view
from handlers.slack.surfaces.setup_form import team_of_form, typed_purpose


async def open_modal(incoming: Incoming, services: Services, now: datetime) -> None:
    """`/purpose setup`: the channel's team as it is; in a channel without one, this person becomes its manager."""
    await _open(incoming, services, incoming.channel, now)


async def clicked(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Set up" below the greeting; the value names the channel."""
    await _open(incoming, services, incoming.value or incoming.channel, now)


async def _open(incoming: Incoming, services: Services, channel: str, now: datetime) -> None:
    place = await services.joining.place(incoming.workspace, channel)
    if isinstance(place, Refusal):
        await services.whisper(incoming, words_of(place))
        return
    team = await services.joining.team_here(incoming.workspace, channel, incoming.user, now)
    if isinstance(team, Refusal):
        await services.whisper(incoming, words_of(team))
        return
    allowed = await services.admission.manager(team, incoming.user, now)
    if isinstance(allowed, Refusal):
        await services.whisper(incoming, words_of(allowed))
        return
    await services.open_view(incoming, setup_view(team, place.people))


async def try_it(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Try it now", in the modal (with the purpose typed there) or below "Use the defaults"."""
    team = await _managed(incoming, services, incoming.value, now)
    if isinstance(team, Refusal):
        await services.whisper(incoming, words_of(team))
        return
    in_modal = incoming.view.get("type") == "modal"
    view = sample_view(team, typed_purpose(incoming.view) if in_modal else "", now)
    if in_modal:
        await services.push_view(incoming, view)
    else:
        await services.open_view(incoming, view)


async def submitted(incoming: Incoming, services: Services, now: datetime) -> None:
    """The modal came back without errors: save, bring people in, say what will now happen."""
    team = await _managed(incoming, services, team_of_form(incoming.view), now)
    form = read_setup(incoming.view)
    wanted = await _with_managers(incoming, services, team, form, now)
    if isinstance(wanted, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, wanted, incoming.key, now)
        return
    saved = await services.store.teams.save(wanted, by=incoming.user, now=now)
    if form.purpose:
        await services.store.teams.set_purpose(
            incoming.workspace, saved.id, form.purpose, by=incoming.user, now=now
        )
    saved = await services.store.teams.get(incoming.workspace, saved.id) or saved
    await services.joining.bring_in(saved, now, form.people)
    await services.store.audit.note(
        incoming.workspace, actor=incoming.user, action="team.changed", about=saved.id, at=now
    )
    questions = look_at(form.purpose) if form.purpose else ()
    facts = {"what": now_happens(saved), "question": questions[0].words if questions else ""}
    await services.noticing.tell(incoming.workspace, incoming.user, "setup_saved", incoming.key, now, facts)


async def _with_managers(
    incoming: Incoming, services: Services, team: Team | Refusal, form: SetupForm, now: datetime
) -> Team | Refusal:
    """The team with the form's settings; of the managers chosen those who may be one, and never nobody."""
    if isinstance(team, Refusal):
        return team
    wanted = form.applied_to(team)
    people = [await services.admission.person(incoming.workspace, user, now) for user in wanted.managers]
    managers = tuple(person.id for person in people if person.may_take_part)
    return replace(wanted, managers=managers) if managers else Refusal(Why.LAST_MANAGER)


async def _managed(incoming: Incoming, services: Services, team_id: str, now: datetime) -> Team | Refusal:
    """The team where this person may change it: ids in clicks and forms are only claims."""
    team = await services.store.teams.get(incoming.workspace, team_id)
    if team is None:
        return Refusal(Why.NO_TEAM_HERE)
    allowed = await services.admission.manager(team, incoming.user, now)
    return allowed if isinstance(allowed, Refusal) else team
