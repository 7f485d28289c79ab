"""Settings: what is accepted, what is refused, and that nobody ever reads a secret in an answer."""

from __future__ import annotations

import base64
import copy
import pickle
import re
import traceback
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings_variables as known
from bot.settings import Mode, Secret, Settings, SettingsProblem, find_problems, load

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(32, 64))).decode()
HEX = "0123456789abcdef0123456789abcdef"
BOT = {"SLACK_BOT_TOKEN": "xoxb-1-2-abc"}
OAUTH = {
    "SLACK_CLIENT_ID": "123.456",
    "SLACK_CLIENT_SECRET": HEX,
    "PUBLIC_URL": "https://bot.example.com",
    "TOKEN_KEYS": KEY,
}
NAMES = [variable.name for variable in known.ALL]
# Anything that a person may paste, as one line: no NUL, which no environment can hold.
PASTED = st.text(st.characters(exclude_characters="\x00"), min_size=1, max_size=80)


def refused(environ: dict[str, str]) -> SettingsProblem:
    with pytest.raises(SettingsProblem) as caught:
        load(environ)
    return caught.value


def test_nothing_set_gives_the_defaults_of_the_contract() -> None:
    settings = load({})

    assert settings.slack_bot_token is None
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.reveal() == "sqlite:///purpose-bot.db"
    assert settings.token_keys == ()
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert settings.openai_model == "gpt-6-luna"
    assert settings.auto_migrate is True
    assert settings.retention_days == 365
    assert settings.messages_per_minute == 300
    assert (settings.log_level, settings.log_format) == ("INFO", None)


def test_every_variable_has_its_field_and_every_field_its_variable() -> None:
    assert [field.name.upper() for field in fields(Settings)] == NAMES


def test_the_example_file_names_every_variable_once_and_shows_its_default() -> None:
    text = (ROOT / ".env.example").read_text()

    ours, for_compose = text.split("# --- compose.yaml only ---")
    assert sorted(re.findall(r"^#?([A-Z_]+)=", ours, re.MULTILINE)) == sorted(NAMES)
    assert re.findall(r"^([A-Z_]+)=", for_compose, re.MULTILINE) == ["POSTGRES_PASSWORD"]
    switched_on = dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert load(switched_on) == load({})


