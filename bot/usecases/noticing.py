"""Short answers of the bot in a person's DM: a few words by code, owed like every other message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.deliveries import Kind, NewDelivery, Priority
from bot.domain.identity import UserId, Workspace
from bot.domain.refusals import Refusal
from bot.ports.stores import Store

REFUSAL_PREFIX = "refused."
"""A notice with this prefix is a refusal; the rest of its code is the `Why`."""


class Noticing:
    """Owes short messages to people; the same cause never makes two."""

    def __init__(self, store: Store) -> None:
        """Everything goes through the ledger."""
        self._store = store

    async def tell(
        self,
        workspace: Workspace,
        user: UserId,
        code: str,
        cause: str,
        now: datetime,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """Tell a person something because of `cause` (a message's or a click's id)."""
        await self._store.ledger.owe([notice(workspace, user, code, cause, now, facts)])

    async def refuse(
        self, workspace: Workspace, user: UserId, refusal: Refusal, cause: str, now: datetime
    ) -> None:
        """Tell a person why not, and what to do next."""
        await self.tell(workspace, user, REFUSAL_PREFIX + refusal.why.value, cause, now, refusal.facts)


def notice(
    workspace: Workspace,
    recipient: str,
    code: str,
    cause: str,
    now: datetime,
    facts: Mapping[str, str] | None = None,
) -> NewDelivery:
    """A short message to a person or a channel, unique by its cause."""
    return NewDelivery(
        workspace=workspace,
        subject=f"{code}:{cause}",
        kind=Kind.NOTICE,
        recipient=recipient,
        due_at=now,
        priority=Priority.WAITING,
        data={"code": code, "facts": dict(facts or {})},
    )
