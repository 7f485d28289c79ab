"""What every function that answers a person may use; built once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.identity import Workspace
from bot.ports.stores import Store
from bot.ports.world import Directory
from bot.usecases.admission import Admission
from bot.usecases.asking import Asking
from bot.usecases.building import Building
from bot.usecases.coach_rules import CoachRuling
from bot.usecases.conversation import Conversation
from bot.usecases.customers import Customers
from bot.usecases.digesting import Digesting
from bot.usecases.hoping import Hoping
from bot.usecases.huddling import Huddling
from bot.usecases.joining import Joining
from bot.usecases.noticing import Noticing
from bot.usecases.own_reasons import OwnReasons
from bot.usecases.prompting import Prompting
from bot.usecases.pulsing import Pulsing
from bot.usecases.purpose_check import PurposeCheck
from bot.usecases.quieting import Quieting
from bot.usecases.team_viewing import TeamViewing
from bot.usecases.telling import Telling
from handlers.slack.api import SlackApi, SlackSaidNo
from handlers.slack.incoming import Incoming


class Postponed(Exception):
    """Raised by a handler that cannot answer yet, through nobody's fault: the door asks again a little later."""


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, the store and Slack's API."""

    store: Store
    api: SlackApi
    directory: Directory
    admission: Admission
    joining: Joining
    telling: Telling
    conversation: Conversation
    prompting: Prompting
    quieting: Quieting
    noticing: Noticing
    checks: PurposeCheck
    digesting: Digesting
    building: Building
    asking: Asking
    huddling: Huddling
    customers: Customers
    hoping: Hoping
    team_viewing: TeamViewing
    own_reasons: OwnReasons
    pulsing: Pulsing
    rules: CoachRuling
    clock: Callable[[], datetime]
    retention_days: int = 365
    stop_serving: Callable[[Workspace], None] = lambda workspace: None

    async def whisper(
        self, incoming: Incoming, text: str, blocks: list[dict[str, Any]] | None = None
    ) -> None:
        """Answer where only the person sees it: at the command's or click's own address, else in their DM."""
        message: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": text}
        if blocks:
            message["blocks"] = blocks
        if incoming.response_url:
            await self.api.respond(incoming.response_url, message)
            return
        await self.api.call(
            incoming.workspace, "chat.postMessage", channel=incoming.user, text=text, blocks=blocks
        )

    async def replace(
        self, incoming: Incoming, text: str, blocks: list[dict[str, Any]] | None = None
    ) -> None:
        """Change the private message that was clicked."""
        message: dict[str, Any] = {"replace_original": True, "text": text, "blocks": blocks or []}
        await self.api.respond(incoming.response_url, message)

    async def open_view(self, incoming: Incoming, view: dict[str, Any]) -> bool:
        """Open a modal; False where the three seconds for it had run out (the person clicks again)."""
        return await self._view(incoming, "views.open", view=view)

    async def push_view(self, incoming: Incoming, view: dict[str, Any]) -> bool:
        """Put a modal on top of the one that was clicked."""
        return await self._view(incoming, "views.push", view=view)

    async def update_view(self, incoming: Incoming, view: dict[str, Any], *, below: bool = False) -> bool:
        """Change the modal that was clicked, or the one `below` it."""
        which = (
            {"view_id": incoming.view.get("previous_view_id")}
            if below
            else {"view_id": incoming.view.get("id"), "hash": incoming.view.get("hash")}
        )
        try:
            await self.api.call(incoming.workspace, "views.update", **which, view=view)
        except SlackSaidNo as refusal:
            if refusal.code not in _VIEW_IS_PAST:
                raise
            return False
        return True

    async def _view(self, incoming: Incoming, method: str, *, view: dict[str, Any]) -> bool:
        try:
            await self.api.call(incoming.workspace, method, trigger_id=incoming.trigger, view=view)
        except SlackSaidNo as refusal:
            if refusal.code not in _VIEW_IS_PAST:
                raise
            if refusal.code in _TOO_LATE:
                await self.whisper(incoming, TOO_LATE)
            return False
        return True


TOO_LATE = "That took me too long, and Slack no longer let me open the form. Please try once more."
_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired"})
_VIEW_IS_PAST = frozenset(
    {
        "expired_trigger_id",
        "trigger_expired",
        "exchanged_trigger_id",
        "trigger_exchanged",
        "invalid_trigger_id",
        "not_found",
        "hash_conflict",
    }
)
"""The person closed it, clicked twice or waited too long: nothing to mend."""
