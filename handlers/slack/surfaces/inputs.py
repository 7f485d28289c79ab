"""Forms and their inputs: a block each, with one element that every form calls by the same name."""

from __future__ import annotations

import json
from collections.abc import Mapping

from handlers.slack.surfaces import names
from handlers.slack.surfaces.blocks import plain
from handlers.slack.surfaces.rendered import Block, Element, View
from handlers.slack.surfaces.text import cut


def form(callback: str, title: str, submit: str, blocks: list[Block], meta: Mapping[str, str | None]) -> View:
    """A modal that can be submitted; `meta` is carried along, without what is empty."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps({key: value for key, value in meta.items() if value}),
        "blocks": blocks,
    }


def input_block(block: str, label: str, element: Element, *, optional: bool = False) -> Block:
    """One input with its label."""
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "element": {"action_id": names.VALUE, **element},
        "optional": optional,
    }


def text_input(most: int, placeholder: str, text: str, *, multiline: bool = False) -> Element:
    """A field of at most `most` characters that opens with `text`."""
    element: Element = {
        "type": "plain_text_input",
        "multiline": multiline,
        "max_length": most,
        "placeholder": plain(placeholder, 150),
    }
    if text:
        element["initial_value"] = cut(text, most)
    return element
