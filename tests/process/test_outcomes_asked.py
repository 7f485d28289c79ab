"""From promise to outcome: a hope beside a story, and on its day the teller alone is asked what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Kind
from bot.domain.hopes import Answer, Hope, HopeState, Outcome
from bot.domain.refusals import Why
from bot.domain.teams import Membership, Team
from tests.process.inside import Inside

SB = "small-business"
BOBS = "Maria closed her books two days earlier & smiled."
HOPED = "By March they close the books in two days"
LEARNED = "The auditor was late & the template was wrong."


async def tell(inside: Inside, name: str = "bob", text: str = BOBS) -> None:
    """A story told in the team's channel by command."""
    await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", f"story {text}")
    await inside.settled()


async def hope(inside: Inside, name: str = "bob", **values: Any) -> None:
    """**Add a hope** on the newest receipt, and its form filled in (in 90 days unless said otherwise)."""
    receipt = [one for one in inside.said(name) if "hope.add" in str(one)][-1]
    await inside.ws.click(inside.user(name), receipt, "hope.add")
    await inside.settled()
    await sent(inside, {"hope.words": HOPED} | values, name)


async def hoped(inside: Inside) -> Team:
    """A team in which Bob told a story, with a hope for 90 days from now."""
    team = await inside.team(SB, "bob", "charlie")
    await tell(inside)
    await hope(inside)
    return team


async def mine(inside: Inside, name: str = "bob") -> list[Hope]:
    """A person's hopes."""
    return list(await inside.store.hopes.of_person(inside.workspace, inside.user(name)))


async def answer(inside: Inside, action: str, message: Any, values: Any, name: str = "bob") -> None:
    """Use one of the four buttons and send the form that it opens."""
    await inside.ws.click(inside.user(name), message, action)
    await inside.settled()
    await sent(inside, values, name)


async def sent(inside: Inside, values: Any, name: str = "bob") -> Any:
    """Send the modal that is open; what Slack was told."""
    told = await inside.ws.submit(inside.user(name), inside.modal(name)["id"], values)
    await inside.settled()
    return told


def asked(inside: Inside, name: str = "bob") -> list[Any]:
    """The bot's messages to a person that ask what came of something."""
    return [one for one in inside.said(name) if "outcome.came_true" in str(one)]


async def test_the_hope_stands_on_the_receipt_with_the_day_on_which_it_is_asked_about(inside: Inside) -> None:
    await hoped(inside)

    receipt = str(inside.last("bob")["blocks"])

    assert HOPED in receipt
    [one] = await mine(inside)
    assert one.due_on == inside.now().date() + timedelta(days=90)
    assert f"I'll ask you on {one.due_on.day} " in receipt
    assert "hope.add" not in receipt


async def test_on_its_day_the_question_rides_in_the_prompt_and_not_before(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=89)
    await inside.prompt("bob", team)
    assert asked(inside) == []

    inside.later(days=1)
    prompt = await inside.prompt("bob", team)

    for words in (HOPED, "What came of it?", "It came true", "Partly", "Not yet", "No"):
        assert words in str(prompt["blocks"])
    assert "What difference did you make" in str(prompt["blocks"])
    for other in ("alice", "charlie"):
        assert HOPED not in str(inside.said(other))


async def test_an_answer_takes_the_place_of_the_buttons_and_stands_on_the_receipt(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)

    await answer(inside, "outcome.no", prompt, {"hope.line": LEARNED})

    shown = str(inside.said("bob"))
    assert asked(inside) == []
    assert shown.count(LEARNED) >= 2
    [one] = await mine(inside)
    assert (one.state, one.outcome, one.line, one.shared) == (HopeState.ANSWERED, Outcome.NO, LEARNED, False)


async def test_no_and_partly_are_asked_what_was_learned(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)

    labels = {}
    for action in ("outcome.no", "outcome.partly", "outcome.came_true"):
        await inside.ws.click(inside.user("bob"), prompt, action)
        await inside.settled()
        labels[action] = str(inside.modal("bob")["blocks"])
        await inside.ws.close(inside.user("bob"), inside.modal("bob")["id"])

    assert "What did we learn?" in labels["outcome.no"]
    assert "What did we learn?" in labels["outcome.partly"]
    assert "What did we learn?" not in labels["outcome.came_true"]


