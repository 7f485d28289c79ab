"""The real bot on a faked machine clock, through the autumn weeks in which Europe and the US change theirs."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.server import LocalWorkspace
from tests.faults.harness import FAKETIME
from tests.process.running import RunningBot
from tests.process.test_a_whole_week import apply_team, from_the_bot, words

pytestmark = pytest.mark.skipif(
    FAKETIME is None and "CI" not in os.environ, reason="libfaketime is not installed (Debian: faketime)"
)

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# Berlin changed on Sunday the 25th of October 2026, New York a week later.
DAYS = (date(2026, 10, 23), date(2026, 10, 26), date(2026, 10, 30), date(2026, 11, 2))


class FakedClock:
    """The machine's clock as a bot process sees it, moved by writing a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, moment: datetime) -> None:
        """The time runs on from `moment`, which libfaketime wants in the machine's own zone."""
        self.file.write_text(f"@{moment.astimezone():%Y-%m-%d %H:%M:%S}\n")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "FAKETIME_CACHE_DURATION": "1",
            "NO_FAKE_STAT": "1",
        }


def prompts(acme: LocalWorkspace, user: str) -> list[object]:
    return [message for message in from_the_bot(acme, acme.dm(user)) if "Nothing today" in words(message)]


async def asked(acme: LocalWorkspace, user: str, times: int) -> None:
    await acme.wait_for(lambda: len(prompts(acme, user)) >= times)


async def test_each_person_is_asked_once_a_day_at_their_own_half_past_four(tmp_path: Path) -> None:
    clock = FakedClock(tmp_path / "now")
    clock.set(datetime(2026, 10, 22, 20, 0, tzinfo=UTC))
    async with LocalWorkspace() as acme:
        alice, charlie = acme.users["alice"], acme.users["charlie"]
        acme.workspace.people[alice].tz = str(NEW_YORK)
        acme.workspace.people[charlie].tz = str(BERLIN)
        channel = acme.channels["small-business"]
        acme.invite(alice, channel)
        bot = RunningBot(tmp_path, acme, faked=clock.environment)
        await bot.start()
        try:
            await apply_team(bot, tmp_path, channel, [alice, charlie], alice)
            expected = []
            for count, day in enumerate(DAYS, start=1):
                for user, zone in ((charlie, BERLIN), (alice, NEW_YORK)):
                    due = datetime.combine(day, time(16, 30), zone).astimezone(UTC)
                    expected.append((user, day.isoformat(), due))
                    clock.set(due + timedelta(seconds=2))

                    await asked(acme, user, count)
            await bot.stop()
        finally:
            await bot.stop()

        assert [len(prompts(acme, user)) for user in (alice, charlie)] == [len(DAYS), len(DAYS)]
        with sqlite3.connect(tmp_path / "bot.db") as database:
            rows = database.execute(
                "SELECT recipient, local_date, due_at FROM delivery WHERE kind = 'prompt' AND state = 'sent'"
            ).fetchall()
        database.close()
        sent = {(user, day, datetime.fromtimestamp(due / 1_000_000, UTC)) for user, day, due in rows}
        assert sent == set(expected)
