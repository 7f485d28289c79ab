"""Installations that were begun, and tokens that are renewed by one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import text

from bot.db.engine import Database
from bot.db.ledger_base import in_dialect
from bot.db.tokens import TokenBox
from bot.db.values import maybe_micros, micros
from bot.domain.identity import Workspace
from bot.ports.installing import Tokens

_KEEP_STATE = text(
    "INSERT INTO install_state (state, browser, expires_at) VALUES (:state, :browser, :expires_at)"
)
_DROP_STATES = text("DELETE FROM install_state WHERE expires_at <= :now")
_USE_STATE = text(
    "DELETE FROM install_state WHERE state = :state AND browser = :browser AND expires_at > :now"
)

_MINE = "revoked_at IS NULL AND refresh_token IS NOT NULL"
_DUE = text(f"SELECT key FROM workspace WHERE {_MINE} AND expires_at < :before ORDER BY expires_at")  # noqa: S608
# A lease that ends later than any lease can was given before the clock was set back, and is not believed.
_TAKE = f"""
UPDATE workspace SET renewer = :renewer, renewing_until = {{clock}} + :length
WHERE key = :key AND {_MINE} AND expires_at < :before AND (renewer IS NULL OR renewing_until <= {{clock}}
  OR renewing_until > {{clock}} + :length)
RETURNING refresh_token
"""  # noqa: S608
_RENEWED = text(
    "UPDATE workspace SET token = :token, refresh_token = :refresh_token, expires_at = :expires_at,"  # noqa: S608
    f" renewer = NULL, renewing_until = NULL WHERE key = :key AND {_MINE} AND refresh_token = :old"
)
_STANDS = text(f"SELECT refresh_token FROM workspace WHERE key = :key AND {_MINE}")  # noqa: S608
_GIVE_BACK = text("UPDATE workspace SET renewer = NULL WHERE key = :key AND renewer = :renewer")


class SqlInstallStates:
    """See `bot.ports.installing.InstallStates`."""

    def __init__(self, database: Database) -> None:
        """Over this database."""
        self._database = database

    async def keep(self, state: str, browser: str, *, expires_at: datetime, now: datetime) -> None:
        """Keep hashes of both; see the port."""
        values = {"state": _hash(state), "browser": _hash(browser), "expires_at": micros(expires_at)}
        async with self._database.writing() as connection:
            await connection.execute(_DROP_STATES, {"now": micros(now)})
            await connection.execute(_KEEP_STATE, values)

    async def use(self, state: str, browser: str, *, now: datetime) -> bool:
        """True once; see the port."""
        values = {"state": _hash(state), "browser": _hash(browser), "now": micros(now)}
        async with self._database.writing() as connection:
            return (await connection.execute(_USE_STATE, values)).rowcount == 1


class SqlRenewals:
    """See `bot.ports.installing.Renewals`."""

    def __init__(self, database: Database, box: TokenBox) -> None:
        """`box` encrypts the tokens."""
        self._database = database
        self._box = box

    async def due(self, *, before: datetime) -> Sequence[Workspace]:
        """Installed workspaces whose token ends before that instant, the most urgent first."""
        async with self._database.reading() as connection:
            return list((await connection.execute(_DUE, {"before": micros(before)})).scalars())

    async def take(
        self, workspace: Workspace, renewer: str, *, before: datetime, seconds: float
    ) -> str | None:
        """The refresh token for whoever comes first; see the port."""
        values = {"key": workspace, "renewer": renewer, "before": micros(before)}
        async with self._database.writing() as connection:
            length = {"length": int(seconds * 1_000_000)}
            row = (await connection.execute(in_dialect(_TAKE, connection), values | length)).one_or_none()
        return None if row is None else self._box.unlock(row.refresh_token)

    async def keep(self, workspace: Workspace, renewer: str, used: str, tokens: Tokens) -> bool:
        """Put the new tokens in place of the old; see the port."""
        async with self._database.writing() as connection:
            stands = (await connection.execute(_STANDS, {"key": workspace})).scalar_one_or_none()
            if stands is None or self._box.unlock(stands) != used:
                return False
            values = {
                "key": workspace,
                "token": self._box.lock(tokens.token),
                "refresh_token": self._box.lock(tokens.refresh_token),
                "expires_at": maybe_micros(tokens.expires_at),
                "old": stands,
            }
            return (await connection.execute(_RENEWED, values)).rowcount == 1

    async def give_back(self, workspace: Workspace, renewer: str) -> None:
        """Let another process try."""
        async with self._database.writing() as connection:
            await connection.execute(_GIVE_BACK, {"key": workspace, "renewer": renewer})


def _hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()
