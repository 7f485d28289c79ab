"""Thanks that close the loop: what came of a person's story with others, as one quiet line and never a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from bot.domain.identity import DeliveryId, TeamId


class Loop(IntEnum):
    """What came of it; of several, the first is said."""

    BUILT_ON = 1
    HUDDLE = 2
    DIGEST = 3
    TRIAL = 4
    READ = 5

    @property
    def word(self) -> str:
        """The lower-case word that the ledger keeps."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Echo:
    """One thing that came of a person's story. `about` is the story (the trial, for TRIAL), `reply` the message that
    built on it, `place` the team in which it happened; `opened`: it led the digest. Never who did it."""

    loop: Loop
    at: datetime
    about: str
    reply: DeliveryId = ""
    place: TeamId = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Thanks:
    """One line of thanks, with what its words need. `customer` and `told_on` say which story; `name` is who built on
    it, which the whole channel reads."""

    loop: Loop
    customer: str = ""
    told_on: date | None = None
    name: str = ""
    team: str = ""
    day: str = ""
    opened: bool = False


def best(echoes: Sequence[Echo]) -> Echo | None:
    """The one to say: the weightiest, of alike ones the latest."""
    return min(
        echoes, key=lambda echo: (echo.loop, not echo.opened, -echo.at.timestamp(), echo.about), default=None
    )
