"""A team's whole week, with the real bot process, killed once in the middle: every answer is in the digest, once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.server import LocalWorkspace
from tests.process.conftest import BotIn
from tests.process.running import RunningBot

PURPOSE = "We help small businesses be more successful."
LONDON = ZoneInfo("Europe/London")


def coming_monday() -> date:
    """A Monday ahead: the command line lives on the machine's clock, and a new team owes nothing past."""
    tomorrow = datetime.now(LONDON).date() + timedelta(days=1)
    return tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)


def at(workspace: LocalWorkspace, day: date, hour: int, minute: int, second: int = 0) -> None:
    """Move the one clock that the workspace and the bot share to a time in London."""
    moment = datetime.combine(day, time(hour, minute, second), LONDON)
    workspace.clock.set_offset(workspace.clock.offset + moment.timestamp() - workspace.clock.time())


def from_the_bot(workspace: LocalWorkspace, channel: str) -> list[dict[str, Any]]:
    """The bot's messages in a channel, oldest first."""
    return [message for message in workspace.messages(channel) if message.get("user") == workspace.bot_user]


async def seen(
    workspace: LocalWorkspace, channel: str, said: str, *, after: int = 0, within: float = 30
) -> dict[str, Any]:
    """The bot's first message in a channel that says so, once it is there."""

    def found() -> list[dict[str, Any]]:
        return [message for message in from_the_bot(workspace, channel)[after:] if said in words(message)]

    return (await workspace.wait_for(found, within))[0]


def words(message: dict[str, Any]) -> str:
    """All that a message says, blocks and fallback."""
    return f"{message.get('text', '')} {message.get('blocks', '')}"


async def apply_team(bot: RunningBot, folder: Path, channel: str, members: list[str], manager: str) -> None:
    """Set the team up from a file, as an operator would."""
    file = folder / "teams.toml"
    people = ", ".join(f'"{user}"' for user in members)
    file.write_text(
        f'[[team]]\nchannel = "{channel}"\npurpose = "{PURPOSE}"\nmanagers = ["{manager}"]\n'
        f'members = [{people}]\ntimezone = "Europe/London"\njoin = "enrol"\n'
    )
    code, out, err = await bot.command_line("apply", str(file))
    assert code == 0, err
    assert "new team" in out
    code, out, err = await bot.command_line("apply", str(file))
    assert (code, out.strip()) == (0, "Nothing to change."), err


@pytest.mark.parametrize("over_http", [False, True], ids=["socket-mode", "http"])
async def test_a_week_from_mondays_reminder_to_fridays_digest_survives_kill_9(
    bot_in: BotIn, tmp_path: Path, over_http: bool
) -> None:
    async with LocalWorkspace(redeliver_on_connect=True) as acme:
        monday = coming_monday()
        at(acme, monday, 8, 55)
        alice, bob, charlie = (acme.users[name] for name in ("alice", "bob", "charlie"))
        for user in (alice, bob, charlie):
            acme.workspace.people[user].tz = "Europe/London"
        channel = acme.channels["small-business"]
        acme.invite(alice, channel)
        bot = await bot_in(acme, over_http=over_http)
        await apply_team(bot, tmp_path, channel, [alice, bob, charlie], alice)

        # Monday 09:00: the reminder, with the purpose.
        at(acme, monday, 9, 0, 1)
        reminder = await seen(acme, channel, PURPOSE)
        assert reminder["text"]

        # Monday 16:30: a prompt each; Bob answers in plain words and gets a receipt.
        at(acme, monday, 16, 30, 1)
        bobs, charlies = acme.dm(bob), acme.dm(charlie)
        prompt = await seen(acme, bobs, PURPOSE)
        assert "What difference did you make for a customer today?" in words(prompt)
        assert PURPOSE in words(prompt)
        assert all(
            button in words(prompt) for button in ("Share a story", "Nothing today", "Remind me in an hour")
        )
        await acme.say(bob, bobs, "Maria closed her books two days earlier & smiled <3 <!everyone>")
        receipt = await seen(acme, bobs, "Maria closed", after=1)
        assert all(
            button in words(receipt) for button in ("Edit", "Keep private", "Delete", "Read a colleague's")
        )

        # Charlie uses the modal.
        asked = await seen(acme, charlies, PURPOSE)
        await acme.click(charlie, asked, "prompt.share")
        view = (await acme.wait_for(lambda: acme.views(charlie)))[0]
        told = {"story.text": {"value": "Told the bakery an honest no: our oven plan was not for them."}}
        await acme.submit(charlie, view["id"], told)
        await seen(acme, charlies, "honest no")

        # Tuesday: the manager runs a check; the bot is killed while answers arrive.
        at(acme, monday + timedelta(days=1), 10, 0)
        await acme.command(alice, channel, "/purpose-check", "Who will feel the difference at the clinic?")
        check = await seen(acme, channel, "at the clinic")
        assert all(button in words(check) for button in ("Share your story", "Close check"))
        await acme.say(bob, channel, "The nurses: their list is done by noon.", thread_ts=check["ts"])
        await bot.kill()
        await acme.say(charlie, channel, "The night shift, who no longer retype it.", thread_ts=check["ts"])
        await bot.start()
        # Slack tries an event again after a minute; on a socket it also does as soon as that is back.
        at(acme, monday + timedelta(days=1), 10, 2)
        await seen(acme, channel, "2 people answered")
        await acme.click(
            alice, next(m for m in acme.messages(channel) if m["ts"] == check["ts"]), "check.close"
        )
        rollup = await seen(acme, channel, "This is what was told")
        assert rollup["thread_ts"] == check["ts"]

        # Friday 15:00: the digest holds every answer, once, word for word.
        # (On most days of the machine's week, the Friday before had one, too: the team was set up before it.)
        before = len(from_the_bot(acme, channel))
        at(acme, monday + timedelta(days=4), 15, 0, 1)
        digest = await seen(acme, channel, "Impact digest", after=before)
        shown = str(digest["blocks"])
        assert PURPOSE in shown
        assert "compiled without AI" in shown
        for story in (
            "Maria closed her books two days earlier & smiled <3 <!everyone>",
            "Told the bakery an honest no: our oven plan was not for them.",
            "The nurses: their list is done by noon.",
            "The night shift, who no longer retype it.",
        ):
            assert shown.count(story) == 1, story
        assert len([m for m in from_the_bot(acme, channel)[before:] if "Impact digest" in words(m)]) == 1
        assert len(from_the_bot(acme, bobs)) == len({m["ts"] for m in from_the_bot(acme, bobs)})

        exported = await bot.stories(channel)
        assert sorted(line["source"] for line in exported) == ["check", "check", "dm", "modal"]
        assert await bot.stop() == 0
