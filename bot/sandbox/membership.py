"""Who is in what: joining, leaving, archiving, renaming, people's profiles, and the events that follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.sandbox import posting
from bot.sandbox.model import SLACKBOT, Conversation, Person, Refused
from bot.sandbox.shapes import user_json
from bot.sandbox.workspace import Workspace

_LETTERS = {"public": "C", "private": "G", "im": "D"}


def join(workspace: Workspace, channel: Conversation, user: str, inviter: str | None = None) -> bool:
    """Put somebody into a channel and tell everyone; False where they already were in it."""
    if user in channel.members:
        return False
    channel.members[user] = None
    if workspace.people[user].role == "external":
        channel.is_shared = True
    event: dict[str, Any] = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": _LETTERS[channel.kind],
        "team": workspace.people[user].team_id,
    }
    if inviter is not None and inviter != user:
        event["inviter"] = inviter
    workspace.changed("channel", channel=channel.id)
    if workspace.bot in channel.members:
        workspace.emit("member_joined_channel", event | {"event_ts": workspace.next_ts()})
    posting.post(
        workspace,
        channel,
        user,
        f"<@{user}> has joined the channel",
        subtype="channel_join" if channel.kind == "public" else "group_join",
        inviter=event.get("inviter"),
    )
    return True


def leave(workspace: Workspace, channel: Conversation, user: str) -> bool:
    """Take somebody out of a channel and tell everyone; False where they were not in it."""
    if user not in channel.members:
        return False
    had_bot = workspace.bot in channel.members
    del channel.members[user]
    workspace.changed("channel", channel=channel.id)
    if had_bot:
        workspace.emit(
            "member_left_channel",
            {
                "type": "member_left_channel",
                "user": user,
                "channel": channel.id,
                "channel_type": _LETTERS[channel.kind],
                "team": workspace.people[user].team_id,
                "event_ts": workspace.next_ts(),
            },
        )
    if user == workspace.bot:
        kind = "channel_left" if channel.kind == "public" else "group_left"
        workspace.emit(kind, {"type": kind, "channel": channel.id, "event_ts": workspace.next_ts()})
    return True


def archive(workspace: Workspace, channel: Conversation, by: str, *, undo: bool = False) -> None:
    """Archive a channel or bring it back."""
    if channel.is_archived is not undo:
        raise Refused("not_archived" if undo else "already_archived")
    if channel.is_general:
        raise Refused("cant_archive_general")
    channel.is_archived = not undo
    _tell_channel(workspace, channel, "unarchive" if undo else "archive", {"channel": channel.id, "user": by})


def rename(workspace: Workspace, channel: Conversation, name: str) -> None:
    """Give a channel another name."""
    if workspace.named(name) is not None:
        raise Refused("name_taken")
    channel.previous_names.append(channel.name)
    channel.name = name
    about = {
        "id": channel.id,
        "is_channel": True,
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    _tell_channel(workspace, channel, "rename", {"channel": about})


def _tell_channel(workspace: Workspace, channel: Conversation, what: str, event: dict[str, Any]) -> None:
    channel.updated = workspace.seconds()
    workspace.changed("channel", channel=channel.id)
    if channel.kind == "public" or workspace.bot in channel.members:
        kind = f"channel_{what}" if channel.kind == "public" else f"group_{what}"
        workspace.emit(kind, {"type": kind, **event, "event_ts": workspace.next_ts()})


def arrive(workspace: Workspace, person: Person) -> None:
    """Tell the app that somebody joined the workspace."""
    workspace.changed("user", user=person.id)
    user = user_json(workspace, person)
    workspace.emit("team_join", {"type": "team_join", "user": user, "event_ts": workspace.next_ts()})


def alter(workspace: Workspace, user: str, **fields: Any) -> Person:
    """Change somebody's profile; a deactivated person also leaves every channel, as in Slack."""
    if user == SLACKBOT:
        raise Refused("user_not_found")
    person = workspace.people[user] = replace(workspace.person(user), **fields, updated=workspace.seconds())
    workspace.changed("user", user=user)
    ts = workspace.next_ts()
    event = {"user": user_json(workspace, person), "cache_ts": workspace.seconds(), "event_ts": ts}
    workspace.emit("user_change", {"type": "user_change", **event})
    if fields.get("deleted"):
        for channel in list(workspace.conversations_of(user)):
            if channel.kind != "im":
                leave(workspace, channel, user)
    return person


def publish(workspace: Workspace, channel: Conversation) -> None:
    """Make a private channel public: from now on everyone may read it, what was said before included."""
    if channel.kind != "private":
        raise Refused("method_not_supported_for_channel_type")
    channel.kind = "public"
    channel.updated = workspace.seconds()
    workspace.changed("channel", channel=channel.id)
    event = {"type": "channel_convert_to_public", "channel": channel.id, "event_ts": workspace.next_ts()}
    workspace.emit("channel_convert_to_public", event)
