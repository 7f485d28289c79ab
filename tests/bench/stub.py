"""A Slack that only says yes, as cheaply as can be, and counts what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

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
        method = request.match_info["method"]
        await request.read()
        self.calls[method] += 1
        answers: dict[str, dict[str, Any]] = {
            "auth.test": {
                "team_id": TEAM,
                "team": "Acme",
                "user_id": BOT,
                "bot_id": "B0BENCH",
                "url": "https://acme",
            },
            "apps.connections.open": {"url": self.socket_url},
            "conversations.open": {"channel": {"id": "D0BENCH"}},
        }
        return web.json_response({"ok": True, **answers.get(method, {})})


@asynccontextmanager
async def stub_slack() -> AsyncIterator[Stub]:
    """A stub that listens."""
    stub = Stub(free_port())
    app = web.Application()
    app.router.add_post("/api/{method}", stub.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", stub.port).start()
    try:
        yield stub
    finally:
        await runner.cleanup()
