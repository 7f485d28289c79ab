"""Python's search for garbage, kept away from what a start loads: nearly all of that stays for good."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is made meanwhile is not looked through for garbage, now or later.

    To look through half a million objects again and again, while ever more are loaded, is a quarter of a start. And
    later each full search would stop the bot for a tenth of a second to find nothing in them.
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searched:
            gc.enable()
