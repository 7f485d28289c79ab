"""Sealed words: enough to find them again in a text that still holds them, not enough to read them.

What was blacked out must not stand in a list of what was blacked out. The seal is a salted hash with a length; who
guesses a name can test the guess, as with any such hash.
"""

from __future__ import annotations

from hashlib import blake2b

from bot.domain.folding import fold


def sealed(words: str, salt: str) -> str:
    """The seal of some words, case, accents and blanks put aside: length, salt and hash with colons between them.

    `salt` is a few random hexadecimal digits.
    """
    plain = _plain(words)
    return f"{len(plain)}:{salt}:{_hash(salt, plain)}"


def found_in(text: str, seal: str) -> str | None:
    """The sealed words, folded, where `text` still holds them. ValueError for what is no seal."""
    length_text, salt, wanted = seal.split(":")
    length, plain = int(length_text), _plain(text)
    if length <= 0:
        return None
    windows = (plain[start : start + length] for start in range(len(plain) - length + 1))
    return next((window for window in windows if _hash(salt, window) == wanted), None)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _hash(salt: str, plain: str) -> str:
    return blake2b(plain.encode(errors="replace"), digest_size=16, salt=salt.encode()).hexdigest()
