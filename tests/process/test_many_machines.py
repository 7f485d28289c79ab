"""One web role and two workers on one PostgreSQL: each message once, also when a worker is killed."""

from __future__ import annotations

from pathlib import Path

from bot.db.engine import Database
from bot.sandbox.server import LocalWorkspace
from tests.process.conftest import BotIn
from tests.process.test_a_whole_week import apply_team, at, coming_monday, from_the_bot, seen, words


async def test_a_web_role_and_two_workers_share_the_work_and_double_nothing(
    bot_in: BotIn, tmp_path: Path, postgres: Database, postgres_url: str
) -> None:
    async with LocalWorkspace() as acme:
        monday = coming_monday()
        at(acme, monday, 16, 0)
        alice, bob, charlie = (acme.users[name] for name in ("alice", "bob", "charlie"))
        for user in (alice, bob, charlie):
            acme.workspace.people[user].tz = "Europe/London"
        channel = acme.channels["small-business"]
        web = await bot_in(acme, database=postgres_url, role="web")
        first = await bot_in(acme, database=postgres_url, role="worker")
        await bot_in(acme, database=postgres_url, role="worker")
        acme.invite(alice, channel)
        await seen(acme, channel, "Set up")
        await apply_team(web, tmp_path, channel, [alice, bob, charlie], alice)

        at(acme, monday, 16, 30, 1)
        for user in (alice, bob, charlie):
            await seen(acme, acme.dm(user), "What difference did you make for a customer today?")
        await first.kill()
        await acme.say(bob, acme.dm(bob), "Maria closed her books two days earlier.")

        # The killed worker may have held the lane: on another machine its lease (30 s) would have to run out.
        await seen(acme, acme.dm(bob), "Maria closed her books", after=1, within=45)
        for user in (alice, bob, charlie):
            asked = [m for m in from_the_bot(acme, acme.dm(user)) if "Nothing today" in words(m)]
            assert len(asked) <= 1
        assert len(from_the_bot(acme, acme.dm(bob))) == 2
