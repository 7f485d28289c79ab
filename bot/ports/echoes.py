"""What came of people's stories with others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.identity import UserId, Workspace
from bot.domain.thanks import Echo


class Echoes(Protocol):
    """Ids and times only; who read a story is never told."""

    async def of_person(
        self, workspace: Workspace, user: UserId, since: datetime, until: datetime
    ) -> Sequence[Echo]:
        """That others read a person's kept stories, built on them below a digest, or told them in a huddle, in
        (since, until]. A reply that was emptied does not count."""
