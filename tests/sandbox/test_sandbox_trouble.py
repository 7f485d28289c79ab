"""Trouble on demand: limits, failures, cuts, slowness."""

from __future__ import annotations

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace


async def test_a_rate_limit_says_when_to_come_back(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    ws.hub.faults.add({"rate_limit": {"method": "users.list", "retry_after": 7, "times": 1}})

    with pytest.raises(SlackApiError) as refusal:
        await client.users_list()

    assert refusal.value.response.status_code == 429
    assert refusal.value.response.headers["Retry-After"] == "7"
    assert (await client.users_list())["ok"]


async def test_slacks_own_client_waits_and_comes_back(ws: LocalWorkspace, client: AsyncWebClient) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    ws.hub.faults.add({"rate_limit": {"retry_after": 1, "times": 1}})

    assert (await client.auth_test())["ok"]


async def test_a_failure_strikes_one_method_as_often_as_asked(ws: LocalWorkspace, call) -> None:
    ws.hub.faults.add({"fail": {"method": "auth.test", "error": "internal_error", "times": 2}})

    answers = [
        await call("auth.test"),
        await call("team.info"),
        await call("auth.test"),
        await call("auth.test"),
    ]

    assert [one.get("error") for one in answers] == ["internal_error", None, "internal_error", None]


@pytest.mark.parametrize(("after", "posted"), [(False, 0), (True, 1)])
async def test_a_cut_connection_loses_the_request_or_only_its_reply(
    ws: LocalWorkspace, call, after: bool, posted: int
) -> None:
    general = ws.channels["general"]
    ws.hub.faults.add({"cut": {"method": "chat.postMessage", "times": 1, "after_processing": after}})

    with pytest.raises(aiohttp.ClientError):
        await call("chat.postMessage", channel=general, text="perhaps")

    assert [one["text"] for one in ws.messages(general)].count("perhaps") == posted
    assert (await call("chat.postMessage", channel=general, text="surely"))["ok"]


async def test_slowness_and_clearing_all_trouble(ws: LocalWorkspace, call) -> None:
    ws.hub.faults.add({"slow_ms": 120, "fail": {"times": 9}})
    ws.hub.faults.clear()
    ws.hub.faults.add({"slow_ms": 120})

    began = time.monotonic()
    answer = await call("auth.test")

    assert answer["ok"] is True
    assert time.monotonic() - began >= 0.1


async def test_events_can_be_dropped_doubled_and_delayed(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]

    ws.hub.faults.add({"events": {"duplicate": 1, "delay_ms": 20}})
    await ws.say(bob, ws.dm(bob), "doubled")
    await ws.say(bob, ws.dm(bob), "once")
    await ws.wait_for(lambda: len(app.letters) == 3)
    ws.hub.faults.clear()
    ws.hub.faults.add({"events": {"drop": 1}})
    await ws.say(bob, ws.dm(bob), "dropped")
    await ws.wait_for(lambda: len(app.letters) == 4)

    assert sorted(one["text"] for one in app.events("message")) == ["doubled", "doubled", "dropped", "once"]
    assert app.letters[-1].retry == 1


async def test_sockets_can_be_refused_for_a_while(ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
    ws.hub.faults.add({"refuse_sockets_for": 30})

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(ws.hub.sockets.ticket(ws.hub.base_url))

    ws.hub.faults.clear()
    socket = await session.ws_connect(ws.hub.sockets.ticket(ws.hub.base_url))
    assert (await socket.receive_json())["type"] == "hello"
    await socket.close()


async def test_real_rate_limits_are_off_until_switched_on(ws: LocalWorkspace, call) -> None:
    general, random = ws.channels["general"], ws.channels["random"]
    free = [await call("chat.postMessage", channel=general, text="x") for _ in range(10)]
    ws.api.limits.on = True

    held = [await call("chat.postMessage", channel=general, text="x") for _ in range(10)]
    elsewhere = await call("chat.postMessage", channel=random, text="x")
    listed = [await call("users.list") for _ in range(21)]

    assert all(one["ok"] for one in free)
    assert held[0]["ok"] is True
    assert held[-1]["error"] == "ratelimited"
    assert elsewhere["ok"] is True
    assert [one.get("error") for one in listed] == [None] * 20 + ["ratelimited"]
