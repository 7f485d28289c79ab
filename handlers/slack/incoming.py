"""What Slack told us, taken out of its payloads once: who, where, what, and the key under which it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from bot.domain.folding import clean
from bot.ports.inbox import OnlyIfCheckOpen
from handlers.slack.directory import workspace_key

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One payload. `kind` and `name` choose the function that answers; `body` is Slack's payload as it came.

    `key` is the same for every redelivery. `trigger` and `response_url` are empty where Slack gives none. `received_at`
    is when it came in, however much later it is worked off.
    """

    kind: str
    name: str
    workspace: str
    user: str
    key: str
    body: Body
    channel: str = ""
    trigger: str = ""
    response_url: str = ""
    received_at: datetime | None = None

    @property
    def event(self) -> Body:
        """The inner event of an event payload."""
        event: Body = self.body.get("event") or {}
        return event

    @property
    def action(self) -> Body:
        """The action of a click."""
        actions = self.body.get("actions") or [{}]
        return dict(actions[0])

    @property
    def value(self) -> str:
        """What the clicked element carries: a button's value or a menu's choice."""
        action = self.action
        chosen = action.get("selected_option") or {}
        return clean(str(action.get("value") or chosen.get("value") or ""))

    @property
    def view(self) -> Body:
        """The view of a submission, a closing or a click inside a modal."""
        view: Body = self.body.get("view") or {}
        return view

    @property
    def message(self) -> tuple[str, str]:
        """The message that was clicked, as (channel, ts); empty texts for a click elsewhere."""
        container = _inner(self.body, "container")
        ts = container.get("message_ts") or _inner(self.body, "message").get("ts") or ""
        return (self.channel, str(ts)) if ts else ("", "")

    @property
    def text(self) -> str:
        """A command's text."""
        return clean(str(self.body.get("text") or "")).strip()


def read(body: Body, received_at: datetime | None = None) -> Incoming | None:
    """The payload as a value, or None where it is nothing that anybody here answers."""
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body, received_at)
    if kind == "block_actions":
        return _interaction(
            body, "action", str((body.get("actions") or [{}])[0].get("action_id", "")), received_at
        )
    if kind == "view_submission":
        return _interaction(body, "view", str(_inner(body, "view").get("callback_id", "")), received_at)
    if kind in ("message_action", "shortcut"):
        return _interaction(body, "shortcut", str(body.get("callback_id", "")), received_at)
    if "command" in body:
        return _command(body, received_at)
    return None


_NOTHING: Body = MappingProxyType({})


def _inner(body: Body, name: str) -> Body:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else _NOTHING


def _event(body: Body, received_at: datetime | None) -> Incoming:
    event = _inner(body, "event")
    team = str(body.get("team_id") or event.get("team") or "")
    channel = event.get("channel") or event.get("channel_id") or ""
    if isinstance(channel, dict):
        channel = channel.get("id", "")
    user = event.get("user") or ""
    if isinstance(user, dict):
        user = user.get("id", "")
    name = _event_name(event)
    return Incoming(
        kind="event",
        name=name,
        workspace=workspace_key(team),
        user=str(user or _author(event)),
        key=_event_key(name, str(channel), event) or str(body.get("event_id") or _digest(body)),
        body=body,
        channel=str(channel),
        received_at=received_at,
    )


def _event_key(name: str, channel: str, event: Body) -> str:
    """A new message is kept under its own id, which redeliveries and what is read back later share. Its time comes
    first, so that what comes together stands together in the database."""
    if name not in ("message.im", "message.thread") or not event.get("ts"):
        return ""
    return f"message:{event['ts']}:{channel}"


def _event_name(event: Body) -> str:
    name = str(event.get("type", ""))
    if name != "message":
        return name
    place = "im" if event.get("channel_type") == "im" else "thread"
    subtype = event.get("subtype")
    if subtype in (None, "file_share", "thread_broadcast"):
        return f"message.{place}"
    if subtype == "message_changed":
        return f"message.{place}.changed"
    if subtype == "message_deleted":
        return f"message.{place}.deleted"
    return f"message.other.{subtype}"


