"""Deletes again what a restored backup brought back; nothing happens where nothing came back."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.db.forgetting import SqlForgetting, forget
from bot.db.hopes import redact_trial, trial_of
from bot.db.ledger_refusals import refuse
from bot.db.ledger_rows import among
from bot.db.marking import mark_stories
from bot.db.reasons import redact_reason
from bot.db.redacting import redact_story, texts_of
from bot.db.replies import redact_reply, reply_words
from bot.db.story_writing import wipe_stories
from bot.db.values import instant, micros
from bot.db.workspaces import delete_everything
from bot.domain.identity import Workspace
from bot.domain.sealing import found_in

log = logging.getLogger(__name__)

_WORKSPACE = text("SELECT installed_at, revoked_at FROM workspace WHERE key = :workspace")
_REVOKE = text(
    "UPDATE workspace SET revoked_at = :at, token = NULL, refresh_token = NULL, expires_at = NULL"
    " WHERE key = :workspace"
)
_FORGOTTEN = among(
    "SELECT id FROM person WHERE workspace = :workspace AND forgotten_at IS NOT NULL AND id IN :ids", "ids"
)
_STANDING = among(
    "SELECT id, visibility FROM story WHERE workspace = :workspace AND state <> 'withdrawn' AND id IN :ids",
    "ids",
)
_WHY = text("SELECT why FROM person WHERE workspace = :workspace AND id = :user")
_NARROW = text("UPDATE story SET visibility = :level WHERE workspace = :workspace AND id = :story")
_CHUNK = 500


async def replay(database: Database, deletions: Deletions) -> Mapping[What, int]:
    """Do again each deletion that the database does not know of. How many of each kind; nothing was done for ()."""
    by_workspace: dict[Workspace, list[Deletion]] = {}
    for each in await deletions.all():
        by_workspace.setdefault(each.workspace, []).append(each)
    done: Counter[What] = Counter()
    for workspace, lines in by_workspace.items():

        async def work(
            connection: AsyncConnection,
            workspace: Workspace = workspace,
            lines: Sequence[Deletion] = tuple(lines),
        ) -> Counter[What]:
            return await _replay(connection, workspace, lines)

        done += await database.write(work, workspace)
    if done:
        await SqlForgetting(database, deletions).compact()
        log.warning(
            "a backup was restored; deleted again: %s",
            ", ".join(f"{what.value}: {count}" for what, count in sorted(done.items())),
        )
    return done


async def _replay(
    connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]
) -> Counter[What]:
    """One workspace's lines, oldest first. Where the database does not know the workspace, nothing of it came back."""
    row = (await connection.execute(_WORKSPACE, {"workspace": workspace})).one_or_none()
    if row is None:
        return Counter()
    installed = instant(row.installed_at or 0)
    purged = _last(lines, What.PURGED)
    if purged is not None and installed < purged.at:
        await delete_everything(connection, workspace)
        return Counter({What.PURGED: 1})
    done: Counter[What] = Counter()
    left = _last(lines, What.REMOVED, What.INSTALLED)
    if left is not None and left.what is What.REMOVED and row.revoked_at is None and installed < left.at:
        await connection.execute(_REVOKE, {"workspace": workspace, "at": micros(left.at)})
        await refuse(connection, workspace, None, "app_uninstalled", now=left.at)
        done[What.REMOVED] += 1
    # What was deleted before a purge went with it.
    since = [each for each in lines if purged is None or each.at > purged.at]
    done[What.PERSON] += await _forget(connection, workspace, since)
    done[What.STORY] += await _withdraw(connection, workspace, since)
    done[What.SEEN_BY] += await _narrow(connection, workspace, since)
    done[What.WORDS] += await _black_out(connection, workspace, since)
    done[What.REASON] += await _black_out_reasons(connection, workspace, since)
    done[What.TRIAL] += await _black_out_trials(connection, workspace, since)
    done[What.REPLY] += await _black_out_replies(connection, workspace, since)
    return +done


async def _forget(connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]) -> int:
    asked = {each.about: each.at for each in lines if each.what is What.PERSON}
    known = {row.id async for row in _rows(connection, _FORGOTTEN, workspace, asked)}
    for user, at in asked.items():
        if user not in known:
            await forget(connection, workspace, user, at)
    return len(asked.keys() - known)


async def _withdraw(connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]) -> int:
    asked = [each.about for each in lines if each.what is What.STORY]
    back = [row.id async for row in _rows(connection, _STANDING, workspace, asked)]
    await wipe_stories(connection, workspace, back)
    return len(back)


async def _narrow(connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]) -> int:
    """The last word on who may see a story counts, and only where the backup shows it to more people."""
    levels = {each.about: int(each.more) for each in lines if each.what is What.SEEN_BY}
    wide = [
        row.id
        async for row in _rows(connection, _STANDING, workspace, levels)
        if row.visibility > levels[row.id]
    ]
    for story in wide:
        await connection.execute(_NARROW, {"workspace": workspace, "story": story, "level": levels[story]})
        await mark_stories(connection, workspace, [story])
    return len(wide)


async def _black_out(connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]) -> int:
    count = 0
    for each in lines:
        if each.what is not What.WORDS:
            continue
        for said in await texts_of(connection, workspace, each.about):
            words = found_in(said, each.more)
            if words is not None:
                await redact_story(connection, workspace, each.about, words)
                count += 1
                break
    return count


async def _black_out_trials(
    connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]
) -> int:
    count = 0
    for each in lines:
        trial = await trial_of(connection, workspace, each.about) if each.what is What.TRIAL else None
        if trial is None:
            continue
        words = found_in(trial.words, each.more) or found_in(trial.line, each.more)
        if words is not None:
            count += await redact_trial(connection, trial, words)
    return count


async def _black_out_reasons(
    connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]
) -> int:
    count = 0
    for each in lines:
        if each.what is not What.REASON:
            continue
        why = (await connection.execute(_WHY, {"workspace": workspace, "user": each.about})).scalar() or ""
        words = found_in(why, each.more)
        if words is not None:
            count += await redact_reason(connection, workspace, each.about, why, words)
    return count


async def _black_out_replies(
    connection: AsyncConnection, workspace: Workspace, lines: Sequence[Deletion]
) -> int:
    count = 0
    for each in lines:
        if each.what is not What.REPLY:
            continue
        words = found_in(await reply_words(connection, workspace, each.about), each.more)
        if words is not None:
            count += await redact_reply(connection, workspace, each.about, words)
    return count


def _last(lines: Sequence[Deletion], *what: What) -> Deletion | None:
    return next((each for each in reversed(lines) if each.what in what), None)


async def _rows(
    connection: AsyncConnection, statement: TextClause, workspace: Workspace, ids: Collection[str]
) -> AsyncIterator[Any]:
    asked = list(dict.fromkeys(ids))
    for start in range(0, len(asked), _CHUNK):
        values = {"workspace": workspace, "ids": asked[start : start + _CHUNK]}
        for row in (await connection.execute(statement, values)).all():
            yield row
