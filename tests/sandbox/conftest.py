"""A started local workspace, and Slack's own client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.model import Json
from bot.sandbox.server import LocalWorkspace


@pytest.fixture
async def ws() -> AsyncIterator[LocalWorkspace]:
    async with LocalWorkspace() as workspace:
        yield workspace


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(ws: LocalWorkspace, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, retry_handlers=[], session=session)


class Caller:
    """Calls methods without a client's own ideas, and gives Slack's bare answer."""

    def __init__(self, ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
        self._ws = ws
        self._session = session

    async def __call__(self, method: str, *, token: str | None = None, **arguments: Any) -> Json:
        headers = {
            "Authorization": f"Bearer {token or self._ws.bot_token}",
            "Content-Type": "application/json; charset=utf-8",
        }
        async with self._session.post(self._ws.api_url + method, json=arguments, headers=headers) as answer:
            body: Json = await answer.json()
            return body


@pytest.fixture
def call(ws: LocalWorkspace, session: aiohttp.ClientSession) -> Caller:
    return Caller(ws, session)


class Recorder:
    """Stands in for the app: keeps what it is sent and answers what it is told to."""

    def __init__(self, ws: LocalWorkspace) -> None:
        self.letters: list[Any] = []
        self.answer: Json = {}
        self._ws = ws
        ws.hub.sockets.carry = self.carry  # type: ignore[method-assign]

    async def carry(self, letter: Any) -> Json:
        self.letters.append(letter)
        return self.answer

    def events(self, kind: str, subtype: str | None = None) -> list[Json]:
        """The inner events of a kind, so far."""
        found = [letter.payload["event"] for letter in self.letters if letter.kind == "events_api"]
        return [one for one in found if one["type"] == kind and one.get("subtype") == subtype]

    @property
    def last(self) -> Json:
        """The newest command, click or submission."""
        found: Json = [letter.payload for letter in self.letters if letter.kind != "events_api"][-1]
        return found

    async def event(self, kind: str, subtype: str | None = None) -> Json:
        """Wait for an event of a kind; the newest one."""
        found: list[Json] = await self._ws.wait_for(lambda: self.events(kind, subtype))
        return found[-1]


@pytest.fixture
def app(ws: LocalWorkspace) -> Recorder:
    return Recorder(ws)
