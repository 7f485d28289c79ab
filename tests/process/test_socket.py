"""The socket: refused with words, back after every kind of loss, and never silent about it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.sandbox.server import LocalWorkspace
from handlers.slack.app import NOT_HERE, Bot, NotReady, build_app
from handlers.slack.socket_mode import Socket, SocketRefused


@pytest.fixture
async def acme(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalWorkspace]:
    monkeypatch.setattr("handlers.slack.socket_mode.WATCH_SECONDS", 0.02)
    monkeypatch.setattr("handlers.slack.socket_mode.FIRST_WAIT_SECONDS", 0.02)
    async with LocalWorkspace() as workspace:
        yield workspace


@pytest.fixture
async def socket(acme: LocalWorkspace) -> AsyncIterator[Callable[..., Socket]]:
    made: list[Socket] = []

    def make(app_token: str = acme.app_token) -> Socket:
        app = AsyncApp(token="xoxb-1", signing_secret="x")
        made.append(Socket(app, app_token, acme.api_url, ping=0.1))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def test_a_token_that_slack_does_not_take_is_refused_at_once(
    socket: Callable[..., Socket],
) -> None:
    with pytest.raises(SocketRefused) as refused:
        await socket("xapp-1-2-old").connect()

    assert refused.value.code == "invalid_auth"


async def test_a_slack_in_trouble_is_asked_again_until_it_answers(
    acme: LocalWorkspace, socket: Callable[..., Socket]
) -> None:
    acme.hub.faults.add({"fail": {"method": "apps.connections.open", "error": "internal_error", "times": 2}})
    made = socket()

    await made.connect()

    assert made.connected


async def test_an_address_good_for_one_try_is_not_tried_twice(
    acme: LocalWorkspace, socket: Callable[..., Socket], caplog: pytest.LogCaptureFixture
) -> None:
    acme.hub.faults.add({"refuse_sockets_for": 0.25})
    made = socket()

    with caplog.at_level(logging.DEBUG):
        await made.connect()

    assert made.connected
    assert "ticket=" not in "".join(record.getMessage() for record in caplog.records if record.levelno > 10)


async def test_a_socket_that_was_cut_comes_back_also_after_it_was_turned_away_for_a_while(
    acme: LocalWorkspace, socket: Callable[..., Socket]
) -> None:
    made = socket()
    await made.connect()
    acme.hub.faults.add({"refuse_sockets_for": 0.3})

    for connection in list(acme.hub.sockets.connections):
        await connection.socket.close()
    await acme.wait_for(lambda: not acme.hub.sockets.connections)
    await acme.wait_for(lambda: acme.hub.sockets.connections and made.connected)

    assert made.connected


async def test_a_socket_that_falls_silent_without_being_cut_is_left_for_a_new_one(
    acme: LocalWorkspace, socket: Callable[..., Socket]
) -> None:
    made = socket()
    await made.connect()
    await acme.wait_for(lambda: acme.hub.sockets.connections, 30)
    [silent] = acme.hub.sockets.connections

    # The other end reads nothing any more and says nothing, as behind a firewall that forgot the connection.
    transport: Any = silent.socket._req and silent.socket._req.transport
    transport.pause_reading()
    await acme.wait_for(lambda: any(each is not silent for each in acme.hub.sockets.connections), 30)
    await acme.wait_for(lambda: made.connected, 30)

    assert made.connected


async def test_silence_is_counted_from_the_last_answer(
    acme: LocalWorkspace, socket: Callable[..., Socket]
) -> None:
    made = socket()
    before = made.silence
    await made.connect()

    await acme.wait_for(lambda: made.silence > 0.05)
    await acme.wait_for(lambda: made.silence < 0.05)

    assert before == 0.0


class Answers:
    """A door that answers everything alike, or is not ready; and the client that would tell Slack."""

    def __init__(
        self, answer: dict[str, Any] | None = None, *, bot: Bot | None = None, ready: bool = True
    ) -> None:
        self.answer, self.bot, self.ready = answer, bot, ready
        self.sent: list[dict[str, Any]] = []

    async def take(self, body: object) -> dict[str, Any] | None:
        return self.answer

    async def installed(self, team: str) -> Bot | None:
        if not self.ready:
            raise NotReady
        return self.bot if team == "T1" else None

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        self.sent.append(response.to_dict())


ALICES = Bot("U0BOT", "xoxb-1")
ERRORS = {"response_action": "errors", "errors": {"text": "Please write something."}}


@pytest.mark.parametrize(
    ("answers", "sent"),
    [
        (Answers(bot=ALICES), [{"envelope_id": "e1"}]),
        (Answers(ERRORS, bot=ALICES), [{"envelope_id": "e1", "payload": ERRORS}]),
        (Answers(), [{"envelope_id": "e1", "payload": {"text": NOT_HERE}}]),
        (Answers(bot=ALICES, ready=False), []),
    ],
    ids=["kept", "errors", "not-installed", "not-ready"],
)
async def test_what_the_door_says_goes_back_with_the_envelopes_id_and_a_failure_is_no_ack(
    answers: Answers, sent: list[dict[str, Any]]
) -> None:
    door: Any = answers
    client: Any = answers
    socket = Socket(build_app(door, answers.installed), "xapp-1", "http://127.0.0.1/")
    command = {"command": "/purpose", "team_id": "T1", "user_id": "UALICE", "text": "help"}

    await socket._handler.handle(client, SocketModeRequest("slash_commands", "e1", command))
    await socket.close()

    assert answers.sent == sent
