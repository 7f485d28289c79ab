"""Looks at the blocks of a message or a view as strictly as Slack, and completes what Slack completes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from bot.sandbox.block_objects import plain
from bot.sandbox.block_rules import Check, Rule, array, boolean, shape, string
from bot.sandbox.block_types import a_block
from bot.sandbox.identifiers import short
from bot.sandbox.model import Json, Refused

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000


def message_blocks(
    blocks: Any, file_exists: Callable[[str], bool], *, at: str = "/blocks", error: str = "invalid_blocks"
) -> list[Json]:
    """Blocks of a message, completed; raises `invalid_blocks` with every problem and its place."""
    check = Check("message", file_exists)
    array(a_block, MESSAGE_BLOCKS, least=0)(blocks, at, check)
    if isinstance(blocks, list):
        _twice_the_same(blocks, at, check)
    if check.problems:
        raise Refused(error, check.problems)
    return _complete(blocks)


_COMMON: dict[str, Rule] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL: dict[str, Rule] = _COMMON | {
    "submit": plain(24),
    "close": plain(24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}


def view(body: Any, file_exists: Callable[[str], bool], *, wanted: str | None = None) -> Json:
    """A view, completed; raises `invalid_arguments` with every problem. `wanted`: the type that the method takes."""
    if not isinstance(body, dict):
        raise Refused("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    body = {name: value for name, value in body.items() if value is not None}
    kind = body.get("type")
    if kind not in ("modal", "home") or (wanted is not None and kind != wanted):
        words = "missing required field: type" if kind is None else "must be a valid enum value"
        raise Refused("invalid_arguments", [f"{words} [json-pointer:/view{'' if kind is None else '/type'}]"])
    if len(orjson.dumps(body)) > VIEW_BYTES:
        raise Refused("view_too_large")
    check = Check("modal" if kind == "modal" else "home", file_exists)
    required: dict[str, Rule] = {"type": string(), "blocks": array(a_block, VIEW_BLOCKS, least=0)}
    if kind == "modal":
        shape(required | {"title": plain(24)}, _MODAL)(body, "/view", check)
    else:
        shape(required, _COMMON | {"title": plain(24)})(body, "/view", check)
    if isinstance(body.get("blocks"), list):
        _twice_the_same(body["blocks"], "/view/blocks", check)
        _inputs_need_submit(body, check)
    if check.problems:
        raise Refused("invalid_arguments", check.problems)
    completed: Json = {**body, "blocks": _complete(body["blocks"])}
    return completed | _completed_titles(body)


def _inputs_need_submit(body: Json, check: Check) -> None:
    has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in body["blocks"])
    if body["type"] == "modal" and has_input and "submit" not in body:
        check.wrong("missing required field: submit", "/view")


def _completed_titles(body: Json) -> Json:
    return {name: {"emoji": True, **body[name]} for name in ("title", "submit", "close") if name in body}


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive elements of a block, each with the path to it."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield name, block[name]
    for name in ("elements", "actions"):
        if isinstance(block.get(name), list) and block.get("type") != "rich_text":
            yield from (
                (f"{name}/{place}", one) for place, one in enumerate(block[name]) if isinstance(one, dict)
            )


def every_block(blocks: list[Json]) -> Iterator[Json]:
    """All blocks, those inside containers and carousels included."""
    for block in blocks:
        yield block
        inner = block.get("child_blocks") or (block.get("elements") if block["type"] == "carousel" else None)
        yield from every_block(inner or [])


def _twice_the_same(blocks: list[Any], at: str, check: Check) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                check.wrong(f'`block_id` "{block_id}" already exists', f"{at}/{place}/block_id")
            seen.add(block_id)
        actions: set[str] = set()
        for path, element in elements_of(block):
            action_id = element.get("action_id")
            if isinstance(action_id, str):
                if action_id in actions:
                    check.wrong(f'`action_id` "{action_id}" already exists', f"{at}/{place}/{path}/action_id")
                actions.add(action_id)


_STILL = frozenset({"image", "mrkdwn", "plain_text", "card"})


def _complete(blocks: list[Json]) -> list[Json]:
    """A copy with the ids and defaults that Slack adds."""
    copied: list[Json] = orjson.loads(orjson.dumps(blocks))
    for block in every_block(copied):
        block["block_id"] = block.get("block_id") or short()
        for _, element in elements_of(block):
            if element.get("type") not in _STILL:
                element["action_id"] = element.get("action_id") or short()
        _default_texts(block)
    return copied


def _default_texts(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _default_texts(one)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        elif value.get("type") != "rich_text":
            for one in value.values():
                _default_texts(one)
