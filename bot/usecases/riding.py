"""What rides in the day's one message beside its question: a line of thanks, and one more question at most.

It is chosen when the message is sent and noted in its row, so that an edit never changes what rides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.deliveries import Delivery, DeliveryState, Kind
from bot.domain.people import Person
from bot.domain.pulses import Pulse
from bot.domain.reasons import Asked, WhyBack, may_ask
from bot.domain.teams import Team
from bot.domain.thanks import Thanks
from bot.ports.stores import Store
from bot.usecases.own_reasons import ASKS_WHY, OwnReasons
from bot.usecases.pulsing import PULSE, Pulsing
from bot.usecases.thanking import THANKS, Thanking


@dataclass(frozen=True, slots=True)
class Rides:
    """What one message carries."""

    thanks: tuple[Thanks, ...] = ()
    pulse: Pulse | None = None
    asks_why: Asked | None = None
    why_back: WhyBack | None = None


class Riding:
    """Chooses, notes, and reads again."""

    def __init__(self, store: Store, thanking: Thanking, pulsing: Pulsing, own_reasons: OwnReasons) -> None:
        """Each of them knows its own part."""
        self._store = store
        self._thanking = thanking
        self._pulsing = pulsing
        self._own_reasons = own_reasons

    async def in_prompt(
        self, delivery: Delivery, team: Team, person: Person, now: datetime, *, asks_already: bool
    ) -> Rides:
        """What a prompt carries. `asks_already`: it holds another question beside its own, so no further one."""
        data = delivery.data
        if delivery.state is not DeliveryState.SENT and delivery.kind is Kind.PROMPT and not delivery.number:
            data = await self._noted(
                delivery,
                {
                    THANKS: await self._thanking.choose(delivery, now),
                    **({} if asks_already else await self._question(delivery, team, person, now)),
                },
            )
        pulse = data.get(PULSE)
        return Rides(
            thanks=await self._thanks(delivery, data),
            pulse=await self._store.pulses.get(delivery.workspace, str(pulse)) if pulse else None,
            asks_why=_asked(data, person),
            why_back=await self._own_reasons.back(delivery, person),
        )

    async def in_receipt(self, delivery: Delivery, now: datetime) -> tuple[Thanks, ...]:
        """The thanks that a receipt carries."""
        data = delivery.data
        if delivery.state is not DeliveryState.SENT:
            data = await self._noted(delivery, {THANKS: await self._thanking.choose(delivery, now)})
        return await self._thanks(delivery, data)

    async def asks_why(self, delivery: Delivery, person: Person) -> bool:
        """Whether the message that now stands asks why the person sells (which is asked once, ever)."""
        if not may_ask(person):
            return False
        stands = await self._store.ledger.get(delivery.workspace, delivery.id)
        return stands is not None and bool(stands.data.get(ASKS_WHY))

    async def on_a_hard_day(self, prompt: Delivery, now: datetime) -> None:
        """A prompt is being answered with "nothing today": what may come back to the person then, does."""
        person = await self._store.people.get(prompt.workspace, prompt.recipient)
        if person is not None:
            await self._own_reasons.come_back(person, prompt, now)

    async def _thanks(self, delivery: Delivery, data: Mapping[str, Any]) -> tuple[Thanks, ...]:
        """How the thanks read now; what they are about is noted first, so that the message follows when it changes."""
        said = data.get(THANKS) or {}
        about = [str(said[name]) for name in ("about", "reply") if said.get(name)]
        await self._store.ledger.shows(delivery.workspace, delivery.id, about)
        return await self._thanking.read(delivery.workspace, delivery.recipient, said)

    async def _question(
        self, delivery: Delivery, team: Team, person: Person, now: datetime
    ) -> Mapping[str, Any]:
        if person.introduced_at is None:
            return {}
        pulse = await self._pulsing.to_ask(delivery, team, now)
        if pulse is not None:
            return {PULSE: pulse.id}
        return {ASKS_WHY: Asked.OPEN.value} if may_ask(person) else {}

    async def _noted(self, delivery: Delivery, rides: Mapping[str, Any]) -> Mapping[str, Any]:
        """The message's data with what rides, in place of what an earlier try may have chosen."""
        wanted = {name: rides.get(name) or None for name in (THANKS, PULSE, ASKS_WHY)}
        changed = {name: value for name, value in wanted.items() if delivery.data.get(name) != value}
        if changed:
            await self._store.ledger.carry(delivery.workspace, delivery.id, changed)
        return {**delivery.data, **changed}


def _asked(data: Mapping[str, Any], person: Person) -> Asked | None:
    if not data.get(ASKS_WHY):
        return None
    return Asked.KEPT if person.why else Asked(data[ASKS_WHY])
