"""A story that names a colleague badly waits for a manager: not in the channel by itself, and theirs to put in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.notices import DigestNotice
from bot.domain.people import Person
from bot.domain.stories import Visibility
from bot.ports.stores import Store
from bot.ports.world import Skip
from bot.usecases.digesting import Digesting
from handlers.slack.surfaces.digest import render_digest
from tests.slack.samples import actions_in, words_in
from tests.unit.digest_store import FRIDAY, FakeStore, W, a_delivery, a_preview_of, posted_at, tell

HARD = "Bob messed up the order again, so I drove to the bakery at five."
BEFORE = FRIDAY - timedelta(hours=1)


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    store.folk["UBOB"] = Person(W, "UBOB", name="Bob Miller")
    return store


@pytest.fixture
def digesting(store: FakeStore) -> Digesting:
    return Digesting(cast(Store, store))


async def _preview(digesting: Digesting) -> DigestNotice:
    notice = await digesting.compose(a_preview_of(FRIDAY), BEFORE)
    assert isinstance(notice, DigestNotice)
    return notice


async def test_untouched_it_stays_out_and_only_the_preview_tells_of_it(
    store: FakeStore, digesting: Digesting
) -> None:
    hard = tell(store, "UALICE", HARD)
    kind = tell(store, "UCHARLIE", "Bob found the clinic's lost invoices.")

    preview = await _preview(digesting)
    posted = await posted_at(digesting, FRIDAY)

    assert [story.id for story in preview.held] == [hard.id]
    message = render_digest(preview)
    assert "names a colleague" in words_in(message.blocks)
    assert HARD in words_in(message.blocks)
    assert "digest.put_in" in actions_in(message.blocks)
    assert isinstance(posted, DigestNotice)
    assert list(posted.stories) == [kind.id]
    assert posted.held == ()
    assert HARD not in words_in(render_digest(posted).blocks)


async def test_a_manager_puts_it_in(store: FakeStore, digesting: Digesting) -> None:
    hard = tell(store, "UALICE", HARD)
    preview = await _preview(digesting)

    await digesting.deciding.put_in(W, preview.digest.id, hard.id)
    decided = await _preview(digesting)
    posted = await posted_at(digesting, FRIDAY)

    assert decided.held == ()
    assert isinstance(posted, DigestNotice)
    assert list(posted.stories) == [hard.id]


async def test_a_story_that_was_not_held_cannot_be_put_in(store: FakeStore, digesting: Digesting) -> None:
    hard = tell(store, "UALICE", HARD)
    private = tell(store, "UCHARLIE", "For me alone.", visibility=Visibility.PRIVATE)
    preview = await _preview(digesting)

    await digesting.deciding.put_in(W, preview.digest.id, private.id)
    unchanged = await _preview(digesting)

    assert [story.id for story in unchanged.held] == [hard.id]
    assert unchanged.digest.put_in == ()


async def test_left_out_it_is_not_asked_about_again(store: FakeStore, digesting: Digesting) -> None:
    hard = tell(store, "UALICE", HARD)
    tell(store, "UCHARLIE", "The clinic answers its phone again.")
    preview = await _preview(digesting)

    await digesting.leave_out(W, preview.digest.id, hard.id)

    assert (await _preview(digesting)).held == ()


async def test_where_nothing_else_was_told_nothing_is_posted_and_the_next_preview_asks_again(
    store: FakeStore, digesting: Digesting
) -> None:
    hard = tell(store, "UALICE", HARD)
    preview = await _preview(digesting)

    posted = await posted_at(digesting, FRIDAY)
    hour = FRIDAY + timedelta(weeks=1)
    following = await digesting.compose(a_preview_of(hour), hour - timedelta(hours=1))

    assert "Nothing else was shared" in words_in(render_digest(preview).blocks)
    assert posted == Skip("held_for_a_manager")
    assert isinstance(following, DigestNotice)
    assert [story.id for story in following.held] == [hard.id]


async def test_words_that_turn_hard_after_the_post_leave_the_channel(
    store: FakeStore, digesting: Digesting
) -> None:
    told = tell(store, "UALICE", "Bob and I drove to the bakery at five.")
    await posted_at(digesting, FRIDAY)
    store.told[told.id] = replace(told, text=HARD, revision=2)

    shown = await digesting.compose(a_delivery(state=DeliveryState.SENT), FRIDAY + timedelta(hours=1))

    assert isinstance(shown, DigestNotice)
    assert shown.stories == {}


async def test_the_tellers_own_name_is_no_colleagues(store: FakeStore, digesting: Digesting) -> None:
    told = tell(store, "UBOB", "I, Bob, messed up the order, so I drove to the bakery at five.")

    posted = await posted_at(digesting, FRIDAY)

    assert isinstance(posted, DigestNotice)
    assert list(posted.stories) == [told.id]
