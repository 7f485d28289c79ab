"""chat.*: posting, changing and deleting the bot's messages."""

from __future__ import annotations

from typing import Any

from bot.sandbox import block_kit, posting
from bot.sandbox.call import Call, Method
from bot.sandbox.model import Conversation, Json, Message, Refused
from bot.sandbox.shapes import message_json
from bot.sandbox.workspace import Workspace

MOST_CHARACTERS = 40_000
MOST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
METADATA_BYTES = 8_192


def target(call: Call) -> Conversation:
    """Where to post: a channel's id or name, or a person's id for their DM; raises Slack's errors."""
    (wanted,) = call.needed("channel")
    workspace = call.workspace
    if wanted in workspace.people:
        return open_direct(workspace, call.bot, wanted)
    named = None if wanted in workspace.channels else workspace.named(wanted)
    return workspace.seen_by(call.bot, named.id if named is not None else wanted)


def open_direct(workspace: Workspace, bot: str, user: str) -> Conversation:
    """The bot's DM with somebody; raises where there can be none."""
    person = workspace.person(user)
    if person.is_bot or user in (bot, "USLACKBOT"):
        raise Refused("cannot_dm_bot")
    if person.deleted:
        raise Refused("user_disabled")
    return workspace.direct_message(bot, user)[0]


def may_post(call: Call, channel: Conversation) -> None:
    """Whether the bot may post there; raises `is_archived`, `not_in_channel`, `user_disabled`."""
    if channel.is_archived:
        raise Refused("is_archived")
    if call.bot not in channel.members:
        if "chat:write.public" not in call.installation.scopes:
            raise Refused("not_in_channel")
    elif channel.kind == "im":
        open_direct(call.workspace, call.bot, channel.other(call.bot))


def content(call: Call) -> tuple[str, list[Json] | None, list[Json] | None]:
    """Text, blocks and attachments of a message; None where an argument was not given."""
    text = call.text("text")
    if len(text) > MOST_CHARACTERS:
        raise Refused("msg_too_long")
    given = call.json("blocks", "invalid_blocks_format")
    if markdown := call.text("markdown_text"):
        if text or given:
            raise Refused("markdown_text_conflict")
        if len(markdown) > MOST_MARKDOWN:
            raise Refused("msg_too_long")
        text, given = markdown, [{"type": "markdown", "text": markdown}]
    if given is not None and not isinstance(given, list):
        raise Refused("invalid_blocks_format")
    known = call.workspace.files.__contains__
    blocks = None if given is None else block_kit.message_blocks(given, known)
    return text, blocks, _attachments(call)


def _attachments(call: Call) -> list[Json] | None:
    given = call.json("attachments", "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused("invalid_attachments")
    if len(given) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    attachments: list[Json] = []
    for place, one in enumerate(given):
        inner: Any = one.get("blocks")
        if inner:
            at = f"/attachments/{place}/blocks"
            known = call.workspace.files.__contains__
            inner = block_kit.message_blocks(inner, known, at=at, error="invalid_attachments")
        attachments.append({"id": place + 1, **one, **({"blocks": inner} if inner else {})})
    return attachments


def metadata(call: Call) -> Json | None:
    """The metadata of a message; raises `invalid_metadata_format`."""
    given = call.json("metadata", "invalid_metadata_format")
    if given is None:
        return None
    well_formed = (
        isinstance(given, dict)
        and set(given) <= {"event_type", "event_payload", "entities"}
        and isinstance(given.get("event_type"), str)
        and given["event_type"] != ""
        and isinstance(given.get("event_payload"), dict)
    )
    if not well_formed:
        raise Refused("invalid_metadata_format")
    if len(str(given)) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


async def post_message(call: Call) -> Json:
    """chat.postMessage"""
    channel = target(call)
    text, blocks, attachments = content(call)
    if not (text.strip() or blocks or attachments):
        raise Refused("no_text")
    meta = metadata(call)
    may_post(call, channel)
    message = posting.post(
        call.workspace,
        channel,
        call.bot,
        text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        metadata=meta,
    )
    said = message_json(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": said}


def own(call: Call, refusal: str) -> tuple[Conversation, Message]:
    """The bot's own message that a call names; raises `message_not_found` or `refusal`."""
    channel = call.channel()
    (ts,) = call.needed("ts")
    message = call.workspace.message(channel, ts)
    if message.user != call.bot or message.subtype in ("channel_join", "group_join", "tombstone"):
        raise Refused(refusal)
    return channel, message


async def update(call: Call) -> Json:
    """chat.update: new text without blocks takes the blocks away; with neither, they stay (Slack's reference)"""
    channel, message = own(call, "cant_update_message")
    text, blocks, attachments = content(call)
    has_text = call.arguments.get("text") is not None
    kept_blocks = message.blocks if blocks is None and not has_text else blocks
    kept_attachments = message.attachments if attachments is None else attachments
    if not has_text and blocks is None and attachments is None:
        raise Refused("no_text")
    if not ((text if has_text else message.text).strip() or kept_blocks or kept_attachments):
        raise Refused("no_text")
    meta = metadata(call)
    if channel.is_archived:
        raise Refused("is_archived")
    posting.change(
        call.workspace,
        channel,
        message,
        call.bot,
        text=text if has_text or blocks is not None else message.text,
        blocks=kept_blocks,
        attachments=kept_attachments,
        metadata=message.metadata if meta is None else meta,
        mark=blocks is None,
    )
    said = message_json(call.workspace, channel, message, metadata=True, thread=False)
    said.pop("ts")
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": said}


async def delete(call: Call) -> Json:
    """chat.delete"""
    channel, message = own(call, "cant_delete_message")
    if channel.is_archived:
        raise Refused("is_archived")
    posting.delete(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    channel = target(call)
    (user,) = call.needed("user")
    text, blocks, attachments = content(call)
    if not (text.strip() or blocks or attachments):
        raise Refused("no_text")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.bot not in channel.members:
        raise Refused("not_in_channel" if channel.kind == "public" else "channel_not_found")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    thread = call.text("thread_ts") or None
    if thread is not None and thread not in channel.messages:
        raise Refused("thread_not_found")
    message = posting.whisper(
        call.workspace,
        channel,
        user,
        text,
        sender=call.bot,
        blocks=blocks,
        attachments=attachments,
        thread_ts=thread,
    )
    return {"message_ts": message.ts}


async def get_permalink(call: Call) -> Json:
    """chat.getPermalink"""
    channel = call.channel()
    (ts,) = call.needed("message_ts")
    message = call.workspace.message(channel, ts)
    link = f"https://{call.workspace.domain}.slack.example/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), per_minute=300),
    "chat.update": Method(update, ("chat:write",), per_minute=50),
    "chat.delete": Method(delete, ("chat:write",), per_minute=50),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), per_minute=100),
    "chat.getPermalink": Method(get_permalink, (), per_minute=300),
}
