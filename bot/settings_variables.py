"""Every variable that people can set: its name, its form, its default, and how to get a value for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot import settings_forms as forms
from bot.settings_forms import Secret

T = TypeVar("T")

APP_PAGE = "on your app's page at api.slack.com/apps."
ENV_EXAMPLE = "Leave it out for the default, or see .env.example."


class SettingsProblem(Exception):
    """A setting that is missing or malformed; its text is the one line people see,
    and never holds the value."""

    def __init__(self, variable: str, expected: str, how_to_get: str) -> None:
        super().__init__(f"{variable}: expected {expected}. {how_to_get}")
        self.variable = variable
        self.expected = expected
        self.how_to_get = how_to_get


@dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """One variable; `parse` gives None for a malformed value and never raises, so that no error quotes it."""

    name: str
    parse: Callable[[str], T | None]
    default: T
    expected: str
    how_to_get: str

    def problem(self) -> SettingsProblem:
        """The refusal for this variable, missing and malformed alike."""
        return SettingsProblem(self.name, self.expected, self.how_to_get)


_BOT_TOKEN = forms.secret(r"xoxb-[A-Za-z0-9-]+")
_APP_TOKEN = forms.secret(r"xapp-[A-Za-z0-9-]+")
# Slack's are 32 letters and digits; a stand-in for Slack may use others. Never a token in the wrong place.
_APP_SECRET = forms.secret(r"(?!xox|xapp)[A-Za-z0-9_-]{16,128}")

SLACK_BOT_TOKEN: Variable[Secret | None] = Variable(
    "SLACK_BOT_TOKEN",
    _BOT_TOKEN,
    None,
    "a bot token that starts with xoxb-",
    f"Find it under OAuth & Permissions {APP_PAGE}",
)
SLACK_APP_TOKEN: Variable[Secret | None] = Variable(
    "SLACK_APP_TOKEN",
    _APP_TOKEN,
    None,
    "an app-level token that starts with xapp-",
    f"Make one with the scope connections:write under Basic Information, App-Level Tokens, {APP_PAGE}",
)
SLACK_SIGNING_SECRET: Variable[Secret | None] = Variable(
    "SLACK_SIGNING_SECRET",
    _APP_SECRET,
    None,
    "the app's signing secret, 32 letters and digits",
    f"Find it under Basic Information, App Credentials, {APP_PAGE}",
)
SLACK_CLIENT_ID: Variable[str | None] = Variable(
    "SLACK_CLIENT_ID",
    forms.client_id,
    None,
    "the app's client id, two numbers with a dot between them",
    f"Find it under Basic Information, App Credentials, {APP_PAGE}",
)
SLACK_CLIENT_SECRET: Variable[Secret | None] = Variable(
    "SLACK_CLIENT_SECRET",
    _APP_SECRET,
    None,
    "the app's client secret, 32 letters and digits",
    f"Find it under Basic Information, App Credentials, {APP_PAGE}",
)
SLACK_API_URL: Variable[str] = Variable(
    "SLACK_API_URL",
    forms.slack_api_url,
    "https://slack.com/api/",
    "an https:// address (http:// on this machine only) without a password or a question mark",
    "Leave it out to use Slack's own, https://slack.com/api/.",
)
DATABASE_URL: Variable[Secret] = Variable(
    "DATABASE_URL",
    forms.database_url,
    Secret("sqlite:///purpose-bot.db"),
    "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    "Leave it out for a file beside the bot; your database's operator knows the other.",
)
DELETIONS_FILE: Variable[str | None] = Variable(
    "DELETIONS_FILE",
    forms.file_path,
    None,
    "the path of a file, such as /var/lib/purpose-bot/deletions.jsonl",
    ENV_EXAMPLE,
)
TOKEN_KEYS: Variable[tuple[Secret, ...]] = Variable(
    "TOKEN_KEYS",
    forms.token_keys,
    (),
    "one or more keys of 44 characters, with commas between them",
    "Make one: python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'",
)
HOST: Variable[str] = Variable(
    "HOST",
    forms.host,
    "127.0.0.1",
    "an address or a name of this machine, such as 127.0.0.1 or 0.0.0.0",
    ENV_EXAMPLE,
)
PORT: Variable[int] = Variable("PORT", forms.number(0, 65535), 3000, "a number from 0 to 65535", ENV_EXAMPLE)
PUBLIC_URL: Variable[str | None] = Variable(
    "PUBLIC_URL",
    forms.closed_url,
    None,
    "the https:// address where Slack reaches this bot, such as https://bot.example.com",
    "It is the name that your proxy answers to.",
)
OPENAI_API_KEY: Variable[Secret | None] = Variable(
    "OPENAI_API_KEY",
    forms.secret(r"(?!xox|xapp)[!-~]{1,500}"),
    None,
    "a key without spaces",
    "Make one on the API keys page of your AI provider, or leave it out: the bot works without AI.",
)
OPENAI_BASE_URL: Variable[str | None] = Variable(
    "OPENAI_BASE_URL",
    forms.open_url,
    None,
    "an http:// or https:// address without a password or a question mark, such as http://127.0.0.1:11434/v1",
    "Leave it out to use OpenAI's own.",
)
OPENAI_MODEL: Variable[str] = Variable(
    "OPENAI_MODEL",
    forms.model,
    "gpt-6-luna",
    "the name of a model, one word",
    "Your AI provider lists the names.",
)
AUTO_MIGRATE: Variable[bool] = Variable(
    "AUTO_MIGRATE", forms.switch, True, "1 for yes or 0 for no", ENV_EXAMPLE
)
RETENTION_DAYS: Variable[int] = Variable(
    "RETENTION_DAYS", forms.number(1, 3650), 365, "a number of days from 1 to 3650", ENV_EXAMPLE
)
MESSAGES_PER_MINUTE: Variable[int] = Variable(
    "MESSAGES_PER_MINUTE",
    forms.number(0, 100_000),
    300,
    "a number from 0 (no limit of ours) to 100000",
    ENV_EXAMPLE,
)
LOG_LEVEL: Variable[str] = Variable(
    "LOG_LEVEL",
    forms.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "INFO",
    "DEBUG, INFO, WARNING or ERROR",
    ENV_EXAMPLE,
)
LOG_FORMAT: Variable[str | None] = Variable(
    "LOG_FORMAT", forms.one_of("console", "json"), None, "console or json", ENV_EXAMPLE
)

ALL: tuple[Variable[Any], ...] = (
    SLACK_BOT_TOKEN,
    SLACK_APP_TOKEN,
    SLACK_SIGNING_SECRET,
    SLACK_CLIENT_ID,
    SLACK_CLIENT_SECRET,
    SLACK_API_URL,
    DATABASE_URL,
    DELETIONS_FILE,
    TOKEN_KEYS,
    HOST,
    PORT,
    PUBLIC_URL,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    OPENAI_MODEL,
    AUTO_MIGRATE,
    RETENTION_DAYS,
    MESSAGES_PER_MINUTE,
    LOG_LEVEL,
    LOG_FORMAT,
)
