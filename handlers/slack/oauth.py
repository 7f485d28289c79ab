"""Slack's side of installing: the address that asks, the code or refresh token that is exchanged for tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yarl import URL

from bot.ports.installing import NotRenewed, Tokens
from bot.ports.workspaces import Installation
from handlers.slack.api import SlackApi, SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.directory import workspace_key
from handlers.slack.manifest import SCOPES, required_scopes


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody agreed to. `app` is the app's id, `by` who agreed."""

    installation: Installation
    app: str
    by: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Scopes without which the bot cannot work and that were not granted."""
        return tuple(scope for scope in required_scopes() if scope not in self.installation.scopes)


class WholeOrganisation(Exception):
    """It was installed for an Enterprise organisation, which this version does not serve."""


class OAuth:
    """This app at Slack. Its secret goes nowhere but into Slack's own address."""

    def __init__(
        self, api: SlackApi, api_url: str, client_id: str, client_secret: str, public_url: str
    ) -> None:
        """Slack's pages stand at the origin of `api_url`; `public_url` is where browsers reach the bot."""
        self._api = api
        self._origin = URL(api_url).origin()
        self._client_id = client_id
        self._client_secret = client_secret
        self.public_url = public_url.rstrip("/")

    @property
    def redirect_uri(self) -> str:
        """Where Slack sends the browser back to."""
        return f"{self.public_url}/slack/oauth_redirect"

    def ask(self, state: str) -> str:
        """The address at which Slack asks whether the app may be installed."""
        query = {
            "client_id": self._client_id,
            "scope": ",".join(scope.name for scope in SCOPES),
            "redirect_uri": self.redirect_uri,
            "state": state,
        }
        return str(self._origin.with_path("/oauth/v2/authorize").with_query(query))

    def open(self, grant: Grant) -> str:
        """The address that opens the app in Slack."""
        team = grant.installation.workspace.partition(":")[2]
        return str(self._origin.with_path("/app_redirect").with_query({"app": grant.app, "team": team}))

    async def exchange(self, code: str, now: datetime) -> Grant:
        """What a code stands for. Raises `SlackSaidNo`, or WholeOrganisation."""
        answer = await self._access(code=code, redirect_uri=self.redirect_uri)
        team = answer.get("team")
        if answer.get("is_enterprise_install") or not isinstance(team, Mapping):
            raise WholeOrganisation
        tokens = _tokens(answer, now)
        installation = Installation(
            workspace=workspace_key(str(team["id"])),
            name=str(team.get("name") or ""),
            bot_user=str(answer["bot_user_id"]),
            token=tokens.token,
            scopes=frozenset(each for each in str(answer.get("scope", "")).split(",") if each),
            installed_at=now,
            refresh_token=tokens.refresh_token,
            expires_at=tokens.expires_at,
        )
        by = answer.get("authed_user")
        return Grant(
            installation,
            str(answer.get("app_id", "")),
            str(by.get("id", "") if isinstance(by, Mapping) else ""),
        )

    async def renew(self, refresh_token: str, now: datetime) -> Tokens:
        """The tokens that follow a refresh token, which is good once. Raises NotRenewed."""
        try:
            return _tokens(await self._access(grant_type="refresh_token", refresh_token=refresh_token), now)
        except (SlackSaidWait, SlackNotReached, SlackReplyLost) as problem:
            raise NotRenewed(problem.code, final=False) from problem
        except SlackSaidNo as problem:
            raise NotRenewed(problem.code, final=problem.code not in _PASSING) from problem

    async def _access(self, **arguments: str) -> dict[str, Any]:
        return await self._api.call_as_app(
            "oauth.v2.access", client_id=self._client_id, client_secret=self._client_secret, **arguments
        )


_PASSING = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})


def _tokens(answer: Mapping[str, Any], now: datetime) -> Tokens:
    refresh, seconds = answer.get("refresh_token"), answer.get("expires_in")
    return Tokens(
        token=str(answer["access_token"]),
        refresh_token=str(refresh) if refresh else None,
        expires_at=now + timedelta(seconds=int(seconds)) if refresh and seconds else None,
    )
