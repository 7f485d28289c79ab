"""The Slack app manifest: what the bot asks a workspace for, each scope with its reason in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission: why the bot asks for it, what it calls and what it hears with it.

    Without an `optional` one the bot works; `without` says what is missing then.
    """

    name: str
    reason: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    optional: bool = False
    without: str = ""


_ABOUT_CHANNELS = ("conversations.info", "conversations.members")
_IN_CHANNELS = ("conversations.history", "conversations.replies")
_JOINING = ("member_joined_channel", "member_left_channel", "channel_shared", "channel_unshared")

SCOPES: tuple[Scope, ...] = (
    Scope(
        "chat:write",
        "Send the prompts, receipts, checks, reminders and digests, and change them when a story changes.",
        methods=("chat.postMessage", "chat.update", "chat.postEphemeral"),
    ),
    Scope(
        "commands",
        "Offer /purpose-check and /purpose, and “Keep as a story” below a message.",
    ),
    Scope(
        "im:write",
        "Open the direct message in which each person is asked.",
        methods=("conversations.open",),
    ),
    Scope(
        "im:history",
        "Read what a person writes to the bot itself, and see whether its own message arrived. No other DM is seen.",
        methods=_IN_CHANNELS,
        events=("message.im",),
    ),
    Scope(
        "users:read",
        "Know a person's name, time zone, and whether they are a member, a guest, a bot or away. No e-mail.",
        methods=("users.info",),
        events=("user_change",),
    ),
    Scope(
        "channels:read",
        "Know a public team channel's name, its people, and whether it is archived or shared outside.",
        methods=_ABOUT_CHANNELS,
        events=(*_JOINING, "channel_rename", "channel_archive", "channel_unarchive"),
    ),
    Scope(
        "groups:read",
        "The same for private channels that the bot was invited to.",
        methods=_ABOUT_CHANNELS,
        events=(*_JOINING, "group_rename", "group_archive", "group_unarchive", "channel_id_changed"),
    ),
    Scope(
        "files:write",
        "Send a person a copy of their own data as a file, when they ask for it.",
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    Scope(
        "channels:history",
        "Take answers that people write in the thread of an open purpose check in a public channel; every other "
        "channel message is dropped unread. Also to see whether a message of the bot's own arrived after a "
        "lost reply.",
        methods=_IN_CHANNELS,
        events=("message.channels",),
        optional=True,
        without="checks are answered by their button only, and a post whose reply was lost is reported as unknown",
    ),
    Scope(
        "groups:history",
        "The same for private channels that the bot was invited to.",
        methods=_IN_CHANNELS,
        events=("message.groups",),
        optional=True,
        without="the same, in private channels",
    ),
)
"""All that the bot asks for. Nothing here reads e-mail addresses, files, reactions or other people's messages."""

FREE_EVENTS: tuple[str, ...] = ("app_home_opened", "tokens_revoked", "app_uninstalled")
"""Events that Slack sends without a scope."""

FREE_METHODS: tuple[str, ...] = (
    "auth.test",
    "apps.connections.open",
    "oauth.v2.access",
    "views.open",
    "views.push",
    "views.update",
    "views.publish",
)
"""Methods that need no bot scope (`apps.connections.open` needs the app-level token's `connections:write`)."""

NAME = "purpose-bot"
_DESCRIPTION = (
    "Asks a team every day what difference it made for a customer, and tells the stories on Friday."
)
_LONG_DESCRIPTION = (
    "What a team is asked every day is what it looks after. purpose-bot sends each member a short direct "
    "message at an hour that suits them and asks what difference they made for a customer; answering takes "
    "twenty seconds, and “nothing today” is a fine answer. On Friday the team's channel gets the week's "
    "stories, word for word, with who told them. Managers can ask the whole channel with /purpose-check. "
    "Everyone decides who sees a story, changes or deletes it at any time, and can pause, stop, download or "
    "delete everything. There is no ranking and no list of who did not answer."
)


def required_scopes() -> tuple[str, ...]:
    """The bot scopes without which it cannot work."""
    return tuple(scope.name for scope in SCOPES if not scope.optional)


def optional_scopes() -> tuple[str, ...]:
    """The bot scopes that a workspace may refuse."""
    return tuple(scope.name for scope in SCOPES if scope.optional)


def bot_events() -> tuple[str, ...]:
    """The events that the bot subscribes to, each once."""
    with_scopes = (event for scope in SCOPES for event in scope.events)
    return tuple(dict.fromkeys((*with_scopes, *FREE_EVENTS)))


def manifest(url: str | None) -> dict[str, Any]:
    """The app manifest: Socket Mode without `url`, else request URLs below that public https:// address."""
    base = url.rstrip("/") if url else None
    return {
        "display_information": {
            "name": NAME,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f4d3f",
        },
        "features": _features(base),
        "oauth_config": _oauth(base),
        "settings": _settings(base),
    }


def _features(base: str | None) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {
                "name": "Keep as a story",
                "type": "message",
                "callback_id": "story.keep",
                "description": "Keep a message of yours as a story about a customer",
            }
        ],
        "slash_commands": [
            _command(
                base,
                "/purpose-check",
                "Ask this channel what difference we make for a customer",
                "[your question | coach <text> | help]",
            ),
            _command(
                base,
                "/purpose",
                "Your team's purpose, your stories and your settings",
                "[story <text> | stories <words> | digest | days mon-wed | pause | mydata | help]",
            ),
        ],
    }


def _command(base: str | None, command: str, description: str, hint: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "command": command,
        "description": description,
        "usage_hint": hint,
        "should_escape": False,
    }
    return entry if base is None else {**entry, "url": f"{base}/slack/events"}


def _oauth(base: str | None) -> dict[str, Any]:
    # Slack wants an optional scope in both lists.
    scopes = {"bot": [scope.name for scope in SCOPES], "bot_optional": list(optional_scopes())}
    if base is None:
        return {"scopes": scopes}
    return {"redirect_urls": [f"{base}/slack/oauth_redirect"], "scopes": scopes}


def _settings(base: str | None) -> dict[str, Any]:
    request = {} if base is None else {"request_url": f"{base}/slack/events"}
    return {
        "event_subscriptions": {**request, "bot_events": list(bot_events())},
        "interactivity": {"is_enabled": True, **request},
        "org_deploy_enabled": False,
        "socket_mode_enabled": base is None,
        "token_rotation_enabled": False,
    }
