"""How `purpose-bot run` loads its code: once, without looking back, and without what would only lie there."""

from __future__ import annotations

import gc
import sys
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


@contextmanager
def without(name: str) -> Iterator[None]:
    """Whoever imports that library meanwhile, if it happens to be installed, is told that it is not."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # Python's own sign for it
    try:
        yield
    finally:
        del sys.modules[name]
