"""One answer as it came in, and what it becomes: a story on its teller's own date, and the message that answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Kind, NewDelivery, Priority
from bot.domain.folding import clean, is_blank
from bot.domain.identity import CheckId, TeamId, UserId, Workspace
from bot.domain.people import Person
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import MOST_CHARACTERS, Source, Story, StoryState, Visibility
from bot.domain.teams import Team
from bot.domain.zones import zone_or

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Told:
    """One answer as it came in. `team` None: it is not clear which team it is for."""

    workspace: Workspace
    teller: UserId
    text: str
    origin: str
    source: Source
    team: TeamId | None = None
    visibility: Visibility | None = None
    customer: str = ""
    goal: str = ""
    change: str = ""
    tags: tuple[str, ...] = ()
    check: CheckId | None = None
    prompt: str | None = None
    draft: bool = False
    why_draft: str = "no_prompt"


def refuse_words(text: str) -> Refusal | None:
    """Why these words cannot be kept, or None."""
    if is_blank(text):
        return Refusal(Why.EMPTY_STORY)
    if len(text) > MOST_CHARACTERS:
        return Refusal(Why.TOO_LONG, {"most": str(MOST_CHARACTERS)})
    return None


def story_of(told: Told, person: Person, team: Team | None, now: datetime) -> Story:
    """The story that an answer becomes; without a team it is its teller's alone."""
    wanted = told.visibility if told.visibility is not None else person.default_visibility
    return Story(
        id="",
        workspace=told.workspace,
        team=team.id if team else None,
        teller=told.teller,
        text=clean(told.text),
        told_at=now,
        told_on=local_date(person, team, now),
        source=told.source,
        origin=told.origin,
        visibility=wanted if team else Visibility.PRIVATE,
        customer=clean(told.customer).strip(),
        goal=clean(told.goal).strip(),
        change=clean(told.change).strip(),
        tags=told.tags,
        state=StoryState.DRAFT if told.draft else StoryState.KEPT,
        purpose_version=team.purpose.version if team and team.purpose else None,
        check=told.check,
        prompt=told.prompt,
    )


def local_date(person: Person, team: Team | None, now: datetime) -> date:
    """The date on the person's own clock (their team's where the platform does not tell theirs)."""
    return now.astimezone(zone_or(person.zone, team_zone(team) if team else UTC_ZONE)).date()


def team_zone(team: Team) -> ZoneInfo:
    """The team's own clock; UTC where its name is no zone (any more)."""
    return zone_or(team.zone, UTC_ZONE)


def reply_to(story: Story, why_draft: str, now: datetime) -> NewDelivery:
    """The message that answers: a receipt, or the question whether it is a story."""
    if story.state is StoryState.KEPT:
        return receipt_for(story, now)
    return NewDelivery(
        workspace=story.workspace,
        subject=story.id,
        kind=Kind.DRAFT,
        recipient=story.teller,
        due_at=now,
        priority=Priority.WAITING,
        data={"why": why_draft},
    )


def receipt_for(story: Story, now: datetime) -> NewDelivery:
    """The receipt of a kept story."""
    return NewDelivery(
        workspace=story.workspace,
        subject=story.id,
        kind=Kind.RECEIPT,
        recipient=story.teller,
        due_at=now,
        priority=Priority.WAITING,
        team=story.team,
    )


def team_choices(teams: Sequence[Team]) -> tuple[tuple[TeamId, str], ...]:
    """(id, name) of teams, for buttons."""
    return tuple((team.id, team.name) for team in teams)
