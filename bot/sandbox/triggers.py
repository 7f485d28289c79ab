"""What lets an app act after a click: trigger ids (3 seconds, once) and response addresses (30 minutes, five times)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bot.sandbox.clock import SharedClock
from bot.sandbox.identifiers import numbers
from bot.sandbox.model import Refused
from bot.sandbox.workspace import Workspace

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 1_800.0
RESPONSE_USES = 5
_KEPT = 5_000


@dataclass(slots=True)
class Trigger:
    """A click that may open one view. `view` is the modal it happened in."""

    workspace: Workspace
    user: str
    view: str | None
    born: float
    used: bool = False


class Triggers:
    """Hands out trigger ids and takes each back once."""

    def __init__(self) -> None:
        """None yet."""
        self._known: dict[str, Trigger] = {}

    def new(self, workspace: Workspace, user: str, view: str | None = None) -> str:
        """A trigger id for what somebody just did. It lives on the machine's own clock."""
        trigger_id = f"{numbers(13)}.{numbers(13)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(workspace, user, view, time.monotonic())
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return trigger_id

    def look(self, workspace: Workspace, trigger_id: str) -> Trigger:
        """The trigger if it may be used now; raises Slack's errors where not."""
        trigger = self._known.get(trigger_id)
        if trigger is None or trigger.workspace is not workspace:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - trigger.born > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        return trigger


@dataclass(slots=True)
class ResponseAddress:
    """Where an app may answer a command or a click. `message_ts` is the message that was clicked."""

    workspace: Workspace
    channel: str
    user: str
    message_ts: str | None
    is_ephemeral: bool
    born: float
    thread_ts: str | None = None
    uses: int = 0


class ResponseAddresses:
    """Hands out response addresses and counts their use."""

    def __init__(self, clock: SharedClock) -> None:
        """Addresses age on the workspace's clock."""
        self._clock = clock
        self._known: dict[str, ResponseAddress] = {}

    def new(
        self,
        workspace: Workspace,
        channel: str,
        user: str,
        *,
        message_ts: str | None = None,
        is_ephemeral: bool = False,
        thread_ts: str | None = None,
    ) -> str:
        """The path of a new address."""
        secret = secrets.token_urlsafe(18)
        self._known[secret] = ResponseAddress(
            workspace, channel, user, message_ts, is_ephemeral, self._clock.time(), thread_ts
        )
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return f"/actions/{workspace.team_id}/{numbers(13)}/{secret}"

    def use(self, secret: str) -> ResponseAddress:
        """The address, one use less; raises `expired_url` or `used_url`."""
        address = self._known.get(secret)
        if address is None or self._clock.time() - address.born > RESPONSE_SECONDS:
            raise Refused("expired_url")
        if address.uses >= RESPONSE_USES:
            raise Refused("used_url")
        address.uses += 1
        return address
