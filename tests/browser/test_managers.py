"""A manager's first hour on the page, as a newcomer would live it: set-up, a check, the coach, the huddle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.domain.teams import Membership
from tests.browser.people import PATIENCE, Person
from tests.process.inside import Inside, bot_inside

pytestmark = pytest.mark.asyncio(loop_scope="module")

PURPOSE = "We help small businesses sleep at night."
QUESTION = "What difference did you make for a customer today?"


@pytest_asyncio.fixture(loop_scope="module")
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    """The real bot in a fresh workspace, invited into #small-business."""
    async with bot_inside(tmp_path) as running:
        running.ws.invite(running.user("alice"), running.channel("small-business"))
        await running.settled()
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def alice(browser: Browser, house: Inside) -> AsyncIterator[Person]:
    """Alice at the page; whatever the page complains about fails the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    person = Person(page, house.ws.url)
    yield await person.arrive(house.user("alice"), house.channel("small-business"), house.ws.team_id)
    await context.close()
    assert not complaints, complaints


async def test_a_newcomer_sets_up_asks_a_check_with_the_coach_and_tells_a_story_in_the_huddle(
    alice: Person, house: Inside
) -> None:
    # Set up: purpose, a look at what comes, saved; the first prompt at once.
    await alice.sees("Thank you for having me")
    await alice.click_button("Set up")
    await expect(alice.modal).to_contain_text("What would they miss without us?")
    await alice.modal.get_by_label("Purpose", exact=False).first.fill(PURPOSE)
    await alice.modal.get_by_role("button", name="Try it now").click()
    await expect(alice.modal.last).to_contain_text("Impact digest")
    await expect(alice.modal.last).to_contain_text(PURPOSE)
    await alice.modal.locator(".modal-foot").get_by_role("button", name="Back").click()
    await alice.submit_modal("Save")
    await alice.click_button("Count me in", within="will hear its customers' stories here")
    await alice.open_bot()
    await expect(await alice.sees(QUESTION)).to_contain_text(PURPOSE)
    await alice.sees("Saved.")

    # Bob was counted in on another day: his first prompt is past.
    team = await house.store.teams.by_channel(house.workspace, house.channel("small-business"))
    await house.store.teams.set_member(
        house.workspace, team.id, house.user("bob"), Membership.ACTIVE, now=house.now()
    )

    # The coach: number talk stays with its author, a better question goes to the channel.
    await alice.open("small-business")
    await alice.say("/purpose-check Will Acme close this month?")
    offer = await alice.sees("Only you see this")
    better = await offer.locator("strong, b").first.inner_text()
    await offer.get_by_role("button", name="Use this").first.click()
    check = await alice.sees(f"{better}")

    # Bob answers in the thread, the count moves, Alice closes.
    await alice.be("Bob")
    await alice.open_thread("asks:")
    await alice.reply("The clinic's night nurses: their list is done by ten.")
    await expect(check).to_contain_text("1 person answered")
    await alice.be("Alice")
    await alice.click_button("Close check", within="Open until")
    await alice.sees("Closed by")

    # The huddle: Bob is asked, says yes, the card comes, and Bob's next receipt says that it was told.
    await alice.say("/purpose huddle")
    await alice.sees("I asked somebody whether their story may be told")
    await alice.be("Bob")
    await alice.open_bot()
    await alice.click_button("Yes", within="May it be told there?")
    await alice.sees("I'll let you know when it was told")
    await alice.be("Alice")
    await alice.open_bot()
    card = await alice.sees("Huddle card")
    await expect(card).to_contain_text("The clinic's night nurses: their list is done by ten.")
    await alice.click_button("We told it", within="Huddle card")
    await expect(card).to_contain_text("It won't come again")
    await alice.be("Bob")
    await alice.open_bot()
    await alice.say("/purpose story The bakery on Mill Road sleeps until five now.")
    await alice.sees("was told in small-business's huddle")
