"""The pump: for one workspace and a moment, claims what is owed, sends it and records what became of it."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Delivery
from bot.domain.identity import Workspace
from bot.domain.notices import Notice
from bot.ports.ledger import Ledger
from bot.ports.problems import StoreProblem
from bot.ports.world import Composer, Later, Messenger, MessengerProblem, Skip
from scheduler.lanes import HeldLane, steady
from scheduler.log_fields import all_about
from scheduler.on_their_way import OnTheirWay
from scheduler.outcomes import MOST_BUGS, Outcomes
from scheduler.resolving import Resolver
from scheduler.updating import Updater

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how much at once. `per_minute` of zero: no limit of ours."""

    per_minute: int = 300
    lease_seconds: float = 30.0
    slice_seconds: float = 2.0
    post_seconds: float = 10.0
    """How long one call to the platform may take; always less than what is left of the lease."""
    at_once: int = 10
    """Sends on their way in one lane."""
    in_flight: int = 40
    """Sends on their way in all lanes of this process."""


@dataclass(frozen=True, slots=True)
class Slice:
    """How a turn ended: `more` is there to do at once, or something after `wait` seconds."""

    more: bool = False
    wait: float = 0.0


class Pump:
    """Sends for one workspace at a time, any number of workspaces side by side."""

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        composer: Composer,
        clock: Callable[[], datetime],
        *,
        owner: str,
        pace: Pace,
    ) -> None:
        """`owner` names this process in the lanes; `clock` is the product's."""
        self._ledger = ledger
        self._messenger = messenger
        self._composer = composer
        self._clock = clock
        self._owner = owner
        self._pace = pace
        self._in_flight = asyncio.Semaphore(pace.in_flight)
        self._outcomes = Outcomes(ledger, composer, clock)
        self._resolver = Resolver(ledger, messenger, self._outcomes, clock, timeout=pace.post_seconds)
        self._updater = Updater(ledger, messenger, composer, clock, timeout=pace.post_seconds)
        self._stopping = False
        self._holding: set[str] = set()

    def holds(self, owner: str) -> bool:
        """Whether a turn under way owns a lane under that name, or is about to."""
        return owner in self._holding

    def stop(self) -> None:
        """Claim nothing more; what is on its way is finished."""
        self._stopping = True

    async def turn(self, workspace: Workspace) -> Slice:
        """Work for one workspace for about `slice_seconds`, so that others get theirs."""
        owner = f"{self._owner}/{secrets.token_hex(4)}"
        self._holding.add(owner)
        try:
            held = await HeldLane.take(self._ledger, workspace, owner, self._pace.lease_seconds)
            return Slice() if held is None else await self._work(held)
        finally:
            self._holding.discard(owner)

    async def _work(self, held: HeldLane) -> Slice:
        try:
            await self._resolver.resolve(held)
            stale = await self._updater.update(held)
            sent = await self._send(held)
            return Slice(more=sent.more or stale, wait=sent.wait)
        finally:
            await held.release()

    async def _send(self, held: HeldLane) -> Slice:
        until = steady() + self._pace.slice_seconds
        on_their_way = OnTheirWay()
        try:
            while steady() < until and not self._stopping and await held.prolong():
                # Several at a time: a claim is a transaction, dearer than the message that it frees.
                if len(on_their_way) > self._pace.at_once // 2:
                    await on_their_way.one_done()
                    continue
                asked = steady()
                claim = await self._ledger.claim(
                    held.lane,
                    now=self._clock(),
                    per_minute=self._pace.per_minute,
                    limit=self._pace.at_once - len(on_their_way),
                )
                for delivery, after in claim.slots:
                    start = asked + after.total_seconds()
                    on_their_way.start(self._deliver(held, delivery, start))
                wait = claim.wait.total_seconds()
                if claim.slots:
                    continue
                if wait and steady() + wait < until:
                    await asyncio.sleep(wait)
                elif not len(on_their_way):
                    return Slice(wait=wait)
                else:
                    await on_their_way.half_done()
            return Slice(more=not self._stopping)
        except asyncio.CancelledError:
            # The process ends and cannot wait: the lane's next owner looks for what is on its way.
            await on_their_way.cancel()
            raise
        finally:
            # The lane is given back only when nothing of ours is on its way any more.
            await on_their_way.all_done()

    async def _deliver(self, held: HeldLane, delivery: Delivery, start: float) -> None:
        all_about(delivery)
        try:
            early = start - steady()
            if early > 0:
                await asyncio.sleep(early)
            async with self._in_flight:
                await self._compose_and_post(held, delivery)
        except StoreProblem as problem:
            log.warning("not recorded, to be looked for: delivery=%s reason=%s", delivery.id, problem)
        except Exception:
            # The outcome could not be written: the row stays `sending`, and the lane's next turn looks for it.
            log.exception("delivering: delivery=%s kind=%s", delivery.id, delivery.kind)

    async def _compose_and_post(self, held: HeldLane, delivery: Delivery) -> None:
        try:
            composed = await self._composer.compose(delivery, self._clock())
        except MessengerProblem as problem:
            # Composing asks the platform, too (is this person away?): its trouble is no bug of ours.
            await self._outcomes.refused(held, delivery, problem)
            return
        except StoreProblem:
            # Nobody's bug, so it counts as no attempt: five of those, and the message would be given up.
            await self._outcomes.untouched(held, delivery)
            return
        except Exception:
            log.exception("composing: delivery=%s kind=%s", delivery.id, delivery.kind)
            await self._outcomes.again(held, delivery, "composing", most=MOST_BUGS)
            return
        if isinstance(composed, Skip | Later):
            await self._outcomes.not_sent(held, delivery, composed)
        else:
            await self._post(held, delivery, composed)

    async def _post(self, held: HeldLane, delivery: Delivery, notice: Notice) -> None:
        # Looked at as late as can be: past the lease somebody else may be sending this very message.
        seconds = held.time_for_a_call(self._pace.post_seconds)
        if self._stopping or seconds <= 0 or held.is_quiet:
            await self._outcomes.untouched(held, delivery)
            return
        try:
            async with asyncio.timeout(seconds):
                ref = await self._messenger.post(
                    held.workspace, delivery.recipient, notice, delivery=delivery.id, thread=delivery.thread
                )
        except MessengerProblem as problem:
            await self._outcomes.refused(held, delivery, problem)
        except TimeoutError:
            await self._outcomes.lost(held, delivery, "timeout")
        except Exception as bug:
            # Nobody knows how far it came: the conversation does.
            log.exception("posting: delivery=%s kind=%s", delivery.id, delivery.kind)
            await self._outcomes.lost(held, delivery, type(bug).__name__)
        else:
            await self._outcomes.stands(held, delivery, ref)
