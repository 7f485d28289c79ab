"""Hopes and trials: saying one, changing it, telling it on, taking up a colleague's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.hopes import Hope, words_and_day
from bot.domain.identity import StoryId
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.teams import Team
from bot.usecases.hoping import Trial
from bot.usecases.naming import names_of
from bot.usecases.telling import local_date
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import hope_forms
from handlers.slack.surfaces.audience import place
from handlers.slack.surfaces.home_hopes import HopesAtHome, all_modal
from handlers.slack.surfaces.hope_forms import Days, HopeForm, read_hope_form
from handlers.slack.surfaces.hopes import kept_words
from handlers.slack.surfaces.modals import story_modal
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.rendered import View
from handlers.slack.surfaces.text import day


async def add(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Add a hope": the value names the story."""
    story = await services.telling.own(incoming.workspace, incoming.user, incoming.value)
    if isinstance(story, Refusal):
        await refuse(incoming, services, story)
        return
    days = await days_of(incoming, services, now)
    await show(incoming, services, hope_forms.promise_modal(story.id, days, home=is_at_home(incoming)))


async def try_command(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """`/purpose try [text]`: with a day at its end it is kept at once, else the form asks for one."""
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    days = await days_of(incoming, services, now)
    read = words_and_day(rest, days.today, days.latest)
    if isinstance(read, Refusal):
        await refuse(incoming, services, read)
        return
    team = await _team(incoming, services)
    words, due_on = read
    if due_on is None:
        await show(incoming, services, _trial_form(days, team, words=words))
        return
    trial = Trial(words, due_on, incoming.key, team.id if team is not None else None)
    kept = await services.hoping.try_out(incoming.workspace, incoming.user, trial, now)
    if isinstance(kept, Refusal):
        await refuse(incoming, services, kept)
    else:
        await services.whisper(incoming, kept_words(kept))


async def new_trial(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Try something"."""
    days = await days_of(incoming, services, now)
    team = await _team(incoming, services)
    await show(incoming, services, _trial_form(days, team, home=is_at_home(incoming)))


async def take(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Try this too": a colleague's words, for a trial of one's own."""
    found = await services.hoping.to_take(incoming.workspace, incoming.user, incoming.value)
    if found is None:
        await services.whisper(incoming, TRIAL_OVER)
        return
    days = await days_of(incoming, services, now)
    team = await services.store.teams.get(incoming.workspace, found.team or "")
    view = _trial_form(days, team, words=found.words, taken_from=found.id, home=is_at_home(incoming))
    await show(incoming, services, view)


TRIAL_OVER = "That trial is over, or isn't shared any more. *Try something* begins one of your own."


async def said(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form of a hope or a trial came back: a new one, or other words for one that there is."""
    form = read_hope_form(incoming.view)
    if isinstance(form.due_on, Refusal):
        outcome: Hope | Refusal = form.due_on
    elif form.hope is not None:
        outcome = await services.hoping.reword(
            incoming.workspace,
            incoming.user,
            form.hope,
            words=form.words,
            due_on=form.due_on,
            shared=form.told,
            now=now,
        )
    elif form.story is not None:
        outcome = await promised(incoming, services, form, form.story, now)
    else:
        trial = Trial(form.words, form.due_on, _origin(incoming), form.team, form.told, form.taken_from)
        outcome = await services.hoping.try_out(incoming.workspace, incoming.user, trial, now)
        if not isinstance(outcome, Refusal) and not form.at_home:
            facts = {"day": day(outcome.due_on)}
            await services.noticing.tell(
                incoming.workspace, incoming.user, "trial_kept", outcome.id, now, facts
            )
    await tell_refusal(incoming, services, outcome, now)


async def promised(
    incoming: Incoming, services: Services, form: HopeForm, story: StoryId, now: datetime
) -> Hope | Refusal:
    """Keep the hope that a form holds beside a story."""
    if isinstance(form.due_on, Refusal):
        return form.due_on
    return await services.hoping.promise(
        incoming.workspace, incoming.user, story, form.words, form.due_on, origin=_origin(incoming), now=now
    )


async def tell_on(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Tell it as a story": the story form with what was tried or hoped, and what came of it."""
    hope = await services.hoping.own(incoming.workspace, incoming.user, incoming.value)
    if isinstance(hope, Refusal):
        await refuse(incoming, services, hope)
        return
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    team = next((mine for mine in teams if mine.id == hope.team), None)
    text = f"{hope.words}\n{hope.line}".strip()
    await show(
        incoming, services, story_modal(team=team, teams=teams, default=person.default_visibility, text=text)
    )


async def show_all(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "All of them", or on a page of that list; the value says from which on."""
    mine = await services.store.hopes.of_person(incoming.workspace, incoming.user, limit=MOST_LISTED)
    start = int(incoming.value) if incoming.value.isdecimal() and len(incoming.value) < 6 else 0
    view = all_modal(mine, start)
    if incoming.view.get("type") == "modal":
        await services.update_view(incoming, view)
    else:
        await services.open_view(incoming, view)


MOST_LISTED = 1_000


async def at_home(services: Services, person: Person, teams: Sequence[Team], now: datetime) -> HopesAtHome:
    """What Home shows of a person's hopes, and of their colleagues' trials."""
    seen = await services.hoping.seen(person.workspace, person.id)
    return HopesAtHome(
        today=local_date(person, teams[0] if teams else None, now),
        mine=await services.store.hopes.of_person(person.workspace, person.id),
        seen=seen,
        names=await names_of(services.store, person.workspace, {hope.person for hope in seen}),
    )


async def days_of(incoming: Incoming, services: Services, now: datetime) -> Days:
    """The days that a form of this person takes."""
    span = await services.hoping.span(incoming.workspace, incoming.user, now)
    return Days(span.today, span.latest)


async def place_of(incoming: Incoming, services: Services, hope: Hope) -> str | None:
    """The team that may hear of a hope, by its place; None without a team."""
    team = await services.store.teams.get(incoming.workspace, hope.team or "")
    return place(team) if team is not None else None


def _trial_form(
    days: Days, team: Team | None, *, words: str = "", taken_from: str | None = None, home: bool = False
) -> View:
    return hope_forms.trial_modal(
        days,
        team=team.id if team is not None else None,
        place=place(team) if team is not None else None,
        words=words,
        taken_from=taken_from,
        home=home,
    )


async def _team(incoming: Incoming, services: Services) -> Team | None:
    """The team that a trial may be shared with: the channel's where it is one of the person's, else their first."""
    mine = await services.store.teams.of_person(incoming.workspace, incoming.user)
    here = next((team for team in mine if team.channel == incoming.channel), None)
    return here or (mine[0] if mine else None)


def _origin(incoming: Incoming) -> str:
    return f"view:{incoming.view.get('id')}"


def is_at_home(incoming: Incoming) -> bool:
    """Whether something in Home was clicked."""
    return incoming.view.get("type") == "home"


async def show(incoming: Incoming, services: Services, view: View) -> None:
    """Open a form, on top of the one that was clicked."""
    if incoming.view.get("type") == "modal":
        await services.push_view(incoming, view)
    else:
        await services.open_view(incoming, view)


async def tell_refusal(
    incoming: Incoming, services: Services, outcome: Hope | Refusal, now: datetime
) -> None:
    """A form was closed when it is looked at again, so a refusal comes as a message."""
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)


async def refuse(incoming: Incoming, services: Services, refusal: Refusal) -> None:
    """Say why not, and what to do next."""
    await services.whisper(incoming, words_of(refusal))
