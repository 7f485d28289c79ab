"""The operator's twins of what a person can ask for: mydata, forget, redact and audit, on the real database."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import keeping
from bot.cli.ending import Stopped
from bot.domain.redacting import BLACK
from tests.process.inside import Inside

WORDS = "Helped Maria Lopez close her books two days earlier."


@pytest.fixture
async def told(inside: Inside) -> Inside:
    """Bob told one story, and it stands in the closed check's roll-up in the channel."""
    await inside.team("small-business", "bob")
    place = inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    await inside.ws.say(inside.user("bob"), place, WORDS, inside.ws.messages(place)[-1]["ts"])
    await inside.settled()
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()
    return inside


def posts(inside: Inside) -> str:
    """All that the bot shows in the channel."""
    shown = [one for one in inside.ws.messages(inside.channel("small-business")) if one.get("bot_id")]
    return json.dumps(shown, ensure_ascii=False)


def files(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("bot.db*"))


async def test_mydata_prints_a_persons_own_words(told: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    await keeping.print_data(told.settings, told.user("bob"), None)

    data = json.loads(capsys.readouterr().out)
    assert data["stories"][0]["text"] == WORDS
    assert data["person"]["name"] == "Bob"


async def test_redact_blacks_a_name_out_of_the_story_its_post_and_the_files(
    told: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Maria Lopez" in posts(told)

    await keeping.redact(told.settings, "maria lopez", None, dry_run=True)
    await keeping.redact(told.settings, "maria lopez", None, dry_run=False)
    told.later(seconds=5)
    await told.settled()
    await told.store.forgetting.compact()

    printed = capsys.readouterr().out
    assert "1 stories hold" in printed
    assert "Blacked out in 1 stories" in printed
    [story] = await told.stories()
    assert story.text == f"Helped {BLACK} close her books two days earlier."
    assert "Maria" not in posts(told)
    assert b"Maria Lopez" not in files(told.folder)
    assert b"maria" not in files(told.folder)


async def test_redact_without_words_says_what_it_expects(told: Inside) -> None:
    with pytest.raises(Stopped, match="WORDS"):
        await keeping.redact(told.settings, " !? ", None, dry_run=False)


async def test_forget_empties_the_posts_and_the_files(told: Inside) -> None:
    await keeping.forget_person(told.settings, told.user("bob"), None)
    told.later(seconds=5)
    await told.settled()
    await told.store.forgetting.compact()

    assert "Maria Lopez" not in posts(told)
    assert b"Maria Lopez" not in files(told.folder)
    assert not await told.stories()


async def test_the_audit_log_names_ids_and_never_words(
    told: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    await keeping.forget_person(told.settings, told.user("bob"), None)
    await keeping.forget_person(told.settings, "UNOBODY", None)
    capsys.readouterr()

    await keeping.print_audit(told.settings, (told.now() - timedelta(days=1)).date(), None)

    printed = capsys.readouterr().out
    assert f"operator  forgotten  {told.user('bob')}" in printed
    assert "check.opened" in printed
    assert "Maria" not in printed
    assert "number talk" not in printed


async def test_nothing_is_left_in_a_table_after_forget(told: Inside) -> None:
    await keeping.forget_person(told.settings, told.user("bob"), None)
    await told.down()

    def dump() -> str:
        with sqlite3.connect(told.folder / "bot.db") as connection:
            return "\n".join(connection.iterdump())

    dumped = await asyncio.to_thread(dump)
    assert "Maria" not in dumped
    assert "'Bob'" not in dumped
