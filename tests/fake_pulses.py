"""Pulses in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.pulses import QUESTIONS, Pulse, is_open
from bot.ports.pulses import Vote


@dataclass
class FakePulses:
    """See `bot.ports.pulses.Pulses`."""

    kept: dict[tuple[Workspace, str], Pulse] = field(default_factory=dict)
    voters: set[tuple[Workspace, str, UserId]] = field(default_factory=set)
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def open(self, pulse: Pulse) -> Pulse:
        known = await self.of_quarter(pulse.workspace, pulse.team, pulse.quarter)
        if known is not None:
            return known
        nothing = dict.fromkeys(QUESTIONS, (0, 0, 0, 0, 0))
        wanted = replace(pulse, id=pulse.id or f"pulse-{next(self.numbers):03d}", counts=nothing)
        self.kept[wanted.workspace, wanted.id] = wanted
        return wanted

    async def of_quarter(self, workspace: Workspace, team: TeamId, quarter: str) -> Pulse | None:
        mine = (one for (of, _), one in self.kept.items() if (of, one.team) == (workspace, team))
        return next((one for one in mine if one.quarter == quarter), None)

    async def get(self, workspace: Workspace, pulse: str) -> Pulse | None:
        return self.kept.get((workspace, pulse))

    async def answer(
        self, workspace: Workspace, pulse: str, user: UserId, answers: Mapping[str, int], *, now: datetime
    ) -> Vote:
        known = self.kept.get((workspace, pulse))
        if known is None or not is_open(known, now):
            return Vote.CLOSED
        if (workspace, pulse, user) in self.voters:
            return Vote.ALREADY
        self.voters.add((workspace, pulse, user))
        counts = {
            question: tuple(n + (answers[question] == step) for step, n in enumerate(known.of(question), 1))
            for question in QUESTIONS
        }
        self.kept[workspace, pulse] = replace(known, counts=counts)
        return Vote.COUNTED

    async def answered(self, workspace: Workspace, pulse: str, user: UserId) -> bool:
        return (workspace, pulse, user) in self.voters

    async def past(self, workspace: Workspace, team: TeamId, *, now: datetime) -> Sequence[Pulse]:
        found = [one for (of, _), one in self.kept.items() if (of, one.team) == (workspace, team)]
        return sorted((one for one in found if one.closes_at <= now), key=lambda one: (one.opened_at, one.id))

    async def close_due(self, *, now: datetime) -> int:
        due = [name for name, one in self.kept.items() if one.closed_at is None and one.closes_at <= now]
        for name in due:
            self.kept[name] = replace(self.kept[name], closed_at=now)
        self.voters = {voter for voter in self.voters if voter[:2] not in due}
        return len(due)

    def forget(self, workspace: Workspace, user: UserId) -> None:
        """What forgetting a person does here."""
        self.voters = {voter for voter in self.voters if (voter[0], voter[2]) != (workspace, user)}
