"""Slack's payloads, one of every kind that the routes know, with the keys that Slack itself sends.

The shapes follow Slack's own recordings in its Java SDK (`json-logs/samples`, MIT, © Slack Technologies, LLC); values
are ours. Whatever people typed holds `WORDS`, so that a test can look for it where it must not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.slack.routes import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS

Json = dict[str, Any]

WORDS = "Zq7 Maria slept through the night"
TEAM, CHANNEL, DM = "T1", "C1", "D1"
ALICE, BOB, CHARLIE = "UALICE", "UBOB", "UCHARLIE"
_ENVELOPE: Json = {
    "token": "a-verification-token",
    "team_id": TEAM,
    "context_team_id": TEAM,
    "context_enterprise_id": None,
    "enterprise_id": None,
    "api_app_id": "A1",
    "event_context": "4-a-context",
    "is_ext_shared_channel": False,
    "authed_users": [BOB],
    "authed_teams": [TEAM],
    "authorizations": [
        {
            "enterprise_id": None,
            "team_id": TEAM,
            "user_id": "UBOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ],
}
_INTERACTION: Json = {
    "enterprise": None,
    "is_enterprise_install": False,
    "team": {"id": TEAM, "domain": "acme", "enterprise_id": None, "enterprise_name": None},
    "user": {"id": BOB, "username": "bob", "name": "bob", "team_id": TEAM},
    "api_app_id": "A1",
    "token": "a-verification-token",
    "trigger_id": "1.2.3",
    "response_url": "http://127.0.0.1:9/response",
    "interactivity": {"interactivity_pointer": "1.2.3", "interactor": {"id": BOB, "secret": "a-secret"}},
    "function_data": {"execution_id": "Fx1", "function": {"callback_id": "a-function"}},
}
_USER: Json = {
    "id": BOB,
    "team_id": TEAM,
    "name": "bob",
    "deleted": False,
    "real_name": "Bob",
    "tz": "Europe/London",
    "tz_offset": 0,
    "profile": {
        "display_name": "Bob",
        "real_name": "Bob",
        "status_text": WORDS,
        "status_emoji": ":palm_tree:",
    },
    "is_admin": False,
    "is_owner": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_bot": False,
    "is_stranger": False,
    "updated": 1_763_000_000,
    "enterprise_user": None,
    "is_workflow_bot": False,
}


def message(**changes: Any) -> Json:
    """A message as it stands inside events and clicks."""
    return {
        "client_msg_id": "a-client-id",
        "type": "message",
        "subtype": None,
        "user": BOB,
        "team": TEAM,
        "text": WORDS,
        "blocks": [
            {"type": "rich_text", "block_id": "b1", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": WORDS}]},
            ]},
        ],
        "attachments": [],
        "files": [],
        "edited": {"user": BOB, "ts": "1763640000.000300"},
        "ts": "1763640000.000100",
        "thread_ts": None,
        "reply_count": 0,
        "metadata": {"event_type": "", "event_payload": {}},
        **changes,
    }  # fmt: skip


def event(inner: Json, number: int = 0) -> Json:
    """An event in its envelope."""
    return {
        **_ENVELOPE,
        "type": "event_callback",
        "event_id": f"Ev{number}",
        "event_time": 1_763_640_000 + number,
        "event": inner,
    }


def events(number: int = 0) -> Sequence[Json]:
    """Each event of the routes."""
    ts = f"1763640000.{number}"
    where: Json = {"channel": CHANNEL, "channel_type": "channel", "event_ts": ts, "ts": ts}
    in_dm = where | {"channel": DM, "channel_type": "im"}
    thread = {"thread_ts": "1763630000.000100", "parent_user_id": "UBOT"}
    before = message(text=f"before: {WORDS}", ts=ts, **thread)
    changed: Json = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "previous_message": before,
    }
    deleted: Json = {
        "type": "message",
        "subtype": "message_deleted",
        "deleted_ts": ts,
        "previous_message": before,
    }
    known: dict[str, Json] = {
        "message.im": message(**in_dm),
        "message.im.changed": changed | in_dm | {"message": message(ts=ts)},
        "message.im.deleted": deleted | in_dm,
        "message.thread": message(**where, **thread),
        "message.thread.changed": changed | where | {"message": message(ts=ts, **thread)},
        "message.thread.deleted": deleted | where,
        "member_joined_channel": where | {"user": BOB, "team": TEAM, "inviter": ALICE, "enterprise": None},
        "member_left_channel": where | {"user": BOB, "team": TEAM},
        "user_change": {"user": _USER, "cache_ts": 1, "event_ts": ts},
        "app_home_opened": {"user": BOB, "channel": DM, "tab": "home", "event_ts": ts, "view": view("", {})},
        "tokens_revoked": {"tokens": {"oauth": [BOB], "bot": []}},
        "app_uninstalled": {},
        "channel_id_changed": {"old_channel_id": "C8", "new_channel_id": "C9", "event_ts": ts},
        **{name: where | {"user": ALICE, "is_moved": 0} for name in _OF_A_CHANNEL},
        **{
            name: {"channel": {"id": CHANNEL, "name": "sales", "is_channel": True, "created": 1}, "event_ts": ts}
            for name in ("channel_rename", "group_rename")
        },
    }  # fmt: skip
    return [event({"type": name, **known.get(name, where | {"user": BOB})}, number) for name in EVENTS]


_OF_A_CHANNEL = tuple(name for name in EVENTS if name.startswith(("channel_", "group_")))


def view(callback: str, values: Json) -> Json:
    """A modal as it comes back."""
    return {
        "id": "V1",
        "team_id": TEAM,
        "type": "modal",
        "title": {"type": "plain_text", "text": "A form", "emoji": True},
        "submit": {"type": "plain_text", "text": "Save", "emoji": True},
        "close": None,
        "blocks": [{"type": "input", "block_id": "story.text", "element": {"type": "plain_text_input"}}],
        "private_metadata": '{"story": "S1"}',
        "callback_id": callback,
        "external_id": "",
        "state": {"values": values},
        "hash": "1763640000.abcdef",
        "clear_on_close": False,
        "notify_on_close": False,
        "root_view_id": "V1",
        "previous_view_id": None,
        "app_id": "A1",
        "app_installed_team_id": TEAM,
        "bot_id": "B1",
    }


_OPTION: Json = {"text": {"type": "plain_text", "text": "The team", "emoji": True}, "value": "team"}
_VALUES: Json = {
    "story.text": {"value": {"type": "plain_text_input", "value": WORDS}},
    "story.audience": {"value": {"type": "static_select", "selected_option": _OPTION}},
    "story.team": {"value": {"type": "static_select", "selected_option": None}},
    "story.customer": {"value": {"type": "plain_text_input", "value": None}},
    "story.tags": {"value": {"type": "multi_static_select", "selected_options": [_OPTION]}},
    "setup.purpose": {"value": {"type": "plain_text_input", "value": WORDS}},
    "setup.prompt_days": {"value": {"type": "plain_text_input", "value": "mon-fri"}},
    "setup.prompt_at": {"value": {"type": "timepicker", "selected_time": "16:30"}},
    "setup.reminder_days": {"value": {"type": "plain_text_input", "value": "mon"}},
    "setup.reminder_at": {"value": {"type": "timepicker", "selected_time": "09:00"}},
    "setup.digest_days": {"value": {"type": "plain_text_input", "value": "fri"}},
    "setup.digest_at": {"value": {"type": "timepicker", "selected_time": "15:00"}},
    "setup.zone": {"value": {"type": "plain_text_input", "value": "Europe/London"}},
    "setup.join": {"value": {"type": "radio_buttons", "selected_option": {"value": "invite"}}},
    "setup.managers": {"value": {"type": "multi_users_select", "selected_users": [ALICE]}},
}  # fmt: skip


def clicks(number: int = 0) -> Sequence[Json]:
    """A click on each button and menu of the routes."""
    return [
        {
            **_INTERACTION,
            "type": "block_actions",
            "trigger_id": f"1.{number}.click",
            "container": {
                "type": "message", "message_ts": "1763640000.000100", "channel_id": DM, "is_ephemeral": False,
            },
            "channel": {"id": DM, "name": "directmessage"},
            "message": message(),
            "state": {"values": {}},
            "actions": [
                {
                    "type": "button",
                    "action_id": name,
                    "block_id": "b1",
                    "text": {"type": "plain_text", "text": WORDS, "emoji": True},
                    "value": "S1:T1",
                    "selected_option": None,
                    "action_ts": "1763640000.000200",
                }
            ],
        }
        for name in ACTIONS
    ]  # fmt: skip


def submissions(number: int = 0) -> Sequence[Json]:
    """Each form of the routes, sent."""
    return [
        {
            **_INTERACTION,
            "type": "view_submission",
            "trigger_id": f"1.{number}.view",
            "view": view(name, _VALUES) | {"id": f"V{number}"},
            "response_urls": [],
        }
        for name in VIEWS
    ]


def shortcuts(number: int = 0) -> Sequence[Json]:
    """Each entry in a message's menu."""
    return [
        {
            **_INTERACTION,
            "type": "message_action",
            "callback_id": name,
            "trigger_id": f"1.{number}.shortcut",
            "message_ts": "1763640000.000100",
            "channel": {"id": CHANNEL, "name": "small-business"},
            "message": message(),
        }
        for name in SHORTCUTS
    ]


def commands(number: int = 0) -> Sequence[dict[str, str]]:
    """Each command, with each of its words."""
    said = ("", "setup", f"set {WORDS}", "show", f"story {WORDS}", f"stories {WORDS}", "digest", "huddle", "why",
            "days mon-wed at 15:30", "holidays DE", "pause for 2 weeks", "resume", "stop", "mydata", "forget",
            "help", WORDS, f"coach {WORDS}")  # fmt: skip
    return [
        {
            "token": "a-verification-token",
            "team_id": TEAM,
            "team_domain": "acme",
            "channel_id": CHANNEL,
            "channel_name": "small-business",
            "user_id": (ALICE, BOB)[number % 2],
            "user_name": "bob",
            "command": name,
            "text": text,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/response",
            "trigger_id": f"1.{number}.command",
        }
        for name in COMMANDS
        for text in said
    ]
