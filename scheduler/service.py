"""The scheduler as the rest of the bot sees it: started, rung, asked how it is, stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.identity import Workspace
from bot.ports.stores import Store
from bot.ports.world import Composer, Messenger
from scheduler.distributor import Distributor, Embedded
from scheduler.jobs import Clockwork, HouseJob
from scheduler.lanes import steady
from scheduler.planner import Planner
from scheduler.pump import Pace, Pump

KEEP = timedelta(days=90)
"""How long an ended delivery is kept."""
STORIES_LAST = timedelta(days=365)
LONGER_THAN_STORIES = timedelta(days=35)
"""So much longer than a story is one kept that shows it, so that what stands can be changed while it may."""
DRAIN_SECONDS = 5.5
"""How long ending may take: the whole bot has ten seconds, four of them for what people are waiting for."""
# Bounds for one run of a house job; what is left is taken up by the next.
_ROUNDS = 50
_REAPED = 2000


class Scheduler:
    """Plans, sends and reconciles what nobody clicked for, and what somebody did."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        composer: Composer,
        clock: Callable[[], datetime],
        *,
        owner: str,
        pace: Pace | None = None,
        house_jobs: Sequence[HouseJob] = (),
        tick: float = 1.0,
        distributor: Distributor | None = None,
        keep: timedelta = KEEP,
        stories_last: timedelta = STORIES_LAST,
        works: bool = True,
    ) -> None:
        """`clock` is the product's (UTC); `owner` names this process among its replicas; `tick` is how often, in
        seconds, it looks for what is due; `stories_last` is how long a story is kept. Without a `distributor` this
        process pumps everything itself. One that does not work (`--role web`, with `Replicas(url, works=False)`) only
        rings for others."""
        self._ledger = store.ledger
        self._owner = owner
        self._clock = clock
        self._keep = keep
        self._keep_with_stories = max(stories_last, STORIES_LAST) + LONGER_THAN_STORIES
        self._works = works
        self._planner = Planner(store.ledger)
        self._pump = Pump(store.ledger, messenger, composer, clock, owner=owner, pace=pace or Pace())
        self._distributor = distributor or Embedded()
        self._clockwork = Clockwork(
            (
                HouseJob("plan", tick, self._plan),
                HouseJob("kick", tick, self._kick),
                HouseJob("reap", 60.0, self._reap),
                HouseJob("purge", 3600.0, self.purge),
                *house_jobs,
            )
        )

    async def start(self) -> None:
        """Begin: what is due by now is found at once."""
        await self._distributor.start(self._pump.turn)
        if self._works:
            await self._clockwork.start()

    async def stop(self) -> None:
        """Claim nothing more and end what is on its way, within `DRAIN_SECONDS`."""
        until = steady() + DRAIN_SECONDS
        self._pump.stop()
        await self._clockwork.stop()
        await self._distributor.stop(until - steady())

    async def kick(self, workspace: Workspace) -> None:
        """Something was owed to that workspace just now: do not wait for the next tick."""
        await self._distributor.ring(workspace)

    async def purge(self) -> None:
        """Let go of what ended long ago; each hour, by itself."""
        now = self._clock()
        await self._ledger.purge(before=now - self._keep, stories_before=now - self._keep_with_stories)

    def let_go(self, owner: str) -> bool:
        """True for a lane that this process had and could not give back (the database was in trouble): nobody has it,
        and its lease need not run out."""
        return owner.startswith(f"{self._owner}/") and not self._pump.holds(owner)

    def healthy(self) -> bool:
        """Whether every house job has ended a run lately."""
        return self.problem() is None

    def problem(self) -> str | None:
        """What is wrong, in words for /readyz, or None."""
        return self._clockwork.problem() if self._works else None

    async def _plan(self) -> None:
        for _ in range(_ROUNDS):
            if not await self._planner.plan(self._clock()):
                return

    async def _kick(self) -> None:
        for workspace in await self._ledger.ring(now=self._clock()):
            await self._distributor.ring(workspace)

    async def _reap(self) -> None:
        for _ in range(_ROUNDS):
            if await self._ledger.reap(now=self._clock(), limit=_REAPED) < _REAPED:
                return
