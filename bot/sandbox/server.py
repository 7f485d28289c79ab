"""A Slack workspace on this machine: the Web API, Socket Mode, signed HTTP, the install flow and the page."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

import orjson
from aiohttp import web

from bot.sandbox import oauth, population
from bot.sandbox.clock import SharedClock
from bot.sandbox.hub import Hub
from bot.sandbox.interactions import Interactions
from bot.sandbox.model import Refused
from bot.sandbox.page_api import PageApi
from bot.sandbox.page_control import Hooks
from bot.sandbox.page_files import PAGE, PageFiles, only_local
from bot.sandbox.people import People
from bot.sandbox.responses import respond
from bot.sandbox.webapi import WebApi
from bot.sandbox.workspace import Workspace

_MOST_BYTES = 64 * 1024 * 1024


class LocalWorkspace(People):
    """A whole local Slack. It is also the people of its first workspace; `add_workspace` makes more.

    `events_url` None: the app connects over Socket Mode; else events, commands and clicks are posted there, signed.
    """

    def __init__(
        self,
        *,
        name: str = "Acme",
        domain: str = "acme",
        clock: SharedClock | None = None,
        events_url: str | None = None,
        manifest: Mapping[str, Any] | None = None,
        app_name: str = "Purpose Bot",
        empty: bool = False,
        installed: bool = True,
        rate_limits: bool = False,
        redeliver_on_connect: bool = False,
        page: Path = PAGE,
    ) -> None:
        """`empty`: nobody is in it (else see `population`). Nothing listens until `start`."""
        self._own_folder = Path(tempfile.mkdtemp(prefix="local-slack-")) if clock is None else None
        self.clock = clock if clock is not None else SharedClock(Path(self._own_folder or ".") / "clock")
        hub = Hub(self.clock, app_name, manifest)
        if events_url is not None:
            hub.app.events_url = events_url
        hub.courier.redeliver_on_connect = redeliver_on_connect
        super().__init__(hub, hub.add_workspace(name, domain), Interactions(hub))
        if installed:
            hub.install(self.workspace)
        self._everyone: dict[str, People] = {self.team_id: self}
        self.hooks = Hooks()
        self.api = WebApi(hub)
        self.api.limits.on = rate_limits
        self._page = PageFiles(page)
        self._page_api = PageApi(hub, self.people_of, self.hooks)
        self._runner: web.AppRunner | None = None
        if not empty:
            population.settle(self)

    # what an app needs ----------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where the page is; empty until started."""
        return f"{self.hub.base_url}/" if self.hub.base_url else ""

    @property
    def api_url(self) -> str:
        """SLACK_API_URL for the app."""
        return f"{self.hub.base_url}/api/"

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode."""
        return self.hub.app.app_token

    @property
    def signing_secret(self) -> str:
        """What signs requests over HTTP."""
        return self.hub.app.signing_secret

    @property
    def client_id(self) -> str:
        """For the install flow."""
        return self.hub.app.client_id

    @property
    def client_secret(self) -> str:
        """For the install flow."""
        return self.hub.app.client_secret

    def people_of(self, team: str | None) -> People:
        """The people of a workspace by its id (None or empty: the first one); raises `team_not_found`."""
        found = self._everyone.get(team) if team else self
        if found is None:
            raise Refused("team_not_found")
        return found

    def add_workspace(
        self, name: str, domain: str = "", *, installed: bool = True, empty: bool = False
    ) -> People:
        """One more workspace of the same app, with its own people and bot token. Not installed: no token yet."""
        workspace: Workspace = self.hub.add_workspace(name, domain or name.lower().replace(" ", "-"))
        people = People(self.hub, workspace, self.interactions)
        if installed:
            self.hub.install(workspace)
        self._everyone[workspace.team_id] = people
        if not empty:
            population.settle(people)
        return people

    async def verify_events_url(self) -> bool:
        """Ask the app's address to prove itself, as Slack does when it is entered."""
        return await self.hub.http.verify()

    # running --------------------------------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; the address of the page. Raises OSError where the port is taken."""
        app = web.Application(middlewares=[only_local], client_max_size=_MOST_BYTES)
        app.add_routes(
            [
                *self._page.routes(),
                web.route("*", "/api/{method}", self.api.answer),
                web.get("/link/", self.hub.sockets.serve),
                web.post("/actions/{team}/{number}/{secret}", self._respond),
                web.route("*", "/upload/v1/{team}/{file}/{secret}", self._upload),
                web.route("*", "/oauth/v2/authorize", self._authorize),
                *self._page_api.routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.hub.base_url = f"http://{host}:{taken}"
        self.hub.courier.open = True
        return self.url

    async def stop(self) -> None:
        """Close everything."""
        self._page_api.hang_up()
        self.hub.courier.open = False
        await self.hub.sockets.close()
        await self.hub.courier.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    async def __aenter__(self) -> LocalWorkspace:
        """Start on a free port."""
        await self.start()
        return self

    async def __aexit__(self, *problem: object) -> None:
        """Stop."""
        await self.stop()

    # small routes ---------------------------------------------------------------------------------------------------

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            body = orjson.loads(await request.read())
            respond(self.hub, request.match_info["secret"], body)
        except orjson.JSONDecodeError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except Refused as refusal:
            gone = refusal.error in ("expired_url", "used_url")
            return web.json_response(refusal.answer(), status=404 if gone else 400)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        known = self._everyone.get(request.match_info["team"])
        file = known.workspace.files.get(request.match_info["file"]) if known else None
        if file is None or file.secret != request.match_info["secret"] or file.complete:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            field = next(iter((await request.post()).values()), b"")
            file.content = field.file.read() if isinstance(field, web.FileField) else _bytes(field)
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        return await oauth.authorize(self.hub, request)


def _bytes(field: str | bytes | bytearray) -> bytes:
    return field.encode() if isinstance(field, str) else bytes(field)


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8910,
    events_url: str | None = None,
    manifest: Mapping[str, Any] | None = None,
    rate_limits: bool = False,
    clock: SharedClock | None = None,
    out: TextIO | None = None,
    until: Callable[[], asyncio.Event] = asyncio.Event,
) -> None:
    """`sandbox --workspace-only`: just the Slack side, for any app, until what `until` makes is set (by default never);
    it is asked once the workspace has its port, so that a taken one ends it with nothing else begun.

    The first line on `out` (stdout) is one JSON object: url, api_url, bot_token, app_token, signing_secret, team,
    channels (name -> id), users (name -> id).
    """
    workspace = LocalWorkspace(events_url=events_url, manifest=manifest, rate_limits=rate_limits, clock=clock)
    await workspace.start(host, port)
    try:
        ended = until()
        print(first_line(workspace), file=out or sys.stdout, flush=True)
        await ended.wait()
    finally:
        await workspace.stop()


def first_line(workspace: LocalWorkspace) -> str:
    """What an app needs to know, as one line of JSON."""
    return orjson.dumps(
        {
            "url": workspace.url,
            "api_url": workspace.api_url,
            "bot_token": workspace.bot_token,
            "app_token": workspace.app_token,
            "signing_secret": workspace.signing_secret,
            "team": workspace.team_id,
            "channels": workspace.channels,
            "users": workspace.users,
        }
    ).decode()
