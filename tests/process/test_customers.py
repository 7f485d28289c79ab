"""Customers through the workspace: named in stories, renamed once for all, hidden from whoever is further away, and a
card before a call that is made of what its reader may see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.hopes import Answer, Hope, Outcome
from bot.domain.refusals import Refusal
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.domain.teamspecs import CompanySpec
from bot.ports.stories import StoryChange
from bot.sandbox.model import Json
from bot.usecases.customers import Renaming
from bot.usecases.telling import Told
from handlers.slack.surfaces import names
from tests.process.inside import Inside
from tests.process.test_digest_life import SB, in_channel, seen, to_friday, words
from tests.process.test_home import tell

OTHERS = "leadership"
STORY = "They open on time now, and nobody queues on Mondays."


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob and Charlie are in Alice's team."""
    return await inside.team(SB, "bob", "charlie")


async def told(inside: Inside, name: str, team: Team, text: str = STORY, **more: Any) -> Story:
    """A story as a form tells it."""
    inside.later(minutes=1)
    outcome = await inside.house.services.telling.tell(
        Told(
            workspace=inside.workspace,
            teller=inside.user(name),
            text=text,
            origin=f"test:{inside.now().timestamp()}",
            source=Source.MODAL,
            team=team.id,
            visibility=more.pop("visibility", Visibility.TEAM),
            **more,
        ),
        inside.now(),
    )
    assert isinstance(outcome, Story)
    await inside.settled()
    return outcome


async def hide(inside: Inside, story: Story, masked: str) -> None:
    """Its teller gives a story's customer a mask."""
    await inside.house.services.customers.rename(
        inside.workspace, story.teller, story.customer_id or "", Renaming(story.customer, masked=masked)
    )
    await inside.settled()


async def asked(inside: Inside, name: str, typed: str, where: str | None = None) -> Json:
    """What somebody alone sees after a command."""
    place = where or inside.channel(SB)
    await inside.ws.command(inside.user(name), place, "/purpose", typed)
    await inside.settled()
    return dict(inside.ws.ephemerals(inside.user(name), place)[-1])


def text(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False)


async def test_a_customer_is_typed_once_and_picked_from_then_on(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await told(inside, "bob", team, customer="Acme (Lyon)")
    await inside.ws.command(bob, inside.channel(SB), "/purpose", "story")
    await inside.settled()
    await inside.ws.click(bob, inside.modal("bob")["id"], names.MODAL_DETAIL)
    await inside.settled()
    [known] = await inside.store.customers.of_owner(inside.workspace, bob)

    picked = {names.BLOCK_TEXT: "Their second shop is open.", names.BLOCK_CUSTOMER_PICK: known.id}
    await inside.ws.submit(bob, inside.modal("bob")["id"], picked)
    await inside.settled()

    stories = await inside.stories()
    assert [story.customer for story in stories] == ["Acme (Lyon)"] * 2
    assert {story.customer_id for story in stories} == {known.id}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("'; DROP TABLE story; --", "'; DROP TABLE story; --"),
        ("   \u200b ", ""),
        ("🍞 <!channel> & Söhne", "🍞 <!channel> & Söhne"),
    ],
)
async def test_an_odd_customer_is_kept_as_typed_and_does_nothing(
    inside: Inside, team: Team, typed: str, kept: str
) -> None:
    await told(inside, "bob", team, customer=typed)

    card = await asked(inside, "bob", f"customer {typed}")

    assert [story.customer for story in await inside.stories()] == [kept]
    assert "<!channel>" not in card["text"]
    assert (kept[:5] in text(card["blocks"])) if kept else ("no customer" in card["text"])


async def test_a_name_of_three_hundred_characters_is_sent_back_in_the_form(
    inside: Inside, team: Team
) -> None:
    bob = inside.user("bob")
    story = await told(inside, "bob", team)
    await inside.ws.click(bob, inside.last("bob"), names.STORY_EDIT)
    await inside.settled()

    answer = await inside.ws.submit(bob, inside.modal("bob")["id"], {names.BLOCK_CUSTOMER: "x" * 300})
    await inside.settled()

    assert "at most 200" in answer["errors"][names.BLOCK_CUSTOMER]
    assert (await inside.store.stories.get(inside.workspace, story.id)).customer == ""


