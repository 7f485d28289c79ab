"""People answer a check before the bot knows which message of Slack's it is: nothing of it is dropped."""

from __future__ import annotations

from sqlalchemy import text

from tests.process.inside import Inside
from tests.scheduler.world import until

WORDS = "The nurses: their list is done by noon."


async def test_an_answer_and_its_edit_wait_until_the_checks_message_is_noted(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    place, bob = inside.channel("small-business"), inside.user("bob")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    [check] = await inside.store.checks.open_in(inside.workspace)
    async with (
        inside.store.database.writing() as connection
    ):  # as after a crash between Slack's reply and the disk
        await connection.execute(text("UPDATE purpose_check SET ts = NULL"))

    ts = await inside.ws.say(bob, place, WORDS, check.ts)
    await inside.ws.edit(bob, place, ts, "The nurses, by noon.")
    await inside.settled()
    early = await inside.stories()
    await inside.store.checks.posted(inside.workspace, check.id, channel=place, ts=check.ts)

    async def kept() -> bool:
        return [story.text for story in await inside.stories()] == ["The nurses, by noon."]

    assert early == []
    await until(kept)


async def test_a_deletion_waits_as_well(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    place, bob = inside.channel("small-business"), inside.user("bob")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    [check] = await inside.store.checks.open_in(inside.workspace)
    async with inside.store.database.writing() as connection:
        await connection.execute(text("UPDATE purpose_check SET ts = NULL"))

    ts = await inside.ws.say(bob, place, WORDS, check.ts)
    await inside.ws.delete(bob, place, ts)
    await inside.settled()
    await inside.store.checks.posted(inside.workspace, check.id, channel=place, ts=check.ts)

    async def worked_off() -> bool:
        async with inside.store.database.reading() as connection:
            waiting = await connection.execute(text("SELECT COUNT(*) FROM inbox WHERE state = 'pending'"))
            return waiting.scalar_one() == 0

    await until(worked_off)
    assert await inside.stories() == []
