"""/purpose-check, its buttons, its modal and the answers in its thread."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.checks import Check
from bot.domain.coaching import advise_agenda
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Visibility
from bot.ports.stories import StoryQuery
from bot.usecases.composing import MOST_ROLLED_UP
from bot.usecases.naming import names_of
from bot.usecases.purpose_check import NOT_NOTED_YET, NumberTalk, ThreadAnswer
from handlers.slack import telling
from handlers.slack.incoming import Incoming, thread_of
from handlers.slack.purpose import refuse
from handlers.slack.services import Postponed, Services
from handlers.slack.slack_text import typed
from handlers.slack.surfaces import coaching, names
from handlers.slack.surfaces.help import check_help
from handlers.slack.surfaces.modals import answer_modal, read_story_form
from handlers.slack.surfaces.names import unpaired
from handlers.slack.surfaces.reading import Page, stories_modal
from handlers.slack.surfaces.refusals import words_of

_COACH = re.compile(r"coach(?=\s|$)\s*", re.IGNORECASE)
"""What follows may begin on the next line: a whole agenda pasted in."""


async def command(incoming: Incoming, services: Services, now: datetime) -> None:
    """Ask the channel; `coach <text>` and `help` answer privately anywhere."""
    text = typed(incoming.text)
    first, _, rest = text.partition(" ")
    if first.casefold() == "help" and not rest.strip():
        message = check_help()
        await services.whisper(incoming, message.text, message.blocks)
        return
    pasted = _COACH.match(text)
    if pasted is not None:
        await _coach(incoming, services, text[pasted.end() :], now)
        return
    await _ask(incoming, services, text, now)


async def _coach(incoming: Incoming, services: Services, text: str, now: datetime) -> None:
    """A look at a question or an agenda, anywhere, also in the DM; nothing of it is kept."""
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    message = coaching.agenda(advise_agenda(text, await services.rules.of(incoming.workspace)))
    await services.whisper(incoming, message.text, message.blocks)


async def _ask(
    incoming: Incoming, services: Services, question: str, now: datetime, *, offer: str = ""
) -> bool:
    """Whether a check was opened. `offer` names the coach's message that was clicked: it makes one check at most."""
    outcome = await services.checks.ask(
        incoming.workspace,
        incoming.channel,
        incoming.user,
        question,
        origin=offer or incoming.key,
        now=now,
        as_typed=bool(offer),
    )
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)
    elif isinstance(outcome, NumberTalk):
        message = coaching.offer(outcome.question, outcome.advice)
        await services.whisper(incoming, message.text, message.blocks)
    return isinstance(outcome, Check)


async def use_question(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click below the coach's offer: "Use this", "Ask both" or "Post mine"; the value holds the question."""
    container = incoming.body.get("container") or {}
    offer = f"coach:{incoming.channel}:{container.get('message_ts') or incoming.key}"
    if await _ask(incoming, services, incoming.value, now, offer=offer):
        await services.replace(incoming, coaching.POSTED)


async def share(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Share your story": the check's modal."""
    check = await services.checks.open_check(incoming.workspace, incoming.value)
    if isinstance(check, Refusal):
        await refuse(incoming, services, check)
        return
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    team = await services.store.teams.get(incoming.workspace, check.team)
    await services.open_view(
        incoming, answer_modal(check=check, team=team, default=person.default_visibility)
    )


async def answered(incoming: Incoming, services: Services, now: datetime) -> None:
    """The check's modal came back."""
    form = read_story_form(incoming.view)
    outcome = await services.checks.answer_in_modal(
        incoming.workspace,
        form.check or "",
        incoming.user,
        form.text,
        form.visibility,
        origin=f"view:{incoming.view.get('id')}",
        received_at=incoming.received_at or now,
        now=now,
    )
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)


async def close(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Close check"."""
    outcome = await services.checks.close(incoming.workspace, incoming.value, incoming.user, now)
    if isinstance(outcome, Refusal):
        await services.whisper(incoming, words_of(outcome))


async def thread_message(incoming: Incoming, services: Services, now: datetime) -> None:
    """A message in the thread of an open check (the inbox took no other)."""
    event = incoming.event
    answer = ThreadAnswer(
        workspace=incoming.workspace,
        channel=incoming.channel,
        thread=thread_of(event) or "",
        user=incoming.user,
        text=typed(str(event.get("text") or "")),
        origin=f"{incoming.channel}:{event.get('ts')}",
        received_at=incoming.received_at or now,
    )
    outcome = await services.checks.answer_in_thread(answer, now)
    if outcome is NOT_NOTED_YET:
        raise Postponed
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, answer.origin, now)


async def thread_edited(incoming: Incoming, services: Services, now: datetime) -> None:
    """An edit in a check's thread: it counts where the message is an answer, never where it is the asker's."""
    if await _is_answer(incoming, services):
        await telling.message_changed(incoming, services, now)


async def thread_deleted(incoming: Incoming, services: Services, now: datetime) -> None:
    """A deletion in a check's thread."""
    if await _is_answer(incoming, services):
        await telling.message_deleted(incoming, services, now)


async def _is_answer(incoming: Incoming, services: Services) -> bool:
    thread = thread_of(incoming.event) or ""
    check = await services.checks.of_thread(incoming.workspace, incoming.channel, thread)
    if check is NOT_NOTED_YET:
        raise Postponed
    return check is not None and check.asked_by != incoming.user


async def show_all(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Read all" below a roll-up, or on one of its pages: what may be shown, for those in the channel."""
    check_id, number = unpaired(incoming.value)
    check = await services.store.checks.get(incoming.workspace, check_id)
    if check is None:
        await refuse(incoming, services, Refusal(Why.CHECK_GONE))
        return
    viewer = await services.admission.viewer(incoming.workspace, incoming.user, now)
    query = StoryQuery(
        check=check.id, at_least=Visibility.TEAM, viewer=viewer, oldest_first=True, limit=MOST_ROLLED_UP
    )
    stories = await services.store.stories.find(incoming.workspace, query)
    tellers = await names_of(services.store, incoming.workspace, {story.teller for story in stories})
    page = Page(
        title="Answers",
        subject=check.id,
        forward=names.PAGE_CHECK,
        back=names.PAGE_CHECK_BACK,
        names=tellers,
    )
    view = stories_modal(page, stories, int(number) if number.isdecimal() else 0)
    if incoming.view.get("type") == "modal":
        await services.update_view(incoming, view)
    else:
        await services.open_view(incoming, view)
