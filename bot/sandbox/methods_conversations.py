"""conversations.*: channels, who is in them, and what was said."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from bot.sandbox.call import Call, Method, cursor_at, cursor_text, page
from bot.sandbox.methods_chat import open_direct
from bot.sandbox.model import Conversation, Json, Message, Refused
from bot.sandbox.shapes import channel_json, message_json

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_STAMP = re.compile(r"\d+(\.\d*)?")
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


async def info(call: Call) -> Json:
    """conversations.info"""
    channel = call.channel()
    call.needs_scope_for(channel, "read")
    found = channel_json(call.workspace, channel, call.bot)
    if call.flag("include_num_members"):
        found["num_members"] = len(channel.members)
    if call.flag("include_locale"):
        found["locale"] = "en-US"
    if call.bot in channel.members:
        found["last_read"] = channel.read.get(call.bot, "0000000000.000000")
    return {"channel": found}


def _types(call: Call) -> set[str]:
    wanted = call.words("types") or ["public_channel"]
    for one in wanted:
        if one not in _TYPES:
            raise Refused("invalid_types")
        call.needs_scope(f"{_FAMILIES[one]}:read")
    return {_TYPES[one] for one in wanted}


async def list_all(call: Call) -> Json:
    """conversations.list"""
    kinds = _types(call)
    found = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or call.bot in channel.members)
        and not (call.flag("exclude_archived") and channel.is_archived)
    ]
    shown, cursor = page(found, call, call.limit(100, 1_000))
    channels = []
    for channel in shown:
        one = channel_json(call.workspace, channel, call.bot)
        if channel.kind != "im":
            one["num_members"] = len(channel.members)
        channels.append(one)
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


async def of_user(call: Call) -> Json:
    """users.conversations"""
    kinds = _types(call)
    user = call.text("user") or call.bot
    call.workspace.person(user)
    found = [
        channel
        for channel in call.workspace.conversations_of(user)
        if channel.kind in kinds
        and (channel.kind == "public" or call.bot in channel.members)
        and not (call.flag("exclude_archived") and channel.is_archived)
    ]
    shown, cursor = page(found, call, call.limit(100, 1_000))
    return {
        "channels": [channel_json(call.workspace, channel, user) for channel in shown],
        "response_metadata": {"next_cursor": cursor},
    }


async def members(call: Call) -> Json:
    """conversations.members"""
    channel = call.channel()
    call.needs_scope_for(channel, "read")
    shown, cursor = page(list(channel.members), call, call.limit(100, 1_000))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


async def open_im(call: Call) -> Json:
    """conversations.open, for one person (a group DM is not part of this workspace)"""
    call.needs_scope("im:write")
    whole = call.flag("return_im")
    if call.text("channel"):
        channel, there = call.channel(), True
        if channel.kind != "im":
            raise Refused("method_not_supported_for_channel_type")
    else:
        users = call.words("users")
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise Refused(
                "not_enough_users" if len(set(users)) == 1 else "method_not_supported_for_channel_type"
            )
        known = frozenset((call.bot, users[0])) in call.workspace.direct
        channel, there = open_direct(call.workspace, call.bot, users[0]), known
    shown = channel_json(call.workspace, channel, call.bot) if whole else {"id": channel.id}
    if call.flag("prevent_creation") and not there:
        return {"channel": shown}
    return {"no_op": there, "already_open": there, "channel": shown} if there else {"channel": shown}


def _stamp(call: Call, name: str) -> str:
    """A bound in a form that sorts like a ts; raises `invalid_ts_oldest` or `invalid_ts_latest`."""
    text = call.text(name)
    if text in ("", "0", "now"):
        return ""
    if not _STAMP.fullmatch(text):
        raise Refused(f"invalid_ts_{name}")
    whole, _, part = text.partition(".")
    return f"{int(whole):010d}.{part[:6]:0<6}"


def _shown(call: Call, channel: Conversation, stamps: list[str]) -> list[Json]:
    wanted = call.flag("include_all_metadata")
    found: list[Message] = [channel.messages[ts] for ts in stamps]
    return [message_json(call.workspace, channel, message, metadata=wanted) for message in found]


async def history(call: Call) -> Json:
    """conversations.history: newest first, top level only"""
    channel = call.readable()
    call.needs_scope_for(channel, "history")
    limit = call.limit(100, 999)
    latest = cursor_text(call.text("cursor"))
    inclusive = call.flag("inclusive")
    stamps = channel.between(channel.top_level, _stamp(call, "oldest"), _stamp(call, "latest"), inclusive)
    if latest:
        stamps = stamps[: bisect_left(stamps, latest)]
    shown = stamps[-limit:][::-1]
    more = len(stamps) > limit
    answer: dict[str, Any] = {
        "messages": _shown(call, channel, shown),
        "has_more": more,
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": cursor_at(shown[-1])}
    return answer


async def replies(call: Call) -> Json:
    """conversations.replies: the parent first, then its replies, oldest first"""
    channel = call.readable()
    call.needs_scope_for(channel, "history")
    (ts,) = call.needed("ts")
    limit = call.limit(1_000, 1_000)
    message = channel.messages.get(ts)
    if message is None:
        raise Refused("thread_not_found")
    parent = channel.messages.get(message.thread_ts or ts, message)
    after = cursor_text(call.text("cursor"))
    oldest, latest = _stamp(call, "oldest"), _stamp(call, "latest")
    inside = channel.between(parent.replies, oldest, latest, call.flag("inclusive"))
    left = [ts for ts in inside if ts > after] if after else inside
    room = max(limit - 1, 0) if not after else limit
    stamps = left[:room] if after else [parent.ts, *left[:room]]
    more = len(left) > room
    answer: dict[str, Any] = {"messages": _shown(call, channel, stamps), "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": cursor_at(stamps[-1])}
    return answer


METHODS = {
    "conversations.info": Method(info, _READ, per_minute=50),
    "conversations.list": Method(list_all, _READ, per_minute=20),
    "users.conversations": Method(of_user, _READ, per_minute=50),
    "conversations.members": Method(members, _READ, per_minute=100),
    "conversations.open": Method(open_im, (), per_minute=50),
    "conversations.history": Method(history, _HISTORY, per_minute=50),
    "conversations.replies": Method(replies, _HISTORY, per_minute=50),
}
