"""Composing: what each owed message says at the moment of sending. One entry a kind, nothing else knows the kinds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.checks import CheckState
from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.identity import ChannelId, Workspace
from bot.domain.notices import (
    CheckNotice,
    DraftNotice,
    InvitationNotice,
    Notice,
    PlainNotice,
    ReceiptNotice,
    RollupNotice,
)
from bot.domain.people import Person
from bot.domain.stories import Story, StoryState, Visibility, seen_in
from bot.domain.story_coach import one_question
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.ports.world import Later, MessageRef, MessengerProblem, Skip, Trouble
from bot.usecases.asking import CODES as ASK_CODES
from bot.usecases.asking import Asking
from bot.usecases.building import Building
from bot.usecases.copies import Copies
from bot.usecases.digesting import Digesting
from bot.usecases.hope_asking import HopeAsking
from bot.usecases.huddling import Huddling
from bot.usecases.late_changes import tell_tellers
from bot.usecases.naming import names_of
from bot.usecases.noticing import Noticing
from bot.usecases.prompting import Prompting
from bot.usecases.reminding import Reminding
from bot.usecases.riding import Riding
from bot.usecases.telling import team_choices

Composed: TypeAlias = Notice | Skip | Later
Compose: TypeAlias = Callable[[Delivery, datetime], Awaitable[Composed]]
Look: TypeAlias = Callable[[Workspace, ChannelId, datetime], Awaitable[None]]
"""Looks at a team's channel and holds the team where more people can read it than before."""

MOST_ROLLED_UP = 300
_PARKS = (Trouble.CHANNEL, Trouble.PERSON, Trouble.WORKSPACE)
"""What makes messages wait for somebody to mend it; anything else is a bug of ours, and in the log."""
LOOK_AGAIN = timedelta(minutes=15)
"""How often a roll-up asks whether a manager has let the team go on."""


