"""Monday's reminder over more than half a year: always the purpose, never the same line, two lines at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.notices import ReminderNotice
from bot.domain.people import Person, Standing
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryChange
from bot.ports.world import Skip
from bot.usecases.reminding import Reminding
from handlers.slack.surfaces.reminder import render_reminder
from tests.fakes import FakeStore

ACME = "slack:T1"
MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OWN = ("Ask about their Monday.", "Who waits for our call?")
WEEKS = 40


async def a_team(store: FakeStore, *, purpose: bool = True) -> Team:
    team = await store.teams.save(
        Team("", ACME, "C1", "Sales", "Europe/London", ("alice",), reminder_lines=OWN), by="alice", now=MONDAY
    )
    if purpose:
        await store.teams.set_purpose(ACME, team.id, "We help bakeries sleep.", by="alice", now=MONDAY)
    await store.people.save_profile(Person(ACME, "bob", name="Bob"))
    return await store.teams.get(ACME, team.id) or team


async def tell(
    store: FakeStore, team: Team, at: datetime, visibility: Visibility = Visibility.TEAM, text: str = ""
) -> Story:
    story = Story(
        id="",
        workspace=ACME,
        team=team.id,
        teller="bob",
        text=text or f"On {at:%d %B} a bakery\nslept longer & said so.",
        told_at=at,
        told_on=at.date(),
        source=Source.DM,
        origin=f"o{at.timestamp()}",
        visibility=visibility,
    )
    return (await store.stories.keep(story)).story


async def test_half_a_year_of_mondays_never_repeats_a_line_and_keeps_to_two(fake_store: FakeStore) -> None:
    team = await a_team(fake_store)
    reminding = Reminding(fake_store)
    lines: list[tuple[date, str]] = []

    for week in range(WEEKS):
        now = MONDAY + timedelta(weeks=week)
        await tell(fake_store, team, now - timedelta(days=2))
        notice = await reminding.compose(team, now.date(), now, shown_by="D1")
        assert isinstance(notice, ReminderNotice)
        assert 1 <= len(notice.line.splitlines()) <= 2
        assert len(notice.line) <= 320
        assert "We help bakeries sleep." in str(render_reminder(notice).blocks)
        lines.append((now.date(), notice.line))

    for on, line in lines:
        assert not [
            1 for other, same in lines if same == line and other != on and abs((other - on).days) < 182
        ]
    said = [line for _, line in lines]
    assert any(line in OWN for line in said)
    quoting = [line for line in said if "slept longer & said so." in line]
    assert WEEKS // 5 <= len(quoting) <= WEEKS // 3
    assert all("Bob" in line for line in quoting)


async def test_it_waits_for_a_purpose(fake_store: FakeStore) -> None:
    team = await a_team(fake_store, purpose=False)

    assert await Reminding(fake_store).compose(team, MONDAY.date(), MONDAY, shown_by="D1") == Skip(
        "no_purpose"
    )


async def test_sending_it_again_says_the_same(fake_store: FakeStore) -> None:
    team = await a_team(fake_store)
    reminding = Reminding(fake_store)

    first = await reminding.compose(team, MONDAY.date(), MONDAY, shown_by="D1")
    await tell(fake_store, team, MONDAY)
    again = await reminding.compose(team, MONDAY.date(), MONDAY + timedelta(minutes=5), shown_by="D1")

    assert first == again


async def test_only_shared_stories_are_quoted_and_one_taken_back_leaves_the_purpose_alone(
    fake_store: FakeStore,
) -> None:
    team = await a_team(fake_store)
    reminding = Reminding(fake_store)
    await tell(fake_store, team, MONDAY, visibility=Visibility.MANAGERS)
    quiet = await reminding.compose(team, MONDAY.date(), MONDAY, shown_by="D1")
    shared = await tell(fake_store, team, MONDAY + timedelta(days=6))
    next_monday = MONDAY + timedelta(weeks=1)
    quoted = await reminding.compose(team, next_monday.date(), next_monday, shown_by="D1")

    change = StoryChange(state=StoryState.WITHDRAWN)
    await fake_store.stories.change(ACME, shared.id, change, by="bob", at=next_monday)
    after = await reminding.compose(team, next_monday.date(), next_monday, shown_by="D1")

    assert isinstance(quiet, ReminderNotice)
    assert "bakery" not in quiet.line
    assert isinstance(quoted, ReminderNotice)
    assert "slept longer" in quoted.line
    assert isinstance(after, ReminderNotice)
    assert after.line == ""


async def test_a_held_team_quotes_no_story_in_a_new_reminder_and_what_stands_is_left(
    fake_store: FakeStore,
) -> None:
    team = await a_team(fake_store)
    held = replace(team, held="channel_public")
    reminding = Reminding(fake_store)
    await tell(fake_store, team, MONDAY - timedelta(days=1))
    quoted = await reminding.compose(team, MONDAY.date(), MONDAY, shown_by="D1")

    chosen_before = await reminding.compose(held, MONDAY.date(), MONDAY, shown_by="D1")
    stands = await reminding.compose(held, MONDAY.date(), MONDAY, shown_by="D1", stands=True)
    new = [
        await reminding.compose(held, day, MONDAY, shown_by="D2")
        for day in (MONDAY.date() + timedelta(weeks=week) for week in range(1, 12))
    ]

    assert isinstance(chosen_before, ReminderNotice)
    assert chosen_before.line == ""
    assert isinstance(quoted, ReminderNotice)
    assert stands == replace(quoted, team=held)
    assert all(isinstance(each, ReminderNotice) and each.line for each in new)
    assert "bakery" not in str([getattr(each, "line", "") for each in new])


async def test_a_story_of_somebody_who_left_is_not_brought_up_again(fake_store: FakeStore) -> None:
    team = await a_team(fake_store)
    await fake_store.people.save_profile(
        Person(ACME, "bob", name="Bob", standing=Standing.DEACTIVATED, left_at=MONDAY)
    )
    reminding = Reminding(fake_store)

    for week in range(12):
        now = MONDAY + timedelta(weeks=week)
        await tell(fake_store, team, now)
        notice = await reminding.compose(team, now.date(), now, shown_by="D1")
        assert isinstance(notice, ReminderNotice)
        assert "bakery" not in notice.line


async def test_a_story_that_names_a_colleague_badly_is_never_quoted(fake_store: FakeStore) -> None:
    team = await a_team(fake_store)
    await fake_store.people.save_profile(Person(ACME, "charlie", name="Charlie"))
    await fake_store.teams.set_member(ACME, team.id, "charlie", Membership.ACTIVE, now=MONDAY)
    reminding = Reminding(fake_store)
    lines = []

    for week in range(12):
        now = MONDAY + timedelta(weeks=week)
        await tell(fake_store, team, now, text=f"Charlie let shop {week} down, I drove there.")
        notice = await reminding.compose(team, now.date(), now, shown_by="D1")
        assert isinstance(notice, ReminderNotice)
        lines.append(notice.line)

    assert all(lines)
    assert not any("Charlie" in line for line in lines)
