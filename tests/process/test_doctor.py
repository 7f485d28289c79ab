"""`purpose-bot doctor`: what is well and what is not, in one table, with the exit code of it and never a secret."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli.checking import doctor
from bot.ports.workspaces import Installation
from bot.sandbox.server import LocalWorkspace
from bot.settings import load
from bot.wiring import open_store
from handlers.slack.manifest import manifest
from tests.process.running import RunningBot

KEY = "sk-a-key-that-nobody-may-see"


class Doctor:
    """The doctor inside this process, over a local workspace; `environment` may be changed before `ask`."""

    def __init__(self, workspace: LocalWorkspace, folder: Path, read: Callable[[], str]) -> None:
        self.workspace = workspace
        self.folder = folder
        self._read = read
        self.environment = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": workspace.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        }

    async def ask(self) -> tuple[bool, str]:
        """Whether all is well, and the table."""
        os.environ.update(self.environment)
        well = await doctor()
        return well, self._read()


@pytest.fixture
async def workspace() -> AsyncIterator[LocalWorkspace]:
    async with LocalWorkspace(manifest=manifest(None)) as made:
        yield made


@pytest.fixture
def asked(
    workspace: LocalWorkspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Doctor:
    monkeypatch.setattr("bot.cli.checking.logs.set_up", lambda *_: None)
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    monkeypatch.chdir(tmp_path)
    return Doctor(workspace, tmp_path, lambda: capsys.readouterr().out)


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def line(table: str, name: str) -> str:
    """The line of one check, and what to do below it."""
    lines = table.splitlines()
    at = next(number for number, each in enumerate(lines) if each[4:].startswith(f"{name} "))
    below = lines[at + 1] if lines[at + 1].startswith("    ") else ""
    return f"{lines[at]} {below}"


async def test_the_command_ends_with_0_where_all_is_well_and_with_1_where_not(
    workspace: LocalWorkspace, tmp_path: Path
) -> None:
    bot = RunningBot(tmp_path, workspace)

    code, out, err = await bot.command_line("doctor")
    workspace.hub.uninstall(workspace.workspace)
    code_after, out_after, _ = await bot.command_line("doctor")

    assert (code, err) == (0, "")
    assert out.endswith("All is well.\n")
    assert code_after == 1
    assert out_after.endswith("1 to mend, marked NO.\n")


async def test_a_healthy_bot_sees_each_setting_and_each_scope(asked: Doctor) -> None:
    well, table = await asked.ask()

    assert well
    assert line(table, "SLACK_BOT_TOKEN").split()[:3] == ["ok", "SLACK_BOT_TOKEN", "set"]
    assert "not set, default" in line(table, "PORT")
    assert "up to date" in line(table, "schema")
    assert "belongs to Acme" in line(table, "Slack token")
    assert "granted" in line(table, "scope im:history")
    assert "can be opened" in line(table, "Slack connection")
    assert "compiled without AI" in line(table, "AI")


async def test_a_list_of_deletions_that_cannot_be_written_is_said(asked: Doctor) -> None:
    _, usual = await asked.ask()
    asked.environment["DELETIONS_FILE"] = str(asked.folder / "nowhere" / "deletions.jsonl")

    well, table = await asked.ask()

    assert "are noted outside the database" in line(usual, "deletions")
    assert not well
    assert "cannot be noted in deletions.jsonl" in line(table, "deletions")


async def test_no_secret_is_in_the_table_also_where_it_is_malformed(asked: Doctor) -> None:
    secret = asked.workspace.signing_secret
    asked.environment |= {
        "SLACK_SIGNING_SECRET": secret,
        "SLACK_CLIENT_SECRET": "xoxb-in-the-wrong-place",
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "TOKEN_KEYS": "hunter2",
    }

    well, table = await asked.ask()

    assert not well
    for hidden in (
        secret, KEY, "wrong-place", "hunter2", asked.workspace.bot_token, asked.workspace.app_token
    ):  # fmt: skip
        assert hidden not in table


async def test_every_bad_setting_is_named_at_once_and_the_rest_is_still_asked(asked: Doctor) -> None:
    asked.environment |= {"PORT": "http", "RETENTION_DAYS": "for ever"}

    well, table = await asked.ask()

    assert not well
    assert "malformed: expected a number from 0 to 65535" in line(table, "PORT")
    assert "malformed: expected a number of days" in line(table, "RETENTION_DAYS")
    assert "belongs to Acme" in line(table, "Slack token")


async def test_what_run_would_miss_is_missing(asked: Doctor) -> None:
    asked.environment |= {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}

    well, table = await asked.ask()

    assert not well
    assert "missing: expected a bot token" in line(table, "SLACK_BOT_TOKEN")
    assert "missing: expected an app-level token" in line(table, "SLACK_APP_TOKEN")
    assert "not asked" in line(table, "Slack token")


async def test_an_env_file_that_is_no_text_is_a_line_of_its_own(asked: Doctor) -> None:
    (asked.folder / ".env").write_bytes(b"\xff\xfe\x00")

    well, table = await asked.ask()

    assert not well
    assert "malformed: expected a text file in UTF-8" in line(table, ".env")


async def test_a_missing_scope_is_named_with_its_reason_and_an_optional_one_with_what_is_missing(
    asked: Doctor,
) -> None:
    installation = asked.workspace.workspace.app
    assert installation is not None
    installation.scopes = installation.scopes - {"im:write", "groups:history"}

    well, table = await asked.ask()

    assert not well
    assert "missing. Open the direct message" in line(table, "scope im:write")
    assert "purpose-bot manifest" in line(table, "scope im:write")
    assert line(table, "scope groups:history").startswith("ok")


async def test_a_token_that_slack_does_not_take_says_where_to_copy_it(asked: Doctor) -> None:
    asked.environment["SLACK_BOT_TOKEN"] = "xoxb-1-2-old"
    asked.environment["SLACK_APP_TOKEN"] = "xapp-1-2-old"

    well, table = await asked.ask()

    assert not well
    assert "refused (invalid_auth)" in line(table, "Slack token")
    assert "OAuth & Permissions" in line(table, "Slack token")
    assert "connections:write" in line(table, "Slack connection")


async def test_tokens_that_no_key_unlocks_are_said_and_not_taken_for_none(asked: Doctor) -> None:
    settings = load({"DATABASE_URL": asked.environment["DATABASE_URL"], "TOKEN_KEYS": _key()})
    store = await open_store(settings, migrate=True)
    await store.workspaces.save(
        Installation("slack:T1", "Globex", "U1", token="xoxb-1-2-3"), now=datetime(2026, 11, 20, tzinfo=UTC)
    )
    await store.close()
    asked.environment |= {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": asked.workspace.signing_secret,
        "PUBLIC_URL": "https://bot.example.com",
        "TOKEN_KEYS": _key(),
    }

    well, table = await asked.ask()

    assert not well
    assert "another key: add that key to TOKEN_KEYS" in line(table, "Slack token")


async def test_a_slack_that_is_not_reached_is_said_as_such(asked: Doctor) -> None:
    asked.environment["SLACK_API_URL"] = "http://127.0.0.1:9/api/"

    well, table = await asked.ask()

    assert not well
    assert "Slack does not answer" in line(table, "Slack token")


async def test_no_secret_goes_to_a_default_in_place_of_a_malformed_address(
    asked: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def called(*_: object, **__: object) -> None:
        raise AssertionError("a secret left the machine")

    monkeypatch.setattr("bot.cli.checking.reach", called)
    for way in ("granted", "call_with"):
        monkeypatch.setattr(f"handlers.slack.api.SlackApi.{way}", called)
    asked.environment |= {
        "SLACK_API_URL": "slack.example/api",
        "OPENAI_BASE_URL": "gateway.example/v1",
        "OPENAI_API_KEY": KEY,
    }

    well, table = await asked.ask()

    assert not well
    assert "not asked, as SLACK_API_URL is malformed" in line(table, "Slack token")
    assert "not asked, as OPENAI_BASE_URL is malformed" in line(table, "AI")


async def test_a_database_newer_than_the_code_is_not_touched(asked: Doctor) -> None:
    await asked.ask()
    with sqlite3.connect(asked.folder / "bot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")

    well, table = await asked.ask()

    assert not well
    assert "newer purpose-bot" in line(table, "schema")


async def test_with_auto_migrate_off_an_empty_database_is_left_to_the_operator(asked: Doctor) -> None:
    asked.environment["AUTO_MIGRATE"] = "0"

    well, table = await asked.ask()

    assert not well
    assert "purpose-bot migrate" in line(table, "schema")


async def test_a_file_that_is_no_database_is_said_in_one_line(asked: Doctor) -> None:
    (asked.folder / "bot.db").write_text("Dear Alice, this is a letter and no database at all.")

    well, table = await asked.ask()

    assert not well
    assert "is not an SQLite database" in line(table, "database")
    assert "not asked" in line(table, "schema")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, {"data": [{"id": "gpt-6-luna"}]}, "answers and knows gpt-6-luna"),
        (200, {"data": [{"id": "another"}]}, "does not list gpt-6-luna"),
        (200, ["nothing of use"], "something else than a list of models"),
        (401, {}, "does not take the key"),
        (503, {}, "answers with HTTP 503"),
    ],
)
async def test_the_ai_endpoint_is_asked_for_its_models(
    asked: Doctor, status: int, body: object, words: str
) -> None:
    heard: list[str] = []

    async def models(request: web.Request) -> web.Response:
        heard.append(request.headers["Authorization"])
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    asked.environment |= {
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": f"http://127.0.0.1:{runner.addresses[0][1]}/v1",
    }

    well, table = await asked.ask()
    await runner.cleanup()

    assert well is (words.startswith("answers and knows"))
    assert words in line(table, "AI")
    assert heard == [f"Bearer {KEY}"]
