"""The page's own API: looking, doing, the clock and live changes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import LocalWorkspace


class Page:
    """What the page's JavaScript does, without a browser."""

    def __init__(self, ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
        self._ws = ws
        self._session = session

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self._session.get(f"{self._ws.url}_/{path}", params=query) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self._session.post(f"{self._ws.url}_/{path}", json=body) as answer:
            said: dict[str, Any] = await answer.json()
            return said


@pytest.fixture
def page(ws: LocalWorkspace, session: aiohttp.ClientSession) -> Page:
    return Page(ws, session)


async def test_the_state_is_one_persons_view_of_the_workspace(ws: LocalWorkspace, page: Page) -> None:
    charlie, bob = ws.users["charlie"], ws.users["bob"]
    await ws.say(bob, ws.channels["general"], "hello")

    state = await page.get("state", user=charlie)

    assert set(state) >= {
        "team",
        "teams",
        "me",
        "clock",
        "users",
        "channels",
        "commands",
        "shortcuts",
        "bot",
        "trouble",
    }
    names = {one["name"]: one for one in state["channels"]}
    assert "leadership" not in names
    assert (names["general"]["unread"], names["random"]["unread"]) == (1, 0)
    assert {one["command"] for one in state["commands"]} == {"/purpose", "/purpose-check"}
    assert state["bot"]["connected"] is False


async def test_reading_a_channel_marks_it_read(ws: LocalWorkspace, page: Page) -> None:
    charlie, general = ws.users["charlie"], ws.channels["general"]
    await ws.say(ws.users["bob"], general, "hello")

    shown = await page.get("messages", user=charlie, channel=general)
    state = await page.get("state", user=charlie)

    assert [one["text"] for one in shown["messages"]] == ["hello"]
    assert [one["unread"] for one in state["channels"] if one["id"] == general] == [0]


async def test_everything_a_person_does_goes_through_one_door(ws: LocalWorkspace, page: Page, app) -> None:
    bob = ws.users["bob"]
    channel = (await page.post("dm", user=bob))["channel"]

    ts = (await page.post("say", user=bob, channel=channel, text="a story"))["ts"]
    await page.post("edit", user=bob, channel=channel, ts=ts, text="a better story")
    await page.post("react", user=bob, channel=channel, ts=ts, name="tada")
    await page.post("command", user=bob, channel=channel, command="/purpose", text="show")
    await page.post("shortcut", user=bob, callback_id="story.keep", channel=channel, message_ts=ts)
    await page.post("home/open", user=bob)
    shown = (await page.get("messages", user=bob, channel=channel))["messages"][0]
    await page.post("delete", user=bob, channel=channel, ts=ts)
    await page.post(
        "say", user=bob, channel=channel, text="", file={"name": "x.png", "mimetype": "image/png"}
    )

    assert (shown["text"], shown["reactions"][0]["name"], "edited" in shown) == (
        "a better story",
        "tada",
        True,
    )
    await app.event("app_home_opened")
    kinds = {(one.kind, one.payload.get("type")) for one in app.letters}
    assert kinds == {
        ("events_api", "event_callback"),
        ("slash_commands", None),
        ("interactive", "message_action"),
    }
    assert (await app.event("message", "file_share"))["text"] == ""


async def test_a_modal_is_clicked_submitted_and_closed_over_the_page(
    ws: LocalWorkspace, page: Page, app, call
) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    text = {"type": "plain_text", "text": "Go"}
    field = {
        "type": "input",
        "block_id": "b",
        "label": text,
        "element": {"type": "plain_text_input", "action_id": "a"},
    }
    buttons = {
        "type": "actions",
        "block_id": "c",
        "elements": [{"type": "button", "text": text, "action_id": "more"}],
    }
    await page.post("command", user=bob, channel=general, command="/purpose", text="story")
    modal = {"type": "modal", "title": text, "submit": text, "blocks": [field, buttons]}
    opened = await call("views.open", trigger_id=app.last["trigger_id"], view=modal)
    view_id = opened["view"]["id"]
    typed = {"values": {"b": {"a": {"type": "plain_text_input", "value": "half a st"}}}}

    container = {"type": "view", "view_id": view_id}
    action = {"action_id": "more", "type": "button"}
    clicked = await page.post(
        "action", user=bob, container=container, block_id="c", action=action, state=typed
    )
    state = app.last["view"]["state"]["values"]["b"]["a"]
    app.answer = {"response_action": "errors", "errors": {"b": "Say more"}}
    refused = await page.post("view/submit", user=bob, view_id=view_id, values={})
    shown = await page.get("views", user=bob)
    closed = await page.post("view/close", user=bob, view_id=view_id)

    assert clicked == closed == {"ok": True}
    assert state["value"] == "half a st"
    assert refused["errors"] == {"b": "Say more"}
    assert shown["views"][0]["id"] == view_id


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("say", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("say", {"text": "x"}, "bad_request"),
        ("clock", {"to": "tomorrow"}, "invalid_time"),
        ("clock", {"preset": "next"}, "nothing_due"),
        ("bot", {"action": "crash"}, "no_bot"),
        ("view/submit", {"view_id": "V0NOWHERE"}, "no_such_view"),
    ],
)
async def test_a_refusal_has_a_name_and_plain_words(
    ws: LocalWorkspace, page: Page, path: str, body: dict[str, Any], error: str
) -> None:
    answer = await page.post(path, user=ws.users["bob"], **body)

    assert answer["error"] == error
    assert answer["message"].endswith((".", "'"))


