"""Deciding about a digest: whoever decides second is told so, in every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.digests import LABEL_AI, Digest, DigestState, Pick
from bot.ports.stores import Store

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
PICK = Pick("s1", "alice", featured=True, position=0)


async def _planned(store: Store) -> Digest:
    week = (NOW.date(), NOW - timedelta(days=7), NOW)
    return await store.digests.plan(Digest("", "slack:T1", "sales", *week, question="Who?", picks=(PICK,)))


async def test_a_decision_on_what_is_known_is_stored(store: Store) -> None:
    digest = await _planned(store)
    arranged = replace(
        digest, headline="time saved", label=LABEL_AI, picks=(replace(PICK, quote="It works."),)
    )

    taken = await store.digests.change(arranged, before=digest)

    assert taken
    assert await store.digests.get("slack:T1", digest.id) == arranged


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"state": DigestState.DROPPED},
        {"state": DigestState.POSTED},
        {"left_out": ("s1",), "picks": ()},
        {"label": LABEL_AI},
        {"headline": "time saved"},
        {"question": "Whom?"},
    ],
)
async def test_a_decision_on_what_was_before_changes_nothing(
    store: Store, meanwhile: dict[str, object]
) -> None:
    digest = await _planned(store)
    decided = replace(digest, **meanwhile)  # type: ignore[arg-type]
    await store.digests.change(decided)

    taken = await store.digests.change(replace(digest, headline="late", picks=()), before=digest)

    assert not taken
    assert await store.digests.get("slack:T1", digest.id) == decided


async def test_a_digest_that_is_not_there_is_not_changed(store: Store) -> None:
    digest = replace(await _planned(store), id="another")

    assert not await store.digests.change(digest)
    assert not await store.digests.change(digest, before=digest)
