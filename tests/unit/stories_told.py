"""Stories for the tests of choosing: tellers and words drawn by lot."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.stories import Source, Story

FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
WORDS = [
    "customer",
    "invoice",
    "morning",
    "clinic",
    "nurse",
    "bakery",
    "shipping",
    "roof",
    "school",
    "printer",
    "queue",
    "invoice",
    "garden",
    "harvest",
    "payroll",
    "stock",
    "doctor",
    "weekend",
    "folder",
    "truck",
    "label",
    "signature",
    "oven",
    "heating",
    "harbour",
    "library",
    "mother",
    "driver",
    "window",
    "cable",
    "quiet",
    "relieved",
    "worried",
    "smiled",
    "called",
    "thanked",
    "repaired",
    "promised",
    "cancelled",
    "finished",
    "answered",
    "rebuilt",
    "explained",
]
PEOPLE = tuple(f"U{name}" for name in ("ALICE", "BOB", "CHARLIE", "DORA", "EVE", "FINN", "GITA", "HUGO"))


def story(
    teller: str, text: str, number: int = 0, at: datetime = FRIDAY - timedelta(days=1), **kw: object
) -> Story:
    """One shared story, told `number` seconds after `at`."""
    told = Story(
        id=f"S{teller}{number}",
        workspace="slack:T1",
        team="T",
        teller=teller,
        text=text,
        told_at=at + timedelta(seconds=number),
        told_on=at.date(),
        source=Source.DM,
        origin=f"D:{teller}{number}",
    )
    return replace(told, **kw)  # type: ignore[arg-type]


def words(lot: random.Random, count: int = 25) -> str:
    """So many words by lot, without numbers or names."""
    return " ".join(lot.choice(WORDS) + "".join(lot.choices("aeioubdgklmn", k=3)) for _ in range(count))
