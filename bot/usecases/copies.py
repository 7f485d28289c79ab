"""One story told to several teams: its copies follow what its teller changes, hides or takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.deliveries import Kind
from bot.domain.identity import StoryId, TeamId
from bot.domain.stories import Story, StoryState, Visibility, shown_in_channel
from bot.ports.stores import Store
from bot.ports.stories import StoryChange

_MARK = "also"


def first_of(story: Story) -> StoryId:
    """The id of the story as it was told first; its own where it is no copy."""
    mark, _, rest = story.origin.partition(":")
    return rest.partition(":")[0] if mark == _MARK else story.id


def origin_for(story: Story, team: TeamId) -> str:
    """The origin of a story's copy for a team: the same however often, and from whichever copy, it is asked for."""
    return f"{_MARK}:{first_of(story)}:{team}"


class Copies:
    """Finds and changes what stands for the same words in other teams. Everything here bears being done twice."""

    def __init__(self, store: Store) -> None:
        """Stories and teams of `store`."""
        self._store = store

    async def of(self, story: Story) -> Sequence[Story]:
        """The other tellings of these words that stand, in whichever team, left ones included."""
        stories = self._store.stories
        teams = await self._store.teams.all(story.workspace)
        found = [
            await stories.get(story.workspace, first_of(story)),
            *[await stories.by_origin(story.workspace, origin_for(story, team.id)) for team in teams],
        ]
        return [
            each
            for each in found
            if each is not None
            and each.id != story.id
            and each.teller == story.teller
            and each.state is not StoryState.WITHDRAWN
        ]

    async def in_team(self, story: Story, team: TeamId) -> Story | None:
        """The telling that stands in a team already."""
        return next((each for each in (story, *await self.of(story)) if each.team == team), None)

    async def shared_with(self, story: Story) -> frozenset[TeamId]:
        """The other teams that read these words already."""
        return frozenset(each.team for each in await self.of(story) if each.team and shown_in_channel(each))

    async def show_anew(self, story: Story) -> None:
        """Every receipt of these words offers now what is left to share."""
        for each in (story, *await self.of(story)):
            await self._store.ledger.show_anew(story.workspace, each.id, (Kind.RECEIPT,))

    async def follow(self, story: Story, change: StoryChange, *, at: datetime) -> None:
        """Words, details, privacy and a refusal of AI hold for every copy; who else sees it is each team's own."""
        private = change.visibility is Visibility.PRIVATE
        shared = replace(
            change,
            visibility=Visibility.PRIVATE if private else None,
            ai_allowed=False if change.ai_allowed is False else None,
            team=None,
            state=None,
            coached=None,
        )
        if shared != StoryChange():
            await self._change(story, shared, at)

    async def withdraw(self, story: Story, *, at: datetime) -> None:
        """Take every copy back."""
        await self._change(story, StoryChange(state=StoryState.WITHDRAWN), at)

    async def _change(self, story: Story, change: StoryChange, at: datetime) -> None:
        for each in await self.of(story):
            await self._store.stories.change(story.workspace, each.id, change, by=story.teller, at=at)
