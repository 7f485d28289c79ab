"""A platform with faults, words to say and a clock to turn: what the scheduler's stories happen in."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.deliveries import Delivery, Kind, NewDelivery, Priority
from bot.domain.notices import Notice, PlainNotice
from bot.ports.world import Later, MessageRef, MessengerProblem, Skip, Trouble

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ACME = "slack:T0ACME"
UMBRELLA = "slack:T0UMBRELLA"
ALICE, BOB, CHARLIE = "U0ALICE", "U0BOB", "U0CHARLIE"


class Clock:
    """The product's clock, turned by hand."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in a conversation."""

    recipient: str
    delivery: str
    text: str
    ts: str
    thread: str | None = None


@dataclass
class Fault:
    """What happens to one call instead: the problem is raised, after the platform took the request where `taken`."""

    problem: MessengerProblem | Exception
    taken: bool = False


@dataclass
class FaultyPlatform:
    """The Messenger port on a platform in memory. `faults` are met in order, one a call; None is no fault."""

    clock: Clock
    faults: deque[Fault | None] = field(default_factory=deque)
    update_faults: deque[Fault | None] = field(default_factory=deque)
    look_faults: deque[MessengerProblem] = field(default_factory=deque)
    messages: list[Message] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    updates: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    most_at_once: int = 0
    _at_once: int = 0

    def visible(self) -> dict[str, int]:
        """How many messages stand for each delivery."""
        return dict(Counter(message.delivery for message in self.messages))

    def to(self, recipient: str) -> list[str]:
        """What a recipient reads, as it stands now."""
        return [self.texts[message.ts] for message in self.messages if message.recipient == recipient]

    async def post(
        self, workspace: str, recipient: str, notice: Notice, *, delivery: str, thread: str | None = None
    ) -> MessageRef:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.seconds)
            return self._post(recipient, notice, delivery, thread)
        finally:
            self._at_once -= 1

    def _post(self, recipient: str, notice: Notice, delivery: str, thread: str | None) -> MessageRef:
        self.posts.append(delivery)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not fault.taken:
            raise fault.problem
        message = Message(recipient, delivery, _text(notice), f"{len(self.messages) + 1:06d}.0", thread)
        self.messages.append(message)
        self.texts[message.ts] = message.text
        if fault is not None:
            raise fault.problem
        return MessageRef(channel=f"D{recipient}" if recipient.startswith("U") else recipient, ts=message.ts)

    async def update(self, workspace: str, ref: MessageRef, notice: Notice) -> None:
        self.updates[ref.ts] += 1
        fault = self.update_faults.popleft() if self.update_faults else None
        if fault is not None:
            raise fault.problem
        self.texts[ref.ts] = _text(notice)

    async def find(
        self, workspace: str, recipient: str, delivery: str, *, since: datetime, thread: str | None = None
    ) -> MessageRef | None:
        if self.look_faults:
            raise self.look_faults.popleft()
        for message in self.messages:
            if message.delivery == delivery:
                return MessageRef(channel=recipient, ts=message.ts)
        return None


@dataclass
class Says:
    """The Composer port: says `words`, or what a delivery's id or recipient is told to."""

    words: str = "hello"
    verdicts: dict[str, Skip | Later | Exception] = field(default_factory=dict)
    sent_ids: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    after_sending: deque[Exception] = field(default_factory=deque)
    telling: deque[Exception] = field(default_factory=deque)

    async def compose(self, delivery: Delivery, now: datetime) -> Notice | Skip | Later:
        verdict = self.verdicts.get(delivery.recipient)
        if isinstance(verdict, Exception):
            raise verdict
        return verdict or PlainNotice(self.words, {})

    async def sent(self, delivery: Delivery, ref: MessageRef, now: datetime) -> None:
        if self.after_sending:
            raise self.after_sending.popleft()
        self.sent_ids.append(delivery.id)

    async def refused(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
        if self.telling:
            raise self.telling.popleft()
        self.told.append((delivery.recipient, problem.code))


def owed_to(recipient: str, **others: object) -> NewDelivery:
    """A message owed to somebody, due as the week begins."""
    values: dict[str, object] = {
        "workspace": ACME,
        "subject": "team1:prompt",
        "kind": Kind.PROMPT,
        "recipient": recipient,
        "due_at": MONDAY,
        "local_date": MONDAY.date(),
        "priority": Priority.CROWD,
    }
    return NewDelivery(**(values | others))  # type: ignore[arg-type]


def refused(trouble: Trouble, code: str = "no", wait: float = 0.0, *, taken: bool = False) -> Fault:
    """A fault that the platform names."""
    return Fault(MessengerProblem(trouble, code, timedelta(seconds=wait)), taken)


def _text(notice: Notice) -> str:
    assert isinstance(notice, PlainNotice)
    return notice.code


async def until(true: Callable[[], Any] | Callable[[], Awaitable[Any]], seconds: float = 30.0) -> None:
    """Wait for something to come true, with a deadline."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)
