"""HTTP/1.1 for strangers: uvicorn's own protocol, and a client that is slow with its headers, or never ends them, is
cut. Bodies have their own limits in the edge."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from handlers.slack.edge import BODY_IS_HERE

HEAD_SECONDS = 10.0
"""How long a request's first line and headers may take, and whatever comes in unasked after an answer."""
MOST_HEAD_BYTES = 65_536


class CutsTheSlow(HttpToolsProtocol):
    """One connection."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As uvicorn makes it."""
        super().__init__(*arguments, **options)
        self._patience: asyncio.TimerHandle | None = None
        self._awaits_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there: the first request's head is awaited."""
        super().connection_made(transport)
        self._await_head()
        self._be_patient()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes that belong to no request under way begin the next one's head."""
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()
        super().data_received(data)
        if self._awaits_head:
            # Nearly every head is whole by now: a timer for each would cost as much as the hash of its body.
            self._be_patient()
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._cut()

    def on_message_begin(self) -> None:
        """A request begins, perhaps behind one that is not answered yet."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is here; from now on the edge decides how long the body may take."""
        self._head_is_here()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is here, too: the edge need not watch the time."""
        super().on_message_complete()
        self.scope["extensions"] = {BODY_IS_HERE: {}}

    def _await_head(self) -> None:
        if not self._awaits_head:
            self._awaits_head = True
            self._head_bytes = 0

    def _be_patient(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self.head_seconds, self._cut)

    def _head_is_here(self) -> None:
        self._awaits_head = False
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _cut(self) -> None:
        self._head_is_here()
        self.transport.close()
