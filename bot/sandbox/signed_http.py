"""Delivery over HTTP: signed requests to the app's address, as Slack sends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from urllib.parse import urlencode

import aiohttp
import orjson

from bot.sandbox.app import App
from bot.sandbox.clock import SharedClock
from bot.sandbox.model import Json
from bot.sandbox.transport import ACK_SECONDS, Letter, NotAnswered

_FORM = "application/x-www-form-urlencoded"
_MOST_AT_ONCE = 100


class SignedHttp:
    """Posts letters to the app's events address. Commands and interactivity go to the same one."""

    def __init__(self, app: App, clock: SharedClock) -> None:
        """The session opens with the first letter."""
        self._app = app
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, letter: Letter) -> Json:
        """Post a letter; what the app answered with."""
        if letter.kind == "events_api":
            content_type, body = "application/json", orjson.dumps(letter.payload)
        elif letter.kind == "slash_commands":
            content_type, body = _FORM, urlencode(letter.payload).encode()
        else:
            content_type, body = _FORM, urlencode({"payload": orjson.dumps(letter.payload).decode()}).encode()
        headers = {}
        if letter.retry:
            headers = {"x-slack-retry-num": str(letter.retry), "x-slack-retry-reason": letter.retry_reason}
        return _read(letter, *await self.post(body, content_type, headers))

    async def verify(self) -> bool:
        """Ask the address to prove itself, as Slack does when it is entered."""
        challenge = secrets.token_urlsafe(32)
        asked = {"token": self._app.verification_token, "challenge": challenge, "type": "url_verification"}
        try:
            status, _, body = await self.post(orjson.dumps(asked), "application/json", {})
        except NotAnswered:
            return False
        return status == 200 and challenge.encode() in body

    async def post(
        self, body: bytes, content_type: str, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Sign and post; status, headers in lower case and body. Raises NotAnswered."""
        url = self._app.events_url
        if not url:
            raise NotAnswered("connection_failed")
        stamp = str(int(self._clock.time()))
        signed = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "accept": "*/*",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(self._app.signing_secret, stamp, body),
        }
        try:
            async with self._open().post(url, data=body, headers=signed | headers) as answer:
                said = await answer.read()
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}, said
        except TimeoutError:
            raise NotAnswered("http_timeout") from None
        except (aiohttp.ClientError, asyncio.IncompleteReadError):
            raise NotAnswered("connection_failed") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=ACK_SECONDS),
                connector=aiohttp.TCPConnector(limit=_MOST_AT_ONCE, force_close=False),
            )
        return self._session

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request."""
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def _read(letter: Letter, status: int, headers: dict[str, str], body: bytes) -> Json:
    if letter.kind == "events_api" and not 200 <= status < 300:
        raise NotAnswered("http_error", final=headers.get("x-slack-no-retry") == "1")
    if status != 200:
        raise NotAnswered("http_service_error")
    text = body.strip()
    if letter.kind == "events_api" or not text:
        return {}
    if text.startswith(b"{"):
        try:
            said = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise NotAnswered("invalid_json_response") from None
        return said if isinstance(said, dict) else {}
    return {"text": text.decode("utf-8", "replace")} if letter.kind == "slash_commands" else {}
