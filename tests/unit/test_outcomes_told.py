"""What a team hears of what came of hopes: in its digest, its chart and its managers' totals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests import Digest
from bot.domain.hopes import Answer, Hope, HopeKind, Outcome, answered
from bot.domain.people import Person
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.usecases.charting import LEAST_TELLERS, MOST_KINDS, OTHER_KINDS, OUTCOMES, chart_of
from bot.usecases.outcomes_told import later_on, outcomes_told
from bot.usecases.team_viewing import TeamViewing
from handlers.slack.surfaces.digest_later import how_much_later, later_blocks, later_words
from tests.fakes import FakeStore
from tests.slack.limits import message_problems

ACME = "slack:T1"
FRIDAY = datetime(2027, 2, 26, 20, tzinfo=UTC)
TOLD = FRIDAY - timedelta(days=92)
TEAM = Team("sales", ACME, "C1", "Sales", "America/New_York", managers=("UMAY",))
DIGEST = Digest("G1", ACME, "sales", FRIDAY.date(), FRIDAY - timedelta(days=7), FRIDAY)
YES = Answer(Outcome.CAME_TRUE, "Two days, not five.", shared=True)


async def told(store: FakeStore, teller: str, number: int = 0, **changes: object) -> Story:
    origin = f"D:{teller}:{number}"
    story = Story("", ACME, "sales", teller, f"A story of {teller}.", TOLD, TOLD.date(), Source.DM, origin)
    await store.people.save_profile(Person(ACME, teller, name=teller.title()))
    return (await store.stories.keep(replace(story, **changes))).story  # type: ignore[arg-type]


async def hoped(
    store: FakeStore, story: Story, answer: Answer = YES, at: datetime = FRIDAY - timedelta(days=1)
) -> Hope:
    hope = Hope("", ACME, HopeKind.PROMISE, story.teller, "Books in two days", at.date(), story.origin, TOLD)
    kept = await store.hopes.keep(replace(hope, team="sales", story=story.id))
    await store.hopes.change(answered(kept, answer, at))
    changed = await store.hopes.get(ACME, kept.id)
    assert changed is not None
    return changed


async def test_what_was_answered_in_the_digests_time_is_told_with_its_story(fake_store: FakeStore) -> None:
    story = await told(fake_store, "bob")
    hope = await hoped(fake_store, story)

    [later] = await later_on(fake_store, TEAM, DIGEST)

    assert (later.story, later.hope, later.teller) == (story, hope, "Bob")


async def test_at_most_two_are_told_and_one_of_each_teller(fake_store: FakeStore) -> None:
    start = FRIDAY - timedelta(days=2)
    for number, teller in enumerate(("bob", "bob", "charlie", "alice")):
        story = await told(fake_store, teller, number)
        await hoped(fake_store, story, at=start + timedelta(hours=number))

    later = await later_on(fake_store, TEAM, DIGEST)

    assert [(each.teller, each.hope.answered_at) for each in later] == [
        ("Bob", start),
        ("Charlie", start + timedelta(hours=2)),
    ]


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.MANAGERS])
async def test_a_story_that_the_channel_cannot_read_is_not_told_again(
    fake_store: FakeStore, visibility: Visibility
) -> None:
    await hoped(fake_store, await told(fake_store, "bob", visibility=visibility))

    assert await later_on(fake_store, TEAM, DIGEST) == ()
    assert await outcomes_told(fake_store, TEAM, DIGEST.since, DIGEST.until) == []


async def test_only_what_was_shared_and_said_in_time_and_not_in_the_companys_digest(
    fake_store: FakeStore,
) -> None:
    await hoped(fake_store, await told(fake_store, "bob"), replace(YES, shared=False))
    await hoped(fake_store, await told(fake_store, "eve"), at=DIGEST.since - timedelta(seconds=1))
    await hoped(fake_store, await told(fake_store, "dan"), at=DIGEST.until)
    company = replace(TEAM, id=f"{ACME}/company")

    assert await later_on(fake_store, TEAM, DIGEST) == ()
    assert await later_on(fake_store, company, replace(DIGEST, team=company.id)) == ()


async def test_what_a_manager_left_out_stays_out(fake_store: FakeStore) -> None:
    story = await told(fake_store, "bob")
    await hoped(fake_store, story)

    assert await later_on(fake_store, TEAM, replace(DIGEST, left_out=(story.id,))) == ()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "A few days later"),
        (6, "A few days later"),
        (7, "A week later"),
        (14, "Two weeks later"),
        (30, "Four weeks later"),
        (61, "Two months later"),
        (90, "Three months later"),
        (92, "Three months later"),
        (335, "Eleven months later"),
        (365, "A year later"),
        (1_095, "Three years later"),
    ],
)
def test_how_much_later_is_said_as_people_say_it(days: int, words: str) -> None:
    since = date(2026, 11, 22)

    assert how_much_later(since, since + timedelta(days=days)) == words


@given(st.integers(0, 20_000), st.integers(0, 400))
def test_later_is_never_said_with_a_smaller_unit_of_fewer_days(days: int, more: int) -> None:
    since = date(2026, 11, 22)
    units = ["day", "week", "month", "year"]

    def unit(of: int) -> int:
        words = how_much_later(since, since + timedelta(days=of))
        return next(place for place, name in enumerate(units) if name in words)

    assert unit(days) <= unit(days + more)


@pytest.mark.parametrize("outcome", [Outcome.CAME_TRUE, Outcome.PARTLY, Outcome.NO])
@pytest.mark.parametrize("line", ["", "Learned <@U1> & *that*", "x" * 1_000])
async def test_each_outcome_is_told_word_for_word_within_slacks_limits(
    fake_store: FakeStore, outcome: Outcome, line: str
) -> None:
    story = await told(fake_store, "bob", text="word " * 8_000)
    await hoped(fake_store, story, Answer(outcome, line, shared=True))
    later = await later_on(fake_store, TEAM, DIGEST)

    blocks = later_blocks(later)

    assert message_problems("words", blocks) == []
    assert line in str(blocks)
    assert ("What we learned" in str(blocks)) == (bool(line) and outcome is not Outcome.CAME_TRUE)
    assert line[:50] in later_words(later[0])


def outcomes_of(*people: str) -> list[Hope]:
    hope = Hope("h", ACME, HopeKind.PROMISE, "bob", "Hoped", FRIDAY.date(), "o", TOLD, team="sales")
    kept = answered(hope, YES, FRIDAY - timedelta(days=3))
    return [replace(kept, id=f"h{number}", person=person) for number, person in enumerate(people)]


def test_a_chart_counts_outcomes_of_four_people_and_none_of_three() -> None:
    three = chart_of([], TEAM, FRIDAY, outcomes_of("a", "b", "c", "c", "c"))
    four = chart_of([], TEAM, FRIDAY, outcomes_of("a", "b", "c", "d"))

    assert three is None
    assert four is not None
    assert four.series == ((OUTCOMES, (0,) * 11 + (4,)),)


def test_a_chart_with_outcomes_still_has_six_rows_at_most() -> None:
    kinds = ["time_saved", "money_saved", "worry_gone", "easier_day", "honest_no", "learned", "kept_promise"]
    stories = [
        Story(
            f"{person}{tag}", ACME, "sales", person, "Told.", FRIDAY - timedelta(days=3), FRIDAY.date(),
            Source.DM, f"{person}{tag}", tags=(tag,),
        )
        for person in "abcd"
        for tag in kinds
    ]  # fmt: skip

    chart = chart_of(stories, TEAM, FRIDAY, outcomes_of(*"abcd"))
    without = chart_of(stories, TEAM, FRIDAY, outcomes_of(*"abc"))

    assert LEAST_TELLERS == 4
    assert chart is not None
    assert without is not None
    assert [name for name, _ in chart.series][-2:] == [OTHER_KINDS, OUTCOMES]
    assert len(chart.series) == len(without.series) == MOST_KINDS + 1
    assert OUTCOMES not in [name for name, _ in without.series]


class _Admits:
    async def manager(self, team: Team, user: str, now: datetime) -> Person:
        return Person(ACME, user)


async def test_managers_see_totals_of_outcomes_that_four_people_stand_behind(fake_store: FakeStore) -> None:
    team = await fake_store.teams.save(replace(TEAM, id=""), by="UMAY", now=TOLD)
    viewing = TeamViewing(fake_store, _Admits())  # type: ignore[arg-type]
    for place, person in enumerate(("ann", "bob", "cid", "dee")):
        story = await told(fake_store, person, team=team.id)
        outcome = Outcome.CAME_TRUE if place < 3 else Outcome.NO
        hope = await hoped(fake_store, story, Answer(outcome, "Learned", shared=True))
        fake_store.hopes.kept[ACME, hope.id] = replace(hope, team=team.id)
    before = await viewing.look(ACME, team.id, "UMAY", FRIDAY)

    fifth = await hoped(fake_store, await told(fake_store, "eve", team=team.id))
    fake_store.hopes.kept[ACME, fifth.id] = replace(fifth, team=team.id)
    after = await viewing.look(ACME, team.id, "UMAY", FRIDAY)

    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    assert before[1].outcomes == ()
    assert [(row.name, row.total) for row in after[1].outcomes] == [("Came true", 4)]