async def test_the_card_says_what_is_known_and_asks_one_question(inside: Inside, team: Team) -> None:
    story = await told(inside, "bob", team, customer="Corner Clinic", goal="Open on time")
    hoping = inside.house.services.hoping
    due = (inside.now() + timedelta(days=30)).date()
    await hoping.promise(
        inside.workspace, story.teller, story.id, "No queue by spring", due, origin="t:1", now=inside.now()
    )

    mine = await asked(inside, "bob", "customer corner")
    theirs = await asked(inside, "charlie", "customer CLINIC")

    for card in (mine, theirs):
        for said in ("Open on time", "No queue by spring", STORY, "Bob", "How sure are you that this helps"):
            assert said in text(card["blocks"])
    assert names.CUSTOMER_OPEN not in text(theirs["blocks"])
    await inside.ws.click(inside.user("bob"), mine, names.CUSTOMER_OPEN)
    await inside.settled()
    assert STORY in text(inside.modal("bob"))


async def test_what_came_of_it_stands_on_a_colleagues_card_only_where_the_teller_lets_others_hear(
    inside: Inside, team: Team
) -> None:
    story = await told(inside, "bob", team, customer="Corner Clinic", goal="Open on time")
    hoping = inside.house.services.hoping
    due = (inside.now() + timedelta(days=30)).date()
    hope = await hoping.promise(
        inside.workspace, story.teller, story.id, "No queue", due, origin="t:1", now=inside.now()
    )
    assert isinstance(hope, Hope)
    answer = Answer(Outcome.CAME_TRUE, "They queue nowhere.")

    async def cards() -> list[bool]:
        return [
            "They queue nowhere." in text((await asked(inside, name, "customer corner"))["blocks"])
            for name in ("bob", "charlie")
        ]

    await hoping.answer(inside.workspace, story.teller, hope.id, answer, inside.now())
    alone = await cards()
    shared = Answer(Outcome.CAME_TRUE, "They queue nowhere.", shared=True)
    await hoping.answer(inside.workspace, story.teller, hope.id, shared, inside.now())

    assert alone == [True, False]
    assert await cards() == [True, True]


async def test_several_that_fit_are_offered_and_a_click_shows_one(inside: Inside, team: Team) -> None:
    await told(inside, "bob", team, "The one in Lyon.", customer="Acme (Lyon)")
    await told(inside, "bob", team, "The one in Paris.", customer="Acme (Paris)")

    offered = await asked(inside, "charlie", "customer acme")
    await inside.ws.click(inside.user("charlie"), offered, f"{names.CUSTOMER_CARD}#1")
    await inside.settled()
    card = inside.ws.ephemerals(inside.user("charlie"), inside.channel(SB))[-1]

    assert "Which one" in offered["text"]
    assert "The one in Lyon." in text(card["blocks"])
    assert "Paris" not in text(card["blocks"])


async def test_nothing_found_says_what_works_and_no_name_offers_ones_own(inside: Inside, team: Team) -> None:
    none_yet = await asked(inside, "bob", "customer")
    unknown = await asked(inside, "bob", "customer <@U1>nobody")
    await told(inside, "bob", team, customer="Maria")
    mine = await asked(inside, "bob", "customer")

    assert "Add detail" in none_yet["text"]
    assert "first letters" in unknown["text"]
    assert "<@U1>" not in unknown["text"]
    assert "Maria" in text(mine["blocks"])


async def test_a_private_story_makes_no_card_for_anybody_else(inside: Inside, team: Team) -> None:
    story = await told(inside, "bob", team, customer="Corner Clinic", visibility=Visibility.PRIVATE)

    mine = await asked(inside, "bob", "customer corner")
    theirs = await asked(inside, "charlie", "customer corner")
    managers = await asked(inside, "alice", "customer corner")
    forged = await inside.house.services.customers.card(
        inside.workspace, inside.user("charlie"), story.customer_id or "", inside.now()
    )

    assert STORY in text(mine["blocks"])
    assert "I find no customer" in theirs["text"]
    assert "I find no customer" in managers["text"]
    assert not hasattr(forged, "stories")


