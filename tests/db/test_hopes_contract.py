"""What every store promises about hopes and what came of them, in memory and on databases."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.db.store import SqlStore
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery
from bot.domain.hopes import Answer, Hope, HopeKind, HopeState, Outcome, answered
from bot.domain.people import Person, Standing
from bot.domain.stories import Source, Story, StoryState
from bot.ports.stores import Store
from bot.ports.stories import StoryChange

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
DAY = date(2027, 2, 18)
ACME, OTHER = "slack:T1", "slack:T2"
WORDS = "Zanzibarquokka"
YES = Answer(Outcome.CAME_TRUE, "Two days, not five.", shared=True)


async def told_story(store: Store, origin: str = "D1:1", **changes: Any) -> Story:
    story = Story("", ACME, "sales", "bob", "Maria's books.", NOW, NOW.date(), Source.DM, origin)
    return (await store.stories.keep(replace(story, **changes))).story


async def hoped(store: Store, origin: str = "view:1", **changes: Any) -> Hope:
    hope = Hope(
        "", ACME, HopeKind.PROMISE, "bob", f"{WORDS}: two days by March", DAY, origin, NOW, team="sales"
    )
    return await store.hopes.keep(replace(hope, **changes))


async def tried(store: Store, origin: str = "view:9", **changes: Any) -> Hope:
    return await hoped(store, origin, **({"kind": HopeKind.TRIAL} | changes))


async def test_a_hope_comes_back_as_it_was_said_and_the_same_origin_never_makes_two(store: Store) -> None:
    story = await told_story(store)

    both = await asyncio.gather(*(hoped(store, story=story.id, customer="Maria's") for _ in range(2)))

    assert both[0] == both[1]
    assert await store.hopes.get(ACME, both[0].id) == both[0]
    assert (both[0].story, both[0].words, both[0].due_on) == (story.id, f"{WORDS}: two days by March", DAY)
    assert await store.hopes.get(OTHER, both[0].id) is None
    assert await store.hopes.of_stories(ACME, [story.id, "no-such"]) == {story.id: [both[0]]}
    assert await store.hopes.of_stories(OTHER, [story.id]) == {}


async def test_what_cannot_be_stored_is_made_storable(store: Store) -> None:
    hope = await hoped(store, words="a\x00b\ud800c")

    assert hope.words == "a\ufffdb\ufffdc"


async def test_due_ones_are_open_and_their_day_has_come(store: Store) -> None:
    first = await hoped(store, "1", due_on=DAY - timedelta(days=1))
    second = await hoped(store, "2")
    await hoped(store, "3", due_on=DAY + timedelta(days=1))
    await hoped(store, "4", person="alice")
    done = await hoped(store, "5")
    await store.hopes.change(answered(done, YES, LATER))

    assert await store.hopes.due(ACME, "bob", on=DAY) == [first, second]
    assert await store.hopes.due(OTHER, "bob", on=DAY) == []


async def test_that_somebody_was_asked_is_noted_and_survives_an_answer(store: Store) -> None:
    hope = await hoped(store)

    await store.hopes.asked(ACME, hope.id, at=LATER)
    assert await store.hopes.change(answered(hope, YES, LATER))

    after = await store.hopes.get(ACME, hope.id)
    assert after == replace(
        hope,
        state=HopeState.ANSWERED,
        outcome=Outcome.CAME_TRUE,
        line=YES.line,
        shared=True,
        asked_at=LATER,
        answered_at=LATER,
    )


async def test_a_dropped_hope_has_no_word_left_and_never_comes_back(store: Store) -> None:
    hope = await hoped(store)

    assert await store.hopes.change(replace(hope, state=HopeState.DROPPED))
    assert not await store.hopes.change(answered(hope, YES, LATER))

    gone = await store.hopes.get(ACME, hope.id)
    assert gone is not None
    assert (gone.state, gone.words, gone.line) == (HopeState.DROPPED, "", "")
    assert await hoped(store) == gone
    assert await store.hopes.of_person(ACME, "bob") == []
    assert not await store.hopes.change(replace(hope, id="no-such"))


async def test_a_persons_own_come_open_ones_first_then_what_came_of_the_others(store: Store) -> None:
    late = await hoped(store, "1", due_on=DAY + timedelta(days=9))
    soon = await hoped(store, "2")
    done = [await hoped(store, str(number)) for number in (3, 4)]
    for place, each in enumerate(done):
        await store.hopes.change(answered(each, YES, LATER + timedelta(days=place)))

    mine = await store.hopes.of_person(ACME, "bob")

    assert [each.id for each in mine] == [soon.id, late.id, done[1].id, done[0].id]
    assert len(await store.hopes.of_person(ACME, "bob", limit=2)) == 2


async def test_a_team_hears_only_what_was_shared_with_it_in_its_time(store: Store) -> None:
    shared, kept_back, later = [await hoped(store, str(number)) for number in range(3)]
    await store.hopes.change(answered(shared, YES, LATER))
    await store.hopes.change(answered(kept_back, replace(YES, shared=False), LATER))
    await store.hopes.change(answered(later, YES, LATER + timedelta(days=7)))
    since, until = LATER, LATER + timedelta(days=7)

    heard = await store.hopes.told(ACME, "sales", since=since, until=until)

    assert [each.id for each in heard] == [shared.id]
    assert await store.hopes.told(ACME, "support", since=since, until=until) == []
    assert await store.hopes.told(OTHER, "sales", since=since, until=until) == []


async def test_colleagues_see_shared_open_trials_of_their_teams_and_not_their_own(store: Store) -> None:
    old = await tried(store, "1", shared=True)
    new = await tried(store, "2", shared=True, person="charlie", created_at=NOW + timedelta(hours=1))
    await tried(store, "3")
    await hoped(store, "4", shared=True)
    await tried(store, "5", shared=True, team="support")
    await tried(store, "6", shared=True, person="alice")

    found = await store.hopes.tried(ACME, ["sales"], without="alice")

    assert found == [new, old]
    assert await store.hopes.tried(ACME, [], without="alice") == []
    assert await store.hopes.tried(OTHER, ["sales"], without="alice") == []


async def test_the_first_person_learns_who_took_their_trial(store: Store) -> None:
    first = await tried(store, "1", shared=True)
    taken = await tried(store, "2", person="charlie", taken_from=first.id, created_at=LATER)
    await tried(store, "3", taken_from=first.id, created_at=LATER)

    assert await store.hopes.taken_since(ACME, "bob", since=NOW, until=LATER + timedelta(1)) == [taken]
    assert await store.hopes.taken_since(ACME, "bob", since=NOW, until=LATER) == []
    assert await store.hopes.taken_since(ACME, "charlie", since=NOW, until=LATER + timedelta(1)) == []


async def test_a_withdrawn_story_takes_its_hopes_along(store: Store) -> None:
    story = await told_story(store)
    hope = await hoped(store, story=story.id)
    other = await hoped(store, "view:2", story="another")

    await store.stories.change(ACME, story.id, StoryChange(state=StoryState.WITHDRAWN), by="bob", at=NOW)

    gone = await store.hopes.get(ACME, hope.id)
    assert gone is not None
    assert (gone.state, gone.words) == (HopeState.DROPPED, "")
    assert await store.hopes.due(ACME, "bob", on=DAY) == [other]


async def test_what_shows_a_hope_or_its_story_is_shown_anew_when_it_changes(store: Store) -> None:
    story = await told_story(store)
    hope = await hoped(store, story=story.id)
    await store.ledger.owe(
        [
            NewDelivery(ACME, "schedule", Kind.PROMPT, "bob", NOW),
            NewDelivery(ACME, story.id, Kind.RECEIPT, "bob", NOW),
        ]
    )
    [prompt] = await store.ledger.about(ACME, "schedule")
    await store.ledger.shows(ACME, prompt.id, [hope.id])

    await store.hopes.change(replace(hope, due_on=DAY + timedelta(days=30)))

    for subject in ("schedule", story.id):
        [shown] = await store.ledger.about(ACME, subject)
        assert shown.wanted > shown.shown


async def test_forgetting_a_person_leaves_nothing_of_their_hopes(store: Store) -> None:
    await hoped(store, "1")
    await tried(store, "2", shared=True)
    mine = await tried(store, "3", person="charlie")

    await store.forgetting.person(ACME, "bob", at=NOW)

    assert await store.hopes.of_person(ACME, "bob") == []
    assert await store.hopes.tried(ACME, ["sales"], without="alice") == []
    assert await store.hopes.of_person(ACME, "charlie") == [mine]


async def test_a_trial_is_kept_no_longer_than_a_story(store: Store) -> None:
    old = await tried(store, "1", created_at=NOW - timedelta(days=400))
    young = await tried(store, "2")

    await store.forgetting.expired(before=NOW - timedelta(days=365))

    gone = await store.hopes.get(ACME, old.id)
    assert gone is not None
    assert gone.state is HopeState.DROPPED
    assert await store.hopes.of_person(ACME, "bob") == [young]


async def test_what_somebody_who_left_kept_to_themselves_goes(store: Store) -> None:
    story = await told_story(store)
    promise = await hoped(store, "1", story=story.id)
    await store.hopes.change(answered(promise, replace(YES, shared=False), NOW))
    secret, shared = await tried(store, "2"), await tried(store, "3", shared=True)
    gone_since = Person(ACME, "bob", standing=Standing.DEACTIVATED, refreshed_at=NOW)
    await store.people.save_profile(gone_since)

    await store.forgetting.left_behind(before=NOW + timedelta(days=31))

    left = {each.id: each for each in await store.hopes.of_person(ACME, "bob")}
    assert set(left) == {promise.id, shared.id}
    assert (left[promise.id].line, left[promise.id].words) == ("", promise.words)
    assert secret.id not in left


async def test_words_blacked_out_of_a_story_are_gone_from_its_hope(store: Store) -> None:
    story = await told_story(store)
    hope = await hoped(store, story=story.id, customer=WORDS)
    await store.hopes.change(answered(hope, replace(YES, line=f"{WORDS} again"), NOW))

    assert await store.forgetting.holding(ACME, WORDS) == [story.id]
    await store.forgetting.redact(ACME, story.id, WORDS, at=NOW)

    black = await store.hopes.get(ACME, hope.id)
    assert WORDS not in str(black)
    assert await store.forgetting.holding(ACME, WORDS) == []


async def test_words_blacked_out_of_trials_are_gone_everywhere_they_stood(store: Store) -> None:
    mine, other = await tried(store, "1"), await tried(store, "2", words="Nothing of it")
    await tried(store, "3", workspace=OTHER)
    await store.hopes.change(answered(mine, replace(YES, line=f"{WORDS} again"), NOW))

    assert await store.hopes.redact(ACME, WORDS, at=NOW) == 1
    assert await store.hopes.redact(ACME, WORDS, at=NOW) == 0

    assert WORDS not in str(await store.hopes.of_person(ACME, "bob"))
    assert await store.hopes.get(ACME, other.id) == other
    assert WORDS in str(await store.hopes.of_person(OTHER, "bob"))


async def test_whoever_asks_for_their_data_gets_their_hopes(sql_store: SqlStore) -> None:
    hope = await hoped(sql_store)
    await sql_store.hopes.change(answered(hope, YES, LATER))
    await hoped(sql_store, "2", person="alice", words="Somebody else's")

    mine = await sql_store.forgetting.everything_of(ACME, "bob")

    [told] = mine["hopes"]
    assert (told["words"], told["line"], told["shared"]) == (hope.words, YES.line, True)
    assert told["answered_at"] == LATER.isoformat()
    assert "Somebody else's" not in json.dumps(mine)


@pytest.mark.parametrize("kind", [HopeKind.PROMISE, HopeKind.TRIAL])
async def test_purging_the_ledger_keeps_what_shows_a_hope(store: Store, kind: HopeKind) -> None:
    hope = await hoped(store, kind=kind)
    await store.ledger.owe([NewDelivery(ACME, hope.id, Kind.PROMPT, "bob", NOW)])
    [asked] = await store.ledger.about(ACME, hope.id)
    lane = await store.ledger.lease(ACME, "me", seconds=60)
    assert lane is not None
    await store.ledger.claim(lane, now=NOW, per_minute=0)
    await store.ledger.record(lane, asked.id, DeliveryState.SENT, now=NOW, ts="1.1", channel="D1")
    await store.ledger.shows(ACME, asked.id, [hope.id])

    kept_back = await store.ledger.purge(before=LATER, stories_before=NOW - timedelta(days=1))
    purged = await store.ledger.purge(before=LATER, stories_before=LATER)

    assert (kept_back, purged) == (0, 1)
