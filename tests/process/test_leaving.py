"""A workspace removed the app: whoever runs the bot is told until when its data is kept, and how to save it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cli.upkeep import Upkeep
from handlers.slack.install_pages import installed
from tests.process.commands import Outcome, purpose_bot, settings_for
from tests.process.inside import Inside


class Heard:
    """A log that remembers."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append((event, str(facts.get("on") or facts.get("deleted_on"))))

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, str(facts["workspace"])))


@pytest.fixture
async def left(inside: Inside) -> Inside:
    """Acme has one team, and removed the app."""
    await inside.team("small-business", "bob")
    inside.ws.hub.uninstall(inside.ws.workspace)
    await inside.settled()
    return inside


async def asked(left: Inside, *arguments: str) -> Outcome:
    """A command beside the bot."""
    settings = settings_for(left.ws, left.folder)
    return await purpose_bot(settings, left.folder, *arguments, clock=left.ws.clock)


async def test_before_they_agree_people_read_how_long_their_data_is_kept_and_how_to_get_it() -> None:
    page = installed("Acme", "https://acme.slack.com").body.decode()

    assert "kept for 30 days and then deleted" in page
    assert "give you the stories as a file" in page


async def test_the_doctor_says_until_when_and_with_which_command_the_stories_are_saved(left: Inside) -> None:
    goes = (left.now() + timedelta(days=30)).date()

    outcome = await asked(left, "doctor")

    channel, team = left.channel("small-business"), left.ws.team_id
    assert f"Acme removed the app; everything of it is deleted on {goes}" in outcome.out
    assert f"`purpose-bot stories {channel} --workspace {team}`" in outcome.out
    assert "If it installs the app again, all stays." in outcome.out


async def test_the_command_that_the_doctor_names_still_works(left: Inside) -> None:
    command = ("stories", left.channel("small-business"), "--workspace", left.ws.team_id)

    outcome = await asked(left, *command)

    assert (outcome.code, outcome.err) == (0, "")


async def test_the_log_says_so_each_day_of_the_last_week_and_then_that_it_is_done(
    left: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    monkeypatch.setattr("bot.cli.upkeep.log", heard)
    upkeep = Upkeep(left.house)
    goes = str((left.now() + timedelta(days=30)).date())

    left.later(days=22)
    await upkeep.retention()
    early = list(heard.lines)
    for hours in (24, 1, 23):
        left.later(hours=hours)
        await upkeep.retention()
    left.later(days=7)
    await upkeep.retention()

    told = ("workspace.will_be_deleted", goes)
    assert early == []
    assert heard.lines == [told, told, ("workspace.deleted", left.workspace)]
