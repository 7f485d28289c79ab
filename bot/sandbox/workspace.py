"""One Slack workspace in memory: who is in it, its conversations, and who wants to hear of changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.sandbox.clock import SharedClock
from bot.sandbox.identifiers import Identifiers
from bot.sandbox.model import (
    SLACKBOT,
    Conversation,
    Installation,
    Json,
    Kind,
    Message,
    Person,
    Refused,
    Role,
    StoredFile,
    View,
)

OnEvent: TypeAlias = Callable[["Workspace", str, Json], None]
"""Hears each event for the app: the subscription it falls under, and the inner event."""
OnChange: TypeAlias = Callable[["Workspace", Json], None]
"""Hears what the page must show anew."""

_COLOURS = (
    "4bbe2e",
    "e7392d",
    "3c989f",
    "674b1b",
    "e96699",
    "9f69e7",
    "2b6836",
    "df3dc0",
    "53b759",
    "a2a5dc",
)


class Workspace:
    """State, and the finding of things in it. What changes it lives in `posting` and `membership`."""

    def __init__(self, name: str, domain: str, clock: SharedClock, ids: Identifiers) -> None:
        """An empty workspace but for Slackbot."""
        self.ids = ids
        self.clock = clock
        self.team_id = ids.new("T")
        self.name = name
        self.domain = domain
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Conversation] = {}
        self.direct: dict[frozenset[str], str] = {}
        self.ephemerals: dict[tuple[str, str], list[Message]] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, StoredFile] = {}
        self.app: Installation | None = None
        self.on_event: list[OnEvent] = []
        self.on_change: list[OnChange] = []
        self._last_ts = 0
        self.people[SLACKBOT] = Person(
            id=SLACKBOT, name="slackbot", real_name="Slackbot", team_id=self.team_id, tz="America/Los_Angeles"
        )

    # who and what ---------------------------------------------------------------------------------------------------

    def seconds(self) -> int:
        """Now on the workspace's clock, in whole seconds."""
        return int(self.clock.time())

    def next_ts(self, at: float | None = None) -> str:
        """A message's ts: later than every other one, or at a moment of the past that no message has."""
        stamp = int((self.clock.time() if at is None else at) * 1_000_000)
        if at is None:
            self._last_ts = stamp = max(stamp, self._last_ts + 1)
        return f"{stamp // 1_000_000}.{stamp % 1_000_000:06d}"

    def add_person(
        self,
        name: str,
        *,
        title: str = "",
        tz: str = "America/New_York",
        role: Role = "member",
        email: str = "",
        colour: str = "",
    ) -> Person:
        """Somebody new. `name` is what people read; the handle is made from it. `colour`: six hex digits."""
        handle = self._free_handle(name.lower().replace(" ", "."))
        person = Person(
            id=self.ids.new("U"),
            name=handle,
            real_name=name,
            team_id=self.ids.new("T") if role == "external" else self.team_id,
            title=title,
            tz=tz,
            role=role,
            email=email or f"{handle}@{self.domain}.example",
            updated=self.seconds(),
            colour=colour or _COLOURS[len(self.people) % len(_COLOURS)],
        )
        self.people[person.id] = person
        return person

    def _free_handle(self, handle: str) -> str:
        taken = {person.name for person in self.people.values()}
        numbered = (f"{handle}{number}" for number in itertools.count(2))
        return handle if handle not in taken else next(one for one in numbered if one not in taken)

    def add_channel(self, name: str, *, kind: Kind = "public", creator: str = SLACKBOT) -> Conversation:
        """A new channel with nobody in it yet."""
        channel = Conversation(
            id=self.ids.new("C"), name=name, kind=kind, creator=creator, created=self.seconds()
        )
        channel.updated = channel.created
        self.channels[channel.id] = channel
        return channel

    def direct_message(self, one: str, other: str) -> tuple[Conversation, bool]:
        """The conversation of two people, made at need; whether it was there before."""
        pair = frozenset((one, other))
        known = self.direct.get(pair)
        if known is not None:
            return self.channels[known], True
        channel = Conversation(id=self.ids.new("D"), name="", kind="im", creator=one, created=self.seconds())
        channel.members = {one: None, other: None}
        self.channels[channel.id] = channel
        self.direct[pair] = channel.id
        return channel, False

    # finding --------------------------------------------------------------------------------------------------------

    def person(self, user: str) -> Person:
        """Somebody by id; raises `user_not_found`."""
        found = self.people.get(user)
        if found is None:
            raise Refused("user_not_found")
        return found

    def channel(self, channel: str) -> Conversation:
        """A conversation by id; raises `channel_not_found`."""
        found = self.channels.get(channel)
        if found is None:
            raise Refused("channel_not_found")
        return found

    def seen_by(self, user: str, channel: str) -> Conversation:
        """A conversation that a person may see: a public channel, or one they are in; else `channel_not_found`."""
        found = self.channel(channel)
        if found.kind != "public" and user not in found.members:
            raise Refused("channel_not_found")
        return found

    def message(self, channel: Conversation, ts: str) -> Message:
        """A message by its ts; raises `message_not_found`."""
        found = channel.messages.get(ts)
        if found is None:
            raise Refused("message_not_found")
        return found

    def named(self, name: str) -> Conversation | None:
        """A channel by its name, with or without the hash sign."""
        bare = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.kind != "im" and one.name == bare), None)

    def conversations_of(self, user: str) -> Iterator[Conversation]:
        """Everything a person is in."""
        return (one for one in self.channels.values() if user in one.members)

    @property
    def installation(self) -> Installation:
        """The app's installation, perhaps a former one; raises `account_inactive` where it never was here."""
        if self.app is None:
            raise Refused("account_inactive")
        return self.app

    @property
    def bot(self) -> str:
        """The bot's user id, empty where the app was never installed."""
        return self.app.bot_user if self.app is not None else ""

    # telling --------------------------------------------------------------------------------------------------------

    def emit(self, subscription: str, event: Json) -> None:
        """Tell the app's side of something that happened."""
        for hear in self.on_event:
            hear(self, subscription, event)

    def changed(self, kind: str, **about: object) -> None:
        """Tell the page's side what to show anew."""
        for hear in self.on_change:
            hear(self, {"type": kind, **about})
