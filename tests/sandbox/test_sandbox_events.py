"""Events over Socket Mode with Slack's own client: acknowledgement, redelivery, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace


class Listener:
    """An app on Slack's own Socket Mode client; acknowledges what `takes` says."""

    def __init__(self, ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
        web = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, session=session)
        self.client = SocketModeClient(app_token=ws.app_token, web_client=web, ping_interval=0.3)
        self.client.socket_mode_request_listeners.append(self._hear)  # type: ignore[arg-type]
        self.client.message_listeners.append(self._note)  # type: ignore[arg-type]
        self.requests: list[SocketModeRequest] = []
        self.control: list[dict[str, Any]] = []
        self.answer: dict[str, Any] | None = None
        self.takes = True

    async def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.takes:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))

    async def _note(self, client: SocketModeClient, message: dict[str, Any], raw: str | None) -> None:
        if message.get("type") in ("hello", "disconnect"):
            self.control.append(message)

    def events(self, kind: str) -> list[SocketModeRequest]:
        return [one for one in self.requests if one.payload.get("event", {}).get("type") == kind]


@pytest.fixture
async def listener(ws: LocalWorkspace, session: aiohttp.ClientSession) -> AsyncIterator[Listener]:
    found = Listener(ws, session)
    await found.client.connect()
    await ws.wait_for(lambda: found.control)
    yield found
    await found.client.close()


async def test_a_connection_is_greeted_with_hello(ws: LocalWorkspace, listener: Listener) -> None:
    hello = listener.control[0]

    assert hello["num_connections"] == 1
    assert hello["debug_info"]["approximate_connection_time"] == 3600


async def test_a_direct_message_arrives_once_and_is_acknowledged(
    ws: LocalWorkspace, listener: Listener
) -> None:
    bob = ws.users["bob"]

    ts = await ws.say(bob, ws.dm(bob), "Helped <Maria> & her team")

    await ws.wait_for(lambda: ws.hub.courier.history)
    request = listener.requests[0]
    assert (request.type, request.retry_attempt, request.accepts_response_payload) == ("events_api", 0, False)
    assert request.payload["event"]["ts"] == ts
    assert request.payload["event"]["text"] == "Helped &lt;Maria&gt; &amp; her team"
    assert request.payload["event"]["channel_type"] == "im"
    assert request.payload["authorizations"][0]["user_id"] == ws.bot_user
    assert len(listener.requests) == 1


async def test_what_is_not_acknowledged_comes_again_on_the_workspaces_clock(
    ws: LocalWorkspace, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.sockets.ACK_SECONDS", 0.05)
    listener.takes = False
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "hello")
    await ws.wait_for(lambda: len(listener.requests) == 2 and ws.hub.courier.waiting)
    ws.clock.set_offset(61)
    await ws.wait_for(lambda: len(listener.requests) == 3 and ws.hub.courier.waiting)
    ws.clock.set_offset(400)
    await ws.wait_for(lambda: ws.hub.courier.given_up)

    assert [one.retry_attempt for one in listener.requests] == [0, 1, 2, 3]
    assert [one.retry_reason for one in listener.requests][1:] == ["timeout"] * 3
    assert len({one.payload["event_id"] for one in listener.requests}) == 1


async def test_what_was_lost_with_the_socket_comes_again(ws: LocalWorkspace, listener: Listener) -> None:
    ws.hub.courier.redeliver_on_connect = True
    listener.takes = False
    bob = ws.users["bob"]
    await ws.say(bob, ws.dm(bob), "hello")
    await ws.wait_for(lambda: listener.requests)

    ws.hub.sockets.cut()
    listener.takes = True

    await ws.wait_for(lambda: ws.hub.courier.history and ws.hub.courier.history[-1]["failed"] is None)
    assert listener.requests[-1].payload["event_id"] == listener.requests[0].payload["event_id"]
    assert listener.requests[-1].retry_attempt not in (None, 0)


async def test_events_while_nobody_is_connected_wait_for_the_next_connection(
    ws: LocalWorkspace, session: aiohttp.ClientSession
) -> None:
    ws.hub.courier.redeliver_on_connect = True
    bob = ws.users["bob"]
    await ws.say(bob, ws.dm(bob), "hello")
    late = Listener(ws, session)

    await late.client.connect()

    await ws.wait_for(lambda: late.events("message"))
    await late.client.close()


async def test_an_acknowledgement_can_answer_a_command(ws: LocalWorkspace, listener: Listener) -> None:
    listener.answer = {"text": "Only you see this"}
    bob, general = ws.users["bob"], ws.channels["general"]

    done = await ws.command(bob, general, "/purpose", "help")

    assert done == {"ok": True, "ack": {"text": "Only you see this"}}
    assert ws.ephemerals(bob, general)[-1]["text"] == "Only you see this"
    assert listener.requests[0].accepts_response_payload is True


async def test_a_command_that_nobody_takes_fails_visibly_and_is_not_sent_again(ws: LocalWorkspace) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]

    done = await ws.command(bob, general, "/purpose", "help")

    assert (done["ok"], done["error"]) == (False, "dispatch_failed")
    assert ws.ephemerals(bob, general)[-1]["text"] == '/purpose failed with the error "dispatch_failed"'
    assert ws.hub.courier.waiting == 0


