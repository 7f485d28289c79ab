"""Whatever is wrong: one clear line and exit code 2 where it is the command line, and nothing lost anywhere."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import settings_variables as known
from bot.domain.stories import StoryState
from bot.sandbox.server import LocalWorkspace
from handlers.slack.surfaces import names
from tests.process.commands import Outcome, purpose_bot, settings_for
from tests.process.inside import Inside, bot_inside
from tests.process.test_digest_life import digest_posted

MALFORMED = {
    "SLACK_BOT_TOKEN": "hunter2",
    "SLACK_APP_TOKEN": "hunter2",
    "SLACK_SIGNING_SECRET": "hunter2",
    "SLACK_CLIENT_ID": "hunter2",
    "SLACK_CLIENT_SECRET": "hunter2",
    "SLACK_API_URL": "hunter2",
    "DATABASE_URL": "hunter2",
    "DELETIONS_FILE": "hunter2/",
    "TOKEN_KEYS": "hunter2",
    "HOST": "hunter 2",
    "PORT": "hunter2",
    "PUBLIC_URL": "hunter2",
    "OPENAI_API_KEY": "hunter 2",
    "OPENAI_BASE_URL": "hunter2",
    "OPENAI_MODEL": "hunter 2",
    "AUTO_MIGRATE": "hunter2",
    "RETENTION_DAYS": "hunter2",
    "MESSAGES_PER_MINUTE": "hunter2",
    "LOG_LEVEL": "hunter2",
    "LOG_FORMAT": "hunter2",
}
TEAM = '[[team]]\nchannel = "C0123456789"\n'


@pytest.fixture
async def acme() -> AsyncIterator[LocalWorkspace]:
    async with LocalWorkspace() as workspace:
        yield workspace


def one_line(outcome: Outcome, beginning: str) -> None:
    """Exit code 2, nothing on stdout, and on stderr one line that begins so and quotes no value."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1, outcome.err
    assert outcome.err.startswith(beginning)
    assert "hunter" not in outcome.err


# settings ---------------------------------------------------------------------------------------------------------


def test_every_variable_has_a_malformed_value_here() -> None:
    assert list(MALFORMED) == [variable.name for variable in known.ALL]


@pytest.mark.parametrize("variable", known.ALL, ids=lambda variable: variable.name)
@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_a_malformed_variable_ends_any_command_with_its_line(
    tmp_path: Path, variable: known.Variable[Any], command: str
) -> None:
    environment = {variable.name: MALFORMED[variable.name]}

    outcome = await purpose_bot(environment, tmp_path, command)

    one_line(outcome, f"{variable.name}: expected {variable.expected}. {variable.how_to_get}")
    assert not (tmp_path / "bot.db").exists()


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-2-abc"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
    ],
)
async def test_a_missing_variable_is_named_with_how_to_get_it(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    outcome = await purpose_bot(environment, tmp_path, "run")

    one_line(outcome, f"{named}: expected ")
    assert "api.slack.com/apps" in outcome.err


@pytest.mark.parametrize("command", [("run",), ("apply", "teams.toml")])
async def test_an_app_token_in_the_bot_tokens_place_is_refused_before_slack_is_asked(
    acme: LocalWorkspace, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "teams.toml").write_text(TEAM)
    environment = settings_for(acme, tmp_path) | {"SLACK_BOT_TOKEN": acme.app_token}

    outcome = await purpose_bot(environment, tmp_path, *command)

    one_line(outcome, "SLACK_BOT_TOKEN: expected a bot token that starts with xoxb-")
    assert acme.app_token not in outcome.err
    assert acme.api.calls == {}


async def test_a_bot_token_that_slack_does_not_know_ends_apply_with_where_to_copy_it(
    acme: LocalWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "teams.toml").write_text(TEAM)
    environment = settings_for(acme, tmp_path) | {"SLACK_BOT_TOKEN": "xoxb-1-2-old"}

    outcome = await purpose_bot(environment, tmp_path, "apply", "teams.toml")

    one_line(outcome, "Slack: SLACK_BOT_TOKEN: Slack does not know this token")
    assert "xoxb-1-2-old" not in outcome.err


async def test_a_slack_that_cannot_be_reached_ends_apply_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "teams.toml").write_text(TEAM)
    environment = {"SLACK_BOT_TOKEN": "xoxb-1-2-abc", "SLACK_API_URL": "http://127.0.0.1:9/api/"}

    outcome = await purpose_bot(environment, tmp_path, "apply", "teams.toml")

    one_line(outcome, "Slack: it cannot be reached.")


