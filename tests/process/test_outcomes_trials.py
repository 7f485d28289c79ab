"""Own experiments: something to try, named by the person, asked about on its day, and picked up by colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.refusals import Why
from tests.process.inside import Inside

SB = "small-business"
TRY = "Ask every buyer what a good year looks like"


async def typed(inside: Inside, name: str, text: str) -> None:
    """`/purpose try <text>` in the team's channel."""
    await inside.ws.command(inside.user(name), inside.channel(SB), "/purpose", f"try {text}")
    await inside.settled()


async def home(inside: Inside, name: str) -> Any:
    """A person's Home, just opened."""
    await inside.ws.open_home(inside.user(name))
    await inside.settled()
    return inside.ws.home(inside.user(name))


async def click(inside: Inside, name: str, where: Any, action: str, value: Any = None) -> None:
    """Use something in a message or in Home."""
    await inside.ws.click(inside.user(name), where, action, value)
    await inside.settled()


async def sent(inside: Inside, name: str, values: Any) -> None:
    """Send the form that is open."""
    await inside.ws.submit(inside.user(name), inside.modal(name)["id"], values)
    await inside.settled()


async def trials(inside: Inside, name: str) -> list[Hope]:
    """What a person tries or tried."""
    return list(await inside.store.hopes.of_person(inside.workspace, inside.user(name)))


async def shared_by_bob(inside: Inside) -> None:
    """Bob, Charlie and Alice are in a team, and Bob lets it see what he tries."""
    await inside.team(SB, "bob", "charlie")
    await click(inside, "bob", await home(inside, "bob"), "trial.new")
    await sent(inside, "bob", {"hope.words": TRY, "hope.told": ["yes"]})


async def test_a_trial_with_a_day_is_kept_at_once_and_nobody_else_hears_of_it(inside: Inside) -> None:
    await inside.team(SB, "bob", "charlie")

    await typed(inside, "bob", f"{TRY}, in 30 days")

    [one] = await trials(inside, "bob")
    assert (one.kind, one.words, one.shared) == (HopeKind.TRIAL, TRY, False)
    assert one.due_on == inside.now().date() + timedelta(days=30)
    assert "you, and only you" in inside.whispered("bob", inside.channel(SB))
    for other in ("alice", "charlie"):
        assert TRY not in str(await home(inside, other))


async def test_a_trial_without_a_day_is_asked_for_one(inside: Inside) -> None:
    await inside.team(SB, "bob")

    await typed(inside, "bob", TRY)
    assert TRY in str(inside.modal("bob")["blocks"])
    await sent(inside, "bob", {"hope.words": TRY, "hope.again": "60"})

    [one] = await trials(inside, "bob")
    assert one.due_on == inside.now().date() + timedelta(days=60)
    assert "Noted" in str(inside.last("bob"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{TRY} by soon", "I can't tell which day that is"),
        (f"{TRY} in ten years", "further ahead than I keep things"),
        (f"{TRY} until 2020-01-01", "isn't ahead of us"),
        (f"{'long ' * 8_000}until friday", "at most 1,000 characters"),
    ],
)
async def test_what_cannot_be_asked_about_is_said_and_not_kept(inside: Inside, text: str, words: str) -> None:
    await inside.team(SB, "bob")

    await typed(inside, "bob", text)

    assert words in inside.whispered("bob", inside.channel(SB))
    assert await trials(inside, "bob") == []


async def test_guests_are_told_kindly_that_this_is_for_members(inside: Inside) -> None:
    await inside.team(SB)

    await typed(inside, "grace", f"{TRY} in 30 days")

    assert "full members" in inside.whispered("grace", inside.channel(SB))


async def test_on_its_day_the_prompt_asks_what_happened_and_it_becomes_a_story_with_one_click(
    inside: Inside,
) -> None:
    team = await inside.team(SB, "bob")
    await typed(inside, "bob", f"{TRY}, in 30 days")
    inside.later(days=30)
    prompt = await inside.prompt("bob", team)
    for words in ("What happened?", "It worked", "Partly", "Not yet", TRY):
        assert words in str(prompt["blocks"])

    await click(inside, "bob", prompt, "outcome.came_true")
    await sent(inside, "bob", {"hope.line": "Three told me of worries I never heard before."})
    shown = next(one for one in inside.said("bob") if one["ts"] == prompt["ts"])
    await click(inside, "bob", shown, "hope.tell")

    assert "Three told me of worries" in str(inside.modal("bob")["blocks"])
    await sent(inside, "bob", {"story.text": f"{TRY}: three told me of worries."})
    [story] = await inside.stories()
    assert story.text.startswith(TRY)


