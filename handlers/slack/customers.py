"""Customers: the card before a call, one's own stories about one, and what it is called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.customer_cards import Card
from bot.domain.customers import Customer
from bot.domain.refusals import Refusal, Why
from bot.usecases.naming import names_of
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import customers as surface
from handlers.slack.surfaces import names
from handlers.slack.surfaces.forms import FROM_HOME, read_meta
from handlers.slack.surfaces.home_stories import cursor_of, read_cursor
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.rendered import View

Run = Callable[[Incoming, Services, datetime], Awaitable[None]]


async def command(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """`/purpose customer <name>`: the card, or several to choose from."""
    found = await services.customers.find(incoming.workspace, incoming.user, rest, now)
    if isinstance(found, Refusal):
        await services.whisper(incoming, words_of(found))
        return
    if isinstance(found, Card):
        await _show(incoming, services, found)
        return
    message = surface.choice_message(rest, found)
    await services.whisper(incoming, message.text, message.blocks)


async def chosen(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on one of several."""
    found = await services.customers.card(incoming.workspace, incoming.user, incoming.value, now)
    if isinstance(found, Refusal):
        await services.whisper(incoming, words_of(found))
        return
    await _show(incoming, services, found)


async def _show(incoming: Incoming, services: Services, card: Card) -> None:
    tellers = await names_of(services.store, incoming.workspace, {card.last.teller})
    own = next((story.customer_id for story in card.stories if story.teller == incoming.user), None)
    mine = await services.customers.own(incoming.workspace, incoming.user, own) if own else None
    message = surface.card_message(card, tellers, mine if isinstance(mine, Customer) else None)
    await services.whisper(incoming, message.text, message.blocks)


async def opened(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on a customer, in Home or below the card."""
    view = await _modal(incoming, services, incoming.value, "", now, home=incoming.view.get("type") == "home")
    if view is None:
        await services.whisper(incoming, words_of(Refusal(Why.CUSTOMER_GONE)))
        return
    await services.open_view(incoming, view)


async def turned(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Earlier" or "Newest" inside a customer's modal: "<customer>|<cursor>"."""
    customer, _, before = incoming.value.partition("|")
    await services.update_view(incoming, await _drawn(incoming, services, customer, before, now))


async def open_naming(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Rename, or hide the name"."""
    found = await services.customers.own(incoming.workspace, incoming.user, incoming.value)
    if isinstance(found, Refusal):
        await services.whisper(incoming, words_of(found))
        return
    await services.push_view(incoming, surface.naming_modal(found, carried(incoming.view)))


async def named(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form with a customer's name came back."""
    customer, wanted = surface.read_naming(incoming.view)
    outcome = await services.customers.rename(incoming.workspace, incoming.user, customer, wanted)
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)
        return
    # Put together with another one, it is that one now.
    await _redraw(incoming, services, outcome.id, now)


def carried(view: Mapping[str, Any]) -> dict[str, str]:
    """What a form that is opened from `view` carries along, so that what lies beneath it is drawn anew afterwards."""
    meta = read_meta(view)
    if view.get("type") == "home":
        return {FROM_HOME: "yes"}
    return {key: meta[key] for key in (FROM_HOME, surface.CUSTOMER, surface.BEFORE) if meta.get(key)}


def redrawn(run: Run) -> Run:
    """The same click or submitted form, and where it was made in a customer's modal (a form: on top of one, which its
    metadata says), the modal as it stands afterwards."""

    async def and_modal(incoming: Incoming, services: Services, now: datetime) -> None:
        await run(incoming, services, now)
        customer = read_meta(incoming.view).get(surface.CUSTOMER)
        if customer:
            await _redraw(incoming, services, customer, now)

    return and_modal


async def _redraw(incoming: Incoming, services: Services, customer: str, now: datetime) -> None:
    """Draw a customer's modal anew: the one that was clicked, or that the form lies on."""
    view = await _drawn(incoming, services, customer, read_meta(incoming.view).get(surface.BEFORE, ""), now)
    if incoming.view.get("callback_id") == names.VIEW_CUSTOMER:
        await services.update_view(incoming, view)
    elif incoming.view.get("previous_view_id"):
        await services.update_view(incoming, view, below=True)


async def _drawn(incoming: Incoming, services: Services, customer: str, before: str, now: datetime) -> View:
    home = bool(read_meta(incoming.view).get(FROM_HOME))
    view = await _modal(incoming, services, customer, before, now, home=home)
    return view or surface.gone_modal()


async def _modal(
    incoming: Incoming, services: Services, customer: str, before: str, now: datetime, *, home: bool
) -> View | None:
    """A customer's modal, or None where it is gone or somebody else's."""
    workspace, user = incoming.workspace, incoming.user
    mine = await services.customers.own(workspace, user, customer)
    if isinstance(mine, Refusal):
        return None
    stories = await services.customers.told(
        workspace, user, mine.id, limit=surface.PAGE + 1, before=read_cursor(before)
    )
    teams = await services.store.teams.of_person(workspace, user)
    card = await services.customers.card(workspace, user, mine.id, now)
    tellers = await names_of(services.store, workspace, {card.last.teller}) if isinstance(card, Card) else {}
    told = surface.Told(
        mine,
        stories[: surface.PAGE],
        {team.id: team for team in teams},
        cursor_of(stories[surface.PAGE - 1]) if len(stories) > surface.PAGE else None,
        before,
    )
    return surface.customer_modal(told, card if isinstance(card, Card) else None, tellers, home=home)
