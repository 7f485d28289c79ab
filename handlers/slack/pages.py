"""The GET pages: is the process alive, is it ready, and what do its numbers say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.problems import StoreProblem
from bot.ports.stores import Store
from handlers.slack.edge import Page, Reply, json_reply


class Connection(Protocol):
    """Something that is connected or is not."""

    @property
    def connected(self) -> bool:
        """Whether it is."""

    @property
    def silence(self) -> float:
        """For how many seconds nothing was heard over it."""


@dataclass(slots=True)
class Health:
    """What /readyz asks. `slack` is what is wrong with Slack, or None; `scheduler` says what is wrong there."""

    database: Callable[[], Awaitable[None]]
    slack: str | None = "not asked yet"
    scheduler: Callable[[], str | None] | None = None
    socket: Connection | None = None
    started: bool = False

    async def problems(self) -> dict[str, str]:
        """What keeps the bot from being ready, by part; empty where nothing does."""
        found: dict[str, str] = {}
        try:
            await self.database()
        except StoreProblem as problem:
            found["database"] = str(problem)
        except Exception as problem:  # noqa: BLE001 - whatever a driver raises, the answer is 503 with its name
            found["database"] = f"does not answer ({type(problem).__name__})"
        if self.slack is not None:
            found["slack"] = self.slack
        elif self.socket is not None and not self.socket.connected:
            found["slack"] = "the socket is not connected"
        stuck = self.scheduler() if self.scheduler is not None else "not started yet"
        if stuck is not None:
            found["scheduler"] = stuck
        if not found and not self.started:
            found["process"] = "starting or stopping"
        return found


def pages(
    health: Health,
    store: Store,
    clock: Callable[[], datetime],
    ai_runs: Callable[[], Awaitable[Mapping[str, int]]] | None = None,
) -> Mapping[str, Page]:
    """The GET paths of a bot; `clock` tells how late is late, `ai_runs` how runs of the AI step ended."""

    async def healthz(query: Mapping[str, str]) -> Reply:
        return json_reply({"ok": True})

    async def readyz(query: Mapping[str, str]) -> Reply:
        problems = await health.problems()
        return json_reply({"ok": not problems, "problems": problems}, 503 if problems else 200)

    async def metrics(query: Mapping[str, str]) -> Reply:
        from handlers.slack.metrics import exposition

        silence = health.socket.silence if health.socket is not None else 0.0
        runs = await ai_runs() if ai_runs is not None else None
        numbers = await exposition(store, clock(), socket_silence=silence, ai_runs=runs)
        return Reply(200, numbers, b"text/plain; version=0.0.4; charset=utf-8")

    return {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
