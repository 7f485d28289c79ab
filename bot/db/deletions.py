"""What was deleted, in a file outside the database: a backup that is put back in its place must not undo it.

One line of JSON a deletion, ids only, on disk before the deletion is committed. What may be done twice without harm
is all that stands there, so `bot.db.replaying` can do every line again at each opening.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.db.values import instant, micros
from bot.domain.identity import Workspace

log = logging.getLogger(__name__)


class What(StrEnum):
    """What a line is about, and what its `about` and `more` hold."""

    PERSON = "person"
    """`about` asked to be forgotten."""
    STORY = "story"
    """The story `about` was deleted by its teller."""
    SEEN_BY = "seen_by"
    """Who may see the story `about` changed to `more`, a number of `Visibility`."""
    WORDS = "words"
    """The words sealed in `more` were blacked out in the story `about`."""
    REASON = "reason"
    """The words sealed in `more` were blacked out in the reason of the person `about`."""
    TRIAL = "trial"
    """The same in the trial `about`."""
    REPLY = "reply"
    """The same in the reply below a digest whose message is `about`."""
    REMOVED = "removed"
    """The workspace removed the app."""
    INSTALLED = "installed"
    """The workspace, which had removed it, installed it again."""
    PURGED = "purged"
    """Everything of the workspace was deleted."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One line. `at` is an instant of the product's clock, in UTC."""

    what: What
    workspace: Workspace
    at: datetime
    about: str = ""
    more: str = ""


def beside(database: Path) -> Path:
    """Where an SQLite database's deletions are kept unless the settings say otherwise. The name does not begin with
    the database's, so that whoever moves `bot.db*` aside leaves it in its place."""
    return database.with_name(f"deletions-of-{database.name}.jsonl")


class Deletions:
    """The file. Several processes may write to it; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        """Nothing is opened until something is deleted."""
        self.path = path

    async def note(self, deletion: Deletion) -> None:
        """On disk when this returns. Where it cannot be written the deletion goes on, as somebody asked for it, and
        the log says what a restored backup would bring back."""
        if self.path is None:
            return
        try:
            await asyncio.to_thread(_append, self.path, _line_of(deletion))
        except OSError as problem:
            log.error(
                "not noted outside the database (%s): %s of %s, %s",
                problem.strerror,
                deletion.what.value,
                deletion.workspace,
                deletion.about,
            )

    async def problem(self) -> str | None:
        """Why nothing could be noted now, in words for `doctor`; None where it can, or where nothing is to be."""
        if self.path is None:
            return None
        if await asyncio.to_thread(_may_write, self.path):
            return None
        return f"cannot be noted in {self.path.name}"

    async def all(self) -> Sequence[Deletion]:
        """Every line, oldest first; one that cannot be read is left out and reported."""
        if self.path is None:
            return []
        return await asyncio.to_thread(_read, self.path)

    async def drop(self, *, before: datetime) -> int:
        """Take out what is older than that instant. How many lines."""
        if self.path is None:
            return 0
        return await asyncio.to_thread(_drop, self.path, before)


def _line_of(deletion: Deletion) -> bytes:
    fields = {
        "at": micros(deletion.at),
        "what": deletion.what.value,
        "workspace": deletion.workspace,
        "about": deletion.about,
        "more": deletion.more,
    }
    return json.dumps({name: value for name, value in fields.items() if value != ""}).encode() + b"\n"


def _deletion_of(line: bytes) -> Deletion | None:
    try:
        fields = json.loads(line)
        return Deletion(
            What(fields["what"]),
            str(fields["workspace"]),
            instant(int(fields["at"])),
            str(fields.get("about", "")),
            str(fields.get("more", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _may_write(path: Path) -> bool:
    return os.access(path if path.exists() else path.parent, os.W_OK)


def _append(path: Path, line: bytes) -> None:
    with _locked(path, os.O_CREAT | os.O_APPEND) as descriptor:
        end = os.fstat(descriptor).st_size
        # After a crash in the middle of a line ours begins on a new one.
        torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
        _write(descriptor, b"\n" + line if torn else line)
    if not end:
        _sync_folder(path)


def _read(path: Path) -> Sequence[Deletion]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    read = [_deletion_of(line) for line in lines if line]
    unread = sum(each is None for each in read)
    if unread:
        log.warning("%d lines of %s cannot be read and were left out", unread, path.name)
    return sorted((each for each in read if each is not None), key=lambda each: each.at)


def _drop(path: Path, before: datetime) -> int:
    try:
        with _locked(path, 0) as descriptor:
            whole = b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))
            lines = whole.splitlines(keepends=True)
            kept = [line for line in lines if not _is_older(line, before)]
            if len(kept) < len(lines):
                _replace(path, b"".join(kept))
    except FileNotFoundError:
        return 0
    return len(lines) - len(kept)


def _is_older(line: bytes, before: datetime) -> bool:
    deletion = _deletion_of(line)
    return deletion is not None and deletion.at < before


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write(descriptor, content)
    finally:
        os.close(descriptor)
    new.replace(path)
    _sync_folder(path)


def _write(descriptor: int, content: bytes) -> None:
    """All of it, on disk."""
    while content:
        content = content[os.write(descriptor, content) :]
    os.fsync(descriptor)


@contextmanager
def _locked(path: Path, flags: int) -> Iterator[int]:
    """The file, open and this process's alone; the one that lies there now, should it have been replaced meanwhile."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_the_same(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_the_same(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
