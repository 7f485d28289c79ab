"""Where a story stands, it follows its teller: digests, checks, search, Home; and all of it can be had or be gone."""

from __future__ import annotations

import json

import orjson
import pytest

from bot.domain.stories import StoryState
from bot.domain.teams import Team
from handlers.slack.surfaces.forgetting import FORGET_NO, FORGET_YES
from tests.process.inside import Inside
from tests.process.test_digest_life import digest_posted

WORDS = "Helped Maria Lopez close her books two days earlier."


@pytest.fixture
async def team(inside: Inside) -> Team:
    """Bob and Charlie are in Alice's team, and Bob has an open prompt."""
    team = await inside.team("small-business", "bob", "charlie")
    await inside.prompt("bob", team)
    return team


async def say(inside: Inside, words: str, name: str = "bob") -> str:
    ts = await inside.ws.say(inside.user(name), inside.dm(name), words)
    await inside.settled()
    return ts


def posts(inside: Inside) -> str:
    shown = [one for one in inside.ws.messages(inside.channel("small-business")) if one.get("bot_id")]
    return json.dumps(shown, ensure_ascii=False)


async def search(inside: Inside, name: str, words: str) -> str:
    """What `/purpose stories` shows a person."""
    place = inside.channel("general")
    await inside.ws.command(inside.user(name), place, "/purpose", f"stories {words}")
    await inside.settled()
    return json.dumps(inside.ws.ephemerals(inside.user(name), place)[-1], ensure_ascii=False)


async def test_editing_and_deleting_the_message_changes_the_posted_digest(inside: Inside, team: Team) -> None:
    ts = await say(inside, WORDS)
    await digest_posted(inside, team)
    before = posts(inside)

    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), ts, "Helped her close the books, she smiled.")
    await inside.settled()
    edited = posts(inside)
    await inside.ws.delete(inside.user("bob"), inside.dm("bob"), ts)
    await inside.settled()

    assert WORDS in before
    assert WORDS not in edited
    assert "Helped her close the books, she smiled." in edited
    assert "close the books" not in posts(inside)


async def test_deleting_a_message_that_has_replies_deletes_its_story_and_never_tells_slacks_words(
    inside: Inside, team: Team
) -> None:
    bob, dm = inside.user("bob"), inside.dm("bob")
    ts = await say(inside, WORDS)
    await inside.ws.say(bob, dm, "She smiled about it all day.", ts)
    await inside.settled()
    await digest_posted(inside, team)
    before = posts(inside)

    await inside.ws.delete(bob, dm, ts)
    await inside.settled()

    assert WORDS in before
    assert WORDS not in posts(inside)
    assert "This message was deleted" not in posts(inside) + json.dumps(inside.said("bob"))
    assert [story.text for story in await inside.stories()] == ["She smiled about it all day."]


async def test_editing_an_answer_in_the_thread_changes_the_closed_checks_roll_up(
    inside: Inside, team: Team
) -> None:
    place, bob = inside.channel("small-business"), inside.user("bob")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    ts = await inside.ws.say(bob, place, WORDS, inside.ws.messages(place)[-1]["ts"])
    await inside.settled()
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()
    before = posts(inside)

    await inside.ws.edit(bob, place, ts, "Helped her, in other words.")
    await inside.settled()
    edited = posts(inside)
    await inside.ws.delete(bob, place, ts)
    await inside.settled()

    assert WORDS in before
    assert WORDS not in edited
    assert "Helped her, in other words." in edited
    assert "in other words" not in posts(inside)


async def test_a_search_for_more_words_than_fit_into_an_answer_gets_one(inside: Inside, team: Team) -> None:
    found = await search(inside, "bob", "a " * 1_500)

    assert "Nothing that you may read holds" in found
    assert "…" in found


async def test_search_finds_ones_own_and_what_one_may_see_best_first(inside: Inside, team: Team) -> None:
    await say(inside, WORDS)
    await inside.prompt("charlie", team)
    await say(inside, "Béla's bakery: invoices, invoices, invoices now go out on time.", "charlie")
    await say(inside, "Long talk about weather, harvests, roads and, at the very end, an invoice.", "charlie")
    dana = inside.ws.add_person("Dana")

    found = await search(inside, "bob", "INVOICE")

    assert found.index("invoices, invoices") < found.index("weather")
    assert "Béla" in await search(inside, "bob", "bela")
    assert WORDS in await search(inside, "bob", "maria lopez")
    await inside.ws.command(dana, inside.channel("general"), "/purpose", "stories maria")
    await inside.settled()
    assert WORDS not in json.dumps(inside.ws.ephemerals(dana, inside.channel("general")))


