"""The card before a call: what a customer is after, what was hoped, what came of it, the last story, one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.hopes import Hope, HopeState, Outcome
from bot.domain.identity import StoryId, UserId
from bot.domain.stories import Story

MOST_HOPES = 3
"""So many hopes, and so many outcomes, stand on a card: it is read in the minute before a call."""

ABOUT_GOALS = "What are you really after this year?"
ABOUT_CHANGE = "What changes for you once it is live, and when do you need that?"
ABOUT_SURENESS = "How sure are you that this helps, and what would make you surer?"
ABOUT_MORE = "What could we do for you that no one else will?"
ABOUT_PEOPLE = "Who feels the difference most, and could I meet them?"
ABOUT_A_MONTH = "What should be different for you a month from now?"


@dataclass(frozen=True, slots=True)
class Card:
    """What one person may know about a customer. `stories` are those they may read, newest first; `hoped` is still
    open, `came_of` is answered."""

    label: str
    goal: str
    stories: tuple[Story, ...]
    hoped: tuple[Hope, ...]
    came_of: tuple[Hope, ...]
    question: str

    @property
    def last(self) -> Story:
        """The newest story."""
        return self.stories[0]


def card(reader: UserId, stories: Sequence[Story], hopes: Mapping[StoryId, Sequence[Hope]]) -> Card:
    """The card from at least one story that `reader` may read, newest first, and what was hoped in them.

    What a colleague hoped may be read with their story; what came of it only where they let others hear.
    """
    goal = next((story.goal.strip() for story in stories if story.goal.strip()), "")
    said = [hope for story in stories for hope in hopes.get(story.id, ())]
    open_ones = [hope for hope in said if hope.state is HopeState.OPEN]
    answered = [
        hope for hope in said if hope.state is HopeState.ANSWERED and (hope.person == reader or hope.shared)
    ]
    newest_first = sorted(
        answered, key=lambda hope: (hope.answered_at or hope.created_at, hope.id), reverse=True
    )
    hoped = sorted(open_ones, key=lambda hope: (hope.due_on, hope.created_at, hope.id))
    return Card(
        label=stories[0].customer,
        goal=goal,
        stories=tuple(stories),
        hoped=tuple(hoped[:MOST_HOPES]),
        came_of=tuple(newest_first[:MOST_HOPES]),
        question=_question(goal, stories, hoped, newest_first),
    )


def _question(goal: str, stories: Sequence[Story], hoped: Sequence[Hope], answered: Sequence[Hope]) -> str:
    """The one question for what is known least about them; the same one from the same facts."""
    if not goal:
        return ABOUT_GOALS
    if hoped:
        return ABOUT_SURENESS
    if answered:
        return ABOUT_A_MONTH if answered[0].outcome is Outcome.CAME_TRUE else ABOUT_MORE
    if not any(story.change.strip() for story in stories):
        return ABOUT_CHANGE
    return ABOUT_PEOPLE
