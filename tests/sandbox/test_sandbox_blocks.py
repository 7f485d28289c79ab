"""Block Kit as strict as Slack: what is refused, with its place, and what is taken."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import block_kit
from bot.sandbox.model import Refused

PLAIN: dict[str, Any] = {"type": "plain_text", "text": "Go"}
BUTTON: dict[str, Any] = {"type": "button", "text": PLAIN, "action_id": "go", "value": "1"}
OPTION: dict[str, Any] = {"text": PLAIN, "value": "a"}
CHART: dict[str, Any] = {
    "type": "data_visualization",
    "title": "Kinds of difference",
    "chart": {
        "type": "bar",
        "series": [
            {"name": "Stories", "data": [{"label": "time", "value": 3}, {"label": "money", "value": 1}]}
        ],
        "axis_config": {"categories": ["time", "money"]},
    },
}


def words(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def asked(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "label": PLAIN, "element": element}


def rich(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


def refusals(*blocks: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        block_kit.message_blocks(list(blocks), lambda _: False)
    assert refusal.value.error == "invalid_blocks"
    return refusal.value.messages


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/blocks/0/type]"),
        ({}, "missing required field: type [json-pointer:/blocks/0]"),
        ("divider", "must provide an object [json-pointer:/blocks/0]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        (
            {"type": "section", "text": words("")},
            "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "section", "text": words("x" * 3001)},
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        ({"type": "section", "text": "plain"}, "must provide an object [json-pointer:/blocks/0/text]"),
        (
            {"type": "section", "text": {**words("x"), "emoji": True}},
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (
            {"type": "section", "fields": [words("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            {"type": "section", "fields": [words("x" * 2001)]},
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        ({"type": "divider", "text": PLAIN}, "invalid additional property: text [json-pointer:/blocks/0]"),
        (
            {"type": "divider", "block_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (
            {"type": "header", "text": words("x")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (
            {"type": "header", "text": {**PLAIN, "text": "x" * 151}},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "context", "elements": [words("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "context", "elements": []},
            "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions(*[{**BUTTON, "action_id": f"b{one}"} for one in range(26)]),
            "no more than 25 items allowed",
        ),
        (actions({"type": "plain_text_input", "action_id": "a"}), "unsupported type: plain_text_input"),
        (
            actions({**BUTTON, "text": {**PLAIN, "text": "x" * 76}}),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions({**BUTTON, "value": "x" * 2001}),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions({**BUTTON, "style": "warm"}),
            "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions({**BUTTON, "disabled": True}),
            "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
        ),
        (
            actions(BUTTON, BUTTON),
            '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
        ),
        (
            actions({"type": "static_select", "action_id": "s", "options": [{**OPTION, "value": "x" * 151}]}),
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (
            actions({"type": "static_select", "action_id": "s"}),
            "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
        ),
        (
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "options": [OPTION],
                    "initial_option": {**OPTION, "value": "b"},
                }
            ),
            "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        (
            actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-30"}),
            "must be a valid date in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
        ),
        (
            actions({"type": "datepicker", "action_id": "d", "initial_date": "30.11.2026"}),
            "must be a valid date in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
        ),
        (
            actions({"type": "timepicker", "action_id": "t", "initial_time": "25:00"}),
            "must be a valid time in the format HH:mm [json-pointer:/blocks/0/elements/0/initial_time]",
        ),
        (
            actions({"type": "overflow", "action_id": "o", "options": [OPTION] * 6}),
            "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (asked(BUTTON), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
        ({"type": "input", "element": BUTTON}, "missing required field: label [json-pointer:/blocks/0]"),
        (
            asked({"type": "plain_text_input", "action_id": "a", "max_length": 3001}),
            "must be less than 3001 [json-pointer:/blocks/0/element/max_length]",
        ),
        (
            asked(
                {"type": "plain_text_input", "action_id": "a", "placeholder": {**PLAIN, "text": "x" * 151}}
            ),
            "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]",
        ),
        ({"type": "image", "image_url": "https://x.example/y.png"}, "missing required field: alt_text"),
        (
            {"type": "image", "alt_text": "x"},
            "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
        ),
        (
            {"type": "image", "alt_text": "x", "slack_file": {"id": "F0NOWHERE"}},
            "invalid slack file [json-pointer:/blocks/0/slack_file]",
        ),
        ({"type": "image", "alt_text": "x", "image_url": "picture"}, "must be a valid URL"),
        (
            rich({"type": "text", "text": ""}),
            "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
        ),
        (rich({"type": "shout", "text": "x"}), "unsupported type: shout"),
        (
            {"type": "markdown", "text": "x" * 12_001},
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        (
            {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
            "no more than 20 items allowed",
        ),
        ({**CHART, "title": "x" * 51}, "must be less than 51 characters [json-pointer:/blocks/0/title]"),
        (
            {**CHART, "chart": {"type": "pie", "segments": [{"label": "x" * 21, "value": 1}]}},
            "must be less than 21 characters [json-pointer:/blocks/0/chart/segments/0/label]",
        ),
        (
            {**CHART, "chart": {**CHART["chart"], "axis_config": {"categories": ["time", "joy"]}}},
            "data labels must match the axis categories [json-pointer:/blocks/0/chart/series/0/data]",
        ),
    ],
)
def test_a_block_that_slack_refuses_is_refused_with_its_place(block: Any, problem: str) -> None:
    assert any(problem in one for one in refusals(block)), refusals(block)


def test_fifty_blocks_pass_and_one_more_does_not() -> None:
    block_kit.message_blocks([{"type": "divider"}] * 50, lambda _: False)

    assert refusals(*[{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_the_same_block_id_twice_is_refused() -> None:
    twice = {"type": "divider", "block_id": "line"}

    assert refusals(twice, twice) == ['`block_id` "line" already exists [json-pointer:/blocks/1/block_id]']


def test_the_same_action_id_in_two_blocks_is_fine() -> None:
    assert len(block_kit.message_blocks([actions(BUTTON), actions(BUTTON)], lambda _: False)) == 2


def test_a_third_chart_or_a_second_table_is_refused() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}

    assert "no more than 2 data_visualization blocks" in refusals(CHART, CHART, CHART)[0]
    assert "only_one_table_allowed" in refusals(table, table)[0]


@pytest.mark.parametrize(
    "block",
    [
        {
            "type": "section",
            "text": {**words("*x* <!date^1795318410^{date}|then>"), "verbatim": True},
            "expand": True,
        },
        {"type": "section", "fields": [PLAIN, words("x")], "accessory": BUTTON},
        {
            "type": "section",
            "text": words("x" * 3000),
            "accessory": {"type": "overflow", "options": [OPTION]},
        },
        {
            "type": "context",
            "elements": [words("x"), {"type": "image", "image_url": "https://x.example/y", "alt_text": "y"}],
        },
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x", "title": PLAIN},
        {"type": "markdown", "text": "# Hello"},
        {"type": "file", "external_id": "x", "source": "remote"},
        {
            "type": "video",
            "alt_text": "x",
            "title": PLAIN,
            "thumbnail_url": "https://x.example/t.png",
            "video_url": "https://x.example/v",
        },
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": PLAIN, "value": "1"},
                    "negative_button": {"text": PLAIN, "value": "0"},
                }
            ],
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "x"}, rich({"type": "text", "text": "y"})]],
            "column_settings": [{"align": "right"}, None],
        },
        rich(
            {"type": "text", "text": "x", "style": {"bold": True}},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "emoji", "name": "wave"},
            {"type": "link", "url": "https://x.example"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 1795318410, "format": "{date}", "fallback": "then"},
        ),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "indent": 1,
                    "elements": [{"type": "rich_text_section", "elements": []}],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "border": 0},
            ],
        },
        CHART,
        {**CHART, "chart": {**CHART["chart"], "type": "line"}},
        {**CHART, "chart": {"type": "pie", "segments": [{"label": "time", "value": 3}]}},
        *[
            asked({"action_id": "a", **element})
            for element in (
                {
                    "type": "plain_text_input",
                    "multiline": True,
                    "min_length": 1,
                    "max_length": 3000,
                    "initial_value": "x",
                },
                {"type": "email_text_input"},
                {"type": "url_text_input"},
                {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
                {"type": "rich_text_input", "initial_value": rich({"type": "text", "text": "x"})},
                {"type": "file_input", "filetypes": ["png"], "max_files": 1},
                {"type": "datepicker", "initial_date": "2026-11-27"},
                {"type": "timepicker", "initial_time": "16:30", "timezone": "Europe/Berlin"},
                {"type": "datetimepicker", "initial_date_time": 1795318410},
                {
                    "type": "radio_buttons",
                    "options": [{"text": words("x"), "value": "a", "description": words("y")}],
                },
                {"type": "checkboxes", "options": [OPTION], "initial_options": [OPTION]},
                {"type": "static_select", "option_groups": [{"label": PLAIN, "options": [OPTION]}]},
                {"type": "multi_static_select", "options": [OPTION], "max_selected_items": 1},
                {"type": "external_select", "min_query_length": 0},
                {"type": "users_select", "initial_user": "U1"},
                {"type": "multi_users_select", "initial_users": ["U1"]},
                {
                    "type": "conversations_select",
                    "filter": {"include": ["public"]},
                    "default_to_current_conversation": True,
                },
                {"type": "channels_select", "response_url_enabled": True},
            )
        ],
    ],
    ids=lambda block: block["element"]["type"] if block["type"] == "input" else block["type"],
)
def test_a_block_that_slack_takes_is_taken(block: dict[str, Any]) -> None:
    assert block_kit.message_blocks([block], {"F1"}.__contains__)[0]["type"] == block["type"]


def test_ids_and_defaults_are_filled_in_and_the_given_blocks_left_alone() -> None:
    given = actions({"type": "button", "text": {"type": "plain_text", "text": "Go"}})

    completed = block_kit.message_blocks([given], lambda _: False)[0]

    assert completed["block_id"]
    assert completed["elements"][0]["action_id"]
    assert completed["elements"][0]["text"]["emoji"] is True
    assert "block_id" not in given


MODAL: dict[str, Any] = {
    "type": "modal",
    "title": PLAIN,
    "submit": PLAIN,
    "blocks": [asked({"type": "plain_text_input"})],
}


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (
            {**MODAL, "title": {**PLAIN, "text": "x" * 25}},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        ({**MODAL, "submit": {**PLAIN, "text": "x" * 25}}, "json-pointer:/view/submit/text"),
        (
            {**MODAL, "private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({**MODAL, "callback_id": "x" * 256}, "json-pointer:/view/callback_id"),
        (
            {**MODAL, "blocks": [{"type": "divider"}] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        ({**MODAL, "colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({**MODAL, "submit": None}, "missing required field: submit [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        (
            {**MODAL, "blocks": [CHART]},
            "unsupported type: data_visualization [json-pointer:/view/blocks/0/type]",
        ),
        ({"type": "page", "blocks": []}, "must be a valid enum value [json-pointer:/view/type]"),
        (
            {"type": "home", "blocks": [], "submit": PLAIN},
            "invalid additional property: submit [json-pointer:/view]",
        ),
    ],
)
def test_a_view_that_slack_refuses_is_refused_with_its_place(view: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        block_kit.view(view, lambda _: False)

    assert refusal.value.error == "invalid_arguments"
    assert any(problem in one for one in refusal.value.messages), refusal.value.messages


async def test_the_web_api_answers_invalid_blocks_with_messages(ws, call) -> None:
    answer = await call(
        "chat.postMessage", channel=ws.channels["general"], text="x", blocks=[{"type": "poem"}]
    )

    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["unsupported type: poem [json-pointer:/blocks/0/type]"],
        "response_metadata": {"messages": ["[ERROR] unsupported type: poem [json-pointer:/blocks/0/type]"]},
    }