def _author(event: Body) -> str:
    now, before = _inner(event, "message"), _inner(event, "previous_message")
    for part in (before, now) if is_tombstone(now) else (now, before):
        if part.get("user"):
            return str(part["user"])
    return ""


def is_tombstone(message: Body) -> bool:
    """True for what Slack puts in the place of a message that was deleted and had replies: a change, by its name."""
    return message.get("subtype") == "tombstone"


def _interaction(body: Body, kind: str, name: str, received_at: datetime | None) -> Incoming:
    user = _inner(body, "user")
    team = _inner(body, "team").get("id") or user.get("team_id") or ""
    channel = _inner(body, "channel").get("id") or _inner(body, "container").get("channel_id") or ""
    view = _inner(body, "view")
    trigger = str(body.get("trigger_id") or "")
    key = (
        f"view:{view.get('id')}:{view.get('hash')}"
        if kind == "view"
        else f"{kind}:{trigger or _digest(body)}"
    )
    return Incoming(
        kind=kind,
        name=name,
        workspace=workspace_key(str(team)),
        user=str(user.get("id", "")),
        key=key,
        body=body,
        channel=str(channel),
        trigger=trigger,
        response_url=str(body.get("response_url") or ""),
        received_at=received_at,
    )


def _command(body: Body, received_at: datetime | None) -> Incoming:
    trigger = str(body.get("trigger_id") or "")
    return Incoming(
        kind="command",
        name=str(body["command"]),
        workspace=workspace_key(str(body.get("team_id", ""))),
        user=str(body.get("user_id", "")),
        key=f"command:{trigger or _digest(body)}",
        body=body,
        channel=str(body.get("channel_id", "")),
        trigger=trigger,
        response_url=str(body.get("response_url") or ""),
        received_at=received_at,
    )


def _digest(body: Body) -> str:
    """The same for a payload as it came and as it is read again from the inbox."""
    return hashlib.sha256(_written(dict(sorted(_kept(body).items()))).encode()).hexdigest()[:32]


def from_a_bot(event: Body) -> bool:
    """True for what bots and Slack itself write, this one included."""
    message = _inner(event, "message") or event
    return bool(message.get("bot_id") or message.get("app_id") or not (_author(event) or event.get("user")))


def thread_of(event: Body) -> str | None:
    """The thread that a channel's message, edit or deletion belongs to, or None outside a thread."""
    for part in (event, _inner(event, "message"), _inner(event, "previous_message")):
        thread = part.get("thread_ts")
        if thread and thread != part.get("ts"):
            return str(thread)
    return None


def keep_condition(incoming: Incoming) -> OnlyIfCheckOpen | None:
    """For a channel's message: it may be kept only where it is an answer to an open check."""
    event = incoming.event
    thread = thread_of(event)
    if thread is None:
        return None
    ts = event.get("deleted_ts") or (_inner(event, "message").get("ts") if event.get("subtype") else "")
    return OnlyIfCheckOpen(
        incoming.channel,
        thread,
        origin=f"{incoming.channel}:{ts}" if ts else "",
        starter=_starter(event),
    )


def _starter(event: Body) -> str:
    """Who began the thread, as Slack tells with every reply in it; empty where it does not."""
    for part in (event, _inner(event, "message"), _inner(event, "previous_message")):
        if part.get("parent_user_id"):
            return str(part["parent_user_id"])
    return ""


def trimmed(body: Body) -> str:
    """The payload as JSON text without what is never read again."""
    return _written(_kept(body))


def _kept(body: Body) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if name not in _NEVER_READ}
    for name in _MESSAGES:
        inner = kept.get(name)
        if isinstance(inner, dict):
            kept[name] = _kept(inner)
    return kept


def _written(body: Body) -> str:
    try:
        return orjson.dumps(body).decode()
    except TypeError:
        # A lone surrogate, which orjson refuses: the standard library writes it escaped.
        return json.dumps(body)


_NEVER_READ = frozenset(
    ("token", "authorizations", "api_app_id", "event_context", "is_enterprise_install", "blocks")
)
"""A message's blocks say what its text says, twice as long: what is on disk is what is read again, and no more."""
_MESSAGES = ("event", "message", "previous_message")
