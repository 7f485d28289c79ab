"""Nothing that anybody sends makes the way in fail: not unsigned, not signed, not as bytes on the wire."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.cli.protocol import MOST_HEAD_BYTES, CutsTheSlow
from bot.cli.web import WebServer
from bot.ports.problems import StoreProblem
from handlers.slack import edge as edge_module
from handlers.slack.bodies import parse
from handlers.slack.edge import Dispatch, Edge, Reply, json_reply
from handlers.slack.incoming import read, trimmed
from handlers.slack.routes import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS, route_for
from handlers.slack.shapes import is_slacks
from tests.slack.payloads import clicks, commands, events, shortcuts, submissions, view
from tests.slack.test_edge import NOON, SECRET, Caught, edge_for, post, sign

Json = dict[str, Any]
DEADLINE_SECONDS = 30.0


@pytest.mark.timeout(400)  # 13 seconds of work, and minutes on a machine that has much else to do
async def test_twenty_thousand_requests_make_no_5xx_tell_nothing_and_leave_nothing_behind() -> None:
    # In a process of its own: its log is the product's, and its memory nobody else's.
    asking = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.garbage", "--count", "20000",
        cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asking.communicate()
    report = json.loads(out)

    assert asking.returncode == 0
    assert report["wrong"] == []
    assert sum(report["statuses"].values()) == 20_000
    # Enough of them came through to the handlers to mean something.
    assert report["statuses"]["200"] > 1_000
    assert report["words_in_log"] == 0
    # SQLite's page caches are 36 MB when full, and SQLAlchemy's and Bolt's fill at first. What stays behind after each
    # request would be more: the smallest object is a block, and 15,000 requests are measured.
    assert report["blocks"] < 15_000
    assert report["megabytes"] < 64


# shapes -----------------------------------------------------------------------------------------------------------


def everything() -> list[Json]:
    return [*events(), *clicks(), *submissions(), *shortcuts(), *map(dict, commands())]


def test_there_is_a_payload_for_every_route_and_each_one_is_slacks() -> None:
    found = [read(payload) for payload in everything()]

    assert [payload for payload in everything() if not is_slacks(payload)] == []
    routed = {(incoming.kind, incoming.name) for incoming in found if incoming and route_for(incoming)}
    assert routed == {
        *(("event", name) for name in EVENTS),
        *(("action", name) for name in ACTIONS),
        *(("view", name) for name in VIEWS),
        *(("shortcut", name) for name in SHORTCUTS),
        *(("command", name) for name in COMMANDS),
    }


def changed(payload: Json, *path: str | int, to: Any) -> Json:
    whole: Json = json.loads(json.dumps(payload))
    inside: Any = whole
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = to
    return whole


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "event_callback"},
        {"type": ["event_callback"]},
        {"command": ""},
        changed(events()[0], "event", to="message"),
        changed(events()[0], "event", "type", to=None),
        changed(events()[0], "event", "ts", to=1.5),
        changed(events()[0], "event", "channel", to=7),
        changed(events()[0], "event_id", to="x" * 256),
        changed(events()[0], "authorizations", to=0),
        changed(events()[0], "authorizations", to=[None]),
        changed(events()[0], "team_id", to="T1\x00"),
        changed(events()[0], "team_id", to="T\ud800"),
        changed(clicks()[0], "actions", to=[]),
        changed(clicks()[0], "actions", to=[{}]),
        changed(clicks()[0], "enterprise", to=2**63),
        changed(clicks()[0], "user", "id", to={}),
        changed(submissions()[0], "view", to=False),
        changed(submissions()[0], "view", "callback_id", to=None),
        changed(submissions()[0], "view", "type", to=None),
        changed(submissions()[0], "view", "state", "values", to=["x"]),
        changed(submissions()[0], "view", "state", "values", "story.text", to={"value": None}),
        changed(submissions()[0], "view", "private_metadata", to={}),
        changed(shortcuts()[0], "callback_id", to=None),
    ],
    ids=lambda payload: str(payload.get("type"))[:20],
)
async def test_what_slack_never_sends_is_refused_before_anybody_reads_it(payload: Json) -> None:
    caught = Caught()

    status, _ = await post(edge_for(caught), json.dumps(payload).encode())

    assert (status, caught.payloads) == (400, [])


@pytest.mark.parametrize(
    "payload",
    [
        changed(events()[0], "enterprise_id", to="E1"),
        changed(clicks()[0], "channel", to=None),
        changed(clicks()[0], "team", to=None),
        changed(clicks()[0], "message", to=None),
        changed(submissions()[0], "view", "state", to={"values": []}),
        changed(submissions()[0], "view", "state", to={}),
        changed(events()[0], "event", "text", to="a \ud800 b \x00"),
        {"type": "view_closed", "user": {"id": "U1"}, "view": view("story.tell", {})},
        {
            "type": "event_callback",
            "event": {"type": "reaction_added", "item": {"type": "message", "channel": "C1"}},
        },
    ],
    ids=str,
)
def test_what_slack_leaves_out_or_sends_beside_is_no_reason_to_refuse(payload: Json) -> None:
    assert is_slacks(payload)


async def test_a_challenge_with_half_a_character_in_it_is_answered() -> None:
    body = b'{"type": "url_verification", "challenge": "a \\ud800"}'

    status, answer = await post(edge_for(Caught()), body)

    assert (status, json.loads(answer)) == (200, {"challenge": "a \ufffd"})


@pytest.mark.parametrize("depth", [101, 300, 900, 100_000])
def test_a_body_too_deep_to_be_written_down_again_is_no_payload(depth: int) -> None:
    body = b'{"type": "event_callback", "event": {"type": "message", "x": %s}}' % (
        b"[" * depth + b"]" * depth
    )

    assert parse(body, b"application/json") is None


def test_numbers_that_json_does_not_have_are_no_payload() -> None:
    assert parse(b'{"text": "\\ud800", "event_time": NaN}', b"application/json") is None


def test_a_payload_without_any_id_has_a_key_whatever_stands_in_it() -> None:
    odd = {"type": "event_callback", "event": {"type": "app_home_opened", "text": "a \ud800"}}

    first, again = read(odd), read(json.loads(trimmed(odd)))

    assert first is not None
    assert again is not None
    assert first.key == again.key


# what fails inside ------------------------------------------------------------------------------------------------


async def test_a_page_whose_database_is_away_says_503_and_nothing_of_the_house() -> None:
    async def page(query: object) -> Reply:
        raise StoreProblem("The database cannot be reached.")

    status, answer = await post(
        Edge(None, Caught(), {"/metrics": page}, lambda: NOON), b"", path="/metrics", method="GET"
    )

    assert status == 503
    assert b"database" not in answer


# the wire ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def served(dispatch: Dispatch | None = None) -> AsyncIterator[Callable[..., Awaitable[bytes]]]:
    """The product's own server over a real socket; asks it with raw bytes and gives back all that came."""

    async def fine(query: object) -> Reply:
        return json_reply({"ok": True})

    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(Edge(SECRET, dispatch or Caught(), {"/healthz": fine}, lambda: NOON), listening)
    serving = asyncio.create_task(server.serve())

    async def ask(raw: bytes, *, end: bool = True, once_wanted: bytes = b"") -> bytes:
        reader, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                writer.write(raw)
                if once_wanted:
                    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
                    writer.write(once_wanted)
                if end:
                    writer.write_eof()
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    try:
        yield ask
    finally:
        server.stop()
        await serving
        listening.close()


