"""Tokens of workspaces lie encrypted, and keys can be changed without asking anybody to install again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from bot.db.engine import Database
from bot.db.problems import DatabaseProblem
from bot.db.store import SqlStore
from bot.ports.workspaces import Installation

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ACME = Installation("slack:T1", "Acme", "B1", token="xoxb-very-secret")


async def test_no_file_of_the_database_holds_a_token(sqlite: Database) -> None:
    await SqlStore(sqlite, token_keys=[OLD]).workspaces.save(ACME, now=NOW)
    assert sqlite.path is not None

    files = b"".join(each.read_bytes() for each in sqlite.path.parent.iterdir() if each.is_file())

    assert b"Acme" in files
    assert b"very-secret" not in files


async def test_a_token_without_a_key_is_refused_with_what_to_do(sqlite: Database) -> None:
    with pytest.raises(DatabaseProblem, match="TOKEN_KEYS is missing"):
        await SqlStore(sqlite).workspaces.save(ACME, now=NOW)

    assert await SqlStore(sqlite).workspaces.get("slack:T1") is None


async def test_a_token_locked_with_a_lost_key_is_a_problem_in_words(sqlite: Database) -> None:
    await SqlStore(sqlite, token_keys=[OLD]).workspaces.save(ACME, now=NOW)

    with pytest.raises(DatabaseProblem, match="another key") as caught:
        await SqlStore(sqlite, token_keys=[NEW]).workspaces.get("slack:T1")

    assert "xoxb" not in str(caught.value)


async def test_rotating_locks_every_token_with_the_first_key(database: Database) -> None:
    await SqlStore(database, token_keys=[OLD]).workspaces.save(ACME, now=NOW)

    rotated = await SqlStore(database, token_keys=[NEW, OLD]).workspaces.rotate_keys()
    found = await SqlStore(database, token_keys=[NEW]).workspaces.get("slack:T1")

    assert rotated == 1
    assert found is not None
    assert found.token == ACME.token


async def test_a_save_from_the_settings_leaves_an_installed_token_alone(sqlite: Database) -> None:
    store = SqlStore(sqlite, token_keys=[OLD])
    await store.workspaces.save(ACME, now=NOW)

    await store.workspaces.save(Installation("slack:T1", "Acme Ltd", "B1"), now=NOW)
    found = await store.workspaces.get("slack:T1")

    assert found is not None
    assert (found.name, found.token) == ("Acme Ltd", ACME.token)
