"""What happens before Slack hears that a payload arrived: one statement, and nobody is asked anything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.db.engine import Database
from bot.db.store import SqlStore
from bot.domain.identity import Workspace
from bot.ports.workspaces import Installation
from bot.usecases.installations import Installations
from handlers.slack.app import Bot, Request, build_app, dispatch
from handlers.slack.directory import workspace_key
from handlers.slack.door import Door
from handlers.slack.incoming import read
from tests.bench import payloads
from tests.slack import payloads as every

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK")


class Edge:
    """Bolt and the door over a database that says what it was asked; nothing is worked off after the ack."""

    def __init__(self, database: Database, said: list[str]) -> None:
        self.said = said
        self.store = SqlStore(database)
        self.known = Installations()
        services: Any = SimpleNamespace(store=self.store, clock=lambda: NOW)
        self.door = Door(services, self._ring)
        self._app = build_app(self.door, self._installed)

    async def send(self, payload: dict[str, Any]) -> int:
        """Deliver a payload; the status of the ack."""
        return (await dispatch(self._app, payload)).status

    async def _installed(self, team: str) -> Bot | None:
        found = await self.known.find(workspace_key(team))
        return Bot(found.bot_user, found.token or "") if found is not None else None

    async def _ring(self, workspace: Workspace) -> None:
        """Nobody sends anything here."""


@pytest.fixture
async def edge(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edge:
    said: list[str] = []
    monkeypatch.setattr(Door, "_start", lambda *_: None)
    for one in (sqlite.plain, sqlite.reading):
        async with one() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.set_trace_callback(said.append)
    edge = Edge(sqlite, said)
    edge.known.add(Installation(workspace_key(payloads.TEAM), "Acme", payloads.BOT, "xoxb-acme"))
    said.clear()
    return edge


def statements(said: list[str]) -> list[str]:
    return [each for each in said if not each.upper().startswith(_TRANSACTIONS)]


@pytest.mark.parametrize("payload", [payloads.event, payloads.command, payloads.click])
async def test_a_payload_is_acked_after_one_statement(edge: Edge, payload: Any) -> None:
    status = await edge.send(payload())

    assert status == 200
    assert len(statements(edge.said)) == 1
    assert statements(edge.said)[0].startswith("INSERT INTO inbox")


async def test_of_all_that_people_can_do_nothing_costs_more_than_one_statement_and_no_call(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forms that may come back with words included, and edits that count only while their check is open."""

    async def called(*_: object, **__: object) -> None:
        raise AssertionError("Slack was asked before the ack")

    monkeypatch.setattr("handlers.slack.api.SlackApi._ask", called)
    edge.known.add(Installation(workspace_key(every.TEAM), "Globex", "UBOT", "xoxb-globex"))
    cost: dict[str, int] = {}

    for payload in (
        *every.events(),
        *every.clicks(),
        *every.submissions(),
        *every.shortcuts(),
        *every.commands(),
    ):
        incoming = read(dict(payload))
        assert incoming is not None
        edge.said.clear()
        assert await edge.send(dict(payload)) == 200
        name = f"{incoming.kind} {incoming.name}"
        cost[name] = max(cost.get(name, 0), len(statements(edge.said)))

    assert {name: count for name, count in cost.items() if count > 1} == {}
    assert {name.partition(" ")[0] for name, count in cost.items() if count} == {
        "event",
        "action",
        "view",
        "command",
    }


async def test_fifty_at_once_share_their_statements(edge: Edge) -> None:
    await asyncio.gather(*(edge.send(payloads.event()) for _ in range(50)))

    assert 1 <= len(statements(edge.said)) <= 50
    assert (await edge.store.inbox.depth())["pending"] == 50


async def test_two_hundred_events_of_a_workspace_nobody_knows_yet_ask_for_it_once(edge: Edge) -> None:
    asked: list[Workspace] = []
    globex = Installation("slack:T0GLOBEX", "Globex", "U0BOT", "xoxb-globex")

    async def get(workspace: Workspace) -> Installation:
        asked.append(workspace)
        await asyncio.sleep(0)
        return globex

    async def renew(*_: object) -> None:
        raise AssertionError("no token ends here")

    stored: Any = SimpleNamespace(get=get)
    edge.known.look_into(stored, renew, lambda: NOW)
    cold = [payloads.event() | {"team_id": "T0GLOBEX", "authorizations": []} for _ in range(200)]

    statuses = await asyncio.gather(*(edge.send(each) for each in cold))

    assert set(statuses) == {200}
    assert asked == ["slack:T0GLOBEX"]


def test_bolt_hears_of_a_payload_whose_it_is_as_it_would_find_out_itself() -> None:
    connected = {
        "type": "event_callback",
        "team_id": "T2",
        "event": {"type": "message"},
        "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}],
    }
    wide = {"type": "view_submission", "view": {"app_installed_team_id": "T3"}, "enterprise": {"id": "E3"}}

    for payload in (
        *every.events(),
        *every.clicks(),
        *every.submissions(),
        *every.shortcuts(),
        *every.commands(),
        connected,
        wide,
    ):
        ours, bolts = Request(payload), AsyncBoltRequest(mode="socket_mode", body=payload)

        assert vars(ours).keys() == vars(bolts).keys()
        assert ours.body is payload
        assert ours.context.team_id == bolts.context.team_id
        assert ours.context.enterprise_id == bolts.context.enterprise_id
