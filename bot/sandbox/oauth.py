"""Installing the app: the page that asks, the code, and oauth.v2.access with its rotating tokens."""

from __future__ import annotations

import base64
import binascii
import html
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.sandbox.hub import TOKEN_SECONDS, Hub
from bot.sandbox.model import Installation, Json, Refused
from bot.sandbox.workspace import Workspace

CODE_SECONDS = 600.0
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Install {app}</title>
<body style="font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem">
<h1>{app} asks to join {team}</h1><p>It wants to:</p><ul>{scopes}</ul>
<form method="post"><input type="hidden" name="team" value="{team_id}">
<button name="answer" value="allow">Allow</button>
<button name="answer" value="deny">Cancel</button></form></body></html>"""


def _asked(hub: Hub, query: Mapping[str, str]) -> tuple[Workspace, frozenset[str], str | None]:
    """Check an install request; raises Refused with Slack's words."""
    if query.get("client_id") != hub.app.client_id:
        raise Refused("invalid_client_id")
    team = query.get("team") or next(iter(hub.workspaces))
    if team not in hub.workspaces:
        raise Refused("invalid_team_for_non_distributed_app")
    scopes = frozenset(one for one in query.get("scope", "").replace(" ", ",").split(",") if one)
    if not scopes:
        raise Refused("no_scopes")
    if scopes - hub.app.scopes:
        raise Refused("invalid_scope")
    redirect = query.get("redirect_uri")
    known = hub.app.redirect_urls
    if redirect is not None and known and not redirect.startswith(tuple(known)):
        raise Refused("bad_redirect_uri")
    return hub.workspaces[team], scopes, redirect


async def authorize(hub: Hub, request: web.Request) -> web.StreamResponse:
    """GET /oauth/v2/authorize: what the app asks for. POST: the answer, as a redirect with a code or an error."""
    try:
        workspace, scopes, redirect = _asked(hub, request.query)
    except Refused as refusal:
        return web.Response(
            status=400, text=f"Something went wrong when authorizing this app: {refusal.error}"
        )
    if request.method == "GET":
        wanted = "".join(f"<li><code>{html.escape(one)}</code></li>" for one in sorted(scopes))
        names = {
            "app": html.escape(hub.app.name),
            "team": html.escape(workspace.name),
            "team_id": workspace.team_id,
        }
        return web.Response(text=_PAGE.format(scopes=wanted, **names), content_type="text/html")
    answer = (await request.post()).get("answer")
    where = redirect or next(iter(hub.app.redirect_urls), None)
    if where is None:
        return web.Response(status=400, text="The app has no redirect address.")
    state = request.query.get("state", "")
    if answer != "allow":
        raise web.HTTPFound(_with(where, {"error": "access_denied", "state": state}))
    user = request.query.get("user") or _someone(workspace)
    raise web.HTTPFound(
        _with(where, {"code": approve(hub, workspace, user, scopes, redirect), "state": state})
    )


def _someone(workspace: Workspace) -> str:
    return next(
        person.id for person in workspace.people.values() if person.role in ("owner", "admin", "member")
    )


def _with(address: str, parameters: Mapping[str, str]) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *parameters.items()])
    return urlunsplit(parts._replace(query=query))


def approve(hub: Hub, workspace: Workspace, user: str, scopes: frozenset[str], redirect: str | None) -> str:
    """Somebody said yes: a code that can be exchanged once, within ten minutes."""
    code = f"{workspace.team_id}.{secrets.token_hex(24)}"
    hub.codes[code] = (workspace, user, redirect, time.monotonic() + CODE_SECONDS)
    hub.asked_scopes[code] = scopes
    return code


def access(hub: Hub, arguments: Mapping[str, Any], authorization: str) -> Json:
    """oauth.v2.access; raises Refused."""
    client_id, client_secret = _client(arguments, authorization)
    if client_id != hub.app.client_id:
        raise Refused("invalid_client_id")
    if not secrets.compare_digest(client_secret.encode(), hub.app.client_secret.encode()):
        raise Refused("bad_client_secret")
    grant = str(arguments.get("grant_type") or "authorization_code")
    if grant == "refresh_token":
        return _refreshed(hub, str(arguments.get("refresh_token") or ""))
    if grant != "authorization_code":
        raise Refused("invalid_grant_type")
    return _exchanged(hub, arguments)


def _client(arguments: Mapping[str, Any], authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        try:
            client_id, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused("invalid_client_id") from None
        return client_id, secret
    return str(arguments.get("client_id") or ""), str(arguments.get("client_secret") or "")


def _exchanged(hub: Hub, arguments: Mapping[str, Any]) -> Json:
    code = str(arguments.get("code") or "")
    if code in hub.used_codes:
        raise Refused("code_already_used")
    known = hub.codes.get(code)
    if known is None or known[3] < time.monotonic():
        raise Refused("invalid_code")
    workspace, user, redirect, _ = known
    if redirect is not None and arguments.get("redirect_uri") != redirect:
        raise Refused("bad_redirect_uri")
    hub.used_codes.add(code)
    del hub.codes[code]
    token, refresh = hub.install(workspace, hub.asked_scopes.pop(code))
    return _answer(hub, workspace, workspace.installation, token, refresh) | {"authed_user": {"id": user}}


def _refreshed(hub: Hub, refresh_token: str) -> Json:
    for workspace in hub.workspaces.values():
        installation = workspace.app
        if installation is not None and refresh_token in installation.refresh_tokens:
            if not installation.installed or not installation.refresh_tokens[refresh_token]:
                break
            installation.refresh_tokens[refresh_token] = False
            token, another = hub.new_token(installation)
            return _answer(hub, workspace, installation, token, another)
    raise Refused("invalid_refresh_token")


def _answer(
    hub: Hub, workspace: Workspace, installation: Installation, token: str, refresh: str | None
) -> Json:
    answer: Json = {
        "app_id": hub.app.id,
        "scope": ",".join(sorted(installation.scopes)),
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": installation.bot_user,
        "team": {"id": workspace.team_id, "name": workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if refresh is not None:
        answer |= {"refresh_token": refresh, "expires_in": int(TOKEN_SECONDS)}
    return answer
