"""The clock of every process: APScheduler fires a few house jobs, and a watchdog keeps it firing when clocks jump."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.ports.problems import StoreProblem
from scheduler.lanes import steady
from scheduler.saying import Saying

log = logging.getLogger(__name__)
# It warns of each tick that finds the last one still running, which is what `max_instances` is for; `problem` says
# when one runs too long.
_quiet = logging.getLogger(f"{__name__}.apscheduler")
_quiet.setLevel(logging.ERROR)

_LAST_RUNS_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class HouseJob:
    """Something that every process does now and then; `run` bears being run by several processes at once."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every so many seconds. APScheduler's own interval counts each one that a clock jump skipped: after 40 days
    ahead with a tick of a fifth of a second it would stand still over 17 million of them."""

    def __init__(self, seconds: float) -> None:
        """`seconds` between two runs."""
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """One interval after the last run, or after now where that is past or was noted by another clock."""
        due = (previous or now) + self._interval
        return due if now < due <= now + self._interval else now + self._interval


class Clockwork:
    """Runs house jobs. A run that fails is logged and the next one comes in its time."""

    def __init__(self, jobs: Sequence[HouseJob], *, patience: float = 30.0) -> None:
        """A job is stuck when it did not end a run for `patience` seconds and three of its intervals."""
        self._jobs = {job.name: job for job in jobs}
        self._patience = patience
        self._scheduler = AsyncIOScheduler(timezone=UTC, logger=_quiet)
        self._ended: dict[str, float] = {}
        self._fired: dict[str, float] = {}
        self._running: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchdog: asyncio.Task[None] | None = None
        self._saying = Saying(log)

    async def start(self) -> None:
        """Fire each job after its first interval, then every so often."""
        for job in self._jobs.values():
            self._ended[job.name] = self._fired[job.name] = steady()
            self._scheduler.add_job(
                partial(self._run, job),
                Every(job.seconds),
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Fire nothing more, and let what runs end: APScheduler's own shutdown would cancel it in the middle."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.pause()
            if self._tasks:
                await asyncio.wait(set(self._tasks), timeout=_LAST_RUNS_SECONDS)
            self._scheduler.shutdown(wait=False)

    def problem(self) -> str | None:
        """Which house job is stuck, in words for /readyz; None while all are well."""
        if self._watchdog is None or self._watchdog.done():
            return "the scheduler is not running"
        for job in self._jobs.values():
            silent = steady() - self._ended[job.name]
            if silent > self._patience + 3 * job.seconds:
                return f"the house job {job.name} has not ended for {silent:.0f} seconds"
        return None

    async def _run(self, job: HouseJob) -> None:
        # A task of ours, so that `stop` can wait for it.
        task = asyncio.create_task(self._once(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await task

    async def _once(self, job: HouseJob) -> None:
        self._fired[job.name] = steady()
        self._running.add(job.name)
        try:
            await job.run()
        except StoreProblem as problem:
            self._saying.trouble(f"house job {job.name}", problem)
        except Exception:
            log.exception("house job %s", job.name)
        else:
            self._ended[job.name] = steady()
            self._saying.well(f"house job {job.name}")
        finally:
            # It is late only where it neither runs nor has just ended: one long run is no clock that was set back.
            self._fired[job.name] = steady()
            self._running.discard(job.name)

    async def _watch(self) -> None:
        """Date jobs anew that should have fired by a clock that nobody can set: the machine's was set back."""
        shortest = min((job.seconds for job in self._jobs.values()), default=1.0)
        while True:
            await asyncio.sleep(max(shortest, 0.5))
            for job in self._jobs.values():
                late = steady() - self._fired[job.name] - job.seconds
                if late > max(2.0, job.seconds) and job.name not in self._running:
                    log.warning("house job %s is dated anew: the clock was set back", job.name)
                    self._fired[job.name] = steady()
                    self._scheduler.reschedule_job(job.name, trigger=Every(job.seconds))
