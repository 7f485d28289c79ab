"""One call of a Web API method: who calls, with what, and reading the arguments as leniently as Slack does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from bot.sandbox.hub import Hub
from bot.sandbox.model import Conversation, Installation, Json, Refused
from bot.sandbox.workspace import Workspace


@dataclass(slots=True)
class Call:
    """A call after its token was found good."""

    hub: Hub
    method: str
    arguments: Mapping[str, Any]
    workspace: Workspace
    installation: Installation
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bot(self) -> str:
        """The calling bot's user id."""
        return self.installation.bot_user

    def text(self, name: str, default: str = "") -> str:
        """An argument as text; a number is taken as written."""
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value)

    def needed(self, *names: str) -> list[str]:
        """Several arguments that must be there; raises `invalid_arguments` naming each that is not."""
        missing = [name for name in names if self.arguments.get(name) in (None, "")]
        if missing:
            raise Refused("invalid_arguments", [f"missing required field: {name}" for name in missing])
        return [self.text(name) for name in names]

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, in any of Slack's spellings."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return default
        return value in (True, 1) or str(value).lower() in ("true", "1", "t", "yes")

    def limit(self, default: int, most: int) -> int:
        """The page size; raises `invalid_limit`."""
        value = self.arguments.get("limit")
        if value in (None, "", 0, "0"):
            return default
        try:
            limit = int(str(value))
        except ValueError:
            raise Refused("invalid_limit") from None
        if not 1 <= limit <= most:
            raise Refused("invalid_limit")
        return limit

    def json(self, name: str, error: str) -> Any:
        """An argument that is JSON, as an object or written as text; None where it is not there."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return orjson.loads(value)
            except orjson.JSONDecodeError:
                raise Refused(error) from None
        return value

    def words(self, name: str) -> list[str]:
        """A list of ids, separated by commas or as JSON."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        text = self.text(name)
        if text.startswith("["):
            given = self.json(name, "invalid_arguments")
            return [str(one) for one in given]
        return [one.strip() for one in text.split(",") if one.strip()]

    # conversations --------------------------------------------------------------------------------------------------

    def channel(self, name: str = "channel") -> Conversation:
        """A conversation that the bot can see, by id; raises `channel_not_found`."""
        (channel,) = self.needed(name)
        return self.workspace.seen_by(self.bot, channel)

    def readable(self, name: str = "channel") -> Conversation:
        """A conversation whose messages the bot may read; raises `not_in_channel`."""
        found = self.channel(name)
        if self.bot not in found.members:
            raise Refused("not_in_channel")
        return found

    def needs_scope_for(self, channel: Conversation, what: str) -> None:
        """Check e.g. `history` for the kind of conversation at hand; raises `missing_scope`."""
        families = {"public": "channels", "private": "groups", "im": "im"}
        self.needs_scope(f"{families[channel.kind]}:{what}")

    def needs_scope(self, *any_of: str) -> None:
        """One of these scopes is needed; raises `missing_scope` naming the first."""
        if not self.installation.scopes.intersection(any_of):
            raise missing_scope(self.installation, any_of)


def missing_scope(installation: Installation, any_of: tuple[str, ...]) -> Refused:
    """Slack's answer where a scope is missing."""
    return Refused(
        "missing_scope", None, needed=",".join(any_of), provided=",".join(sorted(installation.scopes))
    )


Function: TypeAlias = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what it does, one of which scopes it needs, and how often a minute it may be called."""

    function: Function
    scopes: tuple[str, ...] = ()
    per_minute: int = 50


def page(items: list[Any], call: Call, limit: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next; raises `invalid_cursor`."""
    start = cursor_place(call.text("cursor"))
    if start > len(items):
        raise Refused("invalid_cursor")
    end = start + limit
    return items[start:end], cursor_at(end) if end < len(items) else ""


_CURSOR = "place:"


def cursor_at(place: int | str) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"{_CURSOR}{place}".encode()).decode()


def cursor_text(cursor: str) -> str:
    """What a cursor holds, empty for none; raises `invalid_cursor`."""
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Refused("invalid_cursor") from None
    if not text.startswith(_CURSOR):
        raise Refused("invalid_cursor")
    return text.removeprefix(_CURSOR)


def cursor_place(cursor: str) -> int:
    """The place in a list that a cursor stands for; raises `invalid_cursor`."""
    text = cursor_text(cursor) or "0"
    if not text.isdecimal():
        raise Refused("invalid_cursor")
    return int(text)