async def test_who_reads_only_the_mask_meets_the_name_nowhere(inside: Inside, team: Team) -> None:
    """Dora is of another team: in search, in the company's digest and in the story itself it is "a clinic in Lyon"."""
    inside.ws.invite(inside.user("alice"), inside.channel(OTHERS))
    inside.ws.add_person("dora")
    dora = inside.user("dora")
    inside.ws.invite(inside.user("alice"), inside.channel(OTHERS), dora)
    await inside.settled()
    await inside.house.applying.apply(
        inside.workspace, [], inside.now(), company=CompanySpec(inside.channel(OTHERS))
    )
    wide = {"customer": "Zahnarzt Krause", "visibility": Visibility.COMPANY}
    story = await told(inside, "bob", team, f"{STORY} " * 30, **wide)
    await hide(inside, story, "a clinic in Lyon")

    card = await asked(inside, "dora", "customer zahnarzt", inside.channel(OTHERS))
    found = await asked(inside, "dora", "stories queues", inside.channel(OTHERS))
    by_name = await asked(inside, "dora", "stories krause", inside.channel(OTHERS))
    to_friday(inside, team, 15, 0)
    digest = await seen(inside, inside.channel(OTHERS), "Impact digest")
    [ours] = in_channel(inside, "Impact digest")
    await inside.ws.click(dora, digest, names.DIGEST_READ)
    await inside.settled()

    assert "I find no customer" in card["text"]
    assert "a clinic in Lyon" in text(found["blocks"])
    assert "Nothing that you may read" in by_name["text"]
    assert "a clinic in Lyon" in words(digest)
    assert "a clinic in Lyon" in text(inside.modal("dora"))
    assert "Zahnarzt Krause" in words(ours)
    everything = [
        card,
        found,
        by_name,
        digest,
        inside.ws.views(dora),
        inside.ws.messages(inside.channel(OTHERS)),
    ]
    assert "Krause" not in text([each for each in everything if each is not by_name])


async def test_what_was_posted_reads_under_the_mask_once_another_company_reads_along(
    inside: Inside, team: Team
) -> None:
    await hide(inside, await told(inside, "bob", team, customer="Corner Clinic"), "a clinic in Lyon")
    to_friday(inside, team, 15, 0)
    before = await seen(inside, team.channel, "Impact digest")

    inside.ws.workspace.channels[team.channel].is_shared = True
    event = {"type": "channel_shared", "channel": team.channel, "connected_team_id": "T0OTHER"}
    inside.ws.hub.app.subscriptions |= {"channel_shared"}
    inside.ws.workspace.emit("channel_shared", event)
    await inside.settled()

    [after] = in_channel(inside, "Impact digest")
    assert "Corner Clinic" in words(before)
    assert "Corner Clinic" not in words(after)
    assert "a clinic in Lyon" in words(after)


async def test_a_story_whose_own_words_say_the_name_stands_in_no_digest_that_is_read_under_the_mask(
    inside: Inside, team: Team
) -> None:
    """Bob wrote "Krause" into one story, and later into the other; in his own team's channel both stand as they are."""
    inside.ws.invite(inside.user("alice"), inside.channel(OTHERS))
    await inside.settled()
    company = CompanySpec(inside.channel(OTHERS))
    await inside.house.applying.apply(inside.workspace, [], inside.now(), company=company)
    wide: dict[str, Any] = {"customer": "Zahnarzt Krause", "visibility": Visibility.COMPANY}
    says_it = await told(inside, "bob", team, "Nobody waits at zahnarzt KRAUSE's desk any more.", **wide)
    silent = await told(
        inside, "bob", team, "Their reception took a lunch break, all of them at once.", **wide
    )
    await hide(inside, says_it, "a clinic in Lyon")

    to_friday(inside, team, 15, 0)
    posted = await seen(inside, inside.channel(OTHERS), "Impact digest")
    ours = await seen(inside, inside.channel(SB), "Impact digest")
    change = StoryChange(text="Zahnarzt Krause's reception took a lunch break.")
    await inside.house.services.telling.edit(
        inside.workspace, inside.user("bob"), silent.id, change, inside.now()
    )
    await inside.settled()
    [edited] = in_channel(inside, "Impact digest", OTHERS)

    assert "lunch break" in words(posted)
    assert "a clinic in Lyon" in words(posted)
    assert "krause" not in words(posted).lower()
    assert "KRAUSE's desk" in words(ours)
    assert "lunch break" in words(ours)
    assert "krause" not in words(edited).lower()


async def test_renaming_in_the_modal_changes_every_story_and_what_was_posted(
    inside: Inside, team: Team
) -> None:
    bob = inside.user("bob")
    await told(inside, "bob", team, "They sleep.", customer="Akme")
    await told(inside, "bob", team, "They smile.", customer="Akme")
    to_friday(inside, team, 15, 0)
    before = await seen(inside, inside.channel(SB), "Impact digest")
    await inside.ws.open_home(bob)
    await inside.settled()
    await inside.ws.click(bob, inside.ws.home(bob) or {}, f"{names.CUSTOMER_OPEN}#0")
    await inside.settled()
    modal = inside.modal("bob")
    await inside.ws.click(bob, modal["id"], names.CUSTOMER_NAME)
    await inside.settled()

    renamed = {names.BLOCK_NAME: "Acme", names.BLOCK_HINT: "Lyon", names.BLOCK_MASKED: "a shop"}
    await inside.ws.submit(bob, inside.modal("bob")["id"], renamed)
    await inside.settled()

    [after] = in_channel(inside, "Impact digest")
    assert words(before).count("about Akme") == words(after).count("about Acme (Lyon)") > 0
    shown = [after, inside.ws.views(bob), inside.ws.home(bob), inside.said("bob")]
    assert "Akme" not in text(shown)
    assert "Acme (Lyon)" in text(inside.ws.home(bob))
    assert "People of other teams read: a shop" in text(inside.modal("bob"))
    assert {story.customer for story in await inside.stories()} == {"Acme (Lyon)"}


