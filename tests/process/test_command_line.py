"""Every command of the contract, as an operator types it, beside a bot that runs."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession

from bot import __version__
from bot.domain.teams import Team
from bot.domain.weeks import Week, week_of
from bot.sandbox.people import People
from handlers.slack.manifest import manifest
from tests.process.commands import Outcome, purpose_bot, settings_for, without_slack
from tests.process.inside import PURPOSE, Inside

MARIA = "Maria closed her books two days earlier & smiled <3"
CLINIC = "=The clinic answers its phone again."
FIELDS = ["id", "told_on", "text", "customer", "tags", "visibility", "source", "revision"]
COMMANDS = [
    "sandbox", "run", "apply", "coach-rules", "doctor", "migrate", "digest", "stories", "forget", "backup", "manifest",
]  # fmt: skip


async def asked(inside: Inside, *arguments: str, **changes: str) -> Outcome:
    """A command beside the running bot, knowing its database and no token of Slack's."""
    environment = without_slack(inside.folder) | changes
    return await purpose_bot(environment, inside.folder, *arguments, clock=inside.ws.clock)


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob told Maria's story."""
    made = await inside.team("small-business", "bob", "charlie")
    await inside.prompt("bob", made)
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), MARIA)
    await inside.settled()
    return made


async def clinic(inside: Inside, team: Team) -> None:
    """Charlie's story, three days later."""
    inside.later(days=3)
    await inside.prompt("charlie", team)
    await inside.ws.say(inside.user("charlie"), inside.dm("charlie"), CLINIC)
    await inside.settled()


def lines(outcome: Outcome) -> list[dict[str, object]]:
    assert (outcome.code, outcome.err) == (0, "")
    return [json.loads(line) for line in outcome.out.splitlines()]


def coming_week(team: Team, now: datetime) -> Week:
    """The week of the digest that will hold what is told now."""
    zone = ZoneInfo(team.zone)
    hour = datetime.combine(now.astimezone(zone).date(), time(15), zone)
    while hour.weekday() != 4 or hour <= now:
        hour += timedelta(days=1)
    return week_of(hour, zone)


# help -------------------------------------------------------------------------------------------------------------


async def test_help_names_every_command(tmp_path: Path) -> None:
    outcome = await purpose_bot({}, tmp_path, "--help")

    assert outcome.code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in outcome.out] == []


@pytest.mark.parametrize("command", COMMANDS)
async def test_each_command_explains_itself(tmp_path: Path, command: str) -> None:
    outcome = await purpose_bot({}, tmp_path, command, "--help")

    assert outcome.code == 0
    assert f"purpose-bot {command}" in outcome.out


async def test_python_m_bot_is_the_same_command(tmp_path: Path) -> None:
    inside = await purpose_bot({}, tmp_path, "--version")
    async with process(tmp_path, "--version") as started:
        assert started.stdout is not None
        said = await started.stdout.read()

    assert inside == Outcome(0, f"purpose-bot {__version__}\n", "")
    assert said.decode() == inside.out


async def test_an_unknown_command_ends_with_2(tmp_path: Path) -> None:
    outcome = await purpose_bot({}, tmp_path, "rank-people")

    assert outcome.code == 2
    assert "No such command" in outcome.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("run --role boss", "'--role': 'boss' is not one of 'all', 'web', 'worker'"),
        ("sandbox --port 99999", "'--port': 99999 is not in the range 0<=x<=65535"),
        (
            "stories C0123456789 --since yesterday",
            "'--since': 'yesterday' does not match the format '%Y-%m-%d'",
        ),
        ("stories C0123456789 --format xml", "'--format': 'xml' is not one of 'jsonl', 'csv'"),
        ("digest", "Missing argument 'CHANNEL'"),
        ("digest C0123456789 twice", "unexpected extra argument (twice)"),
        ("manifest --adress https://x", "No such option '--adress'"),
    ],
)
async def test_what_was_mistyped_is_said_and_how_to_get_help(tmp_path: Path, typed: str, said: str) -> None:
    outcome = await purpose_bot({}, tmp_path, *typed.split())

    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert f"Try 'purpose-bot {typed.split(maxsplit=1)[0]} --help' for help." in outcome.err
    assert "Traceback" not in outcome.err


