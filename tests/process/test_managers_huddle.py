"""The huddle card: one true story for the opening 90 seconds, with its teller's yes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from bot.domain.huddles import HuddleState
from bot.domain.refusals import Refusal
from bot.domain.stories import Visibility
from bot.domain.teams import Team
from bot.ports.stories import StoryChange
from bot.usecases.huddling import Picked
from tests.process.inside import PURPOSE, Inside

SB = "small-business"
BOBS = "Maria closed her books two days earlier & smiled."
CHARLIES = "The clinic's queue is gone on Mondays."


async def tell(inside: Inside, name: str, text: str) -> None:
    """A story told in the team's channel by command."""
    await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", f"story {text}")
    await inside.settled()


async def wish(inside: Inside, who: str = "alice") -> str:
    """`/purpose huddle`; what the bot says to that."""
    await inside.ws.command(inside.user(who), inside.channel(SB), "/purpose", "huddle")
    await inside.settled()
    return inside.whispered(who, inside.channel(SB))


async def click(inside: Inside, name: str, action: str, message: Any = None) -> None:
    """Use a button of the newest message to that person that has it."""
    where = message or [one for one in inside.said(name) if f"'{action}'" in str(one)][-1]
    await inside.ws.click(inside.user(name), where, action)
    await inside.settled()


async def asked_bob(inside: Inside) -> Team:
    """A team with one story of Bob's, whom the bot has asked."""
    team = await inside.team(SB, "bob", "charlie")
    await tell(inside, "bob", BOBS)
    assert "I asked somebody" in await wish(inside)
    return team


async def test_the_teller_is_asked_first_and_the_card_comes_with_their_yes(inside: Inside) -> None:
    await asked_bob(inside)
    question = inside.last("bob")
    assert "Alice would like to begin *small-business*'s next huddle with a story of yours" in str(question)
    assert BOBS in str(question["blocks"])
    assert inside.said("alice") == []

    await click(inside, "bob", "huddle.yes")

    card = inside.last("alice")
    for words in ("Huddle card", PURPOSE, "Bob", BOBS, "We told it"):
        assert words in str(card["blocks"])
    assert "I'll let you know when it was told" in str(inside.ws.messages(inside.dm("bob")))


async def test_what_was_told_never_comes_again_and_its_teller_hears_of_it_in_their_next_message(
    inside: Inside,
) -> None:
    team = await asked_bob(inside)
    await click(inside, "bob", "huddle.yes")
    before = len(inside.said("bob"))

    await click(inside, "alice", "huddle.told")

    assert len(inside.said("bob")) == before
    inside.later(days=1)
    assert "was told in small-business's huddle" in str(await inside.prompt("bob", team))
    [card] = [one for one in inside.said("alice") if "Huddle card" in str(one)]
    assert "It won't come again" in str(card["blocks"])
    assert "huddle.told" not in str(card["blocks"])
    assert "no new story for a huddle" in await wish(inside)


async def test_any_time_needs_no_question_and_can_be_taken_back(inside: Inside) -> None:
    await asked_bob(inside)
    await click(inside, "bob", "huddle.any_time")
    await click(inside, "alice", "huddle.told")
    question = next(one for one in inside.said("bob") if "next huddle" in str(one))
    await tell(inside, "bob", "The bakery sleeps until five now.")
    before = len(inside.said("bob"))

    assert "in our direct messages now" in await wish(inside)
    assert "The bakery sleeps until five now." in str(inside.last("alice")["blocks"])
    assert len(inside.said("bob")) == before

    await click(inside, "bob", "huddle.ask_first", question)
    await click(inside, "alice", "huddle.told")
    await tell(inside, "bob", "The school kitchen throws nothing away.")
    inside.later(days=8)
    assert "I asked somebody" in await wish(inside)


async def test_tellers_take_turns_and_a_no_is_told_to_nobody(inside: Inside) -> None:
    await asked_bob(inside)
    await tell(inside, "charlie", CHARLIES)
    before = len(inside.said("alice"))

    await click(inside, "bob", "huddle.no")

    assert "Nobody is told" in str(inside.ws.messages(inside.dm("bob")))
    assert CHARLIES in str(inside.last("charlie")["blocks"])
    assert len(inside.said("alice")) == before
    await click(inside, "charlie", "huddle.yes")
    assert CHARLIES in str(inside.last("alice")["blocks"])
    assert "Bob" not in str(inside.last("alice"))


async def test_another_one_keeps_the_first_for_another_day(inside: Inside) -> None:
    await asked_bob(inside)
    await click(inside, "bob", "huddle.yes")
    await tell(inside, "alice", "My own: the florist went home at six.")

    await click(inside, "alice", "huddle.another")
    assert "the florist went home at six" in str(inside.last("alice")["blocks"])
    await click(inside, "alice", "huddle.told")

    await wish(inside)
    assert BOBS in str(inside.last("alice")["blocks"])


