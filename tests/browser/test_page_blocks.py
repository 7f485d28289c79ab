"""Every block is drawn, every element works, and what is unknown shows itself."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.sandbox.server import LocalWorkspace
from tests.browser import gallery
from tests.browser.conftest import Visit
from tests.browser.gallery import actions, button, marked, modal, option, plain
from tests.browser.scripted_bot import ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_words_are_drawn_as_slack_draws_them(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")

    await bot.post(workspace.channels["general"], *gallery.WORDS)

    message = await bob.sees("Every block 🎉")
    await expect(message.get_by_role("heading", name="Every block")).to_be_visible()
    await expect(message.locator("strong", has_text="bold")).to_have_count(3)
    await expect(message).to_contain_text("<b>")
    await expect(message).to_contain_text("*not bold*")
    await expect(message.locator("a", has_text="a link").first).to_have_attribute(
        "href", "https://example.com/"
    )
    await expect(message.locator("blockquote", has_text="She sold out by noon")).to_be_visible()
    await expect(message.locator("ol li")).to_have_text(["first", "second"])
    await expect(message.locator("td")).to_have_text(["1", "2"])


@pytest.mark.parametrize("blocks", [gallery.PICTURES, gallery.CURVES], ids=["bars and pie", "line and area"])
async def test_charts_are_pictures_with_their_numbers_in_words(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace, blocks: list[gallery.Json]
) -> None:
    bob = await visit("bob", "general")

    await bot.post(workspace.channels["general"], *blocks)

    message = await bob.sees(blocks[0]["title"])
    await expect(message.get_by_role("img")).to_have_count(2)
    await expect(message.get_by_role("img", name="A Calm 1, Joy 2; B Calm 3, Joy 2").first).to_be_visible()
    await message.get_by_text("Show the numbers").first.click()
    await expect(message.locator("details table").first).to_be_visible()


async def test_a_table_keeps_its_columns_in_line(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")

    await bot.post(workspace.channels["general"], gallery.TABLE)

    cell = (await bob.sees("helped a baker")).get_by_role("cell", name="helped a baker")
    await expect(cell).to_have_css("text-align", "right")


async def test_a_block_of_tomorrow_shows_its_json(visit: Visit, workspace: LocalWorkspace) -> None:
    channel = workspace.workspace.channels[workspace.channels["general"]]
    ts = await workspace.say(workspace.users["alice"], channel.id, "Look")
    channel.messages[ts].blocks = [{"type": "hologram", "block_id": "h", "depth": 3}]

    bob = await visit("bob", "general")

    message = bob.messages.last
    await expect(message).to_contain_text("does not know the block “hologram”")
    await expect(message.locator("pre")).to_contain_text('"depth": 3')


async def test_a_button_tells_the_bot_which_message_it_stands_in(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")
    ts = await bot.post(
        workspace.channels["general"], actions(button("Nothing today", "prompt.nothing", "team-1"))
    )

    await bob.click_button("Nothing today")

    heard = await bot.next("block_actions")
    assert (heard["actions"][0]["action_id"], heard["actions"][0]["value"]) == ("prompt.nothing", "team-1")
    assert heard["message"]["ts"] == ts
    assert heard["user"]["id"] == workspace.users["bob"]


async def test_a_button_that_asks_first_does_nothing_when_told_not_yet(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")
    await bot.post(
        workspace.channels["general"], actions(button("Close check", "check.close", confirm=gallery.SURE))
    )

    await bob.click_button("Close check")
    await bob.confirm("Not yet")
    heard_before = [one for one in bot.heard if one.get("type") == "block_actions"]
    await bob.click_button("Close check")
    await bob.confirm("Close it")

    assert heard_before == []
    assert (await bot.next("block_actions"))["actions"][0]["action_id"] == "check.close"


async def test_menus_and_pickers_in_a_message_send_what_was_chosen(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    bob = await visit("bob", "general")
    select = {
        "type": "static_select",
        "action_id": "fruit",
        "placeholder": plain("A fruit"),
        "options": gallery.FRUIT,
    }
    many = {"type": "multi_users_select", "action_id": "people", "placeholder": plain("People")}
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": gallery.FRUIT}
    date = {"type": "datepicker", "action_id": "date"}
    overflow = {"type": "overflow", "action_id": "more", "options": [option("One", "1"), option("Two", "2")]}
    section = {"type": "section", "text": marked("Words"), "accessory": overflow}
    await bot.post(workspace.channels["general"], actions(select, many, boxes, date), section)
    message = await bob.sees("Words")

    await message.get_by_role("combobox", name="A fruit").fill("pe")
    await bob.page.keyboard.press("Enter")
    chosen = (await bot.next("block_actions"))["actions"][0]
    assert chosen["selected_option"]["value"] == "pear"

    await message.get_by_role("combobox", name="People").click()
    await message.get_by_role("option", name="Charlie").click()
    chosen = (await bot.next("block_actions"))["actions"][0]
    assert chosen["selected_users"] == [workspace.users["charlie"]]

    await message.get_by_label("Plum").check()
    chosen = (await bot.next("block_actions"))["actions"][0]
    assert [one["value"] for one in chosen["selected_options"]] == ["plum"]

    await message.locator("input[type=date]").fill("2026-12-01")
    chosen = (await bot.next("block_actions"))["actions"][0]
    assert chosen["selected_date"] == "2026-12-01"

    await message.get_by_role("button", name="More choices").click()
    await bob.page.get_by_role("menuitem", name="Two").click()
    heard = await bot.next("block_actions")
    assert heard["actions"][0]["selected_option"]["value"] == "2"
    assert heard["state"]["values"]["row"]["fruit"]["selected_option"]["value"] == "pear"


async def test_an_external_menu_asks_the_bot_for_its_options(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    customer = {"type": "external_select", "action_id": "customer", "min_query_length": 2}
    bot.opens("/purpose", modal(gallery.field("Customer", customer)))
    bot.answers["customer"] = {"options": [option("Kirkgate Bakery", "kb")]}

    await bob.say("/purpose story")
    await bob.modal.get_by_role("combobox", name="Customer").type("bak")
    await bob.modal.get_by_role("option", name="Kirkgate Bakery").click()
    await bob.submit_modal()

    values = (await bot.next("view_submission"))["view"]["state"]["values"]
    assert values["customer"]["customer"]["selected_option"]["value"] == "kb"


async def test_the_bots_home_is_drawn_and_works(
    visit: Visit, bot: ScriptedBot, workspace: LocalWorkspace
) -> None:
    heading = {"type": "header", "text": plain("Good morning")}
    view = {"type": "home", "blocks": [heading, actions(button("Tell", "tell"))]}
    await bot.call("views.publish", user_id=workspace.users["bob"], view=view)
    bob = await visit("bob", "general")

    await bob.open_home()
    await expect(bob.home).to_contain_text("Good morning")
    await bob.click_home("Tell")
    assert (await bot.next("block_actions"))["view"]["type"] == "home"
    heading["text"] = plain("Good evening")
    await bot.call("views.publish", user_id=workspace.users["bob"], view=view)

    await expect(bob.home).to_contain_text("Good evening")
