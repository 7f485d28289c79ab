"""Installing by OAuth, from a browser's first click to an answer in Slack, and what happens to the tokens after."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import orjson
import pytest
from cryptography.fernet import Fernet

from bot.cli.running import Process
from bot.cli.upkeep import Upkeep
from bot.sandbox.people import People
from bot.sandbox.server import LocalWorkspace
from bot.settings import Mode, Role, load
from bot.wiring import House, build_house, open_store, serve_installed, shared_clock
from handlers.slack.directory import workspace_key
from handlers.slack.installing import COOKIE, Installing
from handlers.slack.manifest import SCOPES
from handlers.slack.oauth import OAuth
from tests.process.running import RunningBot

KEY = Fernet.generate_key().decode()
PUBLIC = "https://bot.example.com"


def oauth_settings(ws: LocalWorkspace, folder: Path, **more: str) -> dict[str, str]:
    return {
        "SLACK_CLIENT_ID": ws.client_id,
        "SLACK_CLIENT_SECRET": ws.client_secret,
        "SLACK_SIGNING_SECRET": ws.signing_secret,
        "SLACK_API_URL": ws.api_url,
        "TOKEN_KEYS": KEY,
        "PUBLIC_URL": PUBLIC,
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
    } | more


async def allow(asked: str, *, answer: str = "allow", team: str = "") -> dict[str, str]:
    """What Slack sends the browser back with when somebody clicks Allow (or Cancel) on its page."""
    address = f"{asked}&team={team}" if team else asked
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(address) as page,
        browser.post(address, data={"answer": answer}, allow_redirects=False) as back,
    ):
        assert page.status == 200, await page.text()
        where = urlsplit(back.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{PUBLIC}/slack/oauth_redirect"
    return dict(parse_qsl(where.query))


class Replica:
    """One process's objects, and its install pages as a browser sees them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rung: list[str] = []
        assert isinstance(house.oauth, OAuth)
        self.installing = Installing(
            house.oauth, house.store, house.clock, house.installations.add, self._ring
        )

    async def _ring(self, workspace: str) -> None:
        self.rung.append(workspace)

    async def begin(self, cookies: dict[str, str] | None = None) -> tuple[str, dict[str, str]]:
        """Slack's address, and the browser's cookies."""
        reply = await self.installing.begin({}, cookies or {})
        headers = dict(reply.headers)
        name, _, value = headers[b"set-cookie"].decode().partition(";")[0].partition("=")
        return headers[b"location"].decode(), {name: value}

    async def install(self, people: People) -> str:
        """The whole way; the page at its end."""
        asked, cookies = await self.begin()
        reply = await self.installing.come_back(await allow(asked, team=people.team_id), cookies)
        assert reply.status == 200, reply.body
        return reply.body.decode()

    def reads(self) -> list[str]:
        """From here on, each workspace that is read from the database."""
        stored, asked = self.house.store.workspaces, []
        get = stored.get

        async def counted(workspace: str) -> Any:
            asked.append(workspace)
            await asyncio.sleep(0)
            return await get(workspace)

        stored.get = counted  # type: ignore[method-assign]
        return asked


class Place:
    """A Slack without the app, and replicas of the bot over one database."""

    def __init__(self, ws: LocalWorkspace, folder: Path) -> None:
        self.ws = ws
        self.folder = folder
        self.replicas: list[Replica] = []

    async def replica(self) -> Replica:
        settings = load(oauth_settings(self.ws, self.folder), None).for_run()
        house = build_house(settings, await open_store(settings), shared_clock(self.ws.clock.path))
        await serve_installed(house)
        self.replicas.append(Replica(house))
        return self.replicas[-1]

    def later(self, **time: float) -> None:
        self.ws.clock.set_offset(self.ws.clock.offset + timedelta(**time).total_seconds())


@asynccontextmanager
async def _place(folder: Path) -> AsyncIterator[Place]:
    async with LocalWorkspace(installed=False) as ws:
        place = Place(ws, folder)
        yield place
        for each in place.replicas:
            await each.house.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with _place(tmp_path) as made:
        yield made


# the real process -------------------------------------------------------------------------------------------------