async def test_a_disconnect_message_makes_the_client_come_back(
    ws: LocalWorkspace, listener: Listener
) -> None:
    before = ws.hub.sockets.connections[0]

    await ws.hub.sockets.ask_to_leave("refresh_requested")

    renewed = await ws.wait_for(lambda: [one for one in ws.hub.sockets.connections if one is not before])
    assert [one.socket.closed for one in renewed] == [False]


async def test_any_of_several_connections_may_get_a_payload_and_an_eleventh_is_sent_away(
    ws: LocalWorkspace, session: aiohttp.ClientSession
) -> None:
    sockets = []
    for _ in range(11):
        headers = {"Authorization": f"Bearer {ws.app_token}"}
        async with session.post(ws.api_url + "apps.connections.open", headers=headers) as answer:
            url = (await answer.json())["url"]
        sockets.append(await session.ws_connect(url))
    greetings = [(await socket.receive_json())["type"] for socket in sockets]
    bob = ws.users["bob"]
    for number in range(10):
        await ws.say(bob, ws.dm(bob), str(number))

    heard = await asyncio.gather(*(socket.receive_json(timeout=30) for socket in sockets[:10]))

    assert greetings == ["hello"] * 10 + ["disconnect"]
    assert sorted(one["payload"]["event"]["text"] for one in heard) == [str(number) for number in range(10)]
    for socket in sockets:
        await socket.close()


async def test_a_ticket_works_once(ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
    url = ws.hub.sockets.ticket(ws.hub.base_url)
    first = await session.ws_connect(url)

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)
    await first.close()


async def test_an_edit_carries_what_stood_there_and_is_hidden(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]
    ts = await ws.say(bob, ws.dm(bob), "one")

    await ws.edit(bob, ws.dm(bob), ts, "two")
    changed = await app.event("message", "message_changed")
    await ws.delete(bob, ws.dm(bob), ts)
    deleted = await app.event("message", "message_deleted")

    assert (changed["hidden"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        True,
        "two",
        "one",
    )
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "two")


async def test_the_bot_hears_of_its_own_invitation_and_who_invited(ws: LocalWorkspace, app) -> None:
    alice, business = ws.users["alice"], ws.channels["small-business"]

    ws.invite(alice, business)

    joined = await app.event("member_joined_channel")
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == (ws.bot_user, alice, "C")


async def test_the_bot_hears_nothing_of_channels_it_is_not_in(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]

    await ws.say(bob, ws.channels["small-business"], "hello")
    await ws.say(bob, ws.dm(bob, ws.users["alice"]), "just between us")
    await ws.say(bob, ws.channels["general"], "hello all")

    await app.event("message")
    assert [one["text"] for one in app.events("message")] == ["hello all"]


async def test_a_mention_is_told_twice_as_message_and_as_mention(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]

    ts = await ws.say(bob, ws.channels["general"], f"@{ws.workspace.people[ws.bot_user].name} hello @here")

    mention = await app.event("app_mention")
    assert mention["text"] == f"<@{ws.bot_user}> hello <!here>"
    assert (mention["ts"], app.events("message")[0]["ts"]) == (ts, ts)


async def test_only_subscribed_events_with_a_scope_are_sent(ws: LocalWorkspace, app) -> None:
    ws.hub.app.subscriptions = frozenset({"message.im", "user_change"})
    ws.workspace.installation.scopes = frozenset({"users:read"})
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "hello")
    ws.invite(ws.users["alice"], ws.channels["small-business"])
    ws.alter(bob, tz="Europe/Paris")

    changed = await app.event("user_change")
    assert changed["user"]["tz"] == "Europe/Paris"
    assert len(app.letters) == 1


async def test_channels_and_people_that_change_are_told(ws: LocalWorkspace, app) -> None:
    alice, random = ws.users["alice"], ws.channels["random"]

    ws.rename(alice, random, "coffee")
    ws.archive(alice, random)
    ws.archive(alice, random, undo=True)
    ws.kick(alice, random, ws.users["bob"])
    dora = ws.add_person("Dora")
    ws.alter(dora, deleted=True)

    assert (await app.event("channel_rename"))["channel"]["name"] == "coffee"
    assert (await app.event("channel_archive"))["user"] == alice
    assert (await app.event("channel_unarchive"))["channel"] == random
    assert (await app.event("team_join"))["user"]["id"] == dora
    assert (await app.event("user_change"))["user"]["deleted"] is True
    left = [one["user"] for one in app.events("member_left_channel")]
    assert left == [ws.users["bob"], dora]


async def test_history_from_before_tells_the_app_nothing(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]

    old = await ws.say(bob, ws.dm(bob), "last week", at=ws.clock.time() - 604_800)
    new = await ws.say(bob, ws.dm(bob), "now")

    await app.event("message")
    assert [one["ts"] for one in app.events("message")] == [new]
    assert [one["ts"] for one in ws.messages(ws.dm(bob))] == [old, new]
