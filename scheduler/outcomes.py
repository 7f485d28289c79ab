"""What becomes of a send: each answer of the platform leads to one named state, and nothing is retried forever."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery, DeliveryState
from bot.ports.ledger import Ledger
from bot.ports.problems import StoreProblem
from bot.ports.world import Composer, Later, MessageRef, MessengerProblem, Skip, Trouble
from scheduler.lanes import HeldLane

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 60
MOST_BUGS = 5
LOOK_AFTER = timedelta(seconds=5)
"""How long after a lost reply the conversation is looked through: the request may still be on its way."""
UPDATE_GAP = timedelta(seconds=1.5)
"""The least time between two updates of one message, so that many answers to a check make few updates."""
_LONGEST_BACKOFF = timedelta(minutes=5)


def backoff(failures: int, longest: timedelta = _LONGEST_BACKOFF) -> timedelta:
    """1, 2, 4 … seconds, never more than `longest`."""
    return min(timedelta(seconds=2 ** min(max(failures - 1, 0), 30)), longest)


class Outcomes:
    """Writes the outcome of a claimed delivery into the ledger and tells the composer what it must know."""

    def __init__(self, ledger: Ledger, composer: Composer, clock: Callable[[], datetime]) -> None:
        """`clock` is the product's."""
        self._ledger = ledger
        self._composer = composer
        self._clock = clock

    async def stands(self, held: HeldLane, delivery: Delivery, ref: MessageRef) -> None:
        """The message is there for people to see. What follows from it is noted first: a crash in between is found
        and noted again, the other way round it would be lost."""
        now = self._clock()
        reason = None
        try:
            await self._composer.sent(delivery, ref, now)
        except StoreProblem:
            raise  # the row stays `sending`: it is found again, and then noted
        except Exception:
            log.exception("after sending: delivery=%s kind=%s", delivery.id, delivery.kind)
            if delivery.reason != _AFTER_SENDING:
                await self.lost(held, delivery, _AFTER_SENDING)
                return
            reason = _AFTER_SENDING
        await self._ledger.record(
            held.lane,
            delivery.id,
            DeliveryState.SENT,
            now=now,
            ts=ref.ts,
            channel=ref.channel,
            reason=reason,
            again_at=now + UPDATE_GAP,
        )

    async def lost(
        self, held: HeldLane, delivery: Delivery, reason: str, after: timedelta = LOOK_AFTER
    ) -> None:
        """Perhaps it stands: look after a while, before anything is sent again."""
        now = self._clock()
        await self._ledger.record(
            held.lane, delivery.id, DeliveryState.SENDING, now=now, reason=reason, again_at=now + after
        )

    async def unknown(self, held: HeldLane, delivery: Delivery, reason: str) -> None:
        """Nobody can tell whether it stands: reported, never guessed."""
        log.error("unknown: delivery=%s kind=%s reason=%s", delivery.id, delivery.kind, reason)
        await self._ledger.record(
            held.lane, delivery.id, DeliveryState.UNKNOWN, now=self._clock(), reason=reason
        )

    async def not_sent(self, held: HeldLane, delivery: Delivery, verdict: Skip | Later) -> None:
        """The composer decided against it, today or for now."""
        now = self._clock()
        if isinstance(verdict, Skip):
            await self._ledger.record(
                held.lane, delivery.id, DeliveryState.SKIPPED, now=now, reason=verdict.reason
            )
        else:
            await self._ledger.record(
                held.lane, delivery.id, DeliveryState.QUEUED, now=now, due_at=verdict.due_at, attempted=False
            )

    async def untouched(self, held: HeldLane, delivery: Delivery) -> None:
        """It was claimed and then not even tried (the lease is nearly over, the bot is stopping)."""
        await self._ledger.record(
            held.lane, delivery.id, DeliveryState.QUEUED, now=self._clock(), attempted=False
        )

    async def again(
        self, held: HeldLane, delivery: Delivery, reason: str, *, most: int = MOST_ATTEMPTS
    ) -> None:
        """Certainly not sent: once more, later and later, until it was tried `most` times."""
        now = self._clock()
        if delivery.attempts >= most:
            log.error("failed: delivery=%s kind=%s reason=%s", delivery.id, delivery.kind, reason)
            await self._ledger.record(held.lane, delivery.id, DeliveryState.FAILED, now=now, reason=reason)
            return
        again_at = now + backoff(delivery.attempts)
        await self._ledger.record(
            held.lane, delivery.id, DeliveryState.QUEUED, now=now, reason=reason, again_at=again_at
        )

    async def refused(self, held: HeldLane, delivery: Delivery, problem: MessengerProblem) -> None:
        """What a MessengerProblem means for the delivery that met it."""
        match problem.trouble:
            case Trouble.WAIT:
                held.quiet_for(problem.wait.total_seconds())
                now = self._clock()
                await self._ledger.pause(held.workspace, until=now + problem.wait)
                await self.untouched(held, delivery)
            case Trouble.RETRY:
                await self.again(held, delivery, problem.code)
            case Trouble.LOST:
                await self.lost(held, delivery, problem.code)
            case Trouble.CHANNEL | Trouble.PERSON | Trouble.WORKSPACE:
                await self._park(held, delivery, problem)
            case Trouble.INVALID:
                log.error("invalid: delivery=%s kind=%s code=%s", delivery.id, delivery.kind, problem.code)
                await self._ledger.record(
                    held.lane, delivery.id, DeliveryState.FAILED, now=self._clock(), reason=problem.code
                )

    async def _park(self, held: HeldLane, delivery: Delivery, problem: MessengerProblem) -> None:
        now = self._clock()
        refuses = None if problem.trouble is Trouble.WORKSPACE else delivery.recipient
        # Before this one's own outcome: until that is written, nothing else is claimed for the same recipient.
        first = await self._ledger.park(held.workspace, refuses, problem.code, now=now)
        await self._ledger.record(held.lane, delivery.id, DeliveryState.PARKED, now=now, reason=problem.code)
        if first:
            log.warning("parked: workspace=%s recipient=%s code=%s", held.workspace, refuses, problem.code)
            await self._tell(delivery, problem, now)

    async def _tell(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
        try:
            await self._composer.refused(delivery, problem, now)
        except Exception:
            # The row is parked with its reason; only the word to the manager is missing.
            log.exception("telling of a refusal: delivery=%s", delivery.id)


_AFTER_SENDING = "after_sending"
