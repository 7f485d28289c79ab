"""The command line: `purpose-bot`, the same as `python -m bot`."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bot import __version__
from bot.cli import loading
from bot.cli.ending import Stopped, fail
from bot.settings_variables import SettingsProblem

if TYPE_CHECKING:
    from bot.settings import Settings

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def _workspace(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option of every command that concerns one workspace."""
    option = click.option(
        "--workspace", metavar="T…", help="Which workspace, where the database holds several."
    )
    return option(command)


_channel = click.argument("channel", metavar="CHANNEL", help="The channel's id, such as C0123456789.")
_user = click.argument("user", metavar="USER", help="The person's id, such as U0123456789.")


class _AsWritten(click.Group):
    """Commands in the order in which they are written: what one begins with comes first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_AsWritten)
@click.version_option(__version__, prog_name="purpose-bot", message="%(prog)s %(version)s")
def cli() -> None:
    """A Slack bot that asks a sales team every day what difference it made for a customer."""


@cli.command(name="run")
@click.option(
    "--role",
    type=click.Choice(["all", "web", "worker"]),
    default="all",
    show_default=True,
    help="web answers people, worker sends, all does both.",
)
@click.option("--clock", type=_PATH, hidden=True)
def run_bot(role: Literal["all", "web", "worker"], clock: Path | None) -> None:
    """Run the bot: Socket Mode where SLACK_APP_TOKEN is set, else HTTP on HOST:PORT."""
    with loading.for_good():
        from bot.cli.running import run as serve
        from bot.cli.session import run, settings

    found = settings()
    found.for_run(role)
    _fast_loop()
    run(lambda: serve(found, role, clock))


@cli.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8910, show_default=True, help="Where the page is."
)
@click.option(
    "--demo/--empty",
    default=True,
    show_default=True,
    help="A month of one team's stories, or nothing yet.",
)
@click.option(
    "--open/--no-open", "open_page", default=True, show_default=True, help="Open the page in a browser."
)
@click.option("--workspace-only", is_flag=True, help="Just the Slack side, to test any Bolt app against.")
@click.option("--events-url", metavar="URL", help="With --workspace-only: deliver over HTTP to this address.")
def sandbox(port: int, demo: bool, open_page: bool, workspace_only: bool, events_url: str | None) -> None:
    """A whole Slack workspace on this machine, in the browser, with the real bot in it."""
    with loading.for_good():
        from bot.cli.local import serve, serve_workspace_only
        from bot.cli.session import run

    if workspace_only:
        run(lambda: serve_workspace_only(port, demo=demo, events_url=events_url))
    else:
        run(lambda: serve(port, demo=demo, open_page=open_page))


@cli.command()
@click.argument("file", type=_PATH, metavar="FILE.toml", help="The team file.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@_workspace
def apply(file: Path, dry_run: bool, workspace: str | None) -> None:
    """Create or change teams from a file; applying twice changes nothing."""
    from bot.cli.teams import apply_file

    _run(lambda found: apply_file(found, file, workspace, dry_run=dry_run))


@cli.command()
@click.option("--packaged", is_flag=True, help="Those that come with the bot, whatever was applied.")
@_workspace
def coach_rules(packaged: bool, workspace: str | None) -> None:
    """Print the coach's rules, to be changed and applied again."""
    from bot.cli.teams import print_coach_rules

    _run(lambda found: print_coach_rules(found, workspace, packaged=packaged))


@cli.command()
def doctor() -> None:
    """Check settings, database, Slack token and scopes, and the AI endpoint."""
    from bot.cli.checking import doctor as check
    from bot.cli.session import run

    sys.exit(0 if run(check) else 1)


@cli.command()
def migrate() -> None:
    """Bring the database's schema to this version."""
    from bot.cli.keeping import migrate as bring_up_to_date

    _run(bring_up_to_date)


