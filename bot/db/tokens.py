"""Workspaces' tokens as they lie in the database: encrypted, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.db.problems import DatabaseProblem

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class TokenBox:
    """Locks and unlocks tokens: the first key locks, every key unlocks."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys; without any, no token can be kept."""
        self._keys = tuple(keys)

    def lock(self, token: str | None) -> str | None:
        """The token as it may lie on a disk. Raises DatabaseProblem without keys."""
        return None if token is None else self._box().encrypt(token.encode()).decode()

    def unlock(self, locked: str | None) -> str | None:
        """The token in the clear. Raises DatabaseProblem where no key fits."""
        if locked is None:
            return None
        from cryptography.fernet import InvalidToken

        try:
            return self._box().decrypt(locked.encode()).decode()
        except InvalidToken:
            raise DatabaseProblem(
                "A workspace's token was encrypted with another key: add that key to TOKEN_KEYS."
            ) from None

    def relock(self, locked: str) -> str:
        """The same token under the first key. Raises DatabaseProblem where no key fits."""
        return self.lock(self.unlock(locked)) or locked

    def _box(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        if not self._keys:
            raise DatabaseProblem("TOKEN_KEYS is missing: it encrypts the tokens of installed workspaces.")
        return MultiFernet([Fernet(key) for key in self._keys])
