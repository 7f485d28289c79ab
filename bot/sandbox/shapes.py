"""Slack's JSON for what a workspace holds: users, conversations, messages, files and views."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.file_shapes import file_json
from bot.sandbox.model import SLACKBOT, Conversation, Json, Message, Person, View
from bot.sandbox.workspace import Workspace

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}


def user_json(workspace: Workspace, person: Person) -> Json:
    """A user object, as users.info and user_change carry it."""
    zone = datetime.fromtimestamp(workspace.clock.time(), UTC).astimezone(ZoneInfo(person.tz))
    offset = zone.utcoffset()
    found: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": profile_json(person),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.deleted:
        return found
    return found | {
        "color": person.colour,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": zone.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": person.role in ("admin", "owner"),
        "is_owner": person.role == "owner",
        "is_primary_owner": person.role == "owner",
        "is_restricted": person.role == "guest",
        "is_ultra_restricted": False,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
        **({"is_stranger": True} if person.role == "external" else {}),
    }


def profile_json(person: Person) -> Json:
    """The profile inside a user object."""
    first, _, last = person.real_name.partition(" ")
    found: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": "" if person.is_bot else person.real_name,
        "display_name_normalized": "" if person.is_bot else person.real_name,
        "fields": None,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "status_text_canonical": "",
        "avatar_hash": f"g{person.id[-9:].lower()}",
        "first_name": first,
        "last_name": last,
        "team": person.team_id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        found[f"image_{size}"] = f"https://avatars.slack.example/{person.id}-{size}.png"
    if person.is_bot:
        found |= {"bot_id": person.bot_id, "api_app_id": person.app_id, "always_active": True}
    elif person.id != SLACKBOT:
        found["email"] = person.email
    return found


def channel_json(workspace: Workspace, channel: Conversation, viewer: str) -> Json:
    """A conversation as `viewer` sees it."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": workspace.team_id,
        "updated": channel.updated * 1000,
    }
    if channel.kind == "im":
        other = channel.other(viewer)
        return common | {
            "user": other,
            "is_user_deleted": workspace.people[other].deleted,
            "priority": 0,
            "is_open": True,
        }
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "previous_names": list(channel.previous_names),
        "creator": channel.creator,
        "is_channel": True,
        "is_group": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_general": channel.is_general,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_pending_ext_shared": False,
        "is_member": viewer in channel.members,
        "unlinked": 0,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "parent_conversation": None,
        "shared_team_ids": _teams(workspace, channel),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
    }


def _teams(workspace: Workspace, channel: Conversation) -> list[str]:
    if not channel.is_shared:
        return [workspace.team_id]
    return sorted({workspace.team_id} | {workspace.people[user].team_id for user in channel.members})


def bot_profile_json(workspace: Workspace) -> Json:
    """The app as its messages carry it."""
    app = workspace.installation
    person = workspace.people[app.bot_user]
    return {
        "id": app.bot_id,
        "app_id": person.app_id,
        "name": person.real_name,
        "icons": {
            f"image_{size}": f"https://avatars.slack.example/{app.bot_id}-{size}.png" for size in (36, 48, 72)
        },
        "deleted": not app.installed,
        "updated": person.updated,
        "team_id": workspace.team_id,
    }


def message_json(
    workspace: Workspace,
    channel: Conversation,
    message: Message,
    *,
    metadata: bool = False,
    thread: bool = True,
) -> Json:
    """A message as the Web API gives it; `metadata` only to who asked, `thread` with the counts of its replies."""
    found: Json = {"user": message.user, "type": "message", "ts": message.ts}
    if message.client_msg_id:
        found["client_msg_id"] = message.client_msg_id
    if message.bot_id:
        found |= {
            "bot_id": message.bot_id,
            "app_id": message.app_id,
            "bot_profile": bot_profile_json(workspace),
        }
    found |= {"text": message.text, "team": workspace.team_id}
    if message.subtype:
        found["subtype"] = message.subtype
    if message.inviter:
        found["inviter"] = message.inviter
    if message.blocks:
        found["blocks"] = message.blocks
    if message.attachments:
        found["attachments"] = message.attachments
    if message.files:
        found["files"] = [file_json(workspace, file) for file in message.files]
        found |= {"upload": False, "display_as_bot": False}
    if message.edited:
        found["edited"] = {"user": message.edited[0], "ts": message.edited[1]}
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        found["metadata"] = message.metadata
    if message.ts in channel.pins:
        found["pinned_to"] = [channel.id]
    return found | (thread_json(channel, message) if thread else {})


def thread_json(channel: Conversation, message: Message) -> Json:
    """What a message says of the thread it opens or stands in."""
    if message.thread_ts and message.thread_ts != message.ts:
        parent = channel.messages.get(message.thread_ts)
        found: Json = {"thread_ts": message.thread_ts}
        return found | ({"parent_user_id": parent.user} if parent is not None else {})
    if not message.replies:
        return {}
    users = list(dict.fromkeys(channel.messages[ts].user for ts in message.replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(message.replies),
        "reply_users_count": len(users),
        "latest_reply": message.replies[-1],
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def view_json(workspace: Workspace, view: View, app_id: str) -> Json:
    """A view as views.* answers it and interaction payloads carry it."""
    body = view.body
    found: Json = {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": view.type,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.app.bot_id if workspace.app else "",
    }
    return found
