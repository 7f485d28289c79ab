"""`purpose-bot sandbox`: a Slack workspace on this machine and the real bot in it, as its own process."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import shutil
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from bot import logs
from bot.cli.demo import settle_demo
from bot.cli.ending import Stopped
from bot.domain.deliveries import Delivery
from bot.sandbox.clock import SharedClock
from bot.sandbox.demo import NEIGHBOUR, packaged_demo
from bot.sandbox.people import People
from bot.sandbox.server import LocalWorkspace
from bot.sandbox.server import serve as serve_slack_side
from bot.settings import Secret, Settings, load
from bot.usecases.upcoming import upcoming
from bot.wiring import House, build_house, introduce, open_store
from handlers.slack.directory import team_id_of
from handlers.slack.manifest import manifest

NEIGHBOUR_NAME = "Northwind Care"
"""The demo's second company."""
_LOOK_SECONDS = 0.5
CONNECTED_SECONDS = 20.0
"""How long the page waits for the bot's socket; a busy machine is no reason to show nothing."""
STOP_SECONDS = 11.0
"""The bot itself stops within ten."""


async def serve_workspace_only(port: int, *, demo: bool, events_url: str | None) -> None:
    """Just the Slack side, until Ctrl-C or SIGTERM; its first line on stdout is one JSON object with all that an app
    needs."""
    try:
        await serve_slack_side(port=port, events_url=events_url, until=_signalled)
    except OSError as problem:
        raise _taken(port, problem) from problem


async def serve(port: int, *, demo: bool, open_page: bool) -> None:
    """The workspace, the page and the bot, until Ctrl-C; everything it kept is gone afterwards."""
    logs.set_up("WARNING", None)
    folder = Path(tempfile.mkdtemp(prefix="purpose-bot-"))
    try:
        await _serve(folder, port, demo=demo, open_page=open_page)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _serve(folder: Path, port: int, *, demo: bool, open_page: bool) -> None:
    clock = SharedClock(folder / "clock")
    workspace = LocalWorkspace(
        name="Acme",
        domain="acme",
        clock=clock,
        manifest=manifest(None),
        app_name="purpose-bot",
        empty=demo,
        # What was said to a bot that was down arrives when it is back; Slack's own minute is for tests to wait.
        redeliver_on_connect=True,
    )
    try:
        await workspace.start("127.0.0.1", port)
    except OSError as problem:
        raise _taken(port, problem) from problem
    neighbour = workspace.add_workspace(NEIGHBOUR_NAME, empty=True) if demo else None
    settings = _settings(folder, workspace)
    if neighbour is not None:
        settings = _for_several(settings, workspace)
    bot = BotProcess(folder, clock.path, settings)
    try:
        async with _house(settings, workspace) as house:
            if neighbour is not None:
                await _move_in(neighbour, house)
                await settle_demo(neighbour, house, clock, packaged_demo(NEIGHBOUR))
                await settle_demo(workspace, house, clock, packaged_demo())
            workspace.hooks.due = lambda: _due(house)
            workspace.hooks.deliveries = lambda: _deliveries(house)
            workspace.hooks.bot = bot.do
            await bot.start()
            ended = _signalled()
            # A newcomer types at once, and what nobody takes fails: so the bot is there before the page is.
            there = await _connected(workspace, bot, ended)
            where = "is in it" if there else "is still on its way"
            print(f"The workspace is at {workspace.url} and the bot {where}. Ctrl-C ends both.", flush=True)
            if open_page:
                await asyncio.to_thread(webbrowser.open, workspace.url)
            await _until(ended, bot)
    finally:
        await bot.stop()
        await workspace.stop()


def _settings(folder: Path, workspace: LocalWorkspace) -> Settings:
    return replace(
        load({}, None),
        slack_bot_token=Secret(workspace.bot_token),
        slack_app_token=Secret(workspace.app_token),
        slack_api_url=workspace.api_url,
        database_url=Secret(f"sqlite:///{folder}/purpose-bot.db"),
        messages_per_minute=0,
    )


def _for_several(settings: Settings, workspace: LocalWorkspace) -> Settings:
    """The same for a bot that keeps other workspaces' tokens itself, as where they install it."""
    return replace(
        settings,
        slack_client_id=workspace.client_id,
        slack_client_secret=Secret(workspace.client_secret),
        public_url="https://bot.invalid",
        token_keys=(Secret(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()),),
    )


async def _move_in(neighbour: People, house: House) -> None:
    """The bot is installed in a second company; its token is kept where the bot's process finds it."""
    known = await introduce(house, neighbour.bot_token)
    await house.store.workspaces.save(known, now=house.clock())


