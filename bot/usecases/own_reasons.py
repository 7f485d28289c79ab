"""Why do you sell? Written, shared, and brought back to its owner in a week that gave them little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.folding import clean
from bot.domain.hopes import Outcome
from bot.domain.identity import UserId, Workspace
from bot.domain.people import Person
from bot.domain.reasons import (
    MOST_CHARACTERS,
    Asked,
    SharedReason,
    WhyBack,
    best_story,
    hard_week,
    may_return,
    todays,
)
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import StoryState
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.admission import Admission

WHY_BACK = "why_back"
"""In a prompt's data: the person's reason stands below its answer, with the story of this id (or none)."""
ASKS_WHY = "asks_why"
"""In a prompt's data: it asks why the person sells; the value is an `Asked`."""
NOTHING = "nothing"
_MOST_STORIES = 500
_RECENT = 40
"""More prompts than a week can hold."""
_ALL = 500


class OwnReasons:
    """Keeps a person's reason, and nobody else's business."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says who takes part."""
        self._store = store
        self._admission = admission

    async def write(
        self, workspace: Workspace, user: UserId, why: str, *, shared: bool, returns: bool, now: datetime
    ) -> Refusal | None:
        """Keep the reason as it is now; an empty one takes it away. Where it came back, it reads anew."""
        person = await self._admission.full_member(workspace, user, now)
        if isinstance(person, Refusal):
            return person
        words = clean(why).strip()
        if len(words) > MOST_CHARACTERS:
            return Refusal(Why.NOT_UNDERSTOOD, {"expected": f"at most {MOST_CHARACTERS} characters"})
        await self._store.people.set(
            workspace, user, why=words, why_shared=shared and bool(words), why_returns=returns
        )
        await self._show_anew(workspace, user)
        return None

    async def keep_away(self, workspace: Workspace, user: UserId) -> None:
        """It comes back no more; the message that brought it says so."""
        await self._store.people.set(workspace, user, why_returns=False)
        await self._show_anew(workspace, user)

    async def not_now(self, workspace: Workspace, user: UserId, message: tuple[str, str]) -> None:
        """The person would rather not say; the prompt that asked (channel, ts) says that this is fine."""
        await self._note(workspace, user, message, {ASKS_WHY: Asked.LATER.value})

    async def answered_in(self, workspace: Workspace, user: UserId, message: tuple[str, str]) -> None:
        """The form was opened from this prompt (channel, ts), which reads anew now."""
        await self._note(workspace, user, message, {})

    async def come_back(self, person: Person, prompt: Delivery, now: datetime) -> None:
        """`prompt` is being answered with "nothing today": on the third such day of the person's week their reason
        comes back below it, at most once a month."""
        if prompt.local_date is None or not may_return(person, now):
            return
        recent = await self._store.ledger.to_person(
            person.workspace, person.id, kinds=(Kind.PROMPT,), limit=_RECENT
        )
        said = [
            each.local_date for each in recent if each.data.get("answered") == NOTHING and each.local_date
        ]
        if not hard_week([*said, prompt.local_date], prompt.local_date):
            return
        story = await self._best(person)
        if story:
            # Noted before it is shown, so that a story that changes meanwhile is shown anew.
            await self._store.ledger.shows(person.workspace, prompt.id, [story])
        await self._store.ledger.carry(person.workspace, prompt.id, {WHY_BACK: story})
        await self._store.people.set(person.workspace, person.id, why_returned_at=now)

    async def back(self, delivery: Delivery, person: Person) -> WhyBack | None:
        """The reason as it stands below an answered prompt; None where it did not come back there, or is gone."""
        if WHY_BACK not in delivery.data or delivery.data.get("answered") != NOTHING or not person.why:
            return None
        story = await self._store.stories.get(person.workspace, str(delivery.data[WHY_BACK]))
        kept = story is not None and story.state is StoryState.KEPT and story.teller == person.id
        return WhyBack(person.why, story if kept else None, returns=person.why_returns)

    async def of_colleagues(self, person: Person, teams: Sequence[Team], on: date) -> Sequence[SharedReason]:
        """Up to three reasons that colleagues of these teams share, others on another date."""
        shared = await self._store.reasons.shared(person.workspace, [team.id for team in teams])
        return todays([each for each in shared if each.user != person.id], on)

    async def _best(self, person: Person) -> str:
        query = StoryQuery(teller=person.id, limit=_MOST_STORIES)
        stories = await self._store.stories.find(person.workspace, query)
        hopes = await self._store.hopes.of_stories(person.workspace, [story.id for story in stories])
        true = {story for story, its in hopes.items() if any(one.outcome is Outcome.CAME_TRUE for one in its)}
        story = best_story(stories, true)
        return story.id if story is not None else ""

    async def _note(
        self, workspace: Workspace, user: UserId, message: tuple[str, str], mark: Mapping[str, str]
    ) -> None:
        """Where that message is a prompt to this person that asks them: a click is only a claim."""
        prompt = await self._store.ledger.by_message(workspace, *message) if all(message) else None
        if prompt is not None and prompt.recipient == user and prompt.data.get(ASKS_WHY):
            await self._store.ledger.carry(workspace, prompt.id, mark, anew=True)

    async def _show_anew(self, workspace: Workspace, user: UserId) -> None:
        prompts = await self._store.ledger.to_person(workspace, user, kinds=(Kind.PROMPT,), limit=_ALL)
        for each in prompts:
            if WHY_BACK in each.data and each.state is DeliveryState.SENT:
                await self._store.ledger.carry(workspace, each.id, {}, anew=True)
