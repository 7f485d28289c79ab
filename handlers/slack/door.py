"""The door: what Slack sends is kept before it is acked, then worked off; what a crash interrupted is worked off later.

Nothing here knows what a payload means: one table (`routes`) says who answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import orjson
import structlog

from bot.ports.inbox import InboxEntry
from bot.ports.problems import StoreProblem
from handlers.slack.incoming import Body, Incoming, keep_condition, read, trimmed
from handlers.slack.routes import Keep, Route, route_for
from handlers.slack.services import Postponed, Services

log = structlog.get_logger(__name__)

UNFINISHED_AFTER = timedelta(seconds=60)
"""How old an entry is before another worker may take it for left behind by a crash."""

FIRST_POSTPONED_SECONDS = 0.5
LONGEST_POSTPONED_SECONDS = 30.0

Answer = dict[str, Any] | None
"""What goes back with the ack: None, or a view's errors."""


@dataclass(slots=True)
class Door:
    """Takes payloads in. `ring` wakes whoever sends, once a payload was worked off."""

    services: Services
    ring: Callable[[str], Awaitable[None]]
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _postponed: dict[str, int] = field(default_factory=dict)
    _turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def take(self, body: Body) -> Answer:
        """Keep a payload on disk and start working it off. Returns what the ack carries.

        An error here reaches Slack as a failed delivery, so that it sends again.
        """
        received_at = self.services.clock()
        incoming = read(body, received_at)
        route = route_for(incoming) if incoming else None
        if incoming is None or route is None:
            return None
        if route.errors is not None:
            errors = route.errors(incoming)
            if errors:
                return {"response_action": "errors", "errors": errors}
        if await self._keep(incoming, route, received_at):
            self._start(incoming, route)
        return route.reply(incoming) if route.reply is not None else None

    async def _keep(self, incoming: Incoming, route: Route, received_at: datetime) -> bool:
        if route.keep is Keep.NO:
            return True
        condition = None
        if route.keep is Keep.IF_CHECK_OPEN:
            condition = keep_condition(incoming)
            if condition is None:
                return False
        entry = InboxEntry(
            workspace=incoming.workspace,
            key=incoming.key,
            kind=incoming.kind,
            payload=trimmed(incoming.body),
            received_at=received_at,
            sender=incoming.user,
        )
        return await self.services.store.inbox.keep(entry, only_if=condition)

    def _start(self, incoming: Incoming, route: Route) -> None:
        name = f"{incoming.workspace}:{incoming.key}"
        if name in self._under_way:
            return
        task = asyncio.create_task(self._work(incoming, route), name=name)
        self._under_way[name] = task
        task.add_done_callback(lambda _: self._under_way.pop(name, None))

    async def _work(self, incoming: Incoming, route: Route) -> None:
        try:
            async with self._turn(incoming):
                await self._worked_off(incoming, route)
        except Postponed:
            self._again(incoming, route)
        except StoreProblem as problem:
            # Nobody's bug: it counts as no attempt, or a full disk would lay to rest what was promised to be kept.
            log.warning(
                "work.postponed", workspace=incoming.workspace, name=incoming.name, reason=str(problem)
            )
            if route.keep is not Keep.NO:
                self._again(incoming, route)
        finally:
            await self.ring(incoming.workspace)

    async def _worked_off(self, incoming: Incoming, route: Route) -> None:
        inbox = self.services.store.inbox
        try:
            await route.run(incoming, self.services, self.services.clock())
        except (Postponed, StoreProblem):
            raise
        except Exception as problem:
            # The boundary where bugs end: it is written down and tried again, the person's words stay on disk.
            log.exception("work.failed", workspace=incoming.workspace, name=incoming.name, key=incoming.key)
            if route.keep is not Keep.NO:
                reason = type(problem).__name__
                await inbox.failed(incoming.workspace, incoming.key, reason=reason, at=self.services.clock())
        else:
            if route.keep is not Keep.NO:
                await inbox.done(incoming.workspace, incoming.key, at=self.services.clock())
        self._postponed.pop(f"{incoming.workspace}:{incoming.key}", None)

    def _again(self, incoming: Incoming, route: Route) -> None:
        """Wait a little, and longer each time; it stays on disk meanwhile, for this process or a later one."""
        name = f"{incoming.workspace}:{incoming.key}"
        tries = self._postponed.get(name, 0)
        self._postponed[name] = tries + 1
        wait = min(FIRST_POSTPONED_SECONDS * 2**tries, LONGEST_POSTPONED_SECONDS)
        asyncio.get_running_loop().call_later(wait, self._start, incoming, route)

    def _turn(self, incoming: Incoming) -> asyncio.Lock:
        """One person's payloads are worked off one after the other; the lock goes when nobody holds it."""
        return self._turns.setdefault((incoming.workspace, incoming.user), asyncio.Lock())

    async def work_off(self, now: datetime, *, all_of_it: bool = False) -> int:
        """Work off what an earlier process left behind (at start: everything). How many were started."""
        older_than = now + timedelta(days=1) if all_of_it else now - UNFINISHED_AFTER
        started = 0
        for entry in await self.services.store.inbox.pending(older_than=older_than):
            incoming = read(orjson.loads(entry.payload), entry.received_at)
            route = route_for(incoming) if incoming else None
            if incoming is None or route is None:
                await self.services.store.inbox.done(entry.workspace, entry.key, at=now)
                continue
            self._start(incoming, route)
            started += 1
        return started

    @property
    def under_way(self) -> int:
        """How many payloads are being worked off now."""
        return len(self._under_way)

    async def drain(self, seconds: float) -> int:
        """Wait for what is under way, at most that long. How many were left (they are on disk)."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()), timeout=seconds)
        return len(self._under_way)
