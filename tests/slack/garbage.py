"""Requests that nobody's Slack sends: every number gives one, and the same one each time.

Most are spoiled in one way only, because whatever is spoiled twice is turned away at the first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from tests.slack.payloads import WORDS, clicks, commands, events, shortcuts, submissions

EVENTS_PATH = "/slack/events"
_KINDS = (events, clicks, submissions, shortcuts, commands)
_PATHS = ("/", EVENTS_PATH + "/", "/slack", "/slack/install/..", "/etc/passwd", "//slack/events", "/healthz/x",
          "/metrics\x00", f"/{WORDS}", "/\ud7ff", "/" + "a" * 5_000, "/slack/events\n", "*", "")  # fmt: skip
_PAGES = ("/healthz", "/readyz", "/metrics", "/slack/install", "/slack/oauth_redirect")
_METHODS = ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post", "", "PRI", "\x00")
_TYPES = (b"application/json", b"application/json; charset=utf-16", b"application/x-www-form-urlencoded",
          b"multipart/form-data; boundary=x", b"text/plain", b"", b"\xff\xfe", b"application/jsonx")  # fmt: skip
_DEEP = "[" * 3_000 + "]" * 3_000
_ODD_BODIES: tuple[bytes, ...] = (
    b"", b"{}", b"[]", b"null", b"NaN", b'"a"', b"{", b'{"type"', b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"payload=",
    b"payload=%", b"payload={}", b"payload=[]", b"payload=%7B%22type%22%3A%22%5Cud800%22%7D",
    b"payload=%ff&payload=%00",
    b"&&&==&", b"command", b"command=%2Fpurpose", b"ssl_check=1", b'{"type":"url_verification"}',
    b'{"type":"url_verification","challenge":{"a":["\\ud800"]}}',
    b'{"type":"event_callback","event":' + b"9" * 5_000 + b"}",
    b'{"type":' + _DEEP.encode() + b"}", b'{"a":' * 200 + b"1" + b"}" * 200, b'{"type":"event_callback"}',
    b'{"command":"/purpose"}', b'{"type":"\\ud800"}', b'{"ssl_check":[]}', b"a" * 70_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request as ASGI sees it. `parts` arrive one after the other; `cut`: the client is gone before the end."""

    path: str = EVENTS_PATH
    method: str = "POST"
    query: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    parts: Sequence[bytes] = (b"",)
    cut: bool = False
    says: str = field(default="", compare=False)


def request(number: int, secret: bytes, now: int, seed: int = 0) -> Request:
    """The request of that number, signed with `secret` (where it is) at `now`, in seconds since the epoch."""
    dice = random.Random(seed * 1_000_000_007 + number)
    way = dice.choices(_WAYS, _WEIGHTS)[0]
    return way(dice, number, secret, now)


def _signed(
    dice: random.Random, body: bytes, content_type: bytes, secret: bytes, now: int, says: str
) -> Request:
    timestamp = b"%d" % (now + dice.randint(-250, 250))
    mac = hmac.new(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).hexdigest()
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-slack-request-timestamp", timestamp),
        (b"x-slack-signature", b"v0=" + mac.encode()),
        (b"x-slack-retry-num", b"1"),
    ]
    return Request(headers=headers, parts=_in_pieces(dice, body), says=says)


def _in_pieces(dice: random.Random, body: bytes) -> list[bytes]:
    if dice.random() < 0.8:
        return [body]
    cuts = sorted(dice.randint(0, len(body)) for _ in range(dice.randint(1, 6)))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def _wire(payload: Any, *, form: bool, spelled: bool) -> tuple[bytes, bytes]:
    """A payload as Slack would send it; `spelled` in plain ASCII, else as UTF-8 where that can be."""
    text = json.dumps(payload, ensure_ascii=spelled)
    if form:
        return b"payload=" + _quoted(text), b"application/x-www-form-urlencoded"
    return text.encode("utf-8", "replace"), b"application/json"


