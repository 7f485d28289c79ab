"""The README's way to restore, done: the backup stands in the database's place, and nobody's wish is undone by it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.cli.upkeep import Upkeep
from bot.db.deletions import beside
from tests.process.commands import Outcome, purpose_bot, settings_for
from tests.process.inside import Inside

BOBS = "Helped Maria Lopez close her books two days earlier."
ALICES = "Ben at Northwind sleeps again."


@pytest.fixture
async def backed_up(inside: Inside) -> Inside:
    """Alice and Bob each told a story, and a backup was made; then Bob asked to be forgotten."""
    await inside.team("small-business", "bob")
    for name, words in (("alice", ALICES), ("bob", BOBS)):
        await inside.ws.command(
            inside.user(name), inside.channel("small-business"), "/purpose", f"story {words}"
        )
        await inside.settled()
    assert (await asked(inside, "backup", "backup.db")).code == 0
    await inside.house.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())
    await inside.settled()
    return inside


async def asked(inside: Inside, *arguments: str) -> Outcome:
    environment = settings_for(inside.ws, inside.folder) | {"LOG_LEVEL": "WARNING"}
    return await purpose_bot(environment, inside.folder, *arguments, clock=inside.ws.clock)


def restore(folder: Path) -> None:
    """As the README says it."""
    aside = folder / "aside"
    aside.mkdir()
    for file in folder.glob("bot.db*"):
        file.rename(aside / file.name)
    shutil.copy(folder / "backup.db", folder / "bot.db")


async def test_who_was_forgotten_after_the_backup_is_forgotten_before_anybody_is_served(
    backed_up: Inside,
) -> None:
    await backed_up.down()
    restore(backed_up.folder)

    first = await asked(backed_up, "stories", backed_up.channel("small-business"))
    second = await asked(backed_up, "stories", backed_up.channel("small-business"))
    await backed_up.up()
    # The backup was made while a lane was held; here nobody waits half a minute for that lease to run out.
    await backed_up.store.ledger.free(lambda _: True)
    await backed_up.settled()

    assert [json.loads(line)["text"] for line in first.out.splitlines()] == [ALICES]
    assert "a backup was restored; deleted again: person: 1" in first.err
    assert (second.code, second.err) == (0, "")
    bob = await backed_up.store.people.get(backed_up.workspace, backed_up.user("bob"))
    assert not bob.may_take_part
    assert BOBS not in json.dumps([one["text"] for one in backed_up.said("bob")])
    assert b"Maria Lopez" not in (backed_up.folder / "bot.db").read_bytes()


async def test_with_the_list_gone_too_the_backup_is_all_there_is(backed_up: Inside) -> None:
    await backed_up.down()
    restore(backed_up.folder)
    beside(backed_up.folder / "bot.db").unlink()

    found = await asked(backed_up, "stories", backed_up.channel("small-business"))

    assert {json.loads(line)["text"] for line in found.out.splitlines()} == {ALICES, BOBS}


async def test_the_list_lets_go_of_what_is_older_than_any_backup_may_be(backed_up: Inside) -> None:
    upkeep = Upkeep(backed_up.house)
    kept = backed_up.settings.retention_days

    backed_up.later(days=kept - 1)
    await upkeep.retention()
    young = await backed_up.store.deletions.all()
    backed_up.later(days=2)
    await upkeep.retention()

    assert [each.about for each in young] == [backed_up.user("bob")]
    assert await backed_up.store.deletions.all() == []
