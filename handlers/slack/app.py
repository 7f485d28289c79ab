"""Bolt in both modes: everything that it lets through leads to the door, and the door has the table."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeAlias

import orjson
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_bolt.response import BoltResponse

from bot.ports.problems import StoreProblem
from handlers.slack.directory import workspace_key
from handlers.slack.door import Door
from handlers.slack.edge import Reply
from handlers.slack.metrics import ACK_SECONDS

log = structlog.get_logger(__name__)

Installed: TypeAlias = Callable[[str], Awaitable["Bot | None"]]
"""Gives what is known of a team id's installation from memory, or None; raises NotReady before anything is known."""


class NotReady(Exception):
    """The process does not know yet whom it serves: nothing may be acked, or it would be lost."""


class Bot:
    """The bot's own identity in one workspace, as Bolt's `authorize` wants it."""

    __slots__ = ("bot_user", "token")

    def __init__(self, bot_user: str, token: str) -> None:
        """`token` is the bot token in the clear; it never shows in a repr."""
        self.bot_user = bot_user
        self.token = token


class Request(AsyncBoltRequest):
    """A verified payload as Bolt takes it, knowing whose it is and no more. Bolt's own way looks through each a dozen
    times for ids that listeners might ask for; here the door reads it, in its own way."""

    def __init__(self, payload: dict[str, Any]) -> None:
        """All that Bolt reads of a request, and nothing of HTTP: the edge and the socket are behind it."""
        self.mode = "socket_mode"
        self.raw_body = ""
        self.query = {}
        self.headers = {}
        self.content_type = None
        self.body = payload
        self.context = AsyncBoltContext(
            is_enterprise_install=False,
            enterprise_id=extract_enterprise_id(payload),
            team_id=extract_team_id(payload),
        )
        self.lazy_only = False
        self.lazy_function_name = None


class _Taking(AsyncMiddleware):
    """Bolt's last middleware hands every payload to the door. As one listener a kind it would cost twice as much: Bolt
    asks each of them in turn, and gathers thirty arguments for the one that it calls."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt names it
    ) -> BoltResponse:
        """Answers itself; nobody comes next."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        body, context = req.body, req.context
        if context["authorize_result"].bot_token is None and not _is_farewell(body):
            log.warning("not_installed", workspace=workspace_key(str(context.team_id or "")))
            return await (context.ack(NOT_HERE) if "command" in body else context.ack())
        answer = await self._door.take(body)
        # What `context.ack()` answers, without its thirteen arguments.
        reply = BoltResponse(status=200) if answer is None else await context.ack(**answer)
        _seconds(_kind(body)).observe(loop.time() - began)
        return reply


class _Authorizing(AsyncAuthorize):
    """From memory: no call and no statement before the ack. Nobody known is a result without a token, as for None Bolt
    would write to the payload's `response_url` before it acks. A plain function would cost four times as much: Bolt
    gathers ten arguments for it, and whatever else the context holds."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed

    async def __call__(self, *, enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        bot = await self._installed(team_id or "") or _NOBODY
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=bot.bot_user,
            bot_token=bot.token or None,
        )


class _NoClient:
    """In the place of Bolt's own client of the Web API: whoever speaks to Slack does it by `SlackApi`. It has what Bolt
    looks at when it gathers the arguments of `failed`."""

    __slots__ = ("token",)
    proxy = None
    ssl = None


class _App(AsyncApp):
    """Bolt makes a client for each request, a quarter of all that it costs. Should another version of Bolt name this
    method otherwise, it would make them again, and nothing else would change."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = self.logger
        req.context["client"] = _NoClient()


def build_app(door: Door, installed: Installed) -> AsyncApp:
    """Bolt's app. Who answers what is looked up in one table, behind the door."""

    async def failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Not acked, so that Slack sends it again. The error's own words may be a person's: not in the log."""
        if isinstance(error, NotReady):
            return BoltResponse(status=503, body="Still starting. Please send it again.")
        if isinstance(error, StoreProblem):
            log.error("not_kept", kind=_kind(body), reason=str(error))
            return BoltResponse(status=503, body="It could not be kept. Please send it again.")
        log.error("not_taken", kind=_kind(body), exc_info=error)
        return BoltResponse(status=500, body="That went wrong here. Please send it again.")

    with _without_slack_variables():
        app = _App(
            name="purpose-bot",
            logger=logging.getLogger("slack_bolt"),
            signing_secret="",  # the edge has verified already
            authorize=_Authorizing(installed),
            process_before_response=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ignoring_self_assistant_message_events_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    app.error(failed)
    app.use(_Taking(door))
    return app


async def dispatch(app: AsyncApp, payload: dict[str, Any]) -> Reply:
    """Give a verified payload to Bolt and turn its answer into ours."""
    answer = await app.async_dispatch(Request(payload))
    if answer.status == 200 and not answer.body:
        return _ACKED
    content_type = (answer.headers.get("content-type") or ["text/plain; charset=utf-8"])[0]
    body = answer.body if isinstance(answer.body, str) else orjson.dumps(answer.body).decode()
    return Reply(answer.status, (body or "").encode(), content_type.encode())


NOT_HERE = "purpose-bot is not installed in this workspace any more. An admin can install it again."
_NOBODY = Bot("", "")
_ACKED = Reply()


def _is_farewell(body: dict[str, Any]) -> bool:
    """That the app was removed is heard without a token, too."""
    event = body.get("event") or {}
    return event.get("type") in ("app_uninstalled", "tokens_revoked")


@cache
def _seconds(kind: str) -> Any:
    """Looking a kind's histogram up costs more than counting in it."""
    return ACK_SECONDS.labels(kind)


def _kind(body: dict[str, Any]) -> str:
    if "command" in body:
        return "command"
    return _KINDS.get(str(body.get("type")), "other")


_KINDS = {
    "event_callback": "event",
    "block_actions": "action",
    "view_submission": "view",
    "view_closed": "view",
    "message_action": "shortcut",
    "shortcut": "shortcut",
}


@contextmanager
def _without_slack_variables() -> Iterator[None]:
    """Bolt reads tokens and OAuth settings from the environment behind one's back; ours come from `Settings` alone."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
