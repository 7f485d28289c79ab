"""Who sees a story: the narrowest choice wins at once, everywhere, and whoever leaves is named no more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.stories import StoryState, Visibility
from bot.sandbox import membership
from bot.usecases.naming import name
from handlers.slack.surfaces import names
from tests.process.inside import Inside

WORDS = "Helped Maria close her books two days earlier, she smiled."


@pytest.fixture
async def asked(inside: Inside) -> Inside:
    """Bob and Charlie are in the team; Bob has an open prompt."""
    team = await inside.team("small-business", "bob", "charlie")
    await inside.prompt("bob", team)
    return inside


async def tell(inside: Inside, words: str = WORDS) -> None:
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), words)
    await inside.settled()


async def rolled_up(inside: Inside) -> str:
    """A closed check's roll-up with Bob's answer; all that the bot shows in the channel."""
    place = inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    await inside.ws.say(inside.user("bob"), place, WORDS, inside.ws.messages(place)[-1]["ts"])
    await inside.settled()
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()
    return posts(inside)


def posts(inside: Inside) -> str:
    shown = [one for one in inside.ws.messages(inside.channel("small-business")) if one.get("bot_id")]
    return json.dumps(shown, ensure_ascii=False)


async def test_team_is_the_default_and_the_receipt_says_so_by_place_and_until_when(asked: Inside) -> None:
    await tell(asked)

    receipt = asked.last("bob")["text"]
    assert "#small-business (public: everyone at Acme)" in receipt
    until = (asked.now() + timedelta(days=365)).date()
    assert str(until.year) in receipt
    assert (await asked.stories())[0].visibility is Visibility.TEAM


async def test_a_person_can_make_private_their_default(asked: Inside) -> None:
    prompt = asked.last("bob")

    await asked.ws.click(asked.user("bob"), prompt, "person.audience", "private")
    await asked.settled()
    await tell(asked)

    assert "only you" in asked.last("bob")["text"]
    assert (await asked.stories())[0].visibility is Visibility.PRIVATE


async def test_keep_private_and_share_change_it_later(asked: Inside) -> None:
    await tell(asked)

    await asked.ws.click(asked.user("bob"), asked.last("bob"), "story.private")
    await asked.settled()
    private = asked.last("bob")["text"]
    await asked.ws.click(asked.user("bob"), asked.last("bob"), "story.share")
    await asked.settled()

    assert "only you" in private
    assert "#small-business" in asked.last("bob")["text"]


async def test_keep_private_takes_the_words_out_of_what_was_posted(asked: Inside) -> None:
    assert WORDS in await rolled_up(asked)

    receipt = next(one for one in reversed(asked.said("bob")) if WORDS in one["text"])
    await asked.ws.click(asked.user("bob"), receipt, "story.private")
    await asked.settled()

    assert WORDS not in posts(asked)


async def test_an_admin_reads_no_managers_only_story(asked: Inside) -> None:
    await tell(asked)
    await asked.ws.click(asked.user("bob"), asked.last("bob"), "story.audience", _choice(asked, "managers"))
    await asked.settled()
    dana = asked.ws.add_person("Dana", role="admin")

    await asked.ws.command(dana, asked.channel("general"), "/purpose", "stories Maria")
    await asked.ws.command(asked.user("alice"), asked.channel("general"), "/purpose", "stories Maria")
    await asked.settled()

    assert "Nothing that you may read" in asked.ws.ephemerals(dana, asked.channel("general"))[-1]["text"]
    seen = asked.ws.ephemerals(asked.user("alice"), asked.channel("general"))[-1]
    assert WORDS in json.dumps(seen["blocks"])


def _choice(inside: Inside, word: str) -> str:
    for block in inside.last("bob")["blocks"]:
        for element in block.get("elements", []):
            for option in element.get("options", []):
                if str(option["value"]).endswith(f":{word}"):
                    return str(option["value"])
    raise AssertionError(word)


async def test_reading_a_colleagues_gives_one_unread_shared_story_each_time(asked: Inside) -> None:
    team = (await asked.store.teams.of_person(asked.workspace, asked.user("bob")))[0]
    await asked.prompt("charlie", team)
    for words in ("Charlie helped a school open on time.", "Charlie's clinic can call again."):
        await asked.ws.say(asked.user("charlie"), asked.dm("charlie"), words)
        await asked.settled()
    await tell(asked)

    seen = []
    for _ in range(3):
        await asked.ws.click(asked.user("bob"), asked.last("bob"), "story.colleague")
        await asked.settled()
        seen.append(json.dumps(asked.modal("bob")["blocks"]))
        await asked.ws.close(asked.user("bob"), asked.modal("bob")["id"])

    assert "clinic" in seen[0]
    assert "school" in seen[1]
    assert "You have read all" in seen[2]


async def test_the_first_receipt_shows_the_story_as_the_digest_would(asked: Inside) -> None:
    await tell(asked)
    first = json.dumps(asked.last("bob")["blocks"])
    asked.later(minutes=10)
    await tell(asked, "Another one: Joe's bakery can bake again.")

    assert "Your first story" in first
    assert first.count(WORDS) == 2
    assert "Your first story" not in json.dumps(asked.last("bob")["blocks"])


async def test_ai_reads_only_what_was_told_after_its_notice_and_one_click_refuses(asked: Inside) -> None:
    bob = asked.user("bob")
    await tell(asked, "Told before AI: Maria smiled.")
    team = (await asked.store.teams.of_person(asked.workspace, bob))[0]
    await asked.store.teams.save(replace(team, ai=True), by=asked.user("alice"), now=asked.now())
    asked.later(minutes=5)
    await tell(asked, "Told before the notice: Joe slept.")
    unread = asked.last("bob")
    asked.later(minutes=5)
    await tell(asked, "Told after the notice: Ann laughed.")
    read = asked.last("bob")
    allowed = [story.ai_allowed for story in await asked.stories()]
    await asked.ws.click(bob, read, "ai.refuse_story")
    await asked.settled()
    asked.later(minutes=5)
    await tell(asked, "Told after refusing: Tim danced.")

    assert "from your next one on" in json.dumps(unread["blocks"])
    assert "AI may read it" in json.dumps(read["blocks"])
    assert allowed == [True, False, False]
    assert [story.ai_allowed for story in await asked.stories()] == [False] * 4


async def test_the_prompt_says_that_ai_reads_and_one_click_refuses_for_good(asked: Inside) -> None:
    bob = asked.user("bob")
    team = (await asked.store.teams.of_person(asked.workspace, bob))[0]
    await asked.store.teams.save(replace(team, ai=True), by=asked.user("alice"), now=asked.now())
    asked.later(days=1)
    prompt = await asked.prompt("bob", team)
    await tell(asked, "Told with AI on: Maria smiled.")
    asked.later(days=1)
    await asked.ws.click(bob, await asked.prompt("bob", team), names.AI_REFUSE)
    await asked.settled()
    await tell(asked, "Told after refusing: Joe slept.")
    asked.later(days=1)
    again = await asked.prompt("bob", team)

    assert "lets AI read stories" in json.dumps(prompt["blocks"])
    assert [story.ai_allowed for story in await asked.stories()] == [False, True]
    assert (await asked.store.people.get(asked.workspace, bob)).ai_refused
    assert "AI" not in json.dumps(again["blocks"])


async def test_when_the_channel_opens_tellers_hear_of_it_and_digests_wait(inside: Inside) -> None:
    inside.ws.invite(inside.user("alice"), inside.channel("leadership"))
    team = await inside.team("leadership", "bob")
    await inside.prompt("bob", team)
    await tell(inside)
    channel = inside.ws.workspace.channels[inside.channel("leadership")]

    membership.publish(inside.ws.workspace, channel)
    await inside.house.services.joining.channel_changed(inside.workspace, channel.id, inside.now())
    await inside.house.services.joining.channel_changed(inside.workspace, channel.id, inside.now())
    await inside.settled()

    held = await inside.store.teams.get(inside.workspace, team.id)
    assert held.held == "channel_public"
    told = [one["text"] for one in inside.said("bob") if "can now be read by everyone" in one["text"]]
    assert len(told) == 1


async def test_who_leaves_is_asked_no_more_named_no_more_and_what_was_not_shared_goes(asked: Inside) -> None:
    bob = asked.user("bob")
    assert "Bob" in await rolled_up(asked)
    await tell(asked, "A private one about Ann.")
    receipt = next(one for one in reversed(asked.said("bob")) if "private one" in one["text"])
    await asked.ws.click(bob, receipt, "story.private")
    await asked.settled()

    asked.ws.alter(bob, deleted=True)
    await asked.settled()
    asked.later(seconds=5)
    await asked.settled()
    before = len(await asked.stories())
    gone = await asked.store.forgetting.left_behind(before=asked.now() + timedelta(seconds=1))

    assert before == 2
    assert gone == 1
    assert await name(asked.store, asked.workspace, bob) == "a former colleague"
    assert "a former colleague" in posts(asked)
    assert "Bob" not in posts(asked)
    assert not await asked.store.teams.of_person(asked.workspace, bob)
    assert [story.state for story in await asked.stories()] == [StoryState.KEPT]
