"""The look through every test's output does find secrets: else it would be worth nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.sandbox.app import new_app
from bot.sandbox.identifiers import Identifiers, app_token, bot_token
from bot.settings import load
from tests.conftest import TOKEN_KEY
from tests.leaks import leaks, look, look_through

SIGNING = "0123456789abcdef0123456789abcdef"


def passed(**sections: str) -> pytest.TestReport:
    """A test that passed, with what it printed."""
    return pytest.TestReport(
        "test.py::test", ("test.py", 1, "test"), {}, "passed", None, "call", list(sections.items())
    )


SECRETS = (bot_token(), app_token("A1"), f"xoxe.{bot_token()}", "xoxe-1-abcdef", TOKEN_KEY)


@pytest.mark.parametrize("secret", SECRETS, ids=["bot", "app", "rotated", "refresh", "key"])
def test_a_token_in_any_text_is_found_and_not_repeated(secret: str) -> None:
    found = leaks(f'{{"event": "ready", "token": "{secret}"}}')

    assert len(found) == 1
    assert secret not in found[0]


def test_what_the_bot_was_given_is_found_whatever_it_looks_like() -> None:
    load({"SLACK_SIGNING_SECRET": SIGNING, "DATABASE_URL": "postgresql://bot:correct-horse@db/bot"})
    app = new_app(Identifiers(), "purpose-bot")

    for secret in (SIGNING, "correct-horse", app.client_secret, app.signing_secret):
        assert leaks(f"could not use {secret}") == [f"{secret[:6]}…"]
    assert leaks("postgresql://bot:…@db/bot") == []


@pytest.mark.parametrize(
    "text",
    ["expected a bot token that starts with xoxb-. Find it there.", "xapp-…", "SLACK_BOT_TOKEN: set", ""],
)
def test_words_about_secrets_are_none(text: str) -> None:
    assert leaks(text) == []


def test_a_test_that_prints_or_logs_a_secret_fails(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text(f"retrying with {TOKEN_KEY}")
    printed, written = passed(stdout=f"token={bot_token()}"), passed(stdout="all is well")

    look_through(printed)
    look_through(written, [log])
    log.unlink()

    assert (printed.outcome, written.outcome) == ("failed", "failed")
    assert "stdout" in str(printed.longrepr)
    assert "bot.log" in str(written.longrepr)
    assert TOKEN_KEY not in str(written.longrepr)


def test_a_test_that_keeps_them_to_itself_passes_and_a_failure_keeps_its_own_words() -> None:
    quiet, broken = passed(stdout="all is well"), passed(stdout=bot_token())
    broken.outcome, broken.longrepr = "failed", "assert 1 == 2"

    look_through(quiet)
    look_through(broken)

    assert quiet.passed
    assert broken.longrepr == "assert 1 == 2"


def test_a_command_that_prints_one_is_an_error() -> None:
    with pytest.raises(AssertionError, match="secrets in what it printed: xoxb-"):
        look(bot_token(), "what it printed")


def test_every_level_of_the_bots_own_log_is_looked_through(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("bot.somewhere").debug("a line that nobody reads by default")

    assert "a line that nobody reads" in caplog.text
