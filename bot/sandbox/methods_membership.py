"""conversations.join, leave, invite and kick: the bot comes and goes, and brings others."""

from __future__ import annotations

from bot.sandbox import membership
from bot.sandbox.call import Call, Method
from bot.sandbox.model import Conversation, Json, Refused
from bot.sandbox.shapes import channel_json

_MANAGE = ("channels:manage", "groups:write", "channels:write.invites", "groups:write.invites")


async def join(call: Call) -> Json:
    """conversations.join"""
    channel = call.channel()
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    joined = membership.join(call.workspace, channel, call.bot)
    answer: Json = {"channel": channel_json(call.workspace, channel, call.bot)}
    if not joined:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


async def leave(call: Call) -> Json:
    """conversations.leave"""
    channel = call.channel()
    if channel.kind == "im":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_general:
        raise Refused("cant_leave_general")
    if channel.is_archived:
        raise Refused("is_archived")
    return {} if membership.leave(call.workspace, channel, call.bot) else {"not_in_channel": True}


async def invite(call: Call) -> Json:
    """conversations.invite"""
    channel = _managed(call)
    users = call.words("users")
    if not users:
        raise Refused("no_user")
    for user in users:
        if user == call.bot:
            raise Refused("cant_invite_self")
        if call.workspace.person(user).deleted:
            raise Refused("cant_invite")
        if user in channel.members:
            raise Refused("already_in_channel")
    for user in users:
        membership.join(call.workspace, channel, user, inviter=call.bot)
    return {"channel": channel_json(call.workspace, channel, call.bot)}


async def kick(call: Call) -> Json:
    """conversations.kick"""
    channel = _managed(call)
    (user,) = call.needed("user")
    if user == call.bot:
        raise Refused("cant_kick_self")
    call.workspace.person(user)
    if channel.is_general:
        raise Refused("cant_kick_from_general")
    if not membership.leave(call.workspace, channel, user):
        raise Refused("not_in_channel")
    return {"errors": {}}


def _managed(call: Call) -> Conversation:
    channel = call.channel()
    if channel.kind == "im":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.bot not in channel.members:
        raise Refused("not_in_channel")
    return channel


METHODS = {
    "conversations.join": Method(join, ("channels:join",), per_minute=50),
    "conversations.leave": Method(leave, ("channels:manage", "groups:write"), per_minute=50),
    "conversations.invite": Method(invite, _MANAGE, per_minute=50),
    "conversations.kick": Method(kick, ("channels:manage", "groups:write"), per_minute=50),
}
