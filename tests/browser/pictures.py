"""Takes the README's pictures from the real page with the real bot in it: `make pictures`."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.people import Person
from tests.browser.real_sandbox import real_sandbox

FOLDER = Path(__file__).parent / "pictures"


async def take_all() -> None:
    """Start the sandbox, live through a week of it, and take each picture on the way."""
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright, real_sandbox() as url:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        light, dark, phone = await _pages(browser, url)
        await _steps(light, 1, 2)
        await _take(light, "receipt")
        await light.click_button("Edit", within="Kept.")
        await expect(light.modal).to_be_visible()
        await _take(light, "modal")
        await light.page.keyboard.press("Escape")
        await _steps(light, 3, 4)
        await _take(light, "purpose-check")
        await _steps(light, 5, 6, 7)
        await (await light.panel("Story of a week")).get_by_role("button", name="Close the tour").click()
        await _digest(light)
        await _take(light, "digest")
        await dark.be("Bob")
        await dark.open_home()
        await dark.panel("Time machine")
        await dark.page.wait_for_timeout(600)
        await _take(dark, "home-dark")
        await dark.panel("Trouble")
        await dark.open("small-business")
        await _take(dark, "trouble-dark")
        await _digest(phone)
        await _take(phone, "digest-phone")
        await browser.close()


async def _pages(browser: Browser, url: str) -> list[Person]:
    people = []
    for scheme, width, height in (("light", 1440, 900), ("dark", 1440, 900), ("light", 390, 800)):
        page = await browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
            device_scale_factor=1.5,
        )
        people.append(await Person(page, url).arrive())
    return people


async def _steps(person: Person, *numbers: int) -> None:
    panel = await person.panel("Story of a week")
    for number in numbers:
        await panel.get_by_role("button", name=re.compile(f"^Step {number}:")).click()
        await panel.get_by_role("button", name="Show me").click()
        await expect(panel.get_by_role("button", name="Do it again")).to_be_enabled(timeout=45_000)
        await expect(panel.get_by_role("alert")).to_have_count(0)


async def _digest(person: Person) -> None:
    digest = await person.sees("Impact digest")
    await digest.evaluate("(node) => node.scrollIntoView({ block: 'start' })")
    await person.page.mouse.move(700, 5)


async def _take(person: Person, name: str) -> None:
    await _settled(person.page)
    path = FOLDER / f"{name}.png"
    await person.page.screenshot(path=path)
    await asyncio.to_thread(_lighten, path)
    print(f"Took {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


def _lighten(path: Path) -> None:
    """A palette of 256 colours shows the same picture in a third of the bytes."""
    with Image.open(path) as picture:
        lighter = picture.convert("RGB").quantize(
            256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    lighter.save(path, optimize=True)


async def _settled(page: Page) -> None:
    """Wait until nothing has been drawn for a moment and no passing note is shown."""
    await expect(page.locator(".toast")).to_have_count(0, timeout=12_000)
    await page.evaluate("() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(
            "No Chromium on this machine. Install it (Debian, Ubuntu: apt install chromium), then try again."
        )
    asyncio.run(take_all())
