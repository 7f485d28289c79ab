"""What both ways to the app have in common: what is carried, and how carrying fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from bot.sandbox.model import Json

ACK_SECONDS = 3.0
"""How long the app may take to say that it has got something."""

Carried: TypeAlias = Literal["events_api", "slash_commands", "interactive"]


class NotAnswered(Exception):
    """The app did not take what was sent. `reason` is the word for the retry header or the person's screen."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        """`final`: the app asked for no further try."""
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True)
class Letter:
    """Something for the app. `retry` counts from 0; `retry_reason` says why the last try failed."""

    kind: Carried
    payload: Json
    retry: int = 0
    retry_reason: str = ""


class Transport(Protocol):
    """Carries letters to the app."""

    async def carry(self, letter: Letter) -> Json:
        """Hand the letter over; what the app answered with (empty for nothing). Raises NotAnswered."""
