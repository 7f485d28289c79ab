"""The one Slack app that the local workspaces know: its secrets, scopes, subscriptions, commands and shortcuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.identifiers import Identifiers, app_token, numbers, word
from bot.sandbox.model import Json

SCOPES = frozenset({
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
    "commands", "dnd:read", "files:read", "files:write", "groups:history", "groups:read", "groups:write", "im:history",
    "im:read", "im:write", "pins:read", "pins:write", "reactions:read", "reactions:write", "team:read",
    "users.profile:read", "users:read", "users:read.email",
})  # fmt: skip
"""What the app may do where nothing else is asked for."""

EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "app_home_opened": (),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "channel_rename": ("channels:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_convert_to_public": ("channels:read", "groups:read"),
    "group_rename": ("groups:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_left": ("groups:read",),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "tokens_revoked": (),
    "app_uninstalled": (),
}
"""Each event with the scopes of which one is needed to get it."""

COMMANDS: tuple[Json, ...] = (
    {
        "command": "/purpose",
        "description": "Your team's purpose, stories and settings",
        "usage_hint": "[story | stories | show | digest | help]",
    },
    {
        "command": "/purpose-check",
        "description": "Ask this channel what difference we make",
        "usage_hint": "[question]",
    },
)
SHORTCUTS: tuple[Json, ...] = ({"callback_id": "story.keep", "name": "Keep as a story", "type": "message"},)


@dataclass(slots=True)
class App:
    """An app. `commands` None: whatever is typed after a slash reaches the app."""

    id: str
    name: str
    app_token: str
    client_id: str = field(default_factory=lambda: f"{numbers(12)}.{numbers(12)}")
    client_secret: str = field(default_factory=lambda: word(32).lower())
    signing_secret: str = field(default_factory=lambda: word(32).lower())
    verification_token: str = field(default_factory=word)
    scopes: frozenset[str] = SCOPES
    subscriptions: frozenset[str] = frozenset(EVENT_SCOPES)
    commands: Sequence[Json] | None = None
    shortcuts: Sequence[Json] = SHORTCUTS
    events_url: str | None = None
    redirect_urls: Sequence[str] = ()
    token_rotation: bool = False
    app_tokens_revoked: set[str] = field(default_factory=set)

    def listed_commands(self) -> Sequence[Json]:
        """What the page offers while somebody types a slash."""
        return COMMANDS if self.commands is None else self.commands

    def knows(self, command: str) -> bool:
        """Whether this is one of the app's commands."""
        return self.commands is None or any(one["command"] == command for one in self.commands)


def new_app(ids: Identifiers, name: str, manifest: Mapping[str, Any] | None = None) -> App:
    """A fresh app; with a manifest it has exactly what the manifest asks for."""
    app_id = ids.new("A")
    app = App(id=app_id, name=name, app_token=app_token(app_id))
    if manifest is not None:
        apply_manifest(app, manifest)
    return app


def apply_manifest(app: App, manifest: Mapping[str, Any]) -> None:
    """Take name, scopes, subscriptions, commands, shortcuts and addresses from an app manifest."""
    features = manifest.get("features", {})
    oauth = manifest.get("oauth_config", {})
    settings = manifest.get("settings", {})
    app.name = features.get("bot_user", {}).get("display_name") or manifest["display_information"]["name"]
    app.scopes = frozenset(oauth.get("scopes", {}).get("bot", ()))
    app.redirect_urls = tuple(oauth.get("redirect_urls", ()))
    app.token_rotation = bool(settings.get("token_rotation_enabled", False))
    app.subscriptions = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
    app.commands = tuple(features.get("slash_commands", ()))
    app.shortcuts = tuple(features.get("shortcuts", ()))
    if not settings.get("socket_mode_enabled", False):
        app.events_url = settings.get("event_subscriptions", {}).get("request_url")
