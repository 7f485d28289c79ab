"""`purpose-bot apply`: teams become what a file says."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli.ending import Stopped
from bot.cli.session import house, workspace_of
from bot.domain.coaching_file import parse_rules
from bot.domain.teamfile import parse_team_file
from bot.domain.teamspecs import UNSET, FileProblem, TeamFile, Unset
from bot.settings import Settings
from bot.usecases.coach_rules import PACKAGED
from bot.usecases.packaged import packaged_text
from bot.wiring import machine_clock
from handlers.slack.directory import team_id_of


async def apply_file(found: Settings, path: Path, workspace: str | None, *, dry_run: bool) -> None:
    """Print what changed. Nothing is changed while anything in the file, or any of its channels, is wrong."""
    wanted = await asyncio.to_thread(read, path)
    coach = await asyncio.to_thread(_coach_rules, path, wanted)
    async with house(found, slack=True) as built:
        key = await workspace_of(built, workspace)
        if built.installations.get(key) is None:
            raise Stopped(
                f"--workspace: the bot has no token for {team_id_of(key)}. Set SLACK_BOT_TOKEN to that workspace's."
            )
        done = await built.applying.apply(
            key, wanted.teams, machine_clock(), company=wanted.company, coach=coach, dry_run=dry_run
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
        raise _refused(path, parsed)
    return parsed


def _coach_rules(path: Path, wanted: TeamFile) -> str | Unset | None:
    """The text of the coach's rule file beside the team file; its problems are told as the team file's are."""
    if wanted.coach is None:
        return UNSET
    if wanted.coach.rules is None:
        return None
    rules = path.parent / wanted.coach.rules
    try:
        source = rules.read_bytes()
    except OSError as problem:
        raise Stopped(
            f"{path.name}: line {wanted.coach.line}: coach.rules: expected a file that can be read "
            f"({rules}: {problem.strerror}). `purpose-bot coach-rules` prints one to begin with."
        ) from problem
    parsed = parse_rules(source)
    if isinstance(parsed, tuple):
        raise _refused(rules, parsed)
    return source.decode().removeprefix("\ufeff")


def _refused(path: Path, problems: Sequence[FileProblem]) -> Stopped:
    for each in problems:
        print(f"{path.name}: {each}", file=sys.stderr)
    return Stopped(f"{path.name}: nothing was changed.")


async def print_coach_rules(found: Settings, workspace: str | None, *, packaged: bool) -> None:
    """The coach's rule file in force, or the one that comes with the bot."""
    if packaged:
        print(packaged_text(PACKAGED), end="")
        return
    async with house(found) as built:
        print(await built.services.rules.text(await workspace_of(built, workspace)), end="")
