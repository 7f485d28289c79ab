"""No secret of the tests may stand in anything that the suite prints or logs: every test is looked through as it ends.

Looked through are what pytest captured (stdout, stderr, log records of the bot's own loggers at every level) and the
log files of bots that ran as processes; helpers that run commands hand their output to `look`.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.sandbox.app import App
from bot.settings_forms import Secret

TOKEN_KEY = "x7aCkhJ4ZEkiu4kz5BzbRcBnzbyCPxNOS4yw0Os_0Q0="
# Slack's tokens by their form, whoever made them; a sentence that names only their beginning is none.
_TOKENS = re.compile(r"(?:xox[a-z]?[.-]|xapp-)[A-Za-z0-9.-]*[A-Za-z0-9]{3}")
_SHORTEST = 8
_given: set[str] = set()


def note(secret: str) -> None:
    """Look for this secret, too, until the test ends."""
    if secret.startswith(("sqlite:", "postgresql:")):
        secret = _password(secret)
    if len(secret) >= _SHORTEST:
        _given.add(secret)


def leaks(text: str) -> list[str]:
    """The secrets that stand in a text, each cut short."""
    whole = [secret for secret in {TOKEN_KEY, *_given} if secret in text]
    return sorted({f"{found[:6]}…" for found in (*whole, *_TOKENS.findall(text))})


def look(text: str, where: str) -> None:
    """AssertionError where a secret stands in that text."""
    found = leaks(text)
    assert not found, f"secrets in {where}: {', '.join(found)}"


def look_through(report: pytest.TestReport, files: Iterable[Path] = ()) -> None:
    """Fail a test in whose output a secret stands."""
    said = dict(report.sections)
    said |= {file.name: file.read_text(errors="replace") for file in files if file.is_file()}
    found = {where: leaks(text) for where, text in said.items() if leaks(text)}
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = f"Secrets stand in the output of this test: {found}"


def _password(address: str) -> str:
    try:
        return str(make_url(address).password or "")
    except ArgumentError:
        return ""


def _watch() -> None:
    """Know each secret that the bot or the local workspace is given in this process."""
    take, begin = Secret.__init__, App.__init__

    @functools.wraps(take)
    def taking(self: Secret, value: str) -> None:
        take(self, value)
        note(value)

    @functools.wraps(begin)
    def beginning(self: App, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        note(self.client_secret)
        note(self.signing_secret)

    Secret.__init__ = taking  # type: ignore[method-assign]
    App.__init__ = beginning  # type: ignore[method-assign]


def pytest_configure() -> None:
    """Begin to watch."""
    _watch()
    for name in ("bot", "handlers", "scheduler"):
        logging.getLogger(name).setLevel(logging.DEBUG)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Look through what was captured so far; at the end through log files as well."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    ending = report.when == "teardown"
    look_through(report, folder.rglob("*.log") if ending and folder is not None else ())
    if ending:
        _given.clear()
