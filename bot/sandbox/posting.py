"""Messages: posting, changing, deleting, reacting, and the events that follow."""

from __future__ import annotations

import uuid
from typing import Any

from bot.sandbox.model import SLACKBOT, Conversation, Json, Message, Refused, StoredFile
from bot.sandbox.shapes import CHANNEL_TYPES, message_json
from bot.sandbox.workspace import Workspace

_SUBSCRIPTIONS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}


def post(
    workspace: Workspace,
    channel: Conversation,
    user: str,
    text: str,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
    blocks: list[Json] | None = None,
    attachments: list[Json] | None = None,
    files: list[StoredFile] | None = None,
    metadata: Json | None = None,
    subtype: str | None = None,
    inviter: str | None = None,
    at: float | None = None,
    silent: bool = False,
) -> Message:
    """Put a message into a conversation and tell everyone. `silent`: the app is told nothing (history from before)."""
    thread = _thread_of(channel, thread_ts)
    by_bot = user == workspace.bot and subtype is None
    message = Message(
        ts=_free_ts(workspace, channel, at),
        user=user,
        text=text,
        bot_id=workspace.app.bot_id if by_bot and workspace.app else None,
        app_id=workspace.people[user].app_id if by_bot else None,
        subtype=subtype or ("thread_broadcast" if broadcast and thread else "file_share" if files else None),
        blocks=blocks,
        attachments=attachments,
        thread_ts=thread,
        broadcast=broadcast,
        files=files or [],
        metadata=metadata,
        client_msg_id=None if by_bot or subtype or files else str(uuid.uuid4()),
        inviter=inviter,
    )
    channel.add(message)
    for file in message.files:
        file.shares.setdefault(channel.id, []).append(message.ts)
    channel.read[user] = message.ts
    workspace.changed("message", channel=channel.id, ts=message.ts, thread_ts=thread, user=user)
    if not silent:
        tell_message(workspace, channel, message)
    return message


def _free_ts(workspace: Workspace, channel: Conversation, at: float | None) -> str:
    while True:
        ts = workspace.next_ts(at)
        if ts not in channel.messages:
            return ts
        at = None if at is None else at + 0.000002


def _thread_of(channel: Conversation, thread_ts: str | None) -> str | None:
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise Refused("thread_not_found")
    return parent.thread_ts or parent.ts


