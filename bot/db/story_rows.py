"""Between a story's row and the domain's Story."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.db.values import clean, instant, listed, micros, words
from bot.domain.stories import Source, Story, StoryState, Visibility

NAMES = (
    "id",
    "workspace",
    "team",
    "teller",
    "text",
    "told_at",
    "told_on",
    "source",
    "origin",
    "visibility",
    "customer",
    "goal",
    "change",
    "tags",
    "state",
    "revision",
    "purpose_version",
    "check_id",
    "prompt",
    "ai_allowed",
    "coached",
    "customer_id",
    "masked",
)
COLUMNS = ", ".join(f"s.{name}" for name in NAMES)
"""What `story_of` reads, in order, from `story s`."""


def story_of(row: Any) -> Story:
    """A row of `COLUMNS` as the domain's Story."""
    return Story(
        id=row[0],
        workspace=row[1],
        team=row[2],
        teller=row[3],
        text=row[4],
        told_at=instant(row[5]),
        told_on=date.fromisoformat(row[6]),
        source=Source(row[7]),
        origin=row[8],
        visibility=Visibility(row[9]),
        customer=row[10],
        goal=row[11],
        change=row[12],
        tags=words(row[13]),
        state=StoryState(row[14]),
        revision=row[15],
        purpose_version=row[16],
        check=row[17],
        prompt=row[18],
        ai_allowed=bool(row[19]),
        coached=bool(row[20]),
        customer_id=row[21],
        masked=row[22],
    )


def values_of(story: Story) -> dict[str, Any]:
    """A story's columns."""
    return {
        "id": story.id,
        "workspace": story.workspace,
        "team": story.team,
        "teller": story.teller,
        "text": clean(story.text),
        "told_at": micros(story.told_at),
        "told_on": story.told_on.isoformat(),
        "source": story.source.value,
        "origin": story.origin,
        "visibility": int(story.visibility),
        "customer": clean(story.customer),
        "goal": clean(story.goal),
        "change": clean(story.change),
        "tags": listed(story.tags),
        "state": story.state.value,
        "revision": story.revision,
        "purpose_version": story.purpose_version,
        "check_id": story.check,
        "prompt": story.prompt,
        "ai_allowed": story.ai_allowed,
        "coached": story.coached,
        "customer_id": story.customer_id,
        "masked": clean(story.masked),
    }
