"""A bot that is still starting acks nothing: it does not know yet whom it serves, and would drop what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.running import Process
from handlers.slack.app import build_app, dispatch
from tests.process.inside import Inside, bot_inside
from tests.slack.payloads import commands, events


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    async with bot_inside(tmp_path) as running:
        yield running


async def test_what_comes_before_the_bot_knows_whom_it_serves_is_not_acked(inside: Inside) -> None:
    starting = Process(inside.house, inside.settings, "all", inside.now, tick=1.0)
    app = build_app(starting._door, starting._installed)

    statuses = [(await dispatch(app, dict(payload))).status for payload in (events()[0], commands()[0])]

    assert statuses == [503, 503]
    assert await inside.store.inbox.depth() == {"pending": 0, "resting": 0}


async def test_a_workspace_that_took_the_bot_out_is_answered_and_nothing_of_it_is_kept(
    inside: Inside,
) -> None:
    strangers = [{**payload, "team_id": "T0STRANGER"} for payload in (events()[0], dict(commands()[0]))]
    for payload in strangers:
        payload.pop("authorizations", None)

    replies = [await dispatch(inside._app, payload) for payload in strangers]

    assert [reply.status for reply in replies] == [200, 200]
    assert b"not installed in this workspace any more" in replies[1].body
    assert await inside.store.inbox.depth() == {"pending": 0, "resting": 0}
