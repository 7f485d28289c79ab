"""Brings events, commands and clicks to the app: retries events as Slack does, asks once for all else."""

from __future__ import annotations

import asyncio
import base64
import heapq
import itertools
from collections import deque
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import orjson

from bot.sandbox.app import EVENT_SCOPES, App
from bot.sandbox.clock import SharedClock
from bot.sandbox.faults import Faults
from bot.sandbox.identifiers import Identifiers
from bot.sandbox.model import Json
from bot.sandbox.signed_http import SignedHttp
from bot.sandbox.sockets import Sockets
from bot.sandbox.transport import Letter, NotAnswered, Transport
from bot.sandbox.workspace import Workspace

RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
"""When a lost event is sent again: at once, after a minute, after five; then never."""
_LOOK_SECONDS = 0.2
_KEPT = 1_000


class Courier:
    """Carries everything to the app, over sockets or to its address."""

    def __init__(
        self,
        app: App,
        clock: SharedClock,
        faults: Faults,
        sockets: Sockets,
        http: SignedHttp,
        ids: Identifiers,
    ) -> None:
        """`redeliver_on_connect`: lost events are also sent again as soon as a socket comes back."""
        self.open = False
        """Whether the workspace runs: what happened before it was started is history, not news."""
        self.redeliver_on_connect = False
        self.history: deque[Json] = deque(maxlen=_KEPT)
        """The newest tries: event id, type, retry, and the reason where it failed."""
        self.given_up: deque[Json] = deque(maxlen=_KEPT)
        self._app = app
        self._clock = clock
        self._faults = faults
        self._sockets = sockets
        self._http = http
        self._ids = ids
        self._late: list[tuple[float, int, Letter]] = []
        self._order = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None

    @property
    def _transport(self) -> Transport:
        return self._http if self._app.events_url else self._sockets

    @property
    def waiting(self) -> int:
        """How many lost events still wait to be sent again."""
        return len(self._late)

    @property
    def under_way(self) -> int:
        """How many letters are being carried now."""
        return len(self._tasks)

    # events ---------------------------------------------------------------------------------------------------------

    def event(self, workspace: Workspace, subscription: str, event: Json) -> None:
        """Something happened: tell the app, if it subscribed, may know, and is installed."""
        installation = workspace.app
        if not self.open or installation is None or subscription not in self._app.subscriptions:
            return
        if not installation.installed and subscription not in ("app_uninstalled", "tokens_revoked"):
            return
        needed = EVENT_SCOPES.get(subscription, ())
        if needed and not installation.scopes.intersection(needed):
            return
        letter = Letter("events_api", self._envelope(workspace, event))
        self._spawn(self._deliver(letter, self._faults.delay_events_ms / 1000))
        if self._faults.duplicate_events > 0:
            self._faults.duplicate_events -= 1
            self._spawn(self._deliver(letter, 0.0))

    def _envelope(self, workspace: Workspace, event: Json) -> Json:
        channel = event.get("channel")
        where = channel if isinstance(channel, str) else ""
        context = orjson.dumps(
            {"et": event["type"], "tid": workspace.team_id, "aid": self._app.id, "cid": where}
        )
        shared = where in workspace.channels and workspace.channels[where].is_shared
        return {
            "token": self._app.verification_token,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": self._app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self._ids.new("Ev"),
            "event_time": workspace.seconds(),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": workspace.installation.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": "4-" + base64.b64encode(context).decode(),
        }

    async def _deliver(self, letter: Letter, delay: float) -> None:
        if delay > 0:
            await asyncio.sleep(delay)
        reason, final = "", False
        try:
            self._faults.maybe_drop()
            await self._transport.carry(letter)
        except NotAnswered as failure:
            reason, final = failure.reason, failure.final
        self._note(letter, reason)
        if not reason:
            return
        if final or letter.retry >= len(RETRY_AFTER_SECONDS):
            self.given_up.append(letter.payload)
            return
        due = self._clock.time() + RETRY_AFTER_SECONDS[letter.retry]
        again = replace(letter, retry=letter.retry + 1, retry_reason=reason)
        heapq.heappush(self._late, (due, next(self._order), again))
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())

    def _note(self, letter: Letter, reason: str) -> None:
        event = letter.payload["event"]
        self.history.append(
            {
                "event_id": letter.payload["event_id"],
                "type": event["type"],
                "subtype": event.get("subtype"),
                "retry": letter.retry,
                "failed": reason or None,
            }
        )

    async def _look(self) -> None:
        """Send again what is due on the workspace's clock, which may jump: so look often."""
        while self._late:
            while self._late and self._late[0][0] <= self._clock.time():
                self._spawn(self._deliver(heapq.heappop(self._late)[2], 0.0))
            await asyncio.sleep(_LOOK_SECONDS)
        self._looking = None

    def redeliver(self) -> int:
        """Send everything that waits for a retry again now; how much there was."""
        waiting = [letter for _, _, letter in sorted(self._late)]
        self._late.clear()
        for letter in waiting:
            self._spawn(self._deliver(letter, 0.0))
        return len(waiting)

    def connected(self) -> None:
        """A socket came: send again at once what was lost, where that was asked for."""
        if self.redeliver_on_connect and self._sockets.connections:
            self.redeliver()

    # questions ------------------------------------------------------------------------------------------------------

    async def ask(self, letter: Letter) -> Json:
        """Carry a command or a click, once; what the app answered with. Raises NotAnswered."""
        return await self._transport.carry(letter)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop carrying."""
        self._late.clear()
        under_way = [*self._tasks, *([self._looking] if self._looking else [])]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._http.close()
