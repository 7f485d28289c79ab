"""A lane as its owner holds it: how long it may still send, by a clock that nobody can set."""

from __future__ import annotations

import time

from bot.domain.identity import Workspace
from bot.ports.ledger import Lane, Ledger

# Counts on while the machine sleeps, where the system has such a clock: a lease runs out during a nap too.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds on a clock that is never set and never stops."""
    return time.clock_gettime(_STEADY)


class HeldLane:
    """The right to send for one workspace, as long as the lease lasts. `owner` is new for each hold, so that two
    pumps of one process never take each other's lane for their own."""

    def __init__(self, ledger: Ledger, lane: Lane, until: float, seconds: float) -> None:
        """Made by `take`. `until` is on the steady clock."""
        self._ledger = ledger
        self._seconds = seconds
        self._until = until
        self._quiet_until = 0.0
        self.lane = lane

    @classmethod
    async def take(cls, ledger: Ledger, workspace: Workspace, owner: str, seconds: float) -> HeldLane | None:
        """Take the lane for so many seconds; None while another owner holds it."""
        asked = steady()
        lane = await ledger.lease(workspace, owner, seconds=seconds)
        return None if lane is None else cls(ledger, lane, asked + lane.seconds_left, seconds)

    @property
    def workspace(self) -> Workspace:
        """Whose messages these are."""
        return self.lane.workspace

    def seconds_left(self) -> float:
        """How long nobody else can send here; negative once somebody may."""
        return self._until - steady()

    def time_for_a_call(self, most: float) -> float:
        """Seconds that a call to the platform may take: `most`, less where the lease ends; zero or less: no time."""
        return min(most, self.seconds_left() - self._seconds / 10)

    def quiet_for(self, seconds: float) -> None:
        """The platform asked for so many seconds of quiet: what is claimed and not yet sent waits, too."""
        self._quiet_until = max(self._quiet_until, steady() + seconds)

    @property
    def is_quiet(self) -> bool:
        """Whether the platform asked for quiet and is still owed some."""
        return steady() < self._quiet_until

    async def prolong(self) -> bool:
        """Make the lease last at least half its length; False where the lane is another's by now."""
        if self.seconds_left() > self._seconds / 2:
            return True
        asked = steady()
        lane = await self._ledger.lease(self.lane.workspace, self.lane.owner, seconds=self._seconds)
        if lane is None or lane.fence != self.lane.fence:
            self._until = asked
            return False
        self._until = asked + lane.seconds_left
        return True

    async def release(self) -> None:
        """Give the lane back."""
        await self._ledger.release(self.lane)
