"""Messages that stand but no longer say what is true: composed again and changed, a few at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.deliveries import Delivery
from bot.domain.identity import Workspace
from bot.ports.ledger import Ledger
from bot.ports.problems import StoreProblem
from bot.ports.world import Composer, Later, MessageRef, Messenger, MessengerProblem, Skip, Trouble
from scheduler.lanes import HeldLane, steady
from scheduler.log_fields import about
from scheduler.outcomes import UPDATE_GAP, backoff

log = logging.getLogger(__name__)

MOST_MISSES = 60
"""With an hour between tries at last: two days, for a channel that is archived over a weekend."""
_LONGEST_BACKOFF = timedelta(hours=1)
_A_FEW = 5
_UNTOLD = "untold"
"""Why a refused update waits: those whom it concerns could not be told yet."""


class Updater:
    """Changes what stands. Updates bear being sent twice, so a lost reply is simply tried again."""

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        composer: Composer,
        clock: Callable[[], datetime],
        *,
        timeout: float,
    ) -> None:
        """`timeout` is how long one update may take, in seconds."""
        self._ledger = ledger
        self._messenger = messenger
        self._composer = composer
        self._clock = clock
        self._timeout = timeout
        self._quiet_until: dict[Workspace, float] = {}

    async def update(self, held: HeldLane) -> bool:
        """Bring a few messages up to date; True where there may be more to do at once."""
        if steady() < self._quiet_until.get(held.workspace, 0.0):
            return False
        self._quiet_until.pop(held.workspace, None)
        stale = await self._ledger.stale(held.lane, now=self._clock(), limit=_A_FEW)
        for delivery in stale:
            if held.time_for_a_call(self._timeout) <= 0 or held.workspace in self._quiet_until:
                return False
            with about(delivery):
                await self._update(held, delivery)
        return len(stale) == _A_FEW

    async def _update(self, held: HeldLane, delivery: Delivery) -> None:
        try:
            composed = await self._composer.compose(delivery, self._clock())
            if not isinstance(composed, Skip | Later):
                async with asyncio.timeout(held.time_for_a_call(self._timeout)):
                    await self._messenger.update(held.workspace, _where(delivery), composed)
        except MessengerProblem as problem:
            await self._failed(held, delivery, problem)
        except TimeoutError:
            await self._failed(held, delivery, MessengerProblem(Trouble.LOST, "timeout"))
        except StoreProblem:
            raise  # nothing was tried, so nothing is counted; the lane's next turn tries
        except Exception as bug:
            log.exception("updating: delivery=%s kind=%s", delivery.id, delivery.kind)
            await self._failed(held, delivery, MessengerProblem(Trouble.RETRY, type(bug).__name__))
        else:
            again_at = self._clock() + UPDATE_GAP
            await self._ledger.shown(held.lane, delivery.id, delivery.wanted, again_at=again_at)

    async def _failed(self, held: HeldLane, delivery: Delivery, problem: MessengerProblem) -> None:
        now = self._clock()
        if problem.trouble is Trouble.WAIT:
            # Updates have a limit of their own: posts go on.
            self._quiet_until[held.workspace] = steady() + problem.wait.total_seconds()
            await self._ledger.not_shown(
                held.lane,
                delivery.id,
                again_at=now + min(problem.wait, _LONGEST_BACKOFF),
                reason=problem.code,
            )
            return
        given_up = problem.trouble is Trouble.INVALID or delivery.misses >= MOST_MISSES
        refused = problem.trouble in (Trouble.CHANNEL, Trouble.PERSON, Trouble.WORKSPACE)
        news = given_up or (refused and (delivery.misses == 0 or delivery.reason != problem.code))
        # Told before it is written down: a crash in between tells once more, and the same word is never owed twice.
        told = not news or await self._tell(delivery, problem, now)
        again_at = now + backoff(delivery.misses + 1, _LONGEST_BACKOFF)
        if given_up and (told or delivery.misses >= MOST_MISSES):
            log.error("not updated: delivery=%s kind=%s code=%s", delivery.id, delivery.kind, problem.code)
            await self._ledger.shown(
                held.lane, delivery.id, delivery.wanted, again_at=again_at, reason=problem.code
            )
        else:
            reason = problem.code if told else _UNTOLD
            await self._ledger.not_shown(held.lane, delivery.id, again_at=again_at, reason=reason)

    async def _tell(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> bool:
        """Tell those whom it concerns; False where that failed and must be tried again."""
        try:
            await self._composer.refused(delivery, problem, now)
        except Exception:
            # A bug there must not stop the lane, nor may it leave somebody believing that old words are gone.
            log.exception("telling of a refusal: delivery=%s", delivery.id)
            return False
        return True


def _where(delivery: Delivery) -> MessageRef:
    return MessageRef(channel=delivery.channel or delivery.recipient, ts=delivery.ts or "")
