"""The command line: `purpose-bot`, the same as `python -m bot`."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import __version__
from bot.cli.session import Stopped, fail, run, settings
from bot.settings import SettingsProblem

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A Slack bot that asks a sales team every day what difference it made for a customer.",
)


class RoleName(StrEnum):
    """What one process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Format(StrEnum):
    """How stories are written."""

    JSONL = "jsonl"
    CSV = "csv"


WorkspaceOption = Annotated[
    str | None,
    typer.Option("--workspace", metavar="T…", help="Which workspace, where the database holds several."),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"purpose-bot {__version__}")
        raise typer.Exit


@cli.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of all commands."""


@cli.command(name="run")
def run_bot(
    role: Annotated[
        RoleName, typer.Option(help="web answers people, worker sends, all does both.")
    ] = RoleName.ALL,
    clock: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run the bot: Socket Mode where SLACK_APP_TOKEN is set, else HTTP on HOST:PORT."""
    found = settings()
    found.for_run(role.value)
    _fast_loop()
    from bot.cli.running import run as serve

    run(lambda: serve(found, role.value, clock))


@cli.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is.")] = 8910,
    demo: Annotated[
        bool, typer.Option("--demo/--empty", help="A month of one team's stories, or nothing yet.")
    ] = True,
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    workspace_only: Annotated[
        bool, typer.Option("--workspace-only", help="Just the Slack side, to test any Bolt app against.")
    ] = False,
    events_url: Annotated[
        str | None, typer.Option(help="With --workspace-only: deliver over HTTP to this address.")
    ] = None,
) -> None:
    """A whole Slack workspace on this machine, in the browser, with the real bot in it."""
    from bot.cli.local import serve, serve_workspace_only

    if workspace_only:
        run(lambda: serve_workspace_only(port, demo=demo, events_url=events_url))
    else:
        run(lambda: serve(port, demo=demo, open_page=open_page))


@cli.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The team file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Create or change teams from a file; applying twice changes nothing."""
    from bot.cli.teams import apply_file

    found = settings()
    run(lambda: apply_file(found, file, workspace, dry_run=dry_run))


@cli.command()
def coach_rules(
    packaged: Annotated[
        bool, typer.Option("--packaged", help="Those that come with the bot, whatever was applied.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Print the coach's rules, to be changed and applied again."""
    from bot.cli.teams import print_coach_rules

    found = settings()
    run(lambda: print_coach_rules(found, workspace, packaged=packaged))


@cli.command()
def doctor() -> None:
    """Check settings, database, Slack token and scopes, and the AI endpoint."""
    from bot.cli.checking import doctor as check

    sys.exit(0 if run(check) else 1)


@cli.command()
def migrate() -> None:
    """Bring the database's schema to this version."""
    from bot.cli.keeping import migrate as bring_up_to_date

    found = settings()
    run(lambda: bring_up_to_date(found))


@cli.command()
def digest(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's id, such as C0123456789.")],
    week: Annotated[
        str | None, typer.Option(help="An ISO week, such as 2026-W47; default: this week's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Print a week's digest; posts nothing."""
    from bot.cli.reading import print_digest

    found = settings()
    run(lambda: print_digest(found, channel, week, workspace, as_json=as_json))


@cli.command()
def stories(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's id, such as C0123456789.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only stories told since.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="One object a line, or a table.")
    ] = Format.JSONL,
    with_tellers: Annotated[
        bool, typer.Option("--with-tellers", help="Say who told it; announced in the channel.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Export what that channel's whole team may see."""
    from bot.cli.reading import export_stories

    found = settings()
    begin = since.date() if since is not None else None
    run(
        lambda: export_stories(
            found, channel, begin, workspace, csv=format_ is Format.CSV, with_tellers=with_tellers
        )
    )


@cli.command()
def forget(
    user: Annotated[str, typer.Argument(metavar="USER", help="The person's id, such as U0123456789.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Delete a person's data everywhere at once, posted digests included."""
    from bot.cli.keeping import forget_person

    found = settings()
    run(lambda: forget_person(found, user, workspace))


@cli.command()
def mydata(
    user: Annotated[str, typer.Argument(metavar="USER", help="The person's id, such as U0123456789.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Print everything that is kept about a person, as JSON."""
    from bot.cli.keeping import print_data

    found = settings()
    run(lambda: print_data(found, user, workspace))


@cli.command()
def redact(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What to black out, such as a customer's name.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the stories that hold it.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Black words out in every story, earlier wordings and posts included."""
    from bot.cli.keeping import redact as black_out

    found = settings()
    run(lambda: black_out(found, words, workspace, dry_run=dry_run))


@cli.command()
def audit(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was done since.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Print who did what: ids only, never text."""
    from bot.cli.keeping import print_audit

    found = settings()
    begin = since.date() if since is not None else None
    run(lambda: print_audit(found, begin, workspace))


@cli.command(name="rotate-keys")
def rotate_keys() -> None:
    """Encrypt every stored token with the first of TOKEN_KEYS."""
    from bot.cli.keeping import rotate_keys as encrypt_anew

    found = settings()
    run(lambda: encrypt_anew(found))


@cli.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")]) -> None:
    """Copy an SQLite database consistently while the bot runs."""
    from bot.cli.keeping import backup as copy

    found = settings()
    run(lambda: copy(found, file))


@cli.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="The bot's public address, for HTTP instead of Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app manifest, ready to paste."""
    from handlers.slack.manifest import manifest as build

    if url is not None and not url.startswith("https://"):
        fail(
            "--url: expected the address that Slack can reach, beginning with https://. Leave it out for Socket Mode."
        )
    import json

    print(json.dumps(build(url), indent=2, ensure_ascii=False))


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
