"""The whole way in, inside the test's process: edge, Bolt, door, inbox, routes, handlers and SQLite; only Slack's own
answers are made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.domain.teams import Membership, Team
from bot.ports.workspaces import Installation
from bot.settings import load
from bot.wiring import House, build_house, open_store
from handlers.slack.api import SlackApi
from handlers.slack.app import Bot, build_app, dispatch
from handlers.slack.directory import workspace_key
from handlers.slack.door import Door
from handlers.slack.edge import Edge
from handlers.slack.installing import Installing
from handlers.slack.pages import Health, pages
from tests.slack.garbage import Request
from tests.slack.payloads import ALICE, BOB, CHANNEL, CHARLIE, TEAM

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
SECRET = b"0123456789abcdef" * 2
ACME = Installation(workspace_key(TEAM), "Acme", "UBOT", token="xoxb-a-token")
TOKEN_KEY = "x7aCkhJ4ZEkiu4kz5BzbRcBnzbyCPxNOS4yw0Os_0Q0="


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[bytes, bytes]


class WholeEdge:
    """Ask it something; what it keeps is worked off by the real handlers beside."""

    def __init__(self, house: House) -> None:
        """Made by `whole_edge`."""
        self.house = house
        self.door = Door(house.services, _nobody)
        health = Health(database=house.store.ready, slack=None, scheduler=lambda: None, started=True)
        assert house.oauth is not None
        installing = Installing(house.oauth, house.store, house.clock, house.installations.add, _nobody)
        self.edge = Edge(
            SECRET,
            partial(dispatch, build_app(self.door, self._installed)),
            pages(health, house.store, house.clock),
            house.clock,
            installing.pages(),
        )

    async def _installed(self, team_id: str) -> Bot | None:
        known = self.house.installations.get(workspace_key(team_id))
        return Bot(known.bot_user, known.token or "") if known is not None else None

    async def ask(self, request: Request) -> Answer:
        """One request over ASGI. Raises what the edge raises: uvicorn would say 500."""
        parts = list(request.parts)
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            if not parts:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts) or request.cut}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "path": request.path,
            "method": request.method,
            "headers": list(request.headers),
            "query_string": request.query,
        }
        await self.edge(scope, receive, send)
        start, body = sent
        return Answer(start["status"], body["body"], dict(start["headers"]))

    async def settled(self) -> None:
        """Everything that was kept is worked off; and whoever seemed to remove the app has it again."""
        while self.door.under_way:
            await self.door.drain(1.0)
        self.house.installations.add(ACME)


async def _nobody(workspace: str) -> None:
    """Nothing is sent here: what is owed stays owed."""


async def _slack(
    self: SlackApi, token: str, method: str, arguments: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Slack's answers, for whoever asks about whomever."""
    await asyncio.sleep(0)
    answer: dict[str, Any] = {
        "ok": True,
        "channel": {"id": "D1"},
        "ts": "1.1",
        "view": {"id": "V1", "hash": "h"},
    }
    if method == "users.info":
        profile = {"display_name": "Somebody"}
        answer["user"] = {"id": arguments["user"], "team_id": TEAM, "tz": "Europe/London", "profile": profile}
    elif method == "conversations.info":
        place = {"id": arguments["channel"], "name": "small-business", "creator": ALICE, "is_member": True}
        answer["channel"] = place | {"num_members": 3}
    elif method == "conversations.members":
        answer["members"] = [ALICE, BOB, CHARLIE]
    elif method == "files.getUploadURLExternal":
        answer |= {"upload_url": "http://127.0.0.1:9/upload", "file_id": "F1"}
    return answer, {}


async def _takes(self: SlackApi, address: str, content: object) -> None:
    """A command's own address, and one for a file, take what they are given."""


@asynccontextmanager
async def whole_edge(folder: Path) -> AsyncIterator[WholeEdge]:
    """A bot with one workspace and Alice's team in it, ready to be asked."""
    settings = load(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
            "SLACK_SIGNING_SECRET": SECRET.decode(),
            "SLACK_CLIENT_ID": "1234567890.1234567890",
            "SLACK_CLIENT_SECRET": "0" * 32,
            "PUBLIC_URL": "https://bot.example.com",
            "TOKEN_KEYS": TOKEN_KEY,
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
        },
        None,
    )
    with patch.object(SlackApi, "_ask", _slack), patch.multiple(SlackApi, respond=_takes, put_file=_takes):
        house = build_house(settings, await open_store(settings), lambda: NOON)
        edge = WholeEdge(house)
        try:
            await _furnish(house)
            yield edge
            await edge.settled()
        finally:
            await house.close()


async def _furnish(house: House) -> None:
    workspace, services, store = workspace_key(TEAM), house.services, house.store
    await store.workspaces.save(ACME, now=NOON)
    house.installations.add(ACME)
    team = await services.joining.team_here(workspace, CHANNEL, ALICE, NOON)
    assert isinstance(team, Team)
    for person in (ALICE, BOB):
        await services.admission.person(workspace, person, NOON)
        await store.teams.set_member(workspace, team.id, person, Membership.ACTIVE, now=NOON)