class OAuthBot(RunningBot):
    """`purpose-bot run` that starts with no workspace at all."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "OPENAI_"))
        }
        here = {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "LOG_LEVEL": "DEBUG",
        }
        return kept | here | oauth_settings(self.workspace, self.folder)


async def test_two_workspaces_install_one_bot_and_each_is_answered_with_its_own_token(tmp_path: Path) -> None:
    async with LocalWorkspace(name="Acme", installed=False) as acme:
        globex = acme.add_workspace("Globex", installed=False)
        bot = OAuthBot(tmp_path, acme, over_http=True)
        await bot.start()
        pages = [await install_in_a_browser(bot, people) for people in (acme, globex)]

        for people in (acme, globex):
            alice = people.users["alice"]
            await people.say(alice, people.dm(alice), "help")
        for people in (acme, globex):
            await acme.wait_for(lambda who=people: said(who))  # type: ignore[misc]
        tokens = {acme.bot_token, globex.bot_token}
        await bot.stop()
        await bot.start()
        alice = globex.users["alice"]
        before = len(said(globex))
        await globex.say(alice, globex.dm(alice), "help")
        await acme.wait_for(lambda: len(said(globex)) > before)
        code, out, _ = await bot.command_line("rotate-keys")
        await bot.stop()

    assert "Acme" in pages[0]
    assert "Globex" in pages[1]
    assert len(tokens) == 2
    assert (code, "2 workspaces" in out) == (0, True)
    everything = bot.log.read_text() + out + "".join(pages)
    stored = (tmp_path / "bot.db").read_bytes().decode("latin-1")
    assert "Globex" in stored
    for secret in (*tokens, acme.client_secret, acme.signing_secret, KEY):
        assert secret not in everything
        assert secret not in stored


async def install_in_a_browser(bot: RunningBot, people: People) -> str:
    at = f"http://127.0.0.1:{bot.port}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{at}/slack/install", allow_redirects=False) as sent:
            asked, cookie = sent.headers["Location"], sent.headers["Set-Cookie"]
            assert sent.status == 302
        back = await allow(asked, team=people.team_id)
        cookies = {"Cookie": cookie.partition(";")[0]}
        async with browser.get(f"{at}/slack/oauth_redirect", params=back, headers=cookies) as done:
            page = await done.text()
            assert done.status == 200, page
        async with browser.get(f"{at}/slack/oauth_redirect", params=back, headers=cookies) as again:
            assert again.status == 400
        async with browser.head(f"{at}/slack/install") as looked:
            assert looked.status == 405
    for each in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", f"{COOKIE}="):
        assert each in cookie
    return page


def said(people: People) -> list[Any]:
    return [each for each in people.messages(people.dm(people.users["alice"])) if each.get("bot_id")]


# the flow ---------------------------------------------------------------------------------------------------------


async def test_the_browser_is_sent_to_slack_with_the_least_scopes(place: Place) -> None:
    replica = await place.replica()

    asked, _ = await replica.begin()

    query = dict(parse_qsl(urlsplit(asked).query))
    assert asked.startswith(place.ws.api_url.removesuffix("/api/") + "/oauth/v2/authorize?")
    assert set(query["scope"].split(",")) == {scope.name for scope in SCOPES}
    assert query["redirect_uri"] == f"{PUBLIC}/slack/oauth_redirect"
    assert len(query["state"]) >= 40


async def test_the_last_page_leads_back_to_slack_and_the_scheduler_is_woken(place: Place) -> None:
    replica = await place.replica()

    page = await replica.install(place.ws)

    link = re.search(r'href="([^"]+)"', page)
    assert link is not None
    assert link[1].endswith(f"/app_redirect?app={place.ws.hub.app.id}&amp;team={place.ws.team_id}")
    assert replica.rung == [workspace_key(place.ws.team_id)]
    assert "30 days" in page


async def test_a_used_old_forged_or_strange_state_changes_nothing(place: Place) -> None:
    replica = await place.replica()
    asked, cookies = await replica.begin()
    back = await allow(asked)
    come_back = replica.installing.come_back

    turned_away = [
        await come_back(back, {}),
        await come_back(back, {COOKIE: "another-browser-entirely"}),
        await come_back(back | {"state": "forged"}, cookies),
        await come_back({}, cookies),
        await come_back(back | {"state": "x" * 100_000}, cookies),
    ]
    place.later(minutes=11)
    turned_away.append(await come_back(back, cookies))

    assert [reply.status for reply in turned_away] == [400] * 6
    assert all(f'href="{PUBLIC}/slack/install"'.encode() in reply.body for reply in turned_away)
    assert list(await replica.house.store.workspaces.all()) == []


async def test_a_state_that_comes_back_twice_at_once_works_once(place: Place) -> None:
    replica = await place.replica()
    asked, cookies = await replica.begin()
    back = await allow(asked)

    replies = await asyncio.gather(*(replica.installing.come_back(back, cookies) for _ in range(4)))

    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]


async def test_two_tabs_of_one_browser_both_work(place: Place) -> None:
    replica = await place.replica()
    first, cookies = await replica.begin()
    second, same = await replica.begin(cookies)

    replies = [await replica.installing.come_back(await allow(each), same) for each in (first, second)]

    assert [reply.status for reply in replies] == [200, 200]


async def test_cancel_on_slacks_page_is_answered_kindly(place: Place) -> None:
    replica = await place.replica()
    asked, cookies = await replica.begin()

    reply = await replica.installing.come_back(await allow(asked, answer="deny"), cookies)

    assert reply.status == 200
    assert b"that is fine" in reply.body
    assert list(await replica.house.store.workspaces.all()) == []


@pytest.mark.parametrize(("error", "status"), [("invalid_code", 400), ("internal_error", 400)])
async def test_what_slack_refuses_is_said_in_words(place: Place, error: str, status: int) -> None:
    replica = await place.replica()
    asked, cookies = await replica.begin()
    back = await allow(asked)
    place.ws.hub.faults.add({"fail": {"method": "oauth.v2.access", "error": error, "times": 1}})

    reply = await replica.installing.come_back(back, cookies)

    assert reply.status == status
    assert b"Start again" in reply.body


# many replicas ----------------------------------------------------------------------------------------------------


async def test_what_another_replica_installed_is_found_by_one_read_for_200_who_ask_at_once(
    place: Place,
) -> None:
    here, there = await place.replica(), await place.replica()
    await here.install(place.ws)
    key, asked = workspace_key(place.ws.team_id), there.reads()

    found = await asyncio.gather(*(there.house.installations.find(key) for _ in range(200)))
    answer = await there.house.api.call(key, "auth.test")

    assert {each.token for each in found if each is not None} == {place.ws.bot_token}
    assert answer["team_id"] == place.ws.team_id
    assert asked == [key]


async def test_a_workspace_that_was_removed_and_installed_again_elsewhere_is_served_with_its_new_token(
    place: Place,
) -> None:
    here, there = await place.replica(), await place.replica()
    await here.install(place.ws)
    key = workspace_key(place.ws.team_id)
    await there.house.api.call(key, "auth.test")
    place.ws.hub.uninstall(place.ws.workspace)
    place.ws.workspace.installation.revoked.update(place.ws.workspace.installation.tokens)
    await here.house.store.workspaces.revoke(key, now=here.house.clock())
    await here.install(place.ws)

    answer = await there.house.api.call(key, "auth.test")

    assert answer["ok"] is True
    assert await there.house.installations.token(key) == place.ws.bot_token


# renewing ---------------------------------------------------------------------------------------------------------


async def renewed(place: Place) -> int:
    return sum(not fresh for fresh in place.ws.workspace.installation.refresh_tokens.values())


async def test_two_replicas_renew_a_token_once_and_both_go_on(place: Place) -> None:
    place.ws.hub.app.token_rotation = True
    here, there = await place.replica(), await place.replica()
    await here.install(place.ws)
    key = workspace_key(place.ws.team_id)
    first = await there.house.installations.token(key)
    place.later(hours=10, minutes=30)

    await asyncio.gather(*(each.house.renewing.renew_due() for each in (here, there) if each.house.renewing))
    place.later(hours=1)
    answers = [await each.house.api.call(key, "auth.test") for each in (here, there)]
    second = await there.house.installations.token(key)

    assert await renewed(place) == 1
    assert [answer["ok"] for answer in answers] == [True, True]
    assert first != second


async def test_a_token_that_ended_while_nobody_ran_is_renewed_when_it_is_needed(place: Place) -> None:
    place.ws.hub.app.token_rotation = True
    here, there = await place.replica(), await place.replica()
    await here.install(place.ws)
    key = workspace_key(place.ws.team_id)
    place.later(hours=40)

    answers = await asyncio.gather(*(each.house.api.call(key, "auth.test") for each in (here, there, here)))

    assert [answer["ok"] for answer in answers] == [True] * 3
    assert await renewed(place) == 1


async def test_a_token_that_slack_ends_early_is_renewed_once_for_everybody(place: Place) -> None:
    place.ws.hub.app.token_rotation = True
    here, there = await place.replica(), await place.replica()
    await here.install(place.ws)
    key, installation = workspace_key(place.ws.team_id), place.ws.workspace.installation
    token = await there.house.installations.token(key)
    installation.tokens[token] = place.ws.clock.time() - 1
    place.later(minutes=30)

    answers = await asyncio.gather(*(each.house.api.call(key, "auth.test") for each in (here, there, here)))

    assert [answer["ok"] for answer in answers] == [True] * 3
    assert await renewed(place) == 1


async def test_a_new_token_that_the_database_did_not_take_is_held_until_it_does(place: Place) -> None:
    place.ws.hub.app.token_rotation = True
    here = await place.replica()
    await here.install(place.ws)
    renewing, renewals = here.house.renewing, here.house.store.renewals
    assert renewing is not None
    place.later(hours=11)
    keep = renewals.keep

    async def full(*given: Any) -> bool:
        raise OSError("the disk is full")

    renewals.keep = full  # type: ignore[method-assign,assignment]
    with pytest.raises(OSError, match="full"):
        await renewing.renew_due()
    renewals.keep = keep  # type: ignore[method-assign]
    await renewing.renew_due()
    place.later(hours=2)

    assert (await here.house.api.call(workspace_key(place.ws.team_id), "auth.test"))["ok"] is True
    assert await renewed(place) == 1


async def test_a_refresh_token_that_slack_refuses_is_not_tried_again_and_again(place: Place) -> None:
    place.ws.hub.app.token_rotation = True
    here = await place.replica()
    await here.install(place.ws)
    assert here.house.renewing is not None
    for refresh in place.ws.workspace.installation.refresh_tokens:
        place.ws.workspace.installation.refresh_tokens[refresh] = False
    place.later(hours=11)
    asked, call = [], here.house.api.call_as_app

    async def counted(method: str, **arguments: str) -> Any:
        asked.append(method)
        return await call(method, **arguments)

    here.house.api.call_as_app = counted  # type: ignore[method-assign]
    for _ in range(3):
        await here.house.renewing.renew_due()

    assert asked == ["oauth.v2.access"]


# removed ----------------------------------------------------------------------------------------------------------


async def test_news_of_a_removal_that_come_after_the_new_installation_are_old_news(tmp_path: Path) -> None:
    async with LocalWorkspace(installed=False) as acme:
        bot = OAuthBot(tmp_path, acme, over_http=True)
        await bot.start()
        await install_in_a_browser(bot, acme)
        removed_at = int(acme.clock.time())
        acme.hub.uninstall(acme.workspace)
        acme.clock.set_offset(acme.clock.offset + 5)
        await install_in_a_browser(bot, acme)
        event = {"type": "app_uninstalled"}
        body = {
            "type": "event_callback",
            "team_id": acme.team_id,
            "event_id": "EvLate",
            "event_time": removed_at,
            "event": event,
        }
        status, _, _ = await acme.hub.http.post(orjson.dumps(body), "application/json", {})
        alice = acme.users["alice"]
        await acme.say(alice, acme.dm(alice), "help")
        await acme.wait_for(lambda: said(acme))
        await bot.stop()
        store = await open_store(load(bot.environment, None))
        (found,) = await store.workspaces.all()
        await store.close()

    assert status == 200
    assert (found.revoked_at, found.token) == (None, acme.bot_token)


async def test_removed_for_30_days_everything_is_deleted_and_not_a_day_before(place: Place) -> None:
    here = await place.replica()
    await here.install(place.ws)
    key, house = workspace_key(place.ws.team_id), here.house
    upkeep = Upkeep(house)
    await house.store.workspaces.revoke(key, now=house.clock())

    place.later(days=29)
    await upkeep.retention()
    kept = await house.store.workspaces.get(key)
    place.later(days=2)
    await upkeep.retention()

    assert kept is not None
    assert (kept.token, kept.name) == (None, "Acme")
    assert await house.store.workspaces.get(key) is None


@pytest.mark.parametrize(("role", "pages"), [("all", 2), ("web", 2), ("worker", 0)])
async def test_who_answers_people_lets_them_install_in_socket_mode_too(
    place: Place, role: Role, pages: int
) -> None:
    more = {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": place.ws.app_token}
    settings = load(oauth_settings(place.ws, place.folder, **more), None)
    here = await place.replica()

    process = Process(here.house, settings, role, here.house.clock, tick=1.0)

    assert settings.mode() is Mode.SOCKET
    assert len(process._install_pages()) == pages
