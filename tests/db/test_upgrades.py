"""A database of every released version, with data in every table, becomes today's: nothing lost, nothing said twice."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

import bot.db
from bot.db.ai_log import SqlAiLog
from bot.db.engine import EVERY_WORKSPACE, Database, open_database
from bot.db.ledger_rows import owe
from bot.db.migrating import HEAD, migrate, schema_version
from bot.db.store import SqlStore
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery, schedule_id
from bot.domain.digests import DigestState
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility
from bot.domain.teams import Membership
from bot.ports.inbox import InboxEntry
from bot.ports.stories import StoryQuery
from handlers.slack.incoming import read
from scheduler.pump import Pace, Pump
from tests.db.released.seeding import ACME, GLOBEX, NOW, REFRESH, TEAM, TOKEN, TOKEN_KEY, dumped, live
from tests.scheduler.world import Clock, FaultyPlatform, Says

_MIGRATIONS = Path(bot.db.__file__).parent / "migrations"
_FILES = Path(__file__).parent / "released"
_OURS = ("story_search",)  # kept by triggers, and each database's own


@dataclass(frozen=True, slots=True)
class Released:
    """A version that people run, the schema it brought, and what its migration's file hashed to."""

    version: str
    schema: str
    migration: str


# One line for each release whose schema is new (tests/db/released/seeding.py writes its rows).
RELEASED = (Released("0.1.0", "0001", "e9ba3a6798e89a0a2612ed1df9219ff20a9b3ba5788855ad6e7bb2b3e665eabe"),)
# Columns that a later version renamed or put something else in the place of; what became of them is looked at below.
REPLACED = {("digest", "week")}

Rows = Mapping[str, tuple[Sequence[str], Sequence[Any]]]


@pytest.fixture(params=RELEASED, ids=lambda released: released.version)
def released(request: pytest.FixtureRequest) -> Released:
    found: Released = request.param
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database can be."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bot.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def old(address: str, released: Released) -> AsyncIterator[Database]:
    """A database as that version left it."""
    database = open_database(address, readers=1, writers=2)
    async with database.writing(EVERY_WORKSPACE) as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
        await connection.run_sync(_bring_to, released.schema)
        raw: Any = (await connection.get_raw_connection()).driver_connection
        for statement in (_FILES / f"{released.schema}.{database.dialect}.sql").read_text().split(";\n"):
            await raw.execute(statement)
    yield database
    await database.close()


def _bring_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def rows_of(database: Database, columns: Mapping[str, Sequence[str]] | None = None) -> Rows:
    """Every table's rows; of `columns` only, where they are given."""

    def tables(connection: Connection) -> Mapping[str, Sequence[str]]:
        looked = inspect(connection)
        return {
            name: [column["name"] for column in looked.get_columns(name)]
            for name in looked.get_table_names()
            if not name.startswith((*_OURS, "alembic_", "sqlite_"))
        }

    async with database.writing(EVERY_WORKSPACE) as connection:
        asked = await connection.run_sync(tables) if columns is None else columns
        found = {}
        for table, names in sorted(asked.items()):
            quoted = ", ".join(f'"{name}"' for name in names)
            rows = (await connection.execute(text(f'SELECT {quoted} FROM "{table}"'))).all()
            found[table] = (names, sorted(map(tuple, rows), key=repr))
    return found


def columns_of(rows: Rows) -> Mapping[str, Sequence[str]]:
    return {table: names for table, (names, _) in rows.items()}


def without_replaced(rows: Rows) -> Rows:
    """The same rows without what was replaced later."""
    found = {}
    for table, (names, values) in rows.items():
        kept = [place for place, name in enumerate(names) if (table, name) not in REPLACED]
        cut = [tuple(row[place] for place in kept) for row in values]
        found[table] = ([names[place] for place in kept], sorted(cut, key=repr))
    return found


async def test_every_row_is_still_there_as_it_was(old: Database, released: Released) -> None:
    before = await rows_of(old)
    empty = [table for table, (_, rows) in before.items() if not rows]

    changed = await migrate(old)
    today = columns_of(await rows_of(old))
    stays = {
        table: [name for name in names if (table, name) not in REPLACED]
        for table, names in columns_of(before).items()
    }
    after = await rows_of(old, stays)

    assert empty == []
    assert all(set(names) <= set(today[table]) for table, names in stays.items())
    assert changed is (released.schema != HEAD)
    assert await schema_version(old) == HEAD
    assert after == without_replaced(before)