class Composing:
    """The Composer port."""

    def __init__(
        self,
        store: Store,
        prompting: Prompting,
        reminding: Reminding,
        digesting: Digesting,
        noticing: Noticing,
        building: Building,
        asking: Asking,
        huddling: Huddling,
        hopes: HopeAsking,
        *,
        riding: Riding,
        retention: timedelta,
        look: Look,
    ) -> None:
        """`retention` says until when a story is kept."""
        self._look = look
        self._riding = riding
        self._store = store
        self._copies = Copies(store)
        self._prompting = prompting
        self._reminding = reminding
        self._digesting = digesting
        self._noticing = noticing
        self._asking = asking
        self._hopes = hopes
        self._retention = retention
        self._compose: dict[Kind, Compose] = {
            Kind.PROMPT: prompting.compose,
            Kind.NUDGE: prompting.compose,
            Kind.REMINDER: self._reminder,
            Kind.DIGEST: self._digest,
            Kind.PREVIEW: self._digest,
            Kind.CHECK: self._check,
            Kind.ROLLUP: self._rollup,
            Kind.RECEIPT: self._receipt,
            Kind.DRAFT: self._draft,
            Kind.INVITATION: self._invitation,
            Kind.HUDDLE_ASK: huddling.compose,
            Kind.HUDDLE: huddling.compose,
            Kind.NOTICE: self._plain,
            Kind.REPLY: building.compose,
            Kind.OUTCOME: hopes.compose,
        }

    async def compose(self, delivery: Delivery, now: datetime) -> Composed:
        """The message as it must read now; see the port."""
        return await self._compose[delivery.kind](delivery, now)

    async def sent(self, delivery: Delivery, ref: MessageRef, now: datetime) -> None:
        """Note what follows from a message that stands; see the port."""
        match delivery.kind:
            case Kind.CHECK:
                await self._store.checks.posted(
                    delivery.workspace, delivery.subject, channel=ref.channel, ts=ref.ts
                )
            case Kind.PROMPT | Kind.NUDGE:
                await self._prompting.sent(delivery, now)
                await self._told_of_ai(delivery, now)
            case Kind.RECEIPT:
                await self._told_of_ai(delivery, now)
                await self._asks_in_place_of_the_prompt(delivery, now)
            case Kind.OUTCOME:
                await self._hopes.sent(delivery, now)
            case Kind.DIGEST:
                await self._digesting.sent(delivery, now)

    async def refused(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
        """Tell one manager what the platform refuses and what to do; see the port."""
        if delivery.state is DeliveryState.SENT:
            await tell_tellers(self._store, delivery, problem, now)
        if delivery.team is None or problem.trouble not in _PARKS:
            return
        team = await self._store.teams.get(delivery.workspace, delivery.team)
        if team is None or not team.managers or delivery.recipient in team.managers:
            return
        await self._noticing.tell(
            delivery.workspace,
            team.managers[0],
            f"parked.{problem.trouble.value}",
            f"{team.id}:{problem.code}:{now.date().isoformat()}",
            now,
            {"team": team.name, "channel": team.channel_name, "code": problem.code},
        )

    async def _digest(self, delivery: Delivery, now: datetime) -> Composed:
        await self._looked_at(delivery, now)
        return await self._digesting.compose(delivery, now)

    async def _reminder(self, delivery: Delivery, now: datetime) -> Composed:
        stands = delivery.state is DeliveryState.SENT
        team = await self._looked_at(delivery, now)
        if team is None or delivery.local_date is None:
            return Skip("team_gone")
        return await self._reminding.compose(
            team, delivery.local_date, now, shown_by=delivery.id, stands=stands
        )

    async def _check(self, delivery: Delivery, now: datetime) -> Composed:
        check = await self._store.checks.get(delivery.workspace, delivery.subject)
        team = await self._team(delivery)
        if check is None or team is None:
            return Skip("check_gone")
        if check.state is CheckState.CLOSED and delivery.state is not DeliveryState.SENT:
            return Skip("check_closed")
        answers = await self._store.checks.answered_by(delivery.workspace, check.id)
        return CheckNotice(check=check, team=team, answers=answers)

    async def _rollup(self, delivery: Delivery, now: datetime) -> Composed:
        check = await self._store.checks.get(delivery.workspace, delivery.subject)
        team = await self._team(delivery)
        if check is None or team is None or check.ts is None:
            return Skip("check_gone")
        if delivery.state is not DeliveryState.SENT:
            team = await self._looked_at(delivery, now)
            if team is None or team.held is not None:
                return Later(now + LOOK_AGAIN)
        answers = await self._store.checks.answered_by(delivery.workspace, check.id)
        query = StoryQuery(check=check.id, at_least=Visibility.TEAM, oldest_first=True, limit=MOST_ROLLED_UP)
        found = await self._store.stories.find(delivery.workspace, query)
        await self._store.ledger.shows(delivery.workspace, delivery.id, [story.id for story in found])
        # Read again: what was taken back before the line above would never be marked.
        stories = [
            seen_in(story, team) for story in await self._store.stories.find(delivery.workspace, query)
        ]
        names = await names_of(self._store, delivery.workspace, {story.teller for story in stories})
        return RollupNotice(check=check, team=team, stories=tuple(stories), answers=answers, names=names)

    async def _receipt(self, delivery: Delivery, now: datetime) -> Composed:
        story = await self._store.stories.get(delivery.workspace, delivery.subject)
        if story is None:
            return Skip("story_gone")
        if story.state is StoryState.WITHDRAWN and delivery.state is not DeliveryState.SENT:
            return Skip("story_gone")
        person = await self._person(story)
        team = await self._store.teams.get(story.workspace, story.team) if story.team else None
        mine = await self._store.stories.find(story.workspace, StoryQuery(teller=story.teller, limit=2))
        hopes = await self._store.hopes.of_stories(story.workspace, [story.id])
        return ReceiptNotice(
            story=story,
            team=team,
            first=len(mine) < 2,
            until=(story.told_at + self._retention).date(),
            coach=_coach(story, person),
            others=team_choices(await self._without_it(story)),
            hopes=tuple(hopes.get(story.id, ())),
            ai_next=_ai_from_the_next_on(story, team, person),
            thanks=await self._riding.in_receipt(delivery, now),
        )

    async def _without_it(self, story: Story) -> Sequence[Team]:
        """The teller's other teams that do not read the story yet."""
        teams = await self._store.teams.of_person(story.workspace, story.teller)
        others = [team for team in teams if team.id != story.team]
        have_it = await self._copies.shared_with(story) if others else frozenset()
        return [team for team in others if team.id not in have_it]

    async def _draft(self, delivery: Delivery, now: datetime) -> Composed:
        story = await self._store.stories.get(delivery.workspace, delivery.subject)
        if story is None:
            return Skip("story_gone")
        if story.state is not StoryState.DRAFT:
            if delivery.state is not DeliveryState.SENT:
                return Skip("story_gone")
            return PlainNotice("draft_saved" if story.state is StoryState.KEPT else "draft_dropped", {})
        teams = await self._store.teams.of_person(story.workspace, story.teller)
        return DraftNotice(
            story=story, why=str(delivery.data.get("why", "unclear")), teams=team_choices(teams)
        )

    async def _invitation(self, delivery: Delivery, now: datetime) -> Composed:
        team = await self._team(delivery)
        if team is None:
            # Set up meanwhile: the offer is past.
            team = await self._store.teams.by_channel(delivery.workspace, delivery.recipient)
            if team is not None and delivery.state is not DeliveryState.SENT:
                return Skip("set_up_already")
        inviter = delivery.data.get("inviter")
        return InvitationNotice(channel=delivery.recipient, team=team, inviter=inviter)

    async def _plain(self, delivery: Delivery, now: datetime) -> Composed:
        if delivery.data["code"] in ASK_CODES:
            return await self._asking.compose(delivery, now)
        return PlainNotice(
            str(delivery.data["code"]), dict(delivery.data.get("facts", {})), at=delivery.due_at
        )

    async def _asks_in_place_of_the_prompt(self, receipt: Delivery, now: datetime) -> None:
        """Whoever told a story before today's prompt gets none; a question that would have ridden in it comes alone."""
        if not await self._hopes.may_be_waiting(receipt, now):
            return
        person = await self._store.people.get(receipt.workspace, receipt.recipient)
        teams = await self._store.teams.of_person(receipt.workspace, receipt.recipient)
        if person is None or not teams:
            return
        prompt_at = await self._prompting.next_prompt(person, teams, now)
        if prompt_at is not None:
            await self._hopes.in_the_prompts_place(person, teams[0], prompt_at, now)

    async def _told_of_ai(self, delivery: Delivery, now: datetime) -> None:
        """The message said that the team lets AI read stories: from here on those of its reader may be."""
        team = await self._team(delivery)
        if team is not None and team.ai:
            await self._store.teams.note_ai(team.workspace, team.id, delivery.recipient, now=now)

    async def _looked_at(self, delivery: Delivery, now: datetime) -> Team | None:
        """Not every platform tells when a channel is opened: so it is looked at before stories go there."""
        team = await self._team(delivery)
        if team is None or delivery.state is DeliveryState.SENT:
            return team
        await self._look(team.workspace, team.channel, now)
        return await self._team(delivery)

    async def _team(self, delivery: Delivery) -> Team | None:
        if delivery.team is None:
            return None
        return await self._store.teams.get(delivery.workspace, delivery.team)

    async def _person(self, story: Story) -> Person:
        known = await self._store.people.get(story.workspace, story.teller)
        return known or Person(workspace=story.workspace, id=story.teller)


def _ai_from_the_next_on(story: Story, team: Team | None, person: Person) -> bool:
    """True for a story told since the team turned AI on, before its teller had been told so."""
    if team is None or not team.ai or team.ai_since is None or person.ai_refused or story.ai_allowed:
        return False
    return story.told_at >= team.ai_since


def _coach(story: Story, person: Person) -> tuple[str, str] | None:
    """One question at most, once, and never for a story that is complete."""
    if not person.coach or story.coached or story.state is not StoryState.KEPT:
        return None
    question = one_question(story.text, story.customer, story.change)
    return (question.code, question.words) if question is not None else None
