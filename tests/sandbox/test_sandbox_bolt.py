"""A whole Bolt app, as anyone would write it, against the local workspace: over sockets and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace

PLAIN = {"type": "plain_text", "text": "Go"}
FIELD = {"type": "plain_text_input", "action_id": "words"}
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "tell",
    "title": PLAIN,
    "submit": PLAIN,
    "blocks": [{"type": "input", "block_id": "story", "label": PLAIN, "element": FIELD}],
}
BUTTONS: list[dict[str, Any]] = [
    {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "action_id": "more"}]},
]


def small_app(ws: LocalWorkspace) -> AsyncApp:
    """Answers a message with a button, a click with a modal, and a submit with a message."""
    app = AsyncApp(
        signing_secret=ws.signing_secret,
        client=AsyncWebClient(token=ws.bot_token, base_url=ws.api_url),
        token=ws.bot_token,
    )

    @app.event("message")
    async def on_message(event: dict[str, Any], say: Any) -> None:
        if "bot_id" not in event:
            await say(text=f"You said: {event['text']}", blocks=BUTTONS)

    @app.action("more")
    async def on_click(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("tell")
    async def on_submit(ack: Any, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient) -> None:
        words = view["state"]["values"]["story"]["words"]["value"]
        if len(words) < 5:
            await ack(response_action="errors", errors={"story": "A little more, please"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Kept: {words}")

    @app.command("/purpose")
    async def on_command(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack("One moment")
        await respond(f"Purpose: {command['text']}")

    @app.event("app_home_opened")
    async def on_home(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    return app


@pytest.fixture(params=["socket", "http"])
async def running(request: pytest.FixtureRequest, ws: LocalWorkspace) -> AsyncIterator[AsyncApp]:
    app = small_app(ws)
    if request.param == "socket":
        handler = AsyncSocketModeHandler(app, ws.app_token)
        await handler.connect_async()
        await ws.wait_for(lambda: ws.hub.sockets.connections)
        yield app
        await handler.close_async()
    else:
        server = app.server(port=0, path="/slack/events")
        async with TestServer(server.web_app, host="127.0.0.1") as listening:
            ws.hub.app.events_url = str(listening.make_url("/slack/events"))
            yield app


@pytest.mark.filterwarnings("ignore:As you gave `client`")
async def test_a_day_with_a_bolt_app(ws: LocalWorkspace, running: AsyncApp) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    dm = ws.dm(bob)

    await ws.say(bob, dm, "hello")
    await ws.wait_for(lambda: len(ws.messages(dm)) == 2)
    await ws.click(bob, ws.messages(dm)[-1], "more")
    view = (await ws.wait_for(lambda: ws.views(bob)))[-1]
    short = await ws.submit(bob, view["id"], {"story": "no"})
    done = await ws.submit(bob, view["id"], {"story": "Saved Maria a week"})
    await ws.wait_for(lambda: ws.messages(dm)[-1]["text"].startswith("Kept"))
    command = await ws.command(bob, general, "/purpose", "helping")
    await ws.wait_for(lambda: len(ws.ephemerals(bob, general)) == 2)
    await ws.open_home(bob)
    await ws.wait_for(lambda: ws.home(bob))

    assert [one["text"] for one in ws.messages(dm)] == [
        "hello",
        "You said: hello",
        "Kept: Saved Maria a week",
    ]
    assert (short["errors"], done) == ({"story": "A little more, please"}, {"ok": True})
    assert command["ack"]["text"] == "One moment"
    assert {one["text"] for one in ws.ephemerals(bob, general)} == {"One moment", "Purpose: helping"}
    assert ws.hub.courier.waiting == 0
