"""Why do you sell? Asked once, kept by its owner, shared on their word, and brought back on a hard day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.hopes import Hope, HopeKind, HopeState, Outcome
from bot.domain.stories import StoryState
from bot.domain.teams import Team
from bot.ports.stories import StoryChange
from tests.process.inside import Inside

SB = "small-business"
WHY = "So that shops like my mother's <stay> open."
BOOKS = "Maria closed her books two days earlier & smiled all the way home."
ASKED = "Why do you sell?"
BACK = "Once, you wrote why you sell:"


async def monday(inside: Inside, channel: str = SB, *members: str) -> Team:
    """A team, at noon in New York on a Monday, so that a week lies ahead."""
    team = await inside.team(channel, *(members or ("bob", "charlie")))
    noon = inside.now().replace(hour=17, minute=0, second=0) + timedelta(days=7 - inside.now().weekday())
    inside.later(seconds=(noon - inside.now()).total_seconds())
    return team


async def asked_again(inside: Inside, team: Team, name: str = "bob") -> Any:
    """The prompt of the next day."""
    inside.later(days=1)
    return await inside.prompt(name, team)


async def write(inside: Inside, words: str, name: str = "bob", *wishes: str) -> None:
    """Fill in the form that is open."""
    values = {"why.words": words, "why.wishes": list(wishes)}
    await inside.ws.submit(inside.user(name), inside.modal(name)["id"], values)
    await inside.settled()


async def has_why(inside: Inside, name: str = "bob", why: str = WHY, **wishes: Any) -> None:
    """Somebody who wrote down why they sell, earlier."""
    await inside.store.people.set(inside.workspace, inside.user(name), why=why, **wishes)


async def nothing(inside: Inside, team: Team, name: str = "bob") -> Any:
    """A prompt that is answered with **Nothing today**, as it stands then."""
    prompt = await inside.prompt(name, team)
    await inside.ws.click(inside.user(name), prompt, "prompt.nothing")
    await inside.settled()
    return next(one for one in inside.said(name) if one["ts"] == prompt["ts"])


async def nothing_on_days(inside: Inside, team: Team, days: int, name: str = "bob") -> Any:
    """So many days in a row from now; the last prompt as it stands."""
    last = None
    for day in range(days):
        if day:
            inside.later(days=1)
        last = await nothing(inside, team, name)
    return last


async def home(inside: Inside, name: str) -> Any:
    """Somebody's Home, opened now."""
    await inside.ws.open_home(inside.user(name))
    await inside.settled()
    return inside.ws.home(inside.user(name))


async def test_the_second_prompt_asks_once_and_never_again(inside: Inside) -> None:
    team = await monday(inside)

    first = await inside.prompt("bob", team)
    second = await asked_again(inside, team)
    third = await asked_again(inside, team)

    assert ASKED not in str(first["blocks"])
    assert ASKED in str(second["blocks"])
    assert ASKED not in str(third["blocks"])


async def test_not_now_is_fine_and_changes_that_message_alone(inside: Inside) -> None:
    team = await monday(inside)
    await inside.prompt("bob", team)
    second = await asked_again(inside, team)

    await inside.ws.click(inside.user("bob"), second, "why.not_now")
    await inside.settled()

    now = str(inside.last("bob")["blocks"])
    assert "That's fine" in now
    assert "why.write" not in now
    assert "Share a story" in now
    assert ASKED not in str((await asked_again(inside, team))["blocks"])


async def test_what_bob_writes_is_kept_word_for_word_and_seen_by_bob_alone(inside: Inside) -> None:
    team = await monday(inside)
    await inside.prompt("bob", team)
    second = await asked_again(inside, team)

    await inside.ws.click(inside.user("bob"), second, "why.write")
    await inside.settled()
    await write(inside, WHY, "bob", "return")

    assert "Why you sell is kept" in str(inside.last("bob")["blocks"])
    assert WHY in str(await home(inside, "bob"))
    for name in ("alice", "charlie"):
        assert "shops like" not in str(await home(inside, name))
    person = await inside.store.people.get(inside.workspace, inside.user("bob"))
    assert (person.why, person.why_shared, person.why_returns) == (WHY, False, True)


