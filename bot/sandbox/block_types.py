"""Every block of Block Kit: its fields, and on which surface it may stand."""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_charts import DATA_VISUALIZATION
from bot.sandbox.block_elements import ACCESSORY, ACTION, CONTEXT_ACTION, ELEMENTS, IMAGE, INPUT
from bot.sandbox.block_objects import BLOCK_ID, SLACK_FILE, exactly_one, plain, words
from bot.sandbox.block_rich_text import RICH_TEXT
from bot.sandbox.block_rules import (
    Check,
    Rule,
    Surface,
    anything,
    array,
    boolean,
    both,
    integer,
    number,
    one_of,
    shape,
    string,
    typed,
    url,
)

_HEAD: dict[str, Rule] = {"type": string()}
_ID: dict[str, Rule] = {"block_id": BLOCK_ID}


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(_HEAD | required, _ID | (optional or {}))


def _has_words(value: Any, at: str, check: Check) -> None:
    if "text" not in value and "fields" not in value:
        check.wrong("must define either `text` or `fields`", at)


def _markdown_sum(value: Any, at: str, check: Check) -> None:
    if check.count("markdown", len(value["text"])) > 12_000:
        check.wrong("must be less than 12001 characters", f"{at}/text")


def _cell(value: Any, at: str, check: Check) -> None:
    typed(
        {
            "raw_text": shape(_HEAD | {"text": string(least=1)}),
            "raw_number": shape(_HEAD | {"value": number}, {"text": string()}),
            "rich_text": RICH_TEXT,
        }
    )(value, at, check)
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        check.count("table characters", len(value["text"]))


def _column(value: Any, at: str, check: Check) -> None:
    if value is not None:
        shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})(value, at, check)


def _one_table(value: Any, at: str, check: Check) -> None:
    if check.count("table") > 1:
        check.wrong("only_one_table_allowed", at)
    if check.counts.get("table characters", 0) > 10_000:
        check.wrong("table contents must be less than 10001 characters", f"{at}/rows")


_CARD: dict[str, Rule] = {
    "hero_image": IMAGE,
    "icon": IMAGE,
    "title": words(150),
    "subtitle": words(150),
    "body": words(200),
    "subtext": words(200),
    "slack_icon": anything,
    "actions": array(typed({"button": ELEMENTS["button"]}), 3),
}
_IMAGE_BLOCK = both(
    _block(
        {"alt_text": string(2000, least=1)},
        {
            "image_url": url(schemes=("http", "https")),
            "slack_file": SLACK_FILE,
            "title": plain(2000),
            "fallback": string(),
            "image_width": integer(),
            "image_height": integer(),
            "image_bytes": integer(),
            "is_animated": boolean,
        },
    ),
    exactly_one("image_url", "slack_file"),
)
_VIDEO = _block(
    {
        "alt_text": string(least=1),
        "title": plain(200),
        "thumbnail_url": url(schemes=("http", "https")),
        "video_url": url(schemes=("https",)),
    },
    {
        "author_name": string(50),
        "description": plain(200),
        "provider_icon_url": url(),
        "provider_name": string(),
        "title_url": url(schemes=("https",)),
    },
)

_ANY: tuple[Surface, ...] = ("message", "modal", "home")
_MESSAGE: tuple[Surface, ...] = ("message",)


def _inner_block(value: Any, at: str, check: Check) -> None:
    a_block(value, at, check)


BLOCKS: dict[str, tuple[Rule, tuple[Surface, ...]]] = {
    "section": (
        both(
            _block(
                {},
                {
                    "text": words(3000),
                    "fields": array(words(2000), 10),
                    "accessory": ACCESSORY,
                    "expand": boolean,
                },
            ),
            _has_words,
        ),
        _ANY,
    ),
    "divider": (_block({}), _ANY),
    "header": (_block({"text": plain(150)}, {"level": integer(1, 4)}), _ANY),
    "image": (_IMAGE_BLOCK, _ANY),
    "actions": (_block({"elements": array(ACTION, 25)}), _ANY),
    "context": (
        _block(
            {"elements": array(typed({"image": IMAGE, "mrkdwn": words(3000), "plain_text": plain(3000)}), 10)}
        ),
        _ANY,
    ),
    "input": (
        _block(
            {"label": plain(2000), "element": INPUT},
            {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        ),
        _ANY,
    ),
    "rich_text": (RICH_TEXT, _ANY),
    "video": (_VIDEO, _ANY),
    "file": (_block({"external_id": string(least=1), "source": one_of("remote")}), _MESSAGE),
    "call": (
        _block({"call_id": string(least=1)}, {"api_decoration_available": boolean, "call": anything}),
        _MESSAGE,
    ),
    "markdown": (both(_block({"text": string(12_000, least=1)}), _markdown_sum), _MESSAGE),
    "context_actions": (_block({"elements": array(CONTEXT_ACTION, 5)}), _MESSAGE),
    "table": (
        both(
            _block(
                {"rows": array(array(_cell, 20), 100)},
                {"column_settings": array(_column, 20, least=0)},
            ),
            _one_table,
        ),
        _MESSAGE,
    ),
    "data_visualization": (DATA_VISUALIZATION, _MESSAGE),
    "data_table": (
        _block(
            {"rows": array(array(_cell, 20), 101, least=2), "caption": string(least=1)},
            {"page_size": integer(1, 100), "row_header_column_index": integer(0)},
        ),
        _MESSAGE,
    ),
    "alert": (
        _block({"text": words(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
        _ANY,
    ),
    "card": (_block({}, _CARD), _MESSAGE),
    "carousel": (
        _block({"elements": array(typed({"card": _block({}, _CARD)}), 10)}),
        _MESSAGE,
    ),
    "container": (
        _block(
            {"child_blocks": array(_inner_block, 10)},
            {
                "title": plain(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": plain(150),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": anything,
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
        ),
        _ANY,
    ),
    "task_card": (
        _block(
            {"task_id": string(least=1), "title": string(least=1)},
            {
                "details": RICH_TEXT,
                "output": RICH_TEXT,
                "sources": array(anything, 100, least=0),
                "status": one_of("pending", "in_progress", "complete", "error"),
            },
        ),
        _MESSAGE,
    ),
    "plan": (_block({"title": string(least=1)}, {"tasks": array(anything, 100, least=0)}), _MESSAGE),
}


_ON_SURFACE: dict[Surface, Rule] = {
    surface: typed({name: rule for name, (rule, surfaces) in BLOCKS.items() if surface in surfaces})
    for surface in _ANY
}


def a_block(value: Any, at: str, check: Check) -> None:
    """Any block that may stand on the surface at hand."""
    _ON_SURFACE[check.surface](value, at, check)