async def test_people_and_channels_can_be_changed(ws: LocalWorkspace, page: Page) -> None:
    alice, bob = ws.users["alice"], ws.users["bob"]

    made = (await page.post("channel", user=alice, action="create", name="New Deals", private=True))[
        "channel"
    ]
    await page.post("invite", user=alice, channel=made, invitee=bob)
    await page.post("channel", user=alice, action="publish", channel=made)
    await page.post("channel", user=alice, action="rename", channel=made, name="deals")
    await page.post("channel", user=alice, action="archive", channel=made)
    await page.post("person", user=bob, tz="Asia/Kolkata", status={"text": "Away", "emoji": ":palm_tree:"})
    state = await page.get("state", user=bob)

    channel = next(one for one in state["channels"] if one["id"] == made)
    person = next(one for one in state["users"] if one["id"] == bob)
    assert (channel["name"], channel["kind"], channel["is_archived"], channel["is_member"]) == (
        "deals",
        "public",
        True,
        True,
    )
    assert (person["tz"], person["status"]["emoji"]) == ("Asia/Kolkata", ":palm_tree:")


async def test_the_clock_moves_for_everyone_who_shares_it(ws: LocalWorkspace, page: Page) -> None:
    before = ws.clock.time()

    hour = await page.post("clock", preset="hour")
    friday = await page.post("clock", preset="friday15", tz="UTC")
    exact = await page.post("clock", to="2026-12-01T09:00:00+00:00")

    assert hour["now"] - before == pytest.approx(3_600, abs=5)
    assert friday["iso"][11:16] == "15:00"
    assert exact["iso"][:16] == "2026-12-01T09:00"
    assert abs(ws.clock.now().timestamp() - exact["now"]) < 5


async def test_the_next_thing_due_comes_from_a_hook(ws: LocalWorkspace, page: Page) -> None:
    at = ws.clock.time() + 500

    async def due() -> list[dict[str, Any]]:
        return [{"at": at - 900, "what": "past"}, {"at": at, "what": "prompt", "who": "Bob", "channel": None}]

    ws.hooks.due = due

    listed = await page.get("due")
    moved = await page.post("clock", preset="next")

    assert listed["due"][1]["what"] == "prompt"
    assert moved["now"] == pytest.approx(at, abs=5)


async def test_open_pages_hear_what_concerns_them(
    ws: LocalWorkspace, session: aiohttp.ClientSession, call
) -> None:
    bob, general = ws.users["bob"], ws.channels["general"]
    heard: list[dict[str, Any]] = []

    async def listen() -> None:
        async with session.get(f"{ws.url}_/events", params={"user": bob}) as stream:
            async for line in stream.content:
                heard.extend([json.loads(line[6:])] if line.startswith(b"data: ") else [])

    listening = asyncio.create_task(listen())
    await ws.wait_for(lambda: ws.hub.feed._queues)
    await call("chat.postEphemeral", channel=general, user=ws.users["alice"], text="for Alice")
    await ws.say(ws.users["alice"], ws.channels["leadership"], "for two")
    await call("chat.postEphemeral", channel=general, user=ws.users["charlie"], text="for Charlie")
    ts = await ws.say(ws.users["alice"], general, "for all")
    await ws.wait_for(lambda: any(one.get("ts") == ts for one in heard))

    listening.cancel()
    assert [one["type"] for one in heard] == ["message", "message"]
    assert [one["channel"] for one in heard] == [ws.channels["leadership"], general]


async def test_only_this_machine_and_this_page_are_let_in(
    ws: LocalWorkspace, session: aiohttp.ClientSession
) -> None:
    async with session.get(ws.url + "_/state", headers={"Host": "evil.example"}) as by_name:
        rebound = by_name.status
    async with session.post(
        ws.url + "_/clock", json={"by": 1}, headers={"Origin": "https://evil.example"}
    ) as by_page:
        foreign = by_page.status

    assert (rebound, foreign) == (403, 403)


async def test_files_outside_the_page_are_not_served(
    ws: LocalWorkspace, session: aiohttp.ClientSession
) -> None:
    async with session.get(ws.url + "page/..%2fserver.py") as answer:
        assert answer.status == 404


async def test_an_app_can_be_given_an_address_and_asked_to_prove_it(ws: LocalWorkspace, page: Page) -> None:
    answer = await page.post("app", events_url="http://127.0.0.1:9/slack/events", scopes=["chat:write"])
    back = await page.post("app", events_url=None)

    assert (answer["verified"], answer["scopes"]) == (False, ["chat:write"])
    assert back["events_url"] is None
