"""Small builders of Slack's blocks: each gives a plain dict that keeps to Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.slack.surfaces.rendered import Block, Element
from handlers.slack.surfaces.text import cut

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_SECTION = 3_000
MOST_HEADER = 150
MOST_BUTTON = 75
MOST_CONTEXT = 2_000
MOST_OPTION = 75


def plain(text: str, most: int = MOST_SECTION, *, emoji: bool = True) -> Element:
    """A text object that shows `text` as it is."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": emoji}


def mrkdwn(words: str) -> Element:
    """A text object of our own words; whatever people typed was escaped before it came into `words`."""
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def header(text: str) -> Block:
    """One large line."""
    return {"type": "header", "text": plain(text, MOST_HEADER)}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def section(words: str, accessory: Element | None = None) -> Block:
    """A paragraph of our own words (mrkdwn, escaped already), with something to click beside it."""
    block: Block = {"type": "section", "text": mrkdwn(words)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def paragraph(text: str, accessory: Element | None = None) -> Block:
    """A paragraph that shows people's words as they are."""
    block: Block = {"type": "section", "text": plain(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def context(*lines: str) -> Block:
    """Small grey lines that show `lines` as they are."""
    return {"type": "context", "elements": [plain(line, MOST_CONTEXT) for line in lines]}


def context_mrkdwn(*lines: str) -> Block:
    """Small grey lines of our own words (mrkdwn, escaped already)."""
    return {"type": "context", "elements": [mrkdwn(line) for line in lines]}


def actions(*elements: Element) -> Block:
    """Things to click, in a row."""
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str, action: str, value: str, *, style: str | None = None, confirm: Element | None = None
) -> Element:
    """A button; `style` is "primary", "danger" or None."""
    element: Element = {
        "type": "button",
        "action_id": action,
        "text": plain(text, MOST_BUTTON),
        "value": value,
    }
    if style is not None:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Element:
    """The question that a button asks before it does what cannot be undone."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def option(text: str, value: str) -> Element:
    """One choice of a menu."""
    return {"text": plain(text, MOST_OPTION), "value": value}


def overflow(action: str, choices: Iterable[tuple[str, str]]) -> Element:
    """The three dots: (words, value) of at most five choices."""
    return {
        "type": "overflow",
        "action_id": action,
        "options": [option(text, value) for text, value in choices][:5],
    }


def select(
    action: str, placeholder: str, choices: Sequence[tuple[str, str]], chosen: str | None = None
) -> Element:
    """A menu of (words, value); `chosen` is the value that it opens with."""
    options = [option(text, value) for text, value in choices][:100]
    element: Element = {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder, MOST_HEADER),
        "options": options,
    }
    initial = [each for each in options if each["value"] == chosen]
    if initial:
        element["initial_option"] = initial[0]
    return element


def run(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    """A stretch of rich text that shows `text` as it is: nothing in it is markup, a mention or a link."""
    element: Element = {"type": "text", "text": text}
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    if style:
        element["style"] = style
    return element


def line(*elements: Element) -> Element:
    """A paragraph inside rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Element) -> Element:
    """An indented quotation inside rich text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def rich(*parts: Element) -> Block:
    """Rich text made of lines and quotes."""
    return {"type": "rich_text", "elements": list(parts)}
