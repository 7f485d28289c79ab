"""Hoping and being asked: whose word counts, until when, and every reason for which nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.deliveries import Delivery, DeliveryState, Kind, NewDelivery
from bot.domain.hopes import Answer, Hope, HopeKind, HopeState, Outcome
from bot.domain.notices import OutcomeNotice
from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryChange
from bot.ports.world import Skip
from bot.usecases.admission import Admission
from bot.usecases.hope_asking import RIDES, HopeAsking
from bot.usecases.hoping import Hoping, Trial
from bot.usecases.telling import Telling
from tests.fakes import FakeStore

ACME = "slack:T1"
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # a Monday, ten o'clock in New York
TODAY = NOW.date()
ZONE = ZoneInfo("America/New_York")
YEAR = timedelta(days=365)


class Outside:
    """The platform: who is away. Profiles come from the store."""

    def __init__(self, *away: str) -> None:
        self._away = away

    async def away(self, workspace: str, user: str) -> bool:
        return user in self._away

    async def person(self, workspace: str, user: str) -> Person | None:
        return None


class House:
    """Bob and Charlie in a team, and what they hope for."""

    def __init__(self, store: FakeStore, *away: str) -> None:
        self.store = store
        outside: Any = Outside(*away)
        admission = Admission(store, outside)
        self.hoping = Hoping(store, admission, Telling(store, admission), retention=YEAR)
        self.asking = HopeAsking(store, outside)
        self.team = Team("", ACME, "C1", "Sales", ZONE.key, managers=("alice",))

    async def furnished(self) -> House:
        self.team = await self.store.teams.save(self.team, by="alice", now=NOW - YEAR)
        for user in ("alice", "bob", "charlie"):
            await self.store.people.save_profile(
                Person(ACME, user, name=user.title(), zone=ZONE.key, refreshed_at=NOW)
            )
            await self.member(user, Membership.ACTIVE)
        return self

    async def member(self, user: str, state: Membership) -> None:
        await self.store.teams.set_member(ACME, self.team.id, user, state, now=NOW)

    async def told(self, **changes: Any) -> Story:
        story = Story("", ACME, self.team.id, "bob", "Maria slept.", NOW, TODAY, Source.DM, f"D:{changes}")
        return (await self.store.stories.keep(replace(story, **changes))).story

    async def due(self, origin: str = "1", **changes: Any) -> Hope:
        hope = Hope("", ACME, HopeKind.TRIAL, "bob", "Listen more", TODAY, origin, NOW - timedelta(days=30))
        return await self.store.hopes.keep(replace(hope, **({"team": self.team.id} | changes)))

    async def owed(self, kind: Kind, subject: str, **changes: Any) -> Delivery:
        new = NewDelivery(ACME, subject, kind, "bob", NOW, local_date=TODAY, team=self.team.id)
        await self.store.ledger.owe([replace(new, **changes)])
        [delivery] = await self.store.ledger.about(ACME, subject, kind)
        return delivery


@pytest.fixture
async def house(fake_store: FakeStore) -> House:
    return await House(fake_store).furnished()


# saying -----------------------------------------------------------------------------------------------------------


async def test_only_its_teller_can_hope_with_a_story_and_only_while_it_is_there(house: House) -> None:
    mine = await house.told()
    hope: dict[str, Any] = {
        "words": "Two days",
        "due_on": TODAY + timedelta(days=30),
        "origin": "view:1",
        "now": NOW,
    }

    forged: Any = await house.hoping.promise(ACME, "charlie", mine.id, **hope)
    await house.store.stories.change(ACME, mine.id, StoryChange(state=StoryState.WITHDRAWN), by="bob", at=NOW)
    late: Any = await house.hoping.promise(ACME, "bob", mine.id, **hope)

    assert (forged.why, late.why) == (Why.NOT_YOURS, Why.STORY_GONE)
    assert house.store.hopes.kept == {}


@pytest.mark.parametrize(
    ("words", "day", "why"),
    [
        ("  \u200b ", TODAY + timedelta(days=30), Why.HOPE_EMPTY),
        ("x" * 40_000, TODAY + timedelta(days=30), Why.HOPE_TOO_LONG),
        ("Two days", TODAY, Why.DAY_PAST),
        ("Two days", TODAY + timedelta(days=366), Why.DAY_TOO_FAR),
    ],
)
async def test_what_cannot_be_kept_or_asked_about_is_refused(
    house: House, words: str, day: date, why: Why
) -> None:
    story = await house.told()

    promise: Any = await house.hoping.promise(ACME, "bob", story.id, words, day, origin="1", now=NOW)
    trial: Any = await house.hoping.try_out(ACME, "bob", Trial(words, day, "2"), NOW)

    assert (promise.why, trial.why) == (why, why)


async def test_a_promise_is_not_asked_about_after_its_story_is_gone(house: House) -> None:
    old = await house.told(told_at=NOW - timedelta(days=300))

    late: Any = await house.hoping.promise(
        ACME, "bob", old.id, "Two days", TODAY + timedelta(days=90), origin="1", now=NOW
    )
    in_time = await house.hoping.promise(
        ACME, "bob", old.id, "Two days", TODAY + timedelta(days=60), origin="1", now=NOW
    )

    assert late.why is Why.DAY_TOO_FAR
    assert isinstance(in_time, Hope)


async def test_a_form_sent_twice_makes_one(house: House) -> None:
    trial = Trial("Listen more", TODAY + timedelta(days=30), "view:1", house.team.id, shared=True)

    both = [await house.hoping.try_out(ACME, "bob", trial, NOW) for _ in range(2)]

    assert both[0] == both[1]
    assert len(house.store.hopes.kept) == 1


async def test_a_trial_is_shared_with_a_team_of_ones_own_or_with_nobody(house: House) -> None:
    day = TODAY + timedelta(days=30)

    there = await house.hoping.try_out(ACME, "bob", Trial("Listen", day, "1", "elsewhere", shared=True), NOW)
    here = await house.hoping.try_out(ACME, "bob", Trial("Listen", day, "2", house.team.id, shared=True), NOW)

    assert isinstance(there, Hope)
    assert isinstance(here, Hope)
    assert (there.team, there.shared) == (None, False)
    assert (here.team, here.shared) == (house.team.id, True)


async def test_what_is_not_shared_cannot_be_taken_from_and_guests_try_nothing(house: House) -> None:
    secret = await house.due(shared=False)
    day = TODAY + timedelta(days=30)
    await house.store.people.save_profile(Person(ACME, "grace", standing=Standing.GUEST, refreshed_at=NOW))

    taken = await house.hoping.try_out(ACME, "charlie", Trial("Mine", day, "2", taken_from=secret.id), NOW)
    guest: Any = await house.hoping.try_out(ACME, "grace", Trial("Mine", day, "3"), NOW)

    assert isinstance(taken, Hope)
    assert taken.taken_from is None
    assert guest.why is Why.NOT_A_FULL_MEMBER


@pytest.mark.parametrize(
    ("visibility", "may"),
    [(Visibility.PRIVATE, False), (Visibility.MANAGERS, False), (Visibility.TEAM, True)],
)
async def test_the_team_can_hear_of_a_promise_only_where_it_can_read_its_story(
    house: House, visibility: Visibility, may: bool
) -> None:
    story = await house.told(visibility=visibility)

    assert await house.hoping.may_be_told(await house.due(story=story.id)) is may
    assert await house.hoping.may_be_told(await house.due("2"))
    assert not await house.hoping.may_be_told(await house.due("3", team=None))


async def test_not_yet_needs_a_day_to_come(house: House) -> None:
    hope = await house.due()

    refused: Any = await house.hoping.answer(ACME, "bob", hope.id, Answer(Outcome.NOT_YET), NOW)

    assert refused.why is Why.DAY_PAST
    assert await house.store.hopes.get(ACME, hope.id) == hope


async def test_colleagues_see_one_trial_of_each_and_none_of_who_left(house: House) -> None:
    for number, user in enumerate(("bob", "bob", "charlie", "dora")):
        await house.due(str(number), person=user, shared=True, created_at=NOW + timedelta(minutes=number))
    await house.store.people.save_profile(
        Person(ACME, "dora", standing=Standing.DEACTIVATED, refreshed_at=NOW)
    )

    seen = await house.hoping.seen(ACME, "alice")

    assert [(hope.person, hope.origin) for hope in seen] == [("charlie", "2"), ("bob", "1")]
    assert list(await house.hoping.seen(ACME, "nobody")) == []


# being asked ------------------------------------------------------------------------------------------------------


async def test_what_rides_is_noted_before_the_prompt_is_sent_and_asked_once_it_stands(house: House) -> None:
    hope = await house.due()
    prompt = await house.owed(Kind.PROMPT, "schedule")

    due = await house.asking.riding(prompt, TODAY, ZONE)
    noted = await house.store.ledger.get(ACME, prompt.id)
    await house.asking.sent(prompt, NOW)

    assert due is not None
    assert (due.hope, due.asks) == (hope, True)
    assert noted is not None
    assert noted.data[RIDES] == hope.id
    assert (await house.store.hopes.get(ACME, hope.id)).asked_at == NOW  # type: ignore[union-attr]


async def test_a_prompt_that_stands_keeps_its_question_though_another_is_due(house: House) -> None:
    first, other = await house.due("1"), await house.due("2", due_on=TODAY - timedelta(days=5))
    sent = replace(
        await house.owed(Kind.PROMPT, "schedule"), state=DeliveryState.SENT, data={RIDES: first.id}
    )

    due = await house.asking.riding(sent, TODAY, ZONE)
    without = await house.asking.riding(replace(sent, data={}), TODAY, ZONE)

    assert due is not None
    assert due.hope.id == first.id != other.id
    assert without is None


async def test_nothing_rides_in_a_second_prompt_of_the_day_or_in_a_nudge(house: House) -> None:
    await house.due()

    again = await house.owed(Kind.PROMPT, "schedule", number=1)
    nudge = await house.owed(Kind.NUDGE, "schedule")

    assert await house.asking.riding(again, TODAY, ZONE) is None
    assert await house.asking.riding(nudge, TODAY, ZONE) is None


@pytest.mark.parametrize(("days", "asks"), [(0, True), (1, False)])
async def test_the_question_comes_alone_only_at_the_hour_of_todays_prompt(
    house: House, days: int, asks: bool
) -> None:
    hope = await house.due()
    bob = await house.store.people.get(ACME, "bob")
    assert bob is not None
    at = NOW + timedelta(hours=6, days=days)

    for _ in range(2):
        await house.asking.in_the_prompts_place(bob, house.team, at, NOW)

    owed = await house.store.ledger.about(ACME, hope.id, Kind.OUTCOME)
    assert [each.due_at for each in owed] == ([at] if asks else [])


ALONE: Mapping[str, Any] = {
    "stopped": {"stopped_at": NOW},
    "paused": {"paused_until": TODAY + timedelta(days=1)},
}


@pytest.mark.parametrize(
    "reason", ["stopped", "paused", "away", "left", "deactivated", "budget", "said_already"]
)
async def test_nobody_is_asked_alone_who_does_not_want_or_need_it(fake_store: FakeStore, reason: str) -> None:
    house = await House(fake_store, *(["bob"] if reason == "away" else [])).furnished()
    hope = await house.due()
    asked = await house.owed(Kind.OUTCOME, hope.id)
    await house.store.people.set(ACME, "bob", **ALONE.get(reason, {}))
    if reason == "left":
        await house.member("bob", Membership.LEFT)
    if reason == "deactivated":
        gone = Person(ACME, "bob", standing=Standing.DEACTIVATED, refreshed_at=NOW)
        await house.store.people.save_profile(gone)
    if reason == "budget":
        await house.store.ledger.claim_day(ACME, "bob", TODAY, "another")
    if reason == "said_already":
        await house.store.hopes.change(replace(hope, state=HopeState.DROPPED))

    composed = await house.asking.compose(asked, NOW)

    assert composed == Skip("left" if reason == "deactivated" else reason)


async def test_asked_alone_it_takes_the_days_one_message_and_follows_its_hope(house: House) -> None:
    hope = await house.due()
    asked = await house.owed(Kind.OUTCOME, hope.id)

    composed = await house.asking.compose(asked, NOW)
    await house.asking.sent(asked, NOW)
    claimed = await house.store.ledger.claim_day(ACME, "bob", TODAY, "another")
    await house.hoping.drop(ACME, "bob", hope.id)
    stands = await house.asking.compose(replace(asked, state=DeliveryState.SENT), NOW)

    assert isinstance(composed, OutcomeNotice)
    assert composed.due is not None
    assert composed.due.asks
    assert not claimed
    assert stands == OutcomeNotice(None)


async def test_an_answer_of_forty_thousand_characters_is_refused_and_nothing_is_changed(house: House) -> None:
    hope = await house.due()

    refused = await house.hoping.answer(ACME, "bob", hope.id, Answer(Outcome.NO, "x" * 40_000), NOW)

    assert refused == Refusal(Why.HOPE_TOO_LONG, {"most": "1000"})
    assert await house.store.hopes.get(ACME, hope.id) == hope
