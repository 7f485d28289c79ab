"""What happens when somebody types a command, clicks, submits or picks a shortcut: ask the app, honour its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import block_kit, interaction_payloads, posting, view_state, views
from bot.sandbox.hub import Hub
from bot.sandbox.model import SLACKBOT, Conversation, Json, Message, Refused, View
from bot.sandbox.responses import show_answer
from bot.sandbox.transport import Letter, NotAnswered
from bot.sandbox.wire_text import escape, sendable
from bot.sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class InMessage:
    """An element's place: a message of a channel, whose inputs each person fills for themselves."""

    channel: Conversation
    message: Message
    user: str

    @property
    def blocks(self) -> list[Json]:
        """The blocks that stand there."""
        return self.message.blocks or []

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the inputs."""
        before = self.message.states.get(self.user, {})
        self.message.states[self.user] = view_state.filled(self.blocks, before, values)

    def payload(self, hub: Hub, workspace: Workspace, actions: list[Json]) -> Json:
        """The payload of a click here."""
        return interaction_payloads.on_message(hub, workspace, self.channel, self.message, self.user, actions)


@dataclass(frozen=True, slots=True)
class InView:
    """An element's place: a modal or a Home tab."""

    view: View

    @property
    def blocks(self) -> list[Json]:
        """The blocks that stand there."""
        return list(self.view.body["blocks"])

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the inputs."""
        self.view.state = view_state.filled(self.blocks, self.view.state, values)

    def payload(self, hub: Hub, workspace: Workspace, actions: list[Json]) -> Json:
        """The payload of a click here."""
        return interaction_payloads.on_view(hub, workspace, self.view, actions)


class Interactions:
    """One for all workspaces."""

    def __init__(self, hub: Hub) -> None:
        """Ask the app through the hub's courier."""
        self._hub = hub

    # commands and shortcuts -----------------------------------------------------------------------------------------

    async def command(self, workspace: Workspace, user: str, channel_id: str, name: str, text: str) -> Json:
        """Type a slash command. {ok, ack}: what the app acknowledged with, or None; `error` where it did not."""
        channel = workspace.seen_by(user, channel_id)
        if user not in channel.members:
            raise Refused("not_in_channel")
        if workspace.app is None or not workspace.app.installed or not self._hub.app.knows(name):
            self._slackbot(workspace, channel, user, f"{name} is not a valid command.")
            return {"ok": False, "ack": None, "error": "not_a_command"}
        payload = interaction_payloads.command(
            self._hub, workspace, channel, user, name, escape(sendable(text))
        )
        try:
            ack = await self._hub.courier.ask(Letter("slash_commands", payload))
            show_answer(self._hub, workspace, channel, user, ack)
        except (NotAnswered, Refused) as failure:
            code = _code(failure)
            self._slackbot(workspace, channel, user, f'{name} failed with the error "{code}"')
            return {"ok": False, "ack": None, "error": code}
        return {"ok": True, "ack": ack or None}

    def _slackbot(self, workspace: Workspace, channel: Conversation, user: str, text: str) -> None:
        posting.whisper(workspace, channel, user, text, sender=SLACKBOT)

    async def shortcut(
        self,
        workspace: Workspace,
        user: str,
        callback_id: str,
        channel_id: str | None,
        message_ts: str | None,
    ) -> Json:
        """Pick a shortcut, with a message or without."""
        channel = workspace.seen_by(user, channel_id) if channel_id else None
        message = workspace.message(channel, message_ts) if channel and message_ts else None
        payload = interaction_payloads.shortcut(self._hub, workspace, user, callback_id, channel, message)
        return await self._tell(payload)

    # elements -------------------------------------------------------------------------------------------------------

    def place(self, workspace: Workspace, user: str, container: Mapping[str, Any]) -> InMessage | InView:
        """The message or view that a container names, if this person can click there."""
        if container["type"] == "view":
            view = workspace.views.get(container["view_id"])
            if view is None or view.user != user:
                raise Refused("no_such_view")
            return InView(view)
        channel = workspace.seen_by(user, container["channel_id"])
        ts = container["message_ts"]
        for whispered in workspace.ephemerals.get((channel.id, user), []):
            if whispered.ts == ts:
                return InMessage(channel, whispered, user)
        return InMessage(channel, workspace.message(channel, ts), user)

    async def act(
        self,
        workspace: Workspace,
        user: str,
        container: Mapping[str, Any],
        block_id: str,
        action: Mapping[str, Any],
        state: Mapping[str, Any] | None = None,
    ) -> Json:
        """Use an element: the state changes, and the app is told unless the element only waits for a submit."""
        where = self.place(workspace, user, container)
        block, element = interaction_payloads.find_element(where.blocks, block_id, action["action_id"])
        said = {
            name: value for name, value in action.items() if name not in ("action_id", "type", "block_id")
        }
        where.fill(_merged(state, block["block_id"], element, said))
        if block["type"] == "input" and not block.get("dispatch_action"):
            return {"ok": True}
        done = interaction_payloads.action_of(element, block["block_id"], said)
        return await self._tell(where.payload(self._hub, workspace, [done]))

    async def options(
        self,
        workspace: Workspace,
        user: str,
        container: Mapping[str, Any],
        block_id: str,
        action_id: str,
        value: str,
    ) -> Json:
        """What an external select offers for what was typed so far."""
        where = self.place(workspace, user, container)
        block, _ = interaction_payloads.find_element(where.blocks, block_id, action_id)
        payload = where.payload(self._hub, workspace, [])
        for name in ("actions", "trigger_id", "response_url", "state"):
            payload.pop(name, None)
        asked = {
            "type": "block_suggestion",
            "action_id": action_id,
            "block_id": block["block_id"],
            "value": value,
        }
        try:
            answer = await self._hub.courier.ask(Letter("interactive", payload | asked))
        except NotAnswered:
            return {"options": [], "error": TROUBLE}
        return {name: answer[name] for name in ("options", "option_groups") if name in answer} or {
            "options": []
        }

    # views ----------------------------------------------------------------------------------------------------------

    async def submit(self, workspace: Workspace, user: str, view_id: str, values: Mapping[str, Any]) -> Json:
        """Submit a modal. {ok, errors?}: errors by block, Slack's own or the app's."""
        view = self._top(workspace, user, view_id)
        view.state = view_state.filled(view.body["blocks"], view.state, values)
        complaints = view_state.complaints(view.body["blocks"], view.state)
        if complaints:
            return {"ok": True, "errors": complaints}
        payload = interaction_payloads.submission(self._hub, workspace, view)
        try:
            answer = await self._hub.courier.ask(Letter("interactive", payload))
            return self._honour(workspace, view, answer)
        except (NotAnswered, Refused) as failure:
            return {"ok": False, "error": _code(failure), "message": TROUBLE}

    def _top(self, workspace: Workspace, user: str, view_id: str) -> View:
        stack = views.open_views(workspace, user)
        if not stack or stack[-1].id != view_id:
            raise Refused("no_such_view")
        return stack[-1]

    def _honour(self, workspace: Workspace, view: View, answer: Json) -> Json:
        match answer.get("response_action"):
            case "errors":
                return {"ok": True, "errors": _known_errors(view, answer.get("errors"))}
            case "update":
                views.update(workspace, view, self._checked(workspace, answer))
            case "push":
                views.push(workspace, view.user, self._checked(workspace, answer))
            case "clear":
                views.close_all(workspace, view.user)
            case None:
                if workspace.stacks.get(view.user, [])[-1:] == [view.id]:
                    views.close_top(workspace, view.user)
            case _:
                raise Refused("invalid_response_action")
        return {"ok": True}

    def _checked(self, workspace: Workspace, answer: Json) -> Json:
        return block_kit.view(answer.get("view"), workspace.files.__contains__, wanted="modal")

    async def close(self, workspace: Workspace, user: str, view_id: str, *, everything: bool = False) -> Json:
        """Close the modal on top, or all; the app is told where it asked for that."""
        view = self._top(workspace, user, view_id)
        everything = everything or bool(view.body.get("clear_on_close"))
        closed = views.close_all(workspace, user) if everything else [views.close_top(workspace, user)]
        for one in closed:
            if one is not None and one.body.get("notify_on_close"):
                await self._tell(interaction_payloads.closing(self._hub, workspace, one, cleared=everything))
        return {"ok": True}

    async def _tell(self, payload: Json) -> Json:
        try:
            await self._hub.courier.ask(Letter("interactive", payload))
        except NotAnswered as failure:
            return {"ok": False, "error": _code(failure), "message": TROUBLE}
        return {"ok": True}


def _merged(state: Mapping[str, Any] | None, block_id: str, element: Json, said: Json) -> Json:
    values = {block: dict(actions) for block, actions in (state or {}).get("values", {}).items()}
    entry = view_state.first_values([{"type": "actions", "block_id": block_id, "elements": [element]}])
    if entry:
        kept = {name: said[name] for name in entry[block_id][element["action_id"]] if name in said}
        values.setdefault(block_id, {})[element["action_id"]] = {"type": element["type"], **kept}
    return values


def _known_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refused("invalid_errors")
    return {str(block): str(words) for block, words in errors.items()}


def _code(failure: NotAnswered | Refused) -> str:
    if isinstance(failure, Refused):
        return failure.error
    return "operation_timeout" if failure.reason in ("timeout", "http_timeout") else "dispatch_failed"
