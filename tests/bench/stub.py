"""A Slack that only says yes, as cheaply as can be, and counts what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from tests.bench.payloads import BOT, SECRET, TEAM
from tests.bench.rig import free_port


class Stub:
    """Where it listens, and how often each method was called."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: Counter[str] = Counter()
        self.socket_url = ""

    @property
    def url(self) -> str:
        """SLACK_API_URL for a bot."""
        return f"http://127.0.0.1:{self.port}/api/"

    def environment(self, database: str, port: int) -> dict[str, str]:
        """The settings of a bot that is reached over HTTP."""
        return {
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.url,
            "DATABASE_URL": database,
            "PORT": str(port),
            "LOG_LEVEL": "WARNING",
        }

    async def answer(self, request: web.Request) -> web.Response:
        """Say yes."""
        method, token = request.match_info["method"], request.headers.get("Authorization", "")
        body = await request.read()
        self.calls[method] += 1
        as_json = request.content_type == "application/json"
        fields = orjson.loads(body) if as_json else dict(parse_qsl(body.decode()))
        return web.json_response({"ok": True, **self.said(method, fields, token.removeprefix("Bearer "))})

    def said(self, method: str, fields: Mapping[str, Any], token: str) -> Mapping[str, Any]:
        """What an answer holds beyond the yes."""
        match method:
            case "auth.test":
                return {
                    "team_id": TEAM,
                    "team": "Acme",
                    "user_id": BOT,
                    "bot_id": "B0BENCH",
                    "url": "https://acme",
                }
            case "apps.connections.open":
                return {"url": self.socket_url}
            case "conversations.open":
                return {"channel": {"id": "D0BENCH"}}
        return {}


Some = TypeVar("Some", bound=Stub)


@asynccontextmanager
async def listening(stub: Some) -> AsyncIterator[Some]:
    """A stub that listens."""
    app = web.Application()
    app.router.add_post("/api/{method}", stub.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", stub.port).start()
    try:
        yield stub
    finally:
        await runner.cleanup()


def stub_slack() -> AbstractAsyncContextManager[Stub]:
    """One that listens, and knows a single workspace."""
    return listening(Stub(free_port()))
