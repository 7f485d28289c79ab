"""Slack's Web API over one shared session: one request a call, never sent again by itself.

The SDK's own client re-sends after a lost reply and so posts twice; here the caller decides what a lost reply means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import aiohttp
import orjson

from bot.domain.identity import Workspace
from handlers.slack.proxies import proxied

Tokens: TypeAlias = Callable[[Workspace], Awaitable[str]]
"""Gives a workspace's bot token, from memory; raises LookupError where the bot is not installed."""

_JSON_METHODS = ("chat.", "views.", "conversations.open", "conversations.join")
"""Families that take a JSON body; Slack's reading methods take form fields only."""

Another: TypeAlias = Callable[[Workspace, str], Awaitable[str | None]]
"""Gives the token to try instead of one that Slack refused, or None."""
_TOKEN_IS_PAST = frozenset({"invalid_auth", "token_expired", "token_revoked", "account_inactive"})

NOT_INSTALLED = "not_installed"
"""Our own code beside Slack's: there is no token for that workspace (any more), so Slack was not asked."""
TIMEOUT_SECONDS = 10.0
MOST_CONNECTIONS = 50


class SlackSaidNo(Exception):
    """Slack answered with an error. `code` is its name for it."""

    def __init__(self, method: str, code: str, answer: Mapping[str, Any] | None = None) -> None:
        """Keep the method and the code; the answer's own text stays out of logs."""
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code
        self.answer = answer or {}


class SlackSaidWait(SlackSaidNo):
    """Rate limited: nothing was done; ask again after `seconds`."""

    def __init__(self, method: str, seconds: float) -> None:
        """`seconds` is Slack's Retry-After."""
        super().__init__(method, "ratelimited")
        self.seconds = seconds


class SlackNotReached(SlackSaidNo):
    """The connection was never made: certainly nothing was done."""


class SlackReplyLost(SlackSaidNo):
    """The request went out and no usable reply came back: perhaps it was done."""


class SlackApi:
    """Calls Slack. One instance a process; it opens its session when first used."""

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        another: Another | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        """`base_url` ends in "/api/"; `timeout` is in seconds for a whole call."""
        self._another = another
        self._base_url = base_url.rstrip("/") + "/"
        self._tokens = tokens
        self._limit = aiohttp.ClientTimeout(total=timeout, sock_connect=min(3.0, timeout))
        self._proxied = proxied(self._base_url)
        self._session: aiohttp.ClientSession | None = None

    async def call(self, workspace: Workspace, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method for a workspace. Returns Slack's answer; raises `SlackSaidNo` or one of its kinds."""
        try:
            token = await self._tokens(workspace)
        except LookupError as problem:
            raise SlackSaidNo(method, NOT_INSTALLED) from problem
        try:
            return await self.call_with(token, method, **arguments)
        except SlackSaidNo as refusal:
            if refusal.code not in _TOKEN_IS_PAST or self._another is None:
                raise
            another = await self._another(workspace, token)
            if another is None:
                raise
        # Whoever is refused at the door has done nothing, so the same may be asked with the new key.
        return await self.call_with(another, method, **arguments)

    async def call_with(self, token: str, method: str, **arguments: Any) -> dict[str, Any]:
        """The same with a token that belongs to no known workspace yet."""
        answer, _ = await self._ask(token, method, arguments)
        return answer

    async def call_as_app(self, method: str, **arguments: str) -> dict[str, Any]:
        """Call a method that wants the app's own secret, and no token."""
        answer, _ = await self._send(method, {}, _form(arguments))
        return answer

    async def granted(self, token: str) -> tuple[dict[str, Any], frozenset[str] | None]:
        """Whose token this is (auth.test) and the scopes it was granted, which stand in a header; None where not."""
        answer, headers = await self._ask(token, "auth.test", {})
        said = headers.get("x-oauth-scopes")
        scopes = None if said is None else frozenset(each.strip() for each in said.split(",") if each.strip())
        return answer, scopes

    async def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Answer at a command's or click's own address (five times within 30 minutes).

        An address that has run out is no bug: the person sees nothing, and nothing was promised.
        """
        session = self._open()
        try:
            async with session.post(
                response_url, json=message, timeout=self._limit, **proxied(response_url)
            ) as answer:
                await answer.read()
                if answer.status >= 400:
                    raise SlackSaidNo("response_url", f"http_{answer.status}")
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise SlackReplyLost("response_url", type(problem).__name__) from problem

    async def put_file(self, upload_url: str, content: bytes) -> None:
        """Send a file's bytes to the address that files.getUploadURLExternal gave."""
        session = self._open()
        try:
            async with session.post(
                upload_url, data=content, timeout=self._limit, **proxied(upload_url)
            ) as answer:
                await answer.read()
                if answer.status >= 400:
                    raise SlackSaidNo("upload", f"http_{answer.status}")
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise SlackReplyLost("upload", type(problem).__name__) from problem

    async def close(self) -> None:
        """Close the shared session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(
        self, token: str, method: str, arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        arguments = {name: value for name, value in arguments.items() if value is not None}
        headers = {"Authorization": f"Bearer {token}"}
        if method.startswith(_JSON_METHODS):
            headers["Content-Type"] = "application/json; charset=utf-8"
            body: bytes | aiohttp.FormData = orjson.dumps(arguments)
        else:
            body = _form(arguments)
        return await self._send(method, headers, body)

    async def _send(
        self, method: str, headers: Mapping[str, str], body: bytes | aiohttp.FormData
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        session = self._open()
        try:
            async with session.post(
                self._base_url + method, data=body, headers=headers, timeout=self._limit, **self._proxied
            ) as answer:
                raw = await answer.read()
                return _read(method, answer.status, answer.headers.get("Retry-After"), raw), answer.headers
        except SlackSaidWait:
            _count_wait(method)
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise SlackNotReached(method, type(problem).__name__) from problem
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as problem:
            raise SlackReplyLost(method, type(problem).__name__) from problem

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, json_serialize=lambda value: orjson.dumps(value).decode()
            )
        return self._session


def _count_wait(method: str) -> None:
    # Here, as most commands never need Prometheus' library.
    from handlers.slack.metrics import RATE_LIMITED

    RATE_LIMITED.labels(method).inc()


def _form(arguments: Mapping[str, Any]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in arguments.items():
        if isinstance(value, bool):
            form.add_field(name, "true" if value else "false")
        elif isinstance(value, (dict, list)):
            form.add_field(name, orjson.dumps(value).decode())
        else:
            form.add_field(name, str(value))
    return form


def _read(method: str, status: int, retry_after: str | None, raw: bytes) -> dict[str, Any]:
    if status == 429:
        raise SlackSaidWait(method, _seconds(retry_after))
    if status >= 500:
        raise SlackReplyLost(method, f"http_{status}")
    try:
        answer = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise SlackReplyLost(method, f"http_{status}_unreadable") from problem
    if not isinstance(answer, dict):
        raise SlackReplyLost(method, "unreadable")
    if answer.get("ok") is not True:
        code = str(answer.get("error", "unknown_error"))
        if code in ("ratelimited", "rate_limited"):
            raise SlackSaidWait(method, _seconds(retry_after))
        raise SlackSaidNo(method, code, answer)
    return answer


def _seconds(retry_after: str | None) -> float:
    """Slack's Retry-After in seconds; a missing or odd one counts as 30."""
    try:
        return min(max(float(retry_after or "30"), 1.0), 3_600.0)
    except ValueError:
        return 30.0
