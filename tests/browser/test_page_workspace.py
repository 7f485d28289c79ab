"""The page's own tools: be anyone, the time machine, trouble, both themes, phones, and nothing in anybody's way."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from bot.sandbox.server import LocalWorkspace
from tests.browser import gallery
from tests.browser.conftest import Visit
from tests.browser.gallery import actions, button, field, modal
from tests.browser.pages import serious_problems
from tests.browser.scripted_bot import ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_one_click_makes_one_somebody_else_in_the_same_place(visit: Visit) -> None:
    bob = await visit("bob", "small-business")

    await bob.page.locator("#bar").get_by_role("button", name="Be Alice, manager").click()

    await expect(bob.page.locator(".team-me")).to_contain_text("Alice")
    await expect(bob.page.locator("h1")).to_have_text("small-business")
    await bob.be("Grace")
    await expect(bob.page.locator("#sidebar").get_by_role("button", name="leadership")).to_have_count(0)


async def test_a_second_workspace_is_one_click_away(visit: Visit, workspace: LocalWorkspace) -> None:
    other = workspace.add_workspace("Northwind")
    bob = await visit("bob", "general")

    await bob.page.get_by_role("button", name="Go to the workspace Northwind").click()

    await expect(bob.page.locator(".team-name")).to_have_text("Northwind")
    assert f"#/{other.team_id}/" in bob.page.url


async def test_the_address_brings_everybody_back_to_where_they_were(visit: Visit) -> None:
    bob = await visit("bob", "general")
    await bob.say("Look at this thread")
    await bob.open_thread("Look at this thread")

    await bob.page.reload()

    await expect(bob.page.locator(".team-me")).to_contain_text("Bob")
    await bob.sees_in_thread("Look at this thread")


async def test_the_clock_moves_for_everyone_and_the_log_tells(
    visit: Visit, workspace: LocalWorkspace
) -> None:
    soon = workspace.clock.time() + 2 * 3600

    async def due() -> list[gallery.Json]:
        channel = workspace.channels["general"]
        row = {"at": soon, "what": "Daily prompt", "who": workspace.users["bob"], "channel": channel}
        return [row] if soon > workspace.clock.time() else []

    workspace.hooks.due = due
    bob = await visit("bob", "general")
    alice = await visit("alice", "general")
    panel = await bob.panel("Time machine")
    await expect(panel.locator(".due li")).to_contain_text("Daily prompt for Bob in #general")

    await bob.jump("Next event")

    await expect(panel.locator(".log li").first).to_contain_text("The clock moves on 2 hours")
    await expect(panel.locator(".due")).to_have_text("Nothing is due.")
    assert workspace.clock.offset > 7_000
    shown = await bob.page.locator(".clock-now").inner_text()
    await expect(alice.page.locator(".clock-now")).to_have_text(shown)


async def test_a_long_next_thing_next_door_leaves_every_name_on_the_bar_and_no_id_in_the_list(
    visit: Visit, workspace: LocalWorkspace
) -> None:
    soon = workspace.clock.time() + 19 * 3600
    workspace.add_workspace("Northwind Care")

    async def due() -> list[gallery.Json]:
        what = "Daily prompt at Northwind Care, which is asked much later"
        return [{"at": soon, "what": what, "who": "Farah Siddiqui, Hema Krishnan", "channel": "C0NEXTDOOR"}]

    workspace.hooks.due = due
    bob = await visit("bob", "general")
    panel = await bob.panel("Time machine")

    await expect(panel.locator(".due li")).to_contain_text("for Farah Siddiqui, Hema Krishnan")
    await expect(panel.locator(".due li")).not_to_contain_text("C0NEXTDOOR")
    await expect(bob.page.locator(".clock-next")).to_contain_text("Farah and Hema")
    squeezed = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert await bob.page.locator(".be strong").evaluate_all(squeezed) == []


async def test_a_week_passes_in_about_ten_seconds(visit: Visit, workspace: LocalWorkspace) -> None:
    bob = await visit("bob", "general")
    panel = await bob.panel("Time machine")
    before = workspace.clock.offset

    async with asyncio.timeout(60):
        await panel.get_by_role("button", name="A week in ten seconds").click()
        await expect(panel.get_by_role("button", name="Stop here")).to_be_visible()
        await expect(panel.get_by_role("button", name="A week in ten seconds")).to_be_visible(timeout=45_000)

    assert workspace.clock.offset - before == pytest.approx(7 * 86_400, abs=60)
    assert await panel.locator(".log li").count() > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_trouble_is_made_shown_and_cleared(
    visit: Visit, workspace: LocalWorkspace, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets_cut: list[bool] = []
    monkeypatch.setattr(workspace.hub.sockets, "cut", lambda: sockets_cut.append(True))
    bob = await visit("bob", "general", scheme=scheme)
    panel = await bob.panel("Trouble")

    cards = panel.locator(".trouble-card")
    assert await cards.count() == 9
    for number in range(9):
        await cards.nth(number).click()

    for words in (
        "Every call takes 2 s",
        "Too busy: any call, 3 more",
        "Failing: chat.postMessage, 3 more",
        "Cut off: chat.postMessage, 1 more",
        "New connections are refused for a while",
        "Events to be dropped: 1",
        "Events to come twice: 1",
    ):
        await expect(panel.get_by_role("status")).to_contain_text(words)
    assert workspace.hub.faults.slow_ms == 2000
    assert [cut.after_processing for cut in workspace.hub.faults.cuts] == [True, False]
    assert len(sockets_cut) == 2
    await panel.get_by_role("button", name="All well again").click()
    await expect(panel.get_by_role("status")).to_be_empty()
    assert workspace.hub.faults.slow_ms == 0


async def test_the_trouble_panel_archives_deactivates_and_crashes(
    visit: Visit, workspace: LocalWorkspace
) -> None:
    asked: list[str] = []

    async def process(action: str) -> gallery.Json:
        asked.append(action)
        return {"running": action == "restart"}

    workspace.hooks.bot = process
    bob = await visit("bob", "small-business")
    panel = await bob.panel("Trouble")

    await panel.get_by_role("button", name="Archive #small-business").click()
    await expect(bob.page.locator(".composer-notice")).to_contain_text("archived")
    await panel.get_by_role("button", name="Bring back #small-business").click()
    await panel.get_by_role("combobox", name="Person").select_option("Charlie")
    await panel.get_by_role("button", name="Deactivate", exact=True).click()
    await expect(panel.get_by_role("combobox", name="Person")).to_contain_text("Charlie (deactivated)")
    await panel.get_by_role("button", name="Crash it (kill -9)").click()
    await panel.get_by_role("button", name="Start it again").click()

    await expect(panel.get_by_role("button", name="Archive #small-business")).to_be_visible()
    await workspace.wait_for(lambda: asked[-2:] == ["crash", "restart"])
    assert workspace.workspace.people[workspace.users["charlie"]].deleted


async def test_deliveries_are_watched_while_they_heal(visit: Visit, workspace: LocalWorkspace) -> None:
    row = {"id": "1", "kind": "prompt", "to": workspace.users["bob"], "due_at": "2026-11-20T16:30:00+00:00"}
    state = {"state": "sending", "attempts": 1, "reason": "ratelimited"}

    async def deliveries() -> list[gallery.Json]:
        return [row | state]

    workspace.hooks.deliveries = deliveries
    bob = await visit("bob", "general")
    panel = await bob.panel("Trouble")
    line = panel.locator(".deliveries tbody tr")
    await expect(line).to_contain_text(re.compile("prompt.*Bob.*sending.*1.*ratelimited"))

    state |= {"state": "sent", "attempts": 2, "reason": ""}

    await expect(line).to_contain_text(re.compile("sent.*2"))


async def test_sixty_messages_a_second_only_add_to_what_is_there(
    visit: Visit, workspace: LocalWorkspace
) -> None:
    channel, alice = workspace.channels["general"], workspace.users["alice"]
    for number in range(40):
        await workspace.say(alice, channel, f"Earlier {number}")
    bob = await visit("bob", "general")
    await bob.sees("Earlier 39")
    await bob.page.evaluate("""() => {
        document.querySelector("#main article:last-of-type").dataset.mark = "kept";
        let last = performance.now();
        const tick = (now) => {
            window.longest = Math.max(window.longest, now - last);
            last = now;
            requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
    }""")

    longest: list[float] = []
    while min(longest, default=400) >= 400 and len(longest) < 5:
        # Again where a frame took longer, as another process on a busy machine may have had that time.
        burst = len(longest)
        await bob.page.evaluate("window.longest = 0")
        for number in range(75):
            await workspace.say(alice, channel, f"Burst {burst}, {number}.")
            await asyncio.sleep(1 / 60)
        await bob.sees(f"Burst {burst}, 74.")
        longest.append(await bob.page.evaluate("window.longest"))

    assert await bob.page.locator("#main article[data-mark=kept]").count() == 1
    assert min(longest) < 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace, scheme: str
) -> None:
    channel = workspace.channels["general"]
    await bot.post(channel, *gallery.WORDS, *gallery.PICTURES)
    row = actions(
        button("Plain", "a"), button("First", "b", style="primary"), button("Gone", "c", style="danger")
    )
    await bot.post(channel, gallery.TABLE, *gallery.CURVES, row)
    bob = await visit("bob", "general", scheme=scheme)
    await bob.say("A message with a `word` for @alice and @here")
    await bob.react("A message with", "tada")
    await bob.open_thread("A message with")

    problems = await serious_problems(bob.page)
    for panel in ("Trouble", "Time machine", "Story of a week"):
        await bob.panel(panel)
        problems += await serious_problems(bob.page)
    bot.opens("/purpose", modal(*gallery.INPUTS))
    await bob.say("/purpose story")
    await bob.submit_modal()
    await expect(bob.modal.get_by_role("alert").first).to_be_visible()
    problems += await serious_problems(bob.page)

    assert not problems, "\n".join(problems)


async def test_a_phone_shows_one_thing_at_a_time(visit: Visit) -> None:
    bob = await visit("bob", "general", width=390)
    await expect(bob.page.locator("#sidebar")).not_to_be_in_viewport()

    await bob.page.get_by_role("button", name="Channels and people").click()
    await bob.open("random")

    await expect(bob.page.locator("#sidebar")).not_to_be_in_viewport()
    await bob.say("From my phone")
    await bob.open_thread("From my phone")
    await expect(bob.thread).to_be_in_viewport(ratio=0.9)
    assert await bob.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_theme_is_remembered(visit: Visit) -> None:
    bob = await visit("bob", "general")

    await bob.page.get_by_role("button", name="Light or dark").click()
    await bob.page.reload()

    await expect(bob.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_bot_that_refuses_is_told_of_in_plain_words(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")
    await bot.post(workspace.channels["general"], actions(button("Share", "share"), block_id="x"))
    channel = workspace.workspace.channels[workspace.channels["general"]]

    async def too_late(route: Route) -> None:
        """The message changes while the click is on its way."""
        channel.messages[channel.order[-1]].blocks = []
        await route.continue_()

    await bob.page.route("**/_/action", too_late)
    await bob.page.get_by_role("button", name="Share", exact=True).click()

    await expect(bob.page.locator(".toast.problem")).to_contain_text("the message has changed")


async def test_a_field_of_the_bots_home_keeps_what_was_chosen(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    at = field(
        "When?", {"type": "timepicker", "action_id": "at", "initial_time": "16:30"}, dispatch_action=True
    )
    await bot.call("views.publish", user_id=workspace.users["bob"], view={"type": "home", "blocks": [at]})
    bob = await visit("bob", "general")
    await bob.open_home()

    await bob.home.locator("input[type=time]").fill("15:45")

    assert (await bot.next("block_actions"))["actions"][0]["selected_time"] == "15:45"


async def test_a_page_finds_its_way_when_the_workspace_was_started_anew(
    visit: Visit, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "small-business")
    port = int(workspace.url.rstrip("/").rsplit(":", 1)[1])
    await workspace.stop()
    await expect(bob.page.locator("body")).to_have_class("away")

    another = LocalWorkspace(name="Northwind")
    await another.start("127.0.0.1", port)
    try:
        await expect(bob.page.locator(".team-name")).to_have_text("Northwind")
        await expect(bob.page.locator("body")).not_to_have_class("away")
        await bob.say("Here we are again")
        await bob.sees("Here we are again")
    finally:
        await another.stop()
