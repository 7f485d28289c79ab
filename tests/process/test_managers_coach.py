"""The coach in the moment: better questions beside a manager's own, for that manager alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.checks import MOST_QUESTION_CHARACTERS
from bot.sandbox.model import Json
from tests.process.inside import Inside

SB = "small-business"
NUMBERS = "Will Acme close this month, and how big is it?"


async def typed(inside: Inside, text: str, who: str = "alice", where: str = "") -> Json:
    """`/purpose-check <text>`; the newest thing that only this person sees there."""
    place = where or inside.channel(SB)
    await inside.ws.command(inside.user(who), place, "/purpose-check", text)
    await inside.settled()
    seen: Json = inside.ws.ephemerals(inside.user(who), place)[-1]
    return seen


def checks(inside: Inside) -> list[str]:
    """The checks in the channel, as their notification text."""
    found = inside.ws.messages(inside.channel(SB))
    return [str(one["text"]) for one in found if one.get("bot_id") and "asks:" in str(one["text"])]


def first_question(offer: Json) -> str:
    """The coach's first question, taken from its button."""
    return next(
        str(element["value"])
        for block in offer["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    )


async def test_number_talk_is_not_posted_and_its_author_alone_sees_better_questions(inside: Inside) -> None:
    await inside.team(SB, "bob")

    offer = await typed(inside, NUMBERS)

    shown = str(offer["blocks"])
    assert checks(inside) == []
    assert "Only you see this" in shown
    assert "“close this month”" in shown or "close" in shown.split("asks about our side", maxsplit=1)[0]
    assert 2 <= shown.count("'coach.use") <= 3
    assert shown.count("'coach.both") == shown.count("'coach.use")
    assert "Post mine" in shown
    assert not any(
        "coach" in str(one) for one in inside.ws.ephemerals(inside.user("bob"), inside.channel(SB))
    )
    assert "score" not in shown.lower()


@pytest.mark.parametrize("choice", ["coach.use#0", "coach.both#0", "coach.mine"])
async def test_one_click_posts_what_was_chosen_and_nothing_twice(inside: Inside, choice: str) -> None:
    await inside.team(SB, "bob")
    offer = await typed(inside, NUMBERS)
    better = first_question(offer)

    await inside.ws.click(inside.user("alice"), offer, choice)
    await inside.settled()

    [check] = checks(inside)
    assert (better in check) is (choice != "coach.mine")
    assert (NUMBERS in check) is (choice != "coach.use#0")


async def test_a_question_about_impact_passes_and_so_does_one_about_both(inside: Inside) -> None:
    await inside.team(SB)

    for question in (
        "Who at the clinic will feel the difference first?",
        "When does it close, and what changes for the nurses once it is live?",
    ):
        await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", question)
        await inside.settled()

    assert len(checks(inside)) == 2


async def test_a_click_by_somebody_who_no_longer_manages_posts_nothing_and_says_so(inside: Inside) -> None:
    team = await inside.team(SB, "bob", manager="bob")
    offer = await typed(inside, NUMBERS, "bob")
    alone = replace(team, managers=(inside.user("alice"),))
    await inside.store.teams.save(alone, by=inside.user("alice"), now=inside.now())

    await inside.ws.click(inside.user("bob"), offer, "coach.mine")
    await inside.settled()

    assert checks(inside) == []
    assert "This is for the team's managers" in inside.whispered("bob", inside.channel(SB))
    assert "Done: your question is in the channel" not in str(
        inside.ws.ephemerals(inside.user("bob"), inside.channel(SB))
    )


@pytest.mark.parametrize("place", ["dm", "leadership", SB])
async def test_the_coach_answers_anywhere_and_posts_nothing(inside: Inside, place: str) -> None:
    where = inside.dm("bob") if place == "dm" else inside.channel(place)

    seen = await typed(inside, "coach Who signs, and is the budget approved?", "bob", where)

    assert "our side" in str(seen["blocks"])
    assert [one for one in inside.ws.messages(where) if one.get("bot_id") and "signs" in str(one)] == []


async def test_a_whole_agenda_is_looked_at_line_by_line(inside: Inside) -> None:
    agenda = (
        "coach\n- Forecast: what is the probability?\n- What did the clinic hope for?\n\n* Any other topics?"
    )

    seen = await typed(inside, agenda)

    shown = str(seen["blocks"])
    assert "Forecast: what is the probability?" in shown
    assert "Good as it is." in shown
    assert "You could" in shown


async def test_a_coach_without_words_says_how(inside: Inside) -> None:
    assert "/purpose-check coach" in str(await typed(inside, "coach"))
    assert "Purpose check" in str(await typed(inside, "help"))


async def test_guests_are_told_who_can(inside: Inside) -> None:
    await inside.team(SB)

    for text in ("", "coach Will it close?", NUMBERS):
        assert "full members" in str(await typed(inside, text, "grace"))
    assert checks(inside) == []


async def test_the_better_question_before_the_longest_one_still_fits_into_a_check(inside: Inside) -> None:
    await inside.team(SB)
    longest = (NUMBERS + " ") * 30
    offer = await typed(inside, longest[:MOST_QUESTION_CHARACTERS])

    await inside.ws.click(inside.user("alice"), offer, "coach.both#0")
    await inside.settled()

    assert len(checks(inside)) == 1
