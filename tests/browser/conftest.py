"""What every browser test needs: Chromium, a workspace, a bot that does as it is told, and people at the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from bot.sandbox.server import LocalWorkspace
from tests.browser.people import PATIENCE, Person
from tests.browser.scripted_bot import ScriptedBot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

Visit = Callable[..., Awaitable[Person]]

expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, one for each module of tests."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium; in CI it has to be there: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def workspace() -> AsyncIterator[LocalWorkspace]:
    """Alice, Bob, Charlie and their guest Grace, with a bot installed."""
    async with LocalWorkspace(app_name="Purpose Bot") as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def bot(workspace: LocalWorkspace) -> AsyncIterator[ScriptedBot]:
    """The workspace's app."""
    async with ScriptedBot(workspace) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, workspace: LocalWorkspace, bot: ScriptedBot) -> AsyncIterator[Visit]:
    """Opens the page for somebody: `await visit("bob", "general")`; complaints of the page fail the test."""
    contexts = []
    complaints: list[str] = []

    async def open_page(
        name: str = "", channel: str = "", *, scheme: str = "light", width: int = 1440
    ) -> Person:
        context = await browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        user = workspace.users[name] if name else ""
        place = workspace.channels.get(channel, channel)
        return await Person(page, workspace.url).arrive(user, place, workspace.team_id if user else "")

    yield open_page
    for context in contexts:
        await context.close()
    told = (
        "400 (Bad Request)",
        "ERR_CONNECTION_REFUSED",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
        "ERR_CONNECTION_RESET",
    )
    serious = [words for words in complaints if not any(one in words for one in told)]
    assert not serious, serious
