"""How a command ends that cannot go on: one line that people read, and exit code 2."""

from __future__ import annotations

import sys
from typing import NoReturn


class Stopped(Exception):
    """A command cannot go on; its words are the one line that people read. Exit code 2."""


def fail(line: str) -> NoReturn:
    """One line for people, and exit code 2."""
    print(line, file=sys.stderr)
    sys.exit(2)