async def test_home_changes_it_shares_it_and_takes_it_away_again(inside: Inside) -> None:
    await monday(inside)
    await has_why(inside)

    await inside.ws.click(inside.user("bob"), await home(inside, "bob"), "why.write")
    await inside.settled()
    await write(inside, "For the florists.", "bob", "share")
    shared = str(await home(inside, "charlie"))
    await inside.ws.click(inside.user("bob"), await home(inside, "bob"), "why.write")
    await inside.settled()
    await write(inside, "", "bob", "share")

    assert "For the florists." in shared
    assert "Bob" in shared
    assert "For the florists." not in str(await home(inside, "charlie"))
    assert "Write it down" in str(inside.ws.home(inside.user("bob")))
    person = await inside.store.people.get(inside.workspace, inside.user("bob"))
    assert (person.why, person.why_shared) == ("", False)


async def test_a_shared_reason_stays_within_the_teams_and_ends_with_them(inside: Inside) -> None:
    await monday(inside, SB, "bob")
    await inside.team("general", "charlie", manager="charlie")
    await has_why(inside, why_shared=True)

    inside_the_team = str(await home(inside, "alice"))
    outside = str(await home(inside, "charlie"))
    guest = str(await home(inside, "grace"))
    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())

    assert "shops like" in inside_the_team
    assert "shops like" not in outside + guest
    assert "shops like" not in str(await home(inside, "alice"))


async def test_the_third_nothing_today_of_a_week_brings_it_back_with_ones_best_story(inside: Inside) -> None:
    team = await monday(inside)
    await has_why(inside)
    await inside.ws.command(inside.user("bob"), inside.channel(SB), "/purpose", f"story {BOOKS}")
    await inside.settled()
    inside.later(days=7)

    second = await nothing_on_days(inside, team, 2)
    before = len(inside.said("bob"))
    inside.later(days=1)
    third = await nothing(inside, team)

    assert BACK not in str(second["blocks"])
    for words in (BACK, WHY, BOOKS, "Only you see this"):
        assert words in str(third["blocks"])
    # It rides in the answer: no message of its own.
    assert len(inside.said("bob")) == before + 1


async def test_dont_bring_it_back_is_one_click_on_the_message_itself(inside: Inside) -> None:
    team = await monday(inside)
    await has_why(inside)
    third = await nothing_on_days(inside, team, 3)

    await inside.ws.click(inside.user("bob"), third, "why.keep_away")
    await inside.settled()

    said = next(one for one in inside.said("bob") if one["ts"] == third["ts"])
    assert "won't come back by itself" in str(said["blocks"])
    assert not (await inside.store.people.get(inside.workspace, inside.user("bob"))).why_returns


async def test_the_one_that_came_true_comes_back_and_goes_when_it_is_taken_back(inside: Inside) -> None:
    team = await monday(inside)
    await has_why(inside)
    bob = inside.user("bob")
    for text in (BOOKS, "The bakery sleeps until five now, they told me so."):
        await inside.ws.command(bob, inside.channel(SB), "/purpose", f"story {text}")
        await inside.settled()
    bakery, books = await inside.stories()
    for story, outcome in ((bakery, Outcome.CAME_TRUE), (books, Outcome.NO)):
        hope = Hope(
            "", story.workspace, HopeKind.PROMISE, bob, "It lasts", story.told_on, story.id, inside.now()
        )
        kept = await inside.store.hopes.keep(replace(hope, story=story.id))
        await inside.store.hopes.change(
            replace(kept, state=HopeState.ANSWERED, outcome=outcome, answered_at=inside.now())
        )
    inside.later(days=7)

    third = await nothing_on_days(inside, team, 3)
    withdrawn = StoryChange(state=StoryState.WITHDRAWN)
    await inside.store.stories.change(inside.workspace, bakery.id, withdrawn, by=bob, at=inside.now())
    await inside.settled()
    after = next(one for one in inside.said("bob") if one["ts"] == third["ts"])

    assert "The bakery sleeps" in str(third["blocks"])
    assert BOOKS not in str(third["blocks"])
    assert "The bakery sleeps" not in str(after["blocks"])
    assert WHY in str(after["blocks"])


async def test_forgetting_takes_it_out_of_the_message_in_which_it_came_back(inside: Inside) -> None:
    team = await monday(inside)
    await has_why(inside)
    third = await nothing_on_days(inside, team, 3)
    assert WHY in str(third["blocks"])

    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())
    await inside.settled()

    assert WHY not in str(inside.said("bob"))
    assert WHY not in str(await inside.store.forgetting.everything_of(inside.workspace, inside.user("bob")))
