"""The payloads of commands, clicks, shortcuts and views, key by key as Slack sends them."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.block_kit import elements_of, every_block
from bot.sandbox.hub import Hub
from bot.sandbox.model import Conversation, Json, Message, Refused, View
from bot.sandbox.shapes import message_json, view_json
from bot.sandbox.workspace import Workspace

_SHOWN = frozenset({"text", "value", "style", "url", "placeholder"})
_NAMES = {"im": "directmessage", "private": "privategroup"}


def channel_name(channel: Conversation) -> str:
    """A channel's name as interaction payloads give it."""
    return _NAMES.get(channel.kind, channel.name)


def envelope(hub: Hub, workspace: Workspace, kind: str, user: str) -> Json:
    """What every interaction payload opens with."""
    person = workspace.people[user]
    return {
        "type": kind,
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": hub.app.id,
        "token": hub.app.verification_token,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(hub: Hub, workspace: Workspace, channel: Conversation, user: str, name: str, text: str) -> Json:
    """The form of a slash command."""
    return {
        "token": hub.app.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user,
        "user_name": workspace.people[user].name,
        "command": name,
        "text": text,
        "api_app_id": hub.app.id,
        "is_enterprise_install": "false",
        "response_url": hub.base_url + hub.response_addresses.new(workspace, channel.id, user),
        "trigger_id": hub.triggers.new(workspace, user),
    }


def action_of(element: Json, block_id: str, said: Json) -> Json:
    """The entry in `actions`: what the element is, and what was chosen."""
    kept: Json = {
        name: value for name, value in element.items() if name in _SHOWN or name.startswith("initial_")
    }
    chosen = {name: value for name, value in said.items() if name not in ("type", "action_id", "block_id")}
    fixed: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    return {**kept, **chosen, **fixed, "action_ts": f"{time.time():.6f}"}


def on_message(
    hub: Hub, workspace: Workspace, channel: Conversation, message: Message, user: str, actions: list[Json]
) -> Json:
    """A click in a message; an ephemeral one is not part of the payload."""
    payload = envelope(hub, workspace, "block_actions", user)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    address = hub.response_addresses.new(
        workspace,
        channel.id,
        user,
        message_ts=message.ts,
        is_ephemeral=message.is_ephemeral,
        thread_ts=message.thread_ts,
    )
    payload |= {
        "container": container,
        "trigger_id": hub.triggers.new(workspace, user),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": message.states.get(user, {})},
        "response_url": hub.base_url + address,
        "actions": actions,
    }
    if not message.is_ephemeral:
        payload["message"] = message_json(workspace, channel, message)
    return payload


def on_view(hub: Hub, workspace: Workspace, view: View, actions: list[Json]) -> Json:
    """A click in a modal or on the Home tab."""
    payload = envelope(hub, workspace, "block_actions", view.user)
    return payload | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": hub.triggers.new(workspace, view.user, view.id if view.type == "modal" else None),
        "view": view_json(workspace, view, hub.app.id),
        "actions": actions,
    }


def submission(hub: Hub, workspace: Workspace, view: View) -> Json:
    """A submitted modal."""
    return envelope(hub, workspace, "view_submission", view.user) | {
        "trigger_id": hub.triggers.new(workspace, view.user, view.id),
        "view": view_json(workspace, view, hub.app.id),
        "response_urls": _response_urls(hub, workspace, view),
    }


def _response_urls(hub: Hub, workspace: Workspace, view: View) -> list[Json]:
    found = []
    for block in view.body["blocks"]:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        value = view.state[block["block_id"]][element["action_id"]]
        channel = value.get("selected_conversation") or value.get("selected_channel")
        if channel in workspace.channels:
            address = hub.response_addresses.new(workspace, channel, view.user)
            found.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": hub.base_url + address,
                }
            )
    return found


def closing(hub: Hub, workspace: Workspace, view: View, *, cleared: bool) -> Json:
    """A closed modal."""
    payload = envelope(hub, workspace, "view_closed", view.user)
    return payload | {"view": view_json(workspace, view, hub.app.id), "is_cleared": cleared}


def shortcut(
    hub: Hub,
    workspace: Workspace,
    user: str,
    callback_id: str,
    channel: Conversation | None,
    message: Message | None,
) -> Json:
    """A global shortcut, or one on a message."""
    payload: dict[str, Any] = envelope(hub, workspace, "shortcut", user) | {
        "action_ts": f"{time.time():.6f}",
        "callback_id": callback_id,
        "trigger_id": hub.triggers.new(workspace, user),
    }
    if channel is None or message is None:
        return payload
    address = hub.response_addresses.new(workspace, channel.id, user, thread_ts=message.thread_ts)
    return payload | {
        "type": "message_action",
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message_json(workspace, channel, message),
        "response_url": hub.base_url + address,
    }


def find_element(blocks: list[Json] | None, block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and the element with these ids; raises `no_such_element`."""
    for block in every_block(blocks or []):
        if block["block_id"] == block_id or not block_id:
            for _, element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise Refused("no_such_element")
