"""What tests look for on a page beyond its words: whether everybody can read and reach it."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_AT_REST = """() => document.getAnimations().every(
  (each) => each.playState !== "running" || each.effect.getTiming().iterations === Infinity)"""


async def serious_problems(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the places it was found; not while something fades in."""
    await page.wait_for_function(_AT_REST)
    found = await Axe().run(page)
    serious = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in serious]


async def turn_theme(page: Page) -> None:
    """Light becomes dark, dark becomes light."""
    await page.get_by_role("button", name="Light or dark").click()