GOOD = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
ODD = (
    b"",
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET",
    b"GET / HTTP/9.9\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET //\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz?%ff%00 HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"POST /slack/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
    GOOD * 20,
)


def spoiled(dice: random.Random) -> bytes:
    raw = bytearray(dice.choice(ODD) or GOOD)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(raw))
        raw[at : at + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 3))
    return bytes(raw)


async def test_bytes_that_are_no_http_are_answered_below_500_or_hung_up_on() -> None:
    dice = random.Random(8)
    sent = [*ODD, *(spoiled(dice) for _ in range(300))]

    async with served() as ask:
        answers = [await ask(raw) for raw in sent]
        after = await ask(GOOD)

    told = [
        (raw[:60], answer[:60]) for raw, answer in zip(sent, answers, strict=True) if b"HTTP/1.1 5" in answer
    ]
    assert told == []
    assert not any(b"Traceback" in answer for answer in answers)
    assert after.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET /heal",
        b"GET /healthz HTTP/1.1\r\nA: ",
        b"\r\n",
        GOOD.replace(b"close", b"keep-alive") + b"GET /",
    ],
    ids=["silent", "in-the-path", "in-a-header", "empty-lines", "in-the-second-request"],
)
async def test_whoever_is_slow_with_a_requests_head_is_cut(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CutsTheSlow, "head_seconds", 0.05)

    async with served() as ask:
        answer = await ask(raw, end=False)  # comes back only when the other side hangs up

    assert answer == b"" or answer.startswith(b"HTTP/1.1 200")


async def test_whoever_never_ends_a_head_is_cut() -> None:
    async with served() as ask:
        answer = await ask(b"GET / HTTP/1.1\r\nA: " + b"b" * (MOST_HEAD_BYTES + 300_000), end=False)

    assert answer == b""


async def test_whoever_is_slow_with_a_body_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_module, "SLOWEST_BODY_SECONDS", 0.05)
    head = b"POST /slack/events HTTP/1.1\r\nContent-Length: 9\r\nX-Slack-Request-Timestamp: %d\r\n"
    monkeypatch.setattr(CutsTheSlow, "head_seconds", 0.2)

    async with served() as ask:
        answer = await ask(head % NOON.timestamp() + b"\r\nabc", end=False)

    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("together", [True, False], ids=["with-its-head", "after-its-head"])
async def test_a_body_is_taken_with_its_head_or_after_it(together: bool) -> None:
    caught = Caught()
    body = json.dumps({"type": "event_callback", "event": {"type": "message", "text": "a" * 70_000}}).encode()
    timestamp = int(NOON.timestamp())
    head = (
        b"POST /slack/events HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\nX-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: %s\r\n"
    ) % (len(body), timestamp, sign(body, timestamp))

    async with served(caught) as ask:
        if together:
            answer = await ask(head + b"\r\n" + body)
        else:
            answer = await ask(head + b"Expect: 100-continue\r\n\r\n", once_wanted=body)

    assert answer.startswith(b"HTTP/1.1 200")
    assert [payload["event"]["text"] for payload in caught.payloads] == ["a" * 70_000]
