"""What can be seen of one workspace: ids by name, messages, views, Home, and waiting for something to appear."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox import views
from bot.sandbox.hub import Hub
from bot.sandbox.interactions import Interactions
from bot.sandbox.model import Conversation, Json, Message
from bot.sandbox.shapes import CHANNEL_TYPES, message_json, view_json
from bot.sandbox.workspace import Workspace

T = TypeVar("T")
_POLL_SECONDS = 0.05


class Looking:
    """The eyes of `People`. Users and channels are given by id."""

    def __init__(self, hub: Hub, workspace: Workspace, interactions: Interactions) -> None:
        """`hub` is shared by all workspaces of a server."""
        self.hub = hub
        self.workspace = workspace
        self.interactions = interactions

    @property
    def team_id(self) -> str:
        """This workspace's id."""
        return self.workspace.team_id

    @property
    def bot_token(self) -> str:
        """The newest bot token that was not revoked; empty where the app never was installed."""
        app = self.workspace.app
        if app is None:
            return ""
        return next((token for token in reversed(app.tokens) if token not in app.revoked), "")

    @property
    def bot_user(self) -> str:
        """The bot's user id."""
        return self.workspace.bot

    @property
    def users(self) -> dict[str, str]:
        """Everyone's id by handle (lower case; "Alice Ng" is "alice.ng"), bots and Slackbot left out."""
        found = self.workspace.people.values()
        return {person.name: person.id for person in found if not person.is_bot and person.id != "USLACKBOT"}

    @property
    def channels(self) -> dict[str, str]:
        """Every channel's id by name."""
        return {one.name: one.id for one in self.workspace.channels.values() if one.kind != "im"}

    def dm(self, user: str, other: str = "") -> str:
        """The id of somebody's direct messages with the bot (or with `other`), made at need."""
        self.workspace.person(user)
        self.workspace.person(other or self.bot_user)
        return self.workspace.direct_message(user, other or self.bot_user)[0].id

    def messages(
        self, channel: str, *, user: str | None = None, thread: str | None = None, latest: int | None = None
    ) -> list[Json]:
        """Messages of a channel with replies, oldest first, each with its `channel`; metadata included. `thread`:
        that thread only. `user`: with the ephemerals that this person sees. `latest`: only so many."""
        found = self.workspace.channel(channel)
        stamps = found.order if latest is None else found.order[-latest:]
        if thread is not None:
            stamps = [thread, *found.messages[thread].replies] if thread in found.messages else []
        shown = [self._shown(found, found.messages[ts]) for ts in stamps]
        if user is not None:
            shown += [one for one in self.ephemerals(user, channel) if thread in (None, one.get("thread_ts"))]
            shown.sort(key=lambda one: str(one["ts"]))
        return shown

    def _shown(self, channel: Conversation, message: Message) -> Json:
        body = message_json(self.workspace, channel, message, metadata=True)
        body |= {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
        return body | ({"ephemeral": True} if message.is_ephemeral else {})

    def ephemerals(self, user: str, channel: str) -> list[Json]:
        """What only this person sees in a channel, oldest first."""
        found = self.workspace.channel(channel)
        return [self._shown(found, one) for one in self.workspace.ephemerals.get((channel, user), [])]

    def views(self, user: str) -> list[Json]:
        """Somebody's open modals, bottom to top."""
        stack = views.open_views(self.workspace, user)
        return [view_json(self.workspace, view, self.hub.app.id) for view in stack]

    def home(self, user: str) -> Json | None:
        """Somebody's Home tab, or None."""
        view = self.workspace.homes.get(user)
        return None if view is None else view_json(self.workspace, view, self.hub.app.id)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 30.0) -> T:  # noqa: ASYNC109 - a test's own words
        """Wait until `predicate()` (plain or async) is truthy; what it returned. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            with self.hub.feed.signal() as changed:
                while True:
                    changed.clear()
                    found: Any = predicate()
                    if inspect.isawaitable(found):
                        found = await found
                    if found:
                        return found  # type: ignore[no-any-return]
                    try:
                        await asyncio.wait_for(changed.wait(), _POLL_SECONDS)
                    except TimeoutError:
                        continue
