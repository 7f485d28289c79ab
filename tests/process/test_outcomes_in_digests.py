"""What came of a story, told in the digest where its teller lets the team hear of it, and changed with their word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Kind
from bot.domain.hopes import Answer, Hope, Outcome
from bot.domain.occurrences import instant
from bot.domain.refusals import Refusal
from bot.domain.stories import Source, Story, Visibility
from bot.domain.teams import Team
from bot.ports.stories import StoryChange
from bot.usecases.telling import Told
from tests.process.inside import Inside

SB = "small-business"
BOBS = "Maria closed her books two days earlier & smiled."
HOPED = "By March they close the books in two days"
LEARNED = "The auditor was late & the template was wrong."


async def told(inside: Inside, team: Team, name: str = "bob", text: str = BOBS) -> Story:
    """A story that somebody told to the team."""
    user = inside.user(name)
    kept = await inside.house.services.telling.tell(
        Told(inside.workspace, user, text, f"test:{name}:{text}", Source.DM, team=team.id), inside.now()
    )
    assert isinstance(kept, Story)
    await inside.settled()
    return kept


async def hoped(inside: Inside, story: Story) -> Hope:
    """What its teller hopes for with a story, in 90 days."""
    due_on = inside.now().date() + timedelta(days=90)
    kept = await inside.house.services.hoping.promise(
        story.workspace, story.teller, story.id, HOPED, due_on, origin=f"test:{story.id}", now=inside.now()
    )
    assert isinstance(kept, Hope)
    return kept


async def answered(
    inside: Inside, hope: Hope, outcome: Outcome = Outcome.NO, *, line: str = LEARNED, shared: bool = True
) -> None:
    """Its owner says what came of it."""
    said = await inside.house.services.hoping.answer(
        hope.workspace, hope.person, hope.id, Answer(outcome, line, shared=shared), inside.now()
    )
    assert not isinstance(said, Refusal)
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()


async def posted(inside: Inside, team: Team) -> str:
    """The team's digest of tomorrow, at its hour; all that it says."""
    zone = ZoneInfo(team.zone)
    tomorrow = inside.now().astimezone(zone).date() + timedelta(days=1)
    inside.later(seconds=(instant(tomorrow, team.digest.at, zone) - inside.now()).total_seconds())
    await inside.post(team, Kind.DIGEST, tomorrow)
    return digest(inside)


def digest(inside: Inside) -> str:
    """All that the newest digest in the channel says now."""
    found = [one for one in inside.ws.messages(inside.channel(SB)) if "Impact digest" in str(one["text"])]
    return str(found[-1]) if found else ""


async def three_months_later(inside: Inside, **how: Any) -> tuple[Team, Story, Hope, str]:
    """Bob's hope was answered after three months, and the digest after it is posted."""
    team = await inside.team(SB, "bob", "charlie")
    story = await told(inside, team)
    hope = await hoped(inside, story)
    inside.later(days=91)
    await answered(inside, hope, **how)
    return team, story, hope, await posted(inside, team)


async def test_with_consent_the_next_digest_tells_what_came_of_it_word_for_word(inside: Inside) -> None:
    team, _, _, said = await three_months_later(inside)

    for words in ("Three months later", "Bob", BOBS, HOPED, "What we learned", LEARNED):
        assert words in said
    assert "quiet week" not in said
    inside.later(days=7)
    await told(inside, team, "charlie", "The clinic's queue is gone on Mondays.")
    assert LEARNED not in await posted(inside, team)


async def test_without_consent_nobody_hears_of_it(inside: Inside) -> None:
    team, _, hope, said = await three_months_later(inside, shared=False)

    assert HOPED not in said
    assert LEARNED not in said
    inside.later(days=7)
    await answered(inside, hope)
    assert LEARNED in await posted(inside, team)


async def test_other_words_and_a_taken_back_consent_change_the_posted_digest(inside: Inside) -> None:
    _, _, hope, said = await three_months_later(inside)
    assert LEARNED in said

    await answered(inside, hope, Outcome.PARTLY, line="It took four days")
    edited = digest(inside)
    await answered(inside, hope, Outcome.PARTLY, line="It took four days", shared=False)
    taken_back = digest(inside)

    assert ("It took four days" in edited, LEARNED in edited) == (True, False)
    assert ("It took four days" in taken_back, HOPED in taken_back, BOBS in taken_back) == (False,) * 3


async def test_a_story_made_private_takes_what_came_of_it_along(inside: Inside) -> None:
    _, story, _, said = await three_months_later(inside)
    assert BOBS in said

    private = StoryChange(visibility=Visibility.PRIVATE)
    await inside.house.services.telling.edit(
        inside.workspace, inside.user("bob"), story.id, private, inside.now()
    )
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()

    for words in (BOBS, HOPED, LEARNED):
        assert words not in digest(inside)


async def test_forgetting_the_teller_takes_it_out_of_the_posted_digest(inside: Inside) -> None:
    *_, said = await three_months_later(inside)
    assert LEARNED in said

    await inside.store.forgetting.person(inside.workspace, inside.user("bob"), at=inside.now())
    await inside.scheduler.kick(inside.workspace)
    await inside.settled()

    for words in (BOBS, HOPED, LEARNED):
        assert words not in digest(inside)


async def test_a_line_that_names_a_colleague_next_to_hard_words_is_not_told(inside: Inside) -> None:
    _, _, _, said = await three_months_later(inside, line="Charlie is lazy and ruined it.")

    assert "lazy" not in said
    assert HOPED not in said
