"""The Home tab, and the few clicks that only it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.domain.stories import StoryState
from bot.domain.whentext import ENDLESS
from bot.ports.stores import StoryQuery
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces.home import PAGE, HomePage, home_view, not_for_guests


async def opened(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody opened the Home tab (the Messages tab sends the same event)."""
    if incoming.event.get("tab") == "home":
        await publish(incoming, services, now, None)


async def turned(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Earlier" or "Newest"; the value says from where."""
    await publish(incoming, services, now, _cursor(incoming.value))


async def pause(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Pause"."""
    await services.quieting.pause(incoming.workspace, incoming.user, ENDLESS, now)
    await publish(incoming, services, now, None)


async def nudge(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Nudge me once if I forget", or on the way back."""
    await services.store.people.set(incoming.workspace, incoming.user, nudge=incoming.value == "on")
    await publish(incoming, services, now, None)


async def resume(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Resume"."""
    await services.quieting.resume(incoming.workspace, incoming.user, now)
    await publish(incoming, services, now, None)


def redrawn(
    run: Callable[[Incoming, Services, datetime], Awaitable[None]],
) -> Callable[[Incoming, Services, datetime], Awaitable[None]]:
    """The same click, and where it was made inside Home, Home as it stands afterwards."""

    async def and_home(incoming: Incoming, services: Services, now: datetime) -> None:
        await run(incoming, services, now)
        if incoming.view.get("type") == "home":
            await publish(incoming, services, now, None)

    return and_home


async def publish(
    incoming: Incoming, services: Services, now: datetime, before: tuple[datetime, str] | None
) -> None:
    """Draw one page of Home: the last one drawn stands."""
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    if not person.may_take_part:
        await _publish(incoming, services, not_for_guests())
        return
    query = StoryQuery(teller=incoming.user, states=(StoryState.KEPT,), limit=PAGE + 1, before=before)
    found = await services.store.stories.find(incoming.workspace, query)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    page = HomePage(
        person=person,
        teams=teams,
        stories=shown,
        next_prompt=await services.prompting.next_prompt(person, teams, now),
        retention_days=services.retention_days,
        earlier=f"{last.told_at.timestamp()}:{last.id}" if last is not None else None,
        paged=before is not None,
        managed=await services.store.teams.managed_by(incoming.workspace, incoming.user),
    )
    await _publish(incoming, services, home_view(page))


async def _publish(incoming: Incoming, services: Services, view: dict[str, object]) -> None:
    await services.api.call(incoming.workspace, "views.publish", user_id=incoming.user, view=view)


def _cursor(value: str) -> tuple[datetime, str] | None:
    """Where a page begins; a value that is no cursor begins at the newest."""
    at, _, story = value.partition(":")
    try:
        return datetime.fromtimestamp(float(at), UTC), story
    except (ValueError, OverflowError, OSError):
        return None
