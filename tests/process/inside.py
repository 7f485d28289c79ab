"""The whole bot inside the test's own process: the real house, door and scheduler over a local workspace and SQLite.

    async def test_something(inside: Inside) -> None:          # the fixture is in tests/process/conftest.py
        bob, dm = inside.user("bob"), inside.dm("bob")
        team = await inside.team("small-business", "bob")      # set up, purpose set, Alice manages, Bob is a member
        await inside.prompt("bob", team)                       # a prompt stands in Bob's DM
        await inside.ws.say(bob, dm, "Helped Maria close her books two days earlier.")
        await inside.settled()                                 # all arrived, worked off, sent and brought up to date
        assert "Kept" in inside.last("bob")["text"]

Payloads skip only the socket: they pass Bolt, the inbox, the pump, and come back over HTTP as in a workspace. `settled`
moves the clock where a message waits for its next try, so nothing sleeps. `down`/`up` end and start the bot.

It is always the same Tuesday morning, whatever day the machine has: nothing of a team's rhythm is near by chance.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from bot.domain.deliveries import Kind, NewDelivery, Priority, schedule_id
from bot.domain.identity import Workspace
from bot.domain.stories import Story
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryQuery
from bot.sandbox.clock import SharedClock
from bot.sandbox.model import Json
from bot.sandbox.people import People
from bot.sandbox.server import LocalWorkspace
from bot.sandbox.transport import Letter, NotAnswered
from bot.settings import Settings, load
from bot.wiring import House, build_house, introduce, open_store
from handlers.slack.app import Bot, build_app, dispatch
from handlers.slack.directory import workspace_key
from handlers.slack.door import Door
from handlers.slack.hearing import Hearing
from handlers.slack.reading_back import ReadingBack
from scheduler.pump import Pace
from scheduler.service import Scheduler
from tests.empty_database import empty_database

STARTS = datetime(2026, 1, 13, 15, 0, tzinfo=UTC)
"""When every story begins: a Tuesday, 10:00 for Alice and Bob in New York, 16:00 for Charlie in Berlin."""
PURPOSE = "We help small businesses be more successful."
DEADLINE_SECONDS = 30.0
"""How long anything is waited for: it costs nothing where all is well, and a busy machine is no bug."""
_LOOK_SECONDS = 0.002
_OWED = text("""
SELECT COUNT(*) FROM delivery WHERE (state IN ('queued', 'sending') AND due_at <= :now)
  OR (state = 'sent' AND wanted > shown)
