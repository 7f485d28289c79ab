"""What every store promises about forgetting: nothing of a person is left that anybody could read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.db.store import SqlStore
from bot.domain.checks import Check
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery
from bot.domain.digests import Digest, Pick
from bot.domain.people import Person
from bot.domain.stories import Source, Story, StoryState, Viewer
from bot.domain.teams import Membership, Team
from bot.ports.inbox import InboxEntry
from bot.ports.stores import Store
from bot.ports.stories import StoryChange, StoryQuery

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"
WORDS = "Zanzibarquokka"


async def tell(store: Store, origin: str, **changes: Any) -> Story:
    text = f"{WORDS} told {origin}"
    story = Story("", ACME, "sales", "alice", text, NOW, NOW.date(), Source.DM, origin)
    return (await store.stories.keep(replace(story, **changes))).story


async def life_of_alice(store: Store) -> Story:
    """Alice does everything that leaves words or ids somewhere. Returns her first story."""
    team = Team("", ACME, "C1", "Sales", "UTC", managers=("alice", "charlie"))
    saved = await store.teams.save(team, by="alice", now=NOW)
    await store.teams.set_member(ACME, saved.id, "alice", Membership.ACTIVE, now=NOW)
    await store.people.save_profile(Person(ACME, "alice", name=f"Alice {WORDS}", zone="Europe/Paris"))
    await store.people.set(ACME, "alice", dm="D1", paused_until=date(2026, 12, 1))
    first = await tell(store, "D1:1", customer=WORDS, goal=WORDS, change=WORDS, tags=("learned",))
    await store.stories.change(ACME, first.id, StoryChange(text=f"{WORDS} again"), by="alice", at=NOW)
    await store.stories.extend(ACME, first.id, origin="D1:2", text=f"{WORDS} more", at=NOW)
    await tell(store, "D1:3", state=StoryState.DRAFT, told_at=NOW + timedelta(milliseconds=1))
    await store.stories.edit_message(ACME, "D1:99", f"{WORDS} early", edited="1", at=NOW)
    await store.inbox.keep(InboxEntry(ACME, "Ev1", "event", json.dumps({"text": WORDS}), NOW, sender="alice"))
    pick = Pick(first.id, "alice", featured=True, position=0, quote=WORDS)
    window = (NOW - timedelta(days=7), NOW)
    await store.digests.plan(
        Digest("digest-1", ACME, "sales", NOW.date(), *window, headline=WORDS, picks=(pick,))
    )
    await store.ledger.owe([NewDelivery(ACME, first.id, Kind.RECEIPT, "alice", NOW)])
    await store.ledger.owe([NewDelivery(ACME, "digest-1", Kind.PREVIEW, "charlie", NOW)])
    return first


async def test_forgetting_takes_everything_of_a_person_and_tells_how_much(store: Store) -> None:
    first = await life_of_alice(store)

    gone = await store.forgetting.person(ACME, "alice", at=NOW)

    assert (gone.counts["stories"], gone.counts["drafts"], gone.counts["memberships"]) == (1, 1, 1)
    assert first.id in gone.stories
    assert len(gone.stories) == 2
    assert await store.people.get(ACME, "alice") == Person(ACME, "alice", forgotten_at=NOW)
    assert list(await store.teams.of_person(ACME, "alice", tuple(Membership))) == []
    assert list(await store.teams.managed_by(ACME, "alice")) == []
    assert list(await store.stories.search(ACME, WORDS, Viewer("alice"))) == []
    assert list(await store.stories.find(ACME, StoryQuery(teller="alice", states=tuple(StoryState)))) == []
    assert list(await store.inbox.pending(older_than=NOW + timedelta(days=1))) == []
    assert (await store.ledger.about(ACME, first.id))[0].state is DeliveryState.SKIPPED
    assert WORDS not in json.dumps(await store.forgetting.everything_of(ACME, "alice"))


async def test_posts_that_showed_a_forgotten_story_show_it_no_more(store: Store) -> None:
    first = await life_of_alice(store)

    await store.forgetting.person(ACME, "alice", at=NOW)
    digest = await store.digests.get(ACME, "digest-1")
    story = await store.stories.get(ACME, first.id)

    assert digest is not None
    assert (digest.headline, digest.picks[0].quote) == (None, None)
    assert (await store.ledger.about(ACME, "digest-1"))[0].wanted >= 1
    assert story is not None
    assert (story.state, story.text, story.teller, story.origin) == (
        StoryState.WITHDRAWN,
        "",
        "",
        f"forgotten:{first.id}",
    )


async def test_whoever_was_forgotten_is_not_known_again_by_their_profile(store: Store) -> None:
    await life_of_alice(store)
    await store.forgetting.person(ACME, "alice", at=NOW)

    refreshed = await store.people.save_profile(
        Person(ACME, "alice", name="Alice", zone="Europe/Paris", refreshed_at=NOW)
    )
    await store.forgetting.person(ACME, "alice", at=NOW + timedelta(days=1))
    later = await store.people.get(ACME, "alice")

    assert (refreshed.name, refreshed.zone, refreshed.forgotten_at) == ("", None, NOW)
    assert not refreshed.may_take_part
    assert later is not None
    assert later.forgotten_at == NOW


async def test_forgetting_one_person_leaves_the_others_and_other_workspaces(store: Store) -> None:
    await life_of_alice(store)
    bobs = await tell(store, "D2:1", teller="bob")
    there = await tell(store, "D1:1", workspace=OTHER)

    await store.forgetting.person(ACME, "alice", at=NOW)

    assert await store.stories.get(ACME, bobs.id) == bobs
    assert await store.stories.get(OTHER, there.id) == there
    assert [story.id for story in await store.stories.search(ACME, WORDS, Viewer("bob"))] == [bobs.id]


async def test_stories_past_their_time_are_withdrawn_in_every_workspace(store: Store) -> None:
    old = await tell(store, "1", told_at=NOW - timedelta(days=400))
    there = await tell(store, "1", told_at=NOW - timedelta(days=500), workspace=OTHER)
    young = await tell(store, "2")

    first = await store.forgetting.expired(before=NOW - timedelta(days=365), limit=1)
    second = await store.forgetting.expired(before=NOW - timedelta(days=365))
    third = await store.forgetting.expired(before=NOW - timedelta(days=365))

    assert (first, second, third) == (1, 1, 0)
    for workspace, story in ((ACME, old), (OTHER, there)):
        found = await store.stories.get(workspace, story.id)
        assert found is not None
        assert (found.state, found.text) == (StoryState.WITHDRAWN, "")
    assert await store.stories.get(ACME, young.id) == young


async def test_a_person_can_read_everything_that_is_kept_about_them(sql_store: SqlStore) -> None:
    await life_of_alice(sql_store)
    await sql_store.stories.mark_read(ACME, "story-9", "alice", at=NOW)
    await sql_store.audit.note(ACME, actor="alice", action="team.made", about="sales", at=NOW)

    data = await sql_store.forgetting.everything_of(ACME, "alice")
    plain = json.loads(json.dumps(data))

    assert plain["person"]["paused_until"] == "2026-12-01"
    assert [len(story["wordings"]) for story in plain["stories"]] == [3, 1]
    assert plain["stories"][0]["visibility"] == "team"
    assert plain["teams"][0]["state"] == "active"
    assert plain["messages"][0]["kind"] == "receipt"
    assert plain["read"][0]["story"] == "story-9"
    assert plain["done"][0]["action"] == "team.made"
    assert WORDS in plain["arrived"][0]["payload"]


async def test_whatever_names_a_person_beside_their_stories_is_shown_anew_without_them(
    sql_store: SqlStore,
) -> None:
    ledger = sql_store.ledger
    check = await sql_store.checks.open(
        Check("", ACME, "sales", "C1", "Who?", "alice", NOW, NOW + timedelta(hours=4), origin="1")
    )
    await ledger.owe(
        [
            NewDelivery(ACME, check.id, Kind.CHECK, "C1", NOW),
            NewDelivery(ACME, "build:alice:1", Kind.REPLY, "C1", NOW, data={"by": "alice", "words": WORDS}),
            NewDelivery(ACME, "prompt", Kind.PROMPT, "bob", NOW),
            NewDelivery(ACME, "wider:1", Kind.NOTICE, "bob", NOW, data={"facts": {"by": "alice"}}),
            NewDelivery(ACME, "set-up:1", Kind.INVITATION, "C1", NOW, data={"inviter": "alice"}),
            NewDelivery(ACME, "wider:2", Kind.NOTICE, "bob", NOW, data={"facts": {"by": "charlie"}}),
        ]
    )
    [reply] = await ledger.about(ACME, "build:alice:1")
    [prompt] = await ledger.about(ACME, "prompt")
    await ledger.shows(ACME, prompt.id, [reply.id])

    await sql_store.forgetting.person(ACME, "alice", at=NOW)

    rows = await ledger.recent(ACME)
    assert sorted(each.subject for each in rows if not each.wanted) == ["wider:2"]
    assert not any("alice" in f"{each.subject} {each.data}" for each in rows)
    asked = await sql_store.checks.get(ACME, check.id)
    assert asked is not None
    assert asked.asked_by == ""


@pytest.mark.parametrize("way", ["forget", "withdraw", "expire", "delete"])
async def test_no_file_of_the_database_holds_a_word_that_was_taken_back(sqlite: Any, way: str) -> None:
    store = SqlStore(sqlite)
    first = await life_of_alice(store)
    await tell(store, "D2:1", teller="bob", text="A story that stays.", told_at=NOW + timedelta(hours=1))
    assert _files_hold(sqlite.path, WORDS)

    if way == "withdraw":
        for story in await store.stories.find(ACME, StoryQuery(teller="alice", states=tuple(StoryState))):
            change = StoryChange(state=StoryState.WITHDRAWN)
            await store.stories.change(ACME, story.id, change, by="alice", at=NOW)
    elif way == "expire":
        await store.forgetting.expired(before=NOW + timedelta(seconds=1))
    elif way == "delete":
        for origin in ("D1:1", "D1:2", "D1:3"):
            await store.stories.delete_message(ACME, origin, at=NOW)
        assert (await store.stories.get(ACME, first.id)) is not None
    if way != "forget":
        # What the other ways leave to others: her name, what has not been worked off, an early edit.
        await store.people.save_profile(Person(ACME, "alice"))
        await store.inbox.done(ACME, "Ev1", at=NOW)
        await store.inbox.purge(before=NOW + timedelta(seconds=1))
    else:
        await store.forgetting.person(ACME, "alice", at=NOW)
    await store.forgetting.compact()

    assert not _files_hold(sqlite.path, WORDS)
    assert _files_hold(sqlite.path, "A story that stays.")


def _files_hold(path: Any, words: str) -> bool:
    found = b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
    return words.encode() in found or words.lower().encode() in found
