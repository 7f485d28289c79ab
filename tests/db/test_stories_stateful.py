"""Whatever order things are told, edited, deleted, shared and told again in: who sees which words is predicted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from bot.db.engine import open_database
from bot.db.migrating import migrate
from bot.db.store import SqlStore
from bot.domain.stories import Source, Story, StoryState, Viewer, Visibility, may_see, shown_in_channel
from bot.ports.stories import StoryChange, StoryQuery

START = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
TELLERS = ("alice", "bob")
VIEWERS = (
    Viewer("alice", teams=frozenset({"sales"})),
    Viewer("bob", teams=frozenset({"sales"}), managed=frozenset({"sales"})),
    Viewer("charlie", teams=frozenset({"sales"})),
    Viewer("dora"),
    Viewer("guest", teams=frozenset({"sales"}), full_member=False),
)
SHOWN = (StoryState.DRAFT, StoryState.KEPT)
WORKSPACES = count(1)
ORIGINS = st.integers(0, 5).map("D1:{}".format)
MARKS = st.integers(1, 5).map(str)
BOUNDED = settings(stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass
class Message:
    """One message as the platform has it: its newest wording, and whether it was taken away."""

    words: str = ""
    edited: str = ""
    deleted: bool = False
    story: int | None = None


@dataclass
class Told:
    """One story as it must read: its messages in order."""

    id: str
    teller: str
    visibility: Visibility
    state: StoryState
    parts: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What its messages say now."""
        return "\n".join(part.words for part in self.parts if part.words)

    def settle(self) -> None:
        """Without any words left it is gone for good."""
        if not self.text:
            self.withdraw()

    def withdraw(self) -> None:
        """Every word goes."""
        self.state = StoryState.WITHDRAWN
        for part in self.parts:
            part.words = ""


