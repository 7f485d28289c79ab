"""Home's part with one's own stories: by customer, the newest first, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.identity import StoryId, TeamId
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from bot.ports.own_stories import Group
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience
from handlers.slack.surfaces.blocks import actions, button, context, line, quote, rich, run, section
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.storyline import tag_words
from handlers.slack.surfaces.text import cut, day, plain_line

HOME_EARLIER = "home.earlier"
HOME_LATER = "home.later"
PAGE = 8
_SHOWN = 600
_MOST_CUSTOMER = 150


@dataclass(frozen=True, slots=True)
class StoriesAtHome:
    """One page of a person's stories, one for each customer; `earlier` is the cursor of the next page, or None."""

    groups: Sequence[Group] = ()
    teams: Sequence[Team] = ()
    earlier: str | None = None
    paged: bool = False


def home_section(told: StoriesAtHome) -> list[Block]:
    """At most 26 blocks: three a customer, and the pages."""
    if not told.groups:
        return [section("*My stories*\nNothing here yet. One sentence about one customer is a story.")]
    teams: Mapping[TeamId, Team] = {team.id: team for team in told.teams}
    blocks: list[Block] = [section("*My stories, by customer*")]
    for place, group in enumerate(told.groups):
        blocks += own_story(group.story, teams.get(group.story.team or ""), _behind(group, place))
    turn = []
    if told.paged:
        turn.append(button("Newest", HOME_LATER, "newest"))
    if told.earlier is not None:
        turn.append(button("Earlier", HOME_EARLIER, told.earlier))
    if turn:
        blocks.append(actions(*turn))
    return blocks


def own_story(
    story: Story, team: Team | None, behind: Sequence[Element] = (), *, named: bool = True
) -> list[Block]:
    """One story of the reader's own in three blocks, with what can be done with it; `behind` are more clicks. `named`
    False leaves its customer's name to what stands above it."""
    about = [day(story.told_on), f"seen by {audience(story.visibility, team)}"]
    if story.tags:
        about.append(tag_words(story))
    clicks = [button("Edit", names.STORY_EDIT, story.id)]
    if team is not None:
        clicks.append(
            button("Share with team", names.STORY_SHARE, story.id)
            if story.visibility is Visibility.PRIVATE
            else button("Keep private", names.STORY_PRIVATE, story.id)
        )
    clicks.append(button("Add a hope", names.HOPE_ADD, story.id))
    clicks.append(button("Delete", names.STORY_DELETE, story.id, style="danger"))
    if len(story.text) > _SHOWN:
        clicks.append(button("Read all", names.STORY_READ, story.id))
    customer = cut(plain_line(story.customer), _MOST_CUSTOMER)
    name = [line(run(customer, bold=True))] if customer and named else []
    return [
        rich(*name, quote(run(cut(story.text, _SHOWN)))),
        context(cut(" · ".join(about), 500)),
        actions(*clicks, *behind),
    ]


def _behind(group: Group, place: int) -> list[Element]:
    """The way to all that was told about a customer, and to its card."""
    if group.story.customer_id is None:
        return []
    more = f" ({group.stories} stories)" if group.stories > 1 else ""
    words = f"About {cut(plain_line(group.story.customer), 40)}{more}"
    return [button(words, f"{names.CUSTOMER_OPEN}#{place}", group.story.customer_id)]


def cursor_of(story: Story) -> str:
    """Where the page after this story begins."""
    return f"{story.told_at.timestamp()}:{story.id}"


def read_cursor(value: str) -> tuple[datetime, StoryId] | None:
    """Where a page begins; a value that is no cursor begins at the newest."""
    at, _, story = value.partition(":")
    try:
        return datetime.fromtimestamp(float(at), UTC), story
    except (ValueError, OverflowError, OSError):
        return None
