"""What the doctor asks Slack: whose each token is, what it may do, and whether a socket could be opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.usecases.doctoring import Ailing, Ask, Platform, TokenSeen
from handlers.slack.api import SlackApi, SlackNotReached, SlackReplyLost, SlackSaidNo
from handlers.slack.manifest import SCOPES

_APP_PAGE = "on your app's page at api.slack.com/apps."
_COPY_AGAIN = f"Copy the Bot User OAuth Token again from OAuth & Permissions {_APP_PAGE}"
_MEND_SCOPES = f"Paste `purpose-bot manifest` into App Manifest {_APP_PAGE} Then install the app again."
_NEW_APP_TOKEN = (
    f"Make one with the scope connections:write under Basic Information, App-Level Tokens, {_APP_PAGE}"
)
_MEND_NETWORK = "Check the network, a proxy in between, and SLACK_API_URL."


def slack_platform(
    api: SlackApi, bot_tokens: Sequence[str] | Ailing, app_token: str | None, nothing_set: str
) -> Platform:
    """The questions for `diagnose`. Nothing is changed in Slack; an opened socket's address goes unused.

    `bot_tokens` is what ails where they cannot be read.
    """
    asks: list[Ask[TokenSeen]] = (
        [partial(_unread, bot_tokens)]
        if isinstance(bot_tokens, Ailing)
        else [partial(_whose, api, token) for token in bot_tokens]
    )
    return Platform(
        name="Slack",
        tokens=asks,
        permissions=SCOPES,
        mend_permissions=_MEND_SCOPES,
        connect=partial(_connect, api, app_token) if app_token is not None else None,
        nothing_set=nothing_set,
    )


async def _unread(problem: Ailing) -> TokenSeen:
    raise problem


async def _whose(api: SlackApi, token: str) -> TokenSeen:
    try:
        answer, scopes = await api.granted(token)
    except SlackSaidNo as refusal:
        raise _ailing(refusal, _COPY_AGAIN) from refusal
    return TokenSeen(str(answer.get("team") or "a workspace without a name"), scopes)


async def _connect(api: SlackApi, app_token: str) -> None:
    try:
        await api.call_with(app_token, "apps.connections.open")
    except SlackSaidNo as refusal:
        if refusal.code == "socket_mode_not_enabled":
            mend = f"Switch Socket Mode on {_APP_PAGE} Or leave SLACK_APP_TOKEN out, to be reached over HTTP."
            raise Ailing("Socket Mode is off", mend) from refusal
        raise _ailing(refusal, _NEW_APP_TOKEN) from refusal


def _ailing(refusal: SlackSaidNo, mend: str) -> Ailing:
    if isinstance(refusal, (SlackNotReached, SlackReplyLost)):
        return Ailing(f"Slack does not answer ({refusal.code})", _MEND_NETWORK)
    return Ailing(f"refused ({refusal.code})", mend)
