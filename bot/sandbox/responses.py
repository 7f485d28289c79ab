"""What the app says without the Web API: in its acknowledgement of a command, and at a response address."""

from __future__ import annotations

from typing import Any

from bot.sandbox import block_kit, posting
from bot.sandbox.hub import Hub
from bot.sandbox.model import Conversation, Json, Refused
from bot.sandbox.triggers import ResponseAddress
from bot.sandbox.workspace import Workspace


def show_answer(
    hub: Hub,
    workspace: Workspace,
    channel: Conversation,
    user: str,
    answer: Json,
    thread_ts: str | None = None,
) -> None:
    """Show what an acknowledgement or a response says, to the one person or to the channel."""
    blocks, attachments = answer.get("blocks"), answer.get("attachments")
    text = str(answer.get("text") or "")
    if not (text or blocks or attachments):
        return
    checked = block_kit.message_blocks(blocks, workspace.files.__contains__) if blocks else None
    if answer.get("response_type") == "in_channel":
        posting.post(
            workspace,
            channel,
            workspace.bot,
            text,
            blocks=checked,
            attachments=attachments,
            thread_ts=thread_ts,
        )
    else:
        posting.whisper(
            workspace,
            channel,
            user,
            text,
            sender=workspace.bot,
            blocks=checked,
            attachments=attachments,
            thread_ts=thread_ts,
        )


def respond(hub: Hub, secret: str, body: Any) -> None:
    """A request at a response address; raises Refused."""
    if not isinstance(body, dict):
        raise Refused("invalid_payload")
    address = hub.response_addresses.use(secret)
    workspace = address.workspace
    channel = workspace.channel(address.channel)
    if channel.is_archived:
        raise Refused("is_archived")
    if body.get("delete_original") in (True, "true"):
        _delete(workspace, channel, address)
        return
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        raise Refused("no_text")
    if body.get("replace_original") in (True, "true") and address.message_ts is not None:
        _replace(workspace, channel, address, address.message_ts, body)
        return
    thread = body.get("thread_ts") or (address.thread_ts if address.message_ts else None)
    show_answer(hub, workspace, channel, address.user, body, thread)


def _delete(workspace: Workspace, channel: Conversation, address: ResponseAddress) -> None:
    if address.message_ts is None:
        raise Refused("message_not_found")
    if address.is_ephemeral:
        posting.hush(workspace, channel, address.user, address.message_ts)
    else:
        posting.delete(workspace, channel, workspace.message(channel, address.message_ts))


def _replace(
    workspace: Workspace, channel: Conversation, address: ResponseAddress, ts: str, body: Json
) -> None:
    blocks = body.get("blocks")
    checked = block_kit.message_blocks(blocks, workspace.files.__contains__) if blocks else None
    text, attachments = str(body.get("text") or ""), body.get("attachments")
    if not address.is_ephemeral:
        message = workspace.message(channel, ts)
        posting.change(
            workspace, channel, message, workspace.bot, text=text, blocks=checked, attachments=attachments
        )
        return
    for message in workspace.ephemerals.get((channel.id, address.user), []):
        if message.ts == ts:
            message.text, message.blocks, message.attachments = text, checked, attachments
            workspace.changed("ephemeral", channel=channel.id, ts=message.ts, user=address.user)
            return
    raise Refused("message_not_found")
