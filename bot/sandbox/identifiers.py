"""Ids and tokens in the forms that Slack gives them."""

from __future__ import annotations

import itertools
import secrets
import string

_LETTERS = string.ascii_uppercase + string.digits


class Identifiers:
    """Hands out ids; a prefix and ten capitals, never the same twice."""

    def __init__(self) -> None:
        """Start from a random place, so that ids of two runs do not meet."""
        self._next = itertools.count(secrets.randbelow(36**5))

    def new(self, prefix: str) -> str:
        """A new id such as U0A1B2C3D4E."""
        number = next(self._next) * 60_466_176 + secrets.randbelow(60_466_176)
        letters = []
        for _ in range(10):
            number, digit = divmod(number, 36)
            letters.append(_LETTERS[digit])
        return f"{prefix}0{''.join(reversed(letters))}"


def numbers(count: int) -> str:
    """Random decimal digits."""
    return "".join(secrets.choice(string.digits) for _ in range(count))


def word(count: int = 24) -> str:
    """Random letters and digits, for secrets and hashes."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(count))


def short() -> str:
    """Five letters, for the ids that Slack gives to blocks and elements without one."""
    return secrets.token_urlsafe(4)[:5]


def bot_token() -> str:
    """A bot token as Slack writes it."""
    return f"xoxb-{numbers(12)}-{numbers(13)}-{word()}"


def app_token(app_id: str) -> str:
    """An app-level token as Slack writes it."""
    return f"xapp-1-{app_id}-{numbers(13)}-{secrets.token_hex(32)}"
