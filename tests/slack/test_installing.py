"""The pages of installing: whatever Slack, a browser or a stranger sends, one plain page says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.workspaces import Installation
from handlers.slack.api import SlackApi, SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.edge import Edge, Reply
from handlers.slack.installing import COOKIE, Installing
from handlers.slack.manifest import required_scopes
from handlers.slack.oauth import OAuth
from tests.fakes import FakeStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRETS = ("client-secret-of-the-tests", "xoxb-secret-of-the-tests", "code-of-the-tests")
ANSWER: Mapping[str, Any] = {
    "ok": True,
    "app_id": "A1",
    "access_token": SECRETS[1],
    "bot_user_id": "UB",
    "scope": ",".join(required_scopes()),
    "team": {"id": "T1", "name": "Acme"},
    "authed_user": {"id": "UALICE"},
    "is_enterprise_install": False,
}


class Slack(SlackApi):
    """Answers the exchange with what it was given."""

    def __init__(self, answer: Mapping[str, Any] | SlackSaidNo) -> None:
        super().__init__("https://slack.com/api/", self._no_token)
        self.answer = answer

    async def _no_token(self, workspace: str) -> str:
        raise LookupError(workspace)

    async def call_as_app(self, method: str, **arguments: str) -> dict[str, Any]:
        if isinstance(self.answer, SlackSaidNo):
            raise self.answer
        return dict(self.answer)


class Bot:
    """An edge with the install pages over a store in memory."""

    def __init__(self, answer: Mapping[str, Any] | SlackSaidNo = ANSWER) -> None:
        self.store = FakeStore()
        self.served: list[Installation] = []
        oauth = OAuth(Slack(answer), "https://slack.com/api/", "1.2", SECRETS[0], "https://bot.example.com")
        installing = Installing(oauth, self.store, lambda: NOON, self.served.append, self._ring)
        self.edge = Edge(None, self._nothing, {}, lambda: NOON, installing.pages())

    async def _ring(self, workspace: str) -> None:
        return None

    async def _nothing(self, payload: dict[str, Any]) -> Reply:
        raise AssertionError("nothing is dispatched here")

    async def get(
        self, path: str, query: bytes = b"", cookie: bytes = b"", method: str = "GET"
    ) -> tuple[int, dict[str, str], str]:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"cookie", cookie)] if cookie else []
        scope = {
            "type": "http",
            "path": path,
            "method": method,
            "query_string": query,
            "headers": headers,
        }
        await self.edge(scope, receive, send)
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], answered, sent[1]["body"].decode()

    async def finish(self, query: bytes = b"code=code-of-the-tests") -> tuple[int, dict[str, str], str]:
        await self.store.install_states.keep("s", "b" * 43, expires_at=NOON.replace(hour=13), now=NOON)
        cookie = f"theme=dark; {COOKIE}={'b' * 43}".encode()
        return await self.get("/slack/oauth_redirect", query + b"&state=s", cookie)


async def test_slack_is_asked_at_the_origin_of_its_api() -> None:
    status, headers, _ = await Bot().get("/slack/install")

    assert status == 302
    assert headers["location"].startswith(
        "https://slack.com/oauth/v2/authorize?client_id=1.2&scope=chat:write"
    )
    assert headers["cache-control"] == "no-store"


async def test_a_workspace_is_kept_served_and_noted_and_no_page_shows_a_secret() -> None:
    bot = Bot()

    status, headers, page = await bot.finish()

    kept = await bot.store.workspaces.get("slack:T1")
    assert status == 200
    assert kept is not None
    assert (kept.token, kept.bot_user, kept.installed_at) == (SECRETS[1], "UB", NOON)
    assert [each.workspace for each in bot.served] == ["slack:T1"]
    assert not any(secret in page + str(headers) + repr(bot.served) for secret in SECRETS)
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ({**ANSWER, "is_enterprise_install": True, "team": None}, 400, "whole organisation"),
        ({**ANSWER, "team": None}, 400, "whole organisation"),
        ({**ANSWER, "scope": "chat:write"}, 400, "im:history"),
        (SlackSaidNo("oauth.v2.access", "code_already_used"), 400, "run out"),
        (SlackSaidNo("oauth.v2.access", "bad_client_secret"), 400, "bad_client_secret"),
        (SlackNotReached("oauth.v2.access", "ClientConnectorError"), 502, "try again in a minute"),
        (SlackReplyLost("oauth.v2.access", "http_503"), 502, "try again in a minute"),
        (SlackSaidWait("oauth.v2.access", 30), 502, "try again in a minute"),
    ],
)
async def test_what_cannot_be_installed_says_why_and_what_to_do(
    answer: Mapping[str, Any] | SlackSaidNo, status: int, words: str
) -> None:
    bot = Bot(answer)

    found, _, page = await bot.finish()

    assert found == status
    assert words in page
    assert 'href="https://bot.example.com/slack/install"' in page
    assert bot.served == []


async def test_a_name_cannot_write_into_the_page() -> None:
    bot = Bot({**ANSWER, "team": {"id": "T1", "name": "<script>alert(1)</script>"}})

    _, _, page = await bot.finish()

    assert "<script" not in page


async def test_a_preview_of_the_link_uses_nothing_up() -> None:
    bot = Bot()

    looked = await bot.get("/slack/install", method="HEAD")
    posted = await bot.get("/slack/oauth_redirect", method="POST")

    assert (looked[0], posted[0]) == (405, 405)
    assert bot.store.install_states.kept == {}


@given(query=st.binary(max_size=200), cookie=st.binary(max_size=200))
async def test_no_garbage_installs_anything_or_breaks_the_page(query: bytes, cookie: bytes) -> None:
    bot = Bot()

    for given_cookie in (cookie, f"{COOKIE}=".encode() + cookie):
        status, _, _ = await bot.get("/slack/oauth_redirect", query, given_cookie)
        begun, headers, _ = await bot.get("/slack/install", query, given_cookie)

        assert status == 400
        assert begun in (302, 400)
        assert all("\n" not in value and "\r" not in value for value in headers.values())
    assert bot.served == []
