"""What an operator sees of a running bot: health with reasons, numbers, a clean end, and logs without secrets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from bot.cli.upkeep import Upkeep
from bot.domain.deliveries import Kind, NewDelivery
from bot.ports.inbox import InboxEntry
from bot.ports.writer import Run, Used
from bot.sandbox.server import LocalWorkspace
from handlers.slack.metrics import REGISTRY, exposition
from handlers.slack.pages import Health, pages
from tests.fake_ai_log import FakeAiLog
from tests.fakes import FakeStore
from tests.process.conftest import BotIn
from tests.process.inside import Inside
from tests.process.running import RunningBot

README = (Path(__file__).parents[2] / "README.md").read_text()
NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
STORY = "Maria closed her books two days earlier and slept through the night."
PAUSE = "Our own number is 4711."


class Socket:
    """A socket that is up or down."""

    def __init__(self, *, connected: bool = True, silence: float = 0.0) -> None:
        self.connected = connected
        self.silence = silence


async def fine() -> None:
    return None


async def broken() -> None:
    raise OSError("disk of customer Maria is gone")


def healthy(**changes: Any) -> Health:
    parts: dict[str, Any] = {
        "database": fine, "slack": None, "scheduler": lambda: None, "socket": Socket(), "started": True
    }  # fmt: skip
    return Health(**(parts | changes))


async def page(health: Health, path: str, store: FakeStore | None = None) -> tuple[int, str]:
    reply = await pages(health, store or FakeStore(), lambda: NOW)[path]({})
    return reply.status, reply.body.decode()


def number(exposed: str, name: str) -> float:
    """One number of an exposition, by its full name with labels."""
    return next(float(line.rsplit(" ", 1)[1]) for line in exposed.splitlines() if line.startswith(f"{name} "))


# health -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "part", "reason"),
    [
        ({"database": broken}, "database", "does not answer (OSError)"),
        (
            {"slack": "Slack does not answer (internal_error)"},
            "slack",
            "Slack does not answer (internal_error)",
        ),
        ({"socket": Socket(connected=False)}, "slack", "the socket is not connected"),
        ({"scheduler": None}, "scheduler", "not started yet"),
        ({"scheduler": lambda: "no tick for 61 seconds"}, "scheduler", "no tick for 61 seconds"),
        ({"started": False}, "process", "starting or stopping"),
    ],
)
async def test_readyz_says_503_with_the_part_and_the_reason_while_healthz_says_that_it_lives(
    changes: dict[str, Any], part: str, reason: str
) -> None:
    health = healthy(**changes)

    status, body = await page(health, "/readyz")
    alive, _ = await page(health, "/healthz")

    assert (status, alive) == (503, 200)
    assert orjson.loads(body) == {"ok": False, "problems": {part: reason}}


async def test_readyz_says_yes_where_all_is_well() -> None:
    assert await page(healthy(), "/readyz") == (200, '{"ok":true,"problems":{}}')


async def get(bot: RunningBot, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{bot.port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def until(bot: RunningBot, path: str, status: int) -> str:
    """The page's body once it answers so."""
    async with asyncio.timeout(20):
        while True:
            try:
                found, body = await get(bot, path)
            except aiohttp.ClientError:
                found, body = 0, ""
            if found == status:
                return body
            await asyncio.sleep(0.05)


async def test_a_bot_that_does_not_reach_slack_says_so_and_is_ready_when_it_does(tmp_path: Path) -> None:
    async with LocalWorkspace() as acme:
        acme.hub.faults.add({"fail": {"method": "auth.test", "error": "internal_error", "times": 1000}})
        bot = RunningBot(tmp_path, acme)
        starting = asyncio.create_task(bot.start())

        body = await until(bot, "/readyz", 503)
        alive, _ = await get(bot, "/healthz")
        while "Slack does not answer" not in body:
            body = await until(bot, "/readyz", 503)
        acme.hub.faults.clear()
        await starting
        ready, _ = await get(bot, "/readyz")
        code = await bot.stop()

    assert orjson.loads(body)["problems"]["slack"] == "Slack does not answer (internal_error)"
    assert (alive, ready, code) == (200, 200, 0)


