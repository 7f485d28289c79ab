"""Verify first: what nobody signed is not even parsed, what was sent twice counts once, and no address is believed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from bot.domain.stories import StoryState
from bot.ports.stories import StoryQuery
from handlers.slack.directory import workspace_key
from handlers.slack.incoming import read
from handlers.slack.routes import Keep, route_for
from tests.slack.garbage import EVENTS_PATH, Request
from tests.slack.payloads import ALICE, DM, TEAM, clicks, commands, event, events, message, submissions
from tests.slack.test_edge import Caught, edge_for, post, sign
from tests.slack.whole_edge import NOON, SECRET, WholeEdge, whole_edge

Json = dict[str, Any]


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[WholeEdge]:
    async with whole_edge(tmp_path) as made:
        yield made


def signed(payload: Json, *, seconds_ago: int = 0) -> Request:
    """As Slack sends it: events as JSON, commands as a form, everything else in a form's field."""
    form = payload.get("type") != "event_callback"
    fields = payload if "command" in payload else {"payload": json.dumps(payload)}
    body = urlencode(fields).encode() if form else json.dumps(payload).encode()
    timestamp = int(NOON.timestamp()) - seconds_ago
    headers = [
        (b"content-type", b"application/x-www-form-urlencoded" if form else b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-slack-request-timestamp", b"%d" % timestamp),
        (b"x-slack-signature", sign(body, timestamp, SECRET)),
    ]
    return Request(EVENTS_PATH, headers=headers, parts=[body])


# nothing unsigned is parsed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": b"v0=forged"},
        {"signature": b""},
        {"at": 0},
        {"length": b"9999999999"},
    ],
    ids=["forged", "unsigned", "old", "huge"],
)
@pytest.mark.parametrize("content_type", [b"application/json", b"application/x-www-form-urlencoded"])
async def test_nothing_that_is_not_slacks_reaches_a_parser(
    changed: Json, content_type: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parsed(*_: object) -> None:
        raise AssertionError("unsigned bytes were parsed")

    monkeypatch.setattr("handlers.slack.edge.parse", parsed)

    status, _ = await post(
        edge_for(Caught()), b'payload={"type": "block_actions"}', content_type=content_type, **changed
    )

    assert status in (401, 413)


# replays -------------------------------------------------------------------------------------------------------------


async def test_a_captured_answer_that_is_sent_again_and_again_is_one_story(edge: WholeEdge) -> None:
    told = message(channel=DM, channel_type="im", ts="1763640000.000900", user=ALICE)
    captured = signed(event(told | {"text": "story: Maria slept through the night."}, 9))

    answers = [await edge.ask(captured) for _ in range(3)]
    await edge.settled()
    later = await edge.ask(captured)
    await edge.settled()

    stories = await edge.house.store.stories.find(workspace_key(TEAM), StoryQuery(states=tuple(StoryState)))
    assert [each.status for each in (*answers, later)] == [200] * 4
    assert len(stories) == 1


async def test_after_five_minutes_it_is_not_even_read(edge: WholeEdge) -> None:
    answer = await edge.ask(signed(event(message(channel=DM, channel_type="im"), 9), seconds_ago=301))

    assert answer.status == 401
    assert (await edge.house.store.inbox.depth()).get("pending", 0) == 0


def _kept() -> Sequence[Json]:
    """A payload of each route that changes something."""
    every = (*events(), *clicks(), *submissions(), *map(dict, commands()))
    found = [(payload, read(payload)) for payload in every]
    return [
        payload
        for payload, incoming in found
        if incoming is not None and (route := route_for(incoming)) is not None and route.keep is Keep.ALWAYS
    ]


def _with_ids_of_its_own(payload: Json, number: int) -> Json:
    text = json.dumps(payload)
    for old, new in (("1.0.", f"1.{number}."), ('"V0"', f'"V{number}"'), ('"Ev0"', f'"Ev{number}"')):
        text = text.replace(old, new)
    found: Json = json.loads(text)
    return found


async def test_nothing_that_changes_anything_is_worked_off_twice(
    edge: WholeEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr("handlers.slack.door.Door._start", lambda _, incoming, __: begun.append(incoming.key))

    for number, payload in enumerate(_kept()):
        alone = _with_ids_of_its_own(payload, number)
        for _ in range(2):
            assert (await edge.ask(signed(alone))).status == 200

    assert len(begun) > 100
    assert len(set(begun)) == len(begun)


# addresses -----------------------------------------------------------------------------------------------------------


async def test_where_a_browser_is_sent_is_no_strangers_choice(edge: WholeEdge) -> None:
    lies = [
        (b"host", b"evil.example"),
        (b"x-forwarded-host", b"evil.example"),
        (b"x-forwarded-proto", b"http"),
        (b"forwarded", b"host=evil.example;proto=http"),
        (b"referer", b"https://evil.example/"),
        (b"origin", b"https://evil.example"),
    ]
    query = b"redirect_uri=https://evil.example/&next=//evil.example&state=x&code=y"

    begun = await edge.ask(Request("/slack/install", "GET", query, lies))
    back = await edge.ask(Request("/slack/oauth_redirect", "GET", query, lies))

    asked = urlsplit(begun.headers[b"location"].decode())
    assert begun.status == 302
    assert f"{asked.scheme}://{asked.netloc}" == "http://127.0.0.1:9"
    assert dict(parse_qsl(asked.query))["redirect_uri"] == "https://bot.example.com/slack/oauth_redirect"
    assert back.status == 400
    assert b"location" not in back.headers
    assert b"evil" not in begun.body + back.body + b"".join(begun.headers.values())
