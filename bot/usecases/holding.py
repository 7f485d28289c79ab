"""Holding back: a story that may hurt a colleague waits until a manager has had a look."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.domain.hurting import has_hard_words, may_hurt
from bot.domain.identity import StoryId, TeamId, UserId
from bot.domain.people import Person
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.ports.stores import Store


async def held_back(
    store: Store, team: Team, stories: Sequence[Story], put_in: Collection[StoryId] = ()
) -> tuple[StoryId, ...]:
    """Which of `stories` name a colleague next to hard words; those that a manager put in are not asked about again.

    Hard words are rare: who the colleagues are is looked up only where there are some.
    """
    doubtful = [story for story in stories if story.id not in put_in and has_hard_words(story.text)]
    if not doubtful:
        return ()
    colleagues = await _colleagues(store, team, doubtful)
    return tuple(
        story.id
        for story in doubtful
        if may_hurt(
            story.text,
            [person.name for user, person in colleagues.items() if user != story.teller],
            customers=(story.customer,),
        )
    )


async def _colleagues(store: Store, team: Team, stories: Sequence[Story]) -> Mapping[UserId, Person]:
    """The people of these stories' teams, and the team's managers."""
    teams: dict[TeamId, None] = dict.fromkeys(story.team for story in stories if story.team)
    users = set(team.managers) | {story.teller for story in stories}
    for each in teams:
        users |= {member.user for member in await store.teams.members(team.workspace, each)}
    return await store.people.many(team.workspace, users)