# numbers ----------------------------------------------------------------------------------------------------------


def test_the_readme_names_every_number() -> None:
    names = {metric.name for metric in REGISTRY.collect()}

    assert [name for name in sorted(names) if f"`{name}" not in README] == []


async def test_the_numbers_say_what_waits_and_for_how_long() -> None:
    store = FakeStore()
    await store.inbox.keep(InboxEntry("slack:T1", "k1", "event", "{}", NOW))
    owed = NewDelivery("slack:T1", "s1", Kind.PROMPT, "U1", due_at=NOW - timedelta(seconds=90))
    await store.ledger.owe([owed])

    exposed = (await exposition(store, NOW, socket_silence=7.0)).decode()

    assert number(exposed, 'purpose_bot_inbox_entries{state="pending"}') == 1
    assert number(exposed, 'purpose_bot_inbox_entries{state="resting"}') == 0
    assert number(exposed, 'purpose_bot_deliveries{kind="prompt",state="queued"}') == 1
    assert number(exposed, "purpose_bot_delivery_lag_seconds") == 90
    assert number(exposed, "purpose_bot_socket_silence_seconds") == 7


async def test_runs_of_the_ai_step_are_counted_by_how_they_ended() -> None:
    log = FakeAiLog()
    for number, outcome in enumerate(("arranged", "timeout", "timeout")):
        await log.begin(Run("slack:T1", f"g{number}", NOW, "a-model", "2026-11"))
        await log.note("slack:T1", f"g{number}", outcome=outcome, used=Used(1, 10))
    show = pages(healthy(), FakeStore(), lambda: NOW, log.outcomes)["/metrics"]

    exposed = (await show({})).body.decode()

    assert number_of(exposed, "arranged") == 1
    assert number_of(exposed, "timeout") == 2


def number_of(exposed: str, outcome: str) -> float:
    return number(exposed, f'purpose_bot_ai_runs{{outcome="{outcome}"}}')


async def acks(inside: Inside) -> dict[str, float]:
    exposed = (await exposition(inside.store, inside.now())).decode()
    return {
        line.split('"')[1]: float(line.rsplit(" ", 1)[1])
        for line in exposed.splitlines()
        if line.startswith("purpose_bot_ack_seconds_count")
    }


async def test_every_kind_of_payload_has_its_ack_time(inside: Inside) -> None:
    before = await acks(inside)
    team = await inside.team("small-business", "bob")
    prompt = await inside.prompt("bob", team)
    bob = inside.user("bob")

    await inside.ws.say(bob, inside.dm("bob"), STORY)
    await inside.ws.command(bob, team.channel, "/purpose", "help")
    await inside.ws.click(bob, prompt, "prompt.share")
    await inside.settled()
    await inside.ws.submit(
        bob, inside.modal("bob")["id"], {"story.text": "The clinic answers its phone again."}
    )
    await inside.settled()
    after = await acks(inside)

    assert {kind for kind in after if after[kind] > before.get(kind, 0)} >= {
        "event",
        "command",
        "action",
        "view",
    }


