"""The Home tab, and the few clicks that only it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.people import Person
from bot.domain.teams import Team
from bot.domain.whentext import ENDLESS
from bot.ports.problems import StoreProblem
from bot.usecases.telling import local_date
from handlers.slack import forgetting, hoping, pulsing, reasons
from handlers.slack.api import SlackSaidNo
from handlers.slack.incoming import Incoming
from handlers.slack.services import Postponed, Services
from handlers.slack.surfaces.forms import FROM_HOME, read_meta
from handlers.slack.surfaces.home import HomePage, home_view, not_for_guests, unavailable
from handlers.slack.surfaces.home_asking import AskedAtHome
from handlers.slack.surfaces.home_kept import KeptAtHome
from handlers.slack.surfaces.home_stories import PAGE, StoriesAtHome, cursor_of, read_cursor
from handlers.slack.surfaces.home_year import YearAtHome, came_of_year


async def opened(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody opened the Home tab (the Messages tab sends the same event)."""
    if incoming.event.get("tab") != "home":
        return
    try:
        await publish(incoming, services, now, None)
    except StoreProblem as problem:
        # Home says so meanwhile; asked again until the store answers, so that it comes back by itself.
        raise Postponed from problem


async def turned(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Earlier" or "Newest"; the value says from where."""
    await publish(incoming, services, now, read_cursor(incoming.value))


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


async def mydata(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Give me all of it"."""
    await forgetting.mydata(incoming, services, "", now)


async def forget(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Delete everything about me": asked once more, in the DM."""
    await forgetting.ask(incoming, services, "", now)


def redrawn(
    run: Callable[[Incoming, Services, datetime], Awaitable[None]],
) -> Callable[[Incoming, Services, datetime], Awaitable[None]]:
    """The same click or submitted form, and where it was made inside Home (a form: opened from there, which its
    metadata says), Home as it stands afterwards."""

    async def and_home(incoming: Incoming, services: Services, now: datetime) -> None:
        await run(incoming, services, now)
        if incoming.view.get("type") == "home" or read_meta(incoming.view).get(FROM_HOME):
            await publish(incoming, services, now, None)

    return and_home


async def publish(
    incoming: Incoming, services: Services, now: datetime, before: tuple[datetime, str] | None
) -> None:
    """Draw one page of Home. Where another device or process drew it since, what stands there may be newer than what
    was read here: it is read and drawn once more. StoreProblem where the store does not answer; Home says so then."""
    try:
        view = await _view(incoming, services, now, before)
    except StoreProblem:
        await _publish(incoming, services, unavailable())
        raise
    try:
        await _publish(incoming, services, view, drawn=_drawn(incoming))
    except SlackSaidNo as refusal:
        if refusal.code != "hash_conflict":
            raise
        await _publish(incoming, services, await _view(incoming, services, services.clock(), before))


async def _view(
    incoming: Incoming, services: Services, now: datetime, before: tuple[datetime, str] | None
) -> dict[str, object]:
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    if not person.may_take_part:
        return not_for_guests()
    return home_view(await gather(services, person, now, before))


async def gather(
    services: Services, person: Person, now: datetime, before: tuple[datetime, str] | None = None
) -> HomePage:
    """What a person's Home shows now: each part from whoever knows about it."""
    teams = await services.store.teams.of_person(person.workspace, person.id)
    managed = await services.store.teams.managed_by(person.workspace, person.id)
    known = [*teams, *(team for team in managed if team.id not in {each.id for each in teams})]
    months = await services.store.own_stories.by_month(person.workspace, person.id)
    hopes = await hoping.at_home(services, person, teams, now)
    today = local_date(person, teams[0] if teams else None, now)
    return HomePage(
        asked=AskedAtHome(person, teams, await services.prompting.next_prompt(person, teams, now)),
        stories=await _stories(services, person, teams, before),
        hopes=hopes,
        year=YearAtHome(today, months, came_of_year(hopes.mine, today)),
        managed=managed,
        reasons=await reasons.at_home(services, person, known, now),
        pulses=await pulsing.at_home(services, known, now),
        kept=KeptAtHome(person, services.retention_days, months),
    )


async def _stories(
    services: Services, person: Person, teams: Sequence[Team], before: tuple[datetime, str] | None
) -> StoriesAtHome:
    found = await services.store.own_stories.grouped(
        person.workspace, person.id, limit=PAGE + 1, before=before
    )
    return StoriesAtHome(
        groups=found[:PAGE],
        teams=teams,
        earlier=cursor_of(found[PAGE - 1].story) if len(found) > PAGE else None,
        paged=before is not None,
    )


async def _publish(
    incoming: Incoming, services: Services, view: dict[str, object], *, drawn: str | None = None
) -> None:
    """`drawn` is the hash of the Home that was clicked: only that one gives way."""
    await services.api.call(incoming.workspace, "views.publish", user_id=incoming.user, view=view, hash=drawn)


def _drawn(incoming: Incoming) -> str | None:
    """Which Home the person had before them, where the payload says so."""
    view = incoming.view or incoming.event.get("view") or {}
    return str(view["hash"]) if view.get("type") == "home" and view.get("hash") else None