def tell_message(workspace: Workspace, channel: Conversation, message: Message) -> None:
    """The events of a new message: the message itself, and a mention of the bot."""
    if workspace.bot not in channel.members:
        return
    body = message_json(workspace, channel, message)
    body |= {"channel": channel.id, "event_ts": message.ts, "channel_type": CHANNEL_TYPES[channel.kind]}
    workspace.emit(_SUBSCRIPTIONS[channel.kind], body)
    mentioned = f"<@{workspace.bot}>" in message.text and message.user != workspace.bot
    if mentioned and channel.kind != "im" and message.subtype in (None, "file_share", "thread_broadcast"):
        wanted = (
            "client_msg_id",
            "user",
            "text",
            "team",
            "ts",
            "thread_ts",
            "parent_user_id",
            "blocks",
            "files",
        )
        mention: Json = {key: body[key] for key in wanted if key in body}
        mention |= {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        workspace.emit("app_mention", mention)


def change(
    workspace: Workspace,
    channel: Conversation,
    message: Message,
    by: str,
    *,
    mark: bool = True,
    **fields: Any,
) -> None:
    """Change a message's fields; the app gets message_changed, and people see "edited" where `mark` says so."""
    previous = message_json(workspace, channel, message)
    for name, value in fields.items():
        setattr(message, name, value)
    ts = workspace.next_ts()
    if mark:
        message.edited = (by, f"{ts.split('.')[0]}.000000")
    workspace.changed("changed", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    _tell_hidden(
        workspace,
        channel,
        ts,
        {
            "subtype": "message_changed",
            "message": _inner(workspace, channel, message),
            "previous_message": previous,
        },
    )


def _inner(workspace: Workspace, channel: Conversation, message: Message) -> Json:
    return message_json(workspace, channel, message) | {
        "source_team": workspace.team_id,
        "user_team": workspace.team_id,
    }


def _tell_hidden(workspace: Workspace, channel: Conversation, ts: str, event: Json) -> None:
    if workspace.bot not in channel.members:
        return
    workspace.emit(
        _SUBSCRIPTIONS[channel.kind],
        {
            "type": "message",
            **event,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": CHANNEL_TYPES[channel.kind],
        },
    )


def delete(workspace: Workspace, channel: Conversation, message: Message) -> None:
    """Take a message away. One with replies leaves a tombstone, as in Slack."""
    previous = message_json(workspace, channel, message)
    ts = workspace.next_ts()
    for file in message.files:
        file.shares.pop(channel.id, None)
    if message.replies:
        _bury(message)
        event = {"subtype": "message_changed", "message": _inner(workspace, channel, message)}
        workspace.changed("changed", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    else:
        channel.drop(message)
        event = {"subtype": "message_deleted", "deleted_ts": message.ts}
        workspace.changed("deleted", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    _tell_hidden(workspace, channel, ts, {**event, "previous_message": previous})


def _bury(message: Message) -> None:
    message.user, message.subtype, message.text = SLACKBOT, "tombstone", "This message was deleted."
    message.bot_id = message.app_id = message.client_msg_id = message.edited = message.metadata = None
    message.blocks = message.attachments = None
    message.files, message.reactions = [], {}


def react(workspace: Workspace, channel: Conversation, message: Message, user: str, name: str) -> None:
    """Add a reaction; raises `already_reacted`."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise Refused("already_reacted")
    users.append(user)
    _tell_reaction(workspace, channel, message, user, name, "reaction_added")


def unreact(workspace: Workspace, channel: Conversation, message: Message, user: str, name: str) -> None:
    """Take a reaction back; raises `no_reaction`."""
    users = message.reactions.get(name, [])
    if user not in users:
        raise Refused("no_reaction")
    users.remove(user)
    if not users:
        del message.reactions[name]
    _tell_reaction(workspace, channel, message, user, name, "reaction_removed")


def _tell_reaction(
    workspace: Workspace, channel: Conversation, message: Message, user: str, name: str, kind: str
) -> None:
    workspace.changed("reaction", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
    if workspace.bot in channel.members:
        workspace.emit(
            kind,
            {
                "type": kind,
                "user": user,
                "reaction": name,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "item_user": message.user,
                "event_ts": workspace.next_ts(),
            },
        )


def whisper(
    workspace: Workspace,
    channel: Conversation,
    to: str,
    text: str,
    *,
    sender: str,
    blocks: list[Json] | None = None,
    attachments: list[Json] | None = None,
    thread_ts: str | None = None,
) -> Message:
    """Show a message to one person only; it is in no history."""
    by_bot = sender == workspace.bot and workspace.app is not None
    message = Message(
        ts=workspace.next_ts(),
        user=sender,
        text=text,
        bot_id=workspace.app.bot_id if by_bot and workspace.app else None,
        app_id=workspace.people[sender].app_id,
        blocks=blocks,
        attachments=attachments,
        thread_ts=thread_ts,
        is_ephemeral=True,
    )
    workspace.ephemerals.setdefault((channel.id, to), []).append(message)
    workspace.changed("ephemeral", channel=channel.id, ts=message.ts, thread_ts=thread_ts, user=to)
    return message


def hush(workspace: Workspace, channel: Conversation, to: str, ts: str) -> None:
    """Take an ephemeral message away."""
    kept = [one for one in workspace.ephemerals.get((channel.id, to), []) if one.ts != ts]
    workspace.ephemerals[channel.id, to] = kept
    workspace.changed("ephemeral_gone", channel=channel.id, ts=ts, user=to)
