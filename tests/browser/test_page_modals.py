"""Modals: inputs of every kind, errors, stacks, Escape, and what stays when the bot draws them anew."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import gallery
from tests.browser.conftest import Visit
from tests.browser.gallery import actions, button, field, modal
from tests.browser.scripted_bot import Json, ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORY = field("Story", {"type": "plain_text_input", "action_id": "text", "multiline": True})


async def test_every_kind_of_input_arrives_in_slacks_own_shape(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(*gallery.INPUTS))
    await bob.say("/purpose story")

    await bob.fill_modal({
        "Story": "A baker sold out by noon.",
        "How many": "3",
        "Audience": "Pear",
        "Tags": ["Apple", "Plum"],
        "Colleague": "Charlie",
        "Mood": "Apple",
        "Extras": ["Pear", "Plum"],
        "Day": "2026-12-24",
        "Hour": "09:15",
        "Notes": "*Bold* words",
    })  # fmt: skip

    values = (await bot.next("view_submission"))["view"]["state"]["values"]
    assert values["text"]["text"]["value"] == "A baker sold out by noon."
    assert values["customer"]["customer"]["value"] is None
    assert values["number"]["number"]["value"] == "3"
    assert values["audience"]["audience"]["selected_option"]["value"] == "pear"
    assert [one["value"] for one in values["tags"]["tags"]["selected_options"]] == ["apple", "plum"]
    assert values["person"]["person"]["selected_user"] == bot.workspace.users["charlie"]
    assert values["mood"]["mood"]["selected_option"]["value"] == "apple"
    assert [one["value"] for one in values["extras"]["extras"]["selected_options"]] == ["pear", "plum"]
    assert values["day"]["day"]["selected_date"] == "2026-12-24"
    assert values["hour"]["hour"]["selected_time"] == "09:15"
    assert values["moment"]["moment"]["selected_date_time"] == 1_795_000_200
    assert values["notes"]["notes"]["rich_text_value"]["elements"][0]["elements"][0]["style"] == {
        "bold": True
    }
    await expect(bob.modal).to_be_hidden()


async def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(
    visit: Visit, bot: ScriptedBot
) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(STORY))
    await bob.say("/purpose story")

    await bob.submit_modal()

    await expect(bob.modal.get_by_role("alert")).to_have_text("Please complete this required field.")
    await expect(bob.modal.locator("textarea")).to_be_focused()
    await expect(bob.modal.locator("textarea")).to_have_attribute("aria-invalid", "true")
    assert not [one for one in bot.heard if one.get("type") == "view_submission"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_bots_errors_stand_at_the_fields_and_go_when_put_right(
    visit: Visit, bot: ScriptedBot, scheme: str
) -> None:
    bob = await visit("bob", "general", scheme=scheme)
    bot.opens("/purpose", modal(STORY))

    def judge(payload: Json) -> Json:
        said = payload["view"]["state"]["values"]["text"]["text"]["value"]
        return (
            {} if "baker" in said else {"response_action": "errors", "errors": {"text": "Who was it about?"}}
        )

    bot.answers["story.tell"] = judge
    await bob.say("/purpose story")

    await bob.fill_modal({"Story": "It went well."})
    await expect(bob.modal.get_by_role("alert")).to_have_text("Who was it about?")
    await expect(bob.modal.locator("textarea")).to_have_value("It went well.")
    await bob.fill_modal({"Story": "A baker slept in."})

    await expect(bob.modal).to_be_hidden()


async def test_a_second_view_lies_on_the_first_and_back_leads_to_it(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(STORY, actions(button("Add detail", "modal.detail"))))

    async def push(payload: Json) -> Json:
        await bot.call("views.push", trigger_id=payload["trigger_id"], view=modal(STORY, title="More detail"))
        return {}

    bot.answers["modal.detail"] = push
    await bob.say("/purpose story")
    await bob.modal.locator("textarea").fill("Kept words")

    await bob.modal.get_by_role("button", name="Add detail").click()
    await expect(bob.modal.get_by_role("heading")).to_have_text("More detail")
    await bob.modal.get_by_role("button", name="Back").click()

    await expect(bob.modal.get_by_role("heading")).to_have_text("Tell a story")
    await expect(bob.modal.locator("textarea")).to_have_value("Kept words")


async def test_typed_words_stay_when_the_bot_adds_a_field(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    first = modal(STORY, actions(button("Add detail", "modal.detail")))
    bot.opens("/purpose", first)
    customer = field("Customer", {"type": "plain_text_input", "action_id": "customer"})

    async def add(payload: Json) -> Json:
        view = payload["view"]
        await bot.call("views.update", view_id=view["id"], hash=view["hash"], view=modal(STORY, customer))
        return {}

    bot.answers["modal.detail"] = add
    await bob.say("/purpose story")
    await bob.modal.locator("textarea").fill("Kept words")

    await bob.modal.get_by_role("button", name="Add detail").click()

    await expect(bob.modal.get_by_label("Customer")).to_be_visible()
    await expect(bob.modal.locator("textarea")).to_have_value("Kept words")


async def test_escape_closes_a_modal_and_gives_the_keyboard_back(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(STORY, notify_on_close=True))
    await bob.say("/purpose story")
    await expect(bob.modal.locator("textarea")).to_be_focused()

    await bob.page.keyboard.press("Escape")

    await expect(bob.modal).to_be_hidden()
    await expect(bob.page.locator("#main .composer-field")).to_be_focused()
    assert (await bot.next("view_closed"))["is_cleared"] is False


async def test_the_keyboard_stays_inside_a_modal(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(STORY))
    await bob.say("/purpose story")
    await expect(bob.modal.locator("textarea")).to_be_focused()

    outside = []
    for _ in range(12):
        await bob.page.keyboard.press("Tab")
        outside.append(
            await bob.page.evaluate(
                "() => document.activeElement !== document.body && !document.activeElement.closest('dialog')"
            )
        )

    assert not any(outside)


async def test_a_reload_finds_the_modal_still_open(visit: Visit, bot: ScriptedBot) -> None:
    bob = await visit("bob", "general")
    bot.opens("/purpose", modal(STORY))
    await bob.say("/purpose story")
    await expect(bob.modal).to_be_visible()

    await bob.page.reload()

    await expect(bob.modal.get_by_role("heading")).to_have_text("Tell a story")