async def test_all_of_it_is_read_by_todays_stores_and_added_to(old: Database) -> None:
    await migrate(old)
    store = SqlStore(old, token_keys=[TOKEN_KEY])

    acme, globex = await store.workspaces.get(ACME), await store.workspaces.get(GLOBEX)
    team = await store.teams.get(ACME, TEAM)
    bob = await store.people.get(ACME, "U0BOB")
    erin = await store.people.get(ACME, "U0ERIN")
    stories = {each.id: each for each in await store.stories.find(ACME, StoryQuery(states=tuple(StoryState)))}
    wordings = await store.stories.revisions(ACME, "story-books")
    digest = await store.digests.get(ACME, "digest-47")
    members = {each.user: each.state for each in await store.teams.members(ACME, TEAM)}

    assert acme is not None
    assert globex is not None
    assert (acme.name, acme.token, acme.refresh_token) == ("Acme “& Sons”", TOKEN, REFRESH)
    assert (globex.token, globex.revoked_at) == (None, NOW)
    assert team is not None
    assert team.purpose is not None
    assert (team.purpose.text, team.managers) == (
        "We help small businesses be more successful.",
        ("U0ALICE", "U0CHARLIE"),
    )
    assert members["U0CHARLIE"] is Membership.INVITED
    assert bob is not None
    assert (bob.name, bob.paused_until, bob.nudge) == ("Bob O'Neill", date(2026, 12, 1), True)
    assert erin is not None
    assert erin.forgotten_at == NOW
    assert stories["story-books"].text == "Maria closed her books two days earlier.\nElle a bien dormi. 😴"
    assert stories["story-private"].visibility is Visibility.PRIVATE
    assert (stories["story-gone"].state, stories["story-gone"].text) == (StoryState.WITHDRAWN, "")
    assert len(wordings) == 3
    assert digest is not None
    assert (digest.state, digest.day, digest.picks[0].quote) == (
        DigestState.POSTED,
        NOW.date(),
        "two days earlier.",
    )
    assert [each.id for each in await store.checks.open_in(ACME)] == ["check-open"]
    assert [each.key for each in await store.inbox.pending(older_than=NOW + timedelta(days=1))] == ["Ev1"]
    assert len(await store.huddles.of_team(ACME, TEAM)) == 1
    assert await SqlAiLog(old).run(ACME, "digest-47") is not None
    assert (await store.audit.lines(ACME))[0][2] == "team.made"
    assert await store.companies.get(ACME) is not None


async def test_customers_that_were_named_before_have_their_records(old: Database) -> None:
    await migrate(old)
    store = SqlStore(old)

    [maria] = await store.customers.of_owner(ACME, "U0BOB")
    told = await store.stories.find(ACME, StoryQuery(customer=maria.id))

    assert maria.label == "Maria Lopez"
    assert [(each.id, each.customer) for each in told] == [("story-books", "Maria Lopez")]


async def test_search_finds_what_was_told_before_and_what_is_told_now(old: Database) -> None:
    await migrate(old)
    stories = SqlStore(old).stories
    story = Story("", ACME, TEAM, "U0ALICE", "Léa dormira mieux.", NOW, NOW.date(), Source.DM, "D0ALICE:1")

    new = (await stories.keep(story)).story
    viewer = Viewer("U0ALICE", teams=frozenset({TEAM}))

    assert {each.id for each in await stories.search(ACME, "DORMI", viewer)} == {new.id, "story-books"}
    assert await stories.search(ACME, "mine", viewer) == []


