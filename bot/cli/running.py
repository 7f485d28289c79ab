"""`purpose-bot run`: the bot itself, from the first check to a clean end within ten seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket as sockets
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.cli import loading
from bot.cli.ending import Stopped
from bot.cli.session import slack_words
from bot.cli.upkeep import Upkeep
from bot.cli.web import WebServer, listen, load_server
from bot.settings import Mode, Role, Settings
from bot.wiring import (
    Clock,
    House,
    build_house,
    introduce,
    load_store,
    machine_clock,
    open_store,
    owner_name,
    serve_installed,
    shared_clock,
    surely_dead,
)
from handlers.slack.api import SlackSaidNo
from handlers.slack.app import Bot, NotReady, build_app, dispatch
from handlers.slack.directory import workspace_key
from handlers.slack.door import Door
from handlers.slack.edge import CookiePage, Edge
from handlers.slack.hearing import BEAT_SECONDS, Hearing
from handlers.slack.installing import Installing
from handlers.slack.pages import Health, pages
from handlers.slack.reading_back import ReadingBack

if TYPE_CHECKING:
    from slack_bolt.app.async_app import AsyncApp

    from handlers.slack.socket_mode import Socket
    from scheduler.distributor import Distributor
    from scheduler.service import Scheduler

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
SANDBOX_TICK_SECONDS = 0.2
DRAIN_SECONDS = 4.0
DEAD_OWNERS_SECONDS = 5.0
DATABASE_SECONDS = 5.0
"""How long the database may refuse to be written before the log says so, should nobody want to write."""
TOKENS_SECONDS = 60.0
RETENTION_SECONDS = 3600.0
READING_BACK_SECONDS = 20.0
"""How long the start waits for what is read back after a gap; the rest goes on beside the work."""
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
_TOKEN_IS_WRONG = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type"}
)


async def run(settings: Settings, role: Role, clock_file: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. `clock_file` is the local workspace's clock."""
    settings.for_run(role)
    clock = shared_clock(clock_file) if clock_file else machine_clock
    listening = listen(settings) if settings.port else None
    _forget_secrets()
    with loading.for_good():
        load_store()
        if listening is not None:
            load_server()
    store = await open_store(settings)
    house = build_house(settings, store, clock)
    try:
        with loading.for_good():
            tick = SANDBOX_TICK_SECONDS if clock_file else TICK_SECONDS
            bot = Process(house, settings, role, clock, tick=tick)
        loading.search_rarely()
        await bot.serve(listening)
    finally:
        await house.close()
        if listening is not None:
            listening.close()


