"""Guests, people of other companies, apps and people who left: whatever they send, they change and read nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.model import Json
from bot.sandbox.transport import Letter
from handlers.slack.routes import ACTIONS
from tests.process.inside import Inside, bot_inside
from tests.process.test_two_companies import (
    SECRET,
    Companies,
    a_day,
    everything_of,
    forms,
    in_acme,
    values_for,
)
from tests.slack import payloads

OUTSIDERS = ("a guest", "somebody of another company", "an app", "who left")
THEIR_OWN = {"inbox", "person", "delivery", "lane", "audit", "daily_dm", "parked"}
"""What is kept of anybody who writes: what arrived, who it was, what was answered, that they asked to be forgotten."""


@pytest.fixture
async def acme(tmp_path: Path) -> AsyncIterator[Companies]:
    """A day was lived at Acme."""
    async with bot_inside(tmp_path) as inside:
        await a_day(inside)
        yield Companies(inside, inside.ws)


def outsider(inside: Inside, who: str) -> str:
    """Their id; all of them are in the team's channel."""
    ws = inside.ws
    if who == "a guest":
        user = inside.user("grace")
    elif who == "who left":
        user = ws.add_person("Dora")
    else:
        role = "external" if who == "somebody of another company" else "bot"
        user = ws.add_person("Eve", role=role, join=False, announce=False)
    ws.workspace.channels[inside.channel("small-business")].members[user] = None
    return user


def sent_by(acme: Companies, user: str, ids: Json, values: dict[str, list[str]]) -> Iterator[Json]:
    """All that a person can send, with every id that there is, as this one sends it."""
    bob, alice = acme.inside.user("bob"), acme.inside.user("alice")
    click = next(each for each in payloads.clicks())
    clicks = []
    for number, action in enumerate(ACTIONS):
        for value in values.get(action.partition(".")[0], values[""]):
            one = json.loads(in_acme(acme, click)) | {"trigger_id": f"8.{user}.{number}.{value}"}
            one["actions"][0] |= {"action_id": action, "value": value}
            clicks.append(one)
    messages = [each for each in payloads.events() if each["event"]["type"] == "message"]
    every = [*clicks, *forms(acme, ids), *payloads.commands(), *payloads.shortcuts(), *messages]
    for number, payload in enumerate(every):
        text = json.dumps(payload) if payload in clicks else in_acme(acme, payload)
        text = text.replace("1.0.", f"8.{user}{number}.").replace('"Ev0"', f'"Ev8{user}{number}"')
        text = text.replace(f'"{bob}"', f'"{user}"').replace(f'"{alice}"', f'"{user}"')
        yield json.loads(text.replace(SECRET, "Nougat"))


async def test_whoever_may_not_take_part_changes_and_reads_nothing_whatever_they_send(
    acme: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = acme.inside
    people = {who: outsider(inside, who) for who in OUTSIDERS}
    inside.ws.alter(people["who left"], deleted=True)
    await inside.settled()
    ids, values = await everything_of(acme), await values_for(acme)
    before = await acme.rows(inside.ws)
    shown = listened(inside, monkeypatch)

    for who, user in people.items():
        everything = list(sent_by(acme, user, ids, values))
        for payload in everything:
            await inside.carry(Letter("interactive", payload))
        await inside.settled()
        after = await acme.rows(inside.ws)

        assert len(everything) > 150
        assert of_others(after, *people.values()) == of_others(before, *people.values()), who
        # A team's purpose stands in its channel, where they are, too.
        assert [each for each in shown if SECRET in each.replace(f"We help people to {SECRET}.", "")] == [], (
            who
        )


async def test_the_same_from_a_colleague_changes_a_lot(acme: Companies) -> None:
    before = await acme.rows(acme.inside.ws)

    for payload in forms(acme, await everything_of(acme)):
        await acme.inside.carry(Letter("interactive", payload))
    await acme.inside.settled()

    after = of_others(await acme.rows(acme.inside.ws))
    changed = {name for name, rows in of_others(before).items() if rows != after[name]}
    assert changed >= {"story", "hope", "customer", "pulse"}


def of_others(rows: Mapping[str, Sequence[tuple[Any, ...]]], *users: str) -> Json:
    """What is kept of the people who take part, and of the team."""
    kept = {name: [row for row in found if not {*users} & {*row}] for name, found in rows.items()}
    # That a message was deleted which nobody knows is noted without a word, as it may come after its deletion.
    kept["story_message"] = [row for row in kept["story_message"] if row[2] is not None]
    return {name: found for name, found in kept.items() if name not in THEIR_OWN}


def listened(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From here on, all that the bot says."""
    shown: list[str] = []
    api = inside.house.api
    ask = api.call_with

    async def asked(token: str, method: str, **arguments: Any) -> dict[str, Any]:
        shown.append(json.dumps(arguments, default=str))
        return await ask(token, method, **arguments)

    async def taken(address: str, content: Any) -> None:
        shown.append(content.decode() if isinstance(content, bytes) else json.dumps(content))

    monkeypatch.setattr(
        "handlers.slack.api.SlackApi.call_with", lambda _, *given, **more: asked(*given, **more)
    )
    monkeypatch.setattr("handlers.slack.api.SlackApi.respond", lambda _, *given: taken(*given))
    monkeypatch.setattr("handlers.slack.api.SlackApi.put_file", lambda _, *given: taken(*given))
    return shown
