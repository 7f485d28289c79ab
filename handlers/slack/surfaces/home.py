"""The Home tab: which parts it has, and in which order.

Each part is a feature's own: a frozen dataclass of what it shows, and `home_section` that turns it into blocks and
says how many at most. All parts together keep within Slack's hundred (a test holds them to it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.teams import Team
from handlers.slack.surfaces import (
    home_asking,
    home_hopes,
    home_kept,
    home_pulse,
    home_reasons,
    home_stories,
    home_year,
    names,
)
from handlers.slack.surfaces.blocks import actions, button, divider, line, rich, run, section
from handlers.slack.surfaces.home_asking import AskedAtHome
from handlers.slack.surfaces.home_hopes import HopesAtHome
from handlers.slack.surfaces.home_kept import KeptAtHome
from handlers.slack.surfaces.home_pulse import PulsesAtHome
from handlers.slack.surfaces.home_reasons import ReasonsAtHome
from handlers.slack.surfaces.home_stories import StoriesAtHome
from handlers.slack.surfaces.home_year import YearAtHome
from handlers.slack.surfaces.rendered import Block
from handlers.slack.surfaces.text import cut, plain_line

_MOST_TEAMS = 5


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person's Home shows, a field for each part; a part that is left out shows nothing."""

    asked: AskedAtHome
    kept: KeptAtHome
    stories: StoriesAtHome = field(default_factory=StoriesAtHome)
    hopes: HopesAtHome | None = None
    year: YearAtHome | None = None
    managed: Sequence[Team] = ()
    reasons: ReasonsAtHome | None = None
    pulses: PulsesAtHome = field(default_factory=PulsesAtHome)


def home_view(page: HomePage) -> dict[str, Any]:
    """The view that views.publish takes; never over 100 blocks."""
    blocks = [
        *_purposes(page.asked.teams or page.managed),
        *home_reasons.home_section(page.reasons),
        *home_asking.home_section(page.asked),
        divider(),
        *home_hopes.home_section(page.hopes),
        *home_stories.home_section(page.stories),
        *home_year.home_section(page.year),
        *home_pulse.home_section(page.pulses),
        *_managing(page.managed),
        divider(),
        *home_kept.home_section(page.kept),
    ]
    return {"type": "home", "blocks": blocks}


def unavailable() -> dict[str, Any]:
    """While the database does not answer."""
    words = "I can't reach what I keep right now. Nothing is lost, and this page comes back by itself."
    return {"type": "home", "blocks": [section(words)]}


def not_for_guests() -> dict[str, Any]:
    """For people who cannot take part."""
    words = "purpose-bot is for full members of this workspace. Ask an admin if you should be one."
    return {"type": "home", "blocks": [section(words)]}


def _purposes(teams: Sequence[Team]) -> list[Block]:
    """At most five blocks: what each team is there for."""
    if not teams:
        return [
            section(
                "*Welcome*\nYou are in no team yet. Invite me to your team's channel, or click *Count me in* below an "
                "invitation there. `/purpose help` shows what you can do."
            ),
        ]
    return [_purpose(team) for team in teams[:_MOST_TEAMS]]


def _purpose(team: Team) -> Block:
    lines = [line(run(cut(plain_line(team.name), 150), bold=True))]
    if team.purpose is not None:
        lines.append(line(run(team.purpose.text, italic=True)))
    return rich(*lines)


def _managing(managed: Sequence[Team]) -> list[Block]:
    """At most three blocks. For managers: totals of each team of theirs, behind a click, so that they stand nowhere."""
    if not managed:
        return []
    views = [
        button(f"Team view: {cut(plain_line(team.name), 50)}", f"{names.TEAM_VIEW}#{place}", team.id)
        for place, team in enumerate(managed[:_MOST_TEAMS])
    ]
    return [divider(), section("*For managers*"), actions(*views)]