async def test_a_name_one_has_already_is_refused_with_words_and_put_together_when_ticked(
    inside: Inside, team: Team
) -> None:
    bob = inside.user("bob")
    await told(inside, "bob", team, "They sleep.", customer="Acme")
    await told(inside, "bob", team, "They smile.", customer="Akme")

    async def rename(**more: Any) -> None:
        await inside.ws.open_home(bob)
        await inside.settled()
        await inside.ws.click(bob, inside.ws.home(bob) or {}, f"{names.CUSTOMER_OPEN}#0")
        await inside.settled()
        await inside.ws.click(bob, inside.modal("bob")["id"], names.CUSTOMER_NAME)
        await inside.settled()
        await inside.ws.submit(bob, inside.modal("bob")["id"], {names.BLOCK_NAME: "ACME", **more})
        await inside.settled()

    await rename()
    refused = inside.last("bob")["text"]
    await rename(**{names.BLOCK_JOIN: ["same"]})

    assert "called Acme already" in refused
    assert [story.customer for story in await inside.stories()] == ["ACME", "ACME"]
    assert "They sleep." in text(inside.modal("bob"))
    assert "They smile." in text(inside.modal("bob"))


async def test_stories_are_edited_and_deleted_inside_the_customers_modal(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await told(inside, "bob", team, "They sleep.", customer="Acme")
    await told(inside, "bob", team, "They smile.", customer="Acme")
    await inside.ws.open_home(bob)
    await inside.settled()
    await inside.ws.click(bob, inside.ws.home(bob) or {}, f"{names.CUSTOMER_OPEN}#0")
    await inside.settled()

    await inside.ws.click(bob, inside.modal("bob")["id"], names.STORY_EDIT)
    await inside.settled()
    await inside.ws.submit(bob, inside.modal("bob")["id"], {names.BLOCK_TEXT: "They laugh."})
    await inside.settled()
    edited = text(inside.modal("bob")), text(inside.ws.home(bob))
    for _ in range(2):
        await inside.ws.click(bob, inside.modal("bob")["id"], names.STORY_DELETE)
        await inside.settled()

    for shown in edited:
        assert "They laugh." in shown
        assert "They smile." not in shown
    assert "No story of yours" in text(inside.modal("bob"))
    assert await inside.stories() == []
    assert await inside.store.customers.of_owner(inside.workspace, bob) == []


async def test_many_stories_about_one_customer_come_in_pages(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await tell(inside, team, *["Acme"] * 12)
    await inside.ws.open_home(bob)
    await inside.settled()
    await inside.ws.click(bob, inside.ws.home(bob) or {}, f"{names.CUSTOMER_OPEN}#0")
    await inside.settled()
    first = text(inside.modal("bob"))
    await inside.ws.click(bob, inside.modal("bob")["id"], names.CUSTOMER_EARLIER)
    await inside.settled()
    second = text(inside.modal("bob"))
    await inside.ws.click(bob, inside.modal("bob")["id"], names.CUSTOMER_NEWEST)
    await inside.settled()

    assert [f"Story {number}." in first for number in (11, 2, 1)] == [True, True, False]
    assert [f"Story {number}." in second for number in (1, 0, 2)] == [True, True, False]
    assert "Story 11." in text(inside.modal("bob"))


async def test_somebody_elses_customer_cannot_be_opened_or_renamed(inside: Inside, team: Team) -> None:
    story = await told(inside, "bob", team, customer="Acme")
    charlie = inside.user("charlie")
    customers = inside.house.services.customers

    card = await asked(inside, "charlie", "customer acme")
    renamed = await customers.rename(inside.workspace, charlie, story.customer_id or "", Renaming("Mine"))
    picked = await customers.picked(inside.workspace, charlie, story.customer_id or "")

    assert STORY in text(card["blocks"])
    assert isinstance(renamed, Refusal)
    assert picked == ""
    assert [each.customer for each in await inside.stories()] == ["Acme"]