async def run_for_real(environment: dict[str, str], folder: Path, *before: str) -> Outcome:
    """`purpose-bot run` as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *before, sys.executable, "-m", "bot", "run",
        cwd=folder, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return Outcome(process.returncode or 0, out.decode(), err.decode())


@pytest.mark.parametrize(
    ("variable", "value"), [("SLACK_BOT_TOKEN", "xoxb-1-2-old"), ("SLACK_APP_TOKEN", "xapp-1-2-old")]
)
async def test_a_token_that_slack_refuses_ends_run_with_its_line(
    acme: LocalWorkspace, tmp_path: Path, variable: str, value: str
) -> None:
    environment = settings_for(acme, tmp_path) | {variable: value, "PORT": "0", "LOG_LEVEL": "WARNING"}

    outcome = await run_for_real(environment, tmp_path)

    one_line(outcome, f"{variable}: ")
    assert value not in outcome.err


async def test_a_port_in_use_is_said_before_anything_is_made(acme: LocalWorkspace, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        outcome = await run_for_real(settings_for(acme, tmp_path) | {"PORT": str(port)}, tmp_path)

    one_line(outcome, f"PORT: {port} on 127.0.0.1 cannot be used (Address already in use).")
    assert not (tmp_path / "bot.db").exists()


@pytest.mark.parametrize("more", [(), ("--workspace-only",)])
async def test_the_sandboxs_port_in_use_is_one_line(tmp_path: Path, more: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        outcome = await purpose_bot({}, tmp_path, "sandbox", "--no-open", "--empty", "--port", port, *more)

    one_line(outcome, f"--port: {port} cannot be used")


# the database -----------------------------------------------------------------------------------------------------

COMMANDS = [("migrate",), ("apply", "teams.toml"), ("digest", "C1"), ("stories", "C1"), ("forget", "U1")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
async def test_a_file_that_is_no_database_is_refused_and_left_alone(
    acme: LocalWorkspace, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "teams.toml").write_text(TEAM)
    (tmp_path / "bot.db").write_text("Dear Alice, this is a letter and no database at all.")

    outcome = await purpose_bot(settings_for(acme, tmp_path), tmp_path, *command)

    one_line(outcome, "DATABASE_URL: bot.db is not an SQLite database")
    assert (tmp_path / "bot.db").read_text().startswith("Dear Alice")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
async def test_a_database_newer_than_the_code_is_refused_and_left_alone(
    acme: LocalWorkspace, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "teams.toml").write_text(TEAM)
    await purpose_bot(settings_for(acme, tmp_path), tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "bot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
    database.close()

    outcome = await purpose_bot(settings_for(acme, tmp_path), tmp_path, *command)

    one_line(outcome, "DATABASE_URL: The database was made by a newer purpose-bot")


async def test_run_refuses_a_database_newer_than_the_code(acme: LocalWorkspace, tmp_path: Path) -> None:
    environment = settings_for(acme, tmp_path) | {"PORT": "0"}
    await purpose_bot(environment, tmp_path, "migrate")
    with sqlite3.connect(tmp_path / "bot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
    database.close()

    outcome = await run_for_real(environment, tmp_path)

    one_line(outcome, "DATABASE_URL: The database was made by a newer purpose-bot")


@pytest.mark.parametrize("where", ["at its end", "in the middle"])
async def test_run_refuses_a_damaged_database_and_says_what_to_do_and_touches_nothing(
    acme: LocalWorkspace, tmp_path: Path, where: str
) -> None:
    environment = settings_for(acme, tmp_path) | {"PORT": "0"}
    await bring_in(acme, tmp_path)
    file = tmp_path / "bot.db"
    whole = file.read_bytes()
    page, half = 4096, len(whole) // 2 // 4096 * 4096
    damaged = whole[:-page] if where == "at its end" else whole[:half] + b"\xa5" * page + whole[half + page :]
    file.write_bytes(damaged)

    outcome = await run_for_real(environment, tmp_path)

    one_line(
        outcome, "DATABASE_URL: The database bot.db is damaged: stop the bot and restore the newest backup."
    )
    assert file.read_bytes() == damaged


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everything without setpriv"
)
async def test_run_refuses_a_database_that_it_may_not_write(acme: LocalWorkspace, tmp_path: Path) -> None:
    environment = settings_for(acme, tmp_path) | {"PORT": "0"}
    await purpose_bot(environment, tmp_path, "migrate")
    (tmp_path / "bot.db").chmod(0o400)
    powerless = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.geteuid() == 0 else []

    outcome = await run_for_real(environment, tmp_path, *powerless)

    one_line(outcome, "DATABASE_URL: The database bot.db cannot be opened for writing (Permission denied)")


@pytest.mark.parametrize("command", [("migrate",), ("apply", "teams.toml"), ("forget", "U1")])
async def test_a_database_that_another_program_holds_for_too_long_is_one_line(
    acme: LocalWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("bot.db.sqlite_file.BUSY_MILLISECONDS", 50)
    (tmp_path / "teams.toml").write_text(TEAM)
    if command[0] != "migrate":
        await bring_in(acme, tmp_path)
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    outcome = await purpose_bot(settings_for(acme, tmp_path), tmp_path, *command)
    other.execute("ROLLBACK")
    other.close()

    one_line(outcome, "DATABASE_URL: The database is locked by another program for too long")


async def bring_in(workspace: LocalWorkspace, folder: Path) -> None:
    """A database that knows the workspace, with one team."""
    channel = workspace.channels["small-business"]
    workspace.invite(workspace.users["alice"], channel)
    (folder / "first.toml").write_text(f'[[team]]\nchannel = "{channel}"\n')
    outcome = await purpose_bot(settings_for(workspace, folder), folder, "apply", "first.toml")
    assert outcome.code == 0, outcome.err


async def test_an_answer_that_comes_while_the_database_is_locked_is_not_acked_and_kept_when_it_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.db.sqlite_file.BUSY_MILLISECONDS", 50)
    async with bot_inside(tmp_path) as inside:
        team = await inside.team("small-business", "bob")
        await inside.prompt("bob", team)
        other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await inside.ws.say(inside.user("bob"), inside.dm("bob"), "Maria closed her books two days earlier.")
        await inside.ws.wait_for(lambda: inside.ws.hub.courier.waiting)
        other.execute("ROLLBACK")
        other.close()

        inside.later(seconds=61)
        # Not `settled`: a lane that met the lock is free again only when its lease has run out.
        kept: Any = await inside.ws.wait_for(inside.stories)

        [story] = kept
        assert story.text == "Maria closed her books two days earlier."


# the team file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('colour = "red"', "colour"),
        ('timezone = "Europe/Londn"', "Europe/London"),
        ('prompt = { days = "mon-fri", at = "25:00" }', "prompt.at"),
        ('digest = { days = "someday", at = "15:00" }', "digest.days"),
        ('holidays = "XX"', "holidays"),
    ],
)
async def test_a_team_file_with_a_mistake_changes_nothing_and_names_the_line(
    acme: LocalWorkspace, tmp_path: Path, line: str, expected: str
) -> None:
    channel = acme.channels["small-business"]
    acme.invite(acme.users["alice"], channel)
    (tmp_path / "teams.toml").write_text(f'[[team]]\nchannel = "{channel}"\n{line}\n')
    environment = settings_for(acme, tmp_path)

    outcome = await purpose_bot(environment, tmp_path, "apply", "teams.toml")
    (tmp_path / "none.toml").write_text(f'[[team]]\nchannel = "{channel}"\n')
    after = await purpose_bot(environment, tmp_path, "apply", "none.toml", "--dry-run")

    problem, verdict = outcome.err.splitlines()
    assert (outcome.code, outcome.out) == (2, "")
    assert problem.startswith("teams.toml: line 3")
    assert expected in problem
    assert verdict == "teams.toml: nothing was changed."
    assert "new team" in after.out


async def test_a_team_file_tells_all_its_mistakes_at_once(tmp_path: Path) -> None:
    (tmp_path / "teams.toml").write_text(TEAM + 'colour = "red"\ntimezone = "Mars"\nai = "perhaps"\n')

    outcome = await purpose_bot({"SLACK_BOT_TOKEN": "xoxb-1-2-abc"}, tmp_path, "apply", "teams.toml")

    assert [line[:18] for line in outcome.err.splitlines()[:3]] == [
        "teams.toml: line 3", "teams.toml: line 4", "teams.toml: line 5",
    ]  # fmt: skip


async def test_a_team_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    outcome = await purpose_bot({"SLACK_BOT_TOKEN": "xoxb-1-2-abc"}, tmp_path, "apply", "nowhere.toml")

    one_line(outcome, "nowhere.toml: cannot be read (No such file or directory).")


async def test_a_channel_that_the_bot_is_not_in_says_how_to_invite_it_and_no_team_is_made(
    acme: LocalWorkspace, tmp_path: Path
) -> None:
    inside, outside = acme.channels["small-business"], acme.channels["leadership"]
    acme.invite(acme.users["alice"], inside)
    (tmp_path / "teams.toml").write_text(f'[[team]]\nchannel = "{inside}"\n[[team]]\nchannel = "{outside}"\n')
    environment = settings_for(acme, tmp_path)

    outcome = await purpose_bot(environment, tmp_path, "apply", "teams.toml")
    stories = await purpose_bot(environment, tmp_path, "stories", inside)

    one_line(
        outcome, f"teams.toml: {outside}: the bot is not in this channel: type /invite @purpose-bot there"
    )
    one_line(stories, f"{inside} has no team.")


async def test_a_check_in_a_channel_that_the_bot_is_not_in_says_how_to_invite_it(inside: Inside) -> None:
    channel = inside.channel("small-business")

    await inside.ws.command(inside.user("alice"), channel, "/purpose-check")
    await inside.settled()

    assert "/invite" in inside.whispered("alice", channel)
    assert [one for one in inside.ws.messages(channel) if one.get("bot_id")] == []


# what people say --------------------------------------------------------------------------------------------------


async def test_an_answer_of_40_000_characters_is_kept_whole_and_its_receipt_offers_to_read_all(
    inside: Inside,
) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    words = ("Maria closed her books two days earlier & smiled. " * 800)[:40_000]

    await inside.ws.say(inside.user("bob"), inside.dm("bob"), words)
    await inside.settled()
    receipt = inside.last("bob")
    await inside.ws.click(inside.user("bob"), receipt, names.STORY_READ)
    await inside.settled()

    [story] = await inside.stories()
    assert story.text == words
    assert story.state is StoryState.KEPT
    assert "Read all" in str(receipt["blocks"])
    assert len(str(receipt["blocks"])) < 10_000
    assert "Maria closed her books" in str(inside.modal("bob")["blocks"])


@pytest.mark.parametrize("text", ["\u200b", "\u2060\u00ad", "\u2800"])
async def test_a_message_in_which_nothing_can_be_seen_is_no_story(inside: Inside, text: str) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    said = len(inside.said("bob"))

    await inside.ws.say(inside.user("bob"), inside.dm("bob"), text)
    await inside.settled()

    assert await inside.stories() == []
    assert len(inside.said("bob")) == said


@pytest.mark.parametrize("blank", [" ", "\u200b \n", "\x00"])
async def test_an_empty_form_comes_back_with_what_to_do(inside: Inside, blank: str) -> None:
    team = await inside.team("small-business", "bob")
    prompt = await inside.prompt("bob", team)
    await inside.ws.click(inside.user("bob"), prompt, names.PROMPT_SHARE)
    await inside.settled()

    answer = await inside.ws.submit(
        inside.user("bob"), inside.modal("bob")["id"], {names.BLOCK_TEXT: {"value": blank}}
    )

    assert list(answer["errors"]) == [names.BLOCK_TEXT]
    assert await inside.stories() == []


async def test_an_image_without_words_is_asked_for_some(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)

    await inside.ws.say(inside.user("bob"), inside.dm("bob"), "", file={"name": "bakery.png"})
    await inside.settled()

    assert await inside.stories() == []
    assert "words" in inside.last("bob")["text"]


async def test_an_image_with_words_is_a_story_of_its_words(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)

    await inside.ws.say(
        inside.user("bob"),
        inside.dm("bob"),
        "Maria's new shop window, all hers.",
        file={"name": "bakery.png"},
    )
    await inside.settled()

    [story] = await inside.stories()
    assert story.text == "Maria's new shop window, all hers."


@pytest.mark.parametrize("raw", [False, True], ids=["typed", "raw"])
async def test_what_pings_elsewhere_pings_nobody_in_a_story(inside: Inside, raw: bool) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    bob, charlie = inside.user("bob"), inside.user("charlie")
    words = f"Told <!everyone> and <@{charlie}> in <#C1|x>: Maria smiled *all* day &amp; slept."

    await inside.ws.say(bob, inside.dm("bob"), words, wire=raw)
    await inside.settled()
    [story] = await inside.stories()
    await digest_posted(inside, team)

    shown = [*inside.said("bob"), *(m for m in inside.ws.messages(team.channel) if m.get("bot_id"))]
    assert story.text == (words.replace("&amp;", "&") if raw else words)
    assert len(shown) >= 3
    for message in shown:
        assert "<!everyone>" not in message["text"]
        assert f"<@{charlie}>" not in message["text"]
        assert pings(message["blocks"]) <= {bob, inside.user("alice")}
    assert any("<!everyone>" in str(message["blocks"]) for message in shown), "shown as it was typed"


def pings(blocks: Any) -> set[str]:
    """Whom blocks mention: user and broadcast elements, and mentions in mrkdwn."""
    found: set[str] = set()
    if isinstance(blocks, list):
        for each in blocks:
            found |= pings(each)
    elif isinstance(blocks, dict):
        if blocks.get("type") in ("user", "usergroup", "broadcast"):
            found.add(str(blocks.get("user_id") or blocks.get("usergroup_id") or blocks.get("range")))
        if blocks.get("type") == "mrkdwn":
            found |= {part.partition(">")[0] for part in str(blocks["text"]).split("<@")[1:]}
            found |= {part.partition(">")[0] for part in str(blocks["text"]).split("<!")[1:]} - {""}
        for each in blocks.values():
            found |= pings(each)
    return found
