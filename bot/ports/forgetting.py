"""Deleting for good, and who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain.identity import StoryId, UserId, Workspace
from bot.domain.stories import Story


class Audit(Protocol):
    """Who did what: ids only, never text."""

    async def note(
        self, workspace: Workspace, *, actor: str, action: str, about: str = "", at: datetime
    ) -> None:
        """Add a line."""

    async def lines(
        self, workspace: Workspace, *, since: datetime | None = None, limit: int = 1000
    ) -> Sequence[tuple[datetime, str, str, str]]:
        """(at, actor, action, about), newest first."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What a deletion took away, for the report: how many of each thing, and which posts show less now."""

    counts: Mapping[str, int] = field(default_factory=dict)
    stories: tuple[StoryId, ...] = ()


class Forgetting(Protocol):
    """Deleting for good: rows, revisions, search index, inbox payloads, free pages."""

    async def person(self, workspace: Workspace, user: UserId, *, at: datetime) -> Gone:
        """Everything of a person: stories are withdrawn (what shows them is marked to be shown anew), drafts, settings
        and memberships go, and a tombstone with the bare id stays so that they are not enrolled again."""

    async def everything_of(self, workspace: Workspace, user: UserId) -> Mapping[str, Any]:
        """All that is kept about a person as plain JSON-able data, for `mydata`."""

    async def expired(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw stories told before that instant (retention), wiping their words; at most `limit`. What could
        never be worked off and is as old goes, too. How many stories."""

    async def left_behind(self, *, before: datetime, limit: int | None = None) -> int:
        """Withdraw what people who left before that instant had not shared: private and managers-only stories, and
        drafts; at most `limit`. How many."""

    async def holding(self, workspace: Workspace, words: str) -> Sequence[StoryId]:
        """Stories that hold these words in any wording or field, case and accents folded; not only whole words."""

    async def redact(self, workspace: Workspace, story: StoryId, words: str, *, at: datetime) -> Story | None:
        """Black out these words in a story, its wordings and messages; None where nothing of it held them."""

    async def compact(self) -> None:
        """Make sure deleted words are gone from the files (search index, free pages, write-ahead log)."""
