"""A status that Slack keeps from the bot holds up nobody's prompt."""

from __future__ import annotations

import pytest

from tests.process.inside import Inside


@pytest.mark.parametrize("refusal", ["missing_scope", "no_permission", "user_not_visible"])
async def test_who_cannot_be_asked_for_their_status_is_prompted_all_the_same(
    inside: Inside, refusal: str
) -> None:
    team = await inside.team("small-business", "bob")
    inside.ws.hub.faults.add({"fail": {"method": "users.info", "error": refusal, "times": 9}})

    prompt = await inside.prompt("bob", team)

    assert "What difference did you make for a customer today?" in prompt["text"]


async def test_an_answer_is_kept_by_yesterdays_profile_while_slack_cannot_say_who_bob_is(
    inside: Inside,
) -> None:
    team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    inside.later(hours=25)
    inside.ws.hub.faults.add({"fail": {"method": "users.info", "error": "internal_error", "times": 99}})
    bob = inside.ws.users["bob"]

    await inside.ws.command(bob, inside.ws.dm(bob), "/purpose", "story Maria closed her books early.")
    await inside.settled()

    assert [story.text for story in await inside.stories()] == ["Maria closed her books early."]


async def test_the_first_prompt_keeps_its_introduction_and_stop_when_it_is_shown_anew(inside: Inside) -> None:
    team = await inside.team("small-business", "bob")
    prompt = await inside.prompt("bob", team)
    bob = inside.ws.users["bob"]

    await inside.ws.click(bob, prompt, "prompt.later")
    await inside.settled()
    await inside.ws.wait_for(lambda: "again in an hour" in str(inside.ws.messages(inside.ws.dm(bob))))

    assert "purpose bot of" in str(inside.ws.messages(inside.ws.dm(bob))[0]["blocks"])
