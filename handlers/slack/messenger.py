"""The Messenger port on Slack: posts, changes and finds messages, and says what a refusal means for the sender."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.identity import ChannelId, UserId, Workspace
from bot.domain.notices import ChartData, DigestNotice, Notice
from bot.ports.teams import People
from bot.ports.world import MessageRef, MessengerProblem, Trouble
from handlers.slack.api import (
    NOT_INSTALLED,
    SlackApi,
    SlackNotReached,
    SlackReplyLost,
    SlackSaidNo,
    SlackSaidWait,
)
from handlers.slack.charts import Charts
from handlers.slack.surfaces.rendered import Rendered
from handlers.slack.surfaces.table import render

METADATA_EVENT = "purpose_bot_delivery"
"""The event type under which a delivery's opaque id rides on its message."""

_CHANNEL_REFUSES = frozenset({
    "channel_not_found", "is_archived", "not_in_channel", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "posting_to_channel_denied",
    "cannot_reply_to_message", "channel_is_limited_access", "method_not_supported_for_channel_type",
})  # fmt: skip
_PERSON_REFUSES = frozenset({
    "user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot", "user_not_visible", "messages_tab_disabled",
    "cannot_message_user",
})  # fmt: skip
_WORKSPACE_REFUSES = frozenset({
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "org_login_required", "ekm_access_denied", "team_access_not_granted", "no_permission", "not_allowed_token_type",
    "two_factor_setup_required", "team_added_to_org", NOT_INSTALLED,
})  # fmt: skip
_PERHAPS_DONE = frozenset({"internal_error", "fatal_error", "request_timeout"})
_NOT_DONE = frozenset({"service_unavailable", "team_not_found"})


def problem_of(refusal: SlackSaidNo) -> MessengerProblem:
    """What Slack's answer means for whoever sends."""
    code = refusal.code
    match refusal:
        case SlackSaidWait(seconds=seconds):
            return MessengerProblem(Trouble.WAIT, code, timedelta(seconds=seconds))
        case SlackNotReached():
            return MessengerProblem(Trouble.RETRY, code)
        case SlackReplyLost():
            return MessengerProblem(Trouble.LOST, code)
    if code in _CHANNEL_REFUSES:
        return MessengerProblem(Trouble.CHANNEL, code)
    if code in _PERSON_REFUSES:
        return MessengerProblem(Trouble.PERSON, code)
    if code in _WORKSPACE_REFUSES:
        return MessengerProblem(Trouble.WORKSPACE, code)
    if code in _PERHAPS_DONE:
        return MessengerProblem(Trouble.LOST, code)
    if code in _NOT_DONE:
        return MessengerProblem(Trouble.RETRY, code)
    return MessengerProblem(Trouble.INVALID, code)


def asking_problem(refusal: SlackSaidNo) -> MessengerProblem:
    """The same for a question, which changes nothing: what was perhaps taken is simply asked again."""
    problem = problem_of(refusal)
    if problem.trouble is Trouble.LOST:
        return MessengerProblem(Trouble.RETRY, problem.code)
    return problem


class SlackMessenger:
    """Messenger over `SlackApi`; remembers each person's DM so that it is opened once."""

    def __init__(self, api: SlackApi, people: People) -> None:
        """`people` keeps the DM ids between restarts."""
        self._api = api
        self._people = people
        self._charts = Charts(api)

    async def post(
        self,
        workspace: Workspace,
        recipient: UserId | ChannelId,
        notice: Notice,
        *,
        delivery: str,
        thread: str | None = None,
    ) -> MessageRef:
        """Post to a channel or to a person's DM; see the port."""
        channel = await self._channel(workspace, recipient)

        def send(message: Rendered) -> Awaitable[dict[str, Any]]:
            return self._api.call(
                workspace,
                "chat.postMessage",
                channel=channel,
                text=message.text,
                blocks=message.blocks,
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": METADATA_EVENT, "event_payload": {"id": delivery}},
            )

        answer = await self._ask(self._charts.sent(workspace, render(notice), _chart_of(notice), send))
        return MessageRef(channel=str(answer.get("channel", channel)), ts=str(answer["ts"]))

    async def update(self, workspace: Workspace, ref: MessageRef, notice: Notice) -> None:
        """Change a message that the bot posted; see the port."""

        def send(message: Rendered) -> Awaitable[dict[str, Any]]:
            return self._api.call(
                workspace,
                "chat.update",
                channel=ref.channel,
                ts=ref.ts,
                text=message.text,
                blocks=message.blocks,
            )

        await self._ask(self._charts.sent(workspace, render(notice), _chart_of(notice), send))

    async def find(
        self,
        workspace: Workspace,
        recipient: UserId | ChannelId,
        delivery: str,
        *,
        since: datetime,
        thread: str | None = None,
    ) -> MessageRef | None:
        """Look for a delivery's id in the metadata of the conversation's messages; see the port."""
        channel = await self._channel(workspace, recipient)
        cursor: str | None = None
        while True:
            answer = await self._ask(self._page(workspace, channel, thread, since, cursor))
            for message in answer.get("messages", []):
                if _delivery_of(message) == delivery:
                    return MessageRef(channel=channel, ts=str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return None

    def _page(
        self, workspace: Workspace, channel: str, thread: str | None, since: datetime, cursor: str | None
    ) -> Awaitable[dict[str, Any]]:
        method = "conversations.replies" if thread else "conversations.history"
        return self._api.call(
            workspace,
            method,
            channel=channel,
            ts=thread,
            oldest=f"{since.timestamp():.6f}",
            include_all_metadata=True,
            limit=200,
            cursor=cursor,
        )

    async def _channel(self, workspace: Workspace, recipient: str) -> str:
        if not recipient.startswith(("U", "W")):
            return recipient
        known = await self._people.get(workspace, recipient)
        if known is not None and known.dm:
            return known.dm
        answer = await self._ask(self._api.call(workspace, "conversations.open", users=recipient))
        channel = str(answer["channel"]["id"])
        await self._people.set(workspace, recipient, dm=channel)
        return channel

    async def _ask(self, call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        try:
            return await call
        except SlackSaidNo as refusal:
            raise problem_of(refusal) from refusal


def _chart_of(notice: Notice) -> ChartData | None:
    return notice.chart if isinstance(notice, DigestNotice) else None


def _delivery_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_EVENT:
        return None
    return str((metadata.get("event_payload") or {}).get("id", "")) or None
