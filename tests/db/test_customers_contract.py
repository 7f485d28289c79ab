"""What every store promises about customers, in memory and on databases: one record a person and name, made by the
first story that names it, gone with the last."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.customers import Customer, Naming
from bot.domain.deliveries import Kind, NewDelivery
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility
from bot.ports.stores import Store
from bot.ports.stories import StoryChange, StoryQuery

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"
ALICE = Viewer("alice", teams=frozenset({"sales"}))
BOB = Viewer("bob", teams=frozenset({"sales"}))
CHARLIE = Viewer("charlie", teams=frozenset({"service"}))


async def tell(
    store: Store, customer: str, *, minute: int = 0, teller: str = "alice", text: str = "Told.", **more: Any
) -> Story:
    at = NOW + timedelta(minutes=minute)
    told = Story(
        "", ACME, "sales", teller, text, at, at.date(), Source.DM, f"D-{teller}:{minute}", customer=customer
    )
    return (await store.stories.keep(replace(told, **more))).story


async def record(store: Store, story: Story) -> Customer:
    """The record that a story names, as it stands."""
    fresh = await store.stories.get(story.workspace, story.id)
    assert fresh is not None
    found = await store.customers.get(story.workspace, fresh.customer_id or "")
    assert found is not None
    assert (fresh.customer, fresh.masked) == (found.label, found.masked)
    return found


async def test_the_same_name_typed_again_is_the_same_customer(store: Store) -> None:
    first = await tell(store, "  Café   Nord ")
    again = await tell(store, "CAFE NORD", minute=1)
    theirs = await tell(store, "Café Nord", minute=2, teller="bob")

    mine = await store.customers.of_owner(ACME, "alice")

    assert [each.label for each in mine] == ["Café Nord"]
    assert again.customer == first.customer == "Café Nord"
    assert again.customer_id == first.customer_id == mine[0].id
    assert theirs.customer_id != first.customer_id


async def test_two_of_one_name_are_kept_apart_by_what_stands_in_brackets(store: Store) -> None:
    lyon = await tell(store, "Acme (Lyon)")
    plain = await tell(store, "acme", minute=1)
    paris = await tell(store, "Acme (Paris)", minute=2)
    neither = await tell(store, "Acme", minute=3)

    assert plain.customer_id == lyon.customer_id
    assert paris.customer_id != lyon.customer_id
    assert neither.customer_id not in (lyon.customer_id, paris.customer_id)
    mine = await store.customers.of_owner(ACME, "alice")
    assert [each.label for each in mine] == ["Acme", "Acme (Paris)", "Acme (Lyon)"]


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u2063", "()"])
async def test_a_customer_that_nobody_can_see_makes_no_record_or_one_of_its_own(
    store: Store, typed: str
) -> None:
    told = await tell(store, typed)

    assert bool(told.customer_id) is bool(typed.strip("\u200b\u2063 "))
    assert len(await store.customers.of_owner(ACME, "alice")) == bool(told.customer_id)


@pytest.mark.parametrize("typed", ["'; DROP TABLE story; --", "<!channel>", "🍞🥐", "100 %_\\", "x" * 300])
async def test_odd_names_are_names(store: Store, typed: str) -> None:
    told = await tell(store, typed)
    again = await tell(store, typed, minute=1)
    found = await store.customers.named_like(ACME, typed[:20], ALICE)

    assert told.customer == typed[:200]
    assert again.customer_id == told.customer_id
    assert [each.customer for each in found] == [told.customer_id]


async def test_two_stories_told_at_once_make_one_record(store: Store) -> None:
    both = await asyncio.gather(tell(store, "Maria"), tell(store, "Maria", minute=1))

    assert both[0].customer_id == both[1].customer_id
    assert len(await store.customers.of_owner(ACME, "alice")) == 1


async def test_the_one_with_the_newest_story_comes_first(store: Store) -> None:
    for minute, name in enumerate(["Maria", "Jon", "Maria", "Nadia"]):
        await tell(store, name, minute=minute)

    recent = await store.customers.of_owner(ACME, "alice", limit=2)

    assert [each.label for each in recent] == ["Nadia", "Maria"]


async def test_a_record_goes_with_the_last_story_that_names_it(store: Store) -> None:
    first, last = await tell(store, "Maria"), await tell(store, "Maria", minute=1)

    gone = StoryChange(state=StoryState.WITHDRAWN)
    withdrawn = await store.stories.change(ACME, first.id, gone, by="alice", at=NOW)
    left = await store.customers.of_owner(ACME, "alice")
    await store.stories.change(ACME, last.id, StoryChange(customer="Jon"), by="alice", at=NOW)

    assert withdrawn is not None
    assert (withdrawn.customer, withdrawn.customer_id, withdrawn.masked) == ("", None, "")
    assert [each.label for each in left] == ["Maria"]
    assert [each.label for each in await store.customers.of_owner(ACME, "alice")] == ["Jon"]


async def test_a_story_changes_its_customer_and_lets_go_of_it(store: Store) -> None:
    told = await tell(store, "Maria")

    same = await store.stories.change(ACME, told.id, StoryChange(goal="Sleep"), by="alice", at=NOW)
    none = await store.stories.change(ACME, told.id, StoryChange(customer=""), by="alice", at=NOW)

    assert same is not None
    assert same.customer_id == told.customer_id
    assert none is not None
    assert (none.customer, none.customer_id) == ("", None)
    assert await store.customers.of_owner(ACME, "alice") == []


async def test_a_customer_is_renamed_once_for_all_of_its_stories(store: Store) -> None:
    told = [await tell(store, "Maria", minute=minute) for minute in range(3)]
    theirs = await tell(store, "Maria", minute=9, teller="bob")
    receipt = NewDelivery(
        workspace=ACME, subject=told[0].id, kind=Kind.RECEIPT, recipient="alice", due_at=NOW
    )
    await store.ledger.owe([receipt])

    after = await store.customers.change(
        ACME, "alice", told[0].customer_id or "", Naming("Maria’s bakery", "Lyon"), "a bakery"
    )

    assert isinstance(after, Customer)
    assert (after.label, after.masked) == ("Maria’s bakery (Lyon)", "a bakery")
    assert [await record(store, each) for each in told] == [after] * 3
    assert (await record(store, theirs)).label == "Maria"
    assert [each.wanted for each in await store.ledger.about(ACME, told[0].id)] == [1]
    assert [each.id for each in await store.stories.search(ACME, "bakery", ALICE)] == [
        each.id for each in reversed(told)
    ]
    assert await store.stories.search(ACME, "maria lyon", BOB)


async def test_a_name_that_one_has_already_is_refused_or_put_together(store: Store) -> None:
    first, second = await tell(store, "Acme"), await tell(store, "Akme Inc", minute=1)
    known, typo = first.customer_id or "", second.customer_id or ""
    await store.customers.change(ACME, "alice", known, Naming("Acme"), "a shop")

    refused = await store.customers.change(ACME, "alice", typo, Naming("ACME"), "")
    joined = await store.customers.change(ACME, "alice", typo, Naming("ACME"), "", join=True)

    assert refused == Refusal(Why.CUSTOMER_NAME_TAKEN, {"name": "Acme"})
    assert isinstance(joined, Customer)
    assert (joined.id, joined.label, joined.masked) == (known, "ACME", "a shop")
    assert await record(store, first) == await record(store, second) == joined
    assert await store.customers.get(ACME, typo) is None
    assert await store.customers.of_owner(ACME, "alice") == [joined]


async def test_only_its_owner_renames_a_customer(store: Store) -> None:
    told = await tell(store, "Maria")

    for workspace, who, which in (
        (ACME, "bob", told.customer_id or ""),
        (OTHER, "alice", told.customer_id or ""),
        (ACME, "alice", "nobody"),
    ):
        outcome = await store.customers.change(workspace, who, which, Naming("Mine"), "")
        assert outcome == Refusal(Why.CUSTOMER_GONE)

    assert (await record(store, told)).label == "Maria"
    assert await store.customers.get(OTHER, told.customer_id or "") is None


async def test_customers_are_found_by_the_beginning_of_a_word_in_what_one_may_see(store: Store) -> None:
    await tell(store, "Corner Clinic")
    await tell(store, "Clinica Norte", minute=1, teller="bob")
    await tell(store, "Clinton", minute=2, teller="bob", visibility=Visibility.PRIVATE)
    await tell(store, "corner clinic", minute=3, teller="bob")

    async def found(words: str, viewer: Viewer) -> list[str]:
        return [each.label.casefold() for each in await store.customers.named_like(ACME, words, viewer)]

    assert await found("CLÍN", ALICE) == ["corner clinic", "clinica norte"]
    assert await found("clin", BOB) == ["corner clinic", "clinton", "clinica norte"]
    assert await found("corner cl", ALICE) == ["corner clinic"]
    assert await found("linic", ALICE) == []
    assert await found("clin", CHARLIE) == []
    assert await found("  ", ALICE) == []
    assert await store.customers.named_like(OTHER, "clin", ALICE) == []


async def test_who_reads_only_the_mask_does_not_find_a_customer_by_its_name(store: Store) -> None:
    wide: dict[str, Any] = {"visibility": Visibility.COMPANY, "change": "Sleeps again"}
    told = await tell(store, "Corner Clinic", text="They open on time now.", **wide)
    await store.customers.change(
        ACME, "alice", told.customer_id or "", Naming("Corner Clinic"), "a clinic in Lyon"
    )

    read = {
        viewer.user: await store.stories.find(ACME, StoryQuery(viewer=viewer))
        for viewer in (ALICE, BOB, CHARLIE)
    }

    assert {user: stories[0].customer for user, stories in read.items()} == {
        "alice": "Corner Clinic",
        "bob": "Corner Clinic",
        "charlie": "a clinic in Lyon",
    }
    assert read["charlie"][0].customer_id is None
    assert await store.customers.named_like(ACME, "corner", CHARLIE) == []
    assert await store.stories.search(ACME, "corner", CHARLIE) == []
    assert await store.stories.search(ACME, "time corner", CHARLIE) == []
    about = StoryQuery(about="corner clinic", viewer=CHARLIE)
    assert await store.stories.find(ACME, about) == []
    assert await store.stories.find(ACME, replace(about, viewer=BOB)) == read["bob"]
    assert [each.customer for each in await store.stories.search(ACME, "lyon", CHARLIE)] == [
        "a clinic in Lyon"
    ]
    assert [each.customer for each in await store.stories.search(ACME, "sleeps on tim", CHARLIE)] == [
        "a clinic in Lyon"
    ]
    assert [each.customer for each in await store.stories.search(ACME, "corner", BOB)] == ["Corner Clinic"]


async def test_masked_stories_before_it_do_not_hide_what_a_viewer_may_find(store: Store) -> None:
    wide: dict[str, Any] = {"visibility": Visibility.COMPANY}
    told = [await tell(store, "Corner", minute=minute, text="A.", **wide) for minute in range(5)]
    await store.customers.change(ACME, "alice", told[0].customer_id or "", Naming("Corner"), "a clinic")
    open_one = await tell(store, "", minute=-1, text="A round table in the corner, and much else.", **wide)

    found = await store.stories.search(ACME, "corner", CHARLIE, limit=2)

    assert [each.id for each in found] == [open_one.id]


async def test_ones_own_stories_come_by_customer_newest_first_and_in_pages(store: Store) -> None:
    for minute, name in enumerate(["Maria", "", "Jon", "Maria", "", "Jon", "Nadia"]):
        await tell(store, name, minute=minute, text=f"Story {minute}.")
    await tell(store, "Maria", minute=20, teller="bob")
    await tell(store, "Maria", minute=21, state=StoryState.DRAFT)

    async def page(before: tuple[datetime, str] | None, limit: int) -> list[tuple[str, str, int]]:
        groups = await store.own_stories.grouped(ACME, "alice", limit=limit, before=before)
        return [(each.story.customer, each.story.text, each.stories) for each in groups]

    whole = await page(None, 10)
    first = await store.own_stories.grouped(ACME, "alice", limit=2)
    last = first[-1].story

    assert whole == [
        ("Nadia", "Story 6.", 1),
        ("Jon", "Story 5.", 2),
        ("", "Story 4.", 1),
        ("Maria", "Story 3.", 2),
        ("", "Story 1.", 1),
    ]
    assert await page((last.told_at, last.id), 10) == whole[2:]
    assert await store.own_stories.grouped(OTHER, "alice", limit=10) == []


async def test_stories_of_one_customer_are_asked_for_by_its_record(store: Store) -> None:
    told = [await tell(store, name, minute=minute) for minute, name in enumerate(["Maria", "Jon", "Maria"])]

    found = await store.stories.find(ACME, StoryQuery(teller="alice", customer=told[0].customer_id))

    assert [each.id for each in found] == [told[2].id, told[0].id]


async def test_forgetting_a_person_takes_their_customers_along_and_nobody_elses(store: Store) -> None:
    told = await tell(store, "Maria")
    theirs = await tell(store, "Maria", minute=1, teller="bob")

    await store.forgetting.person(ACME, "alice", at=NOW)

    assert await store.customers.get(ACME, told.customer_id or "") is None
    assert (await record(store, theirs)).label == "Maria"


async def test_what_is_too_old_takes_its_customer_along(store: Store) -> None:
    await tell(store, "Maria")
    await tell(store, "Jon", minute=10)

    await store.forgetting.expired(before=NOW + timedelta(minutes=5))

    assert [each.label for each in await store.customers.of_owner(ACME, "alice")] == ["Jon"]


async def test_a_redacted_name_stands_in_no_record_any_more(store: Store) -> None:
    named = await tell(store, "Maria Lopez", text="She sleeps.")
    masked = await tell(store, "Jon", minute=1, text="He sleeps.")
    await store.customers.change(
        ACME, "alice", masked.customer_id or "", Naming("Jon"), "a friend of Maria Lopez"
    )

    held = await store.forgetting.holding(ACME, "maria lopez")
    for story in held:
        await store.forgetting.redact(ACME, story, "maria lopez", at=NOW)

    assert set(held) == {named.id, masked.id}
    assert await store.forgetting.holding(ACME, "lopez") == []
    assert await store.customers.of_owner(ACME, "alice") == []
    assert await store.stories.search(ACME, "lopez", ALICE) == []


async def test_whose_data_it_is_gets_their_customers(sql_store: Store) -> None:
    told = await tell(sql_store, "Acme (Lyon)")
    await sql_store.customers.change(
        ACME, "alice", told.customer_id or "", Naming("Acme", "Lyon"), "a shop in the south"
    )

    [mine] = (await sql_store.forgetting.everything_of(ACME, "alice"))["customers"]

    assert (mine["name"], mine["hint"], mine["masked"]) == ("Acme", "Lyon", "a shop in the south")
    assert (await sql_store.forgetting.everything_of(ACME, "bob"))["customers"] == []


async def test_ones_own_stories_are_counted_by_the_month_on_ones_own_clock(store: Store) -> None:
    late = await tell(store, "", minute=1, told_on=date(2026, 11, 30))
    await tell(store, "", minute=2, told_on=date(2026, 12, 1))
    early = await tell(store, "", minute=-9, told_on=date(2026, 11, 1))
    await tell(store, "", minute=3, teller="bob")
    await tell(store, "", minute=4, state=StoryState.DRAFT)

    months = await store.own_stories.by_month(ACME, "alice")

    assert [(each.month, each.stories) for each in months] == [(date(2026, 11, 1), 2), (date(2026, 12, 1), 1)]
    assert months[0].oldest == early.told_at < late.told_at
    assert await store.own_stories.by_month(OTHER, "alice") == []
