"""Whose thread a message is in, while a check's own message is being noted at the same instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.domain.checks import Check
from bot.domain.identity import Workspace
from bot.usecases.purpose_check import NOT_NOTED_YET, PurposeCheck
from tests.fakes import FakeChecks, FakeStore

ACME, PLACE, THREAD = "slack:T1", "C1", "1764500000.000100"
NOW = datetime(2026, 1, 13, 15, tzinfo=UTC)


class NotedInBetween(FakeChecks):
    """Slack's reply to the check's message reaches the disk just before open checks are looked at."""

    async def open_in(self, workspace: Workspace) -> Sequence[Check]:
        for check in await super().open_in(workspace):
            await self.posted(workspace, check.id, channel=PLACE, ts=THREAD)
        return await super().open_in(workspace)


def checks_over(store: FakeStore) -> PurposeCheck:
    nobody = cast(Any, None)
    return PurposeCheck(store, nobody, nobody, nobody, nobody)


async def opened(store: FakeStore) -> Check:
    return await store.checks.open(
        Check(
            id="",
            workspace=ACME,
            team="T1",
            channel=PLACE,
            question="Whose day was easier?",
            asked_by="alice",
            opened_at=NOW,
            closes_at=NOW + timedelta(hours=4),
            origin="command:1",
        )
    )


async def test_a_check_that_is_noted_while_it_is_looked_for_is_found(fake_store: FakeStore) -> None:
    fake_store.checks = NotedInBetween(fake_store.ledger, fake_store.stories)
    check = await opened(fake_store)

    found = await checks_over(fake_store).of_thread(ACME, PLACE, THREAD)

    assert isinstance(found, Check)
    assert found.id == check.id


async def test_a_thread_waits_for_a_check_of_its_channel_whose_message_is_not_noted(
    fake_store: FakeStore,
) -> None:
    await opened(fake_store)

    assert await checks_over(fake_store).of_thread(ACME, PLACE, THREAD) is NOT_NOTED_YET
    assert await checks_over(fake_store).of_thread(ACME, "C2", THREAD) is None
