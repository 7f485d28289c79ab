"""Marks the messages that show something which changed, in the transaction that changed it."""

# ruff: noqa: S608 - only constants of this module are joined into statements; values are always bound.

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.ledger_rows import among
from bot.domain.deliveries import REPLY_PREFIX, Kind, schedule_id
from bot.domain.digests import Digest
from bot.domain.identity import CheckId, StoryId, UserId, Workspace

_BUMP = "UPDATE delivery SET wanted = wanted + 1 WHERE state NOT IN ('skipped', 'failed') AND id IN "
# A union rather than an OR: each part then has its own index.
_OF_STORIES = among(
    f"""{_BUMP} (
  SELECT delivery FROM delivery_story WHERE workspace = :workspace AND story IN :stories
  UNION SELECT id FROM delivery WHERE workspace = :workspace AND subject IN :stories
  UNION SELECT d.id FROM story s JOIN delivery d ON d.workspace = s.workspace AND d.subject = s.check_id
    WHERE s.workspace = :workspace AND s.id IN :stories AND d.kind IN ('check', 'rollup')
  UNION SELECT d.id FROM digest_pick p JOIN delivery d ON d.workspace = p.workspace AND d.subject = p.digest
    WHERE p.workspace = :workspace AND p.story IN :stories)""",
    "stories",
)
_OF_CHECK = text(f"""{_BUMP} (
  SELECT id FROM delivery WHERE workspace = :workspace AND subject = :check AND kind IN ('check', 'rollup'))""")
# What time caused carries its schedule's id and the digest's day.
_OF_DIGEST = text(f"""{_BUMP} (
  SELECT id FROM delivery WHERE workspace = :workspace AND subject = :digest
  UNION SELECT id FROM delivery WHERE workspace = :workspace AND subject = :schedule
    AND kind IN ('preview', :also) AND local_date = :day)""")

_ASKED, _INVITED = """'"by": "' || :user || '"'""", """'"inviter": "' || :user || '"'"""
_REPLIES = "r.workspace = :workspace AND r.kind = 'reply' AND substr(r.subject, 1, length(:build)) = :build"
# Beside what a person told themselves: their replies and the thanks for those, and what they asked as a manager.
_NAMING = text(f"""{_BUMP} (
  SELECT r.id FROM delivery r WHERE {_REPLIES}
  UNION SELECT s.delivery FROM delivery r JOIN delivery_story s ON s.workspace = r.workspace AND s.story = r.id
    WHERE {_REPLIES}
  UNION SELECT d.id FROM huddle h JOIN delivery d ON d.workspace = h.workspace AND d.subject = h.id
    WHERE h.workspace = :workspace AND h.asked_by = :user AND d.kind = 'huddle_ask'
  UNION SELECT d.id FROM purpose_check c JOIN delivery d ON d.workspace = c.workspace AND d.subject = c.id
    WHERE c.workspace = :workspace AND (c.asked_by = :user OR c.closed_by = :user) AND d.kind = 'check'
  UNION SELECT id FROM delivery WHERE workspace = :workspace AND kind IN ('notice', 'invitation')
    AND (data LIKE '%' || {_ASKED} || '%' OR data LIKE '%' || {_INVITED} || '%'))""")

FORGET_NAMES = (
    (
        "UPDATE delivery SET data = '{}', subject = 'forgotten:' || id WHERE workspace = :workspace"
        f" AND kind = 'reply' AND subject LIKE '{REPLY_PREFIX}' || :user || ':%'"
    ),
    (
        f"""UPDATE delivery SET data = replace(data, {_ASKED}, '"by": ""') WHERE workspace = :workspace"""
        f" AND kind = 'notice' AND data LIKE '%' || {_ASKED} || '%'"
    ),
    (
        f"""UPDATE delivery SET data = replace(data, {_INVITED}, '"inviter": ""') WHERE workspace = :workspace"""
        f" AND kind = 'invitation' AND data LIKE '%' || {_INVITED} || '%'"
    ),
    "UPDATE purpose_check SET asked_by = '' WHERE workspace = :workspace AND asked_by = :user",
    "UPDATE purpose_check SET closed_by = '' WHERE workspace = :workspace AND closed_by = :user",
)
"""What forgetting a person does with who replied, asked or invited, once what shows it was marked."""


async def mark_stories(connection: AsyncConnection, workspace: Workspace, stories: Sequence[StoryId]) -> None:
    """Whatever shows these stories is to be shown anew: receipts, checks, digests, reminders that quote them."""
    await connection.execute(_OF_STORIES, {"workspace": workspace, "stories": list(stories)})


async def mark_naming(connection: AsyncConnection, workspace: Workspace, user: UserId) -> None:
    """What names a person who tells no story in it is to be shown anew: they left, or are being forgotten."""
    values = {"workspace": workspace, "user": user, "build": f"{REPLY_PREFIX}{user}:"}
    await connection.execute(_NAMING, values)


async def mark_check(connection: AsyncConnection, workspace: Workspace, check: CheckId) -> None:
    """A check's message and its roll-up are to be shown anew."""
    await connection.execute(_OF_CHECK, {"workspace": workspace, "check": check})


async def mark_digest(connection: AsyncConnection, digest: Digest, *, preview_only: bool = False) -> None:
    """A digest's message and preview are to be shown anew, or the preview alone."""
    values = {
        "workspace": digest.workspace,
        "digest": digest.id,
        "also": (Kind.PREVIEW if preview_only else Kind.DIGEST).value,
        "schedule": schedule_id(digest.team, Kind.DIGEST),
        "day": digest.day.isoformat(),
    }
    await connection.execute(_OF_DIGEST, values)
