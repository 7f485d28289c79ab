"""All there is of a running local Slack: the app, workspaces, tokens, trouble, and the ways to the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox import identifiers
from bot.sandbox.app import App, new_app
from bot.sandbox.clock import SharedClock
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.identifiers import Identifiers
from bot.sandbox.model import Installation, Refused
from bot.sandbox.page_feed import PageFeed
from bot.sandbox.signed_http import SignedHttp
from bot.sandbox.sockets import Sockets
from bot.sandbox.triggers import ResponseAddresses, Triggers
from bot.sandbox.workspace import Workspace

TOKEN_SECONDS = 43_200.0


class Hub:
    """Built once by the server; everything else works on it."""

    def __init__(self, clock: SharedClock, app_name: str, manifest: Mapping[str, Any] | None = None) -> None:
        """No workspace yet."""
        self.clock = clock
        self.ids = Identifiers()
        self.app: App = new_app(self.ids, app_name, manifest)
        self.base_url = ""
        self.faults = Faults()
        self.feed = PageFeed()
        self.workspaces: dict[str, Workspace] = {}
        self.triggers = Triggers()
        self.response_addresses = ResponseAddresses(clock)
        self.sockets = Sockets(self.app.id, self.faults, self._sockets_changed)
        self.http = SignedHttp(self.app, clock)
        self.courier = Courier(self.app, clock, self.faults, self.sockets, self.http, self.ids)
        self.codes: dict[str, tuple[Workspace, str, str | None, float]] = {}
        """Each install code with its workspace, who approved, the redirect address and when it runs out."""
        self.asked_scopes: dict[str, frozenset[str]] = {}
        self.used_codes: set[str] = set()

    def _sockets_changed(self) -> None:
        self.feed.publish(None, {"type": "bot", "connected": bool(self.sockets.connections)})
        self.courier.connected()

    def add_workspace(self, name: str, domain: str) -> Workspace:
        """A new workspace without the app."""
        workspace = Workspace(name, domain, self.clock, self.ids)
        workspace.on_event.append(self.courier.event)
        workspace.on_change.append(lambda where, change: self.feed.publish(where.team_id, change))
        self.workspaces[workspace.team_id] = workspace
        return workspace

    def install(self, workspace: Workspace, scopes: frozenset[str] | None = None) -> tuple[str, str | None]:
        """Put the app into a workspace (again); its new bot token, and a refresh token where tokens rotate."""
        granted = self.app.scopes if scopes is None else scopes
        if workspace.app is None:
            bot = workspace.add_person(self.app.name, role="bot")
            bot.bot_id, bot.app_id, bot.email = workspace.ids.new("B"), self.app.id, ""
            workspace.app = Installation(workspace.team_id, bot.id, bot.bot_id, granted)
            workspace.changed("user", user=bot.id)
        workspace.app.installed, workspace.app.scopes = True, granted
        return self.new_token(workspace.app)

    def new_token(self, installation: Installation) -> tuple[str, str | None]:
        """One more bot token; with a refresh token and an end where the app rotates its tokens."""
        token = identifiers.bot_token()
        if not self.app.token_rotation:
            installation.tokens[token] = None
            return token, None
        token = f"xoxe.{token.replace('xoxb-', 'xoxb-1-')}"
        refresh = f"xoxe-1-{identifiers.word(60)}"
        installation.tokens[token] = self.clock.time() + TOKEN_SECONDS
        installation.refresh_tokens[refresh] = True
        return token, refresh

    def uninstall(self, workspace: Workspace) -> None:
        """Take the app out of a workspace: its tokens die, and it is told."""
        installation = workspace.installation
        installation.installed = False
        bot = [installation.bot_user]
        workspace.emit("tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bot}})
        workspace.emit("app_uninstalled", {"type": "app_uninstalled"})
        for channel in list(workspace.conversations_of(installation.bot_user)):
            if channel.kind != "im":
                del channel.members[installation.bot_user]
        workspace.changed("user", user=installation.bot_user)

    def whose(self, token: str) -> tuple[Workspace, Installation]:
        """The workspace and installation of a bot token; raises Slack's errors."""
        for workspace in self.workspaces.values():
            installation = workspace.app
            if installation is None or token not in installation.tokens:
                continue
            if token in installation.revoked:
                raise Refused("token_revoked")
            if not installation.installed:
                raise Refused("account_inactive")
            ends = installation.tokens[token]
            if ends is not None and self.clock.time() >= ends:
                raise Refused("token_expired")
            return workspace, installation
        raise Refused("invalid_auth")

    @property
    def socket_mode(self) -> bool:
        """Whether the app is reached over sockets."""
        return not self.app.events_url
