"""/purpose-check from the question to the roll-up, and everything that can come in between."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.domain.checks import Check
from bot.domain.deliveries import DeliveryState, Kind
from bot.domain.refusals import Refusal, Why
from bot.domain.stories import Source, Story, StoryState, Visibility
from bot.sandbox.model import Json
from handlers.slack.door import Door
from tests.process.inside import Inside

SB = "small-business"
FIRST = "What difference did you make for a customer today?"
OURS = "Who at the clinic will feel the difference first?"


def posted(inside: Inside, text: str, channel: str = SB) -> list[Json]:
    """The bot's messages in a channel that hold these words, threads included."""
    found = inside.ws.messages(inside.channel(channel))
    return [one for one in found if one.get("bot_id") and text in f"{one['text']}{one.get('blocks')}"]


async def ask(inside: Inside, question: str = OURS, who: str = "alice", channel: str = SB) -> Json:
    """`/purpose-check <question>`; the check's message."""
    await inside.ws.command(inside.user(who), inside.channel(channel), "/purpose-check", question)
    await inside.settled()
    return posted(inside, question or FIRST, channel)[-1]


async def answer(inside: Inside, name: str, check: Json, text: str) -> str:
    ts = await inside.ws.say(inside.user(name), str(check["channel"]), text, thread_ts=check["ts"])
    await inside.settled()
    return ts


def now_reads(inside: Inside, check: Json) -> str:
    """The check's message as it stands."""
    found = inside.ws.messages(str(check["channel"]))
    return str(next(one for one in found if one["ts"] == check["ts"]))


async def close(inside: Inside, check: Json, who: str = "alice") -> list[Json]:
    """A click on "Close check"; the roll-ups in its thread."""
    await inside.ws.click(inside.user(who), check, "check.close")
    await inside.settled()
    return rollups(inside, check)


def rollups(inside: Inside, check: Json) -> list[Json]:
    thread = inside.ws.messages(str(check["channel"]), thread=check["ts"])
    return [one for one in thread if one.get("bot_id") and one["ts"] != check["ts"]]


async def test_a_check_is_in_the_channel_within_a_second(inside: Inside) -> None:
    await inside.team(SB, "bob")
    took: list[float] = []
    while min(took, default=1.0) >= 1.0 and len(took) < 5:
        # Again where it took longer, as another process on a busy machine may have had that second.
        if took:
            await close(inside, posted(inside, FIRST)[-1])
        began = time.monotonic()

        await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", "")
        await inside.ws.wait_for(lambda: len(posted(inside, FIRST)) > len(took))
        took.append(time.monotonic() - began)

    assert min(took) < 1.0
    check = posted(inside, FIRST)[-1]
    for words in (
        "Share your story",
        "Close check",
        "No answers yet.",
        "Seen by: #small-business",
        "Open until",
    ):
        assert words in str(check["blocks"])
    assert f"<@{inside.user('alice')}> asks" in check["text"]


async def test_in_the_thread_the_first_message_answers_later_ones_extend_and_the_askers_own_do_not_count(
    inside: Inside,
) -> None:
    await inside.team(SB, "bob", "charlie")
    check = await ask(inside)

    await answer(inside, "bob", check, "The nurses.")
    await answer(inside, "bob", check, "And the front desk.")
    await answer(inside, "alice", check, "Great, tell us more!")
    assert "1 person answered." in now_reads(inside, check)
    await answer(inside, "charlie", check, "The night shift.")

    assert "2 people answered." in now_reads(inside, check)
    newer, older = await inside.stories()
    assert older.text == "The nurses.\nAnd the front desk."
    assert newer.teller == inside.user("charlie")


