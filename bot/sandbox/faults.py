"""Trouble on demand: a slow, rate-limited, failing or cut Web API, dropped and doubled events, refused sockets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.transport import NotAnswered


@dataclass(slots=True)
class Fault:
    """One kind of trouble for one method (None: any), as many times as `times` says."""

    method: str | None
    times: int
    error: str = ""
    status: int = 200
    retry_after: int = 1
    after_processing: bool = False

    def hits(self, method: str) -> bool:
        """Whether it strikes now; each strike uses one up."""
        if self.times <= 0 or (self.method is not None and self.method != method):
            return False
        self.times -= 1
        return True

    def json(self) -> Json:
        """For the trouble panel."""
        return {
            "method": self.method,
            "times": self.times,
            "error": self.error,
            "retry_after": self.retry_after,
        }


@dataclass(slots=True)
class Faults:
    """All current trouble. Everything is off until it is asked for."""

    slow_ms: float = 0.0
    rate_limits: list[Fault] = field(default_factory=list)
    failures: list[Fault] = field(default_factory=list)
    cuts: list[Fault] = field(default_factory=list)
    drop_events: int = 0
    duplicate_events: int = 0
    delay_events_ms: float = 0.0
    refuse_sockets_until: float = 0.0

    def clear(self) -> None:
        """No more trouble."""
        fresh = Faults()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))

    def add(self, asked: dict[str, Any]) -> None:
        """Add trouble in the words of POST /_/trouble; counts default to one."""
        if "slow_ms" in asked:
            self.slow_ms = float(asked["slow_ms"])
        if said := asked.get("rate_limit"):
            fault = Fault(
                said.get("method"), int(said.get("times", 1)), retry_after=int(said.get("retry_after", 1))
            )
            self.rate_limits.append(fault)
        if said := asked.get("fail"):
            status = int(said.get("status", 200))
            error = str(said.get("error", "internal_error"))
            self.failures.append(Fault(said.get("method"), int(said.get("times", 1)), error, status))
        if said := asked.get("cut"):
            after = bool(said.get("after_processing", False))
            self.cuts.append(Fault(said.get("method"), int(said.get("times", 1)), after_processing=after))
        if "refuse_sockets_for" in asked:
            self.refuse_sockets_until = time.monotonic() + float(asked["refuse_sockets_for"])
        events = asked.get("events") or {}
        self.drop_events = int(events.get("drop", self.drop_events))
        self.duplicate_events = int(events.get("duplicate", self.duplicate_events))
        self.delay_events_ms = float(events.get("delay_ms", self.delay_events_ms))

    def rate_limit(self, method: str) -> int | None:
        """Retry-After in seconds where this call is to be refused, else None."""
        return next((fault.retry_after for fault in self.rate_limits if fault.hits(method)), None)

    def failure(self, method: str) -> Fault | None:
        """The failure that strikes this call, if any."""
        return next((fault for fault in self.failures if fault.hits(method)), None)

    def cut(self, method: str) -> Fault | None:
        """The cut that strikes this call, if any."""
        return next((fault for fault in self.cuts if fault.hits(method)), None)

    def maybe_drop(self) -> None:
        """Lose one try of an event on its way; raises NotAnswered, so that it is tried again as Slack would."""
        if self.drop_events > 0:
            self.drop_events -= 1
            raise NotAnswered("timeout")

    @property
    def sockets_refused(self) -> bool:
        """Whether new sockets are turned away now."""
        return time.monotonic() < self.refuse_sockets_until

    def json(self) -> Json:
        """For the trouble panel: what is on now."""
        return {
            "slow_ms": self.slow_ms,
            "rate_limit": [fault.json() for fault in self.rate_limits if fault.times > 0],
            "fail": [fault.json() for fault in self.failures if fault.times > 0],
            "cut": [fault.json() for fault in self.cuts if fault.times > 0],
            "refuse_sockets_for": max(0.0, self.refuse_sockets_until - time.monotonic()),
            "events": {
                "drop": self.drop_events,
                "duplicate": self.duplicate_events,
                "delay_ms": self.delay_events_ms,
            },
        }
