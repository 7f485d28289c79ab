"""A backup is put back: what people deleted after it was made is deleted again, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.deletions import Deletion, Deletions, What, beside
from bot.db.engine import EVERY_WORKSPACE, Database
from bot.db.replaying import replay
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.domain.deliveries import Kind, NewDelivery
from bot.domain.hopes import Hope, HopeKind
from bot.domain.people import Person
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryChange
from bot.ports.workspaces import Installation
from tests.conftest import TOKEN_KEY

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
ACME, GLOBEX = "slack:T1", "slack:T2"
TEAMS = {ACME: "sales", GLOBEX: "support"}
WORDS = "Maria Lopez slept through the night."


@pytest.fixture
def deletions(tmp_path: Path) -> Deletions:
    return Deletions(tmp_path / "deletions.jsonl")


@pytest.fixture
async def bot(database: Database, deletions: Deletions) -> SqlStore:
    """A bot with a week of stories, of which a backup is made now."""
    store = SqlStore(database, token_keys=[TOKEN_KEY], deletions=deletions)
    await a_week(store)
    return store


async def a_week(store: SqlStore) -> None:
    """What the backup holds. Told through a store that notes nothing, so that it can be told again as a restore."""
    plain = SqlStore(store.database, token_keys=[TOKEN_KEY])
    for workspace, team in TEAMS.items():
        await plain.workspaces.save(Installation(workspace, "Acme", "B1", token="xoxb-1"), now=NOW)
        await plain.teams.save(
            Team(team, workspace, "C1", "Sales", "UTC", managers=("alice",)), by="alice", now=NOW
        )
        for user in ("alice", "bob"):
            await plain.people.save_profile(Person(workspace, user, name=user.title()))
            await plain.teams.set_member(workspace, team, user, Membership.ACTIVE, now=NOW)
        for number, teller in enumerate(("alice", "bob", "bob")):
            story = Story(
                f"s{number}", workspace, team, teller, WORDS, NOW, NOW.date(), Source.DM, f"D:{number}"
            )
            await plain.stories.keep(story)


async def restored(store: SqlStore) -> None:
    """The backup stands in the database's place."""
    async with store.database.writing(EVERY_WORKSPACE) as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
    await a_week(store)


async def story(store: SqlStore, name: str, workspace: str = ACME) -> Story:
    found = await store.stories.get(workspace, name)
    assert found is not None
    return found


async def change(store: SqlStore, name: str, at: datetime = LATER, **changes: Any) -> None:
    await store.stories.change(ACME, name, StoryChange(**changes), by="bob", at=at)


async def found(store: SqlStore, workspace: str = ACME) -> set[str]:
    """What Charlie, a colleague, finds."""
    viewer = Viewer("charlie", teams=frozenset(TEAMS.values()))
    return {each.id for each in await store.stories.search(workspace, "slept", viewer)}


async def test_who_was_forgotten_since_is_forgotten_again(bot: SqlStore, deletions: Deletions) -> None:
    await bot.forgetting.person(ACME, "bob", at=LATER)
    await restored(bot)

    done = await replay(bot.database, deletions)

    bob = await bot.people.get(ACME, "bob")
    assert done == {What.PERSON: 1}
    assert bob == Person(ACME, "bob", forgotten_at=LATER)
    assert await found(bot) == {"s0"}
    assert await bot.teams.of_person(ACME, "bob", tuple(Membership)) == []
    assert await found(bot, GLOBEX) == {"s0", "s1", "s2"}


async def test_somebody_whom_the_backup_does_not_know_is_not_enrolled_again_either(
    bot: SqlStore, deletions: Deletions
) -> None:
    await bot.forgetting.person(ACME, "dana", at=LATER)
    await restored(bot)

    await replay(bot.database, deletions)

    dana = await bot.people.get(ACME, "dana")
    assert dana is not None
    assert not dana.may_take_part


async def test_nothing_happens_where_nothing_came_back(bot: SqlStore, deletions: Deletions) -> None:
    await bot.forgetting.person(ACME, "bob", at=LATER)
    await bot.forgetting.redact(ACME, "s0", "Maria Lopez", at=LATER)
    await change(bot, "s1", visibility=Visibility.PRIVATE)
    await bot.workspaces.revoke(GLOBEX, now=LATER)

    assert await replay(bot.database, deletions) == {}


async def test_a_story_that_its_teller_deleted_stays_deleted(bot: SqlStore, deletions: Deletions) -> None:
    await change(bot, "s1", state=StoryState.WITHDRAWN)
    await bot.stories.delete_message(ACME, "D:2", at=LATER)
    await restored(bot)

    done = await replay(bot.database, deletions)

    assert done == {What.STORY: 2}
    assert await found(bot) == {"s0"}
    assert {(await story(bot, name)).text for name in ("s1", "s2")} == {""}


