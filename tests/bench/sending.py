"""What goes out over TLS: ten thousand prompts to a hundred workspaces, beside bare aiohttp and orjson.

python -m tests.bench.sending [--quick]
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
from aiohttp import web

from tests.bench.rig import ROUNDS, Row, child, folder, free_port, median, python, ratio, run

WORKSPACES = 100
IN_FLIGHT = 40
TOKEN = "xoxb-bench"
_ENDS_WITHIN_SECONDS = 120.0


class Slack:
    """chat.postMessage over TLS; counts messages and connections."""

    def __init__(self, port: int) -> None:
        self.url = f"https://localhost:{port}/api/"
        self.messages = 0
        self.connections: set[int] = set()

    async def post(self, request: web.Request) -> web.Response:
        """Say yes, with a ts of its own."""
        message = orjson.loads(await request.read())
        self.messages += 1
        assert request.transport is not None
        self.connections.add(request.transport.get_extra_info("peername")[1])
        body = orjson.dumps({"ok": True, "channel": message["channel"], "ts": f"{self.messages}.000100"})
        return web.Response(body=body, content_type="application/json")


def certificate(at: Path) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key; good for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (at / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (at / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return at / "cert.pem", at / "key.pem"


@asynccontextmanager
async def slack_over_tls(at: Path) -> AsyncIterator[Slack]:
    """A server on a port of its own."""
    port = free_port()
    slack = Slack(port)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate(at))
    app = web.Application()
    app.router.add_post("/api/chat.postMessage", slack.post)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, keepalive_timeout=75)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    try:
        yield slack
    finally:
        await runner.cleanup()


async def once(how: str, slack: Slack, at: Path, number: int) -> tuple[float, int]:
    """CPU microseconds a message, and connections."""
    slack.connections.clear()
    slack.messages = 0
    # The child trusts the server by the way everybody's OpenSSL is told whom to trust.
    trusted = {"SSL_CERT_FILE": str(at / "cert.pem")}
    command = python(
        "tests.bench.sending", how, slack.url, str(at / f"{how}-{time.monotonic_ns()}"), str(number)
    )
    async with child(*command, env=trusted) as sender:
        async with asyncio.timeout(_ENDS_WITHIN_SECONDS):
            await sender.process.wait()
        said = sender.log.read_text()
    if sender.process.returncode:
        raise AssertionError(f"a sender ended:\n{said[-3000:]}")
    if slack.messages != number:
        raise AssertionError(f"{slack.messages} messages for {number}")
    return 1e6 * float(json.loads(said.splitlines()[-1])["cpu"]) / number, len(slack.connections)


async def measure(quick: bool) -> Sequence[Row]:
    """Each way of sending, round by round."""
    number, rounds = (200, 1) if quick else (5_000, ROUNDS)
    cpu: dict[str, list[float]] = {how: [] for how in HOW}
    connections: dict[str, int] = {}
    with folder() as name:
        at = Path(name)
        async with slack_over_tls(at) as slack:
            for _ in range(rounds):
                for how in HOW:
                    used, connections[how] = await once(how, slack, at, number)
                    cpu[how].append(used)
    what = "bare aiohttp + orjson posting the same, CPU a message"

    def row(words: str, how: str, goal: float | None, why: str = "") -> Row:
        detail = f"{median(cpu[how]):.0f} µs beside {median(cpu['bare']):.0f} µs"
        return Row(words, what, ratio(cpu[how], cpu["bare"]), "×", goal, detail=detail, why=why)

    return [
        row(
            f"{rounds * number:,} messages over {WORKSPACES} workspaces (TLS), rendered and posted",
            "posted",
            2.0,
        ),
        row(
            "the same, each a ledger row: claimed, posted, recorded",
            "ledger",
            5.0,
            "each message is two durable changes of state, a few of them in one commit, and a share of its lane",
        ),
        Row(
            "connections of the ledger's sender",
            "in-flight cap",
            float(connections["ledger"]),
            "lines",
            float(IN_FLIGHT),
        ),
    ]


# What the children do -------------------------------------------------------------------------------------------------


def prompt() -> Any:
    """What is sent: a team's daily prompt."""
    from bot.domain.notices import PromptNotice
    from bot.domain.prompts import FIRST_QUESTION
    from bot.domain.stories import Visibility
    from tests.slack.samples import TEAM

    return PromptNotice(TEAM, FIRST_QUESTION, "Did you tell anyone an honest no?", Visibility.TEAM)


def _who(number: int) -> tuple[str, str]:
    return f"slack:T{number % WORKSPACES:03}", f"D{number:07}"


