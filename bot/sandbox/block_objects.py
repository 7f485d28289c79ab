"""Block Kit's composition objects: text, options, confirmation dialogs, files, dispatch settings."""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_rules import Check, Rule, array, boolean, both, one_of, shape, string, typed, url

ID = string(255, least=1)
BLOCK_ID = string(255)


def plain(most: int, least: int = 1) -> Rule:
    """A plain_text object."""
    return typed({"plain_text": shape({"type": string(), "text": string(most, least)}, {"emoji": boolean})})


def words(most: int, least: int = 1) -> Rule:
    """A text object of either kind."""
    text = {"type": string(), "text": string(most, least)}
    return typed(
        {"plain_text": shape(text, {"emoji": boolean}), "mrkdwn": shape(text, {"verbatim": boolean})}
    )


def option(text: Rule, *, with_url: bool = False) -> Rule:
    """An option of a menu or a group of boxes."""
    optional: dict[str, Rule] = {"description": text}
    if with_url:
        optional["url"] = url()
    return shape({"text": text, "value": string(150, least=1)}, optional)


PLAIN_OPTION = option(plain(75))
BOX_OPTION = option(words(75))
OVERFLOW_OPTION = option(plain(75), with_url=True)
OPTION_GROUP = shape({"label": plain(75), "options": array(PLAIN_OPTION, 100)})

CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH_CONFIG = shape(
    {}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)}
)
CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def _known_file(value: Any, at: str, check: Check) -> None:
    if ("id" in value) == ("url" in value):
        check.wrong("must define either `id` or `url`", at)
    elif not check.file_exists(str(value.get("id") or value.get("url"))):
        check.wrong("invalid slack file", at)


SLACK_FILE = both(shape({}, {"id": string(least=1), "url": string(3000, least=1)}), _known_file)


def exactly_one(first: str, second: str) -> Rule:
    """An object must have one of two fields, and not both."""

    def rule(value: Any, at: str, check: Check) -> None:
        if (first in value) == (second in value):
            check.wrong(f"must define either `{first}` or `{second}`", at)

    return rule