async def test_who_may_see_a_story_is_what_its_teller_said_last(bot: SqlStore, deletions: Deletions) -> None:
    await change(bot, "s1", visibility=Visibility.PRIVATE)
    await change(bot, "s2", visibility=Visibility.PRIVATE)
    await change(bot, "s2", at=LATER + timedelta(hours=1), visibility=Visibility.COMPANY)
    await restored(bot)

    done = await replay(bot.database, deletions)

    # Never wider than the backup has it: that is lost like everything else that was said after it.
    assert done == {What.SEEN_BY: 1}
    assert (await story(bot, "s1")).visibility is Visibility.PRIVATE
    assert (await story(bot, "s2")).visibility is Visibility.TEAM


async def test_a_name_that_was_blacked_out_is_blacked_out_again_and_stands_in_no_list(
    bot: SqlStore, deletions: Deletions
) -> None:
    await bot.forgetting.redact(ACME, "s0", "maria lopez", at=LATER)
    await restored(bot)

    done = await replay(bot.database, deletions)

    assert done == {What.WORDS: 1}
    assert (await story(bot, "s0")).text == "█████ slept through the night."
    assert {each.text for each in await bot.stories.revisions(ACME, "s0")} == {
        "█████ slept through the night."
    }
    assert (await story(bot, "s1")).text == WORDS
    assert deletions.path is not None
    assert "lopez" not in deletions.path.read_text().casefold()


async def test_a_name_that_was_blacked_out_of_a_trial_is_blacked_out_again(
    bot: SqlStore, deletions: Deletions
) -> None:
    trial = Hope("", ACME, HopeKind.TRIAL, "bob", "Ask Maria Lopez first.", NOW.date(), "view:1", NOW)
    kept = await bot.hopes.keep(trial)
    await bot.hopes.redact(ACME, "Maria Lopez", at=LATER)
    await restored(bot)
    await bot.hopes.keep(kept)

    done = await replay(bot.database, deletions)

    again = await bot.hopes.get(ACME, kept.id)
    assert done == {What.TRIAL: 1}
    assert again is not None
    assert again.words == "Ask █████ first."


async def test_a_name_that_was_blacked_out_of_a_reason_is_blacked_out_again(
    bot: SqlStore, deletions: Deletions
) -> None:
    await bot.people.set(ACME, "bob", why="Because of Maria Lopez.")
    await bot.reasons.redact(ACME, "Maria Lopez", at=LATER)
    await restored(bot)
    await bot.people.set(ACME, "bob", why="Because of Maria Lopez.")

    done = await replay(bot.database, deletions)

    bob = await bot.people.get(ACME, "bob")
    assert done == {What.REASON: 1}
    assert bob is not None
    assert bob.why == "Because of █████."


async def test_a_name_that_was_blacked_out_of_a_reply_is_blacked_out_again(
    bot: SqlStore, deletions: Deletions
) -> None:
    said = {"by": "bob", "story": "s0", "words": "Maria Lopez's brother, too."}
    await bot.ledger.owe([NewDelivery(ACME, "build:bob:1", Kind.REPLY, "C1", NOW, data=said)])
    assert await bot.replies.redact(ACME, "maria lopez", at=LATER) == 1
    assert await bot.replies.redact(ACME, "maria lopez", at=LATER) == 0
    [kept] = await bot.ledger.about(ACME, "build:bob:1")
    async with bot.database.writing(ACME) as connection:
        values = {"data": json.dumps(said), "id": kept.id}
        await connection.execute(text("UPDATE delivery SET data = :data WHERE id = :id"), values)

    done = await replay(bot.database, deletions)

    [again] = await bot.ledger.about(ACME, "build:bob:1")
    assert done == {What.REPLY: 1}
    assert again.data == said | {"words": "█████'s brother, too."}
    assert again.wanted == 2


async def test_a_workspace_that_had_left_is_not_served_again(bot: SqlStore, deletions: Deletions) -> None:
    await bot.workspaces.revoke(GLOBEX, now=LATER)
    await restored(bot)

    done = await replay(bot.database, deletions)

    globex, acme = await bot.workspaces.get(GLOBEX), await bot.workspaces.get(ACME)
    assert done == {What.REMOVED: 1}
    assert globex is not None
    assert (globex.revoked_at, globex.token) == (LATER, None)
    assert acme is not None
    assert acme.revoked_at is None


