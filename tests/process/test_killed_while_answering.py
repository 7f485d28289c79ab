"""Kill -9 at random instants while 200 answers arrive with Slack's retries: every acked answer is there, once."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from bot.sandbox.server import LocalWorkspace
from tests.process.conftest import BotIn
from tests.process.running import RunningBot
from tests.process.test_a_whole_week import apply_team, at, coming_monday, seen

ANSWERS = 500
KILLS = 3
TELLERS = ("bob", "charlie", "dan", "erin", "frank")


@pytest.mark.parametrize("over_http", [False, True], ids=["socket-mode", "http"])
async def test_every_acked_answer_is_there_once(bot_in: BotIn, tmp_path: Path, over_http: bool) -> None:
    async with LocalWorkspace() as acme:
        for name in TELLERS[2:]:
            acme.add_person(name.title(), announce=False)
        channel, alice = acme.channels["small-business"], acme.users["alice"]
        tellers = [acme.users[name] for name in TELLERS]
        for user in tellers:
            acme.workspace.people[user].tz = "Europe/London"
        acme.invite(alice, channel)
        monday = coming_monday()
        at(acme, monday, 9, 0)
        bot = await bot_in(acme, over_http=over_http)
        await apply_team(bot, tmp_path, channel, [alice, *tellers], alice)
        at(acme, monday, 16, 30, 1)
        for user in tellers:
            await seen(acme, acme.dm(user), "What difference did you make")

        instants = random.Random(f"{over_http}")
        kill_after = set(instants.sample(range(40, ANSWERS - 40), KILLS))
        texts = []
        for number in range(ANSWERS):
            user = tellers[number % len(tellers)]
            texts.append(f"Answer {number:03d}: Maria's shop opened on time.")
            await acme.say(user, acme.dm(user), texts[-1])
            if number % 5 == 0:
                await asyncio.sleep(0.01)
            if number in kill_after:
                await asyncio.sleep(instants.random() / 5)
                await bot.kill()
                await bot.start()
                await connected(acme, bot)
        await worked_off(acme, bot)

        acked = {payload["event_id"] for payload in acme.hub.courier.history if payload["failed"] is None}
        assert acked
        given_up = {payload["event"]["text"] for payload in acme.hub.courier.given_up}
        kept = Counter(told(bot))
        assert [text for text, times in kept.items() if times > 1] == []
        assert [text for text in texts if text not in kept and text not in given_up] == []


async def connected(acme: LocalWorkspace, bot: RunningBot) -> None:
    """The bot takes events again; Slack sends again what got lost, without waiting for its minute."""
    if not bot.over_http:
        await acme.wait_for(lambda: acme.hub.sockets.connections)
    acme.hub.courier.redeliver()


async def worked_off(acme: LocalWorkspace, bot: RunningBot) -> None:
    """Nothing is on its way to the bot any more, and nothing waits in its inbox."""
    async with asyncio.timeout(120):
        while acme.hub.courier.under_way or acme.hub.courier.waiting or pending(bot):
            acme.hub.courier.redeliver()
            await asyncio.sleep(0.1)


def _database(bot: RunningBot) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{bot.folder}/bot.db?mode=ro", uri=True, timeout=10)


def pending(bot: RunningBot) -> int:
    connection = _database(bot)
    try:
        return int(connection.execute("SELECT COUNT(*) FROM inbox WHERE state = 'pending'").fetchone()[0])
    finally:
        connection.close()


def told(bot: RunningBot) -> list[str]:
    connection = _database(bot)
    try:
        return [row[0] for row in connection.execute("SELECT text FROM story WHERE state <> 'withdrawn'")]
    finally:
        connection.close()
