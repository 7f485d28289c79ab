"""The pace of a lane: evenly spaced slots, so that any second holds at most one more than its share (GCRA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MICROSECONDS = 1_000_000
# A reservation reaches no further ahead than this: a person who is waiting is at most this far behind a crowd.
HORIZON = MICROSECONDS // 2
# Asked again only when most of the last reservation is used up, so that slots come a few at a time.
_NEARLY_USED = HORIZON // 4


@dataclass(frozen=True, slots=True)
class Slots:
    """Microseconds from now of each reserved slot, when the next one is free (`tat`, microseconds since 1970), and
    how many microseconds to wait before asking again when none was reserved."""

    after: Sequence[int]
    tat: int
    wait: int = 0


def reserve(now: int, tat: int, per_minute: int, wanted: int) -> Slots:
    """Reserve up to `wanted` slots at `now`, given when the next one is free. A `per_minute` of zero has no pace.

    A `tat` further ahead than any reservation reaches was noted before the clock was set back: it counts as now.
    """
    if per_minute <= 0:
        return Slots(after=(0,) * wanted, tat=tat)
    spacing = 60 * MICROSECONDS // per_minute
    first = max(tat, now) if tat <= now + HORIZON + 2 * spacing else now
    if first - now > _NEARLY_USED:
        return Slots(after=(), tat=tat, wait=first - now - _NEARLY_USED)
    count = min(wanted, 1 + (HORIZON - (first - now)) // spacing)
    return Slots(
        after=tuple(first - now + spacing * turn for turn in range(count)), tat=first + spacing * count
    )
