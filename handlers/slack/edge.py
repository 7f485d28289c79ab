"""The web edge: a small ASGI app that verifies before anything is parsed, and only then hands a dict to Bolt.

Bolt's own HTTP way parses unsigned bytes before it looks at the signature; here nothing unsigned gets further than
its length and its hash.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson
import structlog
from yarl import URL

from bot.domain.folding import clean
from bot.ports.problems import StoreProblem
from handlers.slack.bodies import parse
from handlers.slack.shapes import is_slacks

log = structlog.get_logger(__name__)

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Dispatch: TypeAlias = Callable[[dict[str, Any]], Awaitable["Reply"]]

MOST_BYTES = 1_048_576
"""Slack's own payloads stay far below a mebibyte."""
FRESH_SECONDS = 300
SLOWEST_BODY_SECONDS = 10.0
BODY_IS_HERE = "purpose.body_is_here"
"""The extension (as ASGI calls it) by which a server says that it has the whole body already."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: bytes = b"text/plain; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = ()


Page: TypeAlias = Callable[[Mapping[str, str]], Awaitable[Reply]]
"""A GET page: takes the query's first values, gives an answer."""


CookiePage: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[Reply]]
"""A page that changes something or answers one browser only: takes query and cookies; GET alone."""


def json_reply(value: Any, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, orjson.dumps(value), b"application/json")


class Edge:
    """The ASGI app. Without a signing secret only its GET pages exist (Socket Mode)."""

    def __init__(
        self,
        signing_secret: bytes | None,
        dispatch: Dispatch,
        pages: Mapping[str, Page],
        clock: Callable[[], datetime],
        cookie_pages: Mapping[str, CookiePage] | None = None,
    ) -> None:
        """`dispatch` gets verified payloads; `pages` are the GET paths; `clock` tells what is fresh."""
        self._cookie_pages = cookie_pages or {}
        self._clock = clock
        self._secret = signing_secret
        self._dispatch = dispatch
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        await _send(send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        path, method = scope["path"], scope["method"]
        if path == "/slack/events" and self._secret is not None:
            return await self._slack(scope, receive) if method == "POST" else Reply(405, b"POST only")
        page, cookie_page = self._pages.get(path), self._cookie_pages.get(path)
        if page is None and cookie_page is None:
            return Reply(404, b"There is nothing here.")
        if method not in ("GET", "HEAD") or (page is None and method == "HEAD"):
            return Reply(405, b"GET only")
        try:
            query = _query(scope.get("query_string", b""))
        except ValueError:
            return Reply(400, b"That address is not well formed.")
        try:
            if cookie_page is not None:
                return await cookie_page(query, _cookies(scope["headers"]))
            return await page(query) if page is not None else Reply(404)
        except StoreProblem as problem:
            log.error("page.failed", path=path, reason=str(problem))
            return Reply(503, b"That cannot be done right now. Please try again in a few minutes.")

    async def _slack(self, scope: Scope, receive: Receive) -> Reply:
        headers = {name: value for name, value in scope["headers"] if name in _WANTED}
        timestamp, signature = headers.get(_TIMESTAMP, b""), headers.get(_SIGNATURE, b"")
        if not fresh(timestamp, self._clock().timestamp()):
            return Reply(401, b"The request is unsigned, or its time is off.")
        try:
            body = await _body_in_time(scope, receive, headers)
        except TimeoutError:
            return Reply(408, b"The body did not arrive in time.", headers=_HANG_UP)
        if body is None:
            return Reply(413, b"The body is larger than Slack's ever are.", headers=_HANG_UP)
        if not signed(self._secret or b"", timestamp, body, signature):
            return Reply(401, b"The signature does not fit.")
        payload = parse(body, headers.get(b"content-type", b""))
        if payload is None:
            return Reply(400, b"The body is not what Slack sends.")
        if payload.get("type") == "url_verification":
            return json_reply({"challenge": clean(str(payload.get("challenge", "")))})
        if payload.get("ssl_check"):
            return Reply()
        if not is_slacks(payload):
            return Reply(400, b"The body is not what Slack sends.")
        return await self._dispatch(payload)


_HANG_UP = ((b"connection", b"close"),)
_TIMESTAMP = b"x-slack-request-timestamp"
_SIGNATURE = b"x-slack-signature"
_WANTED = frozenset({_TIMESTAMP, _SIGNATURE, b"content-type", b"content-length"})


def fresh(timestamp: bytes, now: float) -> bool:
    """True for a whole number of seconds within five minutes of `now` (seconds since the epoch)."""
    return timestamp.isdigit() and len(timestamp) < 16 and abs(now - int(timestamp)) <= FRESH_SECONDS


def signed(secret: bytes, timestamp: bytes, body: bytes, signature: bytes) -> bool:
    """True where `signature` is Slack's v0 signature of that body at that time."""
    mac = hmac.digest(secret, b"v0:" + timestamp + b":" + body, "sha256").hex()
    return hmac.compare_digest(b"v0=" + mac.encode(), signature)


async def _body_in_time(scope: Scope, receive: Receive, headers: Mapping[bytes, bytes]) -> bytes | None:
    if BODY_IS_HERE in scope.get("extensions", ()):
        # Nothing is waited for, and a timer would cost more than to take the body apart.
        return await _body(receive, headers)
    async with asyncio.timeout(SLOWEST_BODY_SECONDS):
        return await _body(receive, headers)


async def _body(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes | None:
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _query(raw: bytes) -> dict[str, str]:
    return dict(URL.build(query_string=raw.decode("ascii"), encoded=True).query)


def _cookies(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The first value of each cookie; what has no name is left out."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, equals, text = part.strip().partition("=")
                if equals and key:
                    found.setdefault(key, text)
    return found


async def _send(send: Send, reply: Reply) -> None:
    headers = [(b"content-length", b"%d" % len(reply.body)), *reply.headers]
    if reply.body:
        headers.append((b"content-type", reply.content_type))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