def _forget_secrets() -> None:
    """Secrets live in `Settings` alone from here on: what this process starts or prints does not inherit them."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET",
                 "SLACK_CLIENT_ID", "TOKEN_KEYS", "OPENAI_API_KEY"):  # fmt: skip
        os.environ.pop(name, None)


class Process:
    """One running bot: the web edge, the socket and the scheduler around one house."""

    def __init__(self, house: House, settings: Settings, role: Role, clock: Clock, *, tick: float) -> None:
        """`role` "web" answers people, "worker" sends, "all" does both."""
        self._house = house
        self._settings = settings
        self._role = role
        self._clock = clock
        self._tick = tick
        self._health = Health(database=house.store.ready)
        self._door = Door(house.services, self._ring)
        self._hearing = Hearing(
            house.services,
            ReadingBack(house.services, self._door.take),
            house.installations.workspaces,
            self._hears,
        )
        self._upkeep = Upkeep(house)
        self._owner = owner_name()
        self._scheduler = self._build_scheduler()
        self._knows_whom_it_serves = False
        self._stopping = asyncio.Event()
        self._socket: Socket | None = None

    async def serve(self, listening: sockets.socket | None) -> None:
        """Start everything, wait for the signal, stop everything."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        app = build_app(self._door, self._installed)
        web = WebServer(self._edge(app), listening) if listening is not None else None
        background = [asyncio.create_task(web.serve())] if web is not None else []
        connection = asyncio.create_task(self._connect(app))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([connection, stop], return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                connection.result()
                await stop
        finally:
            connection.cancel()
            stop.cancel()
            await self._stop(web)
            await asyncio.gather(connection, stop, *background, return_exceptions=True)

    def _edge(self, app: AsyncApp) -> Edge:
        """Slack's door exists only over HTTP; in Socket Mode just the pages are served."""
        secret = self._settings.slack_signing_secret
        over_http = self._role != "worker" and self._settings.mode() is Mode.HTTP
        arranging = self._house.arranging
        return Edge(
            secret.reveal().encode() if over_http and secret is not None else None,
            partial(dispatch, app),
            pages(self._health, self._house.store, self._clock, arranging.outcomes if arranging else None),
            self._clock,
            self._install_pages(),
        )

    def _install_pages(self) -> Mapping[str, CookiePage]:
        """Workspaces install the bot at the replicas that answer people."""
        house = self._house
        if house.oauth is None or self._role == "worker":
            return {}
        return Installing(house.oauth, house.store, self._clock, house.installations.add, self._ring).pages()

    async def _connect(self, app: AsyncApp) -> None:
        """Get to know Slack, take up what was left behind, then begin."""
        await self._introduced()
        self._knows_whom_it_serves = True
        await self._door.work_off(self._clock(), all_of_it=True)
        await self._free_lanes()
        if self._role != "worker":
            # Before checks are closed whose time came meanwhile: their last answers may still be at Slack.
            await self._hearing.begin(READING_BACK_SECONDS)
        await self._scheduler.start()
        self._health.scheduler = self._scheduler.problem
        if self._role != "worker" and self._settings.mode() is Mode.SOCKET:
            await self._open_socket(app)
        self._health.started = True
        log.info("ready", role=self._role)

    async def _introduced(self) -> None:
        """Ask whose token this is, again and again while Slack cannot be reached; a wrong token ends the command."""
        token = self._settings.slack_bot_token
        if self._settings.uses_oauth:
            await serve_installed(self._house)
        if token is None:
            self._health.slack = None
            return
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                await introduce(self._house, token.reveal())
            except SlackSaidNo as problem:
                if problem.code in _TOKEN_IS_WRONG:
                    raise Stopped(slack_words(problem)) from problem
                self._health.slack = f"Slack does not answer ({problem.code})"
                log.warning("slack.not_reached", code=problem.code, again_in=wait)
            else:
                self._health.slack = None
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    async def _open_socket(self, app: AsyncApp) -> None:
        from handlers.slack.socket_mode import Socket, SocketRefused

        token = self._settings.slack_app_token
        if token is None:
            return
        self._socket = Socket(app, token.reveal(), self._settings.slack_api_url)
        self._health.socket = self._socket
        try:
            await self._socket.connect()
        except SocketRefused as refused:
            raise Stopped(
                f"SLACK_APP_TOKEN: Slack does not take it ({refused.code}). Copy an app-level token with the scope "
                "connections:write from Basic Information on your app's page at api.slack.com/apps."
            ) from refused

    async def _installed(self, team_id: str) -> Bot | None:
        if not self._knows_whom_it_serves:
            raise NotReady
        known = await self._house.installations.find(workspace_key(team_id))
        return Bot(known.bot_user, known.token or "") if known is not None else None

    async def _ring(self, workspace: str) -> None:
        await self._scheduler.kick(workspace)

    def _build_scheduler(self) -> Scheduler:
        from scheduler.jobs import HouseJob
        from scheduler.pump import Pace
        from scheduler.service import Scheduler

        return Scheduler(
            self._house.store,
            self._house.messenger,
            self._house.composing,
            self._clock,
            owner=self._owner,
            pace=Pace(per_minute=self._settings.messages_per_minute),
            house_jobs=(
                HouseJob("database", DATABASE_SECONDS, self._upkeep.look_at_database),
                HouseJob("close checks", self._tick, self._close_checks),
                HouseJob("left behind", 30.0, self._left_behind),
                HouseJob("dead owners", DEAD_OWNERS_SECONDS, self._free_lanes),
                HouseJob("hearing", BEAT_SECONDS, self._beat),
                HouseJob("retention", RETENTION_SECONDS, self._upkeep.retention),
                HouseJob("tokens", TOKENS_SECONDS, self._renew_tokens),
            ),
            tick=self._tick,
            distributor=self._distributor(),
            stories_last=timedelta(days=self._settings.retention_days),
        )

    def _distributor(self) -> Distributor | None:
        """With a file this process pumps every lane; with PostgreSQL the replicas share them, and a web role only
        rings."""
        if not self._settings.uses_postgresql:
            return None
        from scheduler.replicas import Replicas

        return Replicas(self._settings.database_url.reveal(), works=self._role != "web")

    async def _close_checks(self) -> None:
        await self._house.services.checks.close_due(self._clock())

    async def _free_lanes(self) -> None:
        """What a killed process of this machine held, or this one could not give back, is free before its lease runs
        out."""
        await self._house.store.ledger.free(
            lambda owner: surely_dead(owner, me=self._owner) or self._scheduler.let_go(owner)
        )

    async def _left_behind(self) -> None:
        await self._door.work_off(self._clock())

    async def _renew_tokens(self) -> None:
        if self._house.renewing is not None:
            await self._house.renewing.renew_due()

    async def _beat(self) -> None:
        if self._role != "worker":
            await self._hearing.beat()

    def _hears(self) -> bool:
        """Whether Slack reaches this process now."""
        if self._settings.mode() is Mode.SOCKET:
            return self._socket is not None and self._socket.connected
        return self._health.started

    async def _stop(self, web: WebServer | None) -> None:
        """Stop taking, finish what is under way, release lanes; what is left is on disk."""
        self._health.started = False
        if self._socket is not None:
            await self._socket.close()
        if web is not None:
            web.stop()
        await self._hearing.stop()
        left = await self._door.drain(DRAIN_SECONDS)
        await self._scheduler.stop()
        log.info("stopped", left_for_next_time=left)
