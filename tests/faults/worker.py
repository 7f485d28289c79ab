"""One replica, as a process that can be killed: the real ledger, pump, messenger and HTTP; only the words are short.

python -m tests.faults.worker --database URL --slack URL --tokens FILE [--replicas] [--lease 4] [--per-minute 120]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.db.engine import open_database
from bot.db.ledger import SqlLedger
from bot.db.people import SqlPeople
from bot.domain.deliveries import Delivery
from bot.domain.notices import Notice, PlainNotice
from bot.ports.world import MessageRef, MessengerProblem
from handlers.slack.api import SlackApi
from handlers.slack.messenger import SlackMessenger
from scheduler.pump import Pace
from scheduler.replicas import Replicas
from scheduler.service import Scheduler


class Words:
    """Says the same to everyone, as fast as can be."""

    async def compose(self, delivery: Delivery, now: datetime) -> Notice:
        return PlainNotice("resumed", {})

    async def sent(self, delivery: Delivery, ref: MessageRef, now: datetime) -> None:
        """Nothing follows from it."""

    async def refused(self, delivery: Delivery, problem: MessengerProblem, now: datetime) -> None:
        """Nobody needs to know."""


async def run(options: argparse.Namespace, tokens: dict[str, str]) -> None:
    """Work until SIGTERM."""

    async def token(workspace: str) -> str:
        return tokens[workspace]

    database = open_database(options.database)
    ledger, people = SqlLedger(database), SqlPeople(database)
    api = SlackApi(options.slack, token, timeout=3.0)
    store: Any = SimpleNamespace(ledger=ledger)
    scheduler = Scheduler(
        store,
        SlackMessenger(api, people),
        Words(),
        lambda: datetime.now(UTC),
        owner=f"replica-{os.getpid()}",
        pace=Pace(per_minute=options.per_minute, lease_seconds=options.lease, post_seconds=3.0),
        tick=0.5,
        distributor=Replicas(options.database) if options.replicas else None,
    )
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    await scheduler.start()
    print("ready", flush=True)
    await done.wait()
    await scheduler.stop()
    await api.close()
    await database.close()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--slack", required=True)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--replicas", action="store_true")
    parser.add_argument("--lease", type=float, default=4.0)
    parser.add_argument("--per-minute", type=int, default=120)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s %(message)s")
    options = parser.parse_args()
    asyncio.run(run(options, json.loads(Path(options.tokens).read_text())))


if __name__ == "__main__":
    main()
