"""People answer a check before the bot knows which message of Slack's it is: nothing of it is dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.domain.checks import Check
from tests.process.inside import Inside
from tests.scheduler.world import until

WORDS = "The nurses: their list is done by noon."


@pytest.fixture
async def check(inside: Inside) -> Check:
    """Alice asked; Bob may answer; the bot died between Slack's reply and the disk, so it knows not its message."""
    await inside.team("small-business", "bob")
    await inside.ws.command(inside.user("alice"), inside.channel("small-business"), "/purpose-check", "")
    await inside.settled()
    [check] = await inside.store.checks.open_in(inside.workspace)
    async with inside.store.database.writing() as connection:
        await connection.execute(text("UPDATE purpose_check SET ts = NULL"))
    assert isinstance(check, Check)
    return check


async def noted(inside: Inside, check: Check) -> None:
    """The bot has found its message."""
    await inside.store.checks.posted(inside.workspace, check.id, channel=check.channel, ts=check.ts or "")


async def test_an_answer_and_its_edit_wait_until_the_checks_message_is_noted(
    inside: Inside, check: Check
) -> None:
    bob = inside.user("bob")
    ts = await inside.ws.say(bob, check.channel, WORDS, check.ts)
    await inside.ws.edit(bob, check.channel, ts, "The nurses, by noon.")
    await inside.settled()
    early = await inside.stories()

    await noted(inside, check)

    async def kept() -> bool:
        return [story.text for story in await inside.stories()] == ["The nurses, by noon."]

    assert early == []
    await until(kept)


async def test_a_deletion_waits_as_well(inside: Inside, check: Check) -> None:
    bob = inside.user("bob")
    ts = await inside.ws.say(bob, check.channel, WORDS, check.ts)
    await inside.ws.delete(bob, check.channel, ts)
    await inside.settled()

    await noted(inside, check)

    async def worked_off() -> bool:
        async with inside.store.database.reading() as connection:
            waiting = await connection.execute(text("SELECT COUNT(*) FROM inbox WHERE state = 'pending'"))
            return bool(waiting.scalar_one() == 0)

    await until(worked_off)
    assert await inside.stories() == []
