"""Reading back: after a gap longer than Slack's retries, what people wrote, changed and deleted meanwhile is asked for.

Only where an answer may stand: DMs in which a prompt was open, and threads of open checks. What is found goes through
the same door as what Slack sends by itself, under the same keys, so that nothing counts twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.identity import Workspace
from handlers.slack.api import SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.directory import team_id_of
from handlers.slack.incoming import Body, from_a_bot, is_tombstone
from handlers.slack.services import Services
from handlers.slack.slack_text import typed

log = structlog.get_logger(__name__)

PROMPT_STAYS_OPEN = timedelta(hours=24)
_TRIES = 5
_A_PAGE = 200
_ANSWERS = (None, "file_share", "thread_broadcast")
_GONE = ("thread_not_found", "message_not_found")

Message = dict[str, Any]
Take = Callable[[Body], Awaitable[object]]
Sleep = Callable[[float], Awaitable[object]]


class ReadingBack:
    """Reads one workspace back, as fast as Slack lets it."""

    def __init__(self, services: Services, take: Take, sleep: Sleep = asyncio.sleep) -> None:
        """`take` is the door; `sleep` waits where Slack asks for it."""
        self._services = services
        self._take = take
        self._sleep = sleep

    async def read(self, workspace: Workspace, since: datetime) -> int:
        """Read back what happened since then. How many messages were looked at.

        Raises `SlackSaidNo` where Slack cannot be reached: nothing is lost, the next try reads it all again.
        """
        looked_at = 0
        for check in await self._services.store.checks.open_in(workspace):
            if check.ts is not None:
                looked_at += await self._place(workspace, check.channel, since, thread=check.ts)
        opened = since - PROMPT_STAYS_OPEN
        for channel in await self._services.store.ledger.prompted(workspace, since=opened):
            looked_at += await self._place(workspace, channel, since)
        return looked_at

    async def _place(
        self, workspace: Workspace, channel: str, since: datetime, thread: str | None = None
    ) -> int:
        oldest = thread or _stamp(since - PROMPT_STAYS_OPEN)
        known = set(await self._services.store.stories.messages_in(workspace, channel, since=oldest))
        try:
            if thread is not None:
                found = await self._pages(workspace, "conversations.replies", channel=channel, ts=thread)
            else:
                found = await self._conversation(workspace, channel, oldest)
            await self._settle(workspace, channel, found, known, since)
        except SlackSaidNo as refusal:
            if isinstance(refusal, SlackNotReached | SlackReplyLost):
                raise
            # No scope, no longer in the channel, archived: whoever answered there still has the button.
            log.info("reading_back.refused", workspace=workspace, channel=channel, code=refusal.code)
            return 0
        return len(found)

    async def _conversation(self, workspace: Workspace, channel: str, oldest: str) -> list[Message]:
        """A DM's messages and the replies below them."""
        found = await self._pages(
            workspace, "conversations.history", channel=channel, oldest=oldest, inclusive=True
        )
        for parent in list(found):
            if parent.get("reply_count"):
                ts = str(parent["ts"])
                below = await self._pages(workspace, "conversations.replies", channel=channel, ts=ts)
                found += [each for each in below if each.get("ts") != ts]
        return found

    async def _settle(
        self, workspace: Workspace, channel: str, found: Sequence[Message], known: set[str], since: datetime
    ) -> None:
        from_here = _stamp(since)
        standing: set[str] = set()
        for message in sorted(found, key=lambda each: str(each.get("ts"))):
            ts = str(message.get("ts"))
            if message.get("subtype") not in _ANSWERS or from_a_bot(message):
                continue
            standing.add(ts)
            if ts in known:
                await self._edited(workspace, channel, message)
            elif ts >= from_here:
                await self._take(_event(workspace, channel, message))
        for ts in sorted(known - standing):
            if await self._is_gone(workspace, channel, ts):
                origin = f"{channel}:{ts}"
                await self._services.telling.message_deleted(workspace, origin, now=self._services.clock())

    async def _edited(self, workspace: Workspace, channel: str, message: Message) -> None:
        edited = (message.get("edited") or {}).get("ts")
        if edited:
            await self._services.telling.message_edited(
                workspace,
                f"{channel}:{message['ts']}",
                typed(str(message.get("text") or "")),
                edited=str(edited),
                now=self._services.clock(),
            )

    async def _is_gone(self, workspace: Workspace, channel: str, ts: str) -> bool:
        """Asked for by itself: a reply in an older thread is not in the pages, and is not deleted for that."""
        try:
            answer = await self._call(workspace, "conversations.replies", channel=channel, ts=ts, limit=1,
                                      oldest=ts, latest=ts, inclusive=True)  # fmt: skip
        except SlackSaidNo as refusal:
            if refusal.code in _GONE:
                return True
            raise
        alike = [each for each in answer.get("messages", []) if each.get("ts") == ts]
        return any(is_tombstone(each) for each in alike)

    async def _pages(self, workspace: Workspace, method: str, **arguments: Any) -> list[Message]:
        found: list[Message] = []
        cursor: str | None = None
        while True:
            answer = await self._call(workspace, method, **arguments, limit=_A_PAGE, cursor=cursor)
            found += answer.get("messages", [])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return found

    async def _call(self, workspace: Workspace, method: str, **arguments: Any) -> dict[str, Any]:
        tries = 0
        while True:
            try:
                return await self._services.api.call(workspace, method, **arguments)
            except SlackSaidWait as wait:
                await self._sleep(wait.seconds)
            except (SlackNotReached, SlackReplyLost):
                tries += 1
                if tries >= _TRIES:
                    raise
                await self._sleep(2.0**tries)


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _event(workspace: Workspace, channel: str, message: Message) -> Body:
    """The event that Slack would have sent for a message."""
    kind = "im" if channel.startswith("D") else "channel"
    event = {**message, "type": "message", "channel": channel, "channel_type": kind}
    return {"type": "event_callback", "team_id": team_id_of(workspace), "event": event}
