"""Which workspaces the bot serves, their tokens encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.deletions import Deletion, Deletions, What
from bot.db.engine import Database
from bot.db.ledger_refusals import refuse
from bot.db.tokens import TokenBox
from bot.db.values import clean, maybe_instant, maybe_micros, micros
from bot.domain.identity import Workspace
from bot.ports.workspaces import Installation

# A save without a token (it comes from the settings then) leaves an installed workspace's token alone.
_SAVE = text("""
INSERT INTO workspace (key, name, bot_user, token, scopes, installed_at, refresh_token, expires_at)
VALUES (:key, :name, :bot_user, :token, :scopes, COALESCE(:installed_at, :now), :refresh_token, :expires_at)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, bot_user = excluded.bot_user,
  token = COALESCE(excluded.token, workspace.token), scopes = excluded.scopes, revoked_at = NULL,
  refresh_token = CASE WHEN excluded.token IS NULL THEN workspace.refresh_token ELSE excluded.refresh_token END,
  expires_at = CASE WHEN excluded.token IS NULL THEN workspace.expires_at ELSE excluded.expires_at END,
  installed_at = COALESCE(
    :installed_at, CASE WHEN workspace.revoked_at IS NULL THEN workspace.installed_at END, :now)
""")
_COLUMNS = "key, name, bot_user, token, scopes, installed_at, revoked_at, refresh_token, expires_at"
_GET = text(f"SELECT {_COLUMNS} FROM workspace WHERE key = :key")  # noqa: S608
_ALL = text(f"SELECT {_COLUMNS} FROM workspace ORDER BY key")  # noqa: S608
_REVOKE = text(
    "UPDATE workspace SET revoked_at = :now, token = NULL, refresh_token = NULL, expires_at = NULL"
    " WHERE key = :key AND revoked_at IS NULL AND (installed_at IS NULL OR installed_at < :until)"
)
_IS_REVOKED = text("SELECT 1 FROM workspace WHERE key = :key AND revoked_at IS NOT NULL")
_NEVER, _A_SECOND = 2**62, timedelta(seconds=1)
_LONG_REVOKED = text("SELECT key FROM workspace WHERE revoked_at < :before ORDER BY key")
_PURGE = text("DELETE FROM workspace WHERE key = :key AND revoked_at < :before")
_DELETE = text("DELETE FROM workspace WHERE key = :key")
_NOTE_HEARD = text("UPDATE workspace SET heard_at = :now WHERE key = :key")
_HEARD = text("SELECT heard_at FROM workspace WHERE key = :key")
_LOCKED = text(
    "SELECT key, token, refresh_token FROM workspace"
    " WHERE token IS NOT NULL OR refresh_token IS NOT NULL ORDER BY key"
)
_RELOCK = text("UPDATE workspace SET token = :new WHERE key = :key AND token = :old")
_RELOCK_REFRESH = text("UPDATE workspace SET refresh_token = :new WHERE key = :key AND refresh_token = :old")


class SqlWorkspaces:
    """See `bot.ports.workspaces.Workspaces`."""

    def __init__(self, database: Database, box: TokenBox, deletions: Deletions) -> None:
        """`box` encrypts the tokens; `deletions` keeps what a restored backup must not bring back."""
        self._database = database
        self._box = box
        self._deletions = deletions

    async def save(self, installation: Installation, *, now: datetime) -> None:
        """Insert or update one workspace; a save brings a revoked one back."""
        values = {
            "key": installation.workspace,
            "name": clean(installation.name),
            "bot_user": installation.bot_user,
            "token": self._box.lock(installation.token),
            "scopes": " ".join(sorted(installation.scopes)),
            "installed_at": maybe_micros(installation.installed_at),
            "now": micros(now),
            "refresh_token": self._box.lock(installation.refresh_token),
            "expires_at": maybe_micros(installation.expires_at),
        }

        async def work(connection: AsyncConnection) -> None:
            had_left = await connection.execute(_IS_REVOKED, {"key": installation.workspace})
            if had_left.scalar() is not None:
                await self._deletions.note(Deletion(What.INSTALLED, installation.workspace, now))
            await connection.execute(_SAVE, values)

        await self._database.write(work)

    async def get(self, workspace: Workspace) -> Installation | None:
        """The workspace, revoked or not."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_GET, {"key": workspace})).mappings().one_or_none()
        return None if row is None else self._installation(row)

    async def all(self) -> Sequence[Installation]:
        """Every workspace, revoked ones included, by key."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_ALL)).mappings().all()
        return [self._installation(row) for row in rows]

    async def revoke(
        self,
        workspace: Workspace,
        *,
        now: datetime,
        told: datetime | None = None,
        reason: str = "app_uninstalled",
    ) -> bool:
        """Note that the platform took the token back; what is left of it is of no use to anybody and goes."""
        until = _NEVER if told is None else micros(told + _A_SECOND)
        values = {"key": workspace, "now": micros(now), "until": until}

        async def work(connection: AsyncConnection) -> bool:
            # The row stays locked until all is parked: a new installation waits, and finds everything to unpark.
            if (await connection.execute(_REVOKE, values)).rowcount == 1:
                await self._deletions.note(Deletion(What.REMOVED, workspace, now))
                await refuse(connection, workspace, None, reason, now=now)
            return (await connection.execute(_IS_REVOKED, {"key": workspace})).scalar() is not None

        return await self._database.write(work)

    async def note_heard(self, workspace: Workspace, *, now: datetime) -> None:
        """Note that up to `now` everything the platform had to say was heard."""
        async with self._database.writing() as connection:
            await connection.execute(_NOTE_HEARD, {"key": workspace, "now": micros(now)})

    async def heard_at(self, workspace: Workspace) -> datetime | None:
        """Up to when everything was heard, or None where that was never noted."""
        async with self._database.reading() as connection:
            return maybe_instant((await connection.execute(_HEARD, {"key": workspace})).scalar_one_or_none())

    async def rotate_keys(self) -> int:
        """Encrypt every token with the first key. How many were."""
        async with self._database.writing() as connection:
            rows = (await connection.execute(_LOCKED)).all()
            for row in rows:
                for statement, old in ((_RELOCK, row.token), (_RELOCK_REFRESH, row.refresh_token)):
                    if old is not None:
                        values = {"key": row.key, "old": old, "new": self._box.relock(old)}
                        await connection.execute(statement, values)
        return len(rows)

    async def purge(self, *, before: datetime) -> Sequence[Workspace]:
        """Delete everything of workspaces that were revoked before that instant, each in one transaction."""
        async with self._database.reading() as connection:
            gone = (await connection.execute(_LONG_REVOKED, {"before": micros(before)})).scalars().all()
        return [each for each in gone if await self._purge(each, before)]

    async def _purge(self, workspace: Workspace, before: datetime) -> bool:
        async with self._database.writing(workspace) as connection:
            # First the row that decides: installed again at this instant, the workspace keeps all it has.
            if (await connection.execute(_PURGE, {"key": workspace, "before": micros(before)})).rowcount != 1:
                return False
            await delete_everything(connection, workspace)
            # Dated by what it was about, not by when: whoever installs again was installed later than that.
            await self._deletions.note(Deletion(What.PURGED, workspace, before))
        return True

    def _installation(self, row: RowMapping) -> Installation:
        return Installation(
            workspace=row["key"],
            name=row["name"],
            bot_user=row["bot_user"],
            token=self._box.unlock(row["token"]),
            scopes=frozenset(row["scopes"].split()),
            installed_at=maybe_instant(row["installed_at"]),
            revoked_at=maybe_instant(row["revoked_at"]),
            refresh_token=self._box.unlock(row["refresh_token"]),
            expires_at=maybe_instant(row["expires_at"]),
        )


async def delete_everything(connection: AsyncConnection, workspace: Workspace) -> None:
    """Every row of a workspace, its own included, in the caller's transaction."""
    await connection.execute(_DELETE, {"key": workspace})
    for statement in _everything():
        await connection.execute(statement, {"workspace": workspace})


@cache
def _everything() -> Sequence[TextClause]:
    """What deletes a workspace's rows, from every table that has a workspace, whatever tables there will be."""
    from bot.db.schema import metadata

    return [
        text(f"DELETE FROM {table.name} WHERE workspace = :workspace")  # noqa: S608
        for table in reversed(metadata.sorted_tables)
        if "workspace" in table.columns
    ]
