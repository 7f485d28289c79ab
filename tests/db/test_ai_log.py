"""The log of the AI step: the same promises in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.db.ai_log import SqlAiLog
from bot.ports.writer import RUNNING, AiLog, Run, Used
from tests.fake_ai_log import FakeAiLog

ACME, GLOBEX = "slack:T1", "slack:T2"
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
RUN = Run(ACME, "digest-1", NOW, "model", "2026-11", used=Used(2, 9000), stories=("s1", "s2"))


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def ai_log(request: pytest.FixtureRequest) -> AiLog:
    if request.param == "fake":
        return FakeAiLog()
    return SqlAiLog(request.getfixturevalue(request.param))


async def test_a_run_is_begun_once_and_noted_with_its_outcome(ai_log: AiLog) -> None:
    first = await ai_log.begin(RUN)
    second = await ai_log.begin(replace(RUN, model="another"))
    under_way = await ai_log.run(ACME, "digest-1")

    await ai_log.note(ACME, "digest-1", outcome="arranged", used=Used(1, 1234))

    assert (first, second) == (True, False)
    assert under_way == RUN
    assert RUN.outcome == RUNNING
    assert await ai_log.run(ACME, "digest-1") == replace(RUN, outcome="arranged", used=Used(1, 1234))
    assert await ai_log.run(GLOBEX, "digest-1") is None


async def test_a_month_counts_what_was_used_and_what_is_reserved_in_that_workspace(ai_log: AiLog) -> None:
    await ai_log.begin(RUN)
    await ai_log.begin(replace(RUN, about="digest-2"))
    await ai_log.note(ACME, "digest-2", outcome="timeout", used=Used(1, 10))
    await ai_log.begin(replace(RUN, workspace=GLOBEX))
    await ai_log.begin(replace(RUN, about="earlier", at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)))
    await ai_log.begin(replace(RUN, about="december", at=datetime(2026, 12, 1, tzinfo=UTC)))

    assert await ai_log.used(ACME, NOW) == Used(3, 9010)
    assert await ai_log.used(ACME, NOW + timedelta(days=300)) == Used()
    assert await ai_log.used(ACME, datetime(2026, 12, 31, 23, tzinfo=UTC)) == Used(2, 9000)


async def test_outcomes_are_counted_over_every_workspace(ai_log: AiLog) -> None:
    for run in (RUN, replace(RUN, about="digest-2"), replace(RUN, workspace=GLOBEX)):
        await ai_log.begin(run)
    await ai_log.note(ACME, "digest-1", outcome="arranged", used=Used(1, 10))

    assert dict(await ai_log.outcomes()) == {"arranged": 1, RUNNING: 2}


async def test_old_runs_are_purged(ai_log: AiLog) -> None:
    await ai_log.begin(RUN)
    await ai_log.begin(replace(RUN, about="digest-0", at=NOW - timedelta(days=100)))

    gone = await ai_log.purge(before=NOW - timedelta(days=90))

    assert gone == 1
    assert await ai_log.run(ACME, "digest-0") is None
    assert await ai_log.run(ACME, "digest-1") is not None


def test_a_budget_is_kept_in_requests_and_in_tokens() -> None:
    budget = Used(10, 1000)

    assert Used(10, 1000).fits(budget)
    assert not Used(11, 1).fits(budget)
    assert not Used(1, 1001).fits(budget)
