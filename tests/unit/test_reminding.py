"""Monday's reminder over more than half a year: always the purpose, never the same line, two lines at most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.notices import ReminderNotice
from bot.domain.people import Person
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.domain.teams import Membership, Team
from bot.ports.stores import StoryChange
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
