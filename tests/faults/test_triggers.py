"""A forged or expired trigger opens nothing, and shows nothing to anybody but the one who clicked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.sandbox.transport import Letter
from tests.process.inside import Inside, bot_inside
from tests.slack.payloads import clicks, commands, shortcuts


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    async with bot_inside(tmp_path) as running:
        yield running


def ours(payload: Any, inside: Inside, trigger: str) -> Any:
    """A payload of this workspace, of Bob's, with a trigger of somebody's choosing and no address to answer at."""
    written = orjson.dumps(payload).decode()
    for theirs, here in (
        ('"T1"', f'"{inside.ws.team_id}"'),
        ('"UBOB"', f'"{inside.user("bob")}"'),
        ('"C1"', f'"{inside.channel("small-business")}"'),
        ('"D1"', f'"{inside.dm("bob")}"'),
    ):
        written = written.replace(theirs, here)
    return orjson.loads(written) | {"trigger_id": trigger, "response_url": ""}


def shown(inside: Inside) -> list[tuple[str, int, int]]:
    """For each person: how many modals are open, and how many messages of the bot's they see."""
    people = sorted(inside.ws.users)
    places = [inside.channel("small-business")]
    return [
        (
            name,
            len(inside.ws.views(inside.user(name))),
            sum(bool(one.get("bot_id")) for place in places for one in inside.ws.messages(place))
            + len(inside.said(name))
            + sum(len(inside.ws.ephemerals(inside.user(name), place)) for place in places),
        )
        for name in people
    ]


OPENS = ("prompt.share", "setup.open", "check.answer", "digest.read", "team.view")


async def test_a_forged_trigger_shows_nothing_to_anyone(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    before = shown(inside)
    forged = [
        *(click for click in clicks() if click["actions"][0]["action_id"] in OPENS),
        *shortcuts(),
        *(dict(command) for command in commands() if command["text"] in ("setup", "story")),
    ]

    for number, payload in enumerate(forged):
        await inside.carry(Letter("interactive", ours(payload, inside, f"{number}.forged.trigger")))
        await inside.settled()

    assert inside.ws.api.calls["views.open"] >= 3  # Slack was asked, and said no each time
    assert [(name, views) for name, views, _ in shown(inside)] == [(name, views) for name, views, _ in before]
    others = {name for name, _, _ in before} - {"bob"}
    assert [one for one in shown(inside) if one[0] in others] == [one for one in before if one[0] in others]
