"""The web edge: nothing unsigned gets further than its length and its hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.bodies import parse
from handlers.slack.edge import MOST_BYTES, Edge, Reply, json_reply

SECRET = b"a-signing-secret-of-the-tests"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Caught:
    """A dispatch that remembers what reached it."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    async def __call__(self, payload: dict[str, Any]) -> Reply:
        self.payloads.append(payload)
        return json_reply({"ok": True})


def sign(body: bytes, timestamp: int, secret: bytes = SECRET) -> bytes:
    return b"v0=" + hmac.new(secret, b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest().encode()


async def post(
    edge: Edge,
    body: bytes,
    *,
    at: int | None = None,
    signature: bytes | None = None,
    content_type: bytes = b"application/json",
    path: str = "/slack/events",
    method: str = "POST",
    length: bytes | None = None,
) -> tuple[int, bytes]:
    timestamp = int(NOON.timestamp()) if at is None else at
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode() if length is None else length),
        (b"x-slack-request-timestamp", str(timestamp).encode()),
        (b"x-slack-signature", sign(body, timestamp) if signature is None else signature),
    ]
    sent: list[Any] = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": headers, "query_string": b""}
    await edge(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


def edge_for(caught: Caught, secret: bytes | None = SECRET) -> Edge:
    return Edge(secret, caught, {}, lambda: NOON)


async def test_a_signed_event_reaches_the_bot_as_a_dict() -> None:
    caught = Caught()
    body = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()

    status, _ = await post(edge_for(caught), body)

    assert status == 200
    assert caught.payloads == [{"type": "event_callback", "event": {"type": "message"}}]


async def test_a_click_arrives_as_the_payload_field_of_a_form() -> None:
    caught = Caught()
    click = {"type": "block_actions", "actions": [{"action_id": "prompt.share", "value": "a+b & c é"}]}
    body = urlencode({"payload": json.dumps(click)}).encode()

    await post(edge_for(caught), body, content_type=b"application/x-www-form-urlencoded")

    assert caught.payloads == [click]


async def test_a_command_arrives_as_form_fields_with_plus_signs_and_spaces_told_apart() -> None:
    caught = Caught()
    body = urlencode({"command": "/purpose", "text": "set a + b % c"}).encode()

    await post(edge_for(caught), body, content_type=b"application/x-www-form-urlencoded; charset=utf-8")

    assert caught.payloads == [{"command": "/purpose", "text": "set a + b % c"}]


async def test_slacks_challenge_is_answered_without_asking_the_bot() -> None:
    caught = Caught()

    status, answer = await post(edge_for(caught), b'{"type": "url_verification", "challenge": "abc"}')

    assert (status, json.loads(answer)) == (200, {"challenge": "abc"})
    assert caught.payloads == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"signature": b"v0=forged"}, 401),
        ({"signature": b""}, 401),
        ({"signature": sign(b'{"another": "body"}', int(NOON.timestamp()))}, 401),
        ({"at": int(NOON.timestamp()) - 301}, 401),
        ({"at": int(NOON.timestamp()) + 301}, 401),
        ({"length": b"9999999999"}, 413),
        ({"length": b"many"}, 413),
        ({"method": "GET"}, 405),
        ({"path": "/etc/passwd"}, 404),
    ],
    ids=["forged", "unsigned", "signed-for-another", "old", "early", "huge", "no-length", "get", "nowhere"],
)
async def test_what_is_not_slacks_is_refused_and_never_parsed(changed: dict[str, Any], status: int) -> None:
    caught = Caught()

    got, answer = await post(edge_for(caught), b'{"type": "event_callback"}', **changed)

    assert got == status
    assert b"Traceback" not in answer
    assert caught.payloads == []


async def test_a_signed_body_larger_than_slacks_ever_are_is_refused() -> None:
    caught = Caught()
    body = b"x" * (MOST_BYTES + 1)

    status, _ = await post(edge_for(caught), body, length=b"10")

    assert status == 413
    assert caught.payloads == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'"text"'])
async def test_a_signed_body_that_is_not_what_slack_sends_is_refused(body: bytes) -> None:
    caught = Caught()

    status, _ = await post(edge_for(caught), body)

    assert status == 400
    assert caught.payloads == []


async def test_without_a_signing_secret_there_is_no_door_for_slack() -> None:
    caught = Caught()

    status, _ = await post(edge_for(caught, secret=None), b"{}")

    assert status == 404


def test_a_lone_surrogate_that_somebody_typed_does_not_make_a_payload_unreadable() -> None:
    payload = parse(b'{"text": "a \\ud800 b"}', b"application/json")

    assert payload == {"text": "a \ud800 b"}


FORM = b"application/x-www-form-urlencoded"


@given(st.dictionaries(st.text(), st.text()), st.sampled_from([quote, quote_plus]), st.booleans())
def test_an_interaction_is_read_as_it_was_quoted(
    payload: dict[str, str], quoting: Callable[[str], str], in_lower_case: bool
) -> None:
    quoted = quoting(json.dumps(payload, ensure_ascii=in_lower_case))
    if in_lower_case:
        quoted = re.sub("%..", lambda found: found[0].lower(), quoted)

    assert parse(f"payload={quoted}".encode(), FORM) == payload
    assert parse(f"first=1&payload={quoted}&last=".encode(), FORM) == payload


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (b"a%2", "a%2"),
        (b"a%", "a%"),
        (b"a%%41", "a%A"),
        (b"a%zz%41", "a%zzA"),
        (b"a=41", "a=41"),
        (b"a=%3D%0A", None),
        (b"a%\n41", None),
        (b"a%ff", "a\ufffd"),
    ],
)
def test_an_interaction_that_is_quoted_badly_is_read_as_any_other_form(
    quoted: bytes, text: str | None
) -> None:
    found = parse(b'payload={"t":"%s"}' % quoted, FORM)

    assert found == (None if text is None else {"t": text})


@given(
    st.binary(max_size=300), st.sampled_from([b"application/json", b"application/x-www-form-urlencoded", b""])
)
def test_no_bytes_at_all_make_the_parser_raise(body: bytes, content_type: bytes) -> None:
    assert isinstance(parse(body, content_type), dict | None)
