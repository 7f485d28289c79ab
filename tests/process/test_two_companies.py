"""Two companies in one database, alike down to every id: whatever was done in one and is done again in the other stays
there, and shows nothing of the first."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.engine import EVERY_WORKSPACE
from bot.db.models import metadata
from bot.domain.pulses import QUESTIONS, Pulse
from bot.domain.stories import Viewer
from bot.domain.teams import Membership, Team
from bot.ports.stories import StoryQuery
from bot.sandbox.model import Json
from bot.sandbox.people import People
from bot.sandbox.transport import Letter, NotAnswered
from bot.wiring import introduce
from handlers.slack.directory import workspace_key
from handlers.slack.routes import ACTIONS
from handlers.slack.surfaces import names
from handlers.slack.surfaces.reason_form import BLOCK_WHY
from handlers.slack.surfaces.setup import VIEW_SETUP
from tests.process.inside import Inside, bot_inside
from tests.slack import payloads

SECRET = "Marzipan"
"""A word of every story, question and purpose at Acme; what Globex's people type instead is below."""
OTHER = "Nougat"

_OF_NO_PERSON = {"lane"}
"""Which process is sending: it changes hands by itself."""


class Companies:
    """Acme, where a day was lived; Globex, its twin; and everything that Slack told the bot of Acme."""

    def __init__(self, inside: Inside, globex: People) -> None:
        self.inside = inside
        self.globex = globex
        self.told: list[Letter] = []
        self.shown: list[str] = []

    async def rows(self, people: People) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of a company, by table."""
        found = {}
        key = workspace_key(people.team_id)
        async with self.inside.store.database.reading(EVERY_WORKSPACE) as connection:
            for table in metadata.sorted_tables:
                column = "key" if table.name == "workspace" else "workspace"
                if column not in table.columns or table.name in _OF_NO_PERSON:
                    continue
                statement = text(f'SELECT * FROM "{table.name}" WHERE "{column}" = :key')
                rows = (await connection.execute(statement, {"key": key})).all()
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    async def ids(self, table: str) -> list[str]:
        """The ids of Acme's rows in a table."""
        statement = text(f'SELECT id FROM "{table}" WHERE workspace = :key')
        async with self.inside.store.database.reading(EVERY_WORKSPACE) as connection:
            found = await connection.execute(statement, {"key": self.inside.workspace})
            return [str(each) for each in found.scalars()]

    def elsewhere(self, payload: Json) -> Json:
        """The same payload as Globex's people would cause it: the same ids, their own words."""
        there = (
            json.dumps(payload).replace(self.inside.ws.team_id, self.globex.team_id).replace(SECRET, OTHER)
        )
        return dict(json.loads(there))

    async def replay(self, letter: Letter) -> None:
        """Hand it to the bot; a refusal is an answer, too."""
        with suppress(NotAnswered):
            await self.inside.carry(Letter(letter.kind, self.elsewhere(letter.payload)))
        await self.inside.settled()


