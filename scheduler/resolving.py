"""Messages whose fate a crash or a lost reply left open: looked for in the conversation, never guessed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery
from bot.ports.ledger import Ledger
from bot.ports.problems import StoreProblem
from bot.ports.world import MessageRef, Messenger, MessengerProblem, Trouble
from scheduler.lanes import HeldLane
from scheduler.log_fields import about
from scheduler.outcomes import Outcomes, backoff

log = logging.getLogger(__name__)

_LOOK_BACK = timedelta(days=2)
_MOST_LOOKS = 40
_LOOK_FURTHER_BACK = timedelta(days=60)
_PASSING = (Trouble.WAIT, Trouble.RETRY, Trouble.LOST)


class Resolver:
    """Looks for the deliveries that are neither sent nor unsent."""

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        outcomes: Outcomes,
        clock: Callable[[], datetime],
        *,
        timeout: float,
    ) -> None:
        """`timeout` is how long one look may take, in seconds."""
        self._ledger = ledger
        self._messenger = messenger
        self._outcomes = outcomes
        self._clock = clock
        self._timeout = timeout

    async def resolve(self, held: HeldLane) -> None:
        """Settle what can be settled now; what the platform holds up is looked for later."""
        for delivery in await self._ledger.unresolved(held.lane, now=self._clock()):
            if held.time_for_a_call(self._timeout) <= 0:
                return  # they are adopted, and the lane's next owner adopts them again
            with about(delivery):
                await self._settle(held, delivery)

    async def _settle(self, held: HeldLane, delivery: Delivery) -> None:
        try:
            ref = await self._look(held, delivery)
        except MessengerProblem as problem:
            await self._cannot_look(held, delivery, problem)
        except StoreProblem:
            raise  # nobody looked, so it counts as no look; the lane's next turn does
        except Exception as bug:  # a bug must not stop the lane; the row keeps its reason and an end
            log.exception("looking for delivery=%s", delivery.id)
            await self._cannot_look(held, delivery, MessengerProblem(Trouble.RETRY, type(bug).__name__))
        else:
            if ref is not None:
                await self._outcomes.stands(held, delivery, ref)
            else:
                await self._outcomes.again(held, delivery, delivery.reason or "interrupted")

    async def _look(self, held: HeldLane, delivery: Delivery) -> MessageRef | None:
        now = self._clock()
        claimed_at = min(delivery.claimed_at or now, now)
        ref = await self._find(held, delivery, claimed_at - _LOOK_BACK)
        if ref is not None:
            return ref
        try:
            # Our clock may have been weeks ahead when it was claimed: once more, further back. What the platform will
            # not show of that does not count against the first answer.
            return await self._find(held, delivery, claimed_at - _LOOK_FURTHER_BACK)
        except MessengerProblem as problem:
            log.info("no second look: delivery=%s code=%s", delivery.id, problem.code)
            return None

    async def _find(self, held: HeldLane, delivery: Delivery, since: datetime) -> MessageRef | None:
        try:
            async with asyncio.timeout(held.time_for_a_call(self._timeout)):
                return await self._messenger.find(
                    held.workspace, delivery.recipient, delivery.id, since=since, thread=delivery.thread
                )
        except TimeoutError as late:
            raise MessengerProblem(Trouble.RETRY, "timeout") from late

    async def _cannot_look(self, held: HeldLane, delivery: Delivery, problem: MessengerProblem) -> None:
        # Counted in looks, because after a clock jump nobody knows how long it has been.
        if problem.trouble not in _PASSING or delivery.misses >= _MOST_LOOKS:
            await self._outcomes.unknown(held, delivery, problem.code)
            return
        wait = problem.wait if problem.trouble is Trouble.WAIT else backoff(delivery.misses)
        await self._outcomes.lost(held, delivery, problem.code, wait)
