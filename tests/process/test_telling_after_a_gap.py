"""After a gap longer than Slack's retries, open DMs and check threads are read back: written, edited, deleted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.stories import Source
from bot.sandbox.model import Json
from bot.sandbox.server import LocalWorkspace
from bot.sandbox.transport import Letter, NotAnswered
from handlers.slack.api import SlackApi, SlackSaidWait
from handlers.slack.reading_back import ReadingBack
from tests.process.conftest import BotIn
from tests.process.inside import Inside
from tests.process.test_a_whole_week import apply_team, at, coming_monday, seen


async def _gap(inside: Inside, hours: float = 1.0) -> None:
    """What happened until now is given up by Slack; the bot comes back."""
    inside.later(hours=hours)
    inside.ws.hub.courier._late.clear()
    await inside.up()
    await inside.settled()


@pytest.fixture
async def asked(inside: Inside) -> Inside:
    """Bob has an open prompt, and one story told before the gap."""
    team = await inside.team("small-business", "bob", "charlie")
    await inside.prompt("bob", team)
    await inside.ws.say(inside.user("bob"), inside.dm("bob"), "Told Joe at the bakery before the gap.")
    await inside.settled()
    await inside.hearing.beat()
    return inside


async def test_answers_that_slack_gave_up_on_are_read_back_once(asked: Inside) -> None:
    await asked.down()
    prompt = asked.said("bob")[0]
    await asked.ws.say(asked.user("bob"), asked.dm("bob"), "Told during the gap, Maria smiled.")
    await asked.ws.say(asked.user("bob"), asked.dm("bob"), "In the prompt's thread, too.", prompt["ts"])

    await _gap(asked)
    await asked.down()
    await _gap(asked)

    assert [story.text for story in await asked.stories()] == [
        "In the prompt's thread, too.",
        "Told during the gap, Maria smiled.",
        "Told Joe at the bakery before the gap.",
    ]


async def test_a_retry_and_reading_back_make_one_story(asked: Inside) -> None:
    await asked.down()
    await asked.ws.say(asked.user("bob"), asked.dm("bob"), "Told during the gap, Maria smiled.")
    await asked.ws.wait_for(lambda: asked.ws.hub.courier.waiting)
    asked.later(hours=1)

    await asked.up()
    asked.ws.hub.courier.redeliver()
    await asked.settled()

    assert len(await asked.stories()) == 2
    assert len([one for one in asked.said("bob") if "Told during" in one["text"]]) == 1


async def test_edits_and_deletions_during_the_gap_count(asked: Inside) -> None:
    bob, dm = asked.user("bob"), asked.dm("bob")
    second = await asked.ws.say(bob, dm, "Two: helped Ann's shop open.")
    await asked.settled()
    first = next(one["ts"] for one in asked.ws.messages(dm) if "before the gap" in one["text"])
    await asked.down()
    await asked.ws.edit(bob, dm, first, "Edited during the gap, Joe slept.")
    await asked.ws.delete(bob, dm, second)

    await _gap(asked)

    assert [story.text for story in await asked.stories()] == ["Edited during the gap, Joe slept."]


async def test_a_reply_in_an_old_thread_is_not_taken_for_deleted(asked: Inside) -> None:
    bob, dm = asked.user("bob"), asked.dm("bob")
    prompt = asked.said("bob")[0]
    team = (await asked.store.teams.of_person(asked.workspace, bob))[0]
    asked.later(hours=40)
    await asked.prompt("bob", team)
    await asked.ws.say(bob, dm, "A late answer to Monday's question.", prompt["ts"])
    await asked.settled()
    await asked.hearing.beat()
    await asked.settled()
    await asked.down()

    await _gap(asked)

    assert "A late answer to Monday's question." in [story.text for story in await asked.stories()]


async def test_answers_in_an_open_checks_thread_are_read_back(inside: Inside) -> None:
    await inside.team("small-business", "bob")
    place = inside.channel("small-business")
    await inside.ws.command(inside.user("alice"), place, "/purpose-check", "")
    await inside.settled()
    await inside.hearing.beat()
    check = inside.ws.messages(place)[-1]["ts"]
    await inside.down()
    await inside.ws.say(inside.user("bob"), place, "Answered during the gap.", check)
    await inside.ws.say(inside.user("bob"), place, "Just lunch talk in the channel.")

    await _gap(inside)

    [story] = await inside.stories()
    assert (story.text, story.source) == ("Answered during the gap.", Source.CHECK)


async def test_a_short_gap_asks_nothing_of_slack(asked: Inside, monkeypatch: Any) -> None:
    asks: list[str] = []
    call = SlackApi.call

    async def noted(self: SlackApi, workspace: str, method: str, **arguments: Any) -> Any:
        asks.append(method)
        return await call(self, workspace, method, **arguments)

    monkeypatch.setattr(SlackApi, "call", noted)
    await asked.down()
    asked.later(minutes=5)

    await asked.up()
    await asked.settled()

    assert not [method for method in asks if method.startswith("conversations.")]


async def test_reading_back_waits_where_slack_asks_for_it(asked: Inside, monkeypatch: Any) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    call, refused = asked.house.services.api.call, [True]

    async def slow(workspace: str, method: str, **arguments: Any) -> Any:
        if method == "conversations.history" and refused:
            refused.clear()
            raise SlackSaidWait(method, 60.0)
        return await call(workspace, method, **arguments)

    monkeypatch.setattr(asked.house.services.api, "call", slow)
    reading = ReadingBack(asked.house.services, asked.door.take, sleep)

    looked_at = await reading.read(asked.workspace, asked.now() - timedelta(minutes=10))

    assert waits == [60.0]
    assert looked_at > 0


async def test_the_real_process_reads_back_when_it_comes_back(bot_in: BotIn, tmp_path: Path) -> None:
    async with LocalWorkspace() as acme:
        bob, channel = acme.users["bob"], acme.channels["small-business"]
        acme.workspace.people[bob].tz = "Europe/London"
        acme.invite(acme.users["alice"], channel)
        monday = coming_monday()
        at(acme, monday, 9, 0)
        bot = await bot_in(acme)
        await apply_team(bot, tmp_path, channel, [bob], acme.users["alice"])
        at(acme, monday, 16, 30, 1)
        await seen(acme, acme.dm(bob), "What difference did you make")
        await bot.kill()
        await acme.say(bob, acme.dm(bob), "Told while nobody listened: Maria smiled.")
        at(acme, monday, 18, 0)
        acme.hub.courier._late.clear()

        await bot.start()
        receipt = await seen(acme, acme.dm(bob), "Told while nobody listened")

        assert receipt["text"].startswith("Kept")


async def test_a_socket_that_was_silent_for_long_is_read_back_when_it_hears_again(
    asked: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = asked.ws.hub.sockets

    async def nobody(letter: Letter) -> Json:
        raise NotAnswered("no_connection")

    with monkeypatch.context() as silence:
        silence.setattr(sockets, "carry", nobody)
        asked.hearing.connected = lambda: False
        await asked.ws.say(asked.user("bob"), asked.dm("bob"), "Told into the silence: Maria smiled.")
        await asked.settled()
        asked.later(minutes=10)
        await asked.hearing.beat()
        asked.ws.hub.courier._late.clear()
    before = len(await asked.stories())
    asked.hearing.connected = lambda: True

    await asked.hearing.beat()
    await asked.settled()

    assert before == 1
    assert next(story.text for story in await asked.stories()) == "Told into the silence: Maria smiled."


async def test_an_answer_that_could_not_be_written_is_not_acked_and_comes_again(
    asked: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def disk_is_full(*_: object, **__: object) -> bool:
        raise OSError("no space left on device")

    with monkeypatch.context() as trouble:
        trouble.setattr(asked.store.inbox, "keep", disk_is_full)
        await asked.ws.say(asked.user("bob"), asked.dm("bob"), "Told while the disk was full.")
        await asked.ws.wait_for(lambda: asked.ws.hub.courier.waiting)
        await asked.ws.wait_for(lambda: not asked.ws.hub.courier.under_way)
        before = len(await asked.stories())

    asked.ws.hub.courier.redeliver()
    await asked.settled()

    assert before == 1
    assert next(story.text for story in await asked.stories()) == "Told while the disk was full."


async def test_what_was_acked_and_not_worked_off_is_taken_up_at_the_next_start(
    asked: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the process went away")

    with monkeypatch.context() as crash:
        crash.setattr(type(asked.house.services.conversation), "heard", dies)
        await asked.ws.say(asked.user("bob"), asked.dm("bob"), "Acked, then the crash.")
        await asked.ws.wait_for(lambda: not asked.ws.hub.courier.under_way)
        await asked.down()

    await asked.up()
    await asked.settled()

    assert next(story.text for story in await asked.stories()) == "Acked, then the crash."
