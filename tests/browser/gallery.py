"""One of every block and element that Slack knows and the bot may use, for looking at and for clicking."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def marked(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Json:
    """An option of a menu."""
    return {
        "text": plain(text),
        "value": value,
        **({"description": plain(description)} if description else {}),
    }


def button(text: str, action_id: str, value: str = "1", **more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": value, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    """A row of elements."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(label: str, element: Json, *, block_id: str = "", **more: Any) -> Json:
    """An input block; its id is the element's action_id where none is given."""
    return {
        "type": "input",
        "block_id": block_id or element["action_id"],
        "label": plain(label),
        "element": element,
        **more,
    }


def modal(*blocks: Json, title: str = "Tell a story", callback_id: str = "story.tell", **more: Any) -> Json:
    """A modal with a submit button."""
    whole: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Not now"),
        "blocks": list(blocks),
    }
    return whole | more


FRUIT = [option("Apple", "apple"), option("Pear", "pear", "the green one"), option("Plum", "plum")]

SURE = {
    "title": plain("Close this check?"),
    "text": marked("The answers stay in the *thread*."),
    "confirm": plain("Close it"),
    "deny": plain("Not yet"),
}

RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": " struck", "style": {"strike": True}},
                {"type": "link", "url": "https://example.com/", "text": "a link"},
                {"type": "emoji", "name": "heart"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#0f6b5c"},
                {
                    "type": "date",
                    "timestamp": 1_795_000_000,
                    "format": "{date_long} {time}",
                    "fallback": "then",
                },
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "second"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "She sold out by noon"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}


def series(name: str, *values: int) -> Json:
    """A series of a chart over A, B, C, …"""
    return {
        "name": name,
        "data": [{"label": label, "value": value} for label, value in zip("ABCDE", values, strict=False)],
    }


def chart(kind: str, title: str) -> Json:
    """A chart of one kind."""
    if kind == "pie":
        segments = [{"label": "Saved time", "value": 12}, {"label": "Peace of mind", "value": 5}]
        return {"type": "data_visualization", "title": title, "chart": {"type": "pie", "segments": segments}}
    drawn = {
        "type": kind,
        "series": [series("Calm", 1, 3, 2), series("Joy", 2, 2, 4)],
        "axis_config": {"categories": ["A", "B", "C"], "x_label": "Week"},
    }
    return {"type": "data_visualization", "title": title, "chart": drawn}


WORDS: list[Json] = [
    {"type": "header", "text": plain("Every block :tada:")},
    {
        "type": "section",
        "text": marked(
            "*bold* _italic_ ~struck~ `code` <https://example.com/|a link> &lt;b&gt;\n&gt; quoted\n```block```"
        ),
        "fields": [marked("*Who*\nAlice"), plain("*not bold*")],
        "accessory": {
            "type": "overflow",
            "action_id": "more",
            "options": [option("One", "1"), option("Two", "2")],
        },
    },
    {"type": "divider"},
    {"type": "context", "elements": [marked("asked by *Alice*"), plain("today")]},
    RICH,
    {"type": "markdown", "text": "## Heading\n**bold** text\n\n- a\n- b\n\n| A | B |\n|---|---|\n| 1 | 2 |"},
]

PICTURES: list[Json] = [chart("bar", "Bars"), chart("pie", "A pie")]
CURVES: list[Json] = [chart("line", "Lines"), chart("area", "An area")]

TABLE: Json = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "What"}],
        [{"type": "raw_text", "text": "Bob"}, {"type": "raw_text", "text": "helped a baker"}],
    ],
    "column_settings": [{"align": "left"}, {"align": "right", "is_wrapped": True}],
}

INPUTS: list[Json] = [
    field(
        "Story",
        {
            "type": "plain_text_input",
            "action_id": "text",
            "multiline": True,
            "min_length": 10,
            "max_length": 3000,
        },
    ),
    field(
        "Customer",
        {"type": "plain_text_input", "action_id": "customer"},
        optional=True,
        hint=plain("Who was it?"),
    ),
    field(
        "How many",
        {"type": "number_input", "action_id": "number", "is_decimal_allowed": False, "min_value": "1"},
    ),
    field("Web page", {"type": "url_text_input", "action_id": "url"}, optional=True),
    field("Mail", {"type": "email_text_input", "action_id": "email"}, optional=True),
    field("Audience", {"type": "static_select", "action_id": "audience", "options": FRUIT}),
    field("Tags", {"type": "multi_static_select", "action_id": "tags", "options": FRUIT}, optional=True),
    field("Colleague", {"type": "users_select", "action_id": "person"}, optional=True),
    field("Channel", {"type": "conversations_select", "action_id": "channel"}, optional=True),
    field("Mood", {"type": "radio_buttons", "action_id": "mood", "options": FRUIT[:2]}, optional=True),
    field("Extras", {"type": "checkboxes", "action_id": "extras", "options": FRUIT}, optional=True),
    field("Day", {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-20"}),
    field("Hour", {"type": "timepicker", "action_id": "hour", "initial_time": "16:30"}),
    field("Moment", {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_795_000_200}),
    field("Notes", {"type": "rich_text_input", "action_id": "notes"}, optional=True),
]
