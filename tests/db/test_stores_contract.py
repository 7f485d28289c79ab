"""What every store promises about workspaces, teams, people, reminders and the audit, in memory and on databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.deliveries import Kind
from bot.domain.people import Person, Standing
from bot.domain.schedules import Schedule
from bot.domain.stories import Visibility
from bot.domain.teams import Join, Membership, Team
from bot.ports.stores import Store
from bot.ports.workspaces import Installation

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
ACME, OTHER = "slack:T1", "slack:T2"


def sales(workspace: str = ACME, channel: str = "C1", name: str = "Sales") -> Team:
    return Team(
        id="",
        workspace=workspace,
        channel=channel,
        name=name,
        zone="Europe/Berlin",
        managers=("charlie", "alice"),
    )


async def test_a_workspace_comes_back_with_its_token_and_scopes(store: Store) -> None:
    acme = Installation(
        ACME, "Acme", "B1", token="xoxb-secret", scopes=frozenset({"chat:write", "im:history"})
    )

    await store.workspaces.save(acme, now=NOW)

    assert await store.workspaces.get(ACME) == replace(acme, installed_at=NOW)
    assert await store.workspaces.get(OTHER) is None


async def test_a_revoked_workspace_keeps_its_name_until_it_is_installed_again(store: Store) -> None:
    await store.workspaces.save(Installation(ACME, "Acme", "B1", token="xoxb-old"), now=NOW)

    await store.workspaces.revoke(ACME, now=NOW)
    revoked = await store.workspaces.get(ACME)
    await store.workspaces.save(
        Installation(ACME, "Acme", "B2", token="xoxb-new"), now=NOW + timedelta(days=1)
    )
    back = await store.workspaces.get(ACME)

    assert revoked is not None
    assert (revoked.revoked_at, revoked.token, revoked.name) == (NOW, None, "Acme")
    assert back is not None
    assert (back.revoked_at, back.token, back.bot_user) == (None, "xoxb-new", "B2")


async def test_workspaces_are_listed_by_key_revoked_ones_included(store: Store) -> None:
    for key in (OTHER, ACME):
        await store.workspaces.save(Installation(key, key, "B1"), now=NOW)
    await store.workspaces.revoke(ACME, now=NOW)

    assert [each.workspace for each in await store.workspaces.all()] == [ACME, OTHER]


async def test_a_team_comes_back_as_it_was_saved(store: Store) -> None:
    team = replace(
        sales(),
        channel_name="sales",
        holidays="DE",
        join=Join.ENROL,
        prompt=Schedule(frozenset({1, 3}), time(9, 5)),
        check_closes_after=timedelta(minutes=90),
        questions=("What surprised you?", "Was überraschte dich?"),
        reminder_lines=("One customer at a time.",),
        ai=True,
        ai_since=NOW,
        held="channel_public",
    )

    saved = await store.teams.save(team, by="charlie", now=NOW)

    assert saved == replace(team, id=saved.id, created_at=NOW)
    assert saved.id
    assert await store.teams.get(ACME, saved.id) == saved
    assert await store.teams.by_channel(ACME, "C1") == saved
    assert await store.teams.by_channel(OTHER, "C1") is None


async def test_a_channel_that_has_a_team_keeps_it_when_two_set_it_up(store: Store) -> None:
    first = await store.teams.save(sales(name="First"), by="alice", now=NOW)

    second = await store.teams.save(replace(sales(name="Second"), managers=("bob",)), by="bob", now=NOW)

    assert second == first


async def test_saving_a_team_again_changes_its_settings_and_leaves_its_purpose(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)
    await store.teams.set_purpose(ACME, team.id, "We help shops.", by="charlie", now=NOW)

    await store.teams.save(replace(team, name="Shops", managers=("bob",)), by="charlie", now=NOW)
    found = await store.teams.get(ACME, team.id)

    assert found is not None
    assert (found.name, found.managers) == ("Shops", ("bob",))
    assert found.purpose is not None
    assert found.purpose.text == "We help shops."


async def test_a_new_team_is_planned_and_owes_nothing_past(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)

    items = await store.ledger.to_plan(until=NOW + timedelta(minutes=1))

    assert {item.kind for item in items} == {Kind.PROMPT, Kind.REMINDER, Kind.DIGEST}
    assert {(item.team, item.planned_through) for item in items} == {(team.id, NOW)}


async def test_only_a_schedule_that_changed_begins_anew(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)
    later = NOW + timedelta(days=1)

    await store.teams.save(replace(team, prompt=Schedule(frozenset({0}), time(8))), by="charlie", now=later)
    items = {item.kind: item for item in await store.ledger.to_plan(until=later + timedelta(minutes=1))}

    assert items[Kind.PROMPT].active_from == later
    assert items[Kind.DIGEST].active_from == NOW


async def test_a_purpose_has_versions_and_the_same_words_make_none(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)

    first = await store.teams.set_purpose(ACME, team.id, "We help shops.", by="charlie", now=NOW)
    same = await store.teams.set_purpose(
        ACME, team.id, "We help shops.", by="alice", now=NOW + timedelta(days=1)
    )
    second = await store.teams.set_purpose(ACME, team.id, "We help bakers.", by="alice", now=NOW)

    assert same == first
    assert (first.version, second.version) == (1, 2)
    assert await store.teams.purposes(ACME, team.id) in ([first, second], (first, second))
    with pytest.raises(LookupError):
        await store.teams.set_purpose(OTHER, team.id, "We help.", by="mallory", now=NOW)


async def test_going_back_to_an_old_purpose_makes_a_version_of_its_own(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)

    for words in ("One.", "Two.", "One."):
        await store.teams.set_purpose(ACME, team.id, words, by="charlie", now=NOW)

    assert [purpose.text for purpose in await store.teams.purposes(ACME, team.id)] == ["One.", "Two.", "One."]


async def test_a_member_stands_in_one_state_and_hears_when_nothing_changed(store: Store) -> None:
    team = await store.teams.save(sales(), by="charlie", now=NOW)
    later = NOW + timedelta(hours=1)

    first = await store.teams.set_member(ACME, team.id, "bob", Membership.INVITED, now=NOW)
    again = await store.teams.set_member(ACME, team.id, "bob", Membership.INVITED, now=later)
    active = await store.teams.set_member(ACME, team.id, "bob", Membership.ACTIVE, now=later)

    assert (first, again, active) == (True, False, True)
    bob = await store.teams.member(ACME, team.id, "bob")
    assert bob is not None
    assert (bob.state, bob.since) == (Membership.ACTIVE, later)
    assert await store.teams.member(ACME, team.id, "alice") is None
    assert [member.user for member in await store.teams.members(ACME, team.id)] == ["bob"]


async def test_the_teams_of_a_person_depend_on_where_they_stand(store: Store) -> None:
    first = await store.teams.save(sales(name="Zeta"), by="charlie", now=NOW)
    second = await store.teams.save(
        replace(sales(channel="C2", name="Alpha"), managers=()), by="charlie", now=NOW
    )
    await store.teams.set_member(ACME, first.id, "bob", Membership.ACTIVE, now=NOW)
    await store.teams.set_member(ACME, second.id, "bob", Membership.LEFT, now=NOW)

    active = await store.teams.of_person(ACME, "bob")
    ever = await store.teams.of_person(ACME, "bob", (Membership.ACTIVE, Membership.LEFT))

    assert [team.name for team in active] == ["Zeta"]
    assert [team.name for team in ever] == ["Alpha", "Zeta"]
    assert [team.name for team in await store.teams.managed_by(ACME, "alice")] == ["Zeta"]
    assert [team.name for team in await store.teams.all(ACME)] == ["Alpha", "Zeta"]
    assert await store.teams.all(OTHER) == []


async def test_what_the_platform_tells_and_what_a_person_asked_do_not_overwrite_each_other(
    store: Store,
) -> None:
    await store.people.set(
        ACME, "alice", paused_until=date(2026, 12, 1), default_visibility=Visibility.PRIVATE
    )

    told = await store.people.save_profile(
        Person(ACME, "alice", name="Alice", zone="Asia/Tokyo", standing=Standing.GUEST, refreshed_at=NOW)
    )
    asked = await store.people.set(ACME, "alice", dm="D1", coach=False, stopped_at=NOW, unanswered=3)

    assert (told.name, told.paused_until) == ("Alice", date(2026, 12, 1))
    assert told.default_visibility is Visibility.PRIVATE
    assert (asked.zone, asked.standing, asked.refreshed_at) == ("Asia/Tokyo", Standing.GUEST, NOW)
    assert (asked.dm, asked.coach, asked.stopped_at, asked.unanswered) == ("D1", False, NOW, 3)
    assert await store.people.get(ACME, "alice") == asked
    assert await store.people.get(OTHER, "alice") is None


async def test_a_wish_can_be_taken_back_and_an_unknown_one_is_a_bug(store: Store) -> None:
    await store.people.set(ACME, "alice", paused_until=date.max, own_days="mon")

    person = await store.people.set(ACME, "alice", paused_until=None, own_days=None)

    assert (person.paused_until, person.own_days) == (None, None)
    with pytest.raises(TypeError):
        await store.people.set(ACME, "alice", favourite_colour="blue")


async def test_many_people_are_found_at_once(store: Store) -> None:
    for user in ("alice", "bob"):
        await store.people.save_profile(Person(ACME, user, name=user.title()))
    asked = ["alice", "bob", "nobody", *(f"U{number}" for number in range(1200))]

    found = await store.people.many(ACME, asked)

    assert {user: person.name for user, person in found.items()} == {"alice": "Alice", "bob": "Bob"}
    assert await store.people.many(ACME, []) == {}


async def test_words_that_a_database_refuses_are_kept_as_replacement_characters(store: Store) -> None:
    person = await store.people.save_profile(Person(ACME, "bob", name="B\x00o\ud800b"))

    assert person.name == "B�o�b"


async def test_a_reminder_line_belongs_to_its_date(store: Store) -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)

    await store.reminders.use(ACME, "team", "line-7", monday)
    await store.reminders.use(ACME, "team", "line-8", monday)
    await store.reminders.use(ACME, "team", "line-1", friday)

    assert await store.reminders.used_on(ACME, "team", monday) == "line-7"
    assert await store.reminders.used_on(OTHER, "team", monday) is None
    assert list(await store.reminders.used(ACME, "team", friday)) == [("line-1", friday), ("line-7", monday)]
    assert list(await store.reminders.used(ACME, "team", monday)) == [("line-7", monday)]


async def test_the_audit_reads_newest_first_and_only_its_own_workspace(store: Store) -> None:
    await store.audit.note(ACME, actor="alice", action="team.made", about="t1", at=NOW)
    await store.audit.note(ACME, actor="bob", action="mydata", at=NOW + timedelta(minutes=1))
    await store.audit.note(ACME, actor="bob", action="second", at=NOW + timedelta(minutes=1))
    await store.audit.note(OTHER, actor="mallory", action="team.made", at=NOW)

    lines = await store.audit.lines(ACME)

    assert [line[2] for line in lines] == ["second", "mydata", "team.made"]
    assert lines[-1] == (NOW, "alice", "team.made", "t1")
    assert len(await store.audit.lines(ACME, since=NOW + timedelta(seconds=1))) == 2
    assert len(await store.audit.lines(ACME, limit=1)) == 1
