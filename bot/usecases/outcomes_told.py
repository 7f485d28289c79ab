"""What came of what was told before: for a team's digest, its chart, and its managers' totals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.digests import Digest
from bot.domain.hopes import Hope
from bot.domain.masks import gives_away
from bot.domain.notices import LaterOn
from bot.domain.stories import Story, seen_in, shown_in_channel
from bot.domain.teams import Team
from bot.ports.stores import Store
from bot.usecases.holding import held_back
from bot.usecases.naming import names_of
from bot.usecases.telling import team_zone

MOST_LATER = 2
"""So many stand in one digest: a glance back, not a second digest."""


async def later_on(store: Store, team: Team, digest: Digest) -> tuple[LaterOn, ...]:
    """What came of stories told before, answered in the digest's time: a teller's first, the earliest answers.

    Only where the teller lets the team hear of it and the story stands in its channel as well; not what a manager
    would have to look at first, and nothing in the company's own digest.
    """
    if team.company_wide:
        return ()
    told = [
        (hope, story)
        async for hope, story in _told(store, team, digest.since, digest.until)
        if story is not None
        and story.id not in digest.left_out
        and not gives_away(_all_words(hope, story), team)
    ]
    doubtful = await held_back(store, team, [_all_words(hope, story) for hope, story in told], ())
    firsts = {hope.person: (hope, story) for hope, story in reversed(told) if story.id not in doubtful}
    chosen = sorted(firsts.values(), key=lambda each: (each[0].answered_at or digest.until, each[0].id))
    names = await names_of(store, team.workspace, [hope.person for hope, _ in chosen])
    return tuple(
        LaterOn(
            story=seen_in(story, team),
            hope=hope,
            teller=names.get(hope.person, ""),
            on=(hope.answered_at or digest.until).astimezone(team_zone(team)).date(),
        )
        for hope, story in chosen[:MOST_LATER]
    )


async def outcomes_told(store: Store, team: Team, since: datetime, until: datetime) -> Sequence[Hope]:
    """The answered hopes that this team's channel may know of: shared trials, and promises whose story stands there."""
    return [hope async for hope, _ in _told(store, team, since, until)]


async def _told(
    store: Store, team: Team, since: datetime, until: datetime
) -> AsyncIterator[tuple[Hope, Story | None]]:
    """Each with its story; a trial has none."""
    hopes = await store.hopes.told(team.workspace, team.id, since=since, until=until)
    ids = {hope.story for hope in hopes if hope.story is not None}
    stories = await store.stories.many(team.workspace, ids) if ids else {}
    for hope in hopes:
        story = stories.get(hope.story) if hope.story is not None else None
        if hope.story is None or (story is not None and story.team == team.id and shown_in_channel(story)):
            yield hope, story


def _all_words(hope: Hope, story: Story) -> Story:
    """The story with all words that would be told along with it."""
    return replace(story, text=f"{story.text}\n{hope.words}\n{hope.line}")
