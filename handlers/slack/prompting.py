"""The prompt's buttons, and what a person says about being asked."""

from __future__ import annotations

from datetime import datetime

from bot.domain.stories import Visibility
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces import answers
from handlers.slack.surfaces.names import RHYTHM_SAME, RHYTHM_STOP


async def nothing_today(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Nothing today": a fine answer, and no more today."""
    await services.prompting.nothing_today(incoming.workspace, incoming.user, now)


async def remind_later(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Remind me in an hour"."""
    await services.prompting.remind_later(incoming.workspace, incoming.user, now, asked_by=incoming.key)


async def stop(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Stop"."""
    await services.quieting.stop(incoming.workspace, incoming.user, now)
    await services.noticing.tell(incoming.workspace, incoming.user, "stopped", incoming.key, now)


async def choose_default_audience(incoming: Incoming, services: Services, now: datetime) -> None:
    """A choice of who sees this person's stories unless they say otherwise."""
    visibility = Visibility.from_word(incoming.value)
    if visibility is None:
        return
    await services.store.people.set(incoming.workspace, incoming.user, default_visibility=visibility)
    await services.whisper(incoming, answers.default_audience(visibility))


async def refuse_ai(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click that keeps AI away from all of this person's stories."""
    await services.store.people.set(incoming.workspace, incoming.user, ai_refused=True)
    await services.whisper(incoming, answers.ai_refused())


async def choose_rhythm(incoming: Incoming, services: Services, now: datetime) -> None:
    """An answer to "does another rhythm suit?"; the value holds days, or nothing for "as it is"."""
    name = incoming.name
    if name == RHYTHM_STOP:
        await stop(incoming, services, now)
        return
    wishes: dict[str, object] = {"unanswered": 0, "rhythm_asked_at": None}
    if name != RHYTHM_SAME and incoming.value:
        wishes["own_days"] = incoming.value
    person = await services.store.people.set(incoming.workspace, incoming.user, **wishes)
    await services.store.ledger.plan_anew(incoming.workspace, incoming.user, now=now)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    await services.whisper(incoming, answers.rhythm_set(person, teams))