""")


class Inside:
    """One bot in one local workspace. `ws` is the workspace, `house` the bot's objects, `settings` may be changed
    before `up`."""

    def __init__(self, folder: Path, ws: LocalWorkspace, settings: Settings) -> None:
        """Made by `bot_inside`."""
        self.folder = folder
        self.ws = ws
        self.settings = settings
        self.house: House
        self.door: Door
        self.hearing: Hearing
        self.scheduler: Scheduler
        self.running = False
        self._app: Any = None

    # people and places ----------------------------------------------------------------------------------------------

    @property
    def store(self) -> Any:
        """The bot's own store."""
        return self.house.store

    @property
    def workspace(self) -> Workspace:
        """The first workspace as the bot calls it."""
        return workspace_key(self.ws.team_id)

    def user(self, name: str) -> str:
        """A person's id by handle."""
        return self.ws.users[name]

    def dm(self, name: str) -> str:
        """The id of a person's DM with the bot."""
        return self.ws.dm(self.user(name))

    def channel(self, name: str) -> str:
        """A channel's id by name."""
        return self.ws.channels[name]

    def said(self, name: str) -> list[Json]:
        """What the bot wrote into a person's DM, oldest first."""
        return [one for one in self.ws.messages(self.dm(name)) if one.get("bot_id")]

    def last(self, name: str) -> Json:
        """The bot's newest message in a person's DM."""
        return self.said(name)[-1]

    def whispered(self, name: str, where: str) -> str:
        """The newest words that only this person sees in a channel or DM (by id)."""
        return str(self.ws.ephemerals(self.user(name), where)[-1]["text"])

    def modal(self, name: str) -> Json:
        """A person's topmost modal."""
        return self.ws.views(self.user(name))[-1]

    async def stories(self, **query: Any) -> list[Story]:
        """Kept stories of the first workspace, newest first; `query` narrows as in StoryQuery."""
        return list(await self.store.stories.find(self.workspace, StoryQuery(**query)))

    async def team(self, channel: str, *members: str, manager: str = "alice", purpose: str = PURPOSE) -> Team:
        """A team in a channel that the bot is in, with these people in it (by handle), its rhythm far from now."""
        where = self.channel(channel)
        if self.ws.bot_user not in self.ws.workspace.channels[where].members:
            self.ws.invite(self.user(manager), where)
            await self.settled()
        made = await self.house.services.joining.team_here(
            self.workspace, where, self.user(manager), self.now()
        )
        assert isinstance(made, Team)
        await self.store.teams.set_purpose(
            self.workspace, made.id, purpose, by=self.user(manager), now=self.now()
        )
        for name in (manager, *members):
            person = self.user(name)
            await self.house.services.admission.person(self.workspace, person, self.now())
            await self.store.teams.set_member(
                self.workspace, made.id, person, Membership.ACTIVE, now=self.now()
            )
        team = await self.store.teams.get(self.workspace, made.id)
        assert isinstance(team, Team)
        return team

    async def prompt(self, name: str, team: Team, on: date | None = None) -> Json:
        """Ask a person now, as the planner would; the prompt's message."""
        today = on or self.now().date()
        await self._owed_now(team, Kind.PROMPT, self.user(name), today, data={"asked": True})
        return self.last(name)

    async def post(self, team: Team, kind: Kind, on: date) -> None:
        """Post what a team's channel gets on a date, its reminder or digest, now, as the planner would."""
        await self._owed_now(team, kind, team.channel, on)

    async def _owed_now(self, team: Team, kind: Kind, recipient: str, on: date, **more: Any) -> None:
        owed = NewDelivery(
            workspace=self.workspace,
            subject=schedule_id(team.id, kind),
            kind=kind,
            recipient=recipient,
            local_date=on,
            due_at=self.now(),
            expires_at=self.now() + timedelta(hours=12),
            priority=Priority.WAITING,
            team=team.id,
            **more,
        )
        await self.store.ledger.owe([owed])
        await self.settled()

    # time -----------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time on the clock that workspace and bot share."""
        return self.ws.clock.now()

    def later(self, **time: float) -> None:
        """Move the shared clock ahead: `later(hours=2)`."""
        self.ws.clock.set_offset(self.ws.clock.offset + timedelta(**time).total_seconds())

    async def settled(self) -> None:
        """Wait until all that happened has arrived, is worked off, and all that is owed by now is sent and shown."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                await self._arrived()
                if not self.running or not await self._owed():
                    if not self._busy():
                        return
                    continue
                for each in await self.store.ledger.ring(now=self.now()):
                    await self.scheduler.kick(each)
                await asyncio.sleep(_LOOK_SECONDS)
                if not self._busy() and not await self.store.ledger.ring(now=self.now()):
                    self.later(seconds=0.5)  # an update waits for its turn, or a try for the next one

    async def planned(self) -> None:
        """After a jump of days: let the scheduler plan now what it would at its next tick, and send what is due. So
        nothing of it comes between what a test compares."""
        await self.scheduler._plan()
        await self.settled()

    async def _arrived(self) -> None:
        while self._busy():  # noqa: ASYNC110 - two objects that know no events; within the deadline of `settled`
            await asyncio.sleep(_LOOK_SECONDS)

    def _busy(self) -> bool:
        here = self.running and (self.door.under_way or self.hearing.under_way)
        return bool(self.ws.hub.courier.under_way or here)

    async def _owed(self) -> int:
        now = int(self.now().timestamp() * 1_000_000)
        async with self.store.database.reading() as connection:
            return int((await connection.execute(_OWED, {"now": now})).scalar_one())

    # starting and ending --------------------------------------------------------------------------------------------

    async def up(self) -> None:
        """Start the bot on the database as it stands."""
        store = await open_store(self.settings, migrate=False)
        self.house = build_house(self.settings, store, self.ws.clock.now)
        self.door = Door(self.house.services, self._ring)
        self.scheduler = Scheduler(
            store,
            self.house.messenger,
            self.house.composing,
            self.ws.clock.now,
            owner="inside",
            pace=Pace(per_minute=0),
            tick=0.1,
        )
        self.hearing = Hearing(
            self.house.services,
            ReadingBack(self.house.services, self.door.take),
            self.house.installations.workspaces,
            lambda: self.running,
        )
        self._app = build_app(self.door, self._installed)
        await introduce(self.house, self.ws.bot_token)
        await self.door.work_off(self.now(), all_of_it=True)
        await self.hearing.begin(DEADLINE_SECONDS)
        await self.scheduler.start()
        self.running = True

    async def down(self) -> None:
        """End the bot; what people do meanwhile is lost but for Slack's own retries."""
        self.running = False
        await self.hearing.stop()
        await self.door.drain(DEADLINE_SECONDS)
        await self.scheduler.stop()
        await self.house.close()

    async def also(self, people: People) -> None:
        """Introduce the bot to one more workspace of the same app."""
        await introduce(self.house, people.bot_token)

    async def carry(self, letter: Letter) -> Json:
        """Stands in for the socket: hands a letter to Bolt and gives back what the bot answered."""
        if not self.running:
            raise NotAnswered("no_connection")
        payload = orjson.loads(orjson.dumps(letter.payload))
        try:
            reply = await asyncio.wait_for(dispatch(self._app, payload), DEADLINE_SECONDS)
        except TimeoutError:
            raise NotAnswered("timeout") from None
        if reply.status != 200:
            raise NotAnswered("http_error")
        answer = orjson.loads(reply.body) if reply.content_type.startswith(b"application/json") else {}
        return dict(answer or {})

    async def _ring(self, workspace: str) -> None:
        await self.scheduler.kick(workspace)

    async def _installed(self, team: str) -> Bot | None:
        known = self.house.installations.get(workspace_key(team))
        return Bot(known.bot_user, known.token or "") if known is not None else None


@asynccontextmanager
async def bot_inside(folder: Path, **changes: Any) -> AsyncIterator[Inside]:
    """A started workspace (Alice, Bob, Charlie, a guest Grace) with the bot running in it; `changes` are settings."""
    clock = SharedClock(folder / "clock")
    clock.set_offset((STARTS - clock.now()).total_seconds())
    async with LocalWorkspace(clock=clock) as ws:
        address = await empty_database(folder / "bot.db")
        settings = load(
            {
                "SLACK_BOT_TOKEN": ws.bot_token,
                "SLACK_APP_TOKEN": ws.app_token,
                "SLACK_API_URL": ws.api_url,
                "DATABASE_URL": address,
            }
            | changes,
            None,
        )
        inside = Inside(folder, ws, settings)
        ws.hub.sockets.carry = inside.carry  # type: ignore[method-assign]
        await inside.up()
        try:
            yield inside
        finally:
            if inside.running:
                await inside.down()
