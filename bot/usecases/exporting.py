"""Exporting stories: what a channel's whole team may see, one object a story, with constant memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from typing import Any

from bot.domain.folding import clean
from bot.domain.stories import Story, Visibility
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.ports.stories import StoryQuery
from bot.usecases.telling import team_zone

COLUMNS = ("id", "told_on", "text", "customer", "tags", "visibility", "source", "revision")
TELLER_COLUMNS = ("teller", "told_at")


async def exported(
    store: Store, team: Team, since: date | None, *, with_tellers: bool
) -> AsyncIterator[dict[str, Any]]:
    """Each story of a team that its whole team may see, oldest first, as the contract names its fields."""
    begin = datetime.combine(since, time(), team_zone(team)).astimezone(UTC) if since else None
    query = StoryQuery(team=team.id, at_least=Visibility.TEAM, since=begin, oldest_first=True)
    async for story in store.stories.stream(team.workspace, query):
        yield exported_story(story, with_teller=with_tellers)


def exported_story(story: Story, *, with_teller: bool) -> dict[str, Any]:
    """One story as the contract names its fields."""
    line: dict[str, Any] = {
        "id": story.id,
        "told_on": story.told_on.isoformat(),
        "text": clean(story.text),
        "customer": story.customer,
        "tags": list(story.tags),
        "visibility": story.visibility.word,
        "source": story.source.value,
        "revision": story.revision,
    }
    if with_teller:
        line["teller"] = story.teller
        line["told_at"] = story.told_at.astimezone(UTC).isoformat()
    return line