def _quoted(text: str) -> bytes:
    """As in a form, with what needs no escape left as it is."""
    if len(text) < 300:
        return quote_plus(text, errors="replace").encode()
    for character, escape in (("%", "%25"), ("&", "%26"), ("+", "%2B"), ("=", "%3D"), (" ", "+")):
        text = text.replace(character, escape)
    return text.encode("utf-8", "replace")


@cache
def _written() -> Sequence[tuple[str, Sequence[str]]]:
    return [(kind.__name__, [json.dumps(each) for each in kind(_A_NUMBER)]) for kind in _KINDS]


_A_NUMBER = 424_242


def _one_of_each(dice: random.Random, number: int) -> tuple[Any, str]:
    """A payload that nobody sent before, and its kind."""
    kind, payloads = dice.choice(_written())
    return json.loads(dice.choice(payloads).replace(str(_A_NUMBER), f"{number:06d}")), kind


def spoiled(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """A real payload with something wrong in it, well signed."""
    payload, kind = _one_of_each(dice, number)
    said = [spoil(dice, payload) for _ in range(dice.choice((0, 1, 1, 1, 1, 2)))]
    if kind == "commands" and all(isinstance(value, str) for value in payload.values()):
        body = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in payload.items())
        return _signed(dice, body, b"application/x-www-form-urlencoded", secret, now, f"command {said}")
    body, content_type = _wire(payload, form=kind != "events", spelled=dice.random() < 0.7)
    return _signed(dice, body, content_type, secret, now, f"{kind} {said}")


def spoil(dice: random.Random, payload: Any) -> str:
    """Put something of another type, or nothing, anywhere inside a payload. Says where and what."""
    places = list(_places(payload, ()))
    where = dice.choice(places)
    inside = payload
    for step in where[:-1]:
        inside = inside[step]
    if dice.random() < 0.2 and isinstance(inside, dict):
        del inside[where[-1]]
        return f"without {where}"
    value = dice.choice(_VALUES)()
    inside[where[-1]] = value
    return f"{where} = {json.dumps(value)[:60]}"


def _places(value: Any, at: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [at] if at else []
    for step, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += _places(inner, (*at, step))
    return found


def _nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    return value


_VALUES: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: False, lambda: 0, lambda: -1, lambda: 1.5, lambda: 2**63, lambda: 10**40,
    lambda: float("nan"), lambda: float("inf"), lambda: "", lambda: " ", lambda: "x", lambda: "\x00",
    lambda: "a\ud800b",
    lambda: "\u202e\u200b", lambda: "🧑‍🤝‍🧑" * 40, lambda: "x" * 300, lambda: "x" * 30_000, lambda: "<!channel>",
    lambda: "'; DROP TABLE story; --", lambda: "%s%n{0}{self}", lambda: "../../etc/passwd", lambda: "message",
    lambda: "event_callback", lambda: "view_submission", list, dict, lambda: [None], lambda: [[]], lambda: [{}],
    lambda: ["x"], lambda: [0], lambda: {"id": None}, lambda: {"id": {}}, lambda: {"value": []}, lambda: {"x": "y"},
    lambda: {"": ""}, lambda: {"id": "x" * 5_000}, lambda: _nested(60), lambda: _nested(300), lambda: _nested(400),
    lambda: {str(key): key for key in range(100)},
)  # fmt: skip


def mangled(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """A real payload, its bytes spoiled before they were signed, under some content type."""
    payload, kind = _one_of_each(dice, number)
    body, content_type = _wire(payload, form=dice.random() < 0.5, spelled=dice.random() < 0.5)
    raw = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(raw) or 1)
        match dice.randrange(4):
            case 0:
                del raw[at:]
            case 1:
                raw[at : at + 1] = bytes((dice.randrange(256),))
            case 2:
                raw[at:at] = dice.choice((b"\x00", b"\xff", b'"', b"}", b"%zz", b"&payload=", b"\\ud800"))
            case _:
                raw[at:at] = raw[at : at + dice.randint(1, 200)]
    chosen = content_type if dice.random() < 0.6 else dice.choice(_TYPES)
    return _signed(dice, bytes(raw), chosen, secret, now, f"mangled {kind}")


