"""Socket Mode: one WebSocket to Slack instead of a public address; reconnects, also when it dies silently.

The SDK notices a dead socket by its pings. Two things it leaves to us: it tries an address again that Slack gave for
one try only, and it asks for ever with a token that Slack refuses.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.app import dispatch

log = structlog.get_logger(__name__)

PING_SECONDS = 5.0
"""The SDK reconnects after four pings without an answer."""
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
WATCH_SECONDS = 1.0


class SocketRefused(Exception):
    """Slack does not take the app token; trying again would not help. `code` is Slack's name for it."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class _Handler(AsyncSocketModeHandler):
    """Bolt's connection to Slack; a payload goes the way that it goes over HTTP."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """What is not answered by 200 is not acked, so that Slack sends it again."""
        reply = await dispatch(self.app, req.payload)
        if reply.status != 200:
            return
        answer: dict[str, Any] | None = None
        if reply.body:
            is_json = reply.content_type.startswith(b"application/json")
            answer = orjson.loads(reply.body) if is_json else {"text": reply.body.decode()}
        await client.send_socket_mode_response(SocketModeResponse(req.envelope_id, answer))


class Socket:
    """The connection, from the first attempt to a clean end."""

    def __init__(self, app: AsyncApp, app_token: str, api_url: str, *, ping: float = PING_SECONDS) -> None:
        """`api_url` is where apps.connections.open is asked; `ping` is in seconds, also between two tries."""
        # Retries are decided here: the SDK's own would hide for how long nothing got through.
        client = AsyncWebClient(base_url=api_url, retry_handlers=[])
        logger = logging.getLogger("slack_bolt.socket")
        logger.addFilter(_no_addresses)
        self._handler = _Handler(app, app_token, logger=logger, web_client=client, ping_interval=ping)
        self._watching: asyncio.Task[None] | None = None
        self._heard: tuple[float | None, float] | None = None

    async def connect(self) -> None:
        """Connect, trying again while Slack cannot be reached; raises `SocketRefused` where it says no."""
        await self._ask_for_address()
        self._watching = asyncio.create_task(self._watch())
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def _ask_for_address(self) -> None:
        client, wait = self._handler.client, FIRST_WAIT_SECONDS
        while True:
            try:
                answer = await client.web_client.apps_connections_open(app_token=client.app_token)
            except SlackApiError as refusal:
                code = str(refusal.response.get("error", ""))
                if code in _FINAL:
                    raise SocketRefused(code) from refusal
            except (TimeoutError, OSError) as problem:
                code = type(problem).__name__
            else:
                client.wss_uri = str(answer["url"])
                return
            log.warning("socket.not_connected", code=code, again_in=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def _watch(self) -> None:
        """While there is no connection, let the SDK's next try ask for an address of its own; say how long it takes."""
        down_since: float | None = None
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            self._listen(loop.time())
            if self.connected:
                if down_since is not None:
                    log.info("socket.connected_again", after=round(loop.time() - down_since))
                down_since = None
                continue
            self._handler.client.wss_uri = None
            if down_since is None:
                down_since = loop.time()
                log.warning("socket.not_connected")

    def _listen(self, now: float) -> None:
        answered = self._handler.client.last_ping_pong_time
        if self._heard is None or self._heard[0] != answered:
            self._heard = (answered, now)

    @property
    def silence(self) -> float:
        """For how many seconds Slack has not answered a ping; 0 before the first one was due."""
        return 0.0 if self._heard is None else asyncio.get_running_loop().time() - self._heard[1]

    @property
    def connected(self) -> bool:
        """True while a session is open."""
        session: Any = self._handler.client.current_session
        return session is not None and not session.closed

    async def close(self) -> None:
        """Stop taking payloads."""
        if self._watching is not None:
            self._watching.cancel()
        await self._handler.close_async()  # type: ignore[no-untyped-call]


def _no_addresses(record: logging.LogRecord) -> bool:
    """False for what the SDK says about each failed try: it quotes the address, which lets its reader in."""
    return not str(record.msg).startswith(("Failed to connect", "Failed to retrieve WSS URL"))


_FINAL = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "missing_scope"}
)
