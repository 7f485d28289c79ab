"""The Web API's front door: reads the request, checks the token and scope, finds the method, answers as Slack does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.sandbox import (
    methods_chat,
    methods_conversations,
    methods_files,
    methods_membership,
    methods_people,
    methods_reactions,
    methods_views,
    oauth,
)
from bot.sandbox.call import Call, Method, missing_scope
from bot.sandbox.faults import Fault
from bot.sandbox.hub import Hub
from bot.sandbox.model import Json, Refused
from bot.sandbox.rate_limits import RateLimits

METHODS: Mapping[str, Method] = {
    **methods_chat.METHODS,
    **methods_conversations.METHODS,
    **methods_membership.METHODS,
    **methods_people.METHODS,
    **methods_views.METHODS,
    **methods_files.METHODS,
    **methods_reactions.METHODS,
}
_OPEN = frozenset({"api.test", "oauth.v2.access", "apps.connections.open"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class WebApi:
    """Answers /api/<method>."""

    def __init__(self, hub: Hub) -> None:
        """Rate limits are off until `limits.on` is set."""
        self._hub = hub
        self.limits = RateLimits()
        self.calls: dict[str, int] = {}
        """How often each method was called with a good token."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call. Trouble that was asked for strikes here."""
        method = request.match_info["method"]
        faults = self._hub.faults
        if faults.slow_ms > 0:
            await asyncio.sleep(faults.slow_ms / 1000)
        wait = faults.rate_limit(method)
        if wait is not None:
            return _limited(wait)
        failure = faults.failure(method)
        if failure is not None:
            return _failed(failure)
        cut = faults.cut(method)
        if cut is not None and not cut.after_processing:
            return _cut(request)
        response = await self._answer(request, method)
        return _cut(request) if cut is not None else response

    async def _answer(self, request: web.Request, method: str) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            arguments, warning = await _arguments(request)
            if method not in METHODS and method not in _OPEN:
                return _json({"ok": False, "error": "unknown_method", "req_method": method})
            body = {"ok": True, **await self._call(request, method, arguments, headers)}
        except Refused as refusal:
            if refusal.error == "ratelimited":
                return _limited(int(refusal.extra["retry_after"]))
            return _json(refusal.answer(), headers)
        if warning:
            body.setdefault("warning", warning)
            body.setdefault("response_metadata", {}).setdefault("warnings", []).append(warning)
        return _json(body, headers)

    async def _call(
        self, request: web.Request, name: str, arguments: Mapping[str, Any], headers: dict[str, str]
    ) -> Json:
        authorization = request.headers.get("Authorization", "")
        if name == "oauth.v2.access":
            return oauth.access(self._hub, arguments, authorization)
        if name == "api.test":
            return _api_test(arguments)
        token = _token(arguments, authorization)
        if name == "apps.connections.open":
            return self._open_connection(token)
        if token.startswith("xapp-") and token == self._hub.app.app_token:
            raise Refused("not_allowed_token_type")
        workspace, installation = self._hub.whose(token)
        method = METHODS[name]
        headers["x-oauth-scopes"] = ",".join(sorted(installation.scopes))
        if method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
            if not installation.scopes.intersection(method.scopes):
                raise missing_scope(installation, method.scopes)
        channel = str(arguments.get("channel") or "")
        wait = self.limits.wait(workspace.team_id, name, method.per_minute, channel)
        if wait is not None:
            raise Refused("ratelimited", None, retry_after=wait)
        self.calls[name] = self.calls.get(name, 0) + 1
        return await method.function(Call(self._hub, name, arguments, workspace, installation, token))

    def _open_connection(self, token: str) -> Json:
        if token != self._hub.app.app_token:
            self._hub.whose(token)
            raise Refused("not_allowed_token_type")
        if not self._hub.socket_mode:
            raise Refused("socket_mode_not_enabled")
        return {"url": self._hub.sockets.ticket(self._hub.base_url)}


def _api_test(arguments: Mapping[str, Any]) -> Json:
    if arguments.get("error"):
        raise Refused(str(arguments["error"]), None, args=dict(arguments))
    return {"args": {name: value for name, value in arguments.items() if name != "token"}}


def _token(arguments: Mapping[str, Any], authorization: str) -> str:
    """The token of a call; raises `not_authed` where there is none."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    if arguments.get("token"):
        return str(arguments["token"])
    raise Refused("invalid_auth" if authorization else "not_authed")


async def _arguments(request: web.Request) -> tuple[dict[str, Any], str]:
    """Arguments from query string and body, and Slack's warning about the body's character set."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return arguments, ""
    content_type = request.content_type
    has_charset = "charset" in request.headers.get("Content-Type", "").lower()
    if content_type == "application/json":
        body = await request.read()
        if body:
            arguments |= _json_object(body)
        return arguments, "" if has_charset else "missing_charset"
    if content_type in _FORMS:
        try:
            form = await request.post()
        except (ValueError, UnicodeDecodeError):
            raise Refused("invalid_form_data") from None
        arguments |= {name: value for name, value in form.items() if isinstance(value, str)}
        return arguments, "superfluous_charset" if has_charset else ""
    if await request.read():
        raise Refused("invalid_post_type")
    return arguments, ""


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


def _json(body: Json, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        body=orjson.dumps(body), content_type="application/json", charset="utf-8", headers=dict(headers or {})
    )


def _limited(seconds: int) -> web.Response:
    return web.Response(
        status=429,
        body=orjson.dumps({"ok": False, "error": "ratelimited"}),
        content_type="application/json",
        headers={"Retry-After": str(seconds)},
    )


def _failed(failure: Fault) -> web.Response:
    if failure.status != 200:
        return web.Response(status=failure.status, text=failure.error)
    return _json({"ok": False, "error": failure.error})


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