def odd(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """A signed body that never was a payload."""
    body = dice.choice((*_ODD_BODIES, dice.randbytes(dice.randint(0, 600))))
    return _signed(dice, body, dice.choice(_TYPES), secret, now, f"odd {body[:40]!r}")


def unsigned(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """A real payload with a signature that does not fit, or with headers that lie."""
    payload, kind = _one_of_each(dice, number)
    body, content_type = _wire(payload, form=dice.random() < 0.5, spelled=True)
    good = _signed(dice, body, content_type, secret, now, "")
    headers = dict(good.headers)
    match dice.randrange(7):
        case 0:
            headers[b"x-slack-signature"] = dice.choice(
                (b"", b"v0=", b"v1=abc", b"\xff" * 70, b"v0=" + b"0" * 64)
            )
        case 1:
            late = b"%d" % (now + dice.choice((-301, 301, -(10**9))))
            wrong = (late, b"", b"-1", b"NaN", b"1e9", b"\xb2\xb3", "١٢٣".encode(), b"9" * 5_000)
            headers[b"x-slack-request-timestamp"] = dice.choice(wrong)
        case 2:
            headers[b"content-length"] = dice.choice((b"-1", b"1e9", b"9" * 30, b"\xb2", b"0x10", b"1048577"))
        case 3:
            del headers[dice.choice((b"x-slack-signature", b"x-slack-request-timestamp"))]
        case 4:
            return Request(headers=good.headers, parts=[body[: len(body) // 2]], cut=True, says=f"cut {kind}")
        case 5:
            return Request(headers=good.headers, parts=[body, b" "], says=f"longer than signed {kind}")
        case _:
            return Request(headers=good.headers, parts=[b"x" * 65_536] * 17, says="endless")
    return Request(headers=list(headers.items()), parts=good.parts, says=f"unsigned {kind} {headers!r}"[:300])


def elsewhere(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """Another method, another path."""
    payload, _ = _one_of_each(dice, number)
    body, content_type = _wire(payload, form=False, spelled=True)
    good = _signed(dice, body, content_type, secret, now, "")
    path = dice.choice((*_PATHS, EVENTS_PATH, *_PAGES))
    posts = path not in (EVENTS_PATH, *_PAGES) and dice.random() < 0.5
    method = "POST" if posts else dice.choice(_METHODS[1:] if path in _PAGES else _METHODS)
    return Request(path, method, _query(dice), good.headers, good.parts, says=f"{method} {path[:40]!r}")


def page(dice: random.Random, number: int, secret: bytes, now: int) -> Request:
    """A page with a query and cookies that nobody wrote."""
    cookies = (b"", b"=", b";;;", b"a=b; a=c", b"__Host-purpose-bot-install=" + b"x" * 43, b"\xff\xfe=\x00",
               b"__Host-purpose-bot-install=" + b"x" * 9_000, b"__Host-purpose-bot-install=\xc3\xa9")  # fmt: skip
    # Mostly the two that read what they are given; numbers and readiness ask the database each time.
    path = dice.choices(_PAGES, (4, 1, 1, 2, 6))[0]
    headers = [(b"cookie", dice.choice(cookies)) for _ in range(dice.randint(0, 3))]
    return Request(
        path, dice.choice(("GET", "GET", "GET", "HEAD")), _query(dice), headers, says=f"GET {path}"
    )


def _query(dice: random.Random) -> bytes:
    name = dice.choice((b"state", b"code", b"error", b"x", b"", b"%00"))
    value = dice.choice((b"", b"x", b"%", b"%ff%fe", b"%00", b"\xff", b"a" * 600, b"access_denied", b"%ed%a0%80",
                         b"<script>", b"../", b"+&+", WORDS.replace(" ", "+").encode()))  # fmt: skip
    return dice.choice(
        (b"", name + b"=" + value, b"state=x&code=" + value, name + b"=" + value + b"&" + name + b"=y")
    )


_WAYS = (spoiled, mangled, odd, unsigned, elsewhere, page)
_WEIGHTS = (6, 12, 24, 42, 14, 2)
