"""How `purpose-bot run` loads its code: once, and without looking back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def for_good() -> Iterator[None]:
    """What is made meanwhile is not looked through for garbage, now or later.

    To look through 150,000 objects again and again, while ever more are loaded, is a quarter of a start. And later each
    full search would stop the bot for some fifty milliseconds to find nothing in them.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searched:
            gc.enable()


SEARCH_AFTER = 5_000


def search_rarely() -> None:
    """Python looks for garbage after each 700 new objects, and ten payloads under way are as many. With fifty of them
    it would look through them all again and again, for a twentieth of what they cost."""
    gc.set_threshold(SEARCH_AFTER, *gc.get_threshold()[1:])
