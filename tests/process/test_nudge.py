"""The one nudge: only for a person who switched it on, and never after an answer."""

from __future__ import annotations

from tests.process.inside import Inside

NUDGE = "Here is the question again"


async def switched_on(inside: Inside, name: str) -> None:
    user = inside.user(name)
    await inside.ws.open_home(user)
    await inside.settled()
    home = inside.ws.home(user)
    assert home is not None
    await inside.ws.click(user, home, "home.nudge")
    await inside.settled()


def nudged(inside: Inside, name: str) -> int:
    return sum(NUDGE in str(message) for message in inside.said(name))


async def test_bob_who_asked_for_it_is_nudged_once_two_hours_after_his_prompt(inside: Inside) -> None:
    team = await inside.team("small-business", "bob", "charlie")
    await switched_on(inside, "bob")
    await inside.prompt("bob", team)
    await inside.prompt("charlie", team)

    inside.later(hours=2, minutes=1)
    await inside.settled()
    inside.later(hours=1)
    await inside.settled()

    assert nudged(inside, "bob") == 1
    assert nudged(inside, "charlie") == 0


async def test_nothing_today_is_an_answer_and_no_nudge_follows(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    await switched_on(inside, "bob")
    prompt = await inside.prompt("bob", team)

    await inside.ws.click(inside.user("bob"), prompt, "prompt.nothing")
    await inside.settled()
    inside.later(hours=2, minutes=1)
    await inside.settled()

    assert nudged(inside, "bob") == 0


async def test_a_nudge_can_be_switched_off_again(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    await switched_on(inside, "bob")
    await switched_on(inside, "bob")

    await inside.prompt("bob", team)
    inside.later(hours=2, minutes=1)
    await inside.settled()

    assert nudged(inside, "bob") == 0


async def test_a_reminder_that_bob_asks_for_takes_the_nudges_place(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    await switched_on(inside, "bob")
    prompt = await inside.prompt("bob", team)

    await inside.ws.click(inside.user("bob"), prompt, "prompt.later")
    await inside.settled()
    inside.later(hours=2, minutes=1)
    await inside.settled()

    assert nudged(inside, "bob") == 1
