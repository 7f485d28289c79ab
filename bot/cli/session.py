"""What every command begins with: settings, a database that is up to date, one workspace; and how each can end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot import logs
from bot.cli.ending import Stopped, fail
from bot.domain.identity import Workspace
from bot.ports.problems import StoreProblem
from bot.ports.workspaces import Installation
from bot.ports.world import MessengerProblem
from bot.settings import Settings, SettingsProblem, load
from bot.wiring import House, build_house, introduce, machine_clock, open_store, serve_installed
from handlers.slack.api import SlackNotReached, SlackReplyLost, SlackSaidNo, SlackSaidWait
from handlers.slack.directory import team_id_of, workspace_key

T = TypeVar("T")


def settings() -> Settings:
    """The settings of `.env` and the environment; a bad one ends the command with its line."""
    try:
        found = load(os.environ, Path(".env"))
    except SettingsProblem as problem:
        raise Stopped(str(problem)) from problem
    logs.set_up(found.log_level, found.log_format)
    return found


def run(command: Callable[[], Awaitable[T]]) -> T:
    """Run a command to its end; what people can mend is one line on stderr and exit code 2."""
    try:
        return asyncio.run(_awaited(command))
    except (Stopped, SettingsProblem) as problem:
        fail(str(problem))
    except StoreProblem as problem:
        fail(f"DATABASE_URL: {problem}")
    except MessengerProblem as problem:
        fail(f"Slack: {problem.code}. Run `purpose-bot doctor` to see what is wrong.")
    except SlackSaidNo as problem:
        fail(f"Slack: {slack_words(problem)}")
    except KeyboardInterrupt:
        sys.exit(130)


async def _awaited(command: Callable[[], Awaitable[T]]) -> T:
    return await command()


def slack_words(problem: SlackSaidNo) -> str:
    """What Slack's refusal of a whole command means, and what to do."""
    if isinstance(problem, (SlackNotReached, SlackReplyLost)):
        return (
            "it cannot be reached. Check the network, a proxy in between, and SLACK_API_URL, then try again."
        )
    if isinstance(problem, SlackSaidWait):
        return f"it asks to wait. Try again in {problem.seconds:.0f} seconds."
    match problem.code:
        case (
            "invalid_auth"
            | "not_authed"
            | "account_inactive"
            | "token_revoked"
            | "token_expired"
            | "not_allowed_token_type"
        ):
            return (
                "SLACK_BOT_TOKEN: Slack does not know this token (any more). Copy the Bot User OAuth Token again "
                "from OAuth & Permissions on your app's page at api.slack.com/apps."
            )
        case "missing_scope":
            return (
                "a scope is missing. Paste `purpose-bot manifest` into your app's page and install it again."
            )
        case code:
            return f"{problem.method} was refused ({code}). Run `purpose-bot doctor` to see what is wrong."


@asynccontextmanager
async def house(found: Settings, *, slack: bool = False) -> AsyncIterator[House]:
    """The house over the settings' database; with `slack`, introduced to its workspace."""
    store = await open_store(found)
    built = build_house(found, store, machine_clock)
    try:
        if slack:
            await _introduce(built, found.for_slack())
        yield built
    finally:
        await built.close()


async def workspace_of(built: House, chosen: str | None) -> Workspace:
    """The one workspace of the database, or the one that was named; refuses to guess between several."""
    known = await built.store.workspaces.all()
    if chosen is not None:
        key = workspace_key(chosen)
        if key not in {each.workspace for each in known}:
            raise Stopped(f"--workspace: {chosen} is not in this database. It holds: {_listed(known)}.")
        return key
    if not known:
        raise Stopped("This database holds no workspace yet: start `purpose-bot run` once, then try again.")
    if len(known) > 1:
        raise Stopped(
            f"This database holds several workspaces. Add --workspace with one of: {_listed(known)}."
        )
    return known[0].workspace


async def _introduce(built: House, found: Settings) -> None:
    if found.slack_bot_token is not None:
        await introduce(built, found.slack_bot_token.reveal())
        return
    await serve_installed(built)


def _listed(known: Sequence[Installation]) -> str:
    return ", ".join(team_id_of(each.workspace) for each in known) or "none"
