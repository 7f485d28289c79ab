"""People, Slack's retries and replicas all at once: the database decides, and everybody gets an answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.db.engine import Database
from bot.db.store import SqlStore
from bot.domain.deliveries import DeliveryState, Kind, NewDelivery
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryChange

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME = "slack:T1"


def told(origin: str, text: str = "Told.") -> Story:
    return Story("", ACME, "sales", "alice", text, NOW, NOW.date(), Source.DM, origin)


async def test_a_message_its_edit_and_its_deletion_may_arrive_at_the_same_instant(
    sql_store: SqlStore,
) -> None:
    stories = sql_store.stories
    for number in range(15):
        origin = f"D1:{number}"
        await asyncio.gather(
            stories.keep(told(origin)),
            stories.edit_message(ACME, origin, "Edited.", edited="1", at=NOW),
            stories.keep(told(origin)),
            stories.delete_message(ACME, origin, at=NOW),
        )

    found = await stories.search(ACME, "told", Viewer("alice"))
    edited = await stories.search(ACME, "edited", Viewer("alice"))

    assert (list(found), list(edited)) == ([], [])


async def test_all_parts_of_an_answer_stand_in_it_though_they_come_at_once(sql_store: SqlStore) -> None:
    stories = sql_store.stories
    story = (await stories.keep(told("D1:0", "part0"))).story
    parts = [(f"D1:{number}", f"part{number}") for number in range(1, 9)]

    await asyncio.gather(
        *(stories.extend(ACME, story.id, origin=origin, text=text, at=NOW) for origin, text in parts * 2)
    )
    whole = await stories.get(ACME, story.id)

    assert whole is not None
    assert sorted(whole.text.split("\n")) == [f"part{number}" for number in range(9)]
    assert whole.revision == 9
    assert len(await stories.revisions(ACME, story.id)) == 9


async def test_changes_of_one_story_at_once_lose_nothing(sql_store: SqlStore) -> None:
    stories = sql_store.stories
    story = (await stories.keep(told("D1:0"), enqueue=[_receipt()])).story
    changes: list[Any] = [
        stories.change(ACME, story.id, StoryChange(customer="Bakery"), by="alice", at=NOW),
        stories.change(ACME, story.id, StoryChange(visibility=Visibility.PRIVATE), by="alice", at=NOW),
        stories.change(ACME, story.id, StoryChange(tags=("learned",)), by="alice", at=NOW),
        stories.edit_message(ACME, "D1:0", "Edited.", edited="1", at=NOW),
        stories.extend(ACME, story.id, origin="D1:1", text="More.", at=NOW),
    ]

    await asyncio.gather(*changes)
    after = await stories.get(ACME, story.id)
    owed = await sql_store.ledger.about(ACME, story.id)

    assert after is not None
    assert (after.customer, after.visibility, after.tags) == ("Bakery", Visibility.PRIVATE, ("learned",))
    assert after.text == "Edited.\nMore."
    assert owed[0].wanted == 5


async def test_whoever_withdraws_wins_over_whoever_edits(sql_store: SqlStore) -> None:
    stories = sql_store.stories
    for number in range(10):
        story = (await stories.keep(told(f"D1:{number}"))).story
        await asyncio.gather(
            stories.change(ACME, story.id, StoryChange(text="New."), by="alice", at=NOW),
            stories.change(ACME, story.id, StoryChange(state=StoryState.WITHDRAWN), by="alice", at=NOW),
            stories.edit_message(ACME, f"D1:{number}", "Edited.", edited="1", at=NOW),
        )
        after = await stories.get(ACME, story.id)
        assert after is not None
        assert (after.state, after.text) == (StoryState.WITHDRAWN, "")
        assert list(await stories.revisions(ACME, story.id)) == []


async def test_two_who_set_up_a_channel_at_once_make_one_team(sql_store: SqlStore) -> None:
    teams = [Team("", ACME, "C1", name, "UTC", managers=(name,)) for name in ("alice", "bob", "charlie")]

    saved = await asyncio.gather(*(sql_store.teams.save(team, by=team.name, now=NOW) for team in teams))

    assert len({team.id for team in saved}) == 1
    assert len(await sql_store.teams.all(ACME)) == 1
    assert saved[0].managers == (saved[0].name,)


async def test_purposes_set_at_once_each_get_a_version(sql_store: SqlStore) -> None:
    team = await sql_store.teams.save(Team("", ACME, "C1", "Sales", "UTC", ("alice",)), by="alice", now=NOW)
    words = [f"We help {number}." for number in range(6)]

    await asyncio.gather(
        *(sql_store.teams.set_purpose(ACME, team.id, each, by="alice", now=NOW) for each in words)
    )
    purposes = await sql_store.teams.purposes(ACME, team.id)
    found = await sql_store.teams.get(ACME, team.id)

    assert [purpose.version for purpose in purposes] == [1, 2, 3, 4, 5, 6]
    assert found is not None
    assert found.purpose == purposes[-1]


async def test_one_of_many_clicks_on_the_same_button_counts(sql_store: SqlStore) -> None:
    team = await sql_store.teams.save(Team("", ACME, "C1", "Sales", "UTC", ("alice",)), by="alice", now=NOW)

    outcomes = await asyncio.gather(
        *(sql_store.teams.set_member(ACME, team.id, "bob", Membership.ACTIVE, now=NOW) for _ in range(6))
    )

    assert sorted(outcomes) == [False] * 5 + [True]


async def test_whoever_answers_while_their_prompt_is_claimed_gets_it_or_not_and_never_half(
    sql_store: SqlStore,
) -> None:
    ledger = sql_store.ledger
    lane = await ledger.lease(ACME, "replica-1", seconds=60)
    assert lane is not None
    for number in range(20):
        prompts = [
            NewDelivery(ACME, f"prompt{number}", Kind.PROMPT, f"{number}-{each}", NOW) for each in range(5)
        ]
        await ledger.owe(prompts)

        claiming = asyncio.create_task(ledger.claim(lane, now=NOW, per_minute=0))
        await asyncio.gather(
            claiming,
            *(
                ledger.settle(ACME, each.recipient, kinds=[Kind.PROMPT], reason="answered", now=NOW)
                for each in prompts
            ),
        )
        claimed = {each.id for each, _ in claiming.result().slots}
        found = await ledger.about(ACME, f"prompt{number}")

        assert {each.id for each in found if each.state is DeliveryState.SENDING} == claimed
        assert all(each.state is DeliveryState.SKIPPED for each in found if each.id not in claimed)


async def test_forgetting_while_the_person_still_tells_leaves_no_words_of_before(database: Database) -> None:
    store = SqlStore(database)
    kept = [(await store.stories.keep(told(f"D1:{number}", "before"))).story for number in range(5)]

    await asyncio.gather(
        store.forgetting.person(ACME, "alice", at=NOW),
        *(
            store.stories.edit_message(ACME, f"D1:{number}", "edited", edited="1", at=NOW)
            for number in range(5)
        ),
        *(
            store.stories.extend(ACME, story.id, origin=f"D1:1{story.id}", text="more", at=NOW)
            for story in kept
        ),
    )
    after = await store.stories.many(ACME, [story.id for story in kept])

    assert {(story.state, story.text, story.teller) for story in after.values()} == {
        (StoryState.WITHDRAWN, "", "")
    }


def _receipt() -> NewDelivery:
    return NewDelivery(ACME, "", Kind.RECEIPT, "alice", NOW)