def test_the_example_file_itself_loads_as_the_defaults() -> None:
    assert load({}, ROOT / ".env.example") == load({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-A1-2-abc"),
        ("SLACK_BOT_TOKEN", "xoxp-1-2-3"),
        ("SLACK_BOT_TOKEN", "xoxb-abc def"),
        ("SLACK_APP_TOKEN", "xoxb-1-2-abc"),
        ("SLACK_SIGNING_SECRET", "xoxb-123456789012-abcdefgh"),
        ("SLACK_SIGNING_SECRET", "short"),
        ("SLACK_CLIENT_ID", "A0123456789"),
        ("SLACK_CLIENT_SECRET", "two words and then some more"),
        ("SLACK_API_URL", "slack.com/api/"),
        ("SLACK_API_URL", "http://slack.example.com/api/"),
        ("SLACK_API_URL", "https://alice:pw@slack.com/api/"),
        ("SLACK_API_URL", "https://slack.com:99999/api/"),
        ("DATABASE_URL", "mysql://localhost/bot"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql+psycopg://localhost/bot"),
        ("DATABASE_URL", "postgresql://alice:p#w@localhost/bot"),
        ("TOKEN_KEYS", "not-a-key"),
        ("TOKEN_KEYS", f"{KEY},"),
        ("TOKEN_KEYS", f"{KEY} {OTHER_KEY}"),
        ("HOST", "http://127.0.0.1"),
        ("HOST", "300.1.2.3"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "٣٠٠٠"),
        ("PORT", "3000.0"),
        ("PUBLIC_URL", "http://bot.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://bot.example.com/?key=1"),
        ("OPENAI_API_KEY", "xoxb-1-2-abc"),
        ("OPENAI_BASE_URL", "ftp://127.0.0.1/v1"),
        ("OPENAI_MODEL", "sk-proj-abcdefghijklmnopqrstuvwxyz"),
        ("OPENAI_MODEL", "two words"),
        ("AUTO_MIGRATE", "yes"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "a year"),
        ("MESSAGES_PER_MINUTE", "-5"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_malformed_value_is_refused_by_name_in_one_line_without_the_value(
    variable: str, value: str
) -> None:
    problem = refused({variable: value})

    assert problem.variable == variable
    assert str(problem) == str(refused({variable: "\x01"}))


@pytest.mark.parametrize(
    ("variable", "value", "kept"),
    [
        ("SLACK_CLIENT_ID", "123.456", "123.456"),
        ("SLACK_API_URL", "http://127.0.0.1:8910/api", "http://127.0.0.1:8910/api/"),
        ("SLACK_API_URL", "http://[::1]:8910/api/", "http://[::1]:8910/api/"),
        ("DATABASE_URL", "sqlite:////var/lib/bot/bot.db", Secret("sqlite:////var/lib/bot/bot.db")),
        ("DATABASE_URL", "postgresql:///bot?host=/tmp", Secret("postgresql:///bot?host=/tmp")),
        ("TOKEN_KEYS", f"{KEY}, {OTHER_KEY}", (Secret(KEY), Secret(OTHER_KEY))),
        ("HOST", "::1", "::1"),
        ("HOST", "desk-1.example.com", "desk-1.example.com"),
        ("PORT", "0", 0),
        ("PUBLIC_URL", "https://bot.example.com/", "https://bot.example.com"),
        ("OPENAI_BASE_URL", "http://ollama.lan:11434/v1/", "http://ollama.lan:11434/v1"),
        ("OPENAI_MODEL", "mistralai/Mistral-7B:latest", "mistralai/Mistral-7B:latest"),
        ("AUTO_MIGRATE", "0", False),
        ("MESSAGES_PER_MINUTE", "0", 0),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", " json\n", "json"),
    ],
)
def test_a_well_formed_value_is_kept(variable: str, value: str, kept: object) -> None:
    assert getattr(load({variable: value}), variable.lower()) == kept


def test_the_line_for_a_bot_token_says_where_to_find_one() -> None:
    problem = refused({"SLACK_BOT_TOKEN": "xoxp-1"})

    assert str(problem) == (
        "SLACK_BOT_TOKEN: expected a bot token that starts with xoxb-. "
        "Find it under OAuth & Permissions on your app's page at api.slack.com/apps."
    )


def test_every_problem_is_two_short_sentences() -> None:
    for variable in known.ALL:
        problem = variable.problem()

        assert not problem.expected.endswith(".")
        assert str(problem).startswith(f"{variable.name}: expected ")
        assert "\n" not in str(problem)
        assert len(str(problem)) <= 200


def test_doctor_hears_of_all_problems_at_once() -> None:
    problems = find_problems({"PORT": "many", "LOG_LEVEL": "LOUD", "HOST": "127.0.0.1"})

    assert [problem.variable for problem in problems] == ["PORT", "LOG_LEVEL"]


def test_the_real_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PORT=4000\nHOST=0.0.0.0\nLOG_FORMAT=json\n")

    settings = load({"PORT": "5000", "LOG_FORMAT": ""}, env_file)

    assert (settings.host, settings.port, settings.log_format) == ("0.0.0.0", 5000, None)


def test_the_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "\ufeff# ours\nexport PORT = 4000\nOPENAI_API_KEY='k$HOME#1' # a remark\nPUBLIC_URL=\nOTHER=1\r\n",
        encoding="utf-8",
    )

    settings = load({}, env_file)

    assert settings.port == 4000
    assert settings.openai_api_key == Secret("k$HOME#1")
    assert settings.public_url is None


def test_a_missing_file_is_no_problem(tmp_path: Path) -> None:
    assert load({}, tmp_path / ".env") == load({})


def test_a_line_that_says_nothing_is_refused_with_its_number(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PORT=3000\n'SLACK_BOT_TOKEN xoxb-secret\n")

    with pytest.raises(SettingsProblem) as caught:
        load({}, env_file)

    assert str(caught.value).startswith(".env: expected NAME=value on line 2.")
    assert "xoxb" not in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"\xff\xfe\x00PORT")

    assert [problem.variable for problem in find_problems({}, env_file)] == [".env"]
    assert [problem.variable for problem in find_problems({}, tmp_path)] == [tmp_path.name]


def test_an_app_token_selects_socket_mode_and_a_signing_secret_http() -> None:
    socket = load({**BOT, "SLACK_APP_TOKEN": "xapp-1-A1-2-abc", "SLACK_SIGNING_SECRET": HEX})
    http = load({**BOT, "SLACK_SIGNING_SECRET": HEX})

    assert socket.for_run().mode() is Mode.SOCKET
    assert http.for_run().mode() is Mode.HTTP


def test_run_names_the_first_thing_that_it_misses() -> None:
    def missing(environ: dict[str, str]) -> str:
        with pytest.raises(SettingsProblem) as caught:
            load(environ).for_run()
        return caught.value.variable

    without = {name: {key: value for key, value in OAUTH.items() if key != name} for name in OAUTH}

    assert missing({}) == "SLACK_BOT_TOKEN"
    assert missing(BOT) == "SLACK_APP_TOKEN"
    assert missing({"SLACK_SIGNING_SECRET": HEX}) == "SLACK_BOT_TOKEN"
    for name, environ in without.items():
        assert missing({**environ, "SLACK_SIGNING_SECRET": HEX}) == name


def test_workspaces_that_install_the_bot_themselves_need_no_bot_token() -> None:
    settings = load({**OAUTH, "SLACK_SIGNING_SECRET": HEX})

    assert settings.for_run() is settings


def test_a_worker_answers_nobody_and_shares_a_postgresql() -> None:
    on_postgresql = load({**BOT, "DATABASE_URL": "postgresql://localhost/bot"})
    on_a_file = load(BOT)

    assert on_postgresql.for_run("worker") is on_postgresql
    with pytest.raises(SettingsProblem, match=r"^DATABASE_URL: expected postgresql://"):
        on_a_file.for_run("worker")


def test_commands_that_only_open_the_database_need_nothing_else() -> None:
    assert load({}).uses_postgresql is False
    assert load({"DATABASE_URL": "postgresql://localhost/bot"}).uses_postgresql is True


def test_a_secret_is_shown_by_nothing_but_reveal() -> None:
    secret = Secret("hunter2")

    shown = (repr(secret), str(secret), f"{secret}", f"{secret!s:>20}", repr([secret]))

    assert not any("hunter2" in text for text in shown)
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2") != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
    for copier in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            copier(secret)


@given(variable=st.sampled_from(NAMES), value=PASTED)
def test_whatever_is_pasted_no_error_and_no_repr_holds_it(variable: str, value: str) -> None:
    marked = f"{value}zq7Qz"

    for environ in (
        {variable: marked},
        {variable: f"xoxb-{marked}"},
        {variable: f"postgresql://a:{marked}@h/d"},
    ):
        try:
            settings = load(environ)
        except SettingsProblem as problem:
            shown = "".join(traceback.format_exception(problem)) + repr(problem.__dict__)
            shown += repr((problem.__context__, problem.__cause__))
        else:
            shown = "" if isinstance(getattr(settings, variable.lower()), str) else repr(settings)
        assert "zq7Qz" not in shown


@given(variable=st.sampled_from(NAMES), token=st.from_regex(r"\A(xoxb|xoxp|xapp)-[A-Za-z0-9-]{8,40}\Z"))
def test_a_token_in_the_wrong_place_is_never_kept_where_it_would_be_shown(variable: str, token: str) -> None:
    try:
        settings = load({variable: token})
    except SettingsProblem as problem:
        shown = str(problem)
    else:
        shown = repr(settings)

    assert token not in shown
