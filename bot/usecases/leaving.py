"""Leaving: what is kept of a workspace that removed the app, until when, and how its data can still be had.

Nothing can be posted there any more, as the token died with the app; so it is said on the page of installing, in the
log, and by `doctor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.identity import ChannelId, Workspace
from bot.ports.stores import Store

KEPT = timedelta(days=30)
"""How long everything of a workspace that removed the app is kept, should it come back."""
SOON = timedelta(days=7)
"""From when on the log says each day what is about to be deleted."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """A workspace that removed the app; `channels` are its teams', whose stories can be exported until `goes_at`."""

    workspace: Workspace
    name: str
    goes_at: datetime
    channels: tuple[ChannelId, ...]


async def leavers(store: Store) -> Sequence[Leaver]:
    """Whoever removed the app and is not deleted yet, the next to be deleted first."""
    left = [
        Leaver(
            each.workspace,
            each.name,
            each.revoked_at + KEPT,
            tuple(team.channel for team in await store.teams.all(each.workspace)),
        )
        for each in await store.workspaces.all()
        if each.revoked_at is not None
    ]
    return sorted(left, key=lambda each: (each.goes_at, each.workspace))


def soon(leavers: Sequence[Leaver], now: datetime) -> Sequence[Leaver]:
    """Those who are deleted within days."""
    return [each for each in leavers if each.goes_at - now <= SOON]
