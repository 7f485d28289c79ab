"""A walk over every surface as every role: what each can read, gathered as one text a role.

Commands and clicks are handed to the routes directly, with ids of the walker's own choosing (a click is only a claim);
whatever is then whispered or opened is noted for whoever asked. Home, direct messages and channels are read in Slack.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.people import People
from handlers.slack.incoming import Incoming, read
from handlers.slack.routes import ACTIONS, Keep, route_for
from tests.process.inside import Inside


@dataclass
class Walker:
    """Somebody of a workspace, and all that they read."""

    inside: Inside
    people: People
    user: str
    read: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.read)

    async def command(self, channel: str, typed: str) -> None:
        """`/purpose …` in a channel."""
        body = {
            "command": "/purpose",
            "text": typed,
            "team_id": self.people.team_id,
            "user_id": self.user,
            "channel_id": channel,
            "trigger_id": f"walk.{self.user}.{typed}",
        }
        before = len(self.read)
        await self._asked(body)
        # What somebody typed and is told back is nothing that they learned.
        for place in range(before, len(self.read)):
            for word in typed.split():
                self.read[place] = self.read[place].replace(word, "")

    async def click(self, channel: str, action: str, value: str) -> None:
        """A click that nobody offered."""
        body = {
            "type": "block_actions",
            "user": {"id": self.user},
            "team": {"id": self.people.team_id},
            "channel": {"id": channel},
            "trigger_id": f"walk.{self.user}.{action}.{value}",
            "actions": [{"action_id": action, "value": value, "type": "button"}],
        }
        await self._asked(body)

    async def shows(self, channel: str, values: Mapping[str, Sequence[str]]) -> None:
        """Every click that only shows something, with each id of its kind (by the first word of the action's name)."""
        done = set()
        for action, route in ACTIONS.items():
            if route.keep is not Keep.NO:
                continue
            for value in values[action.partition(".")[0]]:
                if (route.run, value) not in done:
                    done.add((route.run, value))
                    await self.click(channel, action, value)

    async def home(self) -> None:
        """The Home tab."""
        await self.people.open_home(self.user)
        await self.inside.settled()
        self.read.append(json.dumps(self.people.home(self.user)))

    def messages(self) -> None:
        """What the bot wrote into their direct messages."""
        dm = self.people.dm(self.user)
        self.read += [json.dumps(one) for one in self.people.messages(dm) if one.get("bot_id")]

    async def _asked(self, body: dict[str, Any]) -> None:
        incoming = read(body)
        assert incoming is not None
        route = route_for(incoming)
        assert route is not None
        await route.run(incoming, _Noting(self), self.inside.now())  # type: ignore[arg-type]


class _Noting:
    """The services, with what they show noted where it would be seen."""

    def __init__(self, walker: Walker) -> None:
        self._walker = walker

    def __getattr__(self, name: str) -> Any:
        return getattr(self._walker.inside.house.services, name)

    async def whisper(self, incoming: Incoming, text: str, blocks: Any = None) -> None:
        self._walker.read.append(json.dumps([text, blocks]))

    async def replace(self, incoming: Incoming, text: str, blocks: Any = None) -> None:
        self._walker.read.append(json.dumps([text, blocks]))

    async def open_view(self, incoming: Incoming, view: dict[str, Any]) -> bool:
        self._walker.read.append(json.dumps(view))
        return True

    async def push_view(self, incoming: Incoming, view: dict[str, Any]) -> bool:
        return await self.open_view(incoming, view)

    async def update_view(self, incoming: Incoming, view: dict[str, Any], *, below: bool = False) -> bool:
        return await self.open_view(incoming, view)
