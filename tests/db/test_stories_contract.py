"""What every store promises about stories: told, changed, seen, found and taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from bot.domain.deliveries import Kind, NewDelivery
from bot.domain.digests import Digest, Pick
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility, may_see
from bot.ports.stores import Store
from bot.ports.stories import StoryChange, StoryQuery

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"
LATER = NOW + timedelta(minutes=5)


def told(text: str = "A baker saved an hour a day.", **changes: Any) -> Story:
    story = Story(
        id="",
        workspace=ACME,
        team="sales",
        teller="alice",
        text=text,
        told_at=NOW,
        told_on=NOW.date(),
        source=Source.DM,
        origin="D1:1.1",
    )
    return replace(story, **changes)


def receipt(subject: str = "") -> NewDelivery:
    return NewDelivery(ACME, subject, Kind.RECEIPT, "alice", NOW)


async def keep(store: Store, text: str = "A baker saved an hour a day.", **changes: Any) -> Story:
    return (await store.stories.keep(told(text, **changes))).story


async def wanted(store: Store, subject: str) -> int:
    return (await store.ledger.about(ACME, subject))[0].wanted


async def test_a_story_is_kept_with_its_first_wording_and_its_receipt(store: Store) -> None:
    whole = told(
        customer="Bakery",
        goal="sleep",
        change="sleeps",
        tags=("honest_no", "learned"),
        purpose_version=3,
        check="check-1",
        prompt="prompt-1",
        ai_allowed=True,
    )

    kept = await store.stories.keep(whole, enqueue=[receipt()])

    assert kept.new
    assert kept.story.customer_id
    assert kept.story == replace(whole, id=kept.story.id, customer_id=kept.story.customer_id)
    assert await store.stories.get(ACME, kept.story.id) == kept.story
    assert await store.stories.by_origin(ACME, "D1:1.1") == kept.story
    assert [one.text for one in await store.stories.revisions(ACME, kept.story.id)] == [whole.text]
    assert [one.kind for one in await store.ledger.about(ACME, kept.story.id)] == [Kind.RECEIPT]
    assert await store.stories.get(OTHER, kept.story.id) is None


async def test_the_same_message_never_makes_a_second_story_or_receipt(store: Store) -> None:
    first = await store.stories.keep(told(), enqueue=[receipt()])

    again = await store.stories.keep(told("Other words."), enqueue=[receipt("other")])

    assert not again.new
    assert again.story == first.story
    assert list(await store.ledger.about(ACME, "other")) == []


async def test_of_many_who_bring_the_same_message_at_once_one_is_new(store: Store) -> None:
    outcomes = await asyncio.gather(*(store.stories.keep(told(), enqueue=[receipt()]) for _ in range(8)))

    assert sum(outcome.new for outcome in outcomes) == 1
    assert len({outcome.story.id for outcome in outcomes}) == 1


async def test_the_same_message_id_in_another_workspace_is_another_story(store: Store) -> None:
    here = await store.stories.keep(told())

    there = await store.stories.keep(told(workspace=OTHER))

    assert there.new
    assert there.story.id != here.story.id


async def test_an_edit_that_arrives_before_its_message_is_taken_by_it(store: Store) -> None:
    early = await store.stories.edit_message(ACME, "D1:1.1", "Newest words.", edited="1.3", at=NOW)
    stale = await store.stories.edit_message(ACME, "D1:1.1", "Older words.", edited="1.2", at=NOW)

    kept = await store.stories.keep(told("First words."), enqueue=[receipt()])

    assert (early, stale) == (None, None)
    assert kept.new
    assert kept.story.text == "Newest words."
    assert len(await store.ledger.about(ACME, kept.story.id)) == 1


async def test_a_deletion_that_arrives_before_its_message_keeps_it_out(store: Store) -> None:
    await store.stories.delete_message(ACME, "D1:1.1", at=NOW)

    kept = await store.stories.keep(told(), enqueue=[receipt("owed")])

    assert not kept.new
    assert (kept.story.state, kept.story.text) == (StoryState.WITHDRAWN, "")
    assert list(await store.stories.find(ACME, StoryQuery())) == []
    assert list(await store.ledger.about(ACME, "owed")) == []


async def test_edits_of_a_message_are_ordered_by_the_platforms_mark(store: Store) -> None:
    story = await keep(store, "One.")

    second = await store.stories.edit_message(ACME, "D1:1.1", "Three.", edited="3", at=LATER)
    late = await store.stories.edit_message(ACME, "D1:1.1", "Two.", edited="2", at=LATER)
    again = await store.stories.edit_message(ACME, "D1:1.1", "Four?", edited="3", at=LATER)

    assert second is not None
    assert (second.text, second.revision) == ("Three.", 2)
    assert (late, again) == (None, None)
    revisions = await store.stories.revisions(ACME, story.id)
    assert [(one.revision, one.text, one.at, one.by) for one in revisions] == [
        (1, "One.", NOW, "alice"),
        (2, "Three.", LATER, "alice"),
    ]


async def test_several_messages_make_one_answer_and_each_counts_once(store: Store) -> None:
    story = await keep(store, "One.")

    longer = await store.stories.extend(ACME, story.id, origin="D1:1.2", text="Two.", at=LATER)
    again = await store.stories.extend(ACME, story.id, origin="D1:1.2", text="Two.", at=LATER)
    redelivered = await store.stories.keep(told("Two.", origin="D1:1.2"))

    assert longer.new
    assert longer.story.text == "One.\nTwo."
    assert (again.new, again.story.text) == (False, "One.\nTwo.")
    assert not redelivered.new
    assert redelivered.story.id == story.id
    assert await store.stories.by_origin(ACME, "D1:1.2") == longer.story


async def test_one_part_of_an_answer_can_be_edited_and_taken_away(store: Store) -> None:
    story = await keep(store, "One.")
    await store.stories.extend(ACME, story.id, origin="D1:1.2", text="Two.", at=NOW)
    await store.stories.extend(ACME, story.id, origin="D1:1.3", text="Three.", at=NOW)

    edited = await store.stories.edit_message(ACME, "D1:1.2", "Zwei.", edited="1", at=LATER)
    shorter = await store.stories.delete_message(ACME, "D1:1.1", at=LATER)
    again = await store.stories.delete_message(ACME, "D1:1.1", at=LATER)

    assert edited is not None
    assert edited.text == "One.\nZwei.\nThree."
    assert shorter is not None
    assert shorter.text == "Zwei.\nThree."
    assert again is None


async def test_parts_changed_before_they_arrive_are_told_as_they_read_now(store: Store) -> None:
    story = await keep(store, "One.")
    await store.stories.edit_message(ACME, "D1:1.2", "Zwei.", edited="1", at=NOW)
    await store.stories.delete_message(ACME, "D1:1.3", at=NOW)

    second = await store.stories.extend(ACME, story.id, origin="D1:1.2", text="Two.", at=NOW)
    third = await store.stories.extend(ACME, story.id, origin="D1:1.3", text="Three.", at=NOW)

    assert second.story.text == "One.\nZwei."
    assert (third.new, third.story.text) == (False, "One.\nZwei.")


async def test_deleting_the_only_message_withdraws_the_story(store: Store) -> None:
    story = await keep(store, customer="Bakery")

    gone = await store.stories.delete_message(ACME, "D1:1.1", at=LATER)

    assert gone is not None
    assert (gone.id, gone.state, gone.text, gone.customer) == (story.id, StoryState.WITHDRAWN, "", "")
    assert list(await store.stories.revisions(ACME, story.id)) == []
    assert await store.stories.edit_message(ACME, "D1:1.1", "Back?", edited="9", at=LATER) is None
    assert await store.stories.get(ACME, story.id) == gone


async def test_a_story_rewritten_as_a_whole_follows_its_message_afterwards(store: Store) -> None:
    story = await keep(store, "One.")
    await store.stories.extend(ACME, story.id, origin="D1:1.2", text="Two.", at=NOW)

    whole = await store.stories.change(ACME, story.id, StoryChange(text="Whole."), by="alice", at=LATER)
    edited = await store.stories.edit_message(ACME, "D1:1.1", "Edited.", edited="1", at=LATER)

    assert whole is not None
    assert whole.text == "Whole."
    assert edited is not None
    assert edited.text == "Edited."


async def test_a_story_that_is_not_there_cannot_be_extended(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.stories.extend(ACME, "nowhere", origin="D1:9", text="More.", at=NOW)


async def test_a_change_touches_what_it_names_and_only_words_make_a_revision(store: Store) -> None:
    story = await keep(store)
    change = StoryChange(
        customer="Bakery",
        goal="sleep",
        tags=("learned",),
        visibility=Visibility.COMPANY,
        team="shops",
        coached=True,
        ai_allowed=True,
    )

    changed = await store.stories.change(ACME, story.id, change, by="alice", at=LATER)
    reworded = await store.stories.change(ACME, story.id, StoryChange(text="New."), by="bob", at=LATER)

    assert changed is not None
    assert changed == replace(
        story,
        customer="Bakery",
        customer_id=changed.customer_id,
        goal="sleep",
        tags=("learned",),
        visibility=Visibility.COMPANY,
        team="shops",
        coached=True,
        ai_allowed=True,
    )
    assert reworded is not None
    assert (reworded.text, reworded.revision, reworded.customer) == ("New.", 2, "Bakery")
    assert (await store.stories.revisions(ACME, story.id))[1].by == "bob"
    assert await store.stories.get(ACME, story.id) == reworded


async def test_a_draft_becomes_a_story_when_its_teller_says_so(store: Store) -> None:
    draft = await keep(store, state=StoryState.DRAFT)

    saved = await store.stories.change(
        ACME, draft.id, StoryChange(state=StoryState.KEPT), by="alice", at=LATER
    )

    assert saved is not None
    assert saved.state is StoryState.KEPT
    assert saved.revision == 1


async def test_what_was_withdrawn_or_never_was_cannot_be_changed(store: Store) -> None:
    story = await keep(store)
    withdrawal = StoryChange(state=StoryState.WITHDRAWN)

    gone = await store.stories.change(ACME, story.id, withdrawal, by="alice", at=LATER)

    assert gone is not None
    assert gone.state is StoryState.WITHDRAWN
    assert await store.stories.change(ACME, story.id, withdrawal, by="alice", at=LATER) is None
    assert await store.stories.change(ACME, story.id, StoryChange(text="Back."), by="alice", at=LATER) is None
    assert await store.stories.change(ACME, "nowhere", StoryChange(text="New."), by="alice", at=LATER) is None
    assert await store.stories.change(OTHER, story.id, StoryChange(text="New."), by="alice", at=LATER) is None
    again = await store.stories.keep(told())
    assert (again.new, again.story) == (False, gone)


async def test_whatever_shows_a_story_is_marked_when_it_changes(store: Store) -> None:
    story = await keep(store, check="check-1")
    shows = NewDelivery(ACME, "sales:digest", Kind.DIGEST, "C1", NOW, local_date=NOW.date())
    others = (
        NewDelivery(ACME, "check-1", Kind.CHECK, "C1", NOW),
        NewDelivery(ACME, "x", Kind.DIGEST, "C1", NOW),
    )
    await store.ledger.owe([receipt(story.id), shows, *others])
    digest = (await store.ledger.about(ACME, "sales:digest"))[0]
    await store.ledger.shows(ACME, digest.id, [story.id])

    await store.stories.change(ACME, story.id, StoryChange(text="New."), by="alice", at=LATER)
    after_words = [await wanted(store, name) for name in (story.id, "sales:digest", "check-1")]
    await store.stories.change(ACME, story.id, StoryChange(state=StoryState.WITHDRAWN), by="alice", at=LATER)
    after_withdrawal = [await wanted(store, name) for name in (story.id, "sales:digest", "check-1")]

    assert after_words == [1, 1, 1]
    assert after_withdrawal == [2, 2, 2]
    assert await wanted(store, "x") == 0


async def test_a_change_that_changes_nothing_marks_nothing(store: Store) -> None:
    story = await keep(store, "Same.")
    await store.ledger.owe([receipt(story.id)])

    same = await store.stories.change(ACME, story.id, StoryChange(text="Same."), by="alice", at=LATER)

    assert same == story
    assert await wanted(store, story.id) == 0


async def test_withdrawing_takes_the_quote_out_of_the_digest(store: Store) -> None:
    story = await keep(store)
    pick = Pick(story.id, "alice", featured=True, position=0, quote="an hour a day")
    window = (NOW - timedelta(days=7), NOW)
    digest = Digest("", ACME, "sales", NOW.date(), *window, headline="Hours won back", picks=(pick,))
    planned = await store.digests.plan(digest, enqueue=[NewDelivery(ACME, "", Kind.PREVIEW, "charlie", NOW)])

    await store.stories.change(ACME, story.id, StoryChange(state=StoryState.WITHDRAWN), by="alice", at=LATER)
    after = await store.digests.get(ACME, planned.id)

    assert after is not None
    assert (after.headline, after.picks) == (None, (replace(pick, quote=None),))
    assert await wanted(store, planned.id) == 1


async def test_stories_are_found_by_what_narrows_them(store: Store) -> None:
    base = {"teller": "bob", "told_at": NOW - timedelta(days=2)}
    old = await keep(store, "Old.", origin="1", **base)
    new = await keep(store, "New.", origin="2")
    private = await keep(store, "Mine.", origin="3", visibility=Visibility.PRIVATE, told_at=LATER)
    draft = await keep(store, "Draft.", origin="4", state=StoryState.DRAFT)
    elsewhere = await keep(store, "Other.", origin="5", team="shops", check="check-1")

    async def found(**fields: Any) -> list[str]:
        return [story.text for story in await store.stories.find(ACME, StoryQuery(**fields))]

    assert set(await found()) == {"Old.", "New.", "Mine.", "Other."}
    assert (await found(team="sales")) == ["Mine.", "New.", "Old."]
    assert (await found(team="sales", oldest_first=True)) == ["Old.", "New.", "Mine."]
    assert (await found(team="sales", limit=1)) == ["Mine."]
    assert (await found(team="sales", before=(new.told_at, new.id))) == ["Old."]
    assert (await found(teller="bob")) == ["Old."]
    assert (await found(check="check-1")) == ["Other."]
    assert (await found(since=NOW, until=LATER, team="sales")) == ["New."]
    assert (await found(at_least=Visibility.TEAM, team="sales")) == ["New.", "Old."]
    assert (await found(states=(StoryState.DRAFT,))) == ["Draft."]
    assert await store.stories.many(ACME, [old.id, draft.id, "nowhere"]) == {old.id: old, draft.id: draft}
    assert await store.stories.last_told(ACME, "alice") == private
    assert await store.stories.of_check(ACME, "check-1", "alice") == elsewhere
    assert await store.stories.of_check(ACME, "check-1", "bob") is None


async def test_a_stream_gives_everything_once_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.db.stories._CHUNK", 5)
    for number in range(16):
        await keep(store, f"{number}", origin=f"{number}", told_at=NOW + timedelta(seconds=number // 3))

    streamed = [
        int(story.text) async for story in store.stories.stream(ACME, StoryQuery(oldest_first=True, limit=3))
    ]
    backwards = [story.id async for story in store.stories.stream(ACME, StoryQuery())]

    assert sorted(streamed) == list(range(len(streamed)))
    assert len(set(backwards)) == len(streamed)
    assert [number // 3 for number in streamed] == sorted(number // 3 for number in streamed)


async def test_the_database_shows_exactly_what_may_see_allows(store: Store) -> None:
    stories = [
        await keep(
            store, "word", origin=f"{number}", teller=teller, visibility=visibility, team=team, state=state
        )
        for number, (teller, visibility, team, state) in enumerate(
            product(
                ("alice", "bob"), Visibility, ("sales", "shops", None), (StoryState.KEPT, StoryState.DRAFT)
            )
        )
    ]
    viewers = [
        Viewer("alice"),
        Viewer("bob", teams=frozenset({"sales"})),
        Viewer("charlie", teams=frozenset({"sales", "shops"})),
        Viewer("charlie", managed=frozenset({"sales"})),
        Viewer("guest", teams=frozenset({"sales"}), managed=frozenset({"sales"}), full_member=False),
        Viewer("nobody"),
    ]
    both = (StoryState.KEPT, StoryState.DRAFT)

    for viewer in viewers:
        found = await store.stories.find(ACME, StoryQuery(viewer=viewer, states=both))
        searched = await store.stories.search(ACME, "word", viewer, limit=100)
        allowed = {story.id for story in stories if may_see(story, viewer)}
        assert {story.id for story in found} == allowed
        assert {story.id for story in searched} == allowed


async def test_search_finds_all_the_words_in_any_case_and_accent(store: Store) -> None:
    story = await keep(store, "Die Bäckerei MÜLLER spart täglich eine Stunde.", customer="Ærø Café")
    viewer = Viewer("alice")

    async def finds(words: str) -> bool:
        return [one.id for one in await store.stories.search(ACME, words, viewer)] == [story.id]

    assert await finds("backerei muller")
    assert await finds("Müller spart Stu")
    assert await finds("stunde stunde")
    assert await finds("aero cafe")
    assert not await finds("mull spart")
    assert not await finds("backerei meier")
    assert not await finds("  !?  ")
    assert not await finds("")


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "a OR b",
        "x' OR 1=1 --",
        "NEAR(a b)",
        "a:*",
        "(((",
        "\x00",
        "\ud800",
        "*",
        "-a",
        "&|!",
        "\\",
        "😀",
    ],
)
async def test_search_takes_any_words_as_words(store: Store, words: str) -> None:
    await keep(store, "A baker saved an hour.")

    found = await store.stories.search(ACME, words, Viewer("nobody"))

    assert list(found) == []


async def test_search_finds_scripts_without_blanks_and_very_long_words(store: Store) -> None:
    japanese = await keep(store, "顧客が喜んでいます", origin="1")
    long = await keep(store, "x" * 40_000, origin="2")
    many = await keep(store, "wort " * 20_000, origin="3")
    hindi = await keep(store, "ग्राहक खुश है", origin="4")
    viewer = Viewer("alice")

    async def found(words: str) -> list[str]:
        return [story.id for story in await store.stories.search(ACME, words, viewer)]

    if "Sql" in type(store).__name__:
        assert await found("喜んで") == [japanese.id]
    assert await found("x" * 40_000) == [long.id]
    assert await found("wort") == [many.id]
    assert await found("ग्राहक") == [hindi.id]


async def test_search_forgets_old_words_and_never_crosses_workspaces(store: Store) -> None:
    story = await keep(store, "Zebra.")
    await keep(store, "Zebra.", workspace=OTHER)
    viewer = Viewer("alice")

    before = await store.stories.search(ACME, "zebra", viewer)
    await store.stories.change(ACME, story.id, StoryChange(text="Giraffe."), by="alice", at=LATER)

    assert [one.id for one in before] == [story.id]
    assert list(await store.stories.search(ACME, "zebra", viewer)) == []
    assert [one.id for one in await store.stories.search(ACME, "giraffe", viewer)] == [story.id]


async def test_search_puts_the_best_first_and_stops_at_the_limit(store: Store) -> None:
    rambling = "We talked about many things, the weather, the harvest, and at the end about zebra crossings."
    await keep(store, rambling, origin="1")
    short = await keep(store, "Zebra zebra.", origin="2")

    found = await store.stories.search(ACME, "zebra", Viewer("alice"), limit=1)

    assert [story.id for story in found] == [short.id]


async def test_a_colleagues_story_is_offered_until_it_was_read(store: Store) -> None:
    viewer = Viewer("alice", teams=frozenset({"sales"}))
    await keep(store, "My own.", origin="1", told_at=LATER)
    await keep(store, "Hidden.", origin="2", teller="bob", visibility=Visibility.PRIVATE)
    older = await keep(store, "Older.", origin="3", teller="bob", told_at=NOW - timedelta(days=1))
    newer = await keep(store, "Newer.", origin="4", teller="bob")

    first = await store.stories.unread(ACME, viewer, "sales")
    noted = await store.stories.mark_read(ACME, newer.id, "alice", at=NOW)
    again = await store.stories.mark_read(ACME, newer.id, "alice", at=NOW)
    second = await store.stories.unread(ACME, viewer, "sales")
    await store.stories.mark_read(ACME, older.id, "alice", at=NOW)

    assert first == newer
    assert (noted, again) == (True, False)
    assert second == older
    assert await store.stories.unread(ACME, viewer, "sales") is None
    assert await store.stories.unread(ACME, viewer, "shops") is None


async def test_forty_thousand_characters_and_odd_ones_are_kept_whole(store: Store) -> None:
    text = "z\u0336a\u0336l\u0336g\u0336o \u202ertl \u200b 😀 '); DROP TABLE story; --" + "ä" * 39_900

    story = await keep(store, text)
    broken = await keep(store, "nul \x00 and surrogate \udfff", origin="D1:2")

    assert story.text == text
    assert (await store.stories.find(ACME, StoryQuery(teller="alice")))[-1].text in (text, broken.text)
    assert broken.text == "nul � and surrogate �"