async def test_each_call_that_slack_put_off_is_counted_by_its_method(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    name = 'purpose_bot_rate_limited_total{method="chat.postMessage"}'
    before = (await exposition(inside.store, inside.now())).decode()
    inside.ws.hub.faults.add({"rate_limit": {"method": "chat.postMessage", "times": 2, "retry_after": 1}})

    await inside.prompt("bob", team)
    after = (await exposition(inside.store, inside.now())).decode()

    assert number(after, name) - (number(before, name) if name in before else 0) == 2


# the end ----------------------------------------------------------------------------------------------------------


async def test_sigterm_while_work_is_under_way_ends_within_ten_seconds_and_loses_nothing(
    bot_in: BotIn,
) -> None:
    async with LocalWorkspace() as acme:
        bot = await bot_in(acme)
        alice, channel = acme.users["alice"], acme.channels["small-business"]
        acme.invite(alice, channel)
        await acme.wait_for(lambda: from_the_bot(acme, channel))
        questions: list[str] = []
        took: list[float] = []
        while min(took, default=10.0) >= 10 and len(took) < 4:
            # Again where it took longer, as everything does on a busy machine.
            acme.hub.faults.add({"slow_ms": 600})
            questions.append(f"Who slept better after night {len(took)}?")
            await acme.command(alice, channel, "/purpose-check", questions[-1])

            began = asyncio.get_running_loop().time()
            code = await bot.stop()
            took.append(asyncio.get_running_loop().time() - began)
            acme.hub.faults.clear()
            await bot.start()
            await acme.wait_for(lambda: len(asked(acme, channel)) >= len(questions))
            assert code == 0
        questions.append("And who did not?")
        await acme.command(alice, channel, "/purpose-check", questions[-1])
        await acme.wait_for(lambda: len(asked(acme, channel)) >= len(questions))

    assert min(took) < 10
    assert [[each for each in questions if each in one] for one in asked(acme, channel)] == [
        [each] for each in questions
    ]


def from_the_bot(acme: LocalWorkspace, channel: str) -> list[str]:
    return [str(one) for one in acme.messages(channel) if one.get("bot_id")]


def asked(acme: LocalWorkspace, channel: str) -> list[str]:
    return [one for one in from_the_bot(acme, channel) if "check.answer" in one or "Share your story" in one]


# how long -----------------------------------------------------------------------------------------------------


async def test_who_did_what_is_known_for_ninety_days(inside: Inside) -> None:
    upkeep = Upkeep(inside.house)
    for days in (89, 91):
        at = inside.now() - timedelta(days=days)
        await inside.store.audit.note(inside.workspace, actor="U1", action=f"{days}.days", about="T1", at=at)

    await upkeep.retention()

    found = [line[2] for line in await inside.store.audit.lines(inside.workspace)]
    assert [each for each in found if each.endswith(".days")] == ["89.days"]


# logs -------------------------------------------------------------------------------------------------------------


TOKEN_KEY = "x7aCkhJ4ZEkiu4kz5BzbRcBnzbyCPxNOS4yw0Os_0Q0="
OPENAI_KEY = "sk-a-key-that-nobody-may-see"


class Chatty(RunningBot):
    """With every secret set, and as much logged as can be."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "json",
            "TOKEN_KEYS": TOKEN_KEY,
            "OPENAI_API_KEY": OPENAI_KEY,
            "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        }


@pytest.mark.parametrize("over_http", [False, True], ids=["socket-mode", "http"])
async def test_a_whole_runs_log_holds_no_secret_and_no_story(tmp_path: Path, over_http: bool) -> None:
    async with LocalWorkspace() as acme:
        bot = Chatty(tmp_path, acme, over_http=over_http)
        await bot.start()
        alice, channel = acme.users["alice"], acme.channels["small-business"]
        acme.invite(alice, channel)
        await acme.wait_for(lambda: from_the_bot(acme, channel))
        await acme.command(alice, channel, "/purpose", f"story {STORY}")
        await acme.wait_for(lambda: from_the_bot(acme, acme.dm(alice)))
        acme.hub.faults.add({"fail": {"method": "views.publish", "error": "internal_error", "times": 3}})
        await acme.open_home(alice)
        await acme.say(alice, acme.dm(alice), PAUSE)
        await acme.wait_for(lambda: len(from_the_bot(acme, acme.dm(alice))) > 1)
        async with aiohttp.ClientSession() as session:
            (await session.post(f"http://127.0.0.1:{bot.port}/slack/events", data=STORY)).release()
        await get(bot, f"/nowhere?{STORY}")
        await bot.stop()
        log = await asyncio.to_thread(bot.log.read_text)
        hidden = [
            acme.bot_token, acme.app_token, acme.signing_secret, acme.client_secret, TOKEN_KEY, OPENAI_KEY,
            "ticket=", "Maria", "slept through", "4711", "response_url",
        ]  # fmt: skip

    assert '"event": "ready"' in log
    assert [each for each in hidden if each in log] == []
