"""Whoever is forgotten is named nowhere any more, and whoever left only as a former colleague: also beside what they
did not tell themselves. A line of thanks follows the story and the reply that it is about."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.teams import Team
from bot.sandbox.model import Json
from tests.process.inside import Inside
from tests.process.test_digest_life import SB, digest_posted, told, words
from tests.process.walking import Walker

STORY = "Maria closes her books two days earlier."
REPLY = "Her brother too."
THANKS = "Charlie built on your story about Lopez."


@dataclass(frozen=True, slots=True)
class Built:
    """Charlie built on Bob's story below a digest, and Bob's prompt of the next day thanks him."""

    inside: Inside
    team: Team
    story: str
    digest: Json

    @property
    def thanks(self) -> str:
        """Bob's prompt as it stands."""
        return words(self.inside.last("bob"))

    @property
    def reply(self) -> str:
        """The reply as it stands."""
        [_, reply] = self.inside.ws.messages(self.inside.channel(SB), thread=self.digest["ts"])
        return words(reply)


@pytest.fixture
async def built(inside: Inside) -> Built:
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, "bob", team, STORY, customer="Lopez")
    digest = await digest_posted(inside, team)
    charlie = inside.user("charlie")
    await inside.ws.click(charlie, digest, "story.build", story)
    await inside.settled()
    await inside.ws.submit(charlie, inside.modal("charlie")["id"], {"story.text": REPLY})
    await inside.settled()
    inside.later(days=1)
    await inside.prompt("bob", team)
    made = Built(inside, team, story, digest)
    assert THANKS in made.thanks
    assert "Charlie builds on what Bob told" in made.reply
    return made


async def leaves(inside: Inside, name: str) -> None:
    """Somebody leaves the company; what was changed a moment ago waits for its turn."""
    inside.ws.alter(inside.user(name), deleted=True)
    await inside.settled()
    inside.later(seconds=5)
    await inside.settled()


async def test_thanks_name_nobody_who_was_forgotten(built: Built) -> None:
    inside = built.inside

    await inside.store.forgetting.person(inside.workspace, inside.user("charlie"), at=inside.now())
    await inside.settled()

    assert "Charlie" not in built.thanks + built.reply
    assert "What difference did you make" in built.thanks


async def test_thanks_go_with_the_story_that_was_taken_back(built: Built) -> None:
    inside = built.inside

    await inside.house.services.telling.withdraw(
        inside.workspace, inside.user("bob"), built.story, inside.now()
    )
    await inside.settled()

    assert "Lopez" not in built.thanks
    assert "What difference did you make" in built.thanks


async def test_whoever_replied_and_left_is_a_former_colleague(built: Built) -> None:
    await leaves(built.inside, "charlie")

    assert "A former colleague built on your story about Lopez." in built.thanks
    assert "A former colleague builds on what Bob told" in built.reply
    assert REPLY in built.reply


async def test_whoever_told_and_left_is_a_former_colleague_where_others_build_and_read_on(
    built: Built,
) -> None:
    inside = built.inside
    charlie = Walker(inside, inside.ws, inside.user("charlie"))
    await leaves(inside, "bob")
    digest = await inside.store.digests.latest(inside.workspace, built.team.id)

    await charlie.click(built.team.channel, "story.build", built.story)
    await charlie.click(built.team.channel, "digest.all", digest.id)

    assert "Charlie builds on what a former colleague told" in built.reply
    for shown in charlie.read:
        assert STORY in shown
        assert "Bob" not in shown
    assert len(charlie.read) == 2


async def test_what_a_manager_asked_names_them_no_more_once_they_are_forgotten(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    story = await told(inside, "bob", team, STORY)
    alice, place, services = inside.user("alice"), inside.channel(SB), inside.house.services
    await inside.ws.command(alice, place, "/purpose-check", "Who slept better?")
    await inside.ws.command(alice, place, "/purpose", "huddle")
    await inside.settled()
    inside.later(days=1)
    await services.asking.ask_wider(inside.workspace, alice, story, inside.now())
    await inside.settled()
    before = asked_by(inside, "Alice", alice)

    await inside.store.forgetting.person(inside.workspace, alice, at=inside.now())
    await inside.settled()

    assert before == ["bob: huddle", "bob: wider", f"{SB}: check", f"{SB}: invitation"]
    assert asked_by(inside, "Alice", alice) == []
    for said in ("A manager would like to begin", "Your manager thinks that your story"):
        assert any(said in words(one) for one in inside.said("bob"))
    assert any("A manager asks:" in words(one) for one in inside.ws.messages(place))


async def test_what_a_manager_asked_is_a_former_colleagues_once_they_left(inside: Inside) -> None:
    team = await inside.team(SB, "bob")
    story = await told(inside, "bob", team, STORY)
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose", "huddle")
    await inside.settled()
    inside.later(days=1)
    await inside.house.services.asking.ask_wider(inside.workspace, inside.user("alice"), story, inside.now())
    await inside.settled()

    await leaves(inside, "alice")

    for said in ("A former colleague would like to begin", "A former colleague thinks that your story"):
        assert any(said in words(one) for one in inside.said("bob"))
    assert not any("Alice" in words(one) for one in inside.said("bob"))


def asked_by(inside: Inside, name: str, user: str) -> list[str]:
    """Which of the bot's messages name somebody, by what they say."""
    kinds = {
        "would like to begin": "huddle",
        "deserves more readers": "wider",
        "Who slept better?": "check",
        "Thank you for having me": "invitation",
    }
    places = {"bob": inside.said("bob"), SB: inside.ws.messages(inside.channel(SB))}
    return sorted(
        f"{place}: {kind}"
        for place, said in places.items()
        for one in said
        for words_of_it, kind in kinds.items()
        if words_of_it in words(one) and (name in words(one) or user in words(one))
    )
