"""The real bot on the page: the guided tour in both themes, then one day as a rep and as a manager."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.pages import serious_problems, turn_theme
from tests.browser.people import PATIENCE, Person
from tests.browser.real_sandbox import real_sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "What difference did you make for a customer today?"


@pytest_asyncio.fixture(loop_scope="module")
async def anyone(browser: Browser) -> AsyncIterator[Person]:
    """Somebody at the page of `purpose-bot sandbox`, with the demo's month behind them."""
    async with real_sandbox() as url:
        context = await browser.new_context(viewport={"width": 1600, "height": 1000}, locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        yield await Person(page, url).arrive()
        await context.close()
        assert not complaints, complaints


async def test_the_tour_performs_all_seven_steps_readable_in_both_themes(anyone: Person) -> None:
    panel = await anyone.panel("Story of a week")
    problems = []

    for step in range(1, 8):
        await panel.get_by_role("button", name=re.compile(f"^Step {step}:")).click()
        await panel.get_by_role("button", name="Show me").click()
        await expect(panel.get_by_role("button", name="Do it again")).to_be_enabled(timeout=90_000)
        await expect(panel.get_by_role("alert")).to_have_count(0)
        problems += await serious_problems(anyone.page)
        await turn_theme(anyone.page)

    digest = await anyone.sees("Impact digest")
    await expect(digest).to_contain_text("The bakery on Elm Street had its card reader working")
    await expect(digest).to_contain_text("We moved a clinic's phones over in one night")
    assert not problems, "\n".join(problems)


async def test_a_day_as_a_rep_and_as_a_manager(anyone: Person) -> None:
    rep, manager = "Bob", "Alice"
    await anyone.be(rep)
    await anyone.open_bot()
    while not await anyone.messages.last.get_by_text(QUESTION).count():
        clock = await anyone.page.locator(".clock-now").inner_text()
        await anyone.jump("Next event")
        await expect(anyone.page.locator(".clock-now")).not_to_have_text(clock)
        await anyone.page.locator("#main article").last.wait_for()
        await anyone.page.wait_for_timeout(700)

    await anyone.say("The tailor's new till speaks Polish now, so her mother can help on Saturdays.")
    receipt = await anyone.sees("Kept.")
    await expect(receipt).to_contain_text("speaks Polish now")
    await anyone.click_button("Keep private", within="Kept.")
    await expect(
        anyone.message("speaks Polish now").get_by_role("button", name="Share with team")
    ).to_be_visible()
    await anyone.click_button("Share with team", within="Kept.")
    await expect(
        anyone.message("speaks Polish now").get_by_role("button", name="Keep private")
    ).to_be_visible()

    await anyone.be(manager)
    await anyone.open("small-business")
    await anyone.say("/purpose-check Whose day did we make easier?")
    check = await anyone.sees("Whose day did we make easier?")
    await anyone.be(rep)
    await anyone.click_button("Share your story", within="Whose day did we make easier?")
    await anyone.modal.locator("textarea").first.fill(
        "The school cook, who now gets one delivery and not five."
    )
    await anyone.submit_modal()
    await expect(anyone.modal).to_be_hidden()
    await expect(check).to_contain_text("1 person answered")

    await anyone.be(manager)
    await anyone.click_button("Close check", within="Whose day did we make easier?")
    await expect(check).to_contain_text("Closed by")
    await anyone.jump("To Friday 15:00")
    digest = await anyone.sees("Impact digest")
    await expect(digest).to_contain_text("The tailor's new till speaks Polish now")
    await expect(digest).to_contain_text("The school cook")


async def test_what_is_told_while_the_bot_is_dead_is_kept_when_it_is_back_and_nothing_of_it_next_door(
    anyone: Person,
) -> None:
    await anyone.be("Bob")
    await anyone.open_bot()
    panel = await anyone.panel("Trouble")
    await panel.get_by_role("button", name="Crash it (kill -9)").click()
    await expect(panel.get_by_text("Not connected")).to_be_visible()

    await anyone.say("The tea house opened on time, although its till had drowned.")
    await panel.get_by_role("button", name="Start it again").click()

    await expect(panel.get_by_text("Not connected")).to_be_hidden()
    await anyone.jump("One hour on")  # Slack tries again after a minute, and five
    kept = anyone.page.locator("#main article[data-user]").filter(has_text="Save as a story").last
    await expect(kept).to_contain_text("although its till had drowned")
    panel = await anyone.panel("Trouble")
    await expect(panel.locator(".deliveries tbody tr").first).to_be_visible()

    await _nothing_of_it_next_door(anyone)


async def _nothing_of_it_next_door(anyone: Person) -> None:
    """One click leads to another company that the same bot serves: its own digest is there, and none of our stories."""
    await anyone.page.get_by_role("button", name="Go to the workspace Northwind Care").click()
    await expect(anyone.page.locator(".team-me")).to_contain_text("Nadia")
    await anyone.open("clinics")
    await expect(await anyone.sees("Impact digest")).to_contain_text("Dr. Reyes")

    answers = anyone.messages.filter(has_text="Only visible to you")

    await anyone.say("/purpose stories greeting")  # told last week, so it is there on whatever day this runs
    await expect(answers).to_have_count(1)
    await expect(answers.last).to_contain_text("half their calls were about opening hours")
    await anyone.say("/purpose stories till")
    await expect(answers).to_have_count(2)
    await expect(answers.last).not_to_contain_text("drowned")
