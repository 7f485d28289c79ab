"""`purpose-bot apply`: teams become what a file says."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.cli.session import Stopped, house, workspace_of
from bot.domain.teamfile import parse_team_file
from bot.domain.teamspecs import TeamFile
from bot.settings import Settings
from bot.wiring import machine_clock
from handlers.slack.directory import team_id_of


async def apply_file(found: Settings, path: Path, workspace: str | None, *, dry_run: bool) -> None:
    """Print what changed. Nothing is changed while anything in the file, or any of its channels, is wrong."""
    wanted = await asyncio.to_thread(read, path)
    async with house(found, slack=True) as built:
        key = await workspace_of(built, workspace)
        if built.installations.get(key) is None:
            raise Stopped(
                f"--workspace: the bot has no token for {team_id_of(key)}. Set SLACK_BOT_TOKEN to that workspace's."
            )
        done = await built.applying.apply(
            key, wanted.teams, machine_clock(), company=wanted.company, dry_run=dry_run
        )
        problems = [each for each in done if each.problem is not None]
        if problems:
            raise Stopped("\n".join(f"{path.name}: {each.channel}: {each.problem}" for each in problems))
        for each in done:
            for line in each.changes:
                print(f"{each.channel}: {line}")
        if not any(each.changes for each in done):
            print("Nothing to change.")
        elif dry_run:
            print("Nothing was changed (--dry-run).")


def read(path: Path) -> TeamFile:
    """The file's teams; each problem is a line with its number and what was expected."""
    try:
        source = path.read_bytes()
    except OSError as problem:
        raise Stopped(
            f"{path}: cannot be read ({problem.strerror}). Name a team file, such as teams.toml."
        ) from problem
    parsed = parse_team_file(source)
    if isinstance(parsed, tuple):
        for each in parsed:
            print(f"{path.name}: {each}", file=sys.stderr)
        raise Stopped(f"{path.name}: nothing was changed.")
    return parsed
