"""The company's own digest: off until a file names a channel, then what tellers shared with everyone, and no more."""

from __future__ import annotations

from bot.domain.stories import Visibility
from bot.domain.teamspecs import CompanySpec
from bot.ports.stories import StoryChange
from bot.usecases.company import company_channel_changed
from tests.process.inside import Inside
from tests.process.test_digest_life import (
    SB,
    asked_for_digest,
    in_channel,
    seen,
    to_friday,
    told,
    words,
)

EVERYONE = "leadership"


async def test_leadership_hears_what_was_shared_with_everyone_and_nothing_narrower(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    applying = inside.house.applying
    spec = CompanySpec(inside.channel(EVERYONE))

    dry = await applying.apply(inside.workspace, [], inside.now(), company=spec, dry_run=True)
    first = await applying.apply(inside.workspace, [], inside.now(), company=spec)
    again = await applying.apply(inside.workspace, [], inside.now(), company=spec)
    shared = await told(
        inside, "bob", team, "Maria closes her books two days earlier.", visibility=Visibility.COMPANY
    )
    await told(inside, "charlie", team, "For the team: the clinic answers its phone again.")
    to_friday(inside, team, 15, 0)
    posted = await seen(inside, inside.channel(EVERYONE), "Impact digest")
    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), shared, inside.now())
    await inside.settled()
    [later] = in_channel(inside, "Impact digest", EVERYONE)

    assert [bool(each[0].changes) for each in (dry, first, again)] == [True, True, False]
    assert "Maria closes her books" in words(posted)
    assert "Bob (small-business)" in words(posted)
    assert "clinic" not in words(posted)
    assert "Maria" not in words(later)


async def test_it_is_drawn_from_every_team_and_the_same_words_in_two_of_them_stand_once(
    inside: Inside,
) -> None:
    """Bob's team, Charlie's and Dora's: nobody is heard for their team only."""
    inside.ws.add_person("Dora")
    ours = await inside.team(SB, "bob", "charlie")
    theirs = await inside.team("general", "charlie", "dora")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    await inside.house.applying.apply(
        inside.workspace, [], inside.now(), company=CompanySpec(inside.channel(EVERYONE))
    )
    for who, team, text in (
        ("bob", ours, "Maria closes her books two days earlier."),
        ("charlie", theirs, "The clinic answers its phone again."),
        ("dora", theirs, "The school told its parents on Monday, before they had to ask."),
        ("dora", ours, "The school told its parents on Monday, before they had to ask."),
    ):
        await told(inside, who, team, text, visibility=Visibility.COMPANY)

    to_friday(inside, ours, 15, 0)
    posted = await seen(inside, inside.channel(EVERYONE), "Impact digest")

    shown = str(posted["blocks"])
    for words_told in (
        "Maria closes her books two days earlier.",
        "The clinic answers its phone again.",
        "The school told its parents on Monday, before they had to ask.",
    ):
        assert shown.count(words_told) == 1
    assert "Bob (small-business)" in shown
    assert "Charlie (general)" in shown