@pytest.fixture
def address(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where the bot keeps what it knows: a file, or PostgreSQL where a test asks for it."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return {}
    request.getfixturevalue("postgres")  # empties it
    return {"DATABASE_URL": request.getfixturevalue("postgres_url")}


@pytest.fixture
async def inside(tmp_path: Path, address: dict[str, str]) -> AsyncIterator[Inside]:
    """The whole bot over that database."""
    async with bot_inside(tmp_path, **address) as running:
        yield running


BOTH = pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def companies(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Companies:
    globex = inside.ws.add_workspace("Globex")
    both = Companies(inside, globex)
    carry = inside.carry

    async def carried(letter: Letter) -> Json:
        both.told.append(letter)
        return await carry(letter)

    monkeypatch.setattr(inside.ws.hub.sockets, "carry", carried)
    await a_day(inside)
    monkeypatch.setattr(inside.ws.hub.sockets, "carry", carry)
    become_twin(inside.ws, globex)
    await introduce(inside.house, globex.bot_token)
    listen(both, monkeypatch)
    return both


async def a_day(inside: Inside) -> None:
    """All that people can do, at Acme."""
    ws, alice, bob = inside.ws, inside.user("alice"), inside.user("bob")
    team = await inside.team("small-business", "bob", "charlie", purpose=f"We help people to {SECRET}.")
    place = team.channel
    prompt = await inside.prompt("bob", team)
    await ws.click(bob, prompt, names.PROMPT_SHARE)
    await inside.settled()
    await ws.submit(bob, inside.modal("bob")["id"], {names.BLOCK_TEXT: f"The school got its {SECRET} early."})
    await inside.settled()
    first = await ws.say(bob, inside.dm("bob"), f"Maria has {SECRET} in her window again.")
    await inside.settled()
    receipt = inside.last("bob")
    await ws.edit(bob, inside.dm("bob"), first, f"Maria has {SECRET} in both windows again.")
    await inside.settled()
    for action in (names.STORY_COLLEAGUE, names.STORY_PRIVATE, names.STORY_EDIT):
        await ws.click(bob, newest(inside, receipt), action)
        await inside.settled()
    edited = {
        names.BLOCK_TEXT: f"Maria sells {SECRET} to the clinic now.",
        names.BLOCK_CUSTOMER: f"{SECRET} & Söhne (Lyon)",
    }
    await ws.submit(bob, inside.modal("bob")["id"], edited)
    await inside.settled()
    await ws.click(bob, newest(inside, receipt), names.STORY_SHARE)
    await ws.command(alice, place, "/purpose-check", f"Who will taste the {SECRET}?")
    await inside.settled()
    check = next(one for one in ws.messages(place) if "taste" in str(one))
    await ws.say(inside.user("charlie"), place, f"The nurses, at noon, with {SECRET}.", thread_ts=check["ts"])
    await inside.settled()
    await ws.click(alice, next(m for m in ws.messages(place) if m["ts"] == check["ts"]), names.CHECK_CLOSE)
    await inside.settled()
    for typed in ("", "show", f"stories {SECRET}", f"customer {SECRET}", "why", "digest", "days mon-wed at 15:30",
                  "pause", "resume", "mydata", f"set We help people to {SECRET} more.", f"story A last {SECRET}.",
                  "forget"):  # fmt: skip
        await ws.command(bob, place, "/purpose", typed)
        await inside.settled()
    await ws.open_home(alice)
    await inside.settled()
    await a_hope_and_a_pulse(inside, team)


async def a_hope_and_a_pulse(inside: Inside, team: Team) -> None:
    """Bob hopes for something, and everybody is asked the quarter's questions."""
    now, bob = inside.now(), inside.user("bob")
    story = next(each for each in await inside.stories() if each.teller == bob)
    hope = f"By March they live on {SECRET}"
    due = now.date() + timedelta(days=90)
    await inside.house.services.hoping.promise(
        story.workspace, bob, story.id, hope, due, origin="test", now=now
    )
    await inside.settled()
    open_now = Pulse("", team.workspace, team.id, "2026-Q4", now - timedelta(days=1), now + timedelta(days=7))
    await inside.store.pulses.open(open_now)


def newest(inside: Inside, message: Json) -> Json:
    """A message of Bob's DM as it stands now."""
    return next(one for one in inside.said("bob") if one["ts"] == message["ts"])


def become_twin(acme: People, globex: People) -> None:
    """Globex gets Acme's people and channels under the very same ids, with nothing said in them yet."""
    there, here = globex.workspace, acme.workspace
    there.people = copy.deepcopy(here.people)
    for person in there.people.values():
        if person.team_id == here.team_id:
            person.team_id = there.team_id
    there.channels = copy.deepcopy(here.channels)
    for channel in there.channels.values():
        channel.messages, channel.order, channel.top_level = {}, [], []
    there.direct = dict(here.direct)
    assert there.app is not None
    assert here.app is not None
    there.app.bot_user, there.app.bot_id = here.app.bot_user, here.app.bot_id


def listen(both: Companies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note all that the bot says with Globex's token, and at the addresses that Globex's clicks brought along."""
    api = both.inside.house.api
    ask = api.call_with

    async def asked(token: str, method: str, **arguments: Any) -> dict[str, Any]:
        assert token == both.globex.bot_token, f"{method} with another company's token"
        both.shown.append(json.dumps(arguments, default=str))
        return await ask(token, method, **arguments)

    async def responded(response_url: str, message: Json) -> None:
        both.shown.append(json.dumps(message))

    async def uploaded(upload_url: str, content: bytes) -> None:
        both.shown.append(content.decode())

    monkeypatch.setattr(
        "handlers.slack.api.SlackApi.call_with", lambda _, *given, **more: asked(*given, **more)
    )
    monkeypatch.setattr("handlers.slack.api.SlackApi.respond", lambda _, *given: responded(*given))
    monkeypatch.setattr("handlers.slack.api.SlackApi.put_file", lambda _, *given: uploaded(*given))


async def values_for(both: Companies) -> dict[str, list[str]]:
    """What Acme's buttons and menus carry, by the first word of their action's name."""
    story = (await both.inside.stories())[0].id
    [team] = await both.inside.store.teams.all(both.inside.workspace)
    of_story = [story, f"{story}:{team.id}"]
    kinds = dict.fromkeys(("story", "draft", "wider", "digest", "ai", "coach"), of_story)
    kinds |= {"check": await both.ids("purpose_check"), "customer": await both.ids("customer")}
    return kinds | {"": [team.id]}


async def test_everything_done_again_in_the_other_company_leaves_the_first_as_it_was(
    companies: Companies,
) -> None:
    acme = companies.inside.ws
    before, posts = await companies.rows(acme), copy.deepcopy(acme.workspace.channels)

    for letter in companies.told:
        await companies.replay(letter)

    assert len(companies.told) > 30
    assert await companies.rows(acme) == before
    assert acme.workspace.channels == posts
    assert any(OTHER in each for each in companies.shown), "Globex was answered with its own words"
    assert [each for each in companies.shown if SECRET in each] == []


@BOTH
async def test_a_click_on_anything_with_another_companys_ids_shows_and_changes_nothing(
    companies: Companies,
) -> None:
    acme = companies.inside.ws
    before = await companies.rows(acme)
    template = next(each.payload for each in companies.told if each.payload.get("type") == "block_actions")
    values = await values_for(companies)

    for number, action in enumerate(ACTIONS):
        for value in values.get(action.partition(".")[0], values[""]):
            click = copy.deepcopy(template) | {"trigger_id": f"{number}.{value}"}
            click["actions"][0] |= {"action_id": action, "value": value}
            await companies.replay(Letter("interactive", click))

    assert values["check"]
    assert values["customer"]
    assert await companies.rows(acme) == before
    assert [each for each in companies.shown if SECRET in each] == []


async def everything_of(both: Companies) -> Json:
    """What Acme's forms carry along: every id that there is."""
    today = both.inside.now().date()
    bob = both.inside.user("bob")
    ids = {
        "story": next(each.id for each in await both.inside.stories() if each.teller == bob),
        "outcome": "came_true",
        "today": today.isoformat(),
        "latest": (today + timedelta(days=200)).isoformat(),
    }
    tables = {
        "team": "team",
        "check": "purpose_check",
        "customer": "customer",
        "hope": "hope",
        "pulse": "pulse",
    }
    ids |= {name: (await both.ids(table))[0] for name, table in tables.items()}
    return ids | {"taken_from": ids["hope"]}


def forms(both: Companies, ids: Json) -> list[Json]:
    """Each form as Bob sends it, filled in, with those ids."""
    typed = {"value": f"Bob typed {SECRET}."}
    option = {"selected_option": {"value": "30"}}
    values: Json = {
        **dict.fromkeys(
            (
                names.BLOCK_TEXT,
                names.BLOCK_HOPE,
                names.BLOCK_LINE,
                names.BLOCK_NAME,
                BLOCK_WHY,
                "setup.purpose",
            ),
            typed,
        ),
        names.BLOCK_AGAIN: option,
        "rhythm.days": {"selected_options": [{"value": "1"}]},
        "rhythm.at": {"selected_time": "10:10"},
        **{f"pulse.{name}": {"selected_option": {"value": "4"}} for name in QUESTIONS},
    }
    # A form without a hope's id makes one; with it, it changes one.
    for_a_new_hope = {name: value for name, value in ids.items() if name != "hope"}
    found = []
    for number, payload in enumerate((*payloads.submissions(), *payloads.submissions())):
        sent = json.loads(in_acme(both, payload))
        carried = json.dumps(ids if number < len(payloads.submissions()) else for_a_new_hope)
        meta = ids["team"] if sent["view"]["callback_id"] == VIEW_SETUP else carried
        sent["view"] |= {"id": f"VFORM{number}", "private_metadata": meta}
        sent["view"]["state"]["values"] |= {block: {names.VALUE: value} for block, value in values.items()}
        found.append(sent)
    return found


def in_acme(both: Companies, payload: Mapping[str, Any]) -> str:
    """A payload of any kind, as if it came from Acme's Bob and Alice; in JSON."""
    people = {f"U{name.upper()}": both.inside.user(name) for name in ("alice", "bob", "charlie")}
    places = {"C1": both.inside.channel("small-business"), "D1": both.inside.dm("bob")}
    text = json.dumps(payload)
    for old, new in (people | places | {"T1": both.inside.ws.team_id}).items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return text.replace(payloads.WORDS, SECRET)


@BOTH
async def test_every_form_with_another_companys_ids_shows_and_changes_nothing_and_at_home_it_does(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = companies.inside.ws
    sent = forms(companies, await everything_of(companies))
    before = await companies.rows(acme)

    for form in sent:
        await companies.replay(Letter("interactive", form))
    after, shown = await companies.rows(acme), list(companies.shown)
    monkeypatch.undo()
    changed = set()
    for form in sent:
        rows = await companies.rows(acme)
        with suppress(NotAnswered):
            await companies.inside.carry(Letter("interactive", form))
        await companies.inside.settled()
        if {**await companies.rows(acme), "inbox": []} != {**rows, "inbox": []}:
            changed.add(form["view"]["callback_id"])

    assert after == before
    assert [each for each in shown if SECRET in each] == []
    assert {each["view"]["callback_id"] for each in sent} - changed == set()


async def test_every_command_shortcut_and_event_with_another_companys_ids_shows_and_changes_nothing(
    companies: Companies,
) -> None:
    acme = companies.inside.ws
    before, posts = await companies.rows(acme), copy.deepcopy(acme.workspace.channels)
    every = (*payloads.commands(), *payloads.shortcuts(), *payloads.events())

    for number, payload in enumerate(every):
        text = in_acme(companies, payload).replace("1.0.", f"7.{number}.").replace('"Ev0"', f'"Ev7{number}"')
        await companies.replay(Letter("events_api", json.loads(text)))

    assert len(every) > 50
    assert await companies.rows(acme) == before
    assert acme.workspace.channels == posts
    assert companies.shown
    assert [each for each in companies.shown if SECRET in each] == []


async def test_the_store_gives_one_company_nothing_of_the_other(companies: Companies) -> None:
    store, there = companies.inside.store, workspace_key(companies.globex.team_id)
    bob = companies.inside.user("bob")
    stories = [story.id for story in await companies.inside.stories()]
    [team] = await store.teams.all(companies.inside.workspace)
    viewer = Viewer(bob, frozenset({team.id}), frozenset({team.id}))

    found = [
        *[await store.stories.get(there, story) for story in stories],
        await store.teams.get(there, team.id),
        await store.teams.by_channel(there, team.channel),
        await store.teams.member(there, team.id, bob),
        await store.people.get(there, bob),
        await store.stories.last_told(there, bob),
        await store.stories.unread(there, viewer, team.id),
        await store.ledger.open_prompt(there, bob, now=companies.inside.now()),
    ]
    listed = [
        *await store.stories.many(there, stories),
        *await store.stories.find(there, StoryQuery(team=team.id)),
        *await store.teams.of_person(there, bob, (Membership.ACTIVE, Membership.INVITED)),
        *await store.teams.managed_by(there, companies.inside.user("alice")),
        *await store.teams.purposes(there, team.id),
        *await store.checks.open_in(there),
        *await store.audit.lines(there),
        *await store.ledger.recent(there),
    ]

    assert len(stories) > 2
    assert [each for each in found if each is not None] == []
    assert listed == []


async def test_forgetting_somebody_in_one_company_leaves_their_namesake_in_the_other(
    companies: Companies,
) -> None:
    store, bob = companies.inside.store, companies.inside.user("bob")
    before = await companies.rows(companies.inside.ws)

    await store.forgetting.person(workspace_key(companies.globex.team_id), bob, at=companies.inside.now())

    assert await companies.rows(companies.inside.ws) == before
