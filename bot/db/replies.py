"""Replies below a digest: their words lie in the ledger's rows, where nothing else that people type does."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.domain.identity import DeliveryId, Workspace
from bot.domain.redacting import redacted
from bot.domain.sealing import sealed

_WORDS = "words"
_ALL = text(
    "SELECT id FROM delivery WHERE workspace = :workspace AND kind = 'reply' AND data <> '{}' ORDER BY id"
)
_ONE = text("SELECT data FROM delivery WHERE workspace = :workspace AND kind = 'reply' AND id = :reply")
_REWRITE = text(
    "UPDATE delivery SET data = :data, wanted = wanted + 1 WHERE workspace = :workspace AND id = :reply"
)


class SqlReplies:
    """Blacks words out in them, for the operator."""

    def __init__(self, database: Database, deletions: Deletions) -> None:
        """Work on that database, and note in `deletions` what a restored backup must not bring back."""
        self._database = database
        self._deletions = deletions

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        """Black these words out in every reply. In how many they stood."""

        async def work(connection: AsyncConnection) -> int:
            replies = (await connection.execute(_ALL, {"workspace": workspace})).scalars().all()
            changed = 0
            for reply in replies:
                if await redact_reply(connection, workspace, reply, words):
                    seal = sealed(words, secrets.token_hex(4))
                    await self._deletions.note(Deletion(What.REPLY, workspace, at, reply, seal))
                    changed += 1
            return changed

        return await self._database.write(work)


async def reply_words(connection: AsyncConnection, workspace: Workspace, reply: DeliveryId) -> str:
    """What a reply says; empty where there is none, or it was forgotten."""
    return str((await _data(connection, workspace, reply)).get(_WORDS) or "")


async def redact_reply(
    connection: AsyncConnection, workspace: Workspace, reply: DeliveryId, words: str
) -> bool:
    """Black words out of a reply, which is shown anew; False where it does not hold them."""
    data = await _data(connection, workspace, reply)
    said = str(data.get(_WORDS) or "")
    black = redacted(said, words)
    if black == said:
        return False
    values = {"workspace": workspace, "reply": reply, "data": json.dumps(data | {_WORDS: black})}
    await connection.execute(_REWRITE, values)
    return True


async def _data(connection: AsyncConnection, workspace: Workspace, reply: DeliveryId) -> dict[str, Any]:
    row = (await connection.execute(_ONE, {"workspace": workspace, "reply": reply})).one_or_none()
    return dict(json.loads(row.data)) if row is not None else {}
