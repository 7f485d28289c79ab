"""What one person sees on the page: themselves, everyone, their channels and what is unread."""

from __future__ import annotations

from bisect import bisect_right

from bot.sandbox.hub import Hub
from bot.sandbox.model import SLACKBOT, Conversation, Json, Person
from bot.sandbox.workspace import Workspace


def state(hub: Hub, workspace: Workspace, me: str) -> Json:
    """The answer of GET /_/state."""
    bot = workspace.people.get(workspace.bot)
    return {
        "team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain},
        "teams": [{"id": one.team_id, "name": one.name} for one in hub.workspaces.values()],
        "me": me,
        "clock": clock(hub),
        "users": [person(one) for one in workspace.people.values() if one.id != SLACKBOT],
        "channels": [
            _channel(one, me)
            for one in workspace.channels.values()
            if one.kind == "public" or me in one.members
        ],
        "commands": [
            {name: one.get(name, "") for name in ("command", "description", "usage_hint")}
            for one in hub.app.listed_commands()
        ],
        "shortcuts": [
            {name: one.get(name, "") for name in ("callback_id", "name", "type")} for one in hub.app.shortcuts
        ],
        "bot": {
            "id": workspace.bot,
            "name": bot.real_name if bot else hub.app.name,
            "connected": bool(hub.sockets.connections) if hub.socket_mode else True,
            "installed": bool(workspace.app and workspace.app.installed),
        },
        "trouble": hub.faults.json(),
    }


def clock(hub: Hub) -> Json:
    """The shared clock."""
    return {"now": hub.clock.time(), "offset": hub.clock.offset, "iso": hub.clock.now().isoformat()}


def person(one: Person) -> Json:
    """Somebody as the page shows them."""
    return {
        "id": one.id,
        "name": one.name,
        "real_name": one.real_name,
        "title": one.title,
        "tz": one.tz,
        "role": one.role,
        "deleted": one.deleted,
        "status": {"text": one.status_text, "emoji": one.status_emoji},
        "colour": one.colour,
    }


def _channel(channel: Conversation, me: str) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "user": channel.other(me) if channel.kind == "im" else None,
        "is_archived": channel.is_archived,
        "is_member": me in channel.members,
        "is_shared": channel.is_shared,
        "unread": _unread(channel, me),
        "topic": channel.topic,
        "members": list(channel.members),
        "latest": channel.top_level[-1] if channel.top_level else None,
    }


def _unread(channel: Conversation, me: str) -> int:
    if me not in channel.members:
        return 0
    return len(channel.top_level) - bisect_right(channel.top_level, channel.read.get(me, ""))


def mark_read(channel: Conversation, me: str) -> None:
    """Everything up to now was seen."""
    if channel.top_level and me in channel.members:
        channel.read[me] = max(channel.read.get(me, ""), channel.top_level[-1])
