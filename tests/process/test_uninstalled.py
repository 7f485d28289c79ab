"""The app is taken out of a workspace: nothing is sent from that instant on, and a new installation brings it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.teams import Team
from bot.sandbox.people import People
from bot.usecases.noticing import notice
from bot.wiring import introduce
from tests.process.inside import Inside

WORDS = "Maria closed her books two days earlier."


def calls(inside: Inside) -> int:
    """How often Slack was asked for anything, in vain or not."""
    return sum(inside.ws.api.calls.values())


async def uninstalled(inside: Inside) -> Team:
    """Bob was prompted once; then an admin took the app out."""
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    inside.ws.hub.uninstall(inside.ws.workspace)
    await inside.settled()
    return team


async def owe_later(inside: Inside) -> str:
    """Something of tomorrow's, owed already; its subject."""
    owed = notice(
        inside.workspace, inside.user("bob"), "resumed", "tomorrow", inside.now() + timedelta(hours=20)
    )
    await inside.store.ledger.owe([owed])
    return owed.subject


async def test_nothing_is_sent_and_slack_is_not_even_asked(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    await owe_later(inside)
    inside.ws.hub.uninstall(inside.ws.workspace)
    await inside.settled()
    asked, said = calls(inside), len(inside.said("bob"))

    inside.later(hours=21)
    await inside.settled()

    known = await inside.store.workspaces.get(inside.workspace)
    assert known.revoked_at is not None
    assert (calls(inside), len(inside.said("bob"))) == (asked, said)
    assert inside.house.installations.get(inside.workspace) is None


@pytest.mark.parametrize(
    "news",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["the bot"]}},
    ],
    ids=lambda news: str(news["type"]),
)
async def test_each_of_slacks_two_messages_is_enough_by_itself(inside: Inside, news: dict[str, Any]) -> None:
    """One may be lost, and they come in any order."""
    await inside.team("small-business", "bob")
    await owe_later(inside)
    asked, said = calls(inside), len(inside.said("bob"))

    inside.ws.workspace.emit(news["type"], news)
    await inside.settled()
    inside.later(hours=21)
    await inside.settled()

    known = await inside.store.workspaces.get(inside.workspace)
    assert known.revoked_at is not None
    assert (calls(inside), len(inside.said("bob"))) == (asked, said)


async def test_a_new_installation_brings_it_back_with_what_is_still_owed(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    subject = await owe_later(inside)
    inside.ws.hub.uninstall(inside.ws.workspace)
    await inside.settled()
    inside.ws.hub.install(inside.ws.workspace)
    inside.later(hours=21)

    await introduce(inside.house, inside.ws.bot_token)
    await inside.settled()
    [delivery] = [
        each for each in await inside.store.ledger.recent(inside.workspace) if each.subject == subject
    ]

    assert delivery.state is DeliveryState.SENT
    assert len(inside.said("bob")) >= 1
    assert (await inside.store.teams.get(inside.workspace, team.id)).purpose is not None


async def test_another_company_is_served_on(inside: Inside) -> None:
    globex: People = inside.ws.add_workspace("Globex")
    await inside.also(globex)
    await uninstalled(inside)

    channel = globex.channels["small-business"]
    globex.invite(globex.users["alice"], channel)
    await inside.settled()

    assert [one for one in globex.messages(channel) if one.get("bot_id")]


async def test_a_persons_own_token_taken_back_changes_nothing(inside: Inside) -> None:
    tokens: dict[str, Any] = {"oauth": [inside.user("bob")], "bot": []}
    inside.ws.workspace.emit("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})
    await inside.settled()

    known = await inside.store.workspaces.get(inside.workspace)
    assert known.revoked_at is None
    assert inside.house.installations.get(inside.workspace) is not None


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
async def test_a_bot_started_again_knows_who_left(inside: Inside, again: bool) -> None:
    globex: People = inside.ws.add_workspace("Globex")
    await inside.also(globex)
    inside.ws.hub.uninstall(globex.workspace)
    await inside.settled()
    for _ in range(2 if again else 1):
        await inside.down()
        await inside.up()

    gone = await inside.store.workspaces.get(f"slack:{globex.team_id}")

    assert gone.revoked_at is not None
    assert gone.token is None
    assert inside.house.installations.get(f"slack:{globex.team_id}") is None
