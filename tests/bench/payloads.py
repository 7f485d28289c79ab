"""What Slack would send: events, commands and clicks of the size that it sends, signed, no two alike."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, TypeAlias
from urllib.parse import urlencode

import orjson

from handlers.slack.surfaces import names

TEAM = "T0BENCH"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT = "U0PURPOSE"
_WORDS = (
    "Maria at the bakery on Mill Road closed her books in one day instead of four, because the scales now talk to"
    " the till. She went home at five and called to say so."
)

Make: TypeAlias = Callable[[], tuple[bytes, bytes]]
"""A fresh body and its content type."""

_numbers = count(int(time.time()) * 1000)


def event() -> dict[str, Any]:
    """A message in somebody's DM."""
    number = next(_numbers)
    user, channel = f"U{number % 997:08}", f"D{number % 997:08}"
    return {
        "token": "gone",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": {
            "type": "message",
            "channel": channel,
            "channel_type": "im",
            "user": user,
            "text": _WORDS,
            "ts": f"{number / 1000:.6f}",
            "event_ts": f"{number / 1000:.6f}",
            "client_msg_id": f"5f1a{number:028x}",
            "team": TEAM,
            "blocks": [
                {
                    "type": "rich_text",
                    "block_id": "b0",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": _WORDS}]}
                    ],
                }
            ],
        },
        "type": "event_callback",
        "event_id": f"Ev{number:010X}",
        "event_time": number // 1000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number:040x}",
    }


def command() -> dict[str, str]:
    """A manager opens a purpose check."""
    number = next(_numbers)
    return {
        "token": "gone",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": "C0BENCH",
        "channel_name": "small-business",
        "user_id": f"U{number % 997:08}",
        "user_name": "alice",
        "command": "/purpose-check",
        "text": "What did we make easier for a customer today? Überraschung & mehr",
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": f"https://hooks.slack.com/commands/{TEAM}/{number}/abcdefghijklmnopqrstuvwx",
        "trigger_id": f"{number}.{number}.{number:032x}",
    }


def click() -> dict[str, Any]:
    """Somebody clicks "Nothing today" under the prompt in their DM."""
    number = next(_numbers)
    user, channel = f"U{number % 997:08}", f"D{number % 997:08}"
    ts = f"{number / 1000:.6f}"
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "bob", "name": "bob", "team_id": TEAM},
        "api_app_id": "A0BENCH",
        "token": "gone",
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": False,
        },
        "trigger_id": f"{number}.{number}.{number:032x}",
        "team": {"id": TEAM, "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "directmessage"},
        "message": {
            "user": BOT,
            "type": "message",
            "ts": ts,
            "bot_id": "B0BENCH",
            "app_id": "A0BENCH",
            "text": "What difference did you make for a customer today?",
            "team": TEAM,
            "blocks": _prompt_blocks(),
        },
        "state": {"values": {}},
        "response_url": f"https://hooks.slack.com/actions/{TEAM}/{number}/abcdefghijklmnopqrstuvwx",
        "actions": [
            {
                "action_id": names.PROMPT_NOTHING,
                "block_id": "b3",
                "text": {"type": "plain_text", "text": "Nothing today", "emoji": True},
                "value": f"d{number:024x}",
                "type": "button",
                "action_ts": ts,
            }
        ],
    }


def _prompt_blocks() -> list[dict[str, Any]]:
    words = (
        "*We help small businesses be more successful.*",
        "What difference did you make for a customer today?\nDid you tell anyone an honest no? What happened?",
        "Who will see it: #small-business (public: everyone at Acme).",
    )
    buttons = ("Share a story", "Nothing today", "Remind me in an hour")
    return [
        *(
            {
                "type": "section",
                "block_id": f"b{number}",
                "text": {"type": "mrkdwn", "text": each, "verbatim": True},
            }
            for number, each in enumerate(words)
        ),
        {
            "type": "actions",
            "block_id": "b3",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"prompt.{number}",
                    "text": {"type": "plain_text", "text": each, "emoji": True},
                    "value": "d" * 24,
                }
                for number, each in enumerate(buttons)
            ],
        },
    ]


def as_json(payload: dict[str, Any]) -> tuple[bytes, bytes]:
    """How events come."""
    return orjson.dumps(payload), b"application/json"


def as_form(fields: dict[str, str]) -> tuple[bytes, bytes]:
    """How commands come."""
    return urlencode(fields).encode(), b"application/x-www-form-urlencoded"


def as_payload(payload: dict[str, Any]) -> tuple[bytes, bytes]:
    """How clicks come: JSON in a form field."""
    return as_form({"payload": orjson.dumps(payload).decode()})


KINDS: dict[str, Make] = {
    "event": lambda: as_json(event()),
    "command": lambda: as_form(command()),
    "click": lambda: as_payload(click()),
}


def request(body: bytes, content_type: bytes, path: str = "/slack/events") -> bytes:
    """A signed HTTP request, as bytes on the wire."""
    timestamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return b"".join(
        (
            f"POST {path} HTTP/1.1\r\nhost: bench\r\nuser-agent: Slackbot 1.0\r\naccept: */*\r\n".encode(),
            f"x-slack-request-timestamp: {timestamp}\r\nx-slack-signature: v0={signature}\r\n".encode(),
            b"content-type: " + content_type + f"\r\ncontent-length: {len(body)}\r\n\r\n".encode(),
            body,
        )
    )


def requests(kind: str, number: int) -> Sequence[bytes]:
    """So many signed requests of a kind; they stay fresh for five minutes."""
    make = KINDS[kind]
    return [request(*make()) for _ in range(number)]
