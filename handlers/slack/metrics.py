"""Numbers for Prometheus: what is owed, what waits, how Slack answers. Never a name, never a word of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.ports.stores import Store

REGISTRY = CollectorRegistry()

ACK_SECONDS = Histogram(
    "purpose_bot_ack_seconds",
    "From a payload's arrival to its ack, by kind",
    ["kind"],
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0),
)
RATE_LIMITED = Counter(
    "purpose_bot_rate_limited_total",
    "Calls that Slack asked to make later, by method",
    ["method"],
    registry=REGISTRY,
)
_DELIVERIES = Gauge(
    "purpose_bot_deliveries",
    "Deliveries in the ledger by kind and state",
    ["kind", "state"],
    registry=REGISTRY,
)


_LAG = Gauge(
    "purpose_bot_delivery_lag_seconds",
    "How long the oldest delivery that is due has been waiting",
    registry=REGISTRY,
)
_INBOX = Gauge(
    "purpose_bot_inbox_entries",
    "What arrived and is not worked off: pending, or resting after too many attempts",
    ["state"],
    registry=REGISTRY,
)
_AI_RUNS = Gauge(
    "purpose_bot_ai_runs",
    "Times that a model was asked to arrange a digest, by how it ended",
    ["outcome"],
    registry=REGISTRY,
)
_SILENCE = Gauge(
    "purpose_bot_socket_silence_seconds",
    "For how long Slack has not answered a ping; 0 where there is no socket",
    registry=REGISTRY,
)


async def exposition(
    store: Store, now: datetime, *, socket_silence: float = 0.0, ai_runs: Mapping[str, int] | None = None
) -> bytes:
    """All numbers in Prometheus' text format; ledger and inbox are counted when asked. Silence is in seconds."""
    _DELIVERIES.clear()
    for (kind, state), count in (await store.ledger.states()).items():
        _DELIVERIES.labels(kind.value, state.value).set(count)
    for state_of_entry, count in (await store.inbox.depth()).items():
        _INBOX.labels(state_of_entry).set(count)
    due = await store.ledger.next_due()
    _LAG.set(max(0.0, (now - due).total_seconds()) if due is not None else 0.0)
    _SILENCE.set(socket_silence)
    _AI_RUNS.clear()
    for outcome, count in (ai_runs or {}).items():
        _AI_RUNS.labels(outcome).set(count)
    return generate_latest(REGISTRY)
