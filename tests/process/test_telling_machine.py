"""Told, edited, deleted, shared, sent twice, out of order, with crashes between: who reads which words is predicted,
as people see it in Home, in a search and in the digest."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from bot.domain.stories import Visibility
from bot.domain.weeks import week_of
from bot.usecases.digest_printing import printed
from bot.usecases.telling import team_zone
from handlers.slack.surfaces import names
from tests.process.inside import Inside, bot_inside

TELLERS = ("bob", "charlie")
BOUNDED = settings(
    max_examples=3, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


@dataclass
class Told:
    """One message as its teller left it."""

    teller: str
    word: str
    visibility: Visibility = Visibility.TEAM
    gone: bool = False

    def seen_by(self, viewer: str) -> bool:
        """Alice manages the team, Bob and Charlie are in it, Dana is only in the company."""
        reach = {"alice": Visibility.MANAGERS, "dana": Visibility.COMPANY}.get(viewer, Visibility.TEAM)
        return not self.gone and (viewer == self.teller or self.visibility >= reach)


class Telling(RuleBasedStateMachine):
    """Does it all to a real bot and to the model above."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        self.told: dict[str, Told] = {}
        self.words = (f"zebra{number}x" for number in count())
        self.clicks = count()
        self.run(self.begin())

    async def begin(self) -> None:
        self.inside: Inside = await self.stack.enter_async_context(bot_inside(Path(self.folder.name)))
        self.inside.ws.add_person("Dana")
        self.team = await self.inside.team("small-business", *TELLERS)
        for name in TELLERS:
            await self.inside.prompt(name, self.team)

    def teardown(self) -> None:
        self.everybody_looks()
        self.run(self.stack.aclose())
        self.loop.close()
        self.folder.cleanup()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    @rule(teller=st.sampled_from(TELLERS), twice=st.booleans())
    def tell(self, teller: str, twice: bool) -> None:
        word = next(self.words)
        self.inside.ws.hub.faults.duplicate_events = int(twice)
        ts = self.run(self.say(teller, f"Helped Maria with her {word} today."))
        self.told[ts] = Told(teller, word)

    async def say(self, teller: str, text: str) -> str:
        ts = await self.inside.ws.say(self.inside.user(teller), self.inside.dm(teller), text)
        await self.inside.settled()
        return ts

    @rule(teller=st.sampled_from(TELLERS), deleted=st.booleans())
    def tell_with_what_came_later_arriving_first(self, teller: str, deleted: bool) -> None:
        word, ts = next(self.words), self.inside.ws.workspace.next_ts()
        message = {"user": self.inside.user(teller), "text": f"Helped Maria with her {word} today.", "ts": ts}
        changed = {**message, "edited": {"ts": f"{float(ts) + 1:.6f}"}}
        first = {**message, "text": "Helped Maria with her giraffe today."}
        later = (
            {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": message}
            if deleted
            else {"subtype": "message_changed", "message": changed, "previous_message": first}
        )
        self.run(self.arrive(teller, later, first))
        self.told[ts] = Told(teller, word, gone=deleted)

    async def arrive(self, teller: str, *events: dict[str, Any]) -> None:
        for event in events:
            place = {"type": "message", "channel": self.inside.dm(teller), "channel_type": "im"}
            await self.inside.door.take(
                {
                    "type": "event_callback",
                    "team_id": self.inside.ws.team_id,
                    "event_id": f"EvEarly{next(self.clicks)}",
                    "event": place | event,
                }
            )
            await self.inside.settled()

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        ts, told = self.draw(data)
        if told.gone or not self.stands(ts, told):
            return
        told.word = next(self.words)
        self.run(self.reword(ts, told))

    async def reword(self, ts: str, told: Told) -> None:
        ws = self.inside.ws
        text = f"Helped Maria with her {told.word} today."
        await ws.edit(self.inside.user(told.teller), self.inside.dm(told.teller), ts, text)
        await self.inside.settled()

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        ts, told = self.draw(data)
        if told.gone or not self.stands(ts, told):
            return
        told.gone = True
        self.run(self.take_away(ts, told))

    async def take_away(self, ts: str, told: Told) -> None:
        await self.inside.ws.delete(self.inside.user(told.teller), self.inside.dm(told.teller), ts)
        await self.inside.settled()

    @precondition(lambda self: self.told)
    @rule(data=st.data(), visibility=st.sampled_from(Visibility), by=st.sampled_from(TELLERS))
    def share(self, data: st.DataObject, visibility: Visibility, by: str) -> None:
        ts, told = self.draw(data)
        self.run(self.choose(ts, told, visibility, by))
        if by == told.teller and not told.gone:
            told.visibility = visibility

    async def choose(self, ts: str, told: Told, visibility: Visibility, by: str) -> None:
        """A choice in the receipt's menu; a colleague's is forged and must do nothing."""
        origin = f"{self.inside.dm(told.teller)}:{ts}"
        story = await self.inside.store.stories.by_origin(self.inside.workspace, origin)
        value = f"{story.id if story else 'nowhere'}:{visibility.word}"
        user, team = self.inside.user(by), self.inside.ws.team_id
        click = {"action_id": names.STORY_AUDIENCE, "block_id": "b", "selected_option": {"value": value}}
        await self.inside.door.take(
            {
                "type": "block_actions",
                "team": {"id": team},
                "user": {"id": user, "team_id": team},
                "trigger_id": f"click.{next(self.clicks)}",
                "actions": [click],
            }
        )
        await self.inside.settled()

    @rule()
    def crash_and_start_again(self) -> None:
        self.run(self.restart())

    async def restart(self) -> None:
        await self.inside.down()
        await self.inside.up()
        await self.inside.settled()

    @rule()
    def everybody_looks(self) -> None:
        for viewer in ("alice", "bob", "charlie", "dana"):
            seen = self.run(self.found_by(viewer))
            for told in self.told.values():
                assert (told.word in seen) == told.seen_by(viewer), (viewer, told)
        for teller in TELLERS:
            home = self.run(self.home_of(teller))
            newest = [told for told in self.told.values() if told.teller == teller and not told.gone][-10:]
            assert all(told.word in home for told in newest)
            assert not any(
                told.word in home
                for told in self.told.values()
                if not (told.teller == teller and not told.gone)
            )
        digest = self.run(self.digest())
        for told in self.told.values():
            assert (told.word in digest) == (not told.gone and told.visibility >= Visibility.TEAM), told
        assert "giraffe" not in digest

    async def found_by(self, viewer: str) -> str:
        """All that a search for each word shows to somebody."""
        place, user = self.inside.channel("general"), self.inside.user(viewer)
        shown = []
        for told in list(self.told.values()):
            await self.inside.ws.command(user, place, "/purpose", f"stories {told.word}")
            await self.inside.settled()
            shown.append(json.dumps(self.inside.ws.ephemerals(user, place)[-1].get("blocks")))
        found = [each for each in shown if "Nothing that you may read" not in each]
        return "\n".join(found)

    async def home_of(self, teller: str) -> str:
        await self.inside.ws.open_home(self.inside.user(teller))
        await self.inside.settled()
        return json.dumps(self.inside.ws.home(self.inside.user(teller)))

    async def digest(self) -> str:
        """The coming digest as it would be printed, every story whole."""
        hour = self.inside.now() + timedelta(days=7)
        digesting, zone = self.inside.house.services.digesting, team_zone(self.team)
        weeks = [week_of(self.inside.now(), zone), week_of(hour, zone)]
        notices = [await digesting.of_week(self.inside.workspace, self.team.id, week, hour) for week in weeks]
        return "\n".join(printed(notice) for notice in notices if notice is not None)

    def draw(self, data: st.DataObject) -> tuple[str, Told]:
        ts = data.draw(st.sampled_from(sorted(self.told)))
        return ts, self.told[ts]

    def stands(self, ts: str, told: Told) -> bool:
        """Whether the message is in the conversation, where it can be edited (early events are made by hand)."""
        return any(one["ts"] == ts for one in self.inside.ws.messages(self.inside.dm(told.teller)))


def test_everybody_reads_what_is_predicted() -> None:
    run_machine(Telling, settings=BOUNDED)
