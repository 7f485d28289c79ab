"""Settings from `.env` and the environment, refused with the variable's name and never with its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Literal, TypeVar

from bot import settings_variables as known
from bot.settings_forms import Secret
from bot.settings_variables import SettingsProblem, Variable

__all__ = ["Mode", "Role", "Secret", "Settings", "SettingsProblem", "find_problems", "load"]

T = TypeVar("T")
Role = Literal["all", "web", "worker"]


class Mode(Enum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that people can set, checked by form; which of it must be there depends on the command.

    Times are in days, rates in messages a minute; `log_format` None means: console on a terminal, else json.
    """

    slack_bot_token: Secret | None
    slack_app_token: Secret | None
    slack_signing_secret: Secret | None
    slack_client_id: str | None
    slack_client_secret: Secret | None
    slack_api_url: str
    database_url: Secret
    deletions_file: str | None
    token_keys: tuple[Secret, ...]
    host: str
    port: int
    public_url: str | None
    openai_api_key: Secret | None
    openai_base_url: str | None
    openai_model: str
    auto_migrate: bool
    retention_days: int
    messages_per_minute: int
    log_level: str
    log_format: str | None

    @property
    def uses_postgresql(self) -> bool:
        """True where several machines can share the database."""
        return self.database_url.reveal().startswith("postgresql:")

    @property
    def uses_oauth(self) -> bool:
        """True where workspaces install the bot themselves, instead of one token in the settings."""
        return self.slack_client_id is not None or self.slack_client_secret is not None

    def mode(self) -> Mode:
        """Socket Mode where its token is set, else HTTP where the signing secret is; raises SettingsProblem."""
        if self.slack_app_token is not None:
            return Mode.SOCKET
        if self.slack_signing_secret is not None:
            return Mode.HTTP
        raise SettingsProblem(
            known.SLACK_APP_TOKEN.name,
            f"{known.SLACK_APP_TOKEN.expected} (or SLACK_SIGNING_SECRET, to be reached over HTTP)",
            known.SLACK_APP_TOKEN.how_to_get,
        )

    def for_run(self, role: Role = "all") -> Settings:
        """These settings, once they hold what `run` needs in this role; raises SettingsProblem.

        A worker answers nobody, so it needs no app token and no signing secret.
        """
        self.for_slack()
        if role != "worker":
            self.mode()
        if role != "all" and not self.uses_postgresql:
            raise SettingsProblem(
                known.DATABASE_URL.name,
                f"postgresql://USER:PASSWORD@HOST/NAME for --role {role}",
                "Several processes share one PostgreSQL; with a file, use --role all.",
            )
        return self

    def for_slack(self) -> Settings:
        """These settings, once the bot can speak to a workspace with them; raises SettingsProblem."""
        if self.uses_oauth:
            return self.for_oauth()
        if self.slack_bot_token is None:
            raise known.SLACK_BOT_TOKEN.problem()
        return self

    def for_oauth(self) -> Settings:
        """These settings, once workspaces can install the bot themselves; raises SettingsProblem."""
        if self.slack_client_id is None:
            raise known.SLACK_CLIENT_ID.problem()
        if self.slack_client_secret is None:
            raise known.SLACK_CLIENT_SECRET.problem()
        if self.public_url is None:
            raise known.PUBLIC_URL.problem()
        return self.for_stored_tokens()

    def for_stored_tokens(self) -> Settings:
        """These settings, once tokens can be written to and read from the database; raises SettingsProblem."""
        if not self.token_keys:
            raise known.TOKEN_KEYS.problem()
        return self


def load(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """The settings; the real environment wins over the file, also where it sets a variable to nothing.

    A missing file is no problem; a variable set to nothing counts as not set. Raises SettingsProblem for the
    first value that is malformed, whether or not the command would use it.
    """
    values = {**_read_file(env_file), **environ}

    def take(variable: Variable[T]) -> T:
        return _take(values, variable)

    return Settings(
        slack_bot_token=take(known.SLACK_BOT_TOKEN),
        slack_app_token=take(known.SLACK_APP_TOKEN),
        slack_signing_secret=take(known.SLACK_SIGNING_SECRET),
        slack_client_id=take(known.SLACK_CLIENT_ID),
        slack_client_secret=take(known.SLACK_CLIENT_SECRET),
        slack_api_url=take(known.SLACK_API_URL),
        database_url=take(known.DATABASE_URL),
        deletions_file=take(known.DELETIONS_FILE),
        token_keys=take(known.TOKEN_KEYS),
        host=take(known.HOST),
        port=take(known.PORT),
        public_url=take(known.PUBLIC_URL),
        openai_api_key=take(known.OPENAI_API_KEY),
        openai_base_url=take(known.OPENAI_BASE_URL),
        openai_model=take(known.OPENAI_MODEL),
        auto_migrate=take(known.AUTO_MIGRATE),
        retention_days=take(known.RETENTION_DAYS),
        messages_per_minute=take(known.MESSAGES_PER_MINUTE),
        log_level=take(known.LOG_LEVEL),
        log_format=take(known.LOG_FORMAT),
    )


def find_problems(environ: Mapping[str, str], env_file: Path | None = None) -> tuple[SettingsProblem, ...]:
    """Every malformed value at once, for `doctor`; () where `load` would succeed."""
    try:
        values = {**_read_file(env_file), **environ}
    except SettingsProblem as problem:
        return (problem,)
    problems = []
    for variable in known.ALL:
        try:
            _take(values, variable)
        except SettingsProblem as problem:
            problems.append(problem)
    return tuple(problems)


def _take(values: Mapping[str, str], variable: Variable[T]) -> T:
    text = values.get(variable.name, "").strip()
    if not text:
        return variable.default
    value = variable.parse(text)
    if value is None:
        raise variable.problem()
    return value


def _read_file(env_file: Path | None) -> dict[str, str]:
    """The file's variables, taken literally: a `$` in a secret is a dollar sign."""
    if env_file is None:
        return {}
    text = _text_of(env_file)
    if text is None:
        raise SettingsProblem(
            env_file.name, "a text file in UTF-8 that this user may read", "Start again from .env.example."
        )
    if not text:
        return {}
    # Here, as only a command that reads a file should wait for the import.
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            raise SettingsProblem(
                env_file.name,
                f"NAME=value on line {binding.original.line}",
                "Put quotes around a value with spaces, and # before a remark.",
            )
        if binding.key is not None:
            values[binding.key] = binding.value or ""
    return values


def _text_of(env_file: Path) -> str | None:
    """The file's text, "" where there is no such file, None where it cannot be read as text."""
    try:
        return env_file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        return None
