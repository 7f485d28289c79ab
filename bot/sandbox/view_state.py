"""What stands in a view's inputs: its first values, what somebody put there, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.block_kit import elements_of, every_block
from bot.sandbox.model import Json
from bot.sandbox.wire_text import sendable

_FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
"""Each element that keeps a value: where the value stands in the state, and where it starts from."""

_LISTS = frozenset(
    {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def first_values(blocks: list[Json]) -> Json:
    """The state of a view or message that nobody has touched."""
    state: Json = {}
    for block in every_block(blocks):
        for _, element in elements_of(block):
            if element.get("type") in _FIELDS:
                state.setdefault(block["block_id"], {})[element["action_id"]] = _first(element)
    return state


def _first(element: Json) -> Json:
    name, start = _FIELDS[element["type"]]
    value = element.get(start)
    if value is None and name in _LISTS:
        value = []
    return {"type": element["type"], name: value}


def filled(blocks: list[Json], before: Json, values: Mapping[str, Any]) -> Json:
    """The state after somebody filled in `values`: full state objects, or plain values where that says enough.

    Accepts {block: {action: state or value}} and, where a block has one element, {block: value}.
    Raises KeyError naming a block or action that is not there.
    """
    state = {block: dict(actions) for block, actions in first_values(blocks).items()}
    for block_id, actions in before.items():
        for action_id, kept in actions.items():
            if state.get(block_id, {}).get(action_id, {}).get("type") == kept.get("type"):
                state[block_id][action_id] = kept
    elements = {
        (block["block_id"], one["action_id"]): one
        for block in every_block(blocks)
        for _, one in elements_of(block)
        if one.get("type") in _FIELDS
    }
    for block_id, said in values.items():
        inside = {action for block, action in elements if block == block_id}
        if not inside:
            raise KeyError(block_id)
        by_action = said if isinstance(said, dict) and set(said) <= inside else {next(iter(inside)): said}
        for action_id, value in by_action.items():
            state[block_id][action_id] = _entry(elements[block_id, action_id], value)
    return state


def _entry(element: Json, value: Any) -> Json:
    name, _ = _FIELDS[element["type"]]
    if isinstance(value, dict) and "type" in value and name in value:
        value = value[name]
    if name == "selected_option" and isinstance(value, str):
        value = option_with(element, value)
    elif name == "selected_options":
        value = [option_with(element, one) if isinstance(one, str) else one for one in value or []]
    elif name == "value":
        value = sendable(value) if value else None
    return {"type": element["type"], name: value}


def option_with(element: Json, value: str) -> Json:
    """The option of an element that has this value; raises KeyError."""
    groups = element.get("option_groups", [])
    for one in [*element.get("options", []), *(one for group in groups for one in group["options"])]:
        if one["value"] == value:
            return dict(one)
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    raise KeyError(value)


def complaints(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack itself would not let through, by block: missing, too short, too long, not a number."""
    found = {}
    for block in every_block(blocks):
        if block["type"] != "input" or block["element"].get("type") not in _FIELDS:
            continue
        element = block["element"]
        value = state[block["block_id"]][element["action_id"]].get(_FIELDS[element["type"]][0])
        words = _complaint(element, value, optional=block.get("optional", False))
        if words:
            found[block["block_id"]] = words
    return found


def _complaint(element: Json, value: Any, *, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    if kind == "email_text_input" and not _MAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not value.startswith(("http://", "https://")):
        return "Please enter a valid URL."
    return _number_complaint(element, value) if kind == "number_input" else None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None
