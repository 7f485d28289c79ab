"""The way in as an OpenAPI document, and what schemathesis makes of it: requests of that shape, and of any other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode, openapi
from schemathesis.core.result import Ok

from tests.faults.garbage import MARKS, WELL
from tests.slack.garbage import EVENTS_PATH, Request
from tests.slack.payloads import ALICE, BOB, CHANNEL, DM, TEAM
from tests.slack.test_edge import sign
from tests.slack.whole_edge import NOON, SECRET, whole_edge

Json = dict[str, Any]
EXAMPLES = 60
"""Of each address and each way; the same ones in each run."""


def _object(needed: Json, **more: Json) -> Json:
    return {"type": "object", "properties": {**needed, **more}, "required": list(needed)}


def _one_of(*words: str) -> Json:
    return {"type": "string", "enum": list(words)}


_TEXT: Json = {"type": "string", "maxLength": 60}
_WHEN = {"type": "string", "pattern": r"^\d{10}\.\d{6}$"}
_PERSON, _PLACE = _one_of(ALICE, BOB), _one_of(CHANNEL, DM)
_MESSAGE = _object(
    {"type": _one_of("message"), "channel": _PLACE, "user": _PERSON, "ts": _WHEN, "text": _TEXT},
    channel_type=_one_of("im", "channel"),
    subtype=_one_of("file_share", "message_changed", "message_deleted"),
    thread_ts=_WHEN,
)
_OPENED = _object({"type": _one_of("app_home_opened"), "user": _PERSON, "tab": _one_of("home")})
_EVENT = _object(
    {
        "type": _one_of("event_callback"),
        "team_id": _one_of(TEAM),
        "event_id": {"type": "string", "pattern": "^Ev[0-9A-Z]{8}$"},
        "event": {"anyOf": [_MESSAGE, _OPENED]},
    },
    event_time={"type": "integer"},
)
_CLICK = _object({
    "type": _one_of("block_actions"),
    "team": _object({"id": _one_of(TEAM)}),
    "user": _object({"id": _PERSON}),
    "trigger_id": {"type": "string", "pattern": r"^\d{3}\.\d{3}$"},
    "actions": {"type": "array", "minItems": 1, "maxItems": 2, "items": _object(
        {"action_id": _one_of("prompt.nothing", "story.delete", "check.close", "digest.all"), "value": _TEXT})},
})  # fmt: skip
_COMMAND = _object({
    "command": _one_of("/purpose", "/purpose-check"), "text": _TEXT, "team_id": _one_of(TEAM), "user_id": _PERSON,
    "channel_id": _PLACE, "trigger_id": {"type": "string", "pattern": r"^\d{3}\.\d{3}$"},
})  # fmt: skip


def _operation(*, body: Mapping[str, Json] | None = None, query: Sequence[str] = ()) -> Json:
    told: Json = {"responses": {"200": {"description": "Fine"}}}
    if body:
        content = {media: {"schema": schema} for media, schema in body.items()}
        told["requestBody"] = {"required": True, "content": content}
    if query:
        told["parameters"] = [{"name": name, "in": "query", "schema": _TEXT} for name in query]
    return told


DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "purpose-bot", "version": "1"},
    "paths": {
        EVENTS_PATH: {"post": _operation(body={"application/json": {"anyOf": [_EVENT, _CLICK, _COMMAND]}})},
        "/slack/oauth_redirect": {"get": _operation(query=["state", "code", "error"])},
    },
}


def requests() -> Sequence[Request]:
    """Those that keep to the document and those that break it in one place, signed where Slack signs."""
    found: list[Request] = []
    for operation in openapi.from_dict(DOCUMENT).get_all_operations():
        assert isinstance(operation, Ok)
        for mode in GenerationMode:
            found += _drawn(operation.ok().as_strategy(generation_mode=mode))
    return found


def _drawn(strategy: SearchStrategy[Case]) -> Sequence[Request]:
    drawn: list[Request] = []

    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def collect(case: Case) -> None:
        drawn.append(_request(case))

    collect()
    return drawn


def _request(case: Case) -> Request:
    query = urlencode(dict(case.query or {}), doseq=True, errors="replace")
    # What is no JSON is a body, too.
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=repr).encode()
    timestamp = int(NOON.timestamp())
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-slack-request-timestamp", b"%d" % timestamp),
        (b"x-slack-signature", sign(body, timestamp, SECRET)),
    ]
    return Request(case.path, case.method.upper(), query.encode(), headers, [body])


async def test_whatever_schemathesis_makes_of_the_document_is_answered_below_500(tmp_path: Path) -> None:
    asked = requests()
    statuses, wrong = Counter[int](), []

    async with whole_edge(tmp_path) as edge:
        for request in asked:
            answer = await edge.ask(request)
            statuses[answer.status] += 1
            if answer.status not in WELL or any(mark in answer.body for mark in MARKS):
                wrong.append((request, answer))
        await edge.settled()

    assert wrong == []
    # Of the first kind enough came through to the handlers, of the other none that breaks the document by its type.
    assert statuses[200] >= EXAMPLES // 2
    assert statuses[400] >= EXAMPLES