class StoriesMachine(RuleBasedStateMachine):
    """Does the same to a database and to the model above, and looks at both through everybody's eyes."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.workspace = f"slack:T{next(WORKSPACES)}"
        self.store = SqlStore(open_database(self.url, readers=1, writers=1))
        self.messages: dict[str, Message] = {}
        self.told: list[Told] = []
        self.spoken: list[str] = []
        self.in_check: set[str] = set()
        self.moments = (START + timedelta(seconds=number) for number in count())

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    def new_words(self) -> str:
        self.spoken.append(f"word{len(self.spoken)}x")
        return self.spoken[-1]

    @initialize()
    def somebody_tells(self) -> None:
        self.tell("D1:0", "alice", Visibility.TEAM, draft=False)

    @rule(
        origin=ORIGINS,
        teller=st.sampled_from(TELLERS),
        visibility=st.sampled_from(Visibility),
        draft=st.booleans(),
    )
    def tell(self, origin: str, teller: str, visibility: Visibility, draft: bool) -> None:
        words, state = self.new_words(), StoryState.DRAFT if draft else StoryState.KEPT
        at = next(self.moments)
        story = Story("", self.workspace, "sales", teller, words, at, at.date(), Source.DM, origin)
        # Every other one is an answer to a check.
        story = replace(story, check="check-1" if len(self.spoken) % 2 else None)
        kept = self.run(self.store.stories.keep(_with(story, visibility, state)))
        message = self.messages.setdefault(origin, Message(words))
        assert kept.new == (message.story is None and not message.deleted)
        if kept.new:
            message.story = len(self.told)
            if story.check is not None:
                self.in_check.add(kept.story.id)
            self.told.append(Told(kept.story.id, teller, visibility, state, [message]))

    @rule(origin=ORIGINS, data=st.data())
    def extend(self, origin: str, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.told) - 1))
        told, words = self.told[number], self.new_words()
        self.run(self.store.stories.extend(self.workspace, told.id, origin=origin, text=words, at=START))
        message = self.messages.setdefault(origin, Message(words))
        if message.story is None and not message.deleted:
            message.story = number
            if told.state is StoryState.WITHDRAWN:
                message.words = ""
            told.parts.append(message)

    @rule(origin=ORIGINS, mark=MARKS)
    def edit(self, origin: str, mark: str) -> None:
        words = self.new_words()
        self.run(self.store.stories.edit_message(self.workspace, origin, words, edited=mark, at=START))
        message = self.messages.setdefault(origin, Message())
        told = None if message.story is None else self.told[message.story]
        if message.deleted or mark <= message.edited or (told and told.state is StoryState.WITHDRAWN):
            return
        message.words, message.edited = words, mark

    @rule(origin=ORIGINS)
    def delete(self, origin: str) -> None:
        self.run(self.store.stories.delete_message(self.workspace, origin, at=START))
        message = self.messages.setdefault(origin, Message())
        message.deleted, message.words = True, ""
        if message.story is not None:
            self.told[message.story].settle()

    @rule(data=st.data(), visibility=st.sampled_from(Visibility))
    def share(self, data: st.DataObject, visibility: Visibility) -> None:
        told = self.draw_story(data)
        self.change(told, StoryChange(visibility=visibility))
        if told.state is not StoryState.WITHDRAWN:
            told.visibility = visibility

    @rule(data=st.data())
    def rewrite(self, data: st.DataObject) -> None:
        told, words = self.draw_story(data), self.new_words()
        self.change(told, StoryChange(text=words))
        if told.state is not StoryState.WITHDRAWN:
            for part in told.parts:
                part.words = ""
            next(part for part in told.parts if not part.deleted).words = words

    @rule(data=st.data())
    def save_draft(self, data: st.DataObject) -> None:
        told = self.draw_story(data)
        self.change(told, StoryChange(state=StoryState.KEPT))
        if told.state is StoryState.DRAFT:
            told.state = StoryState.KEPT

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        told = self.draw_story(data)
        self.change(told, StoryChange(state=StoryState.WITHDRAWN))
        told.withdraw()

    @precondition(lambda self: len(self.told) > 1)
    @rule()
    def crash_and_start_again(self) -> None:
        self.run(self.store.close())
        self.store = SqlStore(open_database(self.url, readers=1, writers=1))

    @invariant()
    def everybody_finds_exactly_what_they_may_see(self) -> None:
        for viewer in VIEWERS:
            query = StoryQuery(viewer=viewer, states=SHOWN)
            found = self.run(self.store.stories.find(self.workspace, query))
            assert {story.id: story.text for story in found} == self.seen_by(viewer)

    @invariant()
    def home_shows_exactly_ones_own(self) -> None:
        for teller in TELLERS:
            found = self.run(self.store.stories.find(self.workspace, StoryQuery(teller=teller)))
            assert {story.id: story.text for story in found} == {
                told.id: told.text
                for told in self.told
                if told.teller == teller and told.state is StoryState.KEPT
            }

    @invariant()
    def check_and_digest_show_exactly_what_the_channel_may_see(self) -> None:
        shown = {
            told.id: told.text
            for told in self.told
            if told.state is StoryState.KEPT and told.visibility >= Visibility.TEAM
        }
        places = (
            StoryQuery(team="sales", at_least=Visibility.TEAM),
            StoryQuery(check="check-1", at_least=Visibility.TEAM),
        )
        for query, here in zip(
            places,
            (shown, {each: text for each, text in shown.items() if each in self.in_check}),
            strict=True,
        ):
            found = self.run(self.store.stories.find(self.workspace, query))
            assert {story.id: story.text for story in found} == here
            assert all(shown_in_channel(story) for story in found)

    @invariant()
    def everybody_can_search_exactly_what_they_may_see(self) -> None:
        for word in self.spoken[-3:]:
            for viewer in VIEWERS[:3]:
                found = self.run(self.store.stories.search(self.workspace, word, viewer))
                seen = self.seen_by(viewer)
                assert {story.id for story in found} == {
                    each for each, text in seen.items() if word in text.split()
                }

    @invariant()
    def withdrawn_stories_have_no_words_anywhere(self) -> None:
        for told in self.told:
            if told.state is StoryState.WITHDRAWN:
                data = self.run(self.store.stories.get(self.workspace, told.id))
                revisions = self.run(self.store.stories.revisions(self.workspace, told.id))
                assert (data.text, list(revisions)) == ("", [])

    def draw_story(self, data: st.DataObject) -> Told:
        return self.told[data.draw(st.integers(0, len(self.told) - 1))]

    def change(self, told: Told, change: StoryChange) -> None:
        changed = self.run(self.store.stories.change(self.workspace, told.id, change, by="alice", at=START))
        assert (changed is None) == (told.state is StoryState.WITHDRAWN)

    def seen_by(self, viewer: Viewer) -> dict[str, str]:
        seen = {}
        for told in self.told:
            story = Story(
                told.id, self.workspace, "sales", told.teller, "", START, START.date(), Source.DM, ""
            )
            if may_see(_with(story, told.visibility, told.state), viewer):
                seen[told.id] = told.text
        return seen


def _with(story: Story, visibility: Visibility, state: StoryState) -> Story:
    return replace(story, visibility=visibility, state=state)


def _play_on(url: str, examples: int) -> None:
    machine = type("Machine", (StoriesMachine,), {"url": url})
    run_machine(machine, settings=settings(BOUNDED, max_examples=examples))


async def _prepare(url: str) -> None:
    database = open_database(url)
    await migrate(database)
    await database.close()


def test_stories_read_as_predicted_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    asyncio.run(_prepare(url))

    _play_on(url, examples=12)


def test_stories_read_as_predicted_on_postgresql(postgres_url: str) -> None:
    asyncio.run(_prepare(postgres_url))

    _play_on(postgres_url, examples=4)
