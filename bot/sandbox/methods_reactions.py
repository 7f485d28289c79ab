"""reactions.* and pins.*: small marks on messages."""

from __future__ import annotations

import re

from bot.sandbox import posting
from bot.sandbox.call import Call, Method
from bot.sandbox.model import Conversation, Json, Message, Refused
from bot.sandbox.shapes import message_json

_NAME = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


def _item(call: Call, stamp: str = "timestamp") -> tuple[Conversation, Message]:
    if not call.text("channel") or not call.text(stamp):
        raise Refused("no_item_specified")
    channel = call.channel()
    message = channel.messages.get(call.text(stamp))
    if message is None:
        raise Refused("message_not_found")
    return channel, message


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    return name


async def add(call: Call) -> Json:
    """reactions.add"""
    name = _name(call)
    channel, message = _item(call)
    if channel.is_archived:
        raise Refused("is_archived")
    if call.bot not in channel.members:
        raise Refused("not_in_channel")
    posting.react(call.workspace, channel, message, call.bot, name)
    return {}


async def remove(call: Call) -> Json:
    """reactions.remove"""
    name = _name(call)
    channel, message = _item(call)
    posting.unreact(call.workspace, channel, message, call.bot, name)
    return {}


async def get(call: Call) -> Json:
    """reactions.get"""
    channel, message = _item(call)
    shown = message_json(call.workspace, channel, message)
    return {"type": "message", "channel": channel.id, "message": shown}


async def pin(call: Call) -> Json:
    """pins.add"""
    channel, message = _item(call)
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    channel.pins[message.ts] = None
    return {}


async def unpin(call: Call) -> Json:
    """pins.remove"""
    channel, message = _item(call)
    if message.ts not in channel.pins:
        raise Refused("no_pin")
    del channel.pins[message.ts]
    return {}


async def pins(call: Call) -> Json:
    """pins.list"""
    channel = call.readable()
    shown = [
        {
            "type": "message",
            "channel": channel.id,
            "created": int(float(ts)),
            "created_by": call.bot,
            "message": message_json(call.workspace, channel, channel.messages[ts]),
        }
        for ts in reversed(channel.pins)
    ]
    return {"items": shown}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), per_minute=50),
    "reactions.remove": Method(remove, ("reactions:write",), per_minute=20),
    "reactions.get": Method(get, ("reactions:read",), per_minute=50),
    "pins.add": Method(pin, ("pins:write",), per_minute=20),
    "pins.remove": Method(unpin, ("pins:write",), per_minute=20),
    "pins.list": Method(pins, ("pins:read",), per_minute=20),
}