async def test_a_workspace_that_left_and_came_back_keeps_what_it_has(
    bot: SqlStore, deletions: Deletions
) -> None:
    await bot.workspaces.revoke(GLOBEX, now=LATER)
    back = LATER + timedelta(days=1)
    await bot.workspaces.save(
        Installation(GLOBEX, "Globex", "B1", token="xoxb-2", installed_at=back), now=back
    )
    await restored(bot)

    assert await replay(bot.database, deletions) == {}
    assert await found(bot, GLOBEX) == {"s0", "s1", "s2"}


async def test_everything_of_a_workspace_that_was_deleted_goes_again(
    bot: SqlStore, deletions: Deletions
) -> None:
    await bot.forgetting.person(GLOBEX, "bob", at=NOW + timedelta(hours=1))
    await bot.workspaces.revoke(GLOBEX, now=LATER)
    await bot.workspaces.purge(before=LATER + timedelta(seconds=1))
    await restored(bot)

    done = await replay(bot.database, deletions)
    again = await replay(bot.database, deletions)

    assert (done, again) == ({What.PURGED: 1}, {})
    assert await bot.workspaces.get(GLOBEX) is None
    assert await found(bot, GLOBEX) == set()
    assert await bot.people.get(GLOBEX, "bob") is None
    assert await found(bot) == {"s0", "s1", "s2"}


class Died(Exception):
    """The process is gone."""


class DiesAfterNoting(Deletions):
    """The process is killed when the line is on disk and the deletion is not committed."""

    async def note(self, deletion: Deletion) -> None:
        await super().note(deletion)
        raise Died


@pytest.mark.parametrize("way", ["person", "story"])
async def test_whoever_dies_between_the_line_and_the_deletion_deletes_at_the_next_start(
    bot: SqlStore, deletions: Deletions, way: str
) -> None:
    dying = SqlStore(bot.database, deletions=DiesAfterNoting(deletions.path))
    deleting: Any = (
        dying.forgetting.person(ACME, "bob", at=LATER)
        if way == "person"
        else dying.stories.delete_message(ACME, "D:1", at=LATER)
    )
    with pytest.raises(Died):
        await deleting
    before = await found(bot)

    await replay(bot.database, deletions)

    assert before == {"s0", "s1", "s2"}
    assert await found(bot) == ({"s0"} if way == "person" else {"s0", "s2"})


# the file -----------------------------------------------------------------------------------------------------------


def line(about: str, at: datetime = NOW) -> Deletion:
    return Deletion(What.PERSON, ACME, at, about)


def modes_of(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


async def abouts(deletions: Deletions) -> Sequence[str]:
    return [each.about for each in await deletions.all()]


async def test_the_file_is_for_its_owners_eyes_and_named_so_that_moving_the_database_leaves_it(
    tmp_path: Path,
) -> None:
    path = beside(tmp_path / "bot.db")
    await Deletions(path).note(line("bob"))

    assert modes_of(tmp_path) == {"deletions-of-bot.db.jsonl": 0o600}


async def test_a_line_that_a_crash_tore_hides_no_other(
    deletions: Deletions, caplog: pytest.LogCaptureFixture
) -> None:
    await deletions.note(line("alice"))
    assert deletions.path is not None
    with deletions.path.open("ab") as file:
        file.write(b'{"at": 17951904')

    await deletions.note(line("bob"))

    assert await abouts(deletions) == ["alice", "bob"]
    assert "1 lines of deletions.jsonl cannot be read" in caplog.text


async def test_what_is_older_than_any_backup_goes_while_others_write(deletions: Deletions) -> None:
    for number in range(5):
        await deletions.note(line(f"old-{number}"))

    other = Deletions(deletions.path)
    dropped, *_ = await asyncio.gather(
        deletions.drop(before=NOW + timedelta(seconds=1)),
        *(other.note(line(f"new-{number}", LATER)) for number in range(20)),
    )

    assert dropped == 5
    assert set(await abouts(deletions)) == {f"new-{number}" for number in range(20)}
    assert await deletions.drop(before=NOW) == 0


async def test_where_the_file_cannot_be_written_people_are_forgotten_all_the_same_and_the_log_says_so(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqlStore(database, deletions=Deletions(tmp_path / "nowhere" / "deletions.jsonl"))
    await a_week(store)

    with caplog.at_level(logging.ERROR):
        await store.forgetting.person(ACME, "bob", at=LATER)

    assert await found(store) == {"s0"}
    assert (
        "not noted outside the database (No such file or directory): person of slack:T1, bob" in caplog.text
    )


async def test_without_a_file_nothing_is_noted_and_nothing_replayed(
    database: Database, tmp_path: Path
) -> None:
    store = SqlStore(database)
    await a_week(store)

    await store.forgetting.person(ACME, "bob", at=LATER)

    assert await replay(database, store.deletions) == {}
    assert await store.deletions.drop(before=LATER) == 0
    assert "jsonl" not in " ".join(modes_of(tmp_path))