async def test_not_yet_moves_the_day_and_is_asked_again_then(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)

    await answer(inside, "outcome.not_yet", prompt, {"hope.again": "30"})

    assert "I'll ask you on" in str(inside.last("bob")["blocks"])
    assert asked(inside) == []
    inside.later(days=29)
    await inside.prompt("bob", team)
    assert asked(inside) == []
    inside.later(days=1)
    await inside.prompt("bob", team)
    # The question stands in the new prompt, and again in the old one, which is the same question.
    assert asked(inside)


async def test_a_question_without_an_answer_is_not_asked_again(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    await inside.prompt("bob", team)
    inside.later(days=1)

    later = await inside.prompt("bob", team)

    assert len(asked(inside)) == 1
    assert HOPED not in str(later["blocks"])


async def test_at_most_one_question_rides_along_and_stays_the_same_when_the_prompt_is_answered(
    inside: Inside,
) -> None:
    team = await hoped(inside)
    await tell(inside, text="The bakery sleeps until five now.")
    await hope(inside, **{"hope.words": "They hire again"})
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)
    assert ("They hire again" in str(prompt), HOPED in str(prompt)) == (False, True)

    await inside.ws.click(inside.user("bob"), prompt, "prompt.nothing")
    await inside.settled()

    shown = next(one for one in inside.said("bob") if one["ts"] == prompt["ts"])
    assert "Nothing today" in str(shown)
    assert ("They hire again" in str(shown), HOPED in str(shown)) == (False, True)
    inside.later(days=1)
    assert "They hire again" in str(await inside.prompt("bob", team))


async def test_whoever_told_a_story_before_the_hour_is_asked_alone_at_that_hour(inside: Inside) -> None:
    await hoped(inside)
    monday_morning = inside.now() + timedelta(days=92)
    monday_morning += timedelta(days=-monday_morning.weekday() % 7)
    monday_morning = monday_morning.replace(hour=15, minute=0)
    inside.later(seconds=(monday_morning - inside.now()).total_seconds())
    await tell(inside, text="The bakery sleeps until five now.")
    assert asked(inside) == []

    inside.later(hours=9)
    await inside.settled()

    [question] = asked(inside)
    assert "What difference did you make" not in str(question["blocks"])
    await answer(inside, "outcome.came_true", question, {"hope.line": LEARNED})
    assert LEARNED in str(next(one for one in inside.said("bob") if one["ts"] == question["ts"]))


async def test_who_left_is_never_asked(inside: Inside) -> None:
    team = await hoped(inside)
    bob = inside.user("bob")
    await inside.store.teams.set_member(inside.workspace, team.id, bob, Membership.LEFT, now=inside.now())
    inside.later(days=90)

    await inside.prompt("bob", team)

    assert asked(inside) == []
    [one] = await mine(inside)
    assert (one.state, one.asked_at) == (HopeState.OPEN, None)


async def test_a_story_taken_back_takes_its_question_along_even_from_a_prompt_that_stands(
    inside: Inside,
) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    await inside.prompt("bob", team)
    [story] = await inside.stories()

    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story.id, inside.now())
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()

    assert asked(inside) == []
    assert HOPED not in str(inside.said("bob"))
    assert await mine(inside) == []
    inside.later(days=1)
    assert HOPED not in str(await inside.prompt("bob", team))


async def test_a_story_deleted_while_its_question_is_on_the_way_is_not_asked_about(inside: Inside) -> None:
    await hoped(inside)
    monday_morning = inside.now() + timedelta(days=92)
    monday_morning += timedelta(days=-monday_morning.weekday() % 7)
    monday_morning = monday_morning.replace(hour=15, minute=0)
    inside.later(seconds=(monday_morning - inside.now()).total_seconds())
    await tell(inside, text="The bakery sleeps until five now.")
    story = next(one for one in await inside.stories() if one.text == BOBS)

    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story.id, inside.now())
    inside.later(hours=9)
    await inside.settled()

    assert asked(inside) == []
    owed = await inside.store.ledger.to_person(inside.workspace, inside.user("bob"), kinds=(Kind.OUTCOME,))
    assert [each.reason for each in owed] == ["said_already"]


