"""The install flow: consent, codes, tokens that rotate."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.oauth import approve
from bot.sandbox.people import People
from bot.sandbox.server import LocalWorkspace

BACK = "http://127.0.0.1:3000/slack/oauth_redirect"
SCOPES = ["chat:write", "users:read"]


@pytest.fixture
def globex(ws: LocalWorkspace) -> People:
    return ws.add_workspace("Globex", installed=False)


def _code(ws: LocalWorkspace, people: People) -> str:
    return approve(ws.hub, people.workspace, people.users["alice"], frozenset(SCOPES), BACK)


async def _access(ws: LocalWorkspace, session: aiohttp.ClientSession, **arguments: str) -> dict:
    form = {"client_id": ws.client_id, "client_secret": ws.client_secret, "redirect_uri": BACK, **arguments}
    async with session.post(ws.api_url + "oauth.v2.access", data=form) as answer:
        body: dict = await answer.json()
        return body


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk still uses it
async def test_somebody_allows_the_app_and_it_gets_a_token(
    ws: LocalWorkspace, session: aiohttp.ClientSession, globex: People
) -> None:
    asked = AuthorizeUrlGenerator(
        client_id=ws.client_id,
        redirect_uri=BACK,
        scopes=SCOPES,
        authorization_url=ws.url + "oauth/v2/authorize",
    ).generate("state-1", team=globex.team_id)

    async with session.get(asked) as page:
        shown = await page.text()
    async with session.post(asked, data={"answer": "allow"}, allow_redirects=False) as answer:
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
    client = AsyncWebClient(base_url=ws.api_url)
    got = await client.oauth_v2_access(
        client_id=ws.client_id, client_secret=ws.client_secret, code=back["code"][0], redirect_uri=BACK
    )
    known = await AsyncWebClient(token=got["access_token"], base_url=ws.api_url).auth_test()

    assert "Globex" in shown
    assert "chat:write" in shown
    assert back["state"] == ["state-1"]
    assert (got["team"]["id"], got["scope"]) == (globex.team_id, "chat:write,users:read")
    assert (known["team"], known["user_id"]) == ("Globex", got["bot_user_id"])


async def test_somebody_says_no(ws: LocalWorkspace, session: aiohttp.ClientSession) -> None:
    query = {"client_id": ws.client_id, "scope": "chat:write", "redirect_uri": BACK, "state": "s"}

    async with session.post(
        ws.url + "oauth/v2/authorize", params=query, data={"answer": "deny"}, allow_redirects=False
    ) as answer:
        back = parse_qs(urlsplit(answer.headers["Location"]).query)

    assert back == {"error": ["access_denied"], "state": ["s"]}


async def test_a_code_works_once_and_only_for_this_app(
    ws: LocalWorkspace, session: aiohttp.ClientSession, globex: People
) -> None:
    code = _code(ws, globex)

    answers = [
        await _access(ws, session, code=code, client_secret="wrong"),
        await _access(ws, session, code=code, client_id="wrong"),
        await _access(ws, session, code=code, redirect_uri="http://127.0.0.1/elsewhere"),
        await _access(ws, session, code="nonsense"),
        await _access(ws, session, code=code),
        await _access(ws, session, code=code),
    ]

    assert [one.get("error") for one in answers] == [
        "bad_client_secret",
        "invalid_client_id",
        "bad_redirect_uri",
        "invalid_code",
        None,
        "code_already_used",
    ]


async def test_a_rotating_token_runs_out_and_its_refresh_token_works_once(
    ws: LocalWorkspace, session: aiohttp.ClientSession, globex: People, call
) -> None:
    ws.hub.app.token_rotation = True
    first = await _access(ws, session, code=_code(ws, globex))
    ws.clock.set_offset(first["expires_in"] + 1)

    expired = await call("auth.test", token=first["access_token"])
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await _access(ws, session, **refresh)
    again = await _access(ws, session, **refresh)

    assert expired["error"] == "token_expired"
    assert (await call("auth.test", token=second["access_token"]))["ok"] is True
    assert again["error"] == "invalid_refresh_token"
