"""Slack's own client against the local workspace, for every method that the bot uses: it works, what is wrong is
refused by Slack's name, and a 429 says when to come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.oauth import approve
from bot.sandbox.server import LocalWorkspace

HOUSE = Path(__file__).parents[2]
PLAIN = {"type": "plain_text", "text": "Go"}
FIELD = {
    "type": "input",
    "block_id": "story",
    "label": PLAIN,
    "element": {"type": "plain_text_input", "action_id": "words"},
}
MODAL: dict[str, Any] = {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": [FIELD]}
BUTTON = {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "action_id": "more"}]}
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}
GONE = "C0NOWHERE0"
# What each is called with, and how it is called wrongly: (arguments, wrong arguments, Slack's name for that).
# "<…>" stands for something of the fresh workspace, see `_place`.
CALLS: Mapping[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "apps.connections.open": ({}, {}, "not_allowed_token_type"),
    "auth.test": ({}, {"token": "xoxb-no-such-token"}, "invalid_auth"),
    "chat.postEphemeral": (
        {"channel": "<general>", "user": "<bob>", "text": "x"},
        {"channel": "<general>", "user": "<grace>", "text": "x"},
        "user_not_in_channel",
    ),
    "chat.postMessage": ({"channel": "<general>", "text": "x"}, {"channel": "<general>"}, "no_text"),
    "chat.update": (
        {"channel": "<general>", "ts": "<posted>", "text": "y"},
        {"channel": "<general>", "ts": "1.000001", "text": "y"},
        "message_not_found",
    ),
    "conversations.history": ({"channel": "<general>"}, {"channel": GONE}, "channel_not_found"),
    "conversations.info": ({"channel": "<general>"}, {"channel": GONE}, "channel_not_found"),
    "conversations.join": ({"channel": "<small-business>"}, {"channel": "<old-news>"}, "is_archived"),
    "conversations.members": ({"channel": "<general>"}, {"channel": GONE}, "channel_not_found"),
    "conversations.open": ({"users": "<bob>"}, {"users": "U0NOBODY00"}, "user_not_found"),
    "conversations.replies": (
        {"channel": "<general>", "ts": "<posted>"},
        {"channel": "<general>", "ts": "1.000001"},
        "thread_not_found",
    ),
    "files.completeUploadExternal": (
        {"files": [{"id": "<file>"}], "channel_id": "<general>"},
        {"files": [{"id": "F0NOWHERE0"}]},
        "file_not_found",
    ),
    "files.getUploadURLExternal": (
        {"filename": "a.png", "length": 1},
        {"filename": "a.png"},
        "invalid_arguments",
    ),
    "oauth.v2.access": ({"code": "<code>"}, {"code": "no-such-code"}, "invalid_code"),
    "users.info": ({"user": "<bob>"}, {"user": "U0NOBODY00"}, "user_not_found"),
    "views.open": (
        {"trigger_id": "<trigger>", "view": MODAL},
        {"trigger_id": "1.2.3", "view": MODAL},
        "invalid_trigger_id",
    ),
    "views.publish": (
        {"user_id": "<bob>", "view": HOME},
        {"user_id": "<bob>", "view": MODAL},
        "invalid_arguments",
    ),
    "views.push": (
        {"trigger_id": "<trigger>", "view": MODAL},
        {"trigger_id": "1.2.3", "view": MODAL},
        "invalid_trigger_id",
    ),
    "views.update": (
        {"view_id": "<view>", "view": MODAL},
        {"view_id": "V0NOWHERE0", "view": MODAL},
        "not_found",
    ),
}


def test_no_method_that_the_bot_uses_is_left_out() -> None:
    families = "apps|auth|chat|conversations|files|oauth|reactions|users|views"
    named = re.compile(rf'"((?:{families})\.[a-zA-Z0-9]+(?:\.[a-zA-Z]+)?)"')
    sources = [*(HOUSE / "handlers").rglob("*.py"), HOUSE / "bot" / "wiring.py"]

    used = {method for source in sources for method in named.findall(source.read_text("utf-8"))}

    assert used == set(CALLS)


@pytest.mark.parametrize("method", CALLS)
async def test_a_method_works_and_is_refused_by_slacks_name(
    ws: LocalWorkspace, client: AsyncWebClient, session: aiohttp.ClientSession, app: Any, method: str
) -> None:
    good, wrong, error = CALLS[method]
    place = await _place(ws, client, session, app, method)

    refused = await _refusal(client, method, _filled(wrong, place) | _own(ws, method, right=False))
    answer = await client.api_call(method, json=_filled(good, place) | _own(ws, method, right=True))

    assert refused.response["error"] == error
    assert answer["ok"] is True


@pytest.mark.parametrize("method", CALLS)
async def test_a_429_says_when_to_come_back(ws: LocalWorkspace, client: AsyncWebClient, method: str) -> None:
    ws.hub.faults.add({"rate_limit": {"method": method, "retry_after": 3, "times": 1}})

    refused = await _refusal(client, method, _own(ws, method, right=True))

    assert refused.response.status_code == 429
    assert refused.response.headers["Retry-After"] == "3"


@pytest.mark.parametrize(
    ("method", "found"),
    [
        ("conversations.history", "messages"),
        ("conversations.replies", "messages"),
        ("conversations.members", "members"),
    ],
)
async def test_a_cursor_leads_through_all_of_it_once(
    ws: LocalWorkspace, client: AsyncWebClient, method: str, found: str
) -> None:
    general = ws.channels["general"]
    first = await client.chat_postMessage(channel=general, text="0")
    for number in range(1, 5):
        await client.chat_postMessage(channel=general, text=str(number))
        await client.chat_postMessage(channel=general, thread_ts=first["ts"], text=f"reply {number}")
    thread = {"ts": first["ts"]} if method == "conversations.replies" else {}
    whole = await client.api_call(method, json={"channel": general, "limit": 200, **thread})

    pages: list[Any] = []
    cursor = ""
    while cursor or not pages:
        page = await client.api_call(
            method, json={"channel": general, "limit": 2, "cursor": cursor, **thread}
        )
        pages.append(page[found])
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")

    assert len(pages) >= 2
    seen = [each["ts"] if isinstance(each, dict) else each for page in pages for each in page]
    known = [each["ts"] if isinstance(each, dict) else each for each in whole[found]]
    # Slack's own clients get a thread's first message again on each of its pages.
    assert list(dict.fromkeys(seen)) == known


async def _place(
    ws: LocalWorkspace, client: AsyncWebClient, session: aiohttp.ClientSession, app: Any, method: str
) -> dict[str, str]:
    """What a call can name in the fresh workspace."""
    place = {**ws.channels, **ws.users}
    place["posted"] = (await client.chat_postMessage(channel=ws.channels["general"], text="0"))["ts"]
    if method == "oauth.v2.access":
        place["code"] = approve(ws.hub, ws.workspace, ws.users["bob"], ws.hub.app.scopes, None)
    if method == "files.completeUploadExternal":
        slot = await client.files_getUploadURLExternal(filename="a.png", length=1)
        (await session.post(slot["upload_url"], data=b"x")).release()
        place["file"] = slot["file_id"]
    if method.startswith("views."):
        await ws.command(ws.users["bob"], ws.channels["general"], "/purpose", "story")
        place["trigger"] = app.last["trigger_id"]
    if method in ("views.push", "views.update"):
        opened = await client.views_open(
            trigger_id=place["trigger"], view={**MODAL, "blocks": [BUTTON, FIELD]}
        )
        place["view"] = opened["view"]["id"]
        await ws.click(ws.users["bob"], ws.views(ws.users["bob"])[-1], "more")
        place["trigger"] = app.last["trigger_id"]
    return place


def _filled(arguments: Any, place: Mapping[str, str]) -> Any:
    if isinstance(arguments, dict):
        return {name: _filled(value, place) for name, value in arguments.items()}
    if isinstance(arguments, list):
        return [_filled(value, place) for value in arguments]
    if isinstance(arguments, str) and arguments.startswith("<"):
        return place[arguments.strip("<>")]
    return arguments


def _own(ws: LocalWorkspace, method: str, *, right: bool) -> dict[str, str]:
    """What the app itself is known by, where a method is no bot's."""
    if method == "oauth.v2.access":
        return {"client_id": ws.client_id, "client_secret": ws.client_secret}
    if method == "apps.connections.open" and right:
        return {"token": ws.app_token}
    return {}


async def _refusal(client: AsyncWebClient, method: str, arguments: dict[str, Any]) -> SlackApiError:
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call(method, json=arguments)
    return refusal.value