async def test_an_answer_can_be_given_anew_and_nobody_else_can_give_it(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)
    await answer(inside, "outcome.no", prompt, {"hope.line": "First words"})
    [one] = await mine(inside)
    hoping = inside.house.services.hoping
    again = Answer(Outcome.PARTLY, "Second words")

    forged: Any = await hoping.answer(inside.workspace, inside.user("charlie"), one.id, again, inside.now())
    await hoping.answer(inside.workspace, inside.user("bob"), one.id, again, inside.now())
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()

    assert forged.why is Why.HOPE_NOT_YOURS
    shown = next(message for message in inside.said("bob") if message["ts"] == prompt["ts"])
    assert ("Second words" in str(shown), "First words" in str(shown)) == (True, False)


async def test_a_click_on_a_question_that_was_let_go_says_so(inside: Inside) -> None:
    team = await hoped(inside)
    inside.later(days=90)
    prompt = await inside.prompt("bob", team)
    [one] = await mine(inside)
    await inside.store.hopes.change(replace(one, state=HopeState.DROPPED))

    await inside.ws.click(inside.user("bob"), prompt, "outcome.came_true")
    await inside.settled()

    assert "isn't there any more" in inside.whispered("bob", inside.dm("bob"))
    gone: Any = await inside.house.services.hoping.drop(inside.workspace, inside.user("bob"), one.id)
    assert gone.why is Why.HOPE_GONE


@pytest.mark.parametrize(
    ("day", "words"),
    [("2020-01-01", "isn't ahead of us"), ("2036-11-22", "further ahead than I keep things")],
)
async def test_a_day_that_cannot_be_is_said_in_the_form(inside: Inside, day: str, words: str) -> None:
    await inside.team(SB, "bob")
    await tell(inside)
    await inside.ws.click(inside.user("bob"), inside.last("bob"), "hope.add")
    await inside.settled()

    told = await sent(inside, {"hope.words": HOPED, "hope.day": day})

    assert words in told["errors"]["hope.day"]
    assert await mine(inside) == []


async def test_words_that_are_only_spaces_are_no_hope(inside: Inside) -> None:
    await inside.team(SB, "bob")
    await tell(inside)
    await inside.ws.click(inside.user("bob"), inside.last("bob"), "hope.add")
    await inside.settled()

    told = await sent(inside, {"hope.words": " \u200b \n "})

    assert "few words" in told["errors"]["hope.words"]


async def test_a_hope_can_be_said_along_with_the_story_behind_add_detail(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    prompt = await inside.prompt("bob", team)
    await inside.ws.click(inside.user("bob"), prompt, "prompt.share")
    await inside.settled()
    await inside.ws.click(inside.user("bob"), inside.modal("bob"), "modal.detail")
    await inside.settled()

    await sent(inside, {"story.text": BOBS, "hope.words": HOPED, "hope.again": "30"})

    [story] = await inside.stories()
    [one] = await mine(inside)
    assert (one.story, one.words) == (story.id, HOPED)
    assert one.due_on == inside.now().date() + timedelta(days=30)
    assert HOPED in str(inside.last("bob")["blocks"])


async def test_a_hope_can_be_added_from_home_and_stands_there(inside: Inside) -> None:
    await inside.team(SB, "bob")
    await tell(inside)
    await inside.ws.open_home(inside.user("bob"))
    await inside.settled()
    home: Any = inside.ws.home(inside.user("bob"))

    await inside.ws.click(inside.user("bob"), home, "hope.add")
    await inside.settled()
    await sent(inside, {"hope.words": HOPED})

    [one] = await mine(inside)
    assert one.words == HOPED
    assert HOPED in str(inside.ws.home(inside.user("bob")))


async def test_a_story_told_without_a_hope_has_none(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    prompt = await inside.prompt("bob", team)
    await inside.ws.click(inside.user("bob"), prompt, "prompt.share")
    await inside.settled()
    await inside.ws.click(inside.user("bob"), inside.modal("bob"), "modal.detail")
    await inside.settled()

    await sent(inside, {"story.text": BOBS})

    assert len(await inside.stories()) == 1
    assert await mine(inside) == []
