"""Slack's real rate limits, for who wants them: a tier for each method, and one message a second for each channel."""

from __future__ import annotations

import math
import time
from collections import deque

WINDOW_SECONDS = 60.0
CHANNEL_SECONDS = 1.0
CHANNEL_BURST = 4


class RateLimits:
    """Counts calls on the machine's own clock. `on` is False until it is asked for."""

    def __init__(self) -> None:
        """Nothing was called yet."""
        self.on = False
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._channels: dict[str, float] = {}

    def wait(self, team: str, method: str, per_minute: int, channel: str) -> int | None:
        """Seconds to wait before this call, or None where it may go now (and is counted)."""
        if not self.on:
            return None
        now = time.monotonic()
        calls = self._calls.setdefault((team, method), deque())
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= per_minute:
            return max(1, math.ceil(calls[0] + WINDOW_SECONDS - now))
        if method == "chat.postMessage" and channel:
            free_at = max(self._channels.get(channel, 0.0), now - CHANNEL_BURST * CHANNEL_SECONDS)
            if free_at + CHANNEL_SECONDS > now + CHANNEL_SECONDS:
                return max(1, math.ceil(free_at - now))
            self._channels[channel] = free_at + CHANNEL_SECONDS
        calls.append(now)
        return None
