"""The team view: a click on Home, for managers."""

from __future__ import annotations

from datetime import datetime

from bot.domain.refusals import Refusal
from handlers.slack.incoming import Incoming
from handlers.slack.services import Services
from handlers.slack.surfaces.refusals import words_of
from handlers.slack.surfaces.team_view import team_view_modal


async def opened(incoming: Incoming, services: Services, now: datetime) -> None:
    """A click on "Team view"; the value names the team, which is only a claim."""
    found = await services.team_viewing.look(incoming.workspace, incoming.value, incoming.user, now)
    if isinstance(found, Refusal):
        await services.whisper(incoming, words_of(found))
        return
    await services.open_view(incoming, team_view_modal(*found))
