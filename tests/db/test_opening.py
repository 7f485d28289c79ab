"""Opening a database: made private, checked before it is trusted, refused with one clear line."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import traceback
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database, open_database
from bot.db.migrating import HEAD, migrate, schema_version
from bot.db.problems import DatabaseProblem
from bot.db.store import SqlStore

_DAY = date(2026, 11, 20)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


async def open_fully(address: str) -> None:
    database = open_database(address)
    try:
        await migrate(database)
    finally:
        await database.close()


async def problem_of(address: str) -> str:
    with pytest.raises(DatabaseProblem) as caught:
        await open_fully(address)
    return str(caught.value)


def modes_of(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in sorted(folder.iterdir())}


async def test_a_new_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "bot.db"))
    await migrate(database)
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO audit (workspace, at) VALUES ('w', 1)"))

    modes = modes_of(tmp_path)
    await database.close()

    assert modes == dict.fromkeys(("bot.db", "bot.db-shm", "bot.db-wal"), 0o600)


async def test_sqlite_writes_durably_and_waits_for_others(sqlite: Database) -> None:
    async with sqlite.writing() as connection:
        found = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        ]

    assert found == ["wal", 2, 1, 10_000, 1]


async def test_a_reader_cannot_write(sqlite: Database) -> None:
    with pytest.raises(DatabaseProblem, match="read-only"):
        async with sqlite.reading() as connection:
            await connection.execute(text("DELETE FROM audit"))


async def test_bringing_the_schema_up_to_date_twice_does_nothing_more(tmp_path: Path) -> None:
    database = open_database(url(tmp_path / "bot.db"))

    first, second = await migrate(database), await migrate(database)
    version = await schema_version(database)
    await database.close()

    assert (first, second, version) == (True, False, HEAD)


async def test_replicas_that_start_at_once_take_turns(postgres_url: str, postgres: Database) -> None:
    async with postgres.writing() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
    replicas = [open_database(postgres_url, readers=1, writers=1) for _ in range(3)]

    await asyncio.gather(*(migrate(replica) for replica in replicas))
    versions = [await schema_version(replica) for replica in replicas]
    for replica in replicas:
        await replica.close()

    assert versions == [HEAD] * 3


async def test_a_schema_newer_than_the_code_is_refused(database: Database) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")

    with pytest.raises(DatabaseProblem, match=r"newer purpose-bot \(schema 0999"):
        await migrate(database)
    async with database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")


async def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Alice, this is a letter and no database at all.")

    problem = await problem_of(url(letter))

    assert problem == "letter.txt is not an SQLite database: give another file, or restore a backup."
    assert letter.read_text().startswith("Dear Alice")


async def test_a_damaged_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    database = open_database(url(path))
    await migrate(database)
    await database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: 8 * 4096] + os.urandom(len(whole) - 8 * 4096))

    problem = await problem_of(url(path))

    assert problem == "The database bot.db is damaged: stop the bot and restore the newest backup."


async def test_missing_folders_and_folders_are_named(tmp_path: Path) -> None:
    missing = await problem_of(url(tmp_path / "nowhere" / "bot.db"))
    folder = await problem_of(url(tmp_path))

    assert missing == "The folder of the database bot.db does not exist: make it first."
    assert folder == f"The database {tmp_path.name} is a folder: name a file in it."


async def test_a_file_that_may_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bot.db.sqlite_file.os.open", refuse)

    problem = await problem_of(url(tmp_path / "bot.db"))

    assert "cannot be opened for writing (Permission denied): give the bot's user the right" in problem


async def test_a_database_that_another_program_locks_is_a_problem_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.db.sqlite_file.BUSY_MILLISECONDS", 50)
    path = tmp_path / "bot.db"
    database = open_database(url(path))
    await migrate(database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseProblem, match="locked by another program"):
        async with database.writing() as connection:
            await connection.execute(text("DELETE FROM audit"))
    other.execute("ROLLBACK")
    other.close()
    await database.close()


@pytest.mark.parametrize(
    "address", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"]
)
async def test_an_address_that_is_no_database_of_ours_is_refused(address: str) -> None:
    assert (await problem_of(address)).startswith("DATABASE_URL")


async def test_a_server_that_is_not_there_is_a_problem_without_the_password(tmp_path: Path) -> None:
    problem = await problem_of(f"postgresql://bot:hunter2@/bot?host={tmp_path}")

    assert "cannot be reached" in problem
    assert "hunter2" not in problem


async def test_a_database_that_does_not_exist_is_named_as_such(postgres_url: str) -> None:
    problem = await problem_of(postgres_url.replace("/purpose_bot?", "/nowhere?"))

    assert "does not exist on that server" in problem


async def test_errors_never_quote_what_people_wrote(database: Database) -> None:
    statement = text("INSERT INTO audit (workspace, at, actor) VALUES (:words, NULL, :words)")

    async def fail(connection: AsyncConnection) -> None:
        await connection.execute(statement, {"words": "a secret story"})

    with pytest.raises(IntegrityError) as caught:
        await database.write(fail)
    told = "".join(traceback.format_exception(caught.value))

    assert "audit" in told
    assert "a secret story" not in told.replace('{"words": "a secret story"}', "")


async def test_two_hundred_who_count_at_once_lose_no_count(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO audit (workspace, at) VALUES ('w', 0)"))
    read = "SELECT at FROM audit" + ("" if database.is_sqlite else " FOR UPDATE")

    async def count_one(connection: AsyncConnection) -> None:
        at = (await connection.execute(text(read))).scalar_one()
        await connection.execute(text("UPDATE audit SET at = :at"), {"at": at + 1})

    await asyncio.gather(*(database.write(count_one) for _ in range(200)))
    async with database.reading() as connection:
        counted = (await connection.execute(text("SELECT at FROM audit"))).scalar_one()

    assert counted == 200


async def test_a_deadlock_is_tried_again_until_everyone_is_through(postgres: Database) -> None:
    async with postgres.writing() as connection:
        await connection.execute(text("INSERT INTO audit (workspace, at) VALUES ('a', 0), ('b', 0)"))
    bump = text("UPDATE audit SET at = at + 1 WHERE workspace = :workspace")
    both_hold_one = asyncio.Barrier(2)
    tries: list[str] = []

    async def cross(first: str, second: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            tries.append(first)
            await connection.execute(bump, {"workspace": first})
            if len(tries) <= 2:
                await both_hold_one.wait()
            await connection.execute(bump, {"workspace": second})

        await postgres.write(work)

    await asyncio.gather(cross("a", "b"), cross("b", "a"))
    async with postgres.reading() as connection:
        counted = (await connection.execute(text("SELECT at FROM audit"))).scalars().all()

    assert list(counted) == [2, 2]
    assert len(tries) >= 3


async def test_a_backup_of_a_database_in_use_can_be_opened_in_its_place(
    tmp_path: Path, sqlite: Database
) -> None:
    store, copy = SqlStore(sqlite), tmp_path / "copy.db"
    await store.reminders.use("slack:T1", "team", "before", _DAY)
    async with sqlite.writing() as connection:
        await connection.execute(text("INSERT INTO audit (workspace, at) VALUES ('unfinished', 1)"))
        size = await store.backup(copy)
    restored = open_database(url(copy))
    await migrate(restored)

    line = await SqlStore(restored).reminders.used_on("slack:T1", "team", _DAY)
    unfinished = list(await SqlStore(restored).audit.lines("unfinished"))
    await restored.close()

    assert (line, unfinished) == ("before", [])
    assert size > 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not copy.with_name("copy.db.part").exists()


async def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path: Path, sqlite: Database) -> None:
    with pytest.raises(DatabaseProblem, match="could not be written"):
        await SqlStore(sqlite).backup(tmp_path / "nowhere" / "copy.db")


async def test_connections_that_the_server_cut_are_made_anew(postgres: Database) -> None:
    store = SqlStore(postgres)
    await store.reminders.use("slack:T1", "team", "before", _DAY)
    cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = "
    async with postgres.reading() as connection:
        await connection.execute(text(f"{cut} current_user"))

    await store.reminders.use("slack:T1", "team", "after", _DAY.replace(day=21))
    found = await store.reminders.used("slack:T1", "team", _DAY)

    assert [key for key, _ in found] == ["before", "after"]
