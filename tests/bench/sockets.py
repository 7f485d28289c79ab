"""Socket Mode: an envelope read, routed, on disk and acked, beside slack_sdk's own client that only acks.

python -m tests.bench.sockets [--quick]
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import orjson
from aiohttp import web

from tests.bench import payloads
from tests.bench.rig import ROUNDS, Child, Row, child, folder, free_port, median, python, ratio, run
from tests.bench.stub import Stub, stub_slack

WAITING = 50


class Peer:
    """One client of our socket: envelopes go out to it, fifty not yet acked at a time."""

    def __init__(self, child: Child, server: SocketServer) -> None:
        self.child = child
        self.server = server
        self.cpu: list[float] = []

    async def round(self, number: int) -> None:
        """So many envelopes; CPU microseconds for each are noted."""
        envelopes = [
            orjson.dumps(
                {
                    "envelope_id": str(uuid4()),
                    "type": "events_api",
                    "accepts_response_payload": False,
                    "payload": payloads.event(),
                }
            ).decode()
            for _ in range(number)
        ]
        before = self.child.cpu
        await self.server.send(envelopes)
        self.cpu.append(1e6 * (self.child.cpu - before) / number)


class SocketServer:
    """Slack's side of one WebSocket."""

    def __init__(self) -> None:
        self.port = free_port()
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._room = asyncio.Semaphore(WAITING)
        self._acked = 0
        self._wanted = 0
        self._all_acked = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, for as long as it lasts."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket = socket
        self._connected.set()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._acked += 1
                self._room.release()
                if self._acked == self._wanted:
                    self._all_acked.set()
        return socket

    async def send(self, envelopes: Sequence[str]) -> None:
        """Send them all and wait until all are acked."""
        async with asyncio.timeout(60):
            await self._connected.wait()
        self._acked, self._wanted = 0, len(envelopes)
        self._all_acked.clear()
        for envelope in envelopes:
            await self._room.acquire()
            assert self._socket is not None
            await self._socket.send_str(envelope)
        async with asyncio.timeout(60):
            await self._all_acked.wait()


@asynccontextmanager
async def peer(slack: Stub, command: Sequence[str], env: dict[str, str]) -> AsyncIterator[Peer]:
    """A client, connected to a socket of its own."""
    server = SocketServer()
    app = web.Application()
    app.router.add_get("/", server.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", server.port).start()
    slack.socket_url = f"ws://127.0.0.1:{server.port}/"
    try:
        async with child(*command, env=env) as process:
            one = Peer(process, server)
            await one.round(100)
            one.cpu.clear()
            yield one
    finally:
        await runner.cleanup()


async def measure(quick: bool) -> Sequence[Row]:
    """Both clients, round by round."""
    number, rounds = (200, 1) if quick else (2000, ROUNDS)
    async with AsyncExitStack() as stack:
        at = Path(stack.enter_context(folder()))
        slack = await stack.enter_async_context(stub_slack())
        env = slack.environment(f"sqlite:///{at}/socket.db", free_port()) | {"SLACK_APP_TOKEN": "xapp-bench"}
        del env["SLACK_SIGNING_SECRET"]
        ours = await stack.enter_async_context(peer(slack, python("tests.bench.serving", "bot", "ack"), env))
        bare = python("tests.bench.sockets", "client", slack.url)
        theirs = await stack.enter_async_context(peer(slack, bare, {}))
        await theirs.round(number)
        await ours.round(number)
        theirs.cpu.clear()
        ours.cpu.clear()
        for _ in range(rounds):
            await theirs.round(number)
            await ours.round(number)
    return [
        Row(
            "Socket Mode: read, routed, on disk, acked",
            "slack_sdk's own client acking, CPU",
            ratio(ours.cpu, theirs.cpu),
            "×",
            3.5,
            detail=f"{median(ours.cpu):.0f} µs beside {median(theirs.cpu):.0f} µs",
        )
    ]


async def bare_client(api_url: str) -> None:
    """slack_sdk's client as its documentation shows it: whatever comes is acked."""
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.socket_mode.response import SocketModeResponse
    from slack_sdk.web.async_client import AsyncWebClient

    async def ack(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client = SocketModeClient("xapp-bench", web_client=AsyncWebClient(base_url=api_url))
    client.socket_mode_request_listeners.append(ack)
    await client.connect()
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        import uvloop

        uvloop.run(bare_client(sys.argv[2]))
    else:
        run(measure)