async def test_a_shared_trial_can_be_tried_too_and_its_first_person_is_thanked(inside: Inside) -> None:
    await shared_by_bob(inside)
    seen = await home(inside, "charlie")
    for words in ("What colleagues are trying", "Bob", TRY):
        assert words in str(seen["blocks"])

    await click(inside, "charlie", seen, "trial.take#0")
    await sent(inside, "charlie", {"hope.words": f"{TRY}, gently"})

    [first], [taken] = await trials(inside, "bob"), await trials(inside, "charlie")
    assert (taken.taken_from, taken.person) == (first.id, inside.user("charlie"))
    taken_since = await inside.store.hopes.taken_since(
        inside.workspace, inside.user("bob"), since=first.created_at, until=inside.now() + timedelta(1)
    )
    assert [each.id for each in taken_since] == [taken.id]
    assert f"{TRY}, gently" in str(inside.ws.home(inside.user("charlie")))
    assert f"{TRY}, gently" not in str(await home(inside, "bob"))


async def test_a_trial_that_is_no_longer_shared_cannot_be_taken(inside: Inside) -> None:
    await shared_by_bob(inside)
    seen = await home(inside, "charlie")
    [one] = await trials(inside, "bob")
    await click(inside, "bob", await home(inside, "bob"), "hope.menu", f"{one.id}:change")
    await sent(inside, "bob", {"hope.told": []})

    await click(inside, "charlie", seen, "trial.take#0")

    assert "isn't shared any more" in str(inside.last("charlie"))
    assert TRY not in str(await home(inside, "charlie"))
    assert await trials(inside, "charlie") == []


async def test_nobody_can_set_a_trial_for_somebody_else_or_answer_theirs(inside: Inside) -> None:
    await shared_by_bob(inside)
    [one] = await trials(inside, "bob")

    forged: Any = await inside.house.services.hoping.drop(inside.workspace, inside.user("alice"), one.id)

    assert forged.why is Why.HOPE_NOT_YOURS
    assert await trials(inside, "alice") == []
    assert await trials(inside, "bob") == [one]


async def test_home_lets_its_owner_answer_move_and_drop(inside: Inside) -> None:
    await inside.team(SB, "bob")
    await typed(inside, "bob", f"{TRY}, in 30 days")
    [one] = await trials(inside, "bob")

    await click(inside, "bob", await home(inside, "bob"), "hope.menu", f"{one.id}:change")
    await sent(inside, "bob", {"hope.words": "Ask two buyers", "hope.again": "60"})
    [moved] = await trials(inside, "bob")
    assert (moved.words, moved.due_on) == ("Ask two buyers", inside.now().date() + timedelta(days=60))
    assert "Ask two buyers" in str(inside.ws.home(inside.user("bob")))

    inside.later(days=60)
    await click(inside, "bob", await home(inside, "bob"), "outcome.no#0")
    await sent(inside, "bob", {"hope.line": "They had no time"})
    [told] = await trials(inside, "bob")
    assert (told.state, told.outcome) == (HopeState.ANSWERED, Outcome.NO)
    assert "They had no time" in str(inside.ws.home(inside.user("bob")))

    await click(inside, "bob", inside.ws.home(inside.user("bob")), "hope.menu", f"{one.id}:drop")
    assert await trials(inside, "bob") == []
    assert "They had no time" not in str(inside.ws.home(inside.user("bob")))


async def test_home_shows_a_few_and_the_rest_a_page_at_a_time(inside: Inside) -> None:
    await inside.team(SB, "bob")
    for number in range(45):
        hope = Hope(
            "",
            inside.workspace,
            HopeKind.TRIAL,
            inside.user("bob"),
            f"Trial number {number:02d}.",
            inside.now().date() + timedelta(days=number + 1),
            f"made:{number}",
            inside.now(),
        )
        await inside.store.hopes.keep(hope)

    seen = await home(inside, "bob")
    assert len(seen["blocks"]) <= 100
    assert "Trial number 30." not in str(seen)
    await click(inside, "bob", seen, "hope.all")
    assert "Trial number 39." in str(inside.modal("bob"))
    await click(inside, "bob", inside.modal("bob"), "hope.all#next")
    assert "Trial number 44." in str(inside.modal("bob"))
    await click(inside, "bob", inside.modal("bob"), "hope.all#back")
    assert "Trial number 00." in str(inside.modal("bob"))
