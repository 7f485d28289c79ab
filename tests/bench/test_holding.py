"""`make bench` holds hundreds of workspaces; without it the same path is walked with three."""

from __future__ import annotations

from pathlib import Path

from tests.bench.holding import PEOPLE, Slack, hold
from tests.bench.rig import free_port
from tests.bench.stub import listening


async def test_everybody_in_every_workspace_is_asked_while_answers_come_in(tmp_path: Path) -> None:
    async with listening(Slack(free_port())) as slack:
        asked, acked = await hold(slack, tmp_path, 3, a_second=3.0)

    assert asked.figure is not None
    assert asked.figure > 0
    assert acked.figure is not None
    assert acked.figure > 0
    # Each person was asked once; somebody who told a story by themselves first got the receipt instead.
    assert slack.calls["chat.postMessage"] >= 3 * PEOPLE
