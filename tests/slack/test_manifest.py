"""The manifest is one that Slack takes, and asks for what the code uses and for nothing more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.app import EVENT_SCOPES
from handlers.slack import manifest as manifest_module
from handlers.slack.manifest import (
    FREE_EVENTS,
    FREE_METHODS,
    SCOPES,
    bot_events,
    manifest,
    optional_scopes,
    required_scopes,
)
from handlers.slack.routes import COMMANDS, EVENTS, SHORTCUTS

SCHEMA = json.loads(Path(__file__).with_name("manifest_schema.json").read_text())
HANDLERS = Path(manifest_module.__file__).parent
_METHOD = re.compile(
    r"""["']((?:apps|auth|bots|chat|conversations|dnd|emoji|files|oauth|pins|reactions|team|usergroups|users|views)"""
    r"""(?:\.[a-zA-Z0-9]+)+)["']"""
)
_NO_METHOD = {"team.changed"}
"""Audit words of ours that look like a method's name."""


def _methods_in_use() -> set[str]:
    """What the listeners and ports call. Surfaces call nobody; the client only knows how a family is sent."""
    callers = (
        path
        for path in HANDLERS.rglob("*.py")
        if path.name not in ("manifest.py", "api.py") and "surfaces" not in path.parts
    )
    return {name for path in callers for name in _METHOD.findall(path.read_text())} - _NO_METHOD


def _subscriptions_in_use() -> set[str]:
    """Slack's names for what the routes listen to: they know DMs and threads, Slack knows kinds of channel."""
    found: set[str] = set()
    for name in EVENTS:
        if name.startswith("message.im"):
            found.add("message.im")
        elif name.startswith("message.thread"):
            found.update(("message.channels", "message.groups"))
        else:
            found.add(name)
    return found


@pytest.mark.parametrize("url", [None, "https://bot.example.com", "https://bot.example.com/"])
def test_slack_would_take_it(url: str | None) -> None:
    import jsonschema  # it makes a grammar of addresses for more than a second, in every process that collects

    jsonschema.validate(manifest(url), SCHEMA)


def test_without_an_address_it_is_for_socket_mode_and_names_no_address() -> None:
    found = manifest(None)

    assert found["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(found)


def test_with_an_address_every_request_goes_to_the_one_door() -> None:
    found = manifest("https://bot.example.com/")

    door = "https://bot.example.com/slack/events"
    assert found["settings"]["socket_mode_enabled"] is False
    assert found["settings"]["event_subscriptions"]["request_url"] == door
    assert found["settings"]["interactivity"]["request_url"] == door
    assert {command["url"] for command in found["features"]["slash_commands"]} == {door}
    assert found["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]


def test_it_subscribes_to_what_the_routes_answer_and_to_nothing_else() -> None:
    events = manifest(None)["settings"]["event_subscriptions"]["bot_events"]

    assert sorted(events) == sorted(_subscriptions_in_use())


def test_it_offers_the_commands_and_shortcuts_that_the_routes_answer() -> None:
    features: dict[str, Any] = manifest(None)["features"]

    assert {each["command"] for each in features["slash_commands"]} == set(COMMANDS)
    assert {each["callback_id"] for each in features["shortcuts"]} == set(SHORTCUTS)
    assert all(each["usage_hint"] for each in features["slash_commands"])


def test_every_method_that_is_called_has_its_scope() -> None:
    covered = {method for scope in SCOPES for method in scope.methods} | set(FREE_METHODS)

    assert sorted(_methods_in_use() - covered) == []


def test_reactions_stay_among_people() -> None:
    scopes = manifest(None)["oauth_config"]["scopes"]["bot"]
    events = manifest(None)["settings"]["event_subscriptions"]["bot_events"]

    assert not [each for each in (*scopes, *events, *_methods_in_use()) if "reaction" in each]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_every_scope_is_used(scope: manifest_module.Scope) -> None:
    used = set(scope.methods) & _methods_in_use() or set(scope.events) & _subscriptions_in_use()

    # Slack asks for `commands` where slash commands or shortcuts are declared; no method and no event needs it.
    assert used or scope.name == "commands"


@pytest.mark.parametrize("event", bot_events())
def test_the_local_workspace_would_deliver_every_event(event: str) -> None:
    asked = set(required_scopes()) | set(optional_scopes())

    needed = set(EVENT_SCOPES.get(event, ()))

    assert not needed or needed & asked
    assert (not needed) is (event in FREE_EVENTS) or event not in EVENT_SCOPES


def test_the_channels_own_messages_are_the_only_thing_that_may_be_refused() -> None:
    scopes = manifest(None)["oauth_config"]["scopes"]

    assert scopes["bot_optional"] == ["channels:history", "groups:history"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert all(scope.without for scope in SCOPES if scope.optional)


def test_every_scope_says_why_in_a_sentence() -> None:
    assert all(scope.reason.endswith(".") and len(scope.reason) > 30 for scope in SCOPES)
    assert len({scope.name for scope in SCOPES}) == len(SCOPES)


def test_a_person_can_write_to_the_bot_and_has_a_home() -> None:
    home = manifest(None)["features"]["app_home"]

    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
