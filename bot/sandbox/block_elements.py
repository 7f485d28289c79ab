"""Block Kit's interactive elements and images, and in which block each may stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.sandbox.block_objects import (
    BOX_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    ID,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    SLACK_FILE,
    exactly_one,
    plain,
)
from bot.sandbox.block_rich_text import RICH_TEXT
from bot.sandbox.block_rules import (
    Check,
    Rule,
    anything,
    array,
    boolean,
    both,
    day,
    integer,
    one_of,
    shape,
    string,
    time_of_day,
    typed,
    url,
)

_TYPE = {"type": string()}
_ACTION: dict[str, Rule] = {"action_id": ID}


def _focus_once(value: Any, at: str, check: Check) -> None:
    boolean(value, at, check)
    if value is True and check.count("focus_on_load") > 1:
        check.wrong("only one element may set `focus_on_load`", at)


_FIELD: dict[str, Rule] = _ACTION | {"focus_on_load": _focus_once}
_CONFIRMED: dict[str, Rule] = _FIELD | {"confirm": CONFIRM}
_MENU: dict[str, Rule] = _CONFIRMED | {"placeholder": plain(150)}
_MULTI: dict[str, Rule] = _MENU | {"max_selected_items": integer(1)}
_WRITTEN: dict[str, Rule] = _FIELD | {"placeholder": plain(150), "dispatch_action_config": DISPATCH_CONFIG}
_IDS = array(string(least=1), 1000, least=0)
_STATIC: dict[str, Rule] = {"options": array(PLAIN_OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}


def _initial_is_offered(value: Any, at: str, check: Check) -> None:
    groups = value.get("option_groups", [])
    offered = list(value.get("options", [])) + [one for group in groups for one in group["options"]]
    chosen = value.get("initial_options", [value["initial_option"]] if "initial_option" in value else [])
    values = [one["value"] for one in offered]
    for one in chosen:
        if one["value"] not in values:
            name = "initial_option" if "initial_option" in value else "initial_options"
            check.wrong("must match one of the options", f"{at}/{name}")


def _bounds_agree(value: Any, at: str, check: Check) -> None:
    low, high = value.get("min_length", 0), value.get("max_length", 3000)
    if low > high:
        check.wrong("`min_length` must not be greater than `max_length`", at)
    if len(value.get("initial_value", "")) > high:
        check.wrong(f"must be less than {high + 1} characters", f"{at}/initial_value")


def _menu(required: dict[str, Rule], optional: dict[str, Rule], *more: Rule) -> Rule:
    return both(shape(_TYPE | required, optional), *more)


_STATIC_SELECT = _menu(
    {},
    _MENU | _STATIC | {"initial_option": PLAIN_OPTION},
    exactly_one("options", "option_groups"),
    _initial_is_offered,
)
_STATIC_MULTI = _menu(
    {},
    _MULTI | _STATIC | {"initial_options": array(PLAIN_OPTION, 100)},
    exactly_one("options", "option_groups"),
    _initial_is_offered,
)
_CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": CONVERSATION_FILTER}
_PLAIN_INPUT: dict[str, Rule] = _WRITTEN | {
    "initial_value": string(3000),
    "multiline": boolean,
    "min_length": integer(0, 3000),
    "max_length": integer(1, 3000),
}
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_VISIBLE: dict[str, Rule] = {"visible_to_user_ids": _IDS}
_BUTTON_EXTRAS: dict[str, Rule] = {
    "url": url(),
    "value": string(2000),
    "style": one_of("primary", "danger"),
    "confirm": CONFIRM,
    "accessibility_label": string(75),
    "agent_prompt": string(4000),
    "agent_prompt_display": anything,
}

IMAGE = both(
    shape(
        _TYPE | {"alt_text": string(2000, least=1)},
        {"image_url": url(schemes=("http", "https")), "slack_file": SLACK_FILE, "fallback": string()},
    ),
    exactly_one("image_url", "slack_file"),
)

ELEMENTS: dict[str, Rule] = {
    "button": shape(_TYPE | {"text": plain(75)}, _ACTION | _BUTTON_EXTRAS | _VISIBLE),
    "static_select": _STATIC_SELECT,
    "multi_static_select": _STATIC_MULTI,
    "external_select": shape(_TYPE, _MENU | {"initial_option": PLAIN_OPTION, "min_query_length": integer(0)}),
    "multi_external_select": shape(
        _TYPE, _MULTI | {"initial_options": array(PLAIN_OPTION, 100), "min_query_length": integer(0)}
    ),
    "users_select": shape(_TYPE, _MENU | {"initial_user": string(least=1)}),
    "multi_users_select": shape(_TYPE, _MULTI | {"initial_users": _IDS}),
    "conversations_select": shape(
        _TYPE,
        _MENU | _CONVERSATIONS | {"initial_conversation": string(least=1), "response_url_enabled": boolean},
    ),
    "multi_conversations_select": shape(_TYPE, _MULTI | _CONVERSATIONS | {"initial_conversations": _IDS}),
    "channels_select": shape(
        _TYPE, _MENU | {"initial_channel": string(least=1), "response_url_enabled": boolean}
    ),
    "multi_channels_select": shape(_TYPE, _MULTI | {"initial_channels": _IDS}),
    "overflow": shape(_TYPE | {"options": array(OVERFLOW_OPTION, 5)}, _ACTION | {"confirm": CONFIRM}),
    "datepicker": shape(_TYPE, _MENU | {"initial_date": day}),
    "timepicker": shape(_TYPE, _MENU | {"initial_time": time_of_day, "timezone": string(least=1)}),
    "datetimepicker": shape(_TYPE, _CONFIRMED | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "radio_buttons": _menu(
        {"options": array(BOX_OPTION, 10)}, _CONFIRMED | {"initial_option": BOX_OPTION}, _initial_is_offered
    ),
    "checkboxes": _menu(
        {"options": array(BOX_OPTION, 10)},
        _CONFIRMED | {"initial_options": array(BOX_OPTION, 10)},
        _initial_is_offered,
    ),
    "plain_text_input": _menu({}, _PLAIN_INPUT, _bounds_agree),
    "email_text_input": shape(_TYPE, _WRITTEN | {"initial_value": string(3000)}),
    "url_text_input": shape(_TYPE, _WRITTEN | {"initial_value": string(3000)}),
    "number_input": shape(
        _TYPE | {"is_decimal_allowed": boolean},
        _WRITTEN | {"initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": shape(
        _TYPE,
        _WRITTEN
        | {
            "initial_value": typed({"rich_text": RICH_TEXT}),
            "min_lines": integer(1),
            "max_lines": integer(1),
        },
    ),
    "file_input": shape(
        _TYPE, _ACTION | {"filetypes": array(string(least=1), 100), "max_files": integer(1, 10)}
    ),
    "workflow_button": shape(
        _TYPE | {"text": plain(75), "workflow": shape({"trigger": anything})},
        _ACTION | {"style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": shape(_TYPE | {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION),
    "icon_button": shape(
        _TYPE | {"icon": one_of("trash"), "text": plain(75)},
        _ACTION | _VISIBLE | {"value": string(2000), "confirm": CONFIRM, "accessibility_label": string(75)},
    ),
    "image": IMAGE,
}

_SELECTS = (
    "static_select", "multi_static_select", "external_select", "multi_external_select", "users_select",
    "multi_users_select", "conversations_select", "multi_conversations_select", "channels_select",
    "multi_channels_select",
)  # fmt: skip
_PICKERS = ("datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
_TYPED_IN = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
)


def _some(names: Iterable[str]) -> Rule:
    return typed({name: ELEMENTS[name] for name in names})


ACCESSORY = _some(
    (
        "button",
        "overflow",
        "image",
        "datepicker",
        "timepicker",
        "radio_buttons",
        "checkboxes",
        "workflow_button",
        *_SELECTS,
    )
)
ACTION = _some(("button", "overflow", "workflow_button", "rich_text_input", *_PICKERS, *_SELECTS))
INPUT = _some((*_TYPED_IN, *_PICKERS, *_SELECTS))
CONTEXT_ACTION = _some(("feedback_buttons", "icon_button"))
