"""What a person does on the page, in words that a test can read: say, click, fill in, switch, let time pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.async_api import Locator, Page, expect

PATIENCE = 30_000.0
"""Milliseconds that anything may take to appear: it costs nothing where all is well."""


class Person:
    """One open page. Who they are is chosen with `be`; where they stand with `open`, `open_bot`, `open_home`."""

    def __init__(self, page: Page, url: str) -> None:
        """`url` is the workspace's address."""
        self.page = page
        self.url = url

    async def arrive(self, user: str = "", channel: str = "", team: str = "") -> Person:
        """Open the page, as somebody and somewhere (ids), or as whoever and wherever the page chooses."""
        hash_ = f"#/{team}/{user}/{channel}".rstrip("/") if user or channel or team else ""
        await self.page.goto(f"{self.url}{hash_}")
        await expect(self.page.locator(".side-row").first).to_be_attached()
        return self

    # where --------------------------------------------------------------------------------------------------------

    async def be(self, name: str) -> None:
        """Become the person of that name."""
        await self.page.locator("#bar").get_by_role("button", name="Everyone").click()
        await self.page.get_by_role("menu").get_by_role("menuitem", name=re.compile(f"^{name}")).click()
        await expect(self.page.locator(".team-me")).to_contain_text(name)

    async def open(self, channel: str) -> None:
        """Go to a channel by name."""
        row = self.page.locator("#sidebar").get_by_role("button", name=re.compile(rf"^{channel}(,|$)"))
        await row.click()
        await expect(self.page.locator("h1")).to_have_text(channel)

    async def open_bot(self, bot: str = "") -> None:
        """Go to the conversation with the bot."""
        await self.page.locator("#sidebar [data-key=bot]").click()
        tab = self.page.get_by_role("tab", name="Messages")
        await tab.click()
        await expect(tab).to_have_attribute("aria-selected", "true")

    async def open_home(self) -> None:
        """Go to the bot's Home tab."""
        await self.page.locator("#sidebar [data-key=bot]").click()
        await self.page.get_by_role("tab", name="Home").click()
        await expect(self.page.locator(".home-page")).to_be_visible()

    async def open_thread(self, text: str) -> None:
        """Open the thread of the newest message that holds these words."""
        message = self.message(text)
        await message.hover()
        await message.get_by_role("button", name="Reply in thread").click()
        await expect(self.thread).to_be_visible()

    # what stands there --------------------------------------------------------------------------------------------

    @property
    def messages(self) -> Locator:
        """Every message of the conversation in the middle."""
        return self.page.locator("#main article")

    @property
    def thread(self) -> Locator:
        """The thread's panel."""
        return self.page.get_by_role("region", name="Thread", exact=True)

    @property
    def home(self) -> Locator:
        """The bot's Home."""
        return self.page.locator(".home-page")

    @property
    def modal(self) -> Locator:
        """The modal on top."""
        return self.page.locator("dialog.modal")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message that holds these words."""
        return self.messages.filter(has_text=text).last

    async def sees(self, text: str | re.Pattern[str], *, patience: float = PATIENCE) -> Locator:
        """Wait until a message holds these words; that message."""
        found = self.message(text)
        await expect(found).to_be_visible(timeout=patience)
        return found

    async def sees_in_thread(self, text: str, *, patience: float = PATIENCE) -> Locator:
        """Wait until the open thread holds these words."""
        found = self.thread.locator("article").filter(has_text=text).last
        await expect(found).to_be_visible(timeout=patience)
        return found

    # what they do -------------------------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Type a message (or a slash command) into the conversation and press Enter."""
        await self._write(self.page.locator("#main .composer-field"), text)

    async def reply(self, text: str) -> None:
        """Type a message into the open thread and press Enter."""
        await self._write(self.thread.locator(".composer-field"), text)

    async def _write(self, field: Locator, text: str) -> None:
        await field.fill(text)
        if await self.page.locator(".suggestions:visible").count():
            await field.press("Escape")
        await field.press("Enter")
        await expect(field).to_have_value("")

    async def click_button(self, name: str, within: str | re.Pattern[str] | None = None) -> None:
        """Click the newest button of that name in a message (the newest that holds `within`, if given)."""
        where = self.message(within) if within is not None else self.page.locator("#main, #aside")
        await where.get_by_role("button", name=name, exact=True).last.click()

    async def click_home(self, name: str) -> None:
        """Click a button of the bot's Home."""
        await self.home.get_by_role("button", name=name, exact=True).first.click()

    async def choose(self, message: str, action: str) -> None:
        """Pick an entry of a message's own menu, e.g. a message shortcut."""
        found = self.message(message)
        await found.hover()
        await found.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=re.compile(f"^{re.escape(action)}")).click()

    async def fill_modal(self, values: Mapping[str, Any], *, submit: str | None = None) -> None:
        """Fill in a modal by the labels of its inputs, and press its button (`submit` None: the one it has).

        Text for fields; for menus the words of an option (a list for many); for radio buttons and checkboxes the
        label, or a list of labels.
        """
        await expect(self.modal).to_be_visible()
        for label, value in values.items():
            await self._fill(label, value)
        await self.submit_modal(submit)

    async def _fill(self, label: str, value: Any) -> None:
        block = (
            self.modal.locator(".block.input").filter(has=self.page.locator(".label", has_text=label)).first
        )
        chosen = value if isinstance(value, list) else [value]
        if await block.get_by_role("combobox").count():
            menu = block.get_by_role("combobox")
            for words in chosen:
                await menu.click()
                await block.get_by_role("option", name=re.compile(re.escape(str(words)))).first.click()
            if await menu.get_attribute("aria-expanded") == "true":
                await menu.press("Escape")
        elif await block.locator("input[type=radio], input[type=checkbox]").count():
            for words in chosen:
                await block.get_by_label(re.compile(re.escape(str(words)))).check()
        else:
            await block.locator("input, textarea").first.fill(str(value))

    async def submit_modal(self, name: str | None = None) -> None:
        """Press the modal's main button."""
        foot = self.modal.locator(".modal-foot")
        button = (
            foot.locator(".primary") if name is None else foot.get_by_role("button", name=name, exact=True)
        )
        await button.click()

    async def confirm(self, name: str) -> None:
        """Answer a question of the page or of a button."""
        await self.page.locator("dialog.dialog").get_by_role("button", name=name, exact=True).click()

    async def react(self, message: str, emoji: str) -> None:
        """Put one of the quick reactions on a message."""
        found = self.message(message)
        await found.hover()
        await found.get_by_role("button", name=f"React with {emoji}", exact=True).click()

    # time and trouble ---------------------------------------------------------------------------------------------

    async def panel(self, name: str) -> Locator:
        """Open a tool ("Time machine", "Trouble", "Story of a week"); its panel."""
        key = {"Time machine": "clock", "Trouble": "tool trouble", "Story of a week": "tool tour"}[name]
        panel = self.page.get_by_role("region", name=name, exact=True)
        if not await panel.is_visible():
            await self.page.locator(f"#bar [data-key='{key}']").click()
        await expect(panel).to_be_visible()
        return panel

    async def jump(self, name: str) -> None:
        """Use a button of the time machine: "Next event", "To Friday 15:00", "One hour on", "One day on"."""
        panel = await self.panel("Time machine")
        await panel.get_by_role("button", name=name, exact=True).click()
