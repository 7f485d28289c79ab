"""A channel gets another id: the team lives on in it, and nothing more goes to the old one."""

from __future__ import annotations

from bot.domain.teams import Team
from tests.process.inside import Inside
from tests.process.test_digest_life import digest_posted, told

STORY = "Maria closed her books two days earlier."
MOVED = "C0MOVED0123"


async def moved(inside: Inside, old: str, new: str = MOVED) -> None:
    """Slack moves a channel."""
    inside.ws.hub.app.subscriptions |= {"channel_id_changed"}
    channels = inside.ws.workspace.channels
    channel = channels.pop(old)
    channel.id = new
    channels[new] = channel
    event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new}
    inside.ws.workspace.emit("channel_id_changed", event)
    await inside.settled()


async def small_business(inside: Inside) -> Team:
    team = await inside.team("small-business", "bob")
    await told(inside, "bob", team, STORY)
    return team


async def test_the_team_and_its_stories_are_found_in_the_new_place(inside: Inside) -> None:
    team = await small_business(inside)

    await moved(inside, team.channel)

    found = await inside.store.teams.by_channel(inside.workspace, MOVED)
    assert found.id == team.id
    assert await inside.store.teams.by_channel(inside.workspace, team.channel) is None
    assert [story.text for story in await inside.stories(team=team.id)] == [STORY]


async def test_the_digest_that_was_owed_to_the_old_place_comes_in_the_new_one_once(inside: Inside) -> None:
    team = await small_business(inside)
    await moved(inside, team.channel)

    digest = await digest_posted(inside, team)

    assert STORY in str(digest["blocks"])
    shown = [one for one in inside.ws.messages(MOVED) if "Impact digest" in one["text"]]
    assert len(shown) == 1


async def test_a_channel_without_a_team_and_a_second_telling_change_nothing(inside: Inside) -> None:
    team = await small_business(inside)
    await moved(inside, inside.channel("random"), "C0OTHER0123")
    await moved(inside, team.channel)

    event = {"type": "channel_id_changed", "old_channel_id": "C0OTHER0123", "new_channel_id": MOVED}
    inside.ws.workspace.emit("channel_id_changed", event)
    await inside.settled()

    [only] = await inside.store.teams.all(inside.workspace)
    assert (only.id, only.channel) == (team.id, MOVED)


async def test_a_posted_digest_still_follows_its_stories(inside: Inside) -> None:
    team = await small_business(inside)
    await digest_posted(inside, team)

    await moved(inside, team.channel)
    [story] = await inside.stories(team=team.id)
    await inside.house.services.telling.withdraw(inside.workspace, inside.user("bob"), story.id, inside.now())
    await inside.settled()

    [digest] = [one for one in inside.ws.messages(MOVED) if "Impact digest" in one["text"]]
    assert STORY not in str(digest)


async def test_an_open_check_goes_on_counts_and_closes(inside: Inside) -> None:
    team = await small_business(inside)
    alice, bob = inside.user("alice"), inside.user("bob")
    await inside.ws.command(alice, team.channel, "/purpose-check", "Who slept better?")
    await inside.settled()
    check = inside.ws.messages(team.channel)[-1]

    await moved(inside, team.channel)
    await inside.ws.say(bob, MOVED, "Rosa did.", thread_ts=check["ts"])
    await inside.settled()
    counted = next(one for one in inside.ws.messages(MOVED) if one["ts"] == check["ts"])
    await inside.ws.click(alice, counted, "check.close")
    await inside.settled()

    assert "1 person answered" in str(counted)
    assert "Rosa did." in str(inside.ws.messages(MOVED, thread=check["ts"])[-1])
