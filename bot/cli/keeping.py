"""`purpose-bot migrate`, `rotate-keys`, `forget`, `mydata`, `redact`, `audit`, `backup`: looking after data."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time
from pathlib import Path

import orjson

from bot.cli.ending import Stopped
from bot.cli.session import house, workspace_of
from bot.db.problems import DatabaseProblem
from bot.domain.schedules import Problem
from bot.domain.teamfile_keys import person_id
from bot.settings import Settings
from bot.wiring import machine_clock, open_store

MOST_LINES = 10_000


async def migrate(found: Settings) -> None:
    """Bring the schema to this version."""
    store = await open_store(found, migrate=True)
    await store.close()
    print("The database's schema is up to date.")


async def rotate_keys(found: Settings) -> None:
    """Encrypt every stored token with the first key, so that the others can go."""
    store = await open_store(found.for_stored_tokens())
    try:
        count = await store.workspaces.rotate_keys()
    finally:
        await store.close()
    print(f"Tokens of {count} workspaces are encrypted with the first key; the others are needed no more.")


async def forget_person(found: Settings, user: str, workspace: str | None) -> None:
    """Delete a person's data; posts that showed it are changed by the running bot within seconds."""
    _expect_id(user)
    async with house(found) as built:
        key = await workspace_of(built, workspace)
        now = machine_clock()
        await built.services.joining.manager_gone(key, user, now)
        gone = await built.store.forgetting.person(key, user, at=now)
        await built.store.forgetting.compact()
        await built.store.audit.note(key, actor="operator", action="forgotten", about=user, at=now)
        if not gone.counts:
            print(f"Nothing is kept about {user}; a note with the bare id stays, so that nobody enrols them.")
            return
        for name, count in sorted(gone.counts.items()):
            print(f"{name}: {count}")
        print(f"{user} is forgotten; what was posted changes as soon as the bot runs.")


async def print_data(found: Settings, user: str, workspace: str | None) -> None:
    """Everything that is kept about a person, as JSON; the twin of `/purpose mydata`."""
    _expect_id(user)
    async with house(found) as built:
        key = await workspace_of(built, workspace)
        data = await built.store.forgetting.everything_of(key, user)
        await built.store.audit.note(key, actor="operator", action="mydata", about=user, at=machine_clock())
        print(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())


def _expect_id(user: str) -> None:
    """A name is nobody's id: "nothing is kept about @bob" would be believed."""
    read = person_id(user)
    if isinstance(read, Problem):
        raise Stopped(
            f"USER: expected {read.expected}: their profile in Slack has it under “Copy member ID”."
        )


async def print_audit(found: Settings, since: date | None, workspace: str | None) -> None:
    """Who did what, newest first: time, who, what, about which id; never text."""
    begin = datetime.combine(since, time.min, UTC) if since is not None else None
    async with house(found) as built:
        key = await workspace_of(built, workspace)
        for at, actor, action, about in await built.store.audit.lines(key, since=begin, limit=MOST_LINES):
            print(f"{at.isoformat(timespec='seconds')}  {actor}  {action}  {about}".rstrip())


async def redact(found: Settings, words: str, workspace: str | None, *, dry_run: bool) -> None:
    """Black words out in every story; posts that showed them are changed by the running bot within seconds."""
    if not any(character.isalnum() for character in words):
        raise Stopped("WORDS: expected the name or words to black out, such as 'Maria Lopez'.")
    async with house(found) as built:
        key = await workspace_of(built, workspace)
        stories = await built.store.forgetting.holding(key, words)
        if dry_run:
            print(f"{len(stories)} stories hold these words; nothing was changed.")
            return
        count = 0
        for story in stories:
            gone = await built.store.forgetting.redact(key, story, words, at=machine_clock())
            count += gone is not None
        trials = await built.store.hopes.redact(key, words, at=machine_clock())
        reasons = await built.store.reasons.redact(key, words, at=machine_clock())
        replies = await built.store.replies.redact(key, words, at=machine_clock())
        await built.store.forgetting.compact()
        print(f"Blacked out in {count} stories; what was posted changes as soon as the bot runs.")
        if trials:
            print(f"And in {trials} of the trials that people named.")
        if reasons:
            print(f"And in {reasons} of the reasons why people sell.")
        if replies:
            print(f"And in {replies} of the replies below digests.")


async def backup(found: Settings, path: Path) -> None:
    """Copy an SQLite database while the bot runs."""
    if found.uses_postgresql:
        raise Stopped(
            "DATABASE_URL: this is PostgreSQL, which brings its own backup: pg_dump --format=custom."
        )
    if await asyncio.to_thread(path.exists):
        raise Stopped(f"{path}: is there already. Name a file that is not, so that no backup is lost.")
    store = await open_store(found, migrate=False)
    try:
        size = await store.backup(path)
    except DatabaseProblem as problem:
        raise Stopped(f"{path}: {problem}") from problem
    finally:
        await store.close()
    print(f"Copied to {path} ({size:,} bytes).")
