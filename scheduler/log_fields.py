"""What a log line is about: said once around the work, and each line within carries it as fields of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager

from structlog.contextvars import bound_contextvars

from bot.domain.deliveries import Delivery


def about(delivery: Delivery) -> AbstractContextManager[object]:
    """Around all that is done for one delivery: ids and its kind, never a word of it."""
    return bound_contextvars(
        workspace=delivery.workspace,
        delivery=delivery.id,
        kind=delivery.kind.value,
        recipient=delivery.recipient,
    )
