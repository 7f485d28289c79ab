"""Telling: an answer becomes a story, is changed, shared, taken back. Every way in ends here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery, Kind
from bot.domain.folding import clean
from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.people import Person
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Story, StoryState, Visibility, may_see, seen_by
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryChange
from bot.usecases.admission import Admission
from bot.usecases.copies import Copies, origin_for
from bot.usecases.told import (
    UTC_ZONE,
    Told,
    local_date,
    receipt_for,
    refuse_words,
    reply_to,
    story_of,
    team_choices,
    team_zone,
)

__all__ = [
    "IN_A_ROW",
    "UTC_ZONE",
    "Telling",
    "Told",
    "local_date",
    "refuse_words",
    "team_choices",
    "team_zone",
]

IN_A_ROW = timedelta(minutes=2)
"""Stories told this close together come from somebody in a hurry."""


class Telling:
    """Keeps stories for their tellers."""

    def __init__(self, store: Store, admission: Admission) -> None:
        """`admission` says who may tell."""
        self._store = store
        self._admission = admission
        self._copies = Copies(store)

    async def tell(self, told: Told, now: datetime) -> Story | Refusal:
        """Keep an answer and owe its receipt, in one transaction; the same origin never makes two stories."""
        person = await self._admission.full_member(told.workspace, told.teller, now)
        if isinstance(person, Refusal):
            return person
        refusal = refuse_words(told.text)
        if refusal is not None:
            return refusal
        team = await self._store.teams.get(told.workspace, told.team) if told.team else None
        story = story_of(told, person, team, now)
        story = replace(
            story,
            ai_allowed=await self._ai_may_read(team, person),
            coached=await self._in_a_hurry(story, now),
        )
        kept = await self._store.stories.keep(story, enqueue=[reply_to(story, told.why_draft, now)])
        if kept.new and kept.story.state is StoryState.KEPT:
            await self._told_today(kept.story, now)
        return kept.story

    async def save_draft(
        self, workspace: Workspace, user: UserId, story: StoryId, now: datetime, team: TeamId | None = None
    ) -> Story | Refusal:
        """The teller says that it is a story after all (and for which team)."""
        mine = await self.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        if team is not None and team not in {
            known.id for known in await self._store.teams.of_person(workspace, user)
        }:
            return Refusal(Why.NO_TEAM_YET)
        chosen = await self._store.teams.get(workspace, team) if team else None
        person = await self._admission.person(workspace, user, now)
        change = StoryChange(state=StoryState.KEPT)
        if chosen is not None:
            change = StoryChange(
                state=StoryState.KEPT,
                team=chosen.id,
                visibility=person.default_visibility,
                ai_allowed=await self._ai_may_read(chosen, person),
            )
        saved = await self._store.stories.change(workspace, story, change, by=user, at=now)
        if saved is None:
            return Refusal(Why.STORY_GONE)
        await self._store.ledger.owe([receipt_for(saved, now)])
        await self._told_today(saved, now)
        return saved

    async def edit(
        self, workspace: Workspace, user: UserId, story: StoryId, change: StoryChange, now: datetime
    ) -> Story | Refusal:
        """The teller changes words, audience or detail; whatever shows the story follows."""
        mine = await self.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        if change.text is not None:
            refusal = refuse_words(change.text)
            if refusal is not None:
                return refusal
        if change.visibility is not None and change.visibility > Visibility.PRIVATE and mine.team is None:
            return Refusal(Why.NO_TEAM_YET)
        changed = await self._store.stories.change(workspace, story, change, by=user, at=now)
        if changed is None:
            return Refusal(Why.STORY_GONE)
        await self._copies.follow(changed, change, at=now)
        return changed

    async def add(
        self, workspace: Workspace, user: UserId, story: StoryId, text: str, *, origin: str, now: datetime
    ) -> Story | Refusal:
        """The teller adds a message to a story; whatever shows it follows, and the coach is content."""
        mine = await self.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        refusal = refuse_words(f"{mine.text}\n{text}")
        if refusal is not None:
            return refusal
        await self._store.stories.change(workspace, story, StoryChange(coached=True), by=user, at=now)
        kept = await self._store.stories.extend(workspace, story, origin=origin, text=clean(text), at=now)
        await self._copies.follow(kept.story, StoryChange(text=kept.story.text), at=now)
        return kept.story

    async def withdraw(
        self, workspace: Workspace, user: UserId, story: StoryId, now: datetime
    ) -> Story | Refusal:
        """The teller takes it back: its words are wiped everywhere."""
        mine = await self.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        # Its copies first: once this one is gone, a second try no longer gets here.
        await self._copies.withdraw(mine, at=now)
        change = StoryChange(state=StoryState.WITHDRAWN)
        gone = await self._store.stories.change(workspace, story, change, by=user, at=now)
        if gone is None:
            return Refusal(Why.STORY_GONE)
        await self._store.audit.note(workspace, actor=user, action="story.withdrawn", about=story, at=now)
        return gone

    async def also_share(
        self, workspace: Workspace, user: UserId, story: StoryId, team: TeamId, now: datetime
    ) -> Story | Refusal:
        """Tell the same words to another team of one's own; clicked twice it is still one story there."""
        mine = await self.own(workspace, user, story)
        if isinstance(mine, Refusal):
            return mine
        if team not in {known.id for known in await self._store.teams.of_person(workspace, user)}:
            return Refusal(Why.NO_TEAM_YET)
        there = await self._copies.in_team(mine, team)
        if there is not None:
            change = StoryChange(visibility=Visibility.TEAM)
            shared = await self.edit(workspace, user, there.id, change, now)
        else:
            shared = await self._tell_copy(mine, team, now)
        await self._copies.show_anew(mine)
        return shared

    async def _tell_copy(self, mine: Story, team: TeamId, now: datetime) -> Story | Refusal:
        return await self.tell(
            Told(
                workspace=mine.workspace,
                teller=mine.teller,
                text=mine.text,
                origin=origin_for(mine, team),
                source=mine.source,
                team=team,
                visibility=Visibility.TEAM,
                customer=mine.customer,
                goal=mine.goal,
                change=mine.change,
                tags=mine.tags,
            ),
            now,
        )

    async def message_edited(
        self, workspace: Workspace, origin: str, text: str, *, edited: str, now: datetime
    ) -> None:
        """The teller edited their own message."""
        await self._store.stories.edit_message(workspace, origin, clean(text), edited=edited, at=now)
        await self._copies_follow_message(workspace, origin, now)

    async def message_deleted(self, workspace: Workspace, origin: str, *, now: datetime) -> None:
        """The teller deleted their own message."""
        await self._store.stories.delete_message(workspace, origin, at=now)
        await self._copies_follow_message(workspace, origin, now)

    async def _copies_follow_message(self, workspace: Workspace, origin: str, now: datetime) -> None:
        story = await self._store.stories.by_origin(workspace, origin)
        if story is None:
            return
        if story.state is StoryState.WITHDRAWN:
            await self._copies.withdraw(story, at=now)
        else:
            await self._copies.follow(story, StoryChange(text=story.text), at=now)

    async def own(self, workspace: Workspace, user: UserId, story: StoryId) -> Story | Refusal:
        """The story where it is the person's own and still there. Every click ends up here: ids are only claims."""
        found = await self._store.stories.get(workspace, story)
        if found is None or found.state is StoryState.WITHDRAWN:
            return Refusal(Why.STORY_GONE)
        if found.teller != user:
            return Refusal(Why.NOT_YOURS)
        return found

    async def readable(
        self, workspace: Workspace, user: UserId, story: StoryId, now: datetime
    ) -> Story | None:
        """The story, as this person reads it, where they may read it now; None does not tell a missing one from a
        hidden one."""
        found = await self._store.stories.get(workspace, story)
        if found is None:
            return None
        viewer = await self._admission.viewer(workspace, user, now)
        return seen_by(found, viewer) if may_see(found, viewer) else None

    async def _ai_may_read(self, team: Team | None, person: Person) -> bool:
        """Only where the team lets AI read, the person was told so beforehand, and did not refuse."""
        if team is None or not team.ai or person.ai_refused:
            return False
        member = await self._store.teams.member(team.workspace, team.id, person.id)
        told_at = member.ai_told_at if member is not None else None
        return told_at is not None and (team.ai_since is None or told_at >= team.ai_since)

    async def _in_a_hurry(self, story: Story, now: datetime) -> bool:
        """Whoever said "nothing today", or tells one thing after the other, is not asked for more."""
        prompt = await self._prompt_of(story, now)
        if prompt is not None and prompt.data.get("answered") in ("nothing", "later"):
            return True
        last = await self._store.stories.last_told(story.workspace, story.teller)
        return last is not None and now - last.told_at < IN_A_ROW

    async def _told_today(self, story: Story, now: datetime) -> None:
        """Whoever told a story is not asked again today, and what asked them shows that it was answered."""
        ledger = self._store.ledger
        await ledger.settle(
            story.workspace, story.teller, kinds=(Kind.PROMPT, Kind.NUDGE), reason="already_told", now=now
        )
        await self._store.people.set(story.workspace, story.teller, unanswered=0)
        prompt = await self._prompt_of(story, now)
        if prompt is not None:
            await ledger.answer(story.workspace, prompt.id, "told")

    async def _prompt_of(self, story: Story, now: datetime) -> Delivery | None:
        if story.prompt:
            return await self._store.ledger.get(story.workspace, story.prompt)
        return await self._store.ledger.open_prompt(story.workspace, story.teller, now=now)