async def test_it_is_off_by_default_and_off_again_on_request(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    applying = inside.house.applying
    await applying.apply(inside.workspace, [], inside.now(), company=CompanySpec(inside.channel(EVERYONE)))

    off = await applying.apply(inside.workspace, [], inside.now(), company=CompanySpec(None))
    await told(inside, "bob", team, "Shared with everyone.", visibility=Visibility.COMPANY)
    to_friday(inside, team, 15, 0)
    await seen(inside, inside.channel(SB), "Impact digest")

    assert off[0].changes == ("company digest: off",)
    assert in_channel(inside, "Impact digest", EVERYONE) == []
    assert "Impact digest" in await asked_for_digest(inside, "bob")


async def test_what_it_posted_follows_its_stories_also_after_it_was_switched_off(inside: Inside) -> None:
    team = await inside.team(SB, "bob", "charlie")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    applying, telling = inside.house.applying, inside.house.services.telling
    await applying.apply(inside.workspace, [], inside.now(), company=CompanySpec(inside.channel(EVERYONE)))
    books = await told(inside, "bob", team, "Maria closes early.", visibility=Visibility.COMPANY)
    await told(inside, "charlie", team, "The clinic answers.", visibility=Visibility.COMPANY)
    to_friday(inside, team, 15, 0)
    before = await seen(inside, inside.channel(EVERYONE), "Impact digest")

    await applying.apply(inside.workspace, [], inside.now(), company=CompanySpec(None))
    await telling.withdraw(inside.workspace, inside.user("bob"), books, inside.now())
    await inside.settled()

    [after] = in_channel(inside, "Impact digest", EVERYONE)
    assert "Maria closes early." in words(before)
    assert "Maria closes early." not in words(after)
    assert "The clinic answers." in words(after)


async def test_whoever_narrows_a_story_hears_where_slack_refuses_to_change_the_companys_post(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    spec = CompanySpec(inside.channel(EVERYONE))
    await inside.house.applying.apply(inside.workspace, [], inside.now(), company=spec)
    books = await told(inside, "bob", team, "Maria closes early.", visibility=Visibility.COMPANY)
    to_friday(inside, team, 15, 0)
    await seen(inside, inside.channel(EVERYONE), "Impact digest")
    inside.ws.hub.faults.add({"fail": {"method": "chat.update", "error": "cant_update_message", "times": 9}})

    narrower = StoryChange(visibility=Visibility.TEAM)
    await inside.house.services.telling.edit(
        inside.workspace, inside.user("bob"), books, narrower, inside.now()
    )
    await inside.settled()

    told_so = [words(one) for one in inside.said("bob") if "still stands in my post" in words(one)]
    assert len(told_so) == 1
    assert "#leadership" in told_so[0]


async def test_a_channel_without_the_bot_is_refused_before_anything_changes(inside: Inside) -> None:
    [refused] = await inside.house.applying.apply(
        inside.workspace, [], inside.now(), company=CompanySpec(inside.channel(EVERYONE))
    )

    assert "invite" in (refused.problem or "")
    assert await inside.store.companies.get(inside.workspace) is None


async def test_a_story_of_another_team_stands_beside_ours_as_long_as_it_is_shared_with_everyone(
    inside: Inside,
) -> None:
    ours = await inside.team(SB, "bob")
    theirs = await inside.team(EVERYONE, "alice")
    books = "Their bookkeeping took a weekend at month end, now it takes a morning."
    like_it = await told(inside, "alice", theirs, books, visibility=Visibility.COMPANY)
    inside.later(minutes=1)
    clinic = "The clinic answers every call since the new telephone menu."
    await told(inside, "alice", theirs, clinic, visibility=Visibility.COMPANY)
    inside.later(minutes=1)
    narrow = "Bookkeeping at month end, told to this team alone, takes an hour."
    await told(inside, "alice", theirs, narrow)
    await told(inside, "bob", ours, "Maria's bookkeeping at month end is done by lunch.")

    to_friday(inside, ours, 15, 0)
    posted = await seen(inside, inside.channel(SB), "Impact digest")
    await inside.house.services.telling.edit(
        inside.workspace,
        inside.user("alice"),
        like_it,
        StoryChange(visibility=Visibility.TEAM),
        inside.now(),
    )
    await inside.settled()
    [later] = in_channel(inside, "Impact digest")

    assert "Like it in leadership: Alice: “Their bookkeeping took a weekend" in words(posted)
    assert "told to this team alone" not in words(posted)
    assert "Their bookkeeping" not in words(later)
    assert "done by lunch" in words(later)


async def test_once_outsiders_can_read_the_companys_channel_its_digest_ends(inside: Inside) -> None:
    await inside.team(SB, "bob")
    inside.ws.invite(inside.user("alice"), inside.channel(EVERYONE))
    await inside.settled()
    where = inside.channel(EVERYONE)
    await inside.house.applying.apply(inside.workspace, [], inside.now(), company=CompanySpec(where))

    inside.ws.workspace.channels[where].is_shared = True
    await company_channel_changed(
        inside.store, inside.house.services.directory, inside.workspace, where, inside.now()
    )

    assert await inside.store.companies.get(inside.workspace) is None