# sandbox ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def process(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot …` on its own, ended with the test."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TMPDIR": str(folder),
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def first_line(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    return (await asyncio.wait_for(started.stdout.readline(), 30)).decode()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_workspace_only_says_in_its_first_line_all_that_an_app_needs_and_leaves_nothing_behind(
    tmp_path: Path, ending: signal.Signals
) -> None:
    async with process(tmp_path, "sandbox", "--workspace-only", "--port", "0") as started:
        said = json.loads(await first_line(started))
        started.send_signal(ending)
        code = await asyncio.wait_for(started.wait(), 30)

    assert sorted(said) == [
        "api_url", "app_token", "bot_token", "channels", "signing_secret", "team", "url", "users",
    ]  # fmt: skip
    assert said["api_url"] == f"{said['url']}api/"
    assert {"alice", "bob", "charlie"} <= set(said["users"])
    assert code == 0
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a folder of a test


async def test_the_sandbox_says_where_it_is_once_the_bot_is_in_it_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    async with process(tmp_path, "sandbox", "--empty", "--no-open", "--port", "0") as started:
        said = await first_line(started)
        address = said.split()[4]
        async with ClientSession() as page, page.get(f"{address}_/state") as answer:
            bot = (await answer.json())["bot"]
        started.send_signal(signal.SIGINT)
        code = await asyncio.wait_for(started.wait(), 30)

    assert said.startswith("The workspace is at http://127.0.0.1:")
    assert "the bot is in it" in said
    assert bot["connected"]
    assert code == 0
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a folder of a test


# apply ------------------------------------------------------------------------------------------------------------


async def test_apply_tells_first_makes_then_and_the_second_time_changes_nothing(inside: Inside) -> None:
    channel = inside.channel("small-business")
    inside.ws.invite(inside.user("alice"), channel)
    file = inside.folder / "teams.toml"
    file.write_text(
        f'[[team]]\nchannel = "{channel}"\npurpose = "{PURPOSE}"\nmanagers = ["{inside.user("alice")}"]\n'
    )
    environment = settings_for(inside.ws, inside.folder)

    dry = await purpose_bot(environment, inside.folder, "apply", "teams.toml", "--dry-run")
    none = await inside.store.teams.by_channel(inside.workspace, channel)
    first = await purpose_bot(environment, inside.folder, "apply", "teams.toml")
    second = await purpose_bot(environment, inside.folder, "apply", "teams.toml")
    made = await inside.store.teams.by_channel(inside.workspace, channel)

    assert (dry.code, first.code, second.code) == (0, 0, 0)
    assert none is None
    assert dry.out == first.out + "Nothing was changed (--dry-run).\n"
    assert f"{channel}: new team" in first.out
    assert second.out == "Nothing to change.\n"
    assert made.purpose.text == PURPOSE


async def test_apply_takes_nobody_into_a_private_channels_team_who_cannot_read_it(inside: Inside) -> None:
    place, charlie = inside.channel("leadership"), inside.user("charlie")
    inside.ws.invite(inside.user("alice"), place)
    await inside.settled()
    file = f'[[team]]\nchannel = "{place}"\nmembers = ["{inside.user("alice")}", "{charlie}"]\n'
    (inside.folder / "teams.toml").write_text(file)

    environment = settings_for(inside.ws, inside.folder)

    refused = await purpose_bot(environment, inside.folder, "apply", "teams.toml")
    inside.ws.invite(inside.user("alice"), place, charlie)
    taken = await purpose_bot(environment, inside.folder, "apply", "teams.toml")

    assert (refused.code, refused.out) == (2, "")
    assert f"not in this private channel: {charlie}. Invite them there" in refused.err
    assert taken.code == 0


async def test_apply_prints_what_changed_and_only_that(inside: Inside, team: Team) -> None:
    (inside.folder / "teams.toml").write_text(
        f'[[team]]\nchannel = "{team.channel}"\nprompt = {{ days = "mon-wed", at = "09:30" }}\n'
    )

    outcome = await purpose_bot(settings_for(inside.ws, inside.folder), inside.folder, "apply", "teams.toml")

    assert outcome.code == 0, outcome.err
    assert "prompt: Monday to Friday at 16:30 -> Monday to Wednesday at 09:30" in outcome.out
    assert "digest" not in outcome.out


# migrate ----------------------------------------------------------------------------------------------------------


async def test_migrate_makes_the_schema_and_may_be_run_again(tmp_path: Path) -> None:
    environment = without_slack(tmp_path) | {"AUTO_MIGRATE": "0"}

    before = await purpose_bot(environment, tmp_path, "stories", "C1")
    first = await purpose_bot(environment, tmp_path, "migrate")
    second = await purpose_bot(environment, tmp_path, "migrate")
    after = await purpose_bot(environment, tmp_path, "stories", "C1")

    assert before.code == 2
    assert before.err.startswith(
        "DATABASE_URL: The database's schema is older than this version: run `purpose-bot"
    )
    assert first == second == Outcome(0, "The database's schema is up to date.\n", "")
    assert after.err.startswith("This database holds no workspace yet")


# digest -----------------------------------------------------------------------------------------------------------


async def test_digest_prints_a_week_and_posts_nothing(inside: Inside, team: Team) -> None:
    posts = len(inside.ws.messages(team.channel))

    outcome = await asked(inside, "digest", team.channel, "--week", str(coming_week(team, inside.now())))
    await inside.settled()

    assert (outcome.code, outcome.err) == (0, "")
    for words in ("Impact digest", PURPOSE, MARIA, "Bob", "compiled without AI"):
        assert words in outcome.out
    assert len(inside.ws.messages(team.channel)) == posts


async def test_digest_as_json_has_exactly_the_contracts_keys(inside: Inside, team: Team) -> None:
    week = str(coming_week(team, inside.now()))

    outcome = await asked(inside, "digest", team.channel, "--week", week, "--json")
    shown = json.loads(outcome.out)

    assert list(shown) == ["team", "week", "purpose", "highlights", "stories", "question", "label"]
    assert (shown["team"], shown["week"], shown["purpose"]) == ("small-business", week, PURPOSE)
    assert [story["text"] for story in shown["stories"]] == [MARIA]
    assert shown["label"] == "compiled without AI"


async def test_a_quiet_week_is_printed_too(inside: Inside, team: Team) -> None:
    outcome = await asked(inside, "digest", team.channel, "--week", "2026-W01")

    assert outcome.code == 0
    assert "A quiet week" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [(("--week", "last"), "--week: expected "), (("--week", "2026-W99"), "--week: expected ")],
)
async def test_a_week_that_is_none_is_one_line(
    inside: Inside, team: Team, arguments: tuple[str, ...], beginning: str
) -> None:
    outcome = await asked(inside, "digest", team.channel, *arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(beginning)


# stories ----------------------------------------------------------------------------------------------------------


async def test_stories_are_one_object_a_line_with_the_contracts_fields(inside: Inside, team: Team) -> None:
    [line] = lines(await asked(inside, "stories", team.channel))

    assert list(line) == FIELDS
    assert line["text"] == MARIA
    assert (line["visibility"], line["source"], line["revision"]) == ("team", "dm", 1)


async def test_since_leaves_out_what_was_told_before(inside: Inside, team: Team) -> None:
    await clinic(inside, team)
    day = inside.now().astimezone(ZoneInfo(team.zone)).date().isoformat()

    everything = lines(await asked(inside, "stories", team.channel))
    since = lines(await asked(inside, "stories", team.channel, "--since", day))

    assert [line["text"] for line in everything] == [MARIA, CLINIC]
    assert [line["text"] for line in since] == [CLINIC]


async def test_csv_is_a_table_whose_cells_no_spreadsheet_takes_for_formulas(
    inside: Inside, team: Team
) -> None:
    await clinic(inside, team)

    outcome = await asked(inside, "stories", team.channel, "--format", "csv")
    rows = list(csv.DictReader(StringIO(outcome.out)))

    assert list(rows[0]) == FIELDS
    assert [row["text"] for row in rows] == [MARIA, f"'{CLINIC}"]


async def test_what_is_private_never_leaves_in_an_export(inside: Inside, team: Team) -> None:
    await inside.ws.click(inside.user("bob"), inside.last("bob"), "story.private")
    await inside.settled()

    assert lines(await asked(inside, "stories", team.channel, "--with-tellers")) == []


async def test_with_tellers_is_written_down_and_announced_in_the_channel(inside: Inside, team: Team) -> None:
    before = datetime.fromisoformat(inside.now().isoformat())

    [line] = lines(await asked(inside, "stories", team.channel, "--with-tellers"))
    inside.later(hours=1, seconds=5)
    await inside.settled()
    audit = await asked(inside, "audit")

    assert list(line) == [*FIELDS, "teller", "told_at"]
    assert line["teller"] == inside.user("bob")
    told_at = datetime.fromisoformat(str(line["told_at"]))
    assert told_at.utcoffset() == timedelta()
    assert abs(told_at - before) < timedelta(minutes=1)
    assert f"operator  stories.exported  {team.id}" in audit.out
    announced = [one["text"] for one in inside.ws.messages(team.channel) if one.get("bot_id")]
    assert any("export" in text for text in announced)


async def test_without_tellers_nothing_is_announced(inside: Inside, team: Team) -> None:
    before = len(inside.ws.messages(team.channel))

    await asked(inside, "stories", team.channel)
    await inside.settled()

    assert len(inside.ws.messages(team.channel)) == before


async def test_a_channel_without_a_team_is_one_line(inside: Inside, team: Team) -> None:
    for command in ("stories", "digest"):
        outcome = await asked(inside, command, "C0NOWHERE")

        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith("C0NOWHERE has no team.")


# forget, backup ---------------------------------------------------------------------------------------------------


async def test_forget_deletes_everywhere_and_prints_what_went(inside: Inside, team: Team) -> None:
    outcome = await asked(inside, "forget", inside.user("bob"))
    again = await asked(inside, "forget", inside.user("bob"))

    assert outcome.code == 0
    assert "stories: 1" in outcome.out
    assert f"{inside.user('bob')} is forgotten" in outcome.out
    assert lines(await asked(inside, "stories", team.channel)) == []
    assert again.code == 0


@pytest.mark.parametrize("command", ["forget", "mydata"])
async def test_a_name_in_an_ids_place_is_refused_before_anything_is_opened(
    tmp_path: Path, command: str
) -> None:
    outcome = await purpose_bot({"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}, tmp_path, command, "@bob")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("USER: expected a person's id, such as")
    assert not (tmp_path / "bot.db").exists()


async def test_a_backup_that_cannot_be_written_is_named_by_its_file(inside: Inside, team: Team) -> None:
    outcome = await asked(inside, "backup", "nowhere/copy.db")

    assert outcome.code == 2
    assert outcome.err.startswith("nowhere/copy.db: ")


async def test_a_backup_made_while_the_bot_runs_can_be_read_on_its_own(inside: Inside, team: Team) -> None:
    copying = asyncio.create_task(asked(inside, "backup", "copy.db"))
    await inside.ws.say(inside.user("charlie"), inside.dm("charlie"), "Told while it was copied.")
    outcome = await copying
    await inside.settled()
    copy = f"sqlite:///{inside.folder}/copy.db"

    restored = lines(await asked(inside, "stories", team.channel, DATABASE_URL=copy))
    twice = await asked(inside, "backup", "copy.db")

    assert outcome.out.startswith("Copied to copy.db (")
    assert [line["text"] for line in restored] == [MARIA]
    assert (inside.folder / "copy.db").stat().st_mode & 0o777 == 0o600
    assert twice.code == 2
    assert twice.err.startswith("copy.db: is there already.")


# manifest ---------------------------------------------------------------------------------------------------------


async def test_the_manifest_is_ready_to_paste(tmp_path: Path) -> None:
    socket = await purpose_bot({}, tmp_path, "manifest")
    http = await purpose_bot({}, tmp_path, "manifest", "--url", "https://bot.example.com")
    plain = await purpose_bot({}, tmp_path, "manifest", "--url", "http://bot.example.com")

    assert json.loads(socket.out) == manifest(None)
    assert json.loads(http.out) == manifest("https://bot.example.com")
    assert (plain.code, plain.out) == (2, "")
    assert plain.err.startswith("--url: expected the address")


# several workspaces -----------------------------------------------------------------------------------------------


@pytest.fixture
async def globex(inside: Inside, team: Team) -> People:
    """A second company in the same database."""
    people = inside.ws.add_workspace("Globex")
    await inside.also(people)
    return people


@pytest.mark.parametrize(
    "command",
    [
        ("stories", "C1"), ("digest", "C1"), ("forget", "U1"), ("mydata", "U1"), ("redact", "Maria"), ("audit",),
        ("apply", "teams.toml"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
async def test_with_several_workspaces_a_command_refuses_to_guess(
    inside: Inside, globex: People, command: tuple[str, ...]
) -> None:
    (inside.folder / "teams.toml").write_text('[[team]]\nchannel = "C0123456789"\n')
    environment = settings_for(inside.ws, inside.folder)

    none = await purpose_bot(environment, inside.folder, *command)
    wrong = await purpose_bot(environment, inside.folder, *command, "--workspace", "T0NOBODY")

    for outcome in (none, wrong):
        assert (outcome.code, outcome.out) == (2, "")
        assert len(outcome.err.splitlines()) == 1
        assert inside.ws.team_id in outcome.err
        assert globex.team_id in outcome.err
    assert none.err.startswith("This database holds several workspaces. Add --workspace")
    assert wrong.err.startswith("--workspace: T0NOBODY is not in this database.")


async def test_with_several_workspaces_the_named_one_is_meant(
    inside: Inside, team: Team, globex: People
) -> None:
    ours = await asked(inside, "stories", team.channel, "--workspace", inside.ws.team_id)
    theirs = await asked(inside, "stories", team.channel, "--workspace", globex.team_id)

    assert [line["text"] for line in lines(ours)] == [MARIA]
    assert theirs.err.startswith(f"{team.channel} has no team.")


async def test_apply_needs_the_token_of_the_named_workspace(
    inside: Inside, team: Team, globex: People
) -> None:
    (inside.folder / "teams.toml").write_text(f'[[team]]\nchannel = "{team.channel}"\n')
    environment = settings_for(inside.ws, inside.folder)

    theirs = await purpose_bot(
        environment, inside.folder, "apply", "teams.toml", "--workspace", globex.team_id
    )
    ours = await purpose_bot(
        environment, inside.folder, "apply", "teams.toml", "--workspace", inside.ws.team_id
    )

    assert theirs.code == 2
    assert theirs.err.startswith(f"--workspace: the bot has no token for {globex.team_id}.")
    assert ours.code == 0


async def test_a_database_without_a_workspace_says_what_to_do_first(tmp_path: Path) -> None:
    outcome = await purpose_bot(without_slack(tmp_path), tmp_path, "stories", "C1")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("This database holds no workspace yet: start `purpose-bot run` once")
