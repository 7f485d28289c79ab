"""/purpose: one word chooses what happens; every answer is private to whoever typed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from bot.domain.deliveries import Kind
from bot.domain.folding import clean
from bot.domain.public_holidays import parse_holidays
from bot.domain.purpose_wording import look_at
from bot.domain.purposes import MOST_CHARACTERS
from bot.domain.refusals import Refusal, Why
from bot.domain.schedules import Problem, parse_days_and_time, short_days
from bot.domain.stories import Source, Visibility
from bot.domain.teams import Team
from bot.domain.whentext import parse_pause
from bot.usecases.naming import names_of
from bot.usecases.telling import Told, local_date
from handlers.slack import customers, digesting, forgetting, hoping, huddling, setup
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.slack_text import typed
from handlers.slack.surfaces import answers
from handlers.slack.surfaces.help import help_blocks
from handlers.slack.surfaces.modals import story_modal
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.why import why_text

Answer: TypeAlias = Callable[[Incoming, Services, str, datetime], Awaitable[None]]


async def command(incoming: Incoming, services: Services, now: datetime) -> None:
    """Take the first word as the name of what to do; anything unknown gets the usage."""
    # What follows may begin on the next line, as in a story that was pasted in.
    name, rest = [*typed(incoming.text).split(maxsplit=1), "", ""][:2]
    answer = ANSWERS.get(name.casefold())
    if answer is None:
        await usage(incoming, services, name, now)
        return
    await answer(incoming, services, rest.strip(), now)


async def team_for(incoming: Incoming, services: Services) -> Team | None:
    """The team that a command is about: the channel's, else the person's only one."""
    team = await services.store.teams.by_channel(incoming.workspace, incoming.channel)
    if team is not None:
        return team
    mine = await services.store.teams.of_person(incoming.workspace, incoming.user)
    mine = mine or await services.store.teams.managed_by(incoming.workspace, incoming.user)
    return mine[0] if len(mine) == 1 else None


async def refuse(incoming: Incoming, services: Services, refusal: Refusal) -> None:
    """Say why not, and what to do next, to that person alone."""
    await services.whisper(incoming, words_of(refusal))


async def usage(incoming: Incoming, services: Services, unknown: str, now: datetime) -> None:
    """One screen of what this person may do here."""
    team = await team_for(incoming, services)
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    manages = team is not None and (team.is_manager(incoming.user) or person.is_admin)
    message = help_blocks(team=team, manager=manages, member=person.may_take_part, unknown=unknown or None)
    await services.whisper(incoming, message.text, message.blocks)


async def _help(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    await usage(incoming, services, "", now)


async def _here(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """Nothing typed: what is on here, and what I can do."""
    team = await team_for(incoming, services)
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    members = await services.store.teams.member(incoming.workspace, team.id, incoming.user) if team else None
    await services.whisper(incoming, answers.what_is_on(team, members, person))


async def _setup(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    await setup.open_modal(incoming, services, now)


async def _set(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    if not any(character.isalnum() for character in rest):
        await refuse(incoming, services, Refusal(Why.PURPOSE_EMPTY))
        return
    if len(rest) > MOST_CHARACTERS:
        await refuse(incoming, services, Refusal(Why.PURPOSE_TOO_LONG, {"most": str(MOST_CHARACTERS)}))
        return
    team = await services.joining.team_here(incoming.workspace, incoming.channel, incoming.user, now)
    if isinstance(team, Refusal):
        await refuse(incoming, services, team)
        return
    allowed = await services.admission.manager(team, incoming.user, now)
    if isinstance(allowed, Refusal):
        await refuse(incoming, services, allowed)
        return
    purpose = await services.store.teams.set_purpose(
        incoming.workspace, team.id, clean(rest), by=incoming.user, now=now
    )
    await services.whisper(incoming, answers.purpose_set(team, purpose, look_at(purpose.text)))


async def _show(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    team = await team_for(incoming, services)
    if team is None:
        await refuse(incoming, services, Refusal(Why.NO_TEAM_HERE))
        return
    await services.whisper(incoming, answers.purpose_shown(team))


async def _story(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    """With words: kept as they are. Without: the modal."""
    team = await team_for(incoming, services)
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    if not rest:
        teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
        await services.open_view(
            incoming, story_modal(team=team, teams=teams, default=person.default_visibility)
        )
        return
    unclear = team is None and bool(await services.store.teams.of_person(incoming.workspace, incoming.user))
    told = Told(
        workspace=incoming.workspace,
        teller=incoming.user,
        text=rest,
        origin=incoming.key,
        source=Source.COMMAND,
        team=team.id if team else None,
        visibility=None if team else Visibility.PRIVATE,
        draft=unclear,
        why_draft="which_team",
    )
    outcome = await services.telling.tell(told, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)
        return
    await services.whisper(incoming, answers.story_kept(outcome, team))


async def _stories(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    viewer = await services.admission.viewer(incoming.workspace, incoming.user, now)
    found = await services.store.stories.search(incoming.workspace, rest, viewer, limit=10) if rest else ()
    tellers = await names_of(services.store, incoming.workspace, {story.teller for story in found})
    message = answers.stories_found(rest, found, tellers)
    await services.whisper(incoming, message.text, message.blocks)


async def _why(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    kinds = (Kind.PROMPT, Kind.NUDGE, Kind.OUTCOME)
    recent = await services.store.ledger.to_person(incoming.workspace, incoming.user, kinds=kinds, limit=10)
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    await services.whisper(incoming, why_text(person=person, teams=teams, recent=recent, now=now))


async def _days(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    read = parse_days_and_time(rest)
    if isinstance(read, Problem):
        await refuse(incoming, services, Refusal(Why.NOT_UNDERSTOOD, {"expected": read.expected}))
        return
    days, at = read
    wishes: dict[str, object] = {"own_days": short_days(days)}
    if at is not None:
        wishes["own_at"] = f"{at:%H:%M}"
    person = await services.store.people.set(incoming.workspace, incoming.user, **wishes)
    await services.store.ledger.plan_anew(incoming.workspace, incoming.user, now=now)
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    await services.whisper(incoming, answers.rhythm_set(person, teams))


async def _holidays(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    code = parse_holidays(rest)
    if isinstance(code, Problem):
        await refuse(incoming, services, Refusal(Why.NOT_UNDERSTOOD, {"expected": code.expected}))
        return
    await services.store.people.set(incoming.workspace, incoming.user, own_holidays=code)
    await services.store.ledger.plan_anew(incoming.workspace, incoming.user, now=now)
    await services.whisper(incoming, answers.holidays_set(code))


async def _pause(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    person = await services.admission.person(incoming.workspace, incoming.user, now)
    team = await team_for(incoming, services)
    until = parse_pause(rest, local_date(person, team, now))
    if isinstance(until, Problem):
        await refuse(incoming, services, Refusal(Why.NOT_UNDERSTOOD, {"expected": until.expected}))
        return
    await services.quieting.pause(incoming.workspace, incoming.user, until, now)
    await services.whisper(incoming, answers.paused(until))


async def _resume(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    await services.quieting.resume(incoming.workspace, incoming.user, now)
    await services.whisper(incoming, answers.resumed())


async def _stop(incoming: Incoming, services: Services, rest: str, now: datetime) -> None:
    await services.quieting.stop(incoming.workspace, incoming.user, now)
    await services.whisper(incoming, answers.stopped())


ANSWERS: dict[str, Answer] = {
    "": _here,
    "setup": _setup,
    "set": _set,
    "show": _show,
    "story": _story,
    "stories": _stories,
    "customer": customers.command,
    "digest": digesting.latest,
    "huddle": huddling.wish,
    "try": hoping.try_command,
    "why": _why,
    "days": _days,
    "holidays": _holidays,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "mydata": forgetting.mydata,
    "forget": forgetting.ask,
    "help": _help,
}
"""What may follow `/purpose`; the contract lists it."""