@asynccontextmanager
async def _house(settings: Settings, workspace: LocalWorkspace) -> AsyncIterator[House]:
    """This process's own view of the bot's database, for the demo, the time machine and the trouble panel."""
    store = await open_store(settings)
    house = build_house(settings, store, workspace.clock.now)
    try:
        await introduce(house, workspace.bot_token)
        yield house
    finally:
        await house.close()


async def _due(house: House) -> list[dict[str, Any]]:
    coming = []
    for installation in await house.store.workspaces.all():
        where = f" at {installation.name}" if installation.name == NEIGHBOUR_NAME else ""
        for each in await upcoming(house.store, installation.workspace, house.clock()):
            people = await house.store.people.many(installation.workspace, each.who)
            who = ", ".join(people[user].name if user in people else user for user in each.who)
            what = f"{each.what}{where}"
            coming.append({"at": each.at.timestamp(), "what": what, "who": who, "channel": each.channel})
    return sorted(coming, key=itemgetter("at"))


async def _deliveries(house: House) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for installation in await house.store.workspaces.all():
        rows += map(_row, await house.store.ledger.recent(installation.workspace, limit=100))
    return rows


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "kind": delivery.kind.value,
        "to": delivery.recipient,
        "due_at": delivery.due_at.timestamp(),
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "reason": delivery.reason,
        "team": team_id_of(delivery.workspace),
    }


class BotProcess:
    """The real bot as a process of its own, so that it can be killed and started like anybody's."""

    def __init__(self, folder: Path, clock: Path, settings: Settings) -> None:
        """It runs in `folder` with nothing of this process's environment but what it needs."""
        self._folder = folder
        self._clock = clock
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start `purpose-bot run`."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--clock", str(self._clock),
            cwd=self._folder, env=self._environment(),
        )  # fmt: skip

    def _environment(self) -> Mapping[str, str]:
        settings = self._settings
        kept = {
            name: os.environ[name]
            for name in ("PATH", "LANG", "LC_ALL", "TERM", "TMPDIR")
            if name in os.environ
        }
        several = {}
        if settings.uses_oauth:
            several = {
                "SLACK_CLIENT_ID": settings.slack_client_id or "",
                "SLACK_CLIENT_SECRET": _reveal(settings.slack_client_secret),
                "PUBLIC_URL": settings.public_url or "",
                "TOKEN_KEYS": ",".join(key.reveal() for key in settings.token_keys),
            }
        return {
            **kept,
            **several,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "SLACK_BOT_TOKEN": _reveal(settings.slack_bot_token),
            "SLACK_APP_TOKEN": _reveal(settings.slack_app_token),
            "SLACK_API_URL": settings.slack_api_url,
            "DATABASE_URL": settings.database_url.reveal(),
            "MESSAGES_PER_MINUTE": str(settings.messages_per_minute),
            "PORT": "0",
            "LOG_LEVEL": "WARNING",
        }

    async def do(self, action: str) -> dict[str, Any]:
        """ "crash" is kill -9; "restart" starts it again (killing what runs); "status" only tells."""
        if action in ("crash", "restart"):
            await self._end(signal.SIGKILL)
        if action == "restart":
            await self.start()
        return {"running": not self.ended}

    @property
    def ended(self) -> bool:
        """Whether it is not running, or not any more."""
        return self._process is None or self._process.returncode is not None

    async def watch(self) -> None:
        """Say on the terminal when the bot ended without being asked to."""
        while True:
            process = self._process
            if process is not None and process.returncode is None:
                code = await process.wait()
                if process is not self._ending:
                    print(
                        f"The bot ended by itself (exit code {code}). Restart it in the page's Trouble panel."
                    )
            await asyncio.sleep(_LOOK_SECONDS)

    async def stop(self) -> None:
        """End it as an operator would."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._ending = process
        process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _reveal(secret: Secret | None) -> str:
    return secret.reveal() if secret is not None else ""


async def _connected(workspace: LocalWorkspace, bot: BotProcess, ended: asyncio.Event) -> bool:
    """Wait until the bot's socket is open; False where it is not, for whatever reason."""
    sockets = workspace.hub.sockets
    with suppress(TimeoutError):
        await workspace.wait_for(
            lambda: sockets.connections or bot.ended or ended.is_set(), CONNECTED_SECONDS
        )
    return bool(sockets.connections)


def _signalled() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM, from now on."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    return ended


async def _until(ended: asyncio.Event, bot: BotProcess) -> None:
    """Wait for Ctrl-C. A bot that ends by itself is said on the terminal, once each time; the page can start it."""
    watching = asyncio.create_task(bot.watch())
    await ended.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


def _taken(port: int, problem: OSError) -> Stopped:
    return Stopped(
        f"--port: {port} cannot be used ({problem.strerror or problem}). Stop what listens there, or choose another "
        "one, such as --port 8911."
    )
