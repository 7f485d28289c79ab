"""Delivery over HTTP: signatures, retries, forms and answers."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.server import LocalWorkspace


@dataclass
class Receiver:
    """An app's address: keeps each request and answers as told."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.requests.append(({name.lower(): value for name, value in request.headers.items()}, raw))
        if b"url_verification" in raw:
            return web.json_response({"challenge": json.loads(raw)["challenge"]})
        if isinstance(self.body, dict):
            return web.json_response(self.body, status=self.status, headers=self.headers)
        return web.Response(text=self.body, status=self.status, headers=self.headers)


@pytest.fixture
async def receiver(ws: LocalWorkspace) -> AsyncIterator[Receiver]:
    found = Receiver()
    application = web.Application()
    application.router.add_post("/slack/events", found.take)
    async with TestServer(application, host="127.0.0.1") as server:
        ws.hub.app.events_url = str(server.make_url("/slack/events"))
        yield found


async def test_the_address_is_asked_to_prove_itself(ws: LocalWorkspace, receiver: Receiver) -> None:
    proven = await ws.verify_events_url()

    ws.hub.app.events_url = "http://127.0.0.1:9/slack/events"
    assert proven is True
    assert await ws.verify_events_url() is False


async def test_events_are_signed_at_the_workspaces_time(ws: LocalWorkspace, receiver: Receiver) -> None:
    ws.clock.set_offset(86_400)
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "hello")

    await ws.wait_for(lambda: receiver.requests)
    headers, body = receiver.requests[0]
    stamp = headers["x-slack-request-timestamp"]
    signed = hmac.new(ws.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={signed}"
    assert abs(int(stamp) - ws.clock.time()) < 5
    assert json.loads(body)["event"]["text"] == "hello"
    assert "x-slack-retry-num" not in headers


async def test_slacks_own_verifier_takes_the_signature(ws: LocalWorkspace, receiver: Receiver) -> None:
    await ws.open_home(ws.users["bob"])

    await ws.wait_for(lambda: receiver.requests)
    headers, body = receiver.requests[0]
    assert SignatureVerifier(ws.signing_secret).is_valid_request(body, headers)


async def test_a_failed_event_comes_again_with_slacks_retry_headers(
    ws: LocalWorkspace, receiver: Receiver
) -> None:
    receiver.status = 500
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "hello")
    await ws.wait_for(lambda: len(receiver.requests) == 2 and ws.hub.courier.waiting)
    receiver.status = 200
    ws.clock.set_offset(61)
    await ws.wait_for(lambda: len(receiver.requests) == 3)

    seen = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one, _ in receiver.requests]
    assert seen == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_an_app_can_ask_for_no_retry(ws: LocalWorkspace, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 500, {"X-Slack-No-Retry": "1"}
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "hello")

    await ws.wait_for(lambda: ws.hub.courier.given_up)
    assert len(receiver.requests) == 1


async def test_a_command_is_a_form_and_its_body_the_answer(ws: LocalWorkspace, receiver: Receiver) -> None:
    receiver.body = "Here is help"
    bob, general = ws.users["bob"], ws.channels["general"]

    done = await ws.command(bob, general, "/purpose", "help me & them")

    headers, body = receiver.requests[0]
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert (form["command"], form["text"], form["user_id"]) == ("/purpose", "help me &amp; them", bob)
    assert done["ack"] == {"text": "Here is help"}


async def test_a_click_is_a_payload_field_and_a_failure_is_shown(
    ws: LocalWorkspace, receiver: Receiver, call
) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
    await call(
        "chat.postMessage", channel=general, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    message = ws.messages(general)[-1]
    receiver.requests.clear()

    done = await ws.click(bob, message, "go")
    receiver.status = 500
    failed = await ws.click(bob, message, "go")

    clicks = [body for _, body in receiver.requests if body.startswith(b"payload=")]
    payload = json.loads(parse_qs(clicks[0].decode())["payload"][0])
    assert (done, payload["type"], payload["actions"][0]["action_id"]) == (
        {"ok": True},
        "block_actions",
        "go",
    )
    assert failed["ok"] is False
    assert "trouble connecting" in failed["message"]


async def test_socket_mode_is_off_while_an_address_is_set(
    ws: LocalWorkspace, receiver: Receiver, call
) -> None:
    answer = await call("apps.connections.open", token=ws.app_token)

    assert answer["error"] == "socket_mode_not_enabled"