async def _at_once(number: int, send: Callable[[int], Awaitable[object]]) -> None:
    numbers = iter(range(number))

    async def one_line() -> None:
        for each in numbers:
            await send(each)

    await asyncio.gather(*(one_line() for _ in range(IN_FLIGHT)))


async def bare(url: str, at: Path, number: int) -> float:
    """The client library and orjson, and nothing else."""
    import aiohttp

    from handlers.slack.surfaces.table import render

    rendered = render(prompt())
    message = {"text": rendered.text, "blocks": rendered.blocks, "unfurl_links": False, "unfurl_media": False}
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json; charset=utf-8"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as session:

        async def send(each: int) -> None:
            metadata = {"event_type": "bench", "event_payload": {"id": f"{each:024}"}}
            body = orjson.dumps(message | {"channel": _who(each)[1], "metadata": metadata})
            async with session.post(f"{url}chat.postMessage", data=body, headers=headers) as answer:
                if not orjson.loads(await answer.read())["ok"]:
                    raise AssertionError

        await _at_once(IN_FLIGHT, send)
        began = time.process_time()
        await _at_once(number - IN_FLIGHT, send)
        return (time.process_time() - began) * number / (number - IN_FLIGHT)


async def posted(url: str, at: Path, number: int) -> float:
    """The bot's messenger: rendered and posted, with a token from memory."""
    from handlers.slack.api import SlackApi
    from handlers.slack.messenger import SlackMessenger

    async def token(workspace: str) -> str:
        return TOKEN

    api = SlackApi(url, token)
    people: Any = None  # nobody is looked up: every recipient is a conversation
    messenger, notice = SlackMessenger(api, people), prompt()

    async def send(each: int) -> None:
        workspace, channel = _who(each)
        await messenger.post(workspace, channel, notice, delivery=f"{each:024}")

    await _at_once(IN_FLIGHT, send)
    began = time.process_time()
    await _at_once(number - IN_FLIGHT, send)
    used = time.process_time() - began
    await api.close()
    return used * number / (number - IN_FLIGHT)


async def ledger(url: str, at: Path, number: int) -> float:
    """The bot's scheduler over its ledger on disk."""
    from bot.db.engine import open_database
    from bot.db.migrating import migrate
    from bot.db.store import SqlStore
    from bot.domain.deliveries import Kind, NewDelivery, Priority
    from handlers.slack.api import SlackApi
    from handlers.slack.messenger import SlackMessenger
    from scheduler.pump import Pace
    from scheduler.service import Scheduler

    async def token(workspace: str) -> str:
        return TOKEN

    async def compose(delivery: object, now: datetime) -> Any:
        return notice

    async def sent(delivery: object, ref: object, now: datetime) -> None:
        """Nothing follows."""

    database = open_database(f"sqlite:///{at}.db")
    await migrate(database)
    store, notice, api = SqlStore(database), prompt(), SlackApi(url, token)
    now = datetime.now(UTC)
    due = now - timedelta(seconds=1)
    await store.ledger.owe(
        [
            NewDelivery(
                workspace=_who(each)[0],
                subject="team1:prompt",
                kind=Kind.PROMPT,
                recipient=_who(each)[1],
                due_at=due,
                local_date=now.date(),
                priority=Priority.CROWD,
            )
            for each in range(number)
        ]
    )
    composer: Any = SimpleNamespace(compose=compose, sent=sent)
    people: Any = None
    messenger = SlackMessenger(api, people)
    scheduler = Scheduler(
        store, messenger, composer, lambda: datetime.now(UTC), owner="bench", pace=Pace(per_minute=0)
    )
    began = time.process_time()
    await scheduler.start()
    while await _unsent(store):  # noqa: ASYNC110 - a bench may look now and then
        await asyncio.sleep(0.25)
    used = time.process_time() - began
    await scheduler.stop()
    await api.close()
    await store.close()
    return used


async def _unsent(store: Any) -> bool:
    states = await store.ledger.states()
    return any(state.value in ("queued", "sending") and count for (_, state), count in states.items())


HOW: dict[str, Callable[[str, Path, int], Coroutine[Any, Any, float]]] = {
    "bare": bare,
    "posted": posted,
    "ledger": ledger,
}


def _send(how: str, url: str, at: str, number: str) -> None:
    import uvloop

    used = uvloop.run(HOW[how](url, Path(at), int(number)))
    print(json.dumps({"cpu": used}))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in HOW:
        _send(*sys.argv[1:5])
    else:
        run(measure)
