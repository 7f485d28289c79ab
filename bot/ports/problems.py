"""What can be wrong with the world around and is nobody's bug: it passes, or an operator mends it."""

from __future__ import annotations


class StoreProblem(Exception):
    """The store cannot do its work now, and nothing was changed, or nobody knows whether it was (a lost commit).

    The message is one clear line without secrets or people's words.
    """