async def test_what_was_owed_goes_out_once_and_what_was_sent_does_not_again(old: Database) -> None:
    await migrate(old)
    ledger = SqlStore(old).ledger
    clock = Clock(NOW + timedelta(minutes=1))
    platform = FaultyPlatform(clock)
    pump = Pump(ledger, platform, Says(), clock, owner="replica-1", pace=Pace(per_minute=0))

    for _ in range(3):
        await pump.turn(ACME)
        clock.forward(timedelta(minutes=1))
    states = await ledger.states()

    assert Counter(message.recipient for message in platform.messages) == {
        "U0BOB": 1,  # the receipt
        "U0QUEUED": 1,
        "U0SENDING": 1,  # a crash left it open: looked for, not found, sent
    }
    assert states[Kind.PROMPT, DeliveryState.SENT] == 3
    assert (Kind.PROMPT, DeliveryState.QUEUED) not in states


async def test_a_reminder_that_quoted_a_story_follows_it_from_now_on(old: Database) -> None:
    asked = NewDelivery(
        workspace=ACME,
        subject=schedule_id(TEAM, Kind.REMINDER),
        kind=Kind.REMINDER,
        recipient="C0SMALL",
        due_at=NOW,
        expires_at=NOW + timedelta(hours=12),
        local_date=date(2026, 1, 5),
        team=TEAM,
    )
    async with old.writing(EVERY_WORKSPACE) as connection:
        await owe(connection, [asked])
        await connection.exec_driver_sql(
            "UPDATE delivery SET state = 'sent', ts = '1.000100' WHERE kind = 'reminder'"
        )
    await SqlStore(old).reminders.use(ACME, TEAM, "story-plain|story-books", date(2026, 1, 5))

    await migrate(old)
    store = SqlStore(old)
    lane = await store.ledger.lease(ACME, "replica-1", seconds=30)
    assert lane is not None
    [stale] = [each for each in await store.ledger.stale(lane, now=NOW) if each.kind is Kind.REMINDER]

    assert stale.local_date == date(2026, 1, 5)
    assert await store.ledger.shown_in(ACME, stale.id) == ["story-books"]


async def test_a_message_that_waits_is_known_again_when_slack_sends_it_once_more(old: Database) -> None:
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0BOB",
        "user": "U0BOB",
        "ts": "1795190400.000100",
    }
    body = {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev7", "event": said}
    entry = InboxEntry(
        ACME, "message:D0BOB:1795190400.000100", "event", json.dumps(body), NOW, sender="U0BOB"
    )
    await SqlStore(old).inbox.keep(entry)

    await migrate(old)
    inbox = SqlStore(old).inbox
    again = read(body)
    assert again is not None
    waits = {each.key for each in await inbox.pending(older_than=NOW + timedelta(days=1))}
    is_new = await inbox.keep(replace(entry, key=again.key))

    assert waits == {"Ev1", again.key}
    assert not is_new


_UPGRADE_AND_DIE = """
import asyncio, os, signal, sys
from sqlalchemy import event
from bot.db.engine import open_database
from bot.db.migrating import migrate

database = open_database(sys.argv[1])
changes = []

def die(connection, cursor, statement, *rest):
    changes.extend([statement] if statement.split()[0] in ("CREATE", "ALTER", "DROP") else [])
    if len(changes) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database._writers.sync_engine, "after_cursor_execute", die)
asyncio.run(migrate(database))
"""


@pytest.mark.parametrize("released", RELEASED[:1], indirect=True, ids=lambda released: released.version)
async def test_an_upgrade_that_is_killed_in_the_middle_is_done_by_the_next_start(
    old: Database, released: Released, address: str
) -> None:
    before = await rows_of(old)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _UPGRADE_AND_DIE, address)
    ended = await asyncio.wait_for(process.wait(), 30)

    half_way, kept = await schema_version(old), await rows_of(old)
    await migrate(old)

    assert (ended, half_way) == (-signal.SIGKILL, released.schema)
    assert kept == before
    assert await schema_version(old) == HEAD
    assert len((await rows_of(old))["story"][1]) == len(before["story"][1])


async def test_the_next_release_can_be_written_down_whole(sqlite: Database) -> None:
    await live(SqlStore(sqlite, token_keys=[TOKEN_KEY]))

    assert "Elle a bien dormi" in await dumped(sqlite)  # an AssertionError where a table has no row


def test_a_migration_that_was_released_is_never_changed(released: Released) -> None:
    [file] = (_MIGRATIONS / "versions").glob(f"{released.schema}_*.py")

    assert hashlib.sha256(file.read_bytes()).hexdigest() == released.migration
