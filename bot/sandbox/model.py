"""What a workspace is made of: people, conversations, messages, files, views, and the app that is installed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Role: TypeAlias = Literal["owner", "admin", "member", "guest", "external", "bot"]
Kind: TypeAlias = Literal["public", "private", "im"]

SLACKBOT = "USLACKBOT"


class Refused(Exception):
    """Slack's no. `error` is its name for it; `extra` are further fields of the answer."""

    def __init__(self, error: str, messages: list[str] | None = None, **extra: Any) -> None:
        """`messages` are the plain-word problems that Slack puts beside some errors."""
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def answer(self) -> Json:
        """The body that Slack answers with."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {words}" for words in self.messages]}
        return body


@dataclass(slots=True)
class Person:
    """Somebody in the workspace, bots included. `role` external: a person of another company in a shared channel."""

    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    tz: str = "America/New_York"
    role: Role = "member"
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    email: str = ""
    locale: str = "en-US"
    updated: int = 0
    bot_id: str | None = None
    app_id: str | None = None
    colour: str = "4bbe2e"

    @property
    def is_bot(self) -> bool:
        """True for an app's user."""
        return self.role == "bot"


@dataclass(slots=True)
class Message:
    """One message. `metadata` is shown only to who asks for it; `replies` are the ts of its thread, in order."""

    ts: str
    user: str
    text: str
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: tuple[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    metadata: Json | None = None
    client_msg_id: str | None = None
    inviter: str | None = None
    replies: list[str] = field(default_factory=list)
    is_ephemeral: bool = False
    states: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class StoredFile:
    """A file: its place is asked for first, its bytes come next, and then it is completed."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: int
    length: int = 0
    content: bytes | None = None
    complete: bool = False
    alt_text: str = ""
    secret: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class View:
    """A modal or a Home tab as it stands for one person."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Json = field(default_factory=dict)
    response_urls: list[Json] = field(default_factory=list)

    @property
    def type(self) -> str:
        """What it is: a modal or a home."""
        return str(self.body["type"])


@dataclass(slots=True)
class Conversation:
    """A channel or a direct message, with its messages in the order of their ts."""

    id: str
    name: str
    kind: Kind
    creator: str
    created: int
    members: dict[str, None] = field(default_factory=dict)
    is_archived: bool = False
    is_general: bool = False
    is_shared: bool = False
    topic: str = ""
    purpose: str = ""
    previous_names: list[str] = field(default_factory=list)
    updated: int = 0
    messages: dict[str, Message] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    top_level: list[str] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    pins: dict[str, None] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Put a message in its place; the newest goes to the end at no cost."""
        self.messages[message.ts] = message
        _place(self.order, message.ts)
        if message.thread_ts is None or message.broadcast:
            _place(self.top_level, message.ts)
        if message.thread_ts is not None and message.thread_ts != message.ts:
            parent = self.messages.get(message.thread_ts)
            if parent is not None:
                _place(parent.replies, message.ts)

    def drop(self, message: Message) -> None:
        """Take a message out."""
        del self.messages[message.ts]
        self.pins.pop(message.ts, None)
        _take(self.order, message.ts)
        _take(self.top_level, message.ts)
        parent = self.messages.get(message.thread_ts or "")
        if parent is not None:
            _take(parent.replies, message.ts)

    def between(self, stamps: list[str], oldest: str, latest: str, inclusive: bool) -> list[str]:
        """The stamps of an ordered list after `oldest` and before `latest`; empty strings do not bound."""
        low = (bisect_left if inclusive else bisect_right)(stamps, oldest) if oldest else 0
        high = (bisect_right if inclusive else bisect_left)(stamps, latest) if latest else len(stamps)
        return stamps[low:high]

    def newest_first(self) -> Iterator[Message]:
        """Every message, the newest first."""
        return (self.messages[ts] for ts in reversed(self.order))

    def other(self, user: str) -> str:
        """In a direct message: who is on the other side."""
        return next((member for member in self.members if member != user), user)


def _place(stamps: list[str], ts: str) -> None:
    if not stamps or stamps[-1] < ts:
        stamps.append(ts)
    else:
        insort(stamps, ts)


def _take(stamps: list[str], ts: str) -> None:
    place = bisect_left(stamps, ts)
    if place < len(stamps) and stamps[place] == ts:
        del stamps[place]


@dataclass(slots=True)
class Installation:
    """The app in one workspace: its tokens and what they may do."""

    team_id: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str]
    installed: bool = True
    tokens: dict[str, float | None] = field(default_factory=dict)
    """Each bot token with when it runs out (seconds on the workspace's clock), None for never."""
    revoked: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, bool] = field(default_factory=dict)
    """Each refresh token, and whether it may still be used."""
