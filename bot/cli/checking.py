"""`purpose-bot doctor`: looks at everything that the bot stands on, also where a setting is bad, and prints a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import logs
from bot import settings_variables as known
from bot.db.problems import DatabaseProblem
from bot.llm.reaching import NotReached, reach
from bot.settings import Settings, SettingsProblem, find_problems, load
from bot.settings_variables import Variable
from bot.usecases.doctoring import Ailing, Ask, Check, SettingSeen, diagnose, table, well
from bot.usecases.leaving import Leaver, leavers
from bot.wiring import open_store
from handlers.slack.api import SlackApi
from handlers.slack.directory import team_id_of
from handlers.slack.examining import slack_platform

if TYPE_CHECKING:
    from bot.db.store import SqlStore

_ENV_FILE = Path(".env")


async def doctor() -> bool:
    """Print the table; whether all is well. What is wrong with one part keeps no other from being asked."""
    problems = find_problems(os.environ, _ENV_FILE)
    settings = _readable(problems)
    logs.set_up("ERROR", settings.log_format)
    seen = _seen(settings, problems)
    opened = await _opened(settings, problems)
    api = SlackApi(settings.slack_api_url, _no_tokens)
    try:
        # A secret goes only where it was meant to go, never to the default in a malformed address's place.
        elsewhere = _malformed(known.SLACK_API_URL, problems)
        tokens = elsewhere or await _tokens(settings, opened)
        app_token = None if elsewhere else _app_token(settings)
        platform = slack_platform(api, tokens, app_token, _nothing_set(settings))
        checks = await diagnose(
            settings=lambda: seen,
            database=lambda: _answers(opened),
            schema=lambda: _schema(opened, settings),
            platform=platform,
            ai=_ai(settings, _malformed(known.OPENAI_BASE_URL, problems)),
            kept=lambda: _kept(opened),
        )
    finally:
        await api.close()
        if not isinstance(opened, Ailing):
            await opened.close()
    print("\n".join(table(checks)))
    return well(checks)


def _readable(problems: Sequence[SettingsProblem]) -> Settings:
    """The settings without what is malformed; the real environment wins over the file, also with nothing."""
    bad = {problem.variable for problem in problems}
    file = None if _ENV_FILE.name in bad else _ENV_FILE
    return load({**os.environ, **dict.fromkeys(bad, "")}, file)


def _seen(settings: Settings, problems: Sequence[SettingsProblem]) -> list[SettingSeen]:
    found = {problem.variable: problem for problem in problems}
    missing = {problem.variable: problem for problem in _missing(settings) if problem.variable not in found}
    seen = [
        SettingSeen(name, is_set=True, expected=problem.expected, how_to_get=problem.how_to_get)
        for name, problem in found.items()
        if name == _ENV_FILE.name
    ]
    for variable in known.ALL:
        problem = found.get(variable.name) or missing.get(variable.name)
        is_set = variable.name in found or getattr(settings, variable.name.lower()) != variable.default
        expected, how = (problem.expected, problem.how_to_get) if problem is not None else ("", "")
        seen.append(SettingSeen(variable.name, is_set, expected, how))
    return seen


def _missing(settings: Settings) -> list[SettingsProblem]:
    """What `run` would miss, all of it."""
    problems = []
    for needed in (settings.for_slack, settings.mode):
        try:
            needed()
        except SettingsProblem as problem:
            problems.append(problem)
    return problems


def _malformed(variable: Variable[Any], problems: Sequence[SettingsProblem]) -> Ailing | None:
    """What ails whatever is asked at that address; None where the address can be read."""
    if any(problem.variable == variable.name for problem in problems):
        return Ailing(f"not asked, as {variable.name} is malformed")
    return None


async def _opened(settings: Settings, problems: Sequence[SettingsProblem]) -> SqlStore | Ailing:
    malformed = _malformed(known.DATABASE_URL, problems)
    if malformed is not None:
        return malformed
    try:
        return await open_store(settings, migrate=False)
    except DatabaseProblem as problem:
        return Ailing(str(problem))


async def _answers(opened: SqlStore | Ailing) -> None:
    from bot.db.migrating import schema_version

    if isinstance(opened, Ailing):
        raise opened
    try:
        await schema_version(opened.database)
    except DatabaseProblem as problem:
        raise Ailing(str(problem)) from problem


async def _schema(opened: SqlStore | Ailing, settings: Settings) -> str:
    """Like every command that opens the database, this one brings the schema up to date where that is wanted."""
    from bot.db.migrating import HEAD, is_current, migrate

    if isinstance(opened, Ailing):
        raise opened
    try:
        if settings.auto_migrate:
            await migrate(opened.database)
        elif not await is_current(opened.database):
            raise Ailing("is older than this version", "Run `purpose-bot migrate`, as AUTO_MIGRATE is 0.")
    except DatabaseProblem as problem:
        raise Ailing(str(problem)) from problem
    return f"up to date ({HEAD})"


async def _kept(opened: SqlStore | Ailing) -> Sequence[Check]:
    """Whether a restored backup would bring deleted things back, and what is deleted soon."""
    if isinstance(opened, Ailing):
        raise opened
    noted = await opened.deletions.problem()
    checks = [
        Check("deletions", not noted, noted or "are noted outside the database", _MEND_NOTES if noted else "")
    ]
    if opened.deletions.path is None:
        checks = [Check("deletions", True, "are not noted outside the database", _WHY_NOTES)]
    return [*checks, *(_leaver(each) for each in await leavers(opened))]


_MEND_NOTES = "Give the bot's user the right to write DELETIONS_FILE and its folder."
_WHY_NOTES = "Set DELETIONS_FILE, or a restored dump brings back what people deleted after it was made."


def _leaver(each: Leaver) -> Check:
    team = team_id_of(each.workspace)
    commands = [f"`purpose-bot stories {channel} --workspace {team}`" for channel in each.channels]
    words = f"{each.name or team} removed the app; everything of it is deleted on {each.goes_at.date().isoformat()}"
    saving = f"To keep its stories: {', '.join(commands)}. " if commands else ""
    return Check(f"workspace {team}", True, words, f"{saving}If it installs the app again, all stays.")


async def _tokens(settings: Settings, opened: SqlStore | Ailing) -> list[str] | Ailing:
    """The token of the settings; where workspaces install the bot themselves, each one's that is kept."""
    from bot.db.migrating import is_current

    if settings.slack_bot_token is not None:
        return [settings.slack_bot_token.reveal()]
    if isinstance(opened, Ailing):
        return []
    try:
        installed = await opened.workspaces.all() if await is_current(opened.database) else []
    except DatabaseProblem as problem:
        return Ailing(str(problem))
    return [each.token for each in installed if each.token is not None and each.revoked_at is None]


def _app_token(settings: Settings) -> str | None:
    return settings.slack_app_token.reveal() if settings.slack_app_token is not None else None


def _nothing_set(settings: Settings) -> str:
    if settings.uses_oauth:
        return "no workspace has installed the bot yet"
    return "not asked, as SLACK_BOT_TOKEN is not set"


def _ai(settings: Settings, elsewhere: Ailing | None) -> Ask[str] | None:
    key = settings.openai_api_key.reveal() if settings.openai_api_key is not None else None
    if key is None and settings.openai_base_url is None and elsewhere is None:
        return None

    async def ask() -> str:
        if elsewhere is not None:
            raise elsewhere
        try:
            return await reach(key, settings.openai_model, settings.openai_base_url)
        except NotReached as problem:
            raise Ailing(
                problem.words, "Check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL."
            ) from problem

    return ask


async def _no_tokens(workspace: str) -> str:
    raise LookupError(f"the doctor asks with the token it was given, not for {workspace}")
