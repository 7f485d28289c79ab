"""A bot without a mind, for the page's own tests: it keeps every payload and answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from bot.sandbox.server import LocalWorkspace

Json = dict[str, Any]


class ScriptedBot:
    """Reached over signed HTTP. `answers` maps a command, action_id or callback_id to what is done for it:
    a dict is the answer itself; a function takes the payload and gives the answer or an awaitable of it."""

    def __init__(self, workspace: LocalWorkspace) -> None:
        """Not listening yet: use `async with`."""
        self.workspace = workspace
        self.heard: list[Json] = []
        self.answers: dict[str, Json | Callable[[Json], Any]] = {}
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> ScriptedBot:
        """Listen on a free port and become the workspace's app."""
        app = web.Application()
        app.add_routes([web.post("/slack/events", self._receive)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.workspace.hub.app.events_url = f"http://127.0.0.1:{port}/slack/events"
        token = {"Authorization": f"Bearer {self.workspace.bot_token}"}
        self._session = aiohttp.ClientSession(headers=token)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        assert self._session is not None
        assert self._runner is not None
        await self._session.close()
        await self._runner.cleanup()

    async def call(self, method: str, **arguments: Any) -> Json:
        """One Web API call; asserts that Slack took it."""
        assert self._session is not None
        async with self._session.post(self.workspace.api_url + method, json=arguments) as response:
            body: Json = await response.json()
        assert body["ok"], (method, body)
        return body

    async def post(self, channel: str, *blocks: Json, text: str = "A message of the bot") -> str:
        """Post a message; its ts."""
        more = {"blocks": list(blocks)} if blocks else {}
        return str((await self.call("chat.postMessage", channel=channel, text=text, **more))["ts"])

    async def dm(self, user: str, *blocks: Json, text: str = "A message of the bot") -> str:
        """Write to a person; the conversation's id."""
        channel = str((await self.call("conversations.open", users=user))["channel"]["id"])
        await self.post(channel, *blocks, text=text)
        return channel

    def opens(self, name: str, view: Json) -> None:
        """Open a modal whenever `name` is typed, clicked or picked."""

        async def open_view(payload: Json) -> Json:
            await self.call("views.open", trigger_id=payload["trigger_id"], view=view)
            return {}

        self.answers[name] = open_view

    async def next(self, kind: str, patience: float = 30.0) -> Json:
        """The newest payload of a kind ("block_actions", "view_submission", "command", …); waits for one."""
        async with asyncio.timeout(patience):
            while True:
                found = [one for one in self.heard if _kind(one) == kind]
                if found:
                    self.heard.remove(found[-1])
                    return found[-1]
                self._changed.clear()
                await self._changed.wait()

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.text()
        if request.content_type == "application/json":
            payload: Json = json.loads(raw)
        else:
            form = dict(parse_qsl(raw, keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else form
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload["challenge"]})
        self.heard.append(payload)
        self._changed.set()
        answer = self.answers.get(_name(payload), {})
        if callable(answer):
            answer = answer(payload)
            if asyncio.iscoroutine(answer):
                answer = await answer
        return web.json_response(answer) if answer else web.Response()


def _kind(payload: Json) -> str:
    return "command" if "command" in payload else str(payload.get("type"))


def _name(payload: Json) -> str:
    if "command" in payload:
        return str(payload["command"])
    if payload.get("actions"):
        return str(payload["actions"][0]["action_id"])
    if payload.get("type") == "block_suggestion":
        return str(payload["action_id"])
    return str(payload.get("callback_id") or (payload.get("view") or {}).get("callback_id") or "")
