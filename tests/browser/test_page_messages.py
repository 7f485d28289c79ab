"""Reading and writing on the page, by mouse and by keyboard, in two windows at once."""

from __future__ import annotations

import re

import pytest
from aiohttp import web
from playwright.async_api import expect

from bot.sandbox.server import LocalWorkspace
from tests.browser.conftest import Visit
from tests.browser.gallery import Json
from tests.browser.scripted_bot import ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_one_person_says_the_other_sees_at_once(visit: Visit) -> None:
    alice = await visit("alice", "general")
    bob = await visit("bob", "general")

    await alice.say("Good *morning* <b>Bob</b> & all")

    message = await bob.sees("Good morning <b>Bob</b> & all")
    await expect(message.locator("strong", has_text="morning")).to_be_visible()
    await expect(message.locator(".author")).to_have_text("Alice")
    await expect(message.locator("b")).to_have_count(0)


async def test_shift_enter_begins_a_new_line(visit: Visit) -> None:
    bob = await visit("bob", "general")
    field = bob.page.locator("#main .composer-field")

    await field.fill("First")
    await field.press("Shift+Enter")
    await field.type("Second")
    await field.press("Enter")

    await bob.sees(re.compile("First\nSecond"))


async def test_messages_elsewhere_are_unread_until_one_looks(visit: Visit, workspace: LocalWorkspace) -> None:
    bob = await visit("bob", "general")
    row = bob.page.locator(f"#sidebar [data-key={workspace.channels['random']}]")

    await workspace.say(workspace.users["alice"], workspace.channels["random"], "Anyone for lunch?")

    await expect(row.locator(".count")).to_have_text("1")
    await bob.open("random")
    await expect(row.locator(".count")).to_have_count(0)
    await bob.sees("Anyone for lunch?")


async def test_one_s_own_message_can_be_edited_and_deleted(visit: Visit) -> None:
    bob = await visit("bob", "general")
    await bob.say("A baker was hapy")

    await bob.choose("A baker was hapy", "Edit message")
    await bob.say("A baker was happy")

    await expect((await bob.sees("A baker was happy")).locator(".edited")).to_have_text("(edited)")
    await bob.choose("A baker was happy", "Delete message")
    await bob.confirm("Delete")
    await expect(bob.messages.filter(has_text="A baker was")).to_have_count(0)


async def test_reactions_show_who_and_can_be_taken_back(visit: Visit) -> None:
    alice = await visit("alice", "general")
    bob = await visit("bob", "general")
    await alice.say("The florist is home for dinner now")

    await bob.react("The florist", "heart")

    reaction = (await alice.sees("The florist")).locator(".reaction")
    await expect(reaction).to_have_attribute("aria-label", "heart, 1, by Bob")
    await bob.message("The florist").locator(".reaction").click()
    await expect(alice.message("The florist").locator(".reaction")).to_have_count(0)


async def test_a_thread_opens_beside_the_channel(visit: Visit) -> None:
    alice = await visit("alice", "general")
    bob = await visit("bob", "general")
    await alice.say("Who was at the bakery?")

    await bob.open_thread("Who was at the bakery?")
    await bob.reply("I was.")

    await bob.sees_in_thread("I was.")
    line = (await alice.sees("Who was at the bakery?")).locator(".thread-line")
    await expect(line).to_contain_text("1 reply")
    await expect(alice.messages.filter(has_text="I was.")).to_have_count(0)


async def test_what_only_one_person_may_see_is_marked_so(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    alice = await visit("alice", "general")
    bob = await visit("bob", "general")

    await bot.call(
        "chat.postEphemeral", channel=workspace.channels["general"], user=workspace.users["bob"], text="Psst"
    )

    await expect((await bob.sees("Psst")).locator(".only-you")).to_have_text("Only visible to you")
    await expect(alice.messages.filter(has_text="Psst")).to_have_count(0)


async def test_a_slash_lists_the_commands_with_their_hints(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.answers["/purpose"] = {"text": "We help bakers sleep."}
    field = bob.page.locator("#main .composer-field")

    await field.type("/pur")

    options = bob.page.get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("Your team's purpose")
    await field.press("Tab")
    await field.type("show")
    await field.press("Enter")
    heard = await bot.next("command")
    assert (heard["command"], heard["text"]) == ("/purpose", "show")
    await bob.sees("We help bakers sleep.")


async def test_a_command_that_nobody_took_is_told_by_slackbot_by_name(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")

    def broken(payload: Json) -> Json:
        raise web.HTTPInternalServerError

    bot.answers["/purpose"] = broken

    await bob.say("/purpose show")

    told = await bob.sees("/purpose failed with the error")
    await expect(told.locator(".author")).to_have_text("Slackbot")


async def test_names_are_offered_and_become_mentions(visit: Visit) -> None:
    bob = await visit("bob", "general")
    field = bob.page.locator("#main .composer-field")

    await field.type("Thanks @ali")
    await field.press("Tab")
    await field.press("Enter")

    await expect((await bob.sees("Thanks @Alice")).locator(".mention")).to_have_text("@Alice")


async def test_the_keyboard_walks_through_messages_and_their_tools(visit: Visit) -> None:
    bob = await visit("bob", "general")
    await bob.say("First words")
    await bob.say("Last words")
    await bob.sees("Last words")

    await bob.message("Last words").focus()
    await bob.page.keyboard.press("ArrowUp")
    await expect(bob.message("First words")).to_be_focused()
    await bob.page.keyboard.press("t")

    await expect(bob.thread).to_be_visible()
    await bob.page.get_by_role("button", name="Close the thread").click()
    await bob.message("Last words").focus()
    await bob.page.keyboard.press("e")
    await expect(bob.page.locator("#main .composer-field")).to_have_value("Last words")


async def test_a_message_shortcut_reaches_the_bot_with_its_message(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    await bob.say("The clinic lost no call that night")

    await bob.choose("The clinic lost", "Keep as a story")

    heard = await bot.next("message_action")
    assert heard["message"]["text"] == "The clinic lost no call that night"


async def test_an_archived_channel_can_be_read_but_not_written_in(visit: Visit) -> None:
    alice = await visit("alice", "old-news")

    await expect(alice.page.locator(".composer-notice")).to_contain_text("archived")
    await alice.page.get_by_role("button", name="Bring it back").click()

    await alice.say("We are back")
    await alice.sees("We are back")