async def test_mydata_comes_as_a_file_by_dm_with_every_wording(inside: Inside, team: Team) -> None:
    ts = await say(inside, WORDS)
    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), ts, "Helped Maria, shorter.")
    await inside.settled()

    await inside.ws.command(inside.user("bob"), inside.dm("bob"), "/purpose", "mydata")
    await inside.settled()

    [file] = inside.ws.workspace.files.values()
    data = orjson.loads(file.content or b"")
    assert [one["text"] for one in data["stories"][0]["wordings"]] == [WORDS, "Helped Maria, shorter."]
    assert data["person"]["name"] == "Bob"
    assert data["teams"][0]["team"] == team.id
    shared = [one for one in inside.ws.messages(inside.dm("bob")) if one.get("files")]
    assert len(shared) == 1


async def test_forget_asks_once_then_takes_everything_posted_digests_included(
    inside: Inside, team: Team
) -> None:
    bob, dm = inside.user("bob"), inside.dm("bob")
    await say(inside, WORDS)
    await digest_posted(inside, team)
    shown = posts(inside)
    await inside.ws.command(bob, dm, "/purpose", "forget")
    await inside.settled()
    question = inside.ws.ephemerals(bob, dm)[-1]

    await inside.ws.click(bob, question, FORGET_YES)
    await inside.settled()
    inside.later(seconds=5)
    await inside.settled()
    await inside.store.forgetting.compact()

    assert WORDS in shown
    assert "Bob" in shown
    assert "cannot be undone" in question["text"]
    assert WORDS not in posts(inside)
    assert "Bob" not in posts(inside)
    assert not await inside.stories(states=tuple(StoryState)[:2])
    held = b"".join(each.read_bytes() for each in inside.folder.glob("bot.db*"))
    assert b"Maria" not in held
    assert b"maria" not in held


async def test_keep_it_keeps_everything(inside: Inside, team: Team) -> None:
    bob, dm = inside.user("bob"), inside.dm("bob")
    await say(inside, WORDS)
    await inside.ws.command(bob, dm, "/purpose", "forget")
    await inside.settled()

    await inside.ws.click(bob, inside.ws.ephemerals(bob, dm)[-1], FORGET_NO)
    await inside.settled()

    assert [story.text for story in await inside.stories()] == [WORDS]


async def test_who_was_forgotten_is_not_enrolled_again(inside: Inside, team: Team) -> None:
    bob = inside.user("bob")
    await inside.store.forgetting.person(inside.workspace, bob, at=inside.now())

    await inside.house.services.joining.bring_in(team, inside.now())
    inside.ws.leave(bob, inside.channel("small-business"))
    inside.ws.join(bob, inside.channel("small-business"))
    await inside.settled()

    assert not await inside.store.teams.of_person(inside.workspace, bob)


async def test_a_deleted_story_leaves_no_text_behind_after_the_purge(inside: Inside, team: Team) -> None:
    ts = await say(inside, WORDS)
    await inside.ws.delete(inside.user("bob"), inside.dm("bob"), ts)
    await inside.settled()

    await inside.store.inbox.purge(before=inside.now())
    await inside.store.forgetting.compact()

    held = b"".join(each.read_bytes() for each in inside.folder.glob("bot.db*"))
    assert b"Maria" not in held
    assert b"maria" not in held


async def test_retention_takes_what_is_too_old(inside: Inside, team: Team) -> None:
    await say(inside, WORDS)
    inside.later(days=366)

    gone = await inside.store.forgetting.expired(before=inside.now())
    await inside.settled()

    assert gone == 1
    assert not await inside.stories()


async def test_redelivered_reordered_and_parallel_events_come_out_right(inside: Inside, team: Team) -> None:
    bob, dm = inside.user("bob"), inside.dm("bob")
    inside.ws.hub.faults.add({"events": {"duplicate": 5, "drop": 1}})
    first = await inside.ws.say(bob, dm, WORDS)
    await inside.ws.edit(bob, dm, first, "Helped Maria: the newest words.")
    second = await inside.ws.say(bob, dm, "Joe's ovens work again, he thanked us.")
    await inside.ws.delete(bob, dm, second)
    await inside.settled()
    await inside.ws.wait_for(lambda: not inside.ws.hub.courier.waiting)
    await inside.settled()

    assert [story.text for story in await inside.stories()] == ["Helped Maria: the newest words."]
    kept = [one for one in inside.said("bob") if one["text"].startswith("Kept")]
    assert len(kept) == 1