async def test_two_managers_who_wish_at_once_both_get_the_card_of_one_story(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    dana = inside.ws.add_person("Dana", role="admin")
    inside.ws.invite(inside.user("alice"), inside.channel(SB), dana)
    await tell(inside, "bob", BOBS)
    await inside.store.huddles.set_any_time(inside.workspace, inside.user("bob"), yes=True, now=inside.now())

    managers = (inside.user("alice"), dana)
    await asyncio.gather(
        *(inside.ws.command(user, inside.channel(SB), "/purpose", "huddle") for user in managers)
    )
    await inside.settled()

    for name in ("alice", "dana"):
        assert BOBS in str(inside.last(name)["blocks"])
    assert len(await inside.store.huddles.of_team(inside.workspace, team.id)) == 1


async def test_only_managers_get_a_card_and_only_the_teller_answers(inside: Inside) -> None:
    team = await asked_bob(inside)
    [huddle] = await inside.store.huddles.of_team(inside.workspace, team.id)
    question = inside.last("bob")

    assert "This is for the team's managers" in await wish(inside, "bob")
    assert "full members" in await wish(inside, "grace")
    forged = await inside.house.services.huddling.answer(
        inside.workspace, huddle.id, inside.user("charlie"), inside.now(), how="yes"
    )
    pressed = await inside.house.services.huddling.told(
        inside.workspace, huddle.id, inside.user("bob"), inside.now()
    )

    assert forged is not None
    assert pressed is not None
    [after] = await inside.store.huddles.of_team(inside.workspace, team.id)
    assert after.state is HuddleState.ASKED
    assert question["ts"] == inside.last("bob")["ts"]


async def test_a_story_taken_back_leaves_the_card_and_the_question(inside: Inside) -> None:
    await asked_bob(inside)
    await click(inside, "bob", "huddle.yes")
    [story] = await inside.stories()

    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story.id, inside.now())
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()

    for name in ("alice", "bob"):
        assert BOBS not in str(inside.said(name))
    assert "taken back" in str(inside.said("alice"))


async def test_a_teller_who_is_forgotten_leaves_the_card_with_name_and_story(inside: Inside) -> None:
    await asked_bob(inside)
    await click(inside, "bob", "huddle.yes")
    card = inside.last("alice")

    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())
    await inside.settled()

    assert BOBS in str(card)
    assert "taken back" in str(inside.last("alice"))
    for name in ("alice", "bob"):
        assert BOBS not in str(inside.said(name))
    assert "Bob" not in str(inside.said("alice"))


async def test_private_stories_and_people_who_paused_are_never_asked_for(inside: Inside) -> None:
    await inside.team(SB, "bob", "charlie")
    await tell(inside, "bob", BOBS)
    await tell(inside, "charlie", CHARLIES)
    mine, _ = await inside.stories()
    await inside.ws.command(inside.user("bob"), inside.channel(SB), "/purpose", "stop")
    await inside.settled()
    await inside.ws.click(inside.user("charlie"), inside.last("charlie"), "story.private")
    await inside.settled()

    assert "no new story for a huddle" in await wish(inside)
    changed = await inside.store.stories.get(inside.workspace, mine.id)
    assert changed.visibility is Visibility.PRIVATE


async def test_somebody_who_was_not_counted_in_is_not_written_to_for_a_huddle(inside: Inside) -> None:
    await inside.team(SB)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", "Who slept better?")
    await inside.settled()
    check = next(one for one in inside.ws.messages(inside.channel(SB)) if "Who slept" in str(one["text"]))
    await inside.ws.say(inside.user("bob"), inside.channel(SB), "Rosa did.", thread_ts=check["ts"])
    await inside.settled()

    assert "no new story for a huddle" in await wish(inside)
    assert [one for one in inside.said("bob") if "huddle" in str(one)] == []


async def test_the_question_keeps_to_one_unasked_message_a_day(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    noon_in_new_york = inside.now().replace(hour=17, minute=0) + timedelta(days=1)
    inside.later(seconds=(noon_in_new_york - inside.now()).total_seconds())
    await inside.prompt("bob", team)
    await tell(inside, "bob", BOBS)
    before = len(inside.said("bob"))

    assert "I asked somebody" in await wish(inside)
    assert len(inside.said("bob")) == before
    [owed] = [
        each for each in await inside.store.ledger.recent(inside.workspace) if each.kind.value == "huddle_ask"
    ]
    assert (owed.state.value, owed.due_at > inside.now()) == ("queued", True)
    assert team.id == owed.team


async def test_an_admin_of_no_team_gets_no_card_of_what_only_the_team_may_read(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    erin = inside.ws.add_person("Erin", role="admin", announce=False)
    await tell(inside, "bob", BOBS)
    await inside.store.huddles.set_any_time(inside.workspace, inside.user("bob"), yes=True, now=inside.now())
    huddling, [story] = inside.house.services.huddling, await inside.stories()

    narrow = await huddling.wish(team, erin, inside.now(), cause="narrow")
    wider = StoryChange(visibility=Visibility.COMPANY)
    await inside.store.stories.change(inside.workspace, story.id, wider, by=story.teller, at=inside.now())
    wide = await huddling.wish(team, erin, inside.now(), cause="wide")
    await inside.settled()

    assert isinstance(narrow, Refusal)
    assert wide is Picked.CARD
    assert BOBS in str(inside.last("erin")["blocks"])
