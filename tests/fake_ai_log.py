"""The log of the AI step in memory: what `bot.db.ai_log` is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.identity import Workspace
from bot.ports.writer import Run, Used


@dataclass
class FakeAiLog:
    """See `bot.ports.writer.AiLog`."""

    runs: dict[tuple[Workspace, str], Run] = field(default_factory=dict)

    async def used(self, workspace: Workspace, at: datetime) -> Used:
        month = _month(at)
        found = [
            run.used for (of, _), run in self.runs.items() if of == workspace and _month(run.at) == month
        ]
        return sum(found, start=Used())

    async def begin(self, run: Run) -> bool:
        key = (run.workspace, run.about)
        return self.runs.setdefault(key, run) is run

    async def note(self, workspace: Workspace, about: str, *, outcome: str, used: Used) -> None:
        self.runs[workspace, about] = replace(self.runs[workspace, about], outcome=outcome, used=used)

    async def run(self, workspace: Workspace, about: str) -> Run | None:
        return self.runs.get((workspace, about))

    async def outcomes(self) -> Mapping[str, int]:
        return Counter(run.outcome for run in self.runs.values())

    async def purge(self, *, before: datetime, limit: int = 10_000) -> int:
        old = [key for key, run in self.runs.items() if run.at < before][:limit]
        for key in old:
            del self.runs[key]
        return len(old)


def _month(at: datetime) -> tuple[int, int]:
    in_utc = at.astimezone(UTC)
    return in_utc.year, in_utc.month
