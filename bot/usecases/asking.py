"""Questions with two buttons in a person's DM: share a story wider? go on in a channel that more people read now?"""

from __future__ import annotations

from datetime import datetime

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.notices import AskNotice
from bot.domain.quiet import Reason
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, StoryState, Visibility, may_see
from bot.ports.stores import Store
from bot.ports.stories import StoryChange
from bot.ports.world import Later, Skip
from bot.usecases.admission import Admission
from bot.usecases.naming import name
from bot.usecases.noticing import notice
from bot.usecases.one_a_day import next_turn, tomorrow
from bot.usecases.telling import Telling, local_date

HELD = "held"
WIDER = "wider"
CODES = frozenset({HELD, WIDER})
YES, NO, GONE = "yes", "no", "gone"


class Asking:
    """Owes such questions, says how they read now, and takes the answers."""

    def __init__(self, store: Store, admission: Admission, telling: Telling) -> None:
        """`telling` changes a story for its teller, and for nobody else."""
        self._store = store
        self._admission = admission
        self._telling = telling

    async def may_ask_wider(self, story: Story, user: UserId) -> bool:
        """Whether this person may ask: a manager of the story's team, about a colleague's story."""
        if story.state is not StoryState.KEPT or story.team is None or story.teller == user:
            return False
        if not Visibility.MANAGERS <= story.visibility < Visibility.COMPANY:
            return False
        team = await self._store.teams.get(story.workspace, story.team)
        return team is not None and team.is_manager(user)

    async def ask_wider(
        self, workspace: Workspace, user: UserId, story_id: StoryId, now: datetime
    ) -> Refusal | None:
        """A manager asks the teller of a story, who is asked about it once, ever, and alone decides."""
        story = await self._store.stories.get(workspace, story_id)
        viewer = await self._admission.viewer(workspace, user, now)
        if story is None or not viewer.full_member or not may_see(story, viewer):
            return Refusal(Why.STORY_GONE)
        if not await self.may_ask_wider(story, user):
            return Refusal(Why.NOT_A_MANAGER)
        asked = notice(workspace, story.teller, WIDER, story.id, now, {"story": story.id, "by": user})
        await self._store.ledger.owe([asked])
        await self._store.audit.note(
            workspace, actor=user, action="story.asked_wider", about=story.id, at=now
        )
        return None

    async def widen(
        self, workspace: Workspace, user: UserId, story: StoryId, message: tuple[str, str], now: datetime
    ) -> Refusal | None:
        """The teller shares it with the company; anybody else is refused."""
        change = StoryChange(visibility=Visibility.COMPANY)
        changed = await self._telling.edit(workspace, user, story, change, now)
        if isinstance(changed, Refusal):
            return changed
        await self.answered(workspace, message, YES)
        return None

    async def answered(self, workspace: Workspace, message: tuple[str, str], how: str) -> None:
        """Note on the question's own message how it was answered."""
        asked = await self._store.ledger.by_message(workspace, *message)
        if asked is not None and asked.data.get("code") in CODES:
            await self._store.ledger.answer(workspace, asked.id, how)

    async def compose(self, delivery: Delivery, now: datetime) -> AskNotice | Skip | Later:
        """The question as it must read now; skipped where it is settled already. One for a teller is unasked: it keeps
        to the one such message of a day."""
        if delivery.state is not DeliveryState.SENT and await self._wants_quiet(delivery):
            return Skip(Reason.STOPPED)
        facts = dict(delivery.data.get("facts", {}))
        answered = delivery.data.get("answered")
        composed = (
            await self._held(delivery, facts, answered)
            if delivery.data["code"] == HELD
            else await self._wider(delivery, facts, answered)
        )
        if delivery.state is DeliveryState.SENT:
            return composed
        if composed.answered is not None:
            return Skip("settled")
        return await self._not_today(delivery, composed.story, now) or composed

    async def _wants_quiet(self, delivery: Delivery) -> bool:
        person = await self._store.people.get(delivery.workspace, delivery.recipient)
        return person is not None and (person.stopped_at is not None or not person.may_take_part)

    async def _not_today(self, delivery: Delivery, story: Story | None, now: datetime) -> Later | None:
        """When a teller can be asked, where that is not now: they paused, or had their one message today."""
        person = await self._store.people.get(delivery.workspace, delivery.recipient)
        team = await self._store.teams.get(delivery.workspace, story.team or "") if story else None
        if person is None or team is None:
            return None
        if person.paused_until is not None and local_date(person, team, now) < person.paused_until:
            return tomorrow(person, team, now)
        return await next_turn(self._store, delivery, person, team, now)

    async def _held(self, delivery: Delivery, facts: dict[str, str], answered: str | None) -> AskNotice:
        team = await self._store.teams.get(delivery.workspace, delivery.team or "")
        if team is None or team.held is None:
            answered = answered or YES
        return AskNotice(code=HELD, about=delivery.team or "", facts=facts, answered=answered)

    async def _wider(self, delivery: Delivery, facts: dict[str, str], answered: str | None) -> AskNotice:
        await self._store.ledger.shows(delivery.workspace, delivery.id, [facts["story"]])
        story = await self._store.stories.get(delivery.workspace, facts["story"])
        if story is None or story.state is not StoryState.KEPT:
            return AskNotice(code=WIDER, about=facts["story"], facts=facts, answered=GONE)
        by = await name(self._store, delivery.workspace, facts["by"])
        team = await self._store.teams.get(delivery.workspace, story.team or "")
        words = {"name": by, "company": team.company if team else ""}
        if story.visibility >= Visibility.COMPANY:
            answered = YES
        elif answered == YES:
            answered = NO  # shared then, and narrowed again since
        return AskNotice(code=WIDER, about=story.id, facts=words, story=story, answered=answered)
