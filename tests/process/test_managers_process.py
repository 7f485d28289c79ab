"""A check in the real process: it closes when its time has come, with nobody clicking."""

from __future__ import annotations

from typing import Any

from bot.sandbox.server import LocalWorkspace
from tests.process.conftest import BotIn


async def test_a_check_closes_at_its_hour_with_its_rollup(bot_in: BotIn) -> None:
    async with LocalWorkspace(redeliver_on_connect=True) as acme:
        alice, bob = acme.users["alice"], acme.users["bob"]
        channel = acme.channels["small-business"]
        acme.invite(alice, channel)
        bot = await bot_in(acme)

        def said(words: str) -> dict[str, Any] | None:
            found = [one for one in acme.messages(channel) if words in f"{one['text']}{one.get('blocks')}"]
            return next((one for one in found if one.get("bot_id")), None)

        await acme.command(alice, channel, "/purpose-check", "Who slept better?")
        check = await acme.wait_for(lambda: said("Who slept better?"))
        assert check is not None
        await acme.say(bob, channel, "Rosa, at the bakery.", thread_ts=check["ts"])
        await acme.wait_for(lambda: said("1 person answered."))

        acme.clock.set_offset(acme.clock.offset + 4 * 3600 + 60)
        rollup = await acme.wait_for(lambda: said("This is what was told"))
        assert rollup is not None
        assert rollup["thread_ts"] == check["ts"]
        assert "Rosa, at the bakery." in str(rollup["blocks"])
        await acme.wait_for(lambda: said("Closed."))
        assert await bot.stop() == 0
