"""Telling: the bot's DM, the story modals, and every button of a receipt or a draft."""

from __future__ import annotations

from datetime import datetime

from bot.domain.refusals import Refusal
from bot.domain.stories import Source, Visibility
from bot.ports.stories import StoryChange
from bot.usecases.conversation import DirectMessage
from bot.usecases.naming import name
from bot.usecases.telling import Told
from handlers.slack import customers, hoping
from handlers.slack.incoming import Incoming, is_tombstone
from handlers.slack.purpose import refuse, team_for
from handlers.slack.services import Services
from handlers.slack.slack_text import typed
from handlers.slack.surfaces import names
from handlers.slack.surfaces.forms import StoryForm
from handlers.slack.surfaces.hope_forms import hope_inputs, read_hope_form
from handlers.slack.surfaces.modals import (
    colleague_modal,
    edit_modal,
    read_modal,
    read_story_form,
    story_modal,
    with_detail,
)


async def direct_message(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody wrote to the bot."""
    event = incoming.event
    thread = event.get("thread_ts")
    message = DirectMessage(
        workspace=incoming.workspace,
        user=incoming.user,
        channel=incoming.channel,
        text=typed(str(event.get("text") or "")),
        origin=f"{incoming.channel}:{event.get('ts')}",
        thread=str(thread) if thread and thread != event.get("ts") else None,
        has_files=bool(event.get("files")),
    )
    await services.conversation.heard(message, now)


async def message_changed(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody edited a message of theirs (in the DM, or an answer in a check's thread)."""
    event = incoming.event
    message = event.get("message") or {}
    if is_tombstone(message):
        # Deleted, with replies below it: what stands in its place is Slack's words and nobody's story.
        await services.telling.message_deleted(
            incoming.workspace, f"{incoming.channel}:{message.get('ts')}", now=now
        )
        return
    if message.get("text") == (event.get("previous_message") or {}).get("text"):
        return  # Slack also tells of unfurled links and grown threads
    origin = f"{incoming.channel}:{message.get('ts')}"
    if await _is_nobodys_story(incoming, services, origin, now):
        return
    edited = (message.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts")
    await services.telling.message_edited(
        incoming.workspace,
        origin,
        typed(str(message.get("text") or "")),
        edited=str(edited),
        now=now,
    )


async def _is_nobodys_story(incoming: Incoming, services: Services, origin: str, now: datetime) -> bool:
    """An edit may come before its message, so its words are kept for that; not those of whoever takes no part."""
    if await services.store.stories.by_origin(incoming.workspace, origin) is not None:
        return False
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    return isinstance(person, Refusal)


async def message_deleted(incoming: Incoming, services: Services, now: datetime) -> None:
    """Somebody deleted a message of theirs."""
    deleted = incoming.event.get("deleted_ts")
    await services.telling.message_deleted(incoming.workspace, f"{incoming.channel}:{deleted}", now=now)


async def open_story(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Share a story": the value names the team."""
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    team = next((mine for mine in teams if mine.id == incoming.value), None) or await team_for(
        incoming, services
    )
    asked = await services.prompting.asked_by(incoming.workspace, incoming.user, *incoming.message)
    view = story_modal(team=team, teams=teams, default=person.default_visibility, prompt=asked)
    await services.open_view(incoming, view)


async def keep_message(incoming: Incoming, services: Services, now: datetime) -> None:
    """The message shortcut "Keep as a story": one's own message, in the modal, to be looked at before it is kept."""
    message = incoming.body.get("message") or {}
    if message.get("user") != incoming.user:
        await services.whisper(incoming, NOT_YOUR_MESSAGE)
        return
    person = await services.admission.full_member(incoming.workspace, incoming.user, now)
    if isinstance(person, Refusal):
        await refuse(incoming, services, person)
        return
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    team = await team_for(incoming, services)
    text = typed(str(message.get("text") or ""))
    view = story_modal(
        team=team, teams=teams, default=person.default_visibility, text=text, source=Source.SHORTCUT
    )
    await services.open_view(incoming, view)


NOT_YOUR_MESSAGE = (
    "You can keep your own messages as stories. This one is a colleague's: ask them to keep it."
)


async def show_detail(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Add detail" inside a story modal."""
    days = await hoping.days_of(incoming, services, now)
    more = hope_inputs(days) if incoming.view.get("callback_id") == names.VIEW_TELL else []
    known = await services.store.customers.of_owner(incoming.workspace, incoming.user)
    await services.update_view(incoming, with_detail(incoming.view, more, days.meta, known))


async def told(incoming: Incoming, services: Services, now: datetime) -> None:
    """The story modal came back."""
    form = read_story_form(incoming.view)
    teams = {team.id for team in await services.store.teams.of_person(incoming.workspace, incoming.user)}
    outcome = await services.telling.tell(
        Told(
            workspace=incoming.workspace,
            teller=incoming.user,
            text=form.text,
            origin=f"view:{incoming.view.get('id')}",
            source=form.source or Source.MODAL,
            team=form.team if form.team in teams else None,
            visibility=form.visibility,
            customer=await _customer(incoming, services, form),
            goal=form.goal,
            change=form.change,
            tags=form.tags,
            prompt=form.prompt,
        ),
        now,
    )
    hope = read_hope_form(incoming.view)
    if not isinstance(outcome, Refusal) and hope.words:
        hoped = await hoping.promised(incoming, services, hope, outcome.id, now)
        outcome = hoped if isinstance(hoped, Refusal) else outcome
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)


async def open_edit(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Edit" (or on the coach's question): the story in its modal."""
    story = await services.telling.own(incoming.workspace, incoming.user, incoming.value)
    if isinstance(story, Refusal):
        await refuse(incoming, services, story)
        return
    team = await services.store.teams.get(incoming.workspace, story.team) if story.team else None
    known = await services.store.customers.of_owner(incoming.workspace, incoming.user)
    view = edit_modal(story=story, team=team, known=known, carried=customers.carried(incoming.view))
    if incoming.view.get("type") == "modal":
        await services.push_view(incoming, view)
    else:
        await services.open_view(incoming, view)


async def edited(incoming: Incoming, services: Services, now: datetime) -> None:
    """The edit modal came back. A story too long for its input keeps its words; the detail is changed."""
    form = read_story_form(incoming.view)
    change = StoryChange(
        text=form.text or None,
        customer=await _customer(incoming, services, form),
        goal=form.goal,
        change=form.change,
        tags=form.tags,
        visibility=form.visibility,
        coached=True,
    )
    outcome = await services.telling.edit(incoming.workspace, incoming.user, form.story or "", change, now)
    if isinstance(outcome, Refusal):
        await services.noticing.refuse(incoming.workspace, incoming.user, outcome, incoming.key, now)


async def _customer(incoming: Incoming, services: Services, form: StoryForm) -> str:
    """Who a story is about: picked from those named before, else as typed."""
    picked = await services.customers.picked(incoming.workspace, incoming.user, form.customer_pick)
    return picked or form.customer


async def _changed(incoming: Incoming, services: Services, now: datetime, change: StoryChange) -> None:
    outcome = await services.telling.edit(incoming.workspace, incoming.user, incoming.value, change, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def keep_private(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Keep private"."""
    await _changed(incoming, services, now, StoryChange(visibility=Visibility.PRIVATE))


async def share_with_team(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Share with team"."""
    await _changed(incoming, services, now, StoryChange(visibility=Visibility.TEAM))


async def choose_audience(incoming: Incoming, services: Services, now: datetime) -> None:
    """A choice in the receipt's menu; its value is "<story>:<audience>"."""
    story, _, word = incoming.value.partition(":")
    visibility = Visibility.from_word(word)
    if visibility is None:
        return
    change = StoryChange(visibility=visibility)
    outcome = await services.telling.edit(incoming.workspace, incoming.user, story, change, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def refuse_ai(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Not by AI" below a receipt: this story, and no later one either."""
    await services.store.people.set(incoming.workspace, incoming.user, ai_refused=True)
    if incoming.value:
        await _changed(incoming, services, now, StoryChange(ai_allowed=False))


async def coach_off(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click that ends the coach's questions for good."""
    await services.store.people.set(incoming.workspace, incoming.user, coach=False)
    await _changed(incoming, services, now, StoryChange(coached=True))


async def withdraw(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Delete" or on "Not a story"."""
    outcome = await services.telling.withdraw(incoming.workspace, incoming.user, incoming.value, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def save_draft(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Save as a story", or on one of several teams ("<story>:<team>")."""
    story, _, team = incoming.value.partition(":")
    chosen = team or await _only_team(incoming, services)
    outcome = await services.telling.save_draft(incoming.workspace, incoming.user, story, now, chosen)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def _only_team(incoming: Incoming, services: Services) -> str | None:
    teams = await services.store.teams.of_person(incoming.workspace, incoming.user)
    return teams[0].id if len(teams) == 1 else None


async def also_share(incoming: Incoming, services: Services, now: datetime) -> None:
    """A choice below "Also share with…": "<story>:<team>"."""
    story, _, team = incoming.value.partition(":")
    outcome = await services.telling.also_share(incoming.workspace, incoming.user, story, team, now)
    if isinstance(outcome, Refusal):
        await refuse(incoming, services, outcome)


async def read_all(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Read all": the whole story, where this person may see it."""
    story = await services.telling.readable(incoming.workspace, incoming.user, incoming.value, now)
    ask = story is not None and await services.asking.may_ask_wider(story, incoming.user)
    teller = await name(services.store, incoming.workspace, story.teller) if story else ""
    hopes = await services.hoping.with_story(story, incoming.user) if story is not None else ()
    view = read_modal(story, teller, may_ask_wider=ask, hopes=hopes)
    if incoming.view.get("type") == "modal":
        await services.push_view(incoming, view)
    else:
        await services.open_view(incoming, view)
    if story is not None and story.teller != incoming.user:
        await services.store.stories.mark_read(incoming.workspace, story.id, incoming.user, at=now)


async def read_colleague(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Read a colleague's": telling one gives one."""
    viewer = await services.admission.viewer(incoming.workspace, incoming.user, now)
    story = None
    for team in await services.store.teams.of_person(incoming.workspace, incoming.user):
        story = story or await services.store.stories.unread(incoming.workspace, viewer, team.id)
    teller = await name(services.store, incoming.workspace, story.teller) if story else ""
    await services.open_view(incoming, colleague_modal(story, teller))
    if story is not None:
        await services.store.stories.mark_read(incoming.workspace, story.id, incoming.user, at=now)
