"""The Home tab: one's own stories and what can be done with them, the next prompt, and what the bot keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.identity import TeamId
from bot.domain.people import Person
from bot.domain.stories import Story
from bot.domain.teams import Team
from bot.domain.whentext import ENDLESS
from handlers.slack.surfaces import names
from handlers.slack.surfaces.audience import audience
from handlers.slack.surfaces.blocks import (
    actions,
    button,
    context,
    context_mrkdwn,
    divider,
    header,
    line,
    quote,
    rich,
    run,
    section,
)
from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.storyline import tag_words
from handlers.slack.surfaces.text import cut, day, moment, plain_line

HOME_EARLIER = "home.earlier"
HOME_LATER = "home.later"
HOME_PAUSE = "home.pause"
HOME_RESUME = "home.resume"
HOME_NUDGE = "home.nudge"
PAGE = 10
_SHOWN = 600


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home shows. `stories` is one page; `earlier` is the cursor of the next one, or None."""

    person: Person
    teams: Sequence[Team]
    stories: Sequence[Story]
    next_prompt: datetime | None
    retention_days: int
    earlier: str | None = None
    paged: bool = False
    managed: Sequence[Team] = ()


def home_view(page: HomePage) -> dict[str, Any]:
    """The view that views.publish takes; never over 100 blocks."""
    by_id = {team.id: team for team in page.teams}
    blocks = [
        *_purposes(page.teams or page.managed),
        *_prompt(page),
        divider(),
        *_stories(page, by_id),
        *_managing(page),
        divider(),
        *_kept(page),
    ]
    return {"type": "home", "blocks": blocks}


def unavailable() -> dict[str, Any]:
    """While the database does not answer."""
    words = "I cannot reach what I keep right now. Nothing is lost: open this tab again in a minute."
    return {"type": "home", "blocks": [section(words)]}


def not_for_guests() -> dict[str, Any]:
    """For people who cannot take part."""
    words = "purpose-bot is for full members of this workspace. Ask an admin if you should be one."
    return {"type": "home", "blocks": [section(words)]}


def _purposes(teams: Sequence[Team]) -> list[Block]:
    if not teams:
        return [
            header("Welcome"),
            section(
                "You are in no team yet. Invite me to your team's channel, or click *Count me in* below an "
                "invitation there. `/purpose help` shows what you can do."
            ),
        ]
    blocks: list[Block] = []
    for team in teams[:5]:
        blocks.append(header(team.name))
        if team.purpose is not None:
            blocks.append(rich(line(run(team.purpose.text, italic=True))))
    return blocks


def _prompt(page: HomePage) -> list[Block]:
    tell = button(
        "Share a story", names.PROMPT_SHARE, page.teams[0].id if page.teams else "", style="primary"
    )
    person = page.person
    if person.stopped_at is not None:
        words, click = "You stopped all prompts.", button("Resume", HOME_RESUME, "resume")
    elif person.paused_until is not None:
        until = "" if person.paused_until == ENDLESS else f" until {day(person.paused_until)}"
        words, click = f"You are paused{until}.", button("Resume", HOME_RESUME, "resume")
    elif page.next_prompt is not None:
        when = moment(page.next_prompt, "{date_long_pretty} at {time}")
        words, click = f"Your next prompt: {when}.", button("Pause", HOME_PAUSE, "pause")
    else:
        words, click = "No prompt is planned for you.", button("Pause", HOME_PAUSE, "pause")
    return [context_mrkdwn(words), actions(tell, click, _nudge(person))]


def _nudge(person: Person) -> Element:
    """Off unless the person switches it on: one more line two hours after a prompt that got no answer."""
    if person.nudge:
        return button("Stop nudging me", HOME_NUDGE, "off")
    return button("Nudge me once if I forget", HOME_NUDGE, "on")


def _stories(page: HomePage, teams: Mapping[TeamId, Team]) -> list[Block]:
    if not page.stories:
        return [section("*My stories*\nNothing here yet. One sentence about one customer is a story.")]
    blocks: list[Block] = [section("*My stories*")]
    for story in page.stories:
        blocks += _story(story, teams.get(story.team or ""))
    turn = []
    if page.paged:
        turn.append(button("Newest", HOME_LATER, "newest"))
    if page.earlier is not None:
        turn.append(button("Earlier", HOME_EARLIER, page.earlier))
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
        private = story.visibility.value == 0
        clicks.append(
            button("Share with team", names.STORY_SHARE, story.id)
            if private
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


def _managing(page: HomePage) -> list[Block]:
    """For managers: totals of each team of theirs, behind a click, so that they stand nowhere."""
    if not page.managed:
        return []
    views = [
        button(f"Team view: {cut(plain_line(team.name), 50)}", f"{names.TEAM_VIEW}#{place}", team.id)
        for place, team in enumerate(page.managed[:5])
    ]
    return [divider(), section("*For managers*"), actions(*views)]


def _kept(page: HomePage) -> list[Block]:
    return [
        section("*What I keep about you*"),
        context(
            f"Your stories for {page.retention_days} days, your settings, and when I asked you. "
            "`/purpose mydata` gives you all of it, `/purpose forget` deletes it."
        ),
    ]
