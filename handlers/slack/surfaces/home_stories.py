"""Home's part with one's own stories: a page of them, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.identity import TeamId
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience
from handlers.slack.surfaces.blocks import actions, button, context, quote, rich, run, section
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.storyline import tag_words
from handlers.slack.surfaces.text import cut, day, plain_line

HOME_EARLIER = "home.earlier"
HOME_LATER = "home.later"
PAGE = 10
_SHOWN = 600


@dataclass(frozen=True, slots=True)
class StoriesAtHome:
    """One page of a person's stories; `earlier` is the cursor of the next page, or None."""

    stories: Sequence[Story] = ()
    teams: Sequence[Team] = ()
    earlier: str | None = None
    paged: bool = False


def home_section(told: StoriesAtHome) -> list[Block]:
    """At most 32 blocks: three a story, and the pages."""
    if not told.stories:
        return [section("*My stories*\nNothing here yet. One sentence about one customer is a story.")]
    teams: Mapping[TeamId, Team] = {team.id: team for team in told.teams}
    blocks: list[Block] = [section("*My stories*")]
    for story in told.stories:
        blocks += _story(story, teams.get(story.team or ""))
    turn = []
    if told.paged:
        turn.append(button("Newest", HOME_LATER, "newest"))
    if told.earlier is not None:
        turn.append(button("Earlier", HOME_EARLIER, told.earlier))
    if turn:
        blocks.append(actions(*turn))
    return blocks


def _story(story: Story, team: Team | None) -> list[Block]:
    about = [day(story.told_on)]
    if story.customer:
        about.append(plain_line(story.customer))
    about.append(f"seen by {audience(story.visibility, team)}")
    if story.tags:
        about.append(tag_words(story))
    clicks = [button("Edit", names.STORY_EDIT, story.id)]
    if team is not None:
        clicks.append(
            button("Share with team", names.STORY_SHARE, story.id)
            if story.visibility is Visibility.PRIVATE
            else button("Keep private", names.STORY_PRIVATE, story.id)
        )
    clicks.append(button("Delete", names.STORY_DELETE, story.id, style="danger"))
    if len(story.text) > _SHOWN:
        clicks.append(button("Read all", names.STORY_READ, story.id))
    return [
        rich(quote(run(cut(story.text, _SHOWN)))),
        context(cut(" · ".join(about), 500)),
        actions(*clicks),
    ]
