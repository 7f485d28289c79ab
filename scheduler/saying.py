"""Trouble that passes, written down when it begins and not each second that it lasts."""

from __future__ import annotations

import logging

from bot.ports.problems import StoreProblem


class Saying:
    """One line for a trouble of the store, and no other until it was over or became another one."""

    def __init__(self, log: logging.Logger) -> None:
        """Write to `log`."""
        self._log = log
        self._said: dict[str, str] = {}

    def trouble(self, what: str, problem: StoreProblem) -> None:
        """`what` could not be done."""
        reason = str(problem)
        if self._said.get(what) != reason:
            self._said[what] = reason
            self._log.warning("%s: %s", what, reason)

    def well(self, what: str) -> None:
        """`what` could be done."""
        self._said.pop(what, None)
