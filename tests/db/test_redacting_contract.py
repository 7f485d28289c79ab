"""Black out words everywhere, take what leavers had not shared, remember what was heard and who was told of AI."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.db import forgetting
from bot.db.store import SqlStore
from bot.domain.people import Person, Standing
from bot.domain.redacting import BLACK
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.inbox import InboxEntry
from bot.ports.stores import Store
from bot.ports.stories import StoryChange
from bot.ports.workspaces import Installation

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME = "slack:T1"


async def keep(store: Store, text: str, **changes: Any) -> Story:
    story = Story(
        id="",
        workspace=ACME,
        team="sales",
        teller="alice",
        text=text,
        told_at=NOW,
        told_on=NOW.date(),
        source=Source.DM,
        origin=f"D1:{text[:5]}",
    )
    return (await store.stories.keep(replace(story, **changes))).story


async def test_words_are_blacked_out_in_the_story_and_can_no_longer_be_found(store: Store) -> None:
    story = await keep(store, "Helped MÜLLER & Sons, the Müllers slept.", customer="Herr Müller")
    other = await keep(store, "Somebody else entirely.")

    found = await store.forgetting.holding(ACME, "muller")
    after = await store.forgetting.redact(ACME, story.id, "Muller", at=NOW)
    again = await store.forgetting.redact(ACME, story.id, "Muller", at=NOW)

    assert list(found) == [story.id]
    assert after is not None
    assert (after.text, after.customer) == (f"Helped {BLACK} & Sons, the Müllers slept.", f"Herr {BLACK}")
    assert again is None
    assert list(await store.stories.search(ACME, "muller sons", Viewer("alice"))) == []
    assert await store.stories.get(ACME, other.id) == other


async def test_earlier_wordings_and_messages_are_blacked_out_too(sql_store: SqlStore) -> None:
    story = await keep(sql_store, "Maria Lopez smiled.")
    await sql_store.stories.extend(ACME, story.id, origin="D1:2", text="Her name is Maria  Lopez.", at=NOW)
    await sql_store.stories.change(ACME, story.id, StoryChange(text="A smile."), by="alice", at=NOW)

    found = await sql_store.forgetting.holding(ACME, "maria lopez")
    await sql_store.forgetting.redact(ACME, story.id, "maria lopez", at=NOW)

    wordings = [one.text for one in await sql_store.stories.revisions(ACME, story.id)]
    assert list(found) == [story.id]
    assert not any("Maria" in wording for wording in wordings)
    assert BLACK in wordings[0]
    assert list(await sql_store.forgetting.holding(ACME, "maria lopez")) == []
    assert [line[1:] for line in await sql_store.audit.lines(ACME)] == [
        ("operator", "story.redacted", story.id)
    ]


async def test_what_a_leaver_had_not_shared_goes_and_what_was_shared_stays(store: Store) -> None:
    mine = await keep(store, "1 private", visibility=Visibility.PRIVATE)
    theirs = await keep(store, "2 managers", visibility=Visibility.MANAGERS)
    draft = await keep(store, "3 draft", state=StoryState.DRAFT)
    shared = await keep(store, "4 team")
    await store.people.save_profile(Person(ACME, "alice", standing=Standing.DEACTIVATED, refreshed_at=NOW))
    later = replace(Person(ACME, "alice"), standing=Standing.DEACTIVATED, refreshed_at=NOW + timedelta(9))
    left = await store.people.save_profile(later)

    early = await store.forgetting.left_behind(before=NOW)
    gone = await store.forgetting.left_behind(before=NOW + timedelta(seconds=1))

    assert left.left_at == NOW
    assert (early, gone) == (0, 3)
    states = await store.stories.many(ACME, [mine.id, theirs.id, draft.id, shared.id])
    assert [states[one.id].state for one in (mine, theirs, draft)] == [StoryState.WITHDRAWN] * 3
    assert states[shared.id] == shared


async def test_who_comes_back_has_not_left(store: Store) -> None:
    await store.people.save_profile(Person(ACME, "bob", standing=Standing.DEACTIVATED, refreshed_at=NOW))

    back = await store.people.save_profile(Person(ACME, "bob", refreshed_at=NOW))

    assert back.left_at is None


async def test_a_channels_messages_that_are_stories_are_listed(store: Store) -> None:
    await keep(store, "1", origin="D1:100.000001")
    await keep(store, "2", origin="D1:100.000003")
    await keep(store, "3", origin="D12:100.000009")
    gone = await keep(store, "4", origin="D1:100.000004")
    await store.stories.change(ACME, gone.id, StoryChange(state=StoryState.WITHDRAWN), by="alice", at=NOW)

    assert list(await store.stories.messages_in(ACME, "D1", since="100.000002")) == ["100.000003"]
    assert list(await store.stories.messages_in(ACME, "D1", since="0")) == ["100.000001", "100.000003"]


async def test_up_to_when_everything_was_heard_is_remembered(store: Store) -> None:
    await store.workspaces.save(Installation(ACME, "Acme", "UBOT"), now=NOW)

    before = await store.workspaces.heard_at(ACME)
    await store.workspaces.note_heard(ACME, now=NOW)
    await store.workspaces.save(Installation(ACME, "Acme", "UBOT"), now=NOW)

    assert before is None
    assert await store.workspaces.heard_at(ACME) == NOW


async def test_members_are_told_of_ai_once_each_time_it_is_turned_on(store: Store) -> None:
    blank = Team(id="", workspace=ACME, channel="C1", name="Sales", zone="UTC", managers=("alice",))
    team = await store.teams.save(blank, by="alice", now=NOW)
    await store.teams.set_member(ACME, team.id, "bob", Membership.ACTIVE, now=NOW)
    hours = [NOW + timedelta(hours=hour) for hour in range(9)]

    on = await store.teams.save(replace(team, ai=True), by="alice", now=hours[1])
    first = await store.teams.note_ai(ACME, team.id, "bob", now=hours[2])
    second = await store.teams.note_ai(ACME, team.id, "bob", now=hours[3])
    still = await store.teams.save(replace(on, name="Shops"), by="alice", now=hours[4])
    off = await store.teams.save(replace(still, ai=False), by="alice", now=hours[5])
    again = await store.teams.save(replace(off, ai=True), by="alice", now=hours[6])
    third = await store.teams.note_ai(ACME, team.id, "bob", now=hours[7])
    stranger = await store.teams.note_ai(ACME, team.id, "charlie", now=hours[8])

    assert (on.ai_since, still.ai_since, off.ai_since, again.ai_since) == (hours[1], hours[1], None, hours[6])
    assert (first, second, third, stranger) == (True, False, True, False)
    member = await store.teams.member(ACME, team.id, "bob")
    assert member is not None
    assert member.ai_told_at == hours[7]


async def test_retention_takes_all_that_is_too_old_and_what_never_could_be_worked_off(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 3)
    old = NOW - timedelta(days=400)
    for number in range(7):
        await keep(sql_store, f"{number} old", origin=f"D1:{number}", told_at=old)
    entry = InboxEntry(ACME, "Ev1", "event", "words that never came through", old, sender="alice")
    await sql_store.inbox.keep(entry)
    for _ in range(5):
        await sql_store.inbox.failed(ACME, "Ev1", reason="bug", at=old)

    gone = await sql_store.forgetting.expired(before=NOW)

    assert gone == 7
    arrived = (await sql_store.forgetting.everything_of(ACME, "alice"))["arrived"]
    assert arrived == []
