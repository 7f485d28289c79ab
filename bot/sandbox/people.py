"""What people do in one workspace. Tests call these; the page's own API calls the very same ones."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Mapping
from typing import Any

from bot.sandbox import posting
from bot.sandbox.going import Going
from bot.sandbox.interaction_payloads import find_element
from bot.sandbox.model import Json, Refused, StoredFile
from bot.sandbox.shapes import view_json
from bot.sandbox.view_state import option_with
from bot.sandbox.wire_text import sendable, typed


class People(Going):
    """The people of one workspace and all they can do. Users and channels are given by id."""

    # talking --------------------------------------------------------------------------------------------------------

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        file: Mapping[str, str] | None = None,
        at: float | None = None,
        wire: bool = False,
        broadcast: bool = False,
    ) -> str:
        """Say something; its ts. `text` is what is typed (@handle, @here, #channel, addresses become links); with
        `wire` it is Slack's own form already. `at`: a moment of the past (epoch seconds), which no app is told of."""
        found = self._in(user, channel)
        self._open(found)
        if not text.strip() and file is None:
            raise Refused("no_text")
        if len(text) > 40_000:
            raise Refused("msg_too_long")
        said, blocks = (sendable(text), None) if wire else typed(self.workspace, text)
        if not text:
            blocks = None
        files = [self._file(user, file)] if file is not None else None
        message = posting.post(
            self.workspace,
            found,
            user,
            said,
            blocks=blocks,
            thread_ts=thread_ts,
            files=files,
            at=at,
            silent=at is not None,
            broadcast=broadcast,
        )
        return message.ts

    def _file(self, user: str, file: Mapping[str, str]) -> StoredFile:
        name = file.get("name", "image.png")
        stored = StoredFile(
            id=self.workspace.ids.new("F"),
            name=name,
            title=name,
            mimetype=file.get("mimetype") or mimetypes.guess_type(name)[0] or "application/octet-stream",
            user=user,
            created=self.workspace.seconds(),
            length=1,
            content=b"\0",
            complete=True,
            secret=secrets.token_urlsafe(18),
        )
        self.workspace.files[stored.id] = stored
        return stored

    async def edit(self, user: str, channel: str, ts: str, text: str, *, wire: bool = False) -> None:
        """Change one's own message."""
        found = self._in(user, channel)
        message = self.workspace.message(found, ts)
        if message.user != user or message.subtype == "tombstone":
            raise Refused("cant_update_message")
        if not text.strip():
            raise Refused("no_text")
        said, blocks = (sendable(text), None) if wire else typed(self.workspace, text)
        posting.change(self.workspace, found, message, user, text=said, blocks=blocks)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message; an admin may delete anyone's."""
        found = self._in(user, channel)
        message = self.workspace.message(found, ts)
        if message.user != user and self.workspace.person(user).role not in ("admin", "owner"):
            raise Refused("cant_delete_message")
        posting.delete(self.workspace, found, message)

    async def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Put a reaction on a message, or take it back."""
        found = self._in(user, channel)
        message = self.workspace.message(found, ts)
        (posting.unreact if remove else posting.react)(self.workspace, found, message, user, name.strip(":"))

    # with the app ---------------------------------------------------------------------------------------------------

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Type a slash command: {ok, ack, error?}."""
        return await self.interactions.command(self.workspace, user, channel, command, text)

    async def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, message_ts: str | None = None
    ) -> Json:
        """Pick a shortcut; with a message it is the message's."""
        return await self.interactions.shortcut(self.workspace, user, callback_id, channel, message_ts)

    async def click(
        self,
        user: str,
        where: Json | str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        state: Json | None = None,
    ) -> Json:
        """Use an element of a message or view (as `messages`, `ephemerals`, `views` or `home` gave it, or a view's
        id). For a button nothing else is needed; for a menu `value` is the option's value, for a picker what is
        picked. `state` {values} is what stands in the message's inputs."""
        container = self._container(user, where)
        place = self.interactions.place(self.workspace, user, container)
        block, element = find_element(place.blocks, block_id, action_id)
        action = {"action_id": action_id, "type": element["type"], **_chosen(element, value)}
        return await self.interactions.act(
            self.workspace, user, container, block["block_id"], action, {"values": state} if state else None
        )

    def _container(self, user: str, where: Json | str) -> Json:
        if isinstance(where, str):
            return {"type": "view", "view_id": where}
        if "hash" in where:
            return {"type": "view", "view_id": where["id"]}
        return {"type": "message", "channel_id": where["channel"], "message_ts": where["ts"]}

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any] | None = None) -> Json:
        """Submit a modal. `values`: {block_id: {action_id: value}} or {block_id: value}; a value is a plain one or
        Slack's state object. {ok, errors?, error?}."""
        return await self.interactions.submit(self.workspace, user, view_id, values or {})

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Json:
        """Close a modal without submitting."""
        return await self.interactions.close(self.workspace, user, view_id, everything=everything)

    async def open_home(self, user: str, tab: str = "home") -> str:
        """Open the bot's Home (or "messages") tab; the DM's id."""
        channel = self.dm(user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel,
            "tab": tab,
            "event_ts": self.workspace.next_ts(),
        }
        home = self.workspace.homes.get(user)
        if tab == "home" and home is not None:
            event["view"] = view_json(self.workspace, home, self.hub.app.id)
        self.workspace.emit("app_home_opened", event)
        return channel


_CHOSEN = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
}


def _chosen(element: Json, value: Any) -> Json:
    kind = element["type"]
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    if kind in _CHOSEN:
        return {_CHOSEN[kind]: value}
    if kind in ("static_select", "external_select", "overflow", "radio_buttons"):
        return {"selected_option": option_with(element, str(value))}
    if kind in ("checkboxes", "multi_static_select", "multi_external_select"):
        return {"selected_options": [option_with(element, str(one)) for one in value]}
    return {"value": value}
