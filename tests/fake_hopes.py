"""Hopes in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from typing import Any

from bot.domain.folding import clean
from bot.domain.hopes import Hope, HopeKind, HopeState
from bot.domain.identity import StoryId, TeamId, UserId, Workspace
from bot.domain.redacting import redacted
from bot.domain.stories import Story
from tests.fake_ledger import FakeLedger
from tests.fake_stories import FakeStories


@dataclass
class FakeHopes:
    """See `bot.ports.hopes.Hopes`."""

    ledger: FakeLedger
    stories: FakeStories
    kept: dict[tuple[Workspace, str], Hope] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.stories.withdrawn.append(self._drop_of)

    async def keep(self, hope: Hope) -> Hope:
        known = next((one for one in self._of(hope.workspace) if one.origin == hope.origin), None)
        if known is not None:
            return known
        return self._put(replace(hope, id=hope.id or f"hope-{next(self.numbers):03d}"))

    async def get(self, workspace: Workspace, hope: str) -> Hope | None:
        return self.kept.get((workspace, hope))

    async def change(self, hope: Hope) -> bool:
        known = self.kept.get((hope.workspace, hope.id))
        if known is None or known.state is HopeState.DROPPED:
            return False
        changed = replace(
            known,
            words=hope.words,
            due_on=hope.due_on,
            state=hope.state,
            outcome=hope.outcome,
            line=hope.line,
            shared=hope.shared,
            customer=hope.customer,
            answered_at=hope.answered_at,
        )
        self._put(_emptied(changed) if hope.state is HopeState.DROPPED else changed)
        return True

    async def asked(self, workspace: Workspace, hope: str, *, at: datetime) -> None:
        known = self.kept.get((workspace, hope))
        if known is not None:
            self.kept[workspace, hope] = replace(known, asked_at=at)

    async def due(self, workspace: Workspace, person: UserId, *, on: date) -> Sequence[Hope]:
        found = [
            one for one in self._of(workspace, person) if one.state is HopeState.OPEN and one.due_on <= on
        ]
        return sorted(found, key=lambda one: (one.due_on, one.created_at, one.id))

    async def of_person(self, workspace: Workspace, person: UserId, *, limit: int = 100) -> Sequence[Hope]:
        mine = self._of(workspace, person)
        waiting = [one for one in mine if one.state is HopeState.OPEN]
        told = [one for one in mine if one.state is HopeState.ANSWERED]
        waiting.sort(key=lambda one: (one.due_on, -one.created_at.timestamp(), one.id))
        told.sort(key=lambda one: one.answered_at or one.created_at, reverse=True)
        return [*waiting, *told][:limit]

    async def of_stories(
        self, workspace: Workspace, stories: Collection[StoryId]
    ) -> Mapping[StoryId, Sequence[Hope]]:
        found: dict[StoryId, list[Hope]] = {}
        for one in sorted(self._of(workspace), key=lambda one: (one.created_at, one.id)):
            if one.story in stories and one.story is not None and one.state is not HopeState.DROPPED:
                found.setdefault(one.story, []).append(one)
        return found

    async def told(
        self, workspace: Workspace, team: TeamId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        found = [
            (one.answered_at, one.id, one)
            for one in self._of(workspace)
            if one.state is HopeState.ANSWERED and one.shared and one.team == team and one.answered_at
        ]
        return [one for at, _, one in sorted(found, key=lambda each: each[:2]) if since <= at < until]

    async def tried(
        self, workspace: Workspace, teams: Collection[TeamId], *, without: UserId, limit: int = 20
    ) -> Sequence[Hope]:
        found = [
            one
            for one in self._of(workspace)
            if one.kind is HopeKind.TRIAL
            and one.state is HopeState.OPEN
            and one.shared
            and one.team in teams
            and one.person != without
        ]
        return sorted(found, key=lambda one: (-one.created_at.timestamp(), one.id))[:limit]

    async def taken_since(
        self, workspace: Workspace, person: UserId, *, since: datetime, until: datetime
    ) -> Sequence[Hope]:
        mine = {one.id for one in self.kept.values() if (one.workspace, one.person) == (workspace, person)}
        found = [
            one
            for one in self.kept.values()
            if one.workspace == workspace
            and one.taken_from in mine
            and one.person != person
            and since <= one.created_at < until
        ]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    # forgetting -------------------------------------------------------------------------------------------------------

    def forget(self, workspace: Workspace, user: UserId) -> None:
        """What forgetting a person does here."""
        for key, one in list(self.kept.items()):
            if (one.workspace, one.person) == (workspace, user):
                del self.kept[key]
                self.ledger.mark_story(workspace, one.id)

    def expire(self, before: datetime) -> None:
        """Empty what is too old and stands with no story."""
        self._drop(lambda one: one.story is None and one.created_at < before)

    def leave_behind(self, left: Collection[tuple[Workspace, UserId]]) -> None:
        """Empty what people who left had kept to themselves."""
        self._drop(lambda one: one.story is None and not one.shared and (one.workspace, one.person) in left)
        for key, one in self.kept.items():
            if not one.shared and (one.workspace, one.person) in left:
                self.kept[key] = replace(one, line="")

    def holding(self, workspace: Workspace, words: str) -> set[StoryId]:
        """The stories whose hopes hold these words."""
        found = {one.story for one in self._of(workspace) if _black(one, words) != one}
        return {story for story in found if story is not None}

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        held = [one for one in self._of(workspace) if one.story is None and _black(one, words) != one]
        for one in held:
            self._put(_black(one, words))
        return len(held)

    def redact_with(self, workspace: Workspace, story: StoryId, words: str) -> bool:
        """Black the words out in what was hoped for with a story."""
        held = [one for one in self._of(workspace) if one.story == story and _black(one, words) != one]
        for one in held:
            self._put(_black(one, words))
        return bool(held)

    def _drop_of(self, story: Story) -> None:
        self._drop(lambda one: (one.workspace, one.story) == (story.workspace, story.id))

    def _drop(self, chosen: Callable[[Hope], bool]) -> None:
        for one in list(self.kept.values()):
            if one.state is not HopeState.DROPPED and chosen(one):
                self._put(replace(_emptied(one), state=HopeState.DROPPED))

    def _of(self, workspace: Workspace, person: UserId | None = None) -> list[Hope]:
        return [one for (of, _), one in self.kept.items() if of == workspace and person in (None, one.person)]

    def _put(self, hope: Hope) -> Hope:
        kept = replace(hope, words=clean(hope.words), line=clean(hope.line), customer=clean(hope.customer))
        self.kept[kept.workspace, kept.id] = kept
        for shown in (kept.id, kept.story):
            if shown is not None:
                self.ledger.mark_story(kept.workspace, shown)
        return kept


def _emptied(hope: Hope) -> Hope:
    return replace(hope, words="", line="", customer="", outcome=None, shared=False)


def _black(hope: Hope, words: str) -> Hope:
    names = ("words", "line", "customer")
    black: dict[str, Any] = {name: redacted(getattr(hope, name), words) for name in names}
    return replace(hope, **black)
