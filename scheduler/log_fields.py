"""What a log line is about: said once around the work, and each line within carries it as fields of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars

from bot.domain.deliveries import Delivery


def about(delivery: Delivery) -> AbstractContextManager[object]:
    """Around all that is done for one delivery: ids and its kind, never a word of it."""
    return bound_contextvars(**_fields(delivery))


def all_about(delivery: Delivery) -> None:
    """For a task that does nothing else: its fields end with it, so nobody has to take them off again."""
    bind_contextvars(**_fields(delivery))


def _fields(delivery: Delivery) -> dict[str, str]:
    return {
        "workspace": delivery.workspace,
        "delivery": delivery.id,
        "kind": delivery.kind.value,
        "recipient": delivery.recipient,
    }
