"""Whatever is sent, the local workspace answers in Slack's way and never breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import block_kit
from bot.sandbox.block_elements import ELEMENTS
from bot.sandbox.block_types import BLOCKS
from bot.sandbox.model import Refused
from bot.sandbox.server import LocalWorkspace
from bot.sandbox.webapi import METHODS

NAMES = st.sampled_from(
    [
        "type",
        "text",
        "elements",
        "element",
        "accessory",
        "fields",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "block_id",
        "action_id",
        "label",
        "rows",
        "chart",
        "series",
        "data",
        "segments",
        "axis_config",
        "categories",
        "title",
        "value",
        "child_blocks",
        "blocks",
    ]
)
TYPES = st.sampled_from(
    [*BLOCKS, *ELEMENTS, "mrkdwn", "plain_text", "raw_text", "rich_text_section", "modal", "bar"]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=5) | TYPES
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
BLOCK = st.fixed_dictionaries(
    {"type": TYPES}, optional=dict.fromkeys(("text", "elements", "element", "rows"), JSON)
)


def refusal_of(look: Callable[[], object]) -> Refused | None:
    """The refusal that a look at something ends in, if any."""
    try:
        look()
    except Refused as refusal:
        return refusal
    return None


@given(st.lists(BLOCK | JSON, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_blocks_are_taken_or_refused_with_a_place(blocks: list[Any]) -> None:
    refusal = refusal_of(lambda: block_kit.message_blocks(blocks, lambda _: False))

    assert refusal is None or refusal.error == "invalid_blocks"
    assert refusal is None or all("json-pointer:/blocks" in one for one in refusal.messages)


@given(
    JSON
    | st.fixed_dictionaries(
        {"type": st.sampled_from(["modal", "home"]), "blocks": st.lists(BLOCK, max_size=3)}
    )
)
@settings(max_examples=200, deadline=None)
def test_any_view_is_taken_or_refused(view: Any) -> None:
    refusal = refusal_of(lambda: block_kit.view(view, lambda _: False))

    assert refusal is None or refusal.error == "invalid_arguments"


ARGUMENTS = [
    "channel",
    "user",
    "users",
    "ts",
    "timestamp",
    "thread_ts",
    "text",
    "name",
    "view",
    "trigger_id",
    "view_id",
    "user_id",
    "files",
    "filename",
    "length",
    "limit",
    "cursor",
    "oldest",
    "latest",
    "types",
    "metadata",
    "blocks",
    "attachments",
    "email",
    "file",
    "bot",
]


@pytest.mark.parametrize(
    "value", ["", "x", "-1", "[", "[]", "{}", 7, -1, True, None, [], [1], {}, {"a": [None]}, "\x00"]
)
async def test_no_method_breaks_on_odd_arguments(ws: LocalWorkspace, call, value: Any) -> None:
    general, bob = ws.channels["general"], ws.users["bob"]
    ts = await ws.say(bob, general, "hello")
    good = {"channel": general, "ts": ts, "timestamp": ts, "user": bob, "user_id": bob}

    for method in METHODS:
        if method == "auth.revoke":
            continue
        bare = await call(method, **dict.fromkeys(ARGUMENTS, value))
        mixed = await call(method, **{**dict.fromkeys(ARGUMENTS, value), **good})
        assert all(one["ok"] is True or one["error"] for one in (bare, mixed)), method


async def test_half_a_character_arrives_as_a_replacement(ws: LocalWorkspace, app) -> None:
    bob = ws.users["bob"]

    await ws.say(bob, ws.dm(bob), "broken \ud83d emoji")
    await ws.command(bob, ws.channels["general"], "/purpose", "set \ud83d")

    assert (await app.event("message"))["text"] == "broken \ufffd emoji"
    assert app.last["text"] == "set \ufffd"