async def test_what_is_added_in_the_thread_reaches_the_teams_that_the_answer_was_shared_with(
    inside: Inside,
) -> None:
    await inside.team(SB, "bob")
    other = await inside.team("leadership", "bob")
    check = await ask(inside)
    await answer(inside, "bob", check, "Her books are closed.")
    [story] = await inside.stories()
    await inside.house.services.telling.also_share(
        inside.workspace, inside.user("bob"), story.id, other.id, inside.now()
    )

    await answer(inside, "bob", check, "And she smiled.")

    assert [one.text for one in await inside.stories()] == ["Her books are closed.\nAnd she smiled."] * 2


async def test_what_a_guest_writes_and_edits_in_a_checks_thread_is_kept_nowhere(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    ts = await answer(inside, "grace", check, "A guest's zebra.")

    await inside.ws.edit(inside.user("grace"), str(check["channel"]), ts, "A guest's giraffe.")
    await inside.settled()

    async with inside.store.database.reading() as connection:
        kept = (await connection.execute(sql("SELECT text FROM story_message"))).scalars().all()
    assert kept == []
    assert not await inside.stories(states=tuple(StoryState))


async def test_a_question_that_cannot_be_seen_is_the_teams_own(inside: Inside) -> None:
    await inside.team(SB, "bob")

    unseen = "\u200b\u2060"
    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", unseen)
    await inside.settled()

    assert posted(inside, FIRST)


async def test_the_modal_answers_too_and_the_rollup_shows_what_may_be_shown(inside: Inside) -> None:
    await inside.team(SB, "bob", "charlie")
    check = await ask(inside)
    for name, text, audience in (
        ("bob", "The nurses & <!channel>.", "team"),
        ("charlie", "Just between us.", "private"),
    ):
        await inside.ws.click(inside.user(name), check, "check.answer")
        await inside.settled()
        chosen = {"type": "static_select", "selected_option": {"value": audience}}
        values = {"story.text": {"value": text}, "story.audience": {"value": chosen}}
        assert (await inside.ws.submit(inside.user(name), inside.modal(name)["id"], values))["ok"]
        await inside.settled()
    assert "2 people answered." in now_reads(inside, check)

    [rollup] = await close(inside, check)

    assert "The nurses & <!channel>." in str(rollup["blocks"])
    assert "between us" not in str(rollup)
    assert "Closed by" in now_reads(inside, check)
    assert "check.answer" not in now_reads(inside, check)


async def test_fifty_answers_in_ten_seconds_make_at_most_ten_updates(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    [found] = await inside.store.checks.open_in(inside.workspace)
    people = [inside.ws.add_person(f"Person {number}", announce=False) for number in range(50)]
    updates: list[str] = []
    call = inside.house.api.call

    async def counted(workspace: str, method: str, **values: Any) -> Any:
        if method == "chat.update":
            updates.append(str(values["ts"]))
        return await call(workspace, method, **values)

    monkeypatch.setattr(inside.house.messenger._api, "call", counted)
    for number, user in enumerate(people):
        now = inside.now()
        await inside.house.services.checks.answer_in_modal(
            inside.workspace,
            found.id,
            user,
            "It helped.",
            None,
            origin=f"v{number}",
            received_at=now,
            now=now,
        )
        await inside.scheduler.kick(inside.workspace)
        inside.later(seconds=0.2)
    assert updates.count(check["ts"]) <= 10
    await inside.settled()

    assert "50 people answered." in now_reads(inside, check)
    assert 1 <= updates.count(check["ts"]) <= 10


async def test_a_check_closes_by_itself_with_a_rollup_in_its_thread(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    await answer(inside, "bob", check, "The nurses.")
    assert await inside.house.services.checks.close_due(inside.now()) == 0

    inside.later(hours=4.01)
    assert await inside.house.services.checks.close_due(inside.now()) == 1
    assert await inside.house.services.checks.close_due(inside.now()) == 0
    await inside.settled()

    [rollup] = rollups(inside, check)
    assert "The nurses." in str(rollup["blocks"])
    late = await answer(inside, "bob", check, "Too late?")
    assert late
    assert [story.text for story in await inside.stories()] == ["The nurses."]


async def test_an_answer_that_came_in_while_the_check_was_open_counts_although_it_was_closed_meanwhile(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inside.team(SB, "bob", "charlie")
    check = await ask(inside)
    with monkeypatch.context() as killed:  # after the ack, before it is worked off
        killed.setattr(Door, "_start", lambda *_: None)
        await answer(inside, "bob", check, "Her books are closed.")
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()
    [before] = rollups(inside, check)

    await inside.door.work_off(inside.now(), all_of_it=True)
    await inside.settled()
    inside.later(seconds=5)
    await inside.settled()

    [after] = rollups(inside, check)
    assert "without answers" in str(before)
    assert "Her books are closed." in str(after)
    assert "1 person answered." in now_reads(inside, check)
    assert "Kept" in inside.last("bob")["text"]


async def test_what_is_written_after_the_check_was_closed_is_no_answer(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    await close(inside, check)
    inside.later(minutes=1)

    await answer(inside, "bob", check, "Too late for this one.")

    assert not await inside.stories(states=tuple(StoryState))


async def test_two_checks_live_side_by_side(inside: Inside) -> None:
    await inside.team(SB, "bob", "charlie")
    first = await ask(inside)
    second = await ask(inside, "Whose Monday is easier because of us?")

    await answer(inside, "bob", first, "The nurses.")
    await answer(inside, "charlie", second, "The baker's.")
    await answer(inside, "bob", second, "The school cook's.")

    assert "1 person answered." in now_reads(inside, first)
    assert "2 people answered." in now_reads(inside, second)
    [rollup] = await close(inside, first)
    assert "The nurses." in str(rollup)
    assert "cook" not in str(rollup)
    assert "'check.close'" in now_reads(inside, second)


async def test_two_managers_who_close_at_once_make_one_rollup_and_no_complaint(inside: Inside) -> None:
    await inside.team(SB, "bob")
    dana = inside.ws.add_person("Dana", role="admin")
    inside.ws.invite(inside.user("alice"), inside.channel(SB), dana)
    check = await ask(inside)
    await answer(inside, "bob", check, "The nurses.")

    await asyncio.gather(
        *(inside.ws.click(user, check, "check.close") for user in (inside.user("alice"), dana))
    )
    await inside.settled()

    assert len(rollups(inside, check)) == 1
    for user in (inside.user("alice"), dana):
        assert not any("check" in each["text"] for each in inside.ws.ephemerals(user, inside.channel(SB)))


async def test_three_hundred_answers_are_counted_and_all_can_be_read(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    [found] = await inside.store.checks.open_in(inside.workspace)
    await inside.ws.click(inside.user("alice"), check, "check.close")
    members = inside.ws.workspace.channels[inside.channel(SB)].members
    for number in range(300):
        members[f"U{number:04d}"] = None
        await inside.store.stories.keep(
            Story(
                id="",
                workspace=inside.workspace,
                team=found.team,
                teller=f"U{number:04d}",
                text=f"Customer {number} slept. " + "So did we. " * 20,
                told_at=inside.now(),
                told_on=inside.now().date(),
                source=Source.CHECK,
                origin=f"v{number}",
                check=found.id,
                state=StoryState.KEPT,
            )
        )
    await inside.settled()
    await inside.store.ledger.show_anew(inside.workspace, found.id)
    await inside.settled()

    [rollup] = rollups(inside, check)
    assert "300 people answered." in now_reads(inside, check)
    assert len(rollup["blocks"]) <= 50
    assert "and 275 stories more" in str(rollup["blocks"])
    await inside.ws.click(inside.user("alice"), rollup, "check.all")
    await inside.settled()
    assert "Customer 0 slept." in str(inside.modal("alice"))


async def test_a_restart_in_the_middle_loses_nothing(inside: Inside) -> None:
    await inside.team(SB, "bob", "charlie")
    check = await ask(inside)
    await answer(inside, "bob", check, "The nurses.")

    await inside.down()
    await inside.up()
    await answer(inside, "charlie", check, "The night shift.")
    assert "2 people answered." in now_reads(inside, check)
    await inside.down()
    inside.later(hours=5)
    await inside.up()
    await inside.house.services.checks.close_due(inside.now())
    await inside.settled()

    [rollup] = rollups(inside, check)
    assert "The nurses." in str(rollup)
    assert "The night shift." in str(rollup)


async def test_an_archived_channel_gets_its_rollup_when_it_comes_back(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    await answer(inside, "bob", check, "The nurses.")

    async def parked() -> bool:
        states = {each.kind: each.state for each in await inside.store.ledger.recent(inside.workspace)}
        return states.get(Kind.ROLLUP) is DeliveryState.PARKED

    inside.ws.archive(inside.user("alice"), inside.channel(SB))
    inside.later(hours=5)
    await inside.house.services.checks.close_due(inside.now())
    await inside.scheduler.kick(inside.workspace)
    reached: object = await inside.ws.wait_for(parked)
    assert reached
    assert rollups(inside, check) == []

    inside.ws.archive(inside.user("alice"), inside.channel(SB), undo=True)
    await inside.settled()

    [rollup] = rollups(inside, check)
    assert "The nurses." in str(rollup)


async def test_where_no_check_can_be_the_bot_says_what_to_do_first(inside: Inside) -> None:
    alice = inside.user("alice")

    await inside.ws.command(alice, inside.dm("alice"), "/purpose-check", "")
    await inside.ws.command(alice, inside.channel("leadership"), "/purpose-check", "")
    await inside.settled()
    archived = await inside.house.services.checks.ask(
        inside.workspace, inside.channel("old-news"), alice, "", origin="x", now=inside.now()
    )

    assert "Go to your team's channel" in inside.whispered("alice", inside.dm("alice"))
    assert "Type `/invite`" in inside.whispered("alice", inside.channel("leadership"))
    assert archived == Refusal(Why.CHANNEL_ARCHIVED)
    assert await inside.store.checks.open_in(inside.workspace) == []


async def test_in_a_fresh_channel_whoever_asks_becomes_its_manager(inside: Inside) -> None:
    inside.ws.invite(inside.user("bob"), inside.channel(SB))
    await inside.settled()

    await ask(inside, "", "bob")

    team = await inside.store.teams.by_channel(inside.workspace, inside.channel(SB))
    assert team.managers == (inside.user("bob"),)


async def test_a_long_question_is_asked_again_and_a_long_one_with_a_better_one_before_it_fits(
    inside: Inside,
) -> None:
    team = await inside.team(SB)
    too_long = "Will it close? " * 100

    await inside.ws.command(inside.user("alice"), inside.channel(SB), "/purpose-check", too_long)
    await inside.settled()
    assert "at most 1,000 characters" in inside.whispered("alice", inside.channel(SB))
    both = await inside.house.services.checks.ask(
        inside.workspace,
        team.channel,
        inside.user("alice"),
        too_long,
        origin="c",
        now=inside.now(),
        as_typed=True,
    )
    assert isinstance(both, Check)


async def test_an_open_check_says_who_sees_the_answers_also_after_its_channel_changed(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)
    assert "#small-business (public: everyone at Acme)" in now_reads(inside, check)

    inside.ws.rename(inside.user("alice"), inside.channel(SB), "bakeries")
    await inside.settled()

    assert "#bakeries (public: everyone at Acme)" in now_reads(inside, check)


async def test_an_answer_says_at_once_who_sees_it(inside: Inside) -> None:
    await inside.team(SB, "bob")
    check = await ask(inside)

    await answer(inside, "bob", check, "The nurses.")

    [story] = await inside.stories()
    assert story.visibility is Visibility.TEAM
    assert "The nurses." in str(inside.last("bob"))
    assert "#small-business (public: everyone at Acme)" in str(inside.last("bob"))
