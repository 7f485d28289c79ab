"""A story shared with a second team as well is one story: what its teller changes or takes back holds for both."""

from __future__ import annotations

import pytest

from bot.domain.stories import StoryState, Visibility
from bot.domain.teams import Team
from handlers.slack.surfaces import names
from tests.process.inside import Inside

WORDS = "Helped Maria close her books two days earlier."


@pytest.fixture
async def ts(inside: Inside) -> str:
    """Bob told small-business, and leadership too; the id of his message."""
    team: Team = await inside.team("small-business", "bob")
    await inside.prompt("bob", team)
    other = await inside.team("leadership", "bob")
    ts = await inside.ws.say(inside.user("bob"), inside.dm("bob"), WORDS)
    await inside.settled()
    [story] = await inside.stories()
    await also(inside, f"{story.id}:{other.id}")
    return str(ts)


async def also(inside: Inside, value: str) -> None:
    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_ALSO, value)
    await inside.settled()


async def test_editing_ones_own_message_changes_the_words_in_both_teams(inside: Inside, ts: str) -> None:
    await inside.ws.edit(inside.user("bob"), inside.dm("bob"), ts, "Helped Maria, shorter.")
    await inside.settled()

    assert [one.text for one in await inside.stories()] == ["Helped Maria, shorter."] * 2


async def test_deleting_ones_own_message_takes_the_story_back_from_both_teams(
    inside: Inside, ts: str
) -> None:
    await inside.ws.delete(inside.user("bob"), inside.dm("bob"), ts)
    await inside.settled()

    gone = await inside.stories(states=tuple(StoryState))
    assert [(one.state, one.text) for one in gone] == [(StoryState.WITHDRAWN, "")] * 2


async def test_delete_on_either_receipt_takes_the_words_back_everywhere(inside: Inside, ts: str) -> None:
    copy, _ = await inside.stories()

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_DELETE, copy.id)
    await inside.settled()

    assert not await inside.stories()


async def test_keep_private_on_either_receipt_hides_both_and_sharing_brings_back_that_one(
    inside: Inside, ts: str
) -> None:
    copy, first = await inside.stories()

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_PRIVATE, copy.id)
    await inside.settled()
    hidden = {one.id: one.visibility for one in await inside.stories()}
    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_SHARE, copy.id)
    await inside.settled()

    assert set(hidden.values()) == {Visibility.PRIVATE}
    shown = {one.id: one.visibility for one in await inside.stories()}
    assert shown == {copy.id: Visibility.TEAM, first.id: Visibility.PRIVATE}


async def test_sharing_a_copy_back_with_the_first_team_makes_no_third_story(inside: Inside, ts: str) -> None:
    copy, first = await inside.stories()

    # A click on a receipt as it stood before it stopped offering this.
    await inside.house.services.telling.also_share(
        inside.workspace, inside.user("bob"), copy.id, str(first.team), inside.now()
    )
    await inside.settled()

    assert {one.id for one in await inside.stories()} == {copy.id, first.id}


async def test_a_team_that_has_the_story_is_offered_no_more_until_it_is_taken_from_it(
    inside: Inside, ts: str
) -> None:
    receipts = [each for each in inside.said("bob") if "Kept" in str(each)]
    offered = [names.STORY_ALSO in str(each["blocks"]) for each in receipts]
    copy, _ = await inside.stories()

    await inside.ws.click(inside.user("bob"), inside.last("bob"), names.STORY_PRIVATE, copy.id)
    await inside.settled()

    assert offered == [False, False]
    receipts = [each for each in inside.said("bob") if "Kept" in str(each)]
    assert [names.STORY_ALSO in str(each["blocks"]) for each in receipts] == [True, True]
