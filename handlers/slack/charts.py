"""Sending messages with a chart: Slack's own where the workspace knows it, else a picture, else without."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import structlog

from bot.domain.identity import Workspace
from bot.domain.notices import ChartData
from handlers.slack.api import SlackApi, SlackSaidNo
from handlers.slack.picture import png
from handlers.slack.surfaces.chart import CHART_BLOCK, picture_block
from handlers.slack.surfaces.rendered import Rendered

log = structlog.get_logger(__name__)

Send: TypeAlias = Callable[[Rendered], Awaitable[dict[str, Any]]]

_REMEMBERED = 200


class Charts:
    """Remembers which workspaces refused Slack's own chart, and which pictures it uploaded."""

    def __init__(self, api: SlackApi) -> None:
        """Pictures are uploaded with `api`, to no channel."""
        self._api = api
        self._unknown: set[Workspace] = set()
        self._files: OrderedDict[tuple[Workspace, str], str] = OrderedDict()

    async def sent(
        self, workspace: Workspace, message: Rendered, chart: ChartData | None, send: Send
    ) -> dict[str, Any]:
        """What `send` answers for the first form of the message that Slack takes. Raises what the last one raised."""
        if chart is None:
            return await send(message)
        if workspace not in self._unknown:
            try:
                return await send(message)
            except SlackSaidNo as refusal:
                if refusal.code != "invalid_blocks":
                    raise
        # Noted before the picture is tried: should this attempt be cut short, the next one begins there.
        self._unknown.add(workspace)
        try:
            return await self._pictured(workspace, message, chart, send)
        except SlackSaidNo as refusal:
            if refusal.code == "invalid_blocks":
                self._unknown.discard(workspace)  # so it was not the chart
            raise

    async def _pictured(
        self, workspace: Workspace, message: Rendered, chart: ChartData, send: Send
    ) -> dict[str, Any]:
        file = await self._file(workspace, chart)
        if file is not None:
            try:
                return await send(_with(message, picture_block(chart, file)))
            except SlackSaidNo as refusal:
                if refusal.code != "invalid_blocks":
                    raise
                log.warning("charts.picture_refused", workspace=workspace)
        return await send(_with(message, None))

    async def _file(self, workspace: Workspace, chart: ChartData) -> str | None:
        """The id of the chart's picture in that workspace; None where it cannot be uploaded there."""
        key = (workspace, hashlib.sha256(repr(chart).encode()).hexdigest())
        if key not in self._files:
            content = await asyncio.to_thread(png, chart)
            try:
                self._files[key] = await self._uploaded(workspace, content)
            except SlackSaidNo as refusal:
                log.warning("charts.not_uploaded", workspace=workspace, code=refusal.code)
                return None
            while len(self._files) > _REMEMBERED:
                self._files.popitem(last=False)
        return self._files[key]

    async def _uploaded(self, workspace: Workspace, content: bytes) -> str:
        slot = await self._api.call(
            workspace, "files.getUploadURLExternal", filename="impact-digest.png", length=len(content)
        )
        await self._api.put_file(str(slot["upload_url"]), content)
        file = str(slot["file_id"])
        await self._api.call(
            workspace, "files.completeUploadExternal", files=[{"id": file, "title": "Impact digest"}]
        )
        return file


def _with(message: Rendered, block: dict[str, Any] | None) -> Rendered:
    """The message with `block` in its chart's place, or with nothing there."""
    blocks = [
        block if each["type"] == CHART_BLOCK else each
        for each in message.blocks
        if each["type"] != CHART_BLOCK or block is not None
    ]
    return Rendered(message.text, [each for each in blocks if each is not None])
