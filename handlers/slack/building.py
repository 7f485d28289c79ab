""" "Build on this": a form, and a reply in the digest's thread. "Ask to share wider": the teller alone decides."""

from __future__ import annotations

from datetime import datetime

from bot.domain.refusals import Refusal
from bot.usecases.asking import NO
from bot.usecases.naming import name
from handlers.slack.incoming import Incoming
from handlers.slack.purpose import refuse
from handlers.slack.services import Services
from handlers.slack.surfaces.building import build_modal
from handlers.slack.surfaces.forms import read_meta, read_story_form
from handlers.slack.surfaces.names import unpaired
from handlers.slack.surfaces.reading import asked_modal

ASKED = "Asked. Whether it is shared wider is up to the teller, and a no stays theirs."


async def build(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Build on this"."""
    story = await services.building.readable(incoming.workspace, incoming.user, incoming.value, now)
    if isinstance(story, Refusal):
        await refuse(incoming, services, story)
        return
    teller = await name(services.store, incoming.workspace, story.teller)
    await services.open_view(incoming, build_modal(story, teller, incoming.message))


async def built(incoming: Incoming, services: Services, now: datetime) -> None:
    """The form came back."""
    meta = read_meta(incoming.view)
    outcome = await services.building.build(
        incoming.workspace,
        incoming.user,
        meta.get("story", ""),
        read_story_form(incoming.view).text,
        clicked=(meta.get("channel", ""), meta.get("ts", "")),
        origin=f"view:{incoming.view.get('id')}",
        now=now,
    )
    if outcome is not None:
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)


async def ask_wider(incoming: Incoming, services: Services, now: datetime) -> None:
    """A manager's click on "Ask to share wider", below a whole story or in the preview's menu."""
    _, story = unpaired(incoming.value) if ":" in incoming.value else ("", incoming.value)
    outcome = await services.asking.ask_wider(incoming.workspace, incoming.user, story, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)
    elif incoming.view.get("type") == "modal":
        await services.update_view(incoming, asked_modal(ASKED))
    else:
        await services.whisper(incoming, ASKED)


async def widen(incoming: Incoming, services: Services, now: datetime) -> None:
    """The teller says yes."""
    outcome = await services.asking.widen(
        incoming.workspace, incoming.user, incoming.value, incoming.message, now
    )
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def leave_as_it_is(incoming: Incoming, services: Services, now: datetime) -> None:
    """The teller says no; nobody hears of it."""
    story = await services.telling.own(incoming.workspace, incoming.user, incoming.value)
    if isinstance(story, Refusal):
        await refuse(incoming, services, story)
        return
    await services.asking.answered(incoming.workspace, incoming.message, NO)
