"""The front door: forms of request, tokens and scopes."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import LocalWorkspace


async def test_every_form_of_request_is_understood(
    ws: LocalWorkspace, session: aiohttp.ClientSession
) -> None:
    url = ws.api_url + "auth.test"
    bearer = {"Authorization": f"Bearer {ws.bot_token}"}

    async with (
        session.get(url, headers=bearer) as by_get,
        session.get(url, params={"token": ws.bot_token}) as by_query,
        session.post(url, data={"token": ws.bot_token}) as by_form,
        session.post(url, json={}, headers=bearer) as by_json,
    ):
        answers = [await one.json() for one in (by_get, by_query, by_form, by_json)]

    assert [one["ok"] for one in answers] == [True] * 4
    assert {one["bot_id"] for one in answers} == {ws.workspace.people[ws.bot_user].bot_id}


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-nobody"}, "invalid_auth"),
        ({"Authorization": "Basic xoxb-nobody"}, "invalid_auth"),
    ],
)
async def test_a_missing_or_wrong_token_is_refused_by_name(
    ws: LocalWorkspace, session: aiohttp.ClientSession, headers: dict[str, str], error: str
) -> None:
    async with session.post(ws.api_url + "auth.test", headers=headers) as answer:
        body = await answer.json()

    assert body == {"ok": False, "error": error}


async def test_an_unknown_method_is_named(call) -> None:
    assert await call("chat.postPoem") == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "chat.postPoem",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"[1]", "application/json", "json_not_object"),
        (b"{", "application/json", "invalid_json"),
        (b"x", "text/plain", "invalid_post_type"),
        (b"nonsense", "multipart/form-data", "invalid_form_data"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_refused(
    ws: LocalWorkspace, session: aiohttp.ClientSession, body: bytes, content_type: str, error: str
) -> None:
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": content_type}

    async with session.post(ws.api_url + "chat.postMessage", data=body, headers=headers) as answer:
        said = await answer.json()

    assert said["error"] == error


async def test_a_missing_scope_names_what_is_needed_and_what_there_is(ws: LocalWorkspace, call) -> None:
    ws.workspace.installation.scopes = frozenset({"chat:write"})

    answer = await call("users.info", user=ws.users["bob"])

    assert answer == {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}


async def test_a_conversation_needs_the_scope_of_its_kind(ws: LocalWorkspace, call) -> None:
    ws.workspace.installation.scopes = frozenset({"im:history"})

    answer = await call("conversations.history", channel=ws.channels["general"])

    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")


async def test_a_token_of_the_wrong_type_is_refused(ws: LocalWorkspace, call) -> None:
    with_app_token = await call("auth.test", token=ws.app_token)
    with_bot_token = await call("apps.connections.open")

    assert with_app_token["error"] == with_bot_token["error"] == "not_allowed_token_type"


async def test_a_revoked_token_is_dead_and_the_app_is_told(
    ws: LocalWorkspace, client: AsyncWebClient, app
) -> None:
    await client.auth_revoke()

    with pytest.raises(SlackApiError) as refusal:
        await client.auth_test()
    assert refusal.value.response["error"] == "token_revoked"
    assert (await app.event("tokens_revoked"))["tokens"] == {"oauth": [], "bot": [ws.bot_user]}


async def test_an_uninstalled_app_is_inactive_and_told_so(ws: LocalWorkspace, call, app) -> None:
    ws.hub.uninstall(ws.workspace)

    answer = await call("auth.test")

    assert answer["error"] == "account_inactive"
    assert await app.event("app_uninstalled") == {"type": "app_uninstalled"}


async def test_each_workspace_has_its_own_token_and_people(ws: LocalWorkspace, call) -> None:
    globex = ws.add_workspace("Globex")

    here = await call("team.info")
    there = await call("team.info", token=globex.bot_token)
    stranger = await call("users.info", token=globex.bot_token, user=ws.users["alice"])

    assert (here["team"]["name"], there["team"]["name"]) == ("Acme", "Globex")
    assert stranger["error"] == "user_not_found"
