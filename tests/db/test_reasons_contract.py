"""What every store promises about why people sell, and about what came of their stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.deliveries import DeliveryState, Kind, NewDelivery
from bot.domain.huddles import Huddle, HuddleState
from bot.domain.people import Person, Standing
from bot.domain.reasons import SharedReason
from bot.domain.redacting import BLACK
from bot.domain.stories import Source, Story, StoryState
from bot.domain.teams import Membership
from bot.domain.thanks import Echo, Loop
from bot.ports.stores import Store
from bot.ports.stories import StoryChange

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=1)
ACME, UMBRELLA = "slack:T1", "slack:T2"
WHY = "So that shops like my mother's stay open."


async def write(store: Store, user: str, why: str = WHY, *, shared: bool = True, **changes: Any) -> None:
    """A person of the sales team writes why they sell."""
    await store.people.save_profile(replace(Person(ACME, user, name=user.title()), **changes))
    await store.people.set(ACME, user, why=why, why_shared=shared)
    await store.teams.set_member(ACME, "sales", user, Membership.ACTIVE, now=NOW)


async def test_a_reason_is_kept_with_its_owner_and_shared_only_on_their_word(store: Store) -> None:
    await write(store, "alice")
    await write(store, "bob", "For the look on their faces.", shared=False)

    kept = await store.people.get(ACME, "bob")

    assert kept is not None
    assert (kept.why, kept.why_shared, kept.why_returns) == ("For the look on their faces.", False, True)
    assert await store.reasons.shared(ACME, ["sales"]) == [SharedReason("alice", "Alice", WHY)]


async def test_other_teams_other_workspaces_people_who_left_and_guests_share_nothing(store: Store) -> None:
    await write(store, "alice")
    await write(store, "bob")
    await write(store, "grace", standing=Standing.GUEST)
    await store.teams.set_member(ACME, "sales", "bob", Membership.LEFT, now=NOW)

    assert [each.user for each in await store.reasons.shared(ACME, ["sales", "other"])] == ["alice"]
    assert await store.reasons.shared(ACME, ["other"]) == []
    assert await store.reasons.shared(ACME, []) == []
    assert await store.reasons.shared(UMBRELLA, ["sales"]) == []


async def test_forgetting_leavers_and_redacting_take_a_reason_away(store: Store) -> None:
    await write(store, "alice")
    await write(store, "bob", "For Maria Lopez & all the others.")
    await write(store, "charlie", standing=Standing.DEACTIVATED, refreshed_at=NOW - timedelta(days=31))

    await store.forgetting.person(ACME, "alice", at=NOW)
    black = await store.reasons.redact(ACME, "maria lopez", at=NOW)
    await store.forgetting.left_behind(before=NOW - timedelta(days=30))

    kept = await store.people.many(ACME, ["alice", "bob", "charlie"])
    assert black == 1
    assert {user: person.why for user, person in kept.items()} == {
        "alice": "",
        "bob": f"For {BLACK} & all the others.",
        "charlie": "",
    }
    assert await store.reasons.redact(ACME, "maria lopez", at=NOW) == 0


async def tell(store: Store, teller: str = "bob", **changes: Any) -> Story:
    """A story of the sales team."""
    story = Story(
        id="",
        workspace=ACME,
        team="sales",
        teller=teller,
        text="Maria closed her books in a day.",
        told_at=NOW,
        told_on=NOW.date(),
        source=Source.DM,
        origin=f"D1:{teller}:{len(changes)}",
    )
    return (await store.stories.keep(replace(story, **changes))).story


async def reply(store: Store, story: Story, by: str, at: datetime, words: str = "We had one like it.") -> str:
    """Somebody's reply below a digest that stands; its id."""
    subject = f"build:{by}:{at.isoformat()}"
    data = {"by": by, "story": story.id, "words": words} if words else {}
    owed = NewDelivery(ACME, subject, Kind.REPLY, "C1", at, team="sales", data=data)
    await store.ledger.owe([owed])
    lane = await store.ledger.lease(ACME, "us", seconds=30)
    assert lane is not None
    claim = await store.ledger.claim(lane, now=at, per_minute=0)
    for delivery, _ in claim.slots:
        await store.ledger.shows(ACME, delivery.id, [story.id])
        await store.ledger.record(lane, delivery.id, DeliveryState.SENT, now=at, ts=subject)
    [stands] = await store.ledger.about(ACME, subject)
    return stands.id


async def test_what_others_did_with_a_story_is_found_once_and_in_its_time(store: Store) -> None:
    story = await tell(store)
    await store.stories.mark_read(ACME, story.id, "alice", at=NOW - timedelta(days=2))
    await store.stories.mark_read(ACME, story.id, "charlie", at=NOW)
    built = await reply(store, story, "charlie", NOW)
    huddle = await store.huddles.open(Huddle("", ACME, "sales", story.id, "bob", "alice", NOW))
    assert huddle is not None
    for before, state in ((HuddleState.ASKED, HuddleState.AGREED), (HuddleState.AGREED, HuddleState.TOLD)):
        await store.huddles.decide(ACME, huddle.id, state, before=before, at=NOW)

    found = await store.echoes.of_person(ACME, "bob", SINCE, UNTIL)

    assert sorted(found, key=lambda echo: echo.loop) == [
        Echo(Loop.BUILT_ON, NOW, story.id, reply=built, place="sales"),
        Echo(Loop.HUDDLE, NOW, story.id, place="sales"),
        Echo(Loop.READ, NOW, story.id),
    ]
    assert await store.echoes.of_person(ACME, "bob", NOW, UNTIL) == []
    assert await store.echoes.of_person(ACME, "alice", SINCE, UNTIL) == []
    assert await store.echoes.of_person(UMBRELLA, "bob", SINCE, UNTIL) == []


async def test_ones_own_doing_emptied_replies_and_withdrawn_stories_are_no_echo(store: Store) -> None:
    mine, gone = await tell(store), await tell(store, check="K1")
    await store.stories.mark_read(ACME, mine.id, "bob", at=NOW)
    await reply(store, mine, "bob", NOW)
    await reply(store, mine, "alice", NOW, words="")
    await store.stories.mark_read(ACME, gone.id, "alice", at=NOW)
    await store.stories.change(ACME, gone.id, StoryChange(state=StoryState.WITHDRAWN), by="bob", at=NOW)

    assert await store.echoes.of_person(ACME, "bob", SINCE, UNTIL) == []
