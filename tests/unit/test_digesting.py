"""The digest from the store to what is shown: windows, consent looked at again, quiet weeks, the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.digests import LABEL_LOCAL
from bot.domain.notices import DigestNotice
from bot.domain.people import Person, Standing
from bot.domain.stories import Story, StoryState, Visibility
from bot.domain.weeks import Week
from bot.ports.stores import Store
from bot.ports.world import Later, Skip
from bot.usecases.charting import OTHER_KINDS, WEEKS, chart_of
from bot.usecases.digest_printing import as_json, printed
from bot.usecases.digesting import Digesting
from tests.unit.digest_store import (
    FRIDAY,
    PURPOSE,
    TEAM,
    FakeStore,
    W,
    a_delivery,
    a_preview_of,
    posted_at,
    tell,
)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def digesting(store: FakeStore) -> Digesting:
    return Digesting(cast(Store, store))


async def _notice(digesting: Digesting, until: datetime = FRIDAY) -> DigestNotice | None:
    return await digesting.notice(await digesting.plan(W, "T", until, until), until)


async def test_a_digest_holds_what_was_shared_in_its_week_and_nothing_else(
    store: FakeStore, digesting: Digesting
) -> None:
    mine = tell(store, "UALICE", "Rosa's bakery has its mornings back.")
    tell(store, "UALICE", "Told at the digest's own hour.", hours_before=0)
    tell(store, "UBOB", "Eight days ago.", hours_before=8 * 24)
    tell(store, "UBOB", "For me alone.", visibility=Visibility.PRIVATE)
    tell(store, "UBOB", "For managers.", visibility=Visibility.MANAGERS)
    tell(store, "UBOB", "Not yet.", state=StoryState.DRAFT)

    notice = await _notice(digesting)

    assert notice is not None
    assert list(notice.stories) == [mine.id]
    assert notice.names == {"UALICE": "Alice"}
    assert (notice.digest.week, notice.digest.label) == ("2026-W47", LABEL_LOCAL)


async def test_the_next_digest_begins_where_the_posted_one_ended(
    store: FakeStore, digesting: Digesting
) -> None:
    tell(store, "UALICE", "In the first week.")
    await digesting.plan(W, "T", FRIDAY, FRIDAY)
    await digesting.sent(a_delivery(), FRIDAY)
    late = tell(store, "UBOB", "An hour after the digest.", hours_before=-1)

    notice = await _notice(digesting, FRIDAY + timedelta(weeks=1))

    assert notice is not None
    assert list(notice.stories) == [late.id]


async def test_what_was_told_in_time_and_shared_or_saved_too_late_is_in_the_next_one_and_in_no_third(
    store: FakeStore, digesting: Digesting
) -> None:
    tell(store, "UALICE", "In the first week, about the bakery.")
    private = tell(store, "UBOB", "For me alone at first.", visibility=Visibility.PRIVATE)
    left_out = tell(store, "UCHARLIE", "A manager left this one out.")
    digest = await digesting.plan(W, "T", FRIDAY, FRIDAY - timedelta(hours=1))
    await digesting.leave_out(W, digest.id, left_out.id)
    await posted_at(digesting, FRIDAY)
    store.told[private.id] = replace(private, visibility=Visibility.TEAM)

    second = await posted_at(digesting, FRIDAY + timedelta(weeks=1))
    tell(store, "UALICE", "In the third week.", at=FRIDAY + timedelta(weeks=2))
    third = await posted_at(digesting, FRIDAY + timedelta(weeks=2))

    assert isinstance(second, DigestNotice)
    assert list(second.stories) == [private.id]
    assert isinstance(third, DigestNotice)
    assert private.id not in third.stories


async def test_what_a_dropped_digest_held_stands_in_the_next(store: FakeStore, digesting: Digesting) -> None:
    told = tell(store, "UALICE", "In the week that was dropped.")
    digest = await digesting.plan(W, "T", FRIDAY, FRIDAY)
    await digesting.drop(W, digest.id)

    skipped = await digesting.compose(a_delivery(), FRIDAY)
    notice = await _notice(digesting, FRIDAY + timedelta(weeks=1))

    assert skipped == Skip("not_this_week")
    assert notice is not None
    assert told.id in notice.stories


async def test_planning_twice_gives_the_same_digest(store: FakeStore, digesting: Digesting) -> None:
    for number in range(8):
        tell(
            store,
            f"U{number}",
            f"Story number {number} about quite another customer.",
            hours_before=number + 1,
        )

    first = await digesting.plan(W, "T", FRIDAY, FRIDAY)
    tell(store, "ULATE", "Told in the week but synced late.", hours_before=1)
    second = await digesting.plan(W, "T", FRIDAY, FRIDAY)

    assert second == first
    assert sum(pick.featured for pick in first.picks) == 5


async def test_a_story_taken_back_or_made_private_is_gone_from_the_digest_at_once(
    store: FakeStore, digesting: Digesting
) -> None:
    kept = tell(store, "UALICE", "This one stays as it is, about the bakery.")
    gone = tell(store, "UBOB", "This one will be withdrawn by tomorrow.")
    private = tell(store, "UCHARLIE", "And that will be kept private after all.")
    digest = await digesting.plan(W, "T", FRIDAY, FRIDAY)
    store.told[gone.id] = replace(gone, state=StoryState.WITHDRAWN, text="")
    store.told[private.id] = replace(private, visibility=Visibility.PRIVATE)

    notice = await digesting.notice(digest, FRIDAY)

    assert notice is not None
    assert list(notice.stories) == [kept.id]
    assert [pick.story for pick in notice.digest.picks] == [kept.id]


async def test_leaving_one_out_gives_its_place_to_the_tellers_next(
    store: FakeStore, digesting: Digesting
) -> None:
    first = tell(store, "UALICE", "A long morning at the clinic became a short one.", customer="Clinic")
    other = tell(store, "UALICE", "The library prints its posters itself since today.")
    digest = await digesting.plan(W, "T", FRIDAY, FRIDAY)

    changed = await digesting.leave_out(W, digest.id, first.id)

    assert changed is not None
    assert [pick.story for pick in digest.picks if pick.featured] == [first.id]
    assert [pick.story for pick in changed.picks] == [other.id]
    assert changed.picks[0].featured


async def test_one_empty_week_is_posted_kindly_a_second_asks_the_manager_once_and_posts_nothing(
    store: FakeStore, digesting: Digesting
) -> None:
    weeks = [FRIDAY + timedelta(weeks=week) for week in range(4)]

    composed = [await posted_at(digesting, week) for week in weeks]

    assert isinstance(composed[0], DigestNotice)
    assert composed[0].stories == {}
    assert composed[1:] == [Skip("quiet_weeks")] * 3
    assert [(owed.recipient, owed.data["code"]) for owed in store.owed] == [("UMAY", "quiet_weeks")]


async def test_after_quiet_weeks_a_story_brings_the_digest_back(
    store: FakeStore, digesting: Digesting
) -> None:
    for week in range(3):
        await posted_at(digesting, FRIDAY + timedelta(weeks=week))
    back = FRIDAY + timedelta(weeks=3)
    told = tell(store, "UALICE", "The first one after a long silence.", at=back)

    notice = await posted_at(digesting, back)

    assert isinstance(notice, DigestNotice)
    assert list(notice.stories) == [told.id]


async def test_a_story_told_after_an_empty_preview_makes_the_digest(
    store: FakeStore, digesting: Digesting
) -> None:
    before = FRIDAY - timedelta(hours=1)
    preview = await digesting.compose(a_preview_of(FRIDAY), before)
    told = tell(store, "UALICE", "Half an hour before the digest.", hours_before=0.5)

    notice = await digesting.compose(a_delivery(), FRIDAY)

    assert isinstance(preview, DigestNotice)
    assert preview.stories == {}
    assert isinstance(notice, DigestNotice)
    assert list(notice.stories) == [told.id]


async def test_posted_early_it_ends_at_that_moment_and_the_next_begins_there(
    store: FakeStore, digesting: Digesting
) -> None:
    early = FRIDAY - timedelta(minutes=40)
    first = tell(store, "UALICE", "On Thursday, about the bakery.")
    await digesting.plan(W, "T", FRIDAY, FRIDAY - timedelta(hours=1))
    second = tell(store, "UBOB", "Ten minutes before the click.", hours_before=50 / 60)

    posted = await digesting.compose(a_delivery(), early)
    await digesting.sent(a_delivery(), early)
    third = tell(store, "UCHARLIE", "After the click, before the old hour.", hours_before=0.5)
    following = await posted_at(digesting, FRIDAY + timedelta(weeks=1))

    assert isinstance(posted, DigestNotice)
    assert set(posted.stories) == {first.id, second.id}
    assert isinstance(following, DigestNotice)
    assert list(following.stories) == [third.id]


async def test_what_a_manager_left_out_stays_out_when_later_stories_come_in(
    store: FakeStore, digesting: Digesting
) -> None:
    out = tell(store, "UALICE", "About somebody who would rather not be named.")
    digest = await digesting.plan(W, "T", FRIDAY, FRIDAY - timedelta(hours=1))
    await digesting.leave_out(W, digest.id, out.id)
    late = tell(store, "UBOB", "Told while the manager was reading.", hours_before=0.5)

    notice = await digesting.compose(a_delivery(), FRIDAY)

    assert isinstance(notice, DigestNotice)
    assert list(notice.stories) == [late.id]


@pytest.mark.parametrize(
    "wish", [{"stopped_at": FRIDAY}, {"standing": Standing.DEACTIVATED}, {"forgotten_at": FRIDAY}]
)
async def test_a_manager_who_stopped_or_left_gets_no_preview(
    store: FakeStore, digesting: Digesting, wish: dict[str, Any]
) -> None:
    store.folk["UMAY"] = Person(W, "UMAY", **wish)

    composed = await digesting.compose(a_preview_of(FRIDAY), FRIDAY - timedelta(hours=1))

    assert isinstance(composed, Skip)


async def test_mondays_question_is_another_one_the_next_week(store: FakeStore, digesting: Digesting) -> None:
    questions = []
    for week in range(6):
        digest = await digesting.plan(W, "T", FRIDAY + timedelta(weeks=week), FRIDAY)
        questions.append(digest.question)

    assert all(questions)
    assert all(one != other for one, other in pairwise(questions))


async def test_who_left_the_company_is_not_featured_and_not_named(
    store: FakeStore, digesting: Digesting
) -> None:
    tell(store, "UALICE", "Alice told this before she moved on to another company.")
    tell(store, "UBOB", "Bob told that about the school's new timetable.")
    store.folk["UALICE"] = replace(store.folk["UALICE"], standing=Standing.DEACTIVATED)

    notice = await _notice(digesting)

    assert notice is not None
    assert notice.former == {"UALICE"}
    assert {pick.teller: pick.featured for pick in notice.digest.picks} == {"UALICE": False, "UBOB": True}
    assert [entry["teller"] for entry in as_json(notice)["stories"]] == ["Bob", "a former colleague"]


async def test_composing_notes_what_the_message_shows_and_a_retry_keeps_the_hour(
    store: FakeStore, digesting: Digesting
) -> None:
    told = tell(store, "UALICE", "Before the hour.")
    tell(store, "UBOB", "After the hour, while Slack was down.", hours_before=-0.5)

    retried = replace(a_delivery(), due_at=FRIDAY + timedelta(hours=1))
    notice = await digesting.compose(retried, FRIDAY + timedelta(hours=1))

    assert isinstance(notice, DigestNotice)
    assert store.shown == [told.id] == list(notice.stories)


async def test_a_held_team_waits_for_its_manager_and_a_missing_one_is_skipped(
    store: FakeStore, digesting: Digesting
) -> None:
    store.team = replace(TEAM, held="channel turned public")

    held = await digesting.compose(a_delivery(), FRIDAY)
    again = await digesting.compose(a_delivery(), FRIDAY + timedelta(minutes=10))
    preview = await digesting.compose(a_preview_of(FRIDAY), FRIDAY)
    store.team = None
    gone = await digesting.compose(a_delivery(), FRIDAY)

    assert isinstance(held, Later)
    assert isinstance(again, Later)
    assert preview == Skip("team_paused")
    assert [(owed.recipient, owed.data["code"]) for owed in store.owed] == [("UMAY", "held")]
    assert gone == Skip("team_gone")


async def test_a_changed_hour_never_posts_the_same_week_twice(store: FakeStore, digesting: Digesting) -> None:
    tell(store, "UALICE", "Told on Thursday.", hours_before=30)
    thursday = FRIDAY - timedelta(days=1)
    await digesting.compose(a_delivery(due=thursday), thursday)
    await digesting.sent(a_delivery(due=thursday), thursday)

    again = await digesting.compose(a_delivery(), FRIDAY)
    update = await digesting.compose(a_delivery(due=thursday, state=DeliveryState.SENT), FRIDAY)

    assert again == Skip("posted_this_week")
    assert isinstance(update, DigestNotice)


async def test_a_preview_shows_the_digest_of_the_coming_hour(store: FakeStore, digesting: Digesting) -> None:
    told = tell(store, "UALICE", "In time for the preview.", hours_before=3)
    before = FRIDAY - timedelta(hours=1)

    notice = await digesting.compose(replace(a_preview_of(FRIDAY), local_date=None), before)

    assert isinstance(notice, DigestNotice)
    assert notice.preview
    assert list(notice.stories) == [told.id]
    assert notice.digest.until == FRIDAY


async def test_looking_at_a_week_stores_nothing(store: FakeStore, digesting: Digesting) -> None:
    told = tell(store, "UALICE", "Look, don't touch.")

    notice = await digesting.of_week(W, "T", Week(2026, 47), FRIDAY)

    assert notice is not None
    assert list(notice.stories) == [told.id]
    assert store.kept == {}


async def test_json_has_exactly_the_promised_keys_and_each_story_once(
    store: FakeStore, digesting: Digesting
) -> None:
    for number in range(7):
        tell(
            store, f"U{number % 3}", f"Number {number}: something else happened to a customer {number * 17}."
        )

    told = as_json(cast(DigestNotice, await _notice(digesting)))

    assert list(told) == ["team", "week", "purpose", "highlights", "stories", "question", "label"]
    assert len({entry["id"] for entry in told["stories"]}) == len(told["stories"]) == 7
    assert len(told["highlights"]) == 3
    assert json.loads(json.dumps(told)) == told


async def test_the_terminal_shows_every_word_and_nothing_that_steers_it(
    store: FakeStore, digesting: Digesting
) -> None:
    tell(store, "UALICE", "First line\nsecond line \x1b[2J<b>&amp;", customer="Initech", tags=("time_saved",))

    text = printed(cast(DigestNotice, await _notice(digesting)))

    assert "Impact digest · Small business" in text
    assert PURPOSE.text in text
    assert "Alice, about Initech [time saved]" in text
    assert "  First line\n  second line �[2J<b>&amp;" in text
    assert "\x1b" not in text
    assert text.endswith(f"({LABEL_LOCAL})")


# The chart ---------------------------------------------------------------------------------------------------------


def _tagged(store: FakeStore, teller: str, tag: str, weeks_ago: float) -> Story:
    return tell(store, teller, "Something.", hours_before=24 * 7 * weeks_ago + 1, tags=(tag,))


def test_the_chart_counts_kinds_by_week_and_never_people(store: FakeStore) -> None:
    stories = [_tagged(store, f"U{number}", "time_saved", weeks_ago=number) for number in range(4)]
    stories += [_tagged(store, "U1", "growth", weeks_ago=0), _tagged(store, "U1", "growth", weeks_ago=11.9)]
    stories += [_tagged(store, "U1", "growth", weeks_ago=13)]

    chart = chart_of(stories, TEAM, FRIDAY)

    assert chart is not None
    assert len(chart.weeks) == WEEKS
    assert (chart.weeks[0], chart.weeks[-1]) == ("W36", "W47")
    assert dict(chart.series) == {
        "time saved": (0,) * 8 + (1, 1, 1, 1),
        "helped them grow": (1,) + (0,) * 10 + (1,),
    }


def test_there_is_no_chart_under_four_tellers(store: FakeStore) -> None:
    stories = [_tagged(store, f"U{number % 3}", "time_saved", weeks_ago=1) for number in range(30)]

    assert chart_of(stories, TEAM, FRIDAY) is None


def test_rare_kinds_share_one_bar_so_that_six_are_enough(store: FakeStore) -> None:
    tags = ("time_saved", "growth", "people", "learned", "honest_no", "easier_day", "made_right")
    stories = [
        _tagged(store, f"U{number}", tag, weeks_ago=1)
        for place, tag in enumerate(tags)
        for number in range(10 - place)
    ]

    chart = chart_of(stories, TEAM, FRIDAY)

    assert chart is not None
    assert [name for name, _ in chart.series][-1] == OTHER_KINDS
    assert len(chart.series) == 6


def test_dates_are_the_teams(store: FakeStore) -> None:
    monday_in_tokyo = datetime(2026, 11, 22, 16, tzinfo=UTC)
    stories = [tell(store, f"U{number}", "x", at=monday_in_tokyo, tags=("people",)) for number in range(4)]

    chart = chart_of(stories, replace(TEAM, zone="Asia/Tokyo"), monday_in_tokyo)

    assert chart is not None
    assert chart.weeks[-1] == "W48"
    assert date(2026, 11, 23).isocalendar().week == 48