@cli.command()
@_channel
@click.option("--week", metavar="WEEK", help="An ISO week, such as 2026-W47; default: this week's.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_workspace
def digest(channel: str, week: str | None, as_json: bool, workspace: str | None) -> None:
    """Print a week's digest; posts nothing."""
    from bot.cli.reading import print_digest

    _run(lambda found: print_digest(found, channel, week, workspace, as_json=as_json))


@cli.command()
@_channel
@click.option("--since", type=_DAY, metavar="DATE", help="Only stories told since, such as 2026-11-02.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="One object a line, or a table.",
)
@click.option("--with-tellers", is_flag=True, help="Say who told it; announced in the channel.")
@_workspace
def stories(
    channel: str, since: datetime | None, format_: str, with_tellers: bool, workspace: str | None
) -> None:
    """Export what that channel's whole team may see."""
    from bot.cli.reading import export_stories

    begin = since.date() if since is not None else None
    csv = format_ == "csv"
    _run(lambda found: export_stories(found, channel, begin, workspace, csv=csv, with_tellers=with_tellers))


@cli.command()
@_user
@_workspace
def forget(user: str, workspace: str | None) -> None:
    """Delete a person's data everywhere at once, posted digests included."""
    from bot.cli.keeping import forget_person

    _run(lambda found: forget_person(found, user, workspace))


@cli.command()
@_user
@_workspace
def mydata(user: str, workspace: str | None) -> None:
    """Print everything that is kept about a person, as JSON."""
    from bot.cli.keeping import print_data

    _run(lambda found: print_data(found, user, workspace))


@cli.command()
@click.argument("words", metavar="WORDS", help="What to black out, such as a customer's name.")
@click.option("--dry-run", is_flag=True, help="Only count the stories that hold it.")
@_workspace
def redact(words: str, dry_run: bool, workspace: str | None) -> None:
    """Black words out in every story, earlier wordings and posts included."""
    from bot.cli.keeping import redact as black_out

    _run(lambda found: black_out(found, words, workspace, dry_run=dry_run))


@cli.command()
@click.option("--since", type=_DAY, metavar="DATE", help="Only what was done since, such as 2026-11-02.")
@_workspace
def audit(since: datetime | None, workspace: str | None) -> None:
    """Print who did what: ids only, never text."""
    from bot.cli.keeping import print_audit

    begin = since.date() if since is not None else None
    _run(lambda found: print_audit(found, begin, workspace))


@cli.command()
def rotate_keys() -> None:
    """Encrypt every stored token with the first of TOKEN_KEYS."""
    from bot.cli.keeping import rotate_keys as encrypt_anew

    _run(encrypt_anew)


@cli.command()
@click.argument("file", type=_PATH, metavar="FILE", help="Where the copy goes.")
def backup(file: Path) -> None:
    """Copy an SQLite database consistently while the bot runs."""
    from bot.cli.keeping import backup as copy

    _run(lambda found: copy(found, file))


@cli.command()
@click.option("--url", metavar="URL", help="The bot's public address, for HTTP instead of Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the Slack app manifest, ready to paste."""
    from handlers.slack.manifest import manifest as build

    if url is not None and not url.startswith("https://"):
        fail(
            "--url: expected the address that Slack can reach, beginning with https://. Leave it out for Socket Mode."
        )
    import json

    print(json.dumps(build(url), indent=2, ensure_ascii=False))


def _run(command: Callable[[Settings], Awaitable[None]]) -> None:
    """Run a command with the settings that it finds."""
    from bot.cli.session import run, settings

    found = settings()
    run(lambda: command(found))


def _fast_loop() -> None:
    """Uvloop where there is one: it halves the cost of an event."""
    try:
        import uvloop
    except ImportError:
        return
    import asyncio

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def main(arguments: list[str] | None = None) -> Any:
    """Run one command; a bad setting is one line and exit code 2."""
    try:
        return cli(args=arguments, prog_name="purpose-bot")
    except (Stopped, SettingsProblem) as problem:
        fail(str(problem))


if __name__ == "__main__":
    main()
