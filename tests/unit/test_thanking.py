"""Which thanks a message carries: what came since the last one that could, and as things stand now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.deliveries import Delivery, Kind
from bot.domain.digests import Digest, DigestState, Pick
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.domain.thanks import Thanks
from bot.ports.stories import StoryChange
from bot.usecases.thanking import Thanking
from handlers.slack.surfaces.thanks import thanks_words
from tests.fakes import FakeStore

FRIDAY = datetime(2026, 11, 20, 20, tzinfo=UTC)
ACME = "slack:T1"


@pytest.fixture
async def story(fake_store: FakeStore) -> Story:
    """Alice's story, which leads the digest of Friday, 15:00 in New York."""
    team = Team("", ACME, "C1", "Small business", "America/New_York", ("may",), created_at=FRIDAY)
    team = await fake_store.teams.save(team, by="may", now=FRIDAY)
    at = FRIDAY - timedelta(days=1)
    told = Story("", ACME, team.id, "alice", "It held.", at, at.date(), Source.DM, "D1:1")
    kept = (await fake_store.stories.keep(told)).story
    pick = Pick(kept.id, "alice", featured=True, position=0)
    digest = Digest("", ACME, team.id, date(2026, 11, 20), FRIDAY - timedelta(days=7), FRIDAY, picks=(pick,))
    await fake_store.digests.plan(digest)
    return kept


async def said(store: FakeStore, to: str, at: datetime) -> tuple[Thanks, ...]:
    """What a prompt to this person carries then."""
    thanking = Thanking(store)
    prompt = Delivery(ACME, "T:prompt", Kind.PROMPT, to, at, id="D")
    return await thanking.read(ACME, to, await thanking.choose(prompt, at))


async def post(store: FakeStore, story: Story) -> None:
    [digest] = await store.digests.showing(ACME, story.id)
    await store.digests.change(replace(digest, state=DigestState.POSTED))


async def test_a_featured_teller_is_thanked_once_the_digest_was_posted(
    fake_store: FakeStore, story: Story
) -> None:
    before = await said(fake_store, "alice", FRIDAY)
    await post(fake_store, story)
    after = await said(fake_store, "alice", FRIDAY)

    assert before == ()
    assert [thanks_words(each) for each in after] == [
        "Your story opened Friday's digest of Small business. Thank you for telling it."
    ]
    assert await said(fake_store, "bob", FRIDAY) == ()
    assert await said(fake_store, "alice", FRIDAY + timedelta(days=7)) == ()


async def test_nobody_is_thanked_for_what_they_made_private_meanwhile(
    fake_store: FakeStore, story: Story
) -> None:
    await post(fake_store, story)
    thanking = Thanking(fake_store)
    prompt = Delivery(ACME, "T:prompt", Kind.PROMPT, "alice", FRIDAY, id="D")
    chosen = await thanking.choose(prompt, FRIDAY)

    private = StoryChange(visibility=Visibility.PRIVATE)
    await fake_store.stories.change(ACME, story.id, private, by="alice", at=FRIDAY)

    assert chosen
    assert await thanking.read(ACME, "alice", chosen) == ()
    assert await thanking.read(ACME, "bob", chosen) == ()
    assert await said(fake_store, "alice", FRIDAY) == ()
