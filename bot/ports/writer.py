"""The writer: a language model that proposes how to arrange a digest, and the log of what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.arranging import Proposal
from bot.domain.briefing import Assignment
from bot.domain.identity import StoryId, Workspace

RUNNING = "running"
"""The outcome of a run that was begun and not noted yet."""


@dataclass(frozen=True, slots=True)
class Used:
    """Requests sent and tokens spent."""

    requests: int = 0
    tokens: int = 0

    def __add__(self, other: Used) -> Used:
        """Both together."""
        return Used(self.requests + other.requests, self.tokens + other.tokens)

    def fits(self, budget: Used) -> bool:
        """Whether neither number is above the budget's."""
        return self.requests <= budget.requests and self.tokens <= budget.tokens


@dataclass(frozen=True, slots=True)
class Written:
    """What a model proposed, and what that took."""

    proposal: Proposal
    used: Used


class WriterProblem(Exception):
    """No proposal. `code` is a stable word for the log and never holds anybody's text."""

    def __init__(self, code: str, used: Used) -> None:
        """Keep why, and what it took all the same."""
        super().__init__(code)
        self.code = code
        self.used = used


class Writer(Protocol):
    """A language model behind one question."""

    @property
    def model(self) -> str:
        """Which model is asked."""

    @property
    def prompt_version(self) -> str:
        """Which wording of our instructions it gets."""

    async def write(self, assignment: Assignment) -> Written:
        """Its proposal, or WriterProblem; callers limit the time and must bear any other exception too."""


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a model was asked about something (a digest's id). `stories` are the ids of what it read."""

    workspace: Workspace
    about: str
    at: datetime
    model: str
    prompt_version: str
    outcome: str = RUNNING
    used: Used = Used()
    stories: tuple[StoryId, ...] = ()


class AiLog(Protocol):
    """What a model was asked, when, with what outcome and at what cost: ids only, never text."""

    async def used(self, workspace: Workspace, at: datetime) -> Used:
        """What the workspace used in the calendar month (UTC) of `at`; runs under way count as they reserved."""

    async def begin(self, run: Run) -> bool:
        """Note a run before it starts, `used` being what it reserves; False where there was one about it before."""

    async def note(self, workspace: Workspace, about: str, *, outcome: str, used: Used) -> None:
        """How the run about it ended, and what it really used."""

    async def run(self, workspace: Workspace, about: str) -> Run | None:
        """The run about it."""

    async def outcomes(self) -> Mapping[str, int]:
        """How many runs of every workspace ended how (those under way are "running"), as far back as they are kept."""

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        """Delete runs of every workspace begun before that instant; how many."""
