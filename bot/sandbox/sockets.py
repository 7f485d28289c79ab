"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.faults import Faults
from bot.sandbox.model import Json
from bot.sandbox.transport import ACK_SECONDS, Letter, NotAnswered

MOST_CONNECTIONS = 10
LIFETIME_SECONDS = 3_600.0
DEBUG_LIFETIME_SECONDS = 360.0
WARNING_SECONDS = 10.0
TICKET_SECONDS = 30.0
_HOST = "applink-local"


@dataclass(slots=True, eq=False)
class Connection:
    """One open socket and what waits for an acknowledgement on it."""

    socket: web.WebSocketResponse
    request: web.Request
    lifetime: float
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    leaving: bool = False


class Sockets:
    """The app's open connections; any of them may get a letter."""

    def __init__(self, app_id: str, faults: Faults, on_change: Callable[[], None]) -> None:
        """`on_change` hears that a connection came or went."""
        self.connections: list[Connection] = []
        self._app_id = app_id
        self._faults = faults
        self._on_change = on_change
        self._tickets: dict[str, float] = {}
        self._turn = 0
        self._farewells: set[asyncio.Task[None]] = set()

    def ticket(self, base_url: str) -> str:
        """An address for one connection, good for a short while."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = time.monotonic() + TICKET_SECONDS
        host = base_url.replace("http://", "ws://", 1)
        return f"{host}/link/?ticket={ticket}&app_id={self._app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take a connection and read acknowledgements from it until it closes."""
        good_until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if self._faults.sockets_refused:
            return web.Response(status=503, text="refused")
        if good_until < time.monotonic():
            return web.Response(status=408, text="expired_ticket")
        socket = web.WebSocketResponse(heartbeat=30.0, max_msg_size=4 * 1024 * 1024)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await _send(socket, _disconnect("too_many_websockets"))
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
            return socket
        short = request.query.get("debug_reconnects", "").lower() in ("true", "1")
        connection = Connection(socket, request, DEBUG_LIFETIME_SECONDS if short else LIFETIME_SECONDS)
        self.connections.append(connection)
        await self._greet(connection)
        try:
            await self._listen(connection)
        finally:
            self._lost(connection)
        return socket

    async def _greet(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.timers = [
            loop.call_later(connection.lifetime - WARNING_SECONDS, self._say, connection, "warning"),
            loop.call_later(connection.lifetime, self._say, connection, "refresh_requested"),
        ]
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": int(connection.lifetime),
            },
            "connection_info": {"app_id": self._app_id},
        }
        await _send(connection.socket, hello)
        self._on_change()

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = orjson.loads(message.data)
            except orjson.JSONDecodeError:
                continue
            if isinstance(said, dict) and said.get("envelope_id"):
                answer = connection.waiting.pop(str(said["envelope_id"]), None)
                if answer is not None and not answer.done():
                    answer.set_result(said.get("payload") or {})

    def _lost(self, connection: Connection) -> None:
        self.connections.remove(connection)
        for timer in connection.timers:
            timer.cancel()
        for answer in connection.waiting.values():
            if not answer.done():
                answer.set_exception(NotAnswered("connection_lost"))
        connection.waiting.clear()
        self._on_change()

    async def carry(self, letter: Letter) -> Json:
        """Send a letter over one of the connections and wait for its acknowledgement."""
        connection = self._pick()
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": letter.payload,
            "type": letter.kind,
            "accepts_response_payload": letter.kind != "events_api",
        }
        if letter.kind == "events_api":
            envelope |= {"retry_attempt": letter.retry, "retry_reason": letter.retry_reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = answer
        try:
            await _send(connection.socket, envelope)
            return await asyncio.wait_for(answer, ACK_SECONDS)
        except TimeoutError:
            raise NotAnswered("timeout") from None
        except ConnectionError:
            raise NotAnswered("connection_lost") from None
        finally:
            connection.waiting.pop(envelope_id, None)
            if answer.done() and not answer.cancelled():
                answer.exception()

    def _pick(self) -> Connection:
        ready = [one for one in self.connections if not one.socket.closed and not one.leaving]
        if not ready:
            raise NotAnswered("no_connection")
        self._turn += 1
        return ready[self._turn % len(ready)]

    def _say(self, connection: Connection, reason: str) -> None:
        farewell = asyncio.get_running_loop().create_task(self._bid_farewell(connection, reason))
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)

    async def _bid_farewell(self, connection: Connection, reason: str) -> None:
        if connection.socket.closed:
            return
        await _send(connection.socket, _disconnect(reason))
        if reason != "warning":
            connection.leaving = True
            await connection.socket.close()

    async def ask_to_leave(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect` to every connection; all but a warning also close it."""
        for connection in list(self.connections):
            await self._bid_farewell(connection, reason)

    def cut(self) -> int:
        """Cut every connection without a word; how many there were."""
        for connection in self.connections:
            if connection.request.transport is not None:
                connection.request.transport.abort()
        return len(self.connections)

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self.connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)


async def _send(socket: web.WebSocketResponse, body: Json) -> None:
    await socket.send_str(orjson.dumps(body).decode())


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
