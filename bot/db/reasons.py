"""Why people sell, as far as they share it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.db.ledger_rows import among
from bot.domain.identity import TeamId, UserId, Workspace
from bot.domain.reasons import SharedReason
from bot.domain.redacting import redacted
from bot.domain.sealing import sealed

_SHARED = among(
    "SELECT p.id, p.name, p.why FROM person p WHERE p.workspace = :workspace AND p.why_shared = true AND p.why <> ''"
    " AND p.standing = 'member' AND p.forgotten_at IS NULL AND EXISTS (SELECT 1 FROM member m"
    " WHERE m.workspace = :workspace AND m.\"user\" = p.id AND m.state = 'active' AND m.team IN :teams)"
    " ORDER BY p.id",
    "teams",
)
LEFT_BEHIND = (text("UPDATE person SET why = '', why_shared = false WHERE left_at < :before AND why <> ''"),)
"""What becomes of the reasons of people who left before an instant."""
# A prompt in which it came back shows it as it stands now.
_SHOWN_ANEW = (
    "UPDATE delivery SET wanted = wanted + 1 WHERE workspace = :workspace AND recipient = :user AND kind = 'prompt'"
    " AND state NOT IN ('skipped', 'failed') AND data LIKE '%\"why_back\"%'"
)
FORGET = (_SHOWN_ANEW,)
"""What forgetting a person does here; their row goes anyway."""
_WRITTEN = text("SELECT id, why FROM person WHERE workspace = :workspace AND why <> '' ORDER BY id")
_BLACK = text("UPDATE person SET why = :black WHERE workspace = :workspace AND id = :id AND why = :why")


class SqlReasons:
    """See `bot.ports.reasons.Reasons`."""

    def __init__(self, database: Database, deletions: Deletions) -> None:
        """Work on that database, and note in `deletions` what a restored backup must not bring back."""
        self._database = database
        self._deletions = deletions

    async def shared(self, workspace: Workspace, teams: Collection[TeamId]) -> Sequence[SharedReason]:
        """What active full members of those teams share, by user id."""
        if not teams:
            return []
        values = {"workspace": workspace, "teams": sorted(teams)}
        async with self._database.reading() as connection:
            rows = (await connection.execute(_SHARED, values)).all()
        return [SharedReason(row.id, row.name, row.why) for row in rows]

    async def redact(self, workspace: Workspace, words: str, *, at: datetime) -> int:
        """Black these words out in every reason."""

        async def work(connection: AsyncConnection) -> int:
            changed = 0
            for row in (await connection.execute(_WRITTEN, {"workspace": workspace})).all():
                if await redact_reason(connection, workspace, row.id, row.why, words):
                    seal = sealed(words, secrets.token_hex(4))
                    await self._deletions.note(Deletion(What.REASON, workspace, at, row.id, seal))
                    changed += 1
            return changed

        return await self._database.write(work)


async def redact_reason(
    connection: AsyncConnection, workspace: Workspace, person: UserId, why: str, words: str
) -> bool:
    """Black words out of a person's reason, which reads `why` now; False where it does not hold them."""
    black = redacted(why, words)
    if black == why:
        return False
    values = {"workspace": workspace, "id": person, "why": why, "black": black}
    if not (await connection.execute(_BLACK, values)).rowcount:
        return False
    await connection.execute(text(_SHOWN_ANEW), {"workspace": workspace, "user": person})
    return True
